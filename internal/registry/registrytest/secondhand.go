package registrytest

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/registry"
)

func testSecondHand(t *testing.T, b *Bench) {
	r, other := big(t, b, 106)
	ask := registry.Request{Kind: registry.Merge, Family: r.Family.ID, Other: other.Family.ID, Basis: By("2025-05-01", "comparison")}
	out, err := b.Service.Do(Officer(), ask)
	if ask.Basis.Read = out.Mark(); ask.Basis.Read != "" {
		out, err = b.Service.Do(Officer(), ask)
	}
	if err != nil || out.Written || out.Proposed.IsZero() {
		t.Fatalf("%+v %v", out, err)
	}
	if _, err := b.Approve(Officer(), out.Proposed, ""); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("one's own proposal: %v", err)
	}
	if _, err := b.Approve(As(access.Operator, "3674011001"), out.Proposed, ""); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("an operator: %v", err)
	}
	if err := b.Reject(Second(), out.Proposed, ""); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("without a reason: %v", err)
	}
	if err := b.Reject(Second(), out.Proposed, "dua keluarga"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Approve(Second(), out.Proposed, ""); !fault.Is(err, fault.KindConflict) {
		t.Errorf("after it was rejected: %v", err)
	}
	if e, req, err := b.Event(Second(), out.Proposed, access.PurposeAudit); err != nil || e.Status != registry.EventRejected || e.Decision != "dua keluarga" || req.Other != other.Family.ID {
		t.Errorf("%+v %v", e, err)
	}
	// What waits about somebody who dies comes to nothing.
	person := notHeads(r)[0]
	ask = registry.Request{Kind: registry.Merge, Family: r.Family.ID, Person: person.ID, Other: other.Family.ID, OtherPerson: head(other).ID,
		NewHead: other.Members[len(other.Members)-1].ID, Basis: By("2025-05-01", "comparison")}
	out, err = b.Service.Do(Officer(), ask)
	if ask.Basis.Read = out.Mark(); ask.Basis.Read != "" {
		out, err = b.Service.Do(Officer(), ask)
	}
	if err != nil {
		t.Fatal(err)
	}
	dead := Do(t, b, registry.Request{Kind: registry.Death, Family: r.Family.ID, Person: person.ID, Basis: By("2025-05-03", "visit")})
	want := []registry.Stopped{{What: registry.StoppedProposal, ID: out.Proposed.String(), Label: "merge", State: registry.StateClosed}}
	if diff := cmp.Diff(want, dead.Stopped); diff != "" {
		t.Error(diff)
	}
}

// proposed has the officer propose what needs a second hand, reading every
// warning.
func proposed(t *testing.T, b *Bench, ask registry.Request) ident.ID {
	t.Helper()
	out, err := b.Service.Do(Officer(), ask)
	if ask.Basis.Read = out.Mark(); ask.Basis.Read != "" {
		out, err = b.Service.Do(Officer(), ask)
	}
	if err != nil || out.Written || out.Proposed.IsZero() {
		t.Fatalf("%+v %v", out, err)
	}
	return out.Proposed
}

// testGround has a family change between a proposal and its approval: nothing
// is written before the second person has read of each change.
func testGround(t *testing.T, b *Bench) {
	r, other := big(t, b, 110)
	ask := registry.Request{Kind: registry.Merge, Family: r.Family.ID, Other: other.Family.ID, Basis: By("2025-05-01", "comparison")}
	waits := proposed(t, b, ask)
	preview := func(want ...string) string {
		t.Helper()
		p, err := b.Preview(Second(), waits)
		if err != nil {
			t.Fatal(err)
		}
		var said []string
		for _, w := range p.Warnings {
			if w.Key == "event.warn.changed_since" {
				said = append(said, w.Args[1].(string))
			}
		}
		if diff := cmp.Diff(want, said, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("said to have changed: %s", diff)
		}
		return p.Mark()
	}
	stands := func(mark string) {
		t.Helper()
		if out, err := b.Approve(Second(), waits, mark); err != nil || out.Written {
			t.Fatalf("approved unread: %+v %v", out, err)
		}
		if e, _, err := b.Event(Second(), waits, access.PurposeAudit); err != nil || e.Status != registry.EventProposed {
			t.Errorf("%+v %v", e, err)
		}
	}
	before := preview()
	visit := func(f registry.Family, on string) {
		t.Helper()
		Do(t, b, registry.Request{Kind: registry.Observed, Family: f.ID, Answers: []registry.Answer{{Code: "floor", Value: "earth"}},
			Basis: Visited(dossier(t, b, f.ID).Family, on)})
	}
	visit(other.Family, "2025-05-02")
	stands(before)
	once := preview(other.Family.HeadName)
	visit(other.Family, "2025-05-03")
	stands(once) // it changed again after it was read
	visit(r.Family, "2025-05-03")
	both := preview(r.Family.HeadName, other.Family.HeadName)
	if out, err := b.Approve(Second(), waits, both); err != nil || !out.Written {
		t.Errorf("%+v %v", out, err)
	}
}

// testWaiting proposes one thing twice: the second is told of the first,
// until that is withdrawn by who made it.
func testWaiting(t *testing.T, b *Bench) {
	r, other := big(t, b, 111)
	ask := registry.Request{Kind: registry.Merge, Family: r.Family.ID, Other: other.Family.ID, Basis: By("2025-05-01", "comparison")}
	first := proposed(t, b, ask)
	again := func(ctx context.Context) error {
		again := ask
		again.Basis.Evidence = "in other words"
		out, err := b.Service.Do(ctx, again)
		if again.Basis.Read = out.Mark(); again.Basis.Read != "" {
			_, err = b.Service.Do(ctx, again)
		}
		return err
	}
	for _, ctx := range []context.Context{Officer(), Second()} {
		var f *fault.Error
		if err := again(ctx); !errors.As(err, &f) || f.Key != "event.refused.waiting" || f.Kind != fault.KindConflict {
			t.Errorf("%v", err)
		}
	}
	forged := ask
	forged.Other, forged.Person, forged.OtherPerson = other.Family.ID, head(r).ID, notHeads(other)[0].ID
	forged.Ground = []registry.EventChange{{Family: r.Family.ID, Version: 99}} // is the service's to say
	second := proposed(t, b, forged)
	if p, err := b.Preview(Second(), second); err != nil || slices.ContainsFunc(p.Warnings, func(w registry.Warning) bool { return w.Key == "event.warn.changed_since" }) {
		t.Errorf("%+v %v", p, err)
	}
	if err := b.Reject(Officer(), first, "keliru"); err != nil { // one's own
		t.Fatal(err)
	}
	if err := again(Officer()); err != nil {
		t.Errorf("after it was withdrawn: %v", err)
	}
}
