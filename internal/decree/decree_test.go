package decree_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/civil"
	"gotong/internal/decree"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

var (
	// In the country's west it is the third of July already.
	now  = time.Date(2025, 7, 2, 17, 30, 0, 123456789, time.UTC)
	good = decree.Basis{From: civil.MustParse("2025-07-03"), Title: " SK 12 ", On: civil.MustParse("2025-07-03")}
)

func TestPropose(t *testing.T) {
	id := ident.ID{1}
	got, err := decree.Propose(id, good, " kurang ", "lina", now)
	want := decree.Proposal{ID: id, Basis: decree.Basis{From: good.From, Title: "SK 12", On: good.On}, State: decree.Proposed,
		ProposedAt: time.Date(2025, 7, 2, 17, 30, 0, 123000000, time.UTC), ProposedBy: "lina", Note: "kurang"}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	for key, change := range map[string]func(b *decree.Basis){
		"decree.no_basis":   func(b *decree.Basis) { b.Title = "\t" },
		"decree.basis_date": func(b *decree.Basis) { b.On++ },
		"decree.past":       func(b *decree.Basis) { b.From-- },
	} {
		b := good
		change(&b)
		if _, err := decree.Propose(id, b, "", "lina", now); keyOf(err) != key {
			t.Errorf("%s: %v", key, err)
		}
	}
	b := good
	b.On = 0
	if _, err := decree.Propose(id, b, "", "lina", now); keyOf(err) != "decree.basis_date" {
		t.Errorf("never published: %v", err)
	}
}

// TestTwoDecide decides in every order, as every person and on every day: only
// another person's first decision counts.
func TestTwoDecide(t *testing.T) {
	steps := map[string]func(p *decree.Proposal, by string, at time.Time) error{
		"enact":  func(p *decree.Proposal, by string, at time.Time) error { return p.Enact(by, at) },
		"reject": func(p *decree.Proposal, by string, at time.Time) error { return p.Reject(" belum perlu ", by, at) },
	}
	fresh := func() decree.Proposal {
		p, err := decree.Propose(ident.ID{1}, good, "", "lina", now)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	for name, step := range steps {
		p := fresh()
		if err := step(&p, "lina", now); keyOf(err) != "decree.same_person" {
			t.Errorf("%s by its proposer: %v", name, err)
		}
		if diff := cmp.Diff(fresh(), p); diff != "" {
			t.Errorf("%s, refused, changed:\n%s", name, diff)
		}
		if err := step(&p, "mira", now); err != nil || p.DecidedBy != "mira" || p.DecidedAt.IsZero() {
			t.Errorf("%s: %v, %+v", name, err, p)
		}
		for again, step := range steps {
			before := p
			if err := step(&p, "tuti", now); keyOf(err) != "decree.decided" || !cmp.Equal(before, p) {
				t.Errorf("%s after %s: %v", again, name, err)
			}
		}
	}
	p := fresh()
	if err := p.Reject("", "mira", now); keyOf(err) != "decree.no_reason" || p.State != decree.Proposed {
		t.Errorf("rejected without a reason: %v", err)
	}
	if err := p.Enact("mira", now.AddDate(0, 0, 1)); keyOf(err) != "decree.too_late" || p.State != decree.Proposed {
		t.Errorf("enacted a day late: %v", err)
	}
	if err := p.Reject("lewat", "mira", now.AddDate(0, 0, 1)); err != nil || p.State != decree.Rejected || p.Note != "lewat" {
		t.Errorf("rejected a day late: %v", err)
	}
}

func keyOf(err error) string {
	if f, ok := err.(*fault.Error); ok {
		return f.Key
	}
	return ""
}
