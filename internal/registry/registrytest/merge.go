package registrytest

import (
	"errors"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/run"
)

func testNotSame(t *testing.T, b *Bench) {
	r, other := big(t, b, 109)
	if err := b.SayNotSame(Officer(), r.Family.ID, ident.ID{}, other.Family.ID, ident.ID{}, "rumahnya berbeda"); err != nil {
		t.Fatal(err)
	}
	for _, ask := range []registry.Request{{Family: r.Family.ID, Other: other.Family.ID}, {Family: other.Family.ID, Other: r.Family.ID}} {
		ask.Kind, ask.Basis = registry.Merge, By("2025-05-01", "comparison")
		if out, err := b.Service.Do(Officer(), ask); err != nil || !out.Proposed.IsZero() || !slices.Contains(warned(out), "keluarga_lain event.warn.not_same") {
			t.Errorf("%v %v", warned(out), err)
		}
	}
	if err := b.SayNotSame(As(access.Operator, "3172"), r.Family.ID, ident.ID{}, other.Family.ID, ident.ID{}, "x"); !fault.Is(err, fault.KindNotFound) {
		t.Error(err)
	}
}

// MergeThenUndo is a property: whatever is merged, and whatever else happens
// since, an undoing gives back what was, but for what happened since. Where
// that rests on the merge the undoing is refused, and nothing is altered.
func MergeThenUndo(t *rapid.T, b *Bench, o *Office, families []registry.Record) {
	at := rapid.Permutation([]int{0, 1, 2, 3}).Draw(t, "families")
	kept, other := families[at[0]].Family.ID, families[at[1]].Family.ID
	both := func() []*registry.Dossier { return []*registry.Dossier{dossier(t, b, kept), dossier(t, b, other)} }
	before := both()
	ask := registry.Request{Kind: registry.Merge, Family: kept, Other: other, Basis: By("2025-05-01", "comparison")}
	if rapid.Bool().Draw(t, "persons") {
		keep, drop := actives(before[0]), actives(before[1])
		if len(keep) == 0 || len(drop) < 2 {
			t.Skip("too few members")
		}
		ask.Person = rapid.SampledFrom(keep).Draw(t, "keep").ID
		i := rapid.IntRange(0, len(drop)-1).Draw(t, "drop")
		ask.OtherPerson, ask.NewHead = drop[i].ID, drop[(i+1)%len(drop)].ID
	}
	out := Do(t, b, ask)
	merged := both()
	for range rapid.IntRange(0, 2).Draw(t, "happen") {
		since(t, b, o, []ident.ID{kept, other}[rapid.IntRange(0, 1).Draw(t, "to")], ask.Person, ask.OtherPerson)
	}
	now := both()
	if err := tried(b, registry.Request{Kind: registry.Undone, Event: out.Event, Basis: registry.Basis{On: "2025-05-20", Evidence: "keliru"}}); err != nil {
		var refused registry.Refused
		if !errors.As(err, &refused) || !slices.ContainsFunc(refused, func(f registry.FieldFault) bool { return f.Fault.Key == "event.refused.rests_on_it" }) {
			t.Fatal(err)
		}
		for i, d := range both() {
			if diff := cmp.Diff(now[i], d, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("an undoing that is refused altered: %s", diff)
			}
		}
		return
	}
	for i, d := range both() {
		want := carried(before[i].Record, merged[i].Record, now[i].Record)
		if diff := cmp.Diff(want, d.Record, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(registry.Family{}, "Version", "Size", "HeadName")); diff != "" {
			t.Fatalf("undoing gave back something else: %s", diff)
		}
		SameAsFold(t, d) // which says size and head
	}
}

func actives(d *registry.Dossier) []registry.Person {
	return slices.DeleteFunc(slices.Clone(d.Members), func(p registry.Person) bool { return p.Status != registry.PersonActive })
}

// since has something happen to a family after a merge, to nobody whom the
// merge was about. What is refused does not happen.
func since(t *rapid.T, b *Bench, o *Office, family ident.ID, but ...ident.ID) {
	d := dossier(t, b, family)
	ask := registry.Request{Family: family, Basis: By("2025-05-10", "")}
	among := slices.DeleteFunc(actives(d), func(p registry.Person) bool {
		return p.Relation == registry.RelationHead || p.Erased() || slices.Contains(but, p.ID)
	})
	what := rapid.SampledFrom([]registry.ChangeKind{registry.Corrected, registry.Observed, registry.Death, registry.Erasure, registry.Split, registry.Move, "suspended", "imported"}).Draw(t, "what")
	switch what {
	case "suspended":
		_ = b.Suspend(Officer(), family) // refused of one that is
		return
	case "imported":
		o.Families[0]["tanggal_data"], o.Families[0]["floor"] = "2025-05-12", "earth"
		if _, err := b.Import(Officer(), o.Files(), registry.Options{OnlyGood: true}, run.Silent{}); err != nil {
			t.Fatal(err)
		}
		return
	case registry.Corrected:
		ask.Entry = &registry.FamilyEntry{Address: "Jl. Setelahnya", RT: d.Family.RT, RW: d.Family.RW}
		ask.Basis = registry.Basis{Version: d.Family.Version, On: "2025-05-10", Evidence: "kartu"}
	case registry.Observed:
		ask.Answers, ask.Basis = []registry.Answer{{Code: "floor", Value: "earth"}}, Visited(d.Family, "2025-05-11")
	default:
		if len(among) == 0 {
			return
		}
		ask.Person = rapid.SampledFrom(among).Draw(t, "whom").ID
		ask.Going = []registry.Goer{{Person: ask.Person, Relation: "head"}}
		switch what {
		case registry.Split:
			ask.NewFamily = b.NewID()
		case registry.Move:
			ask.Place = "Malaysia"
		default:
			ask.Going = nil
		}
	}
	ask.Kind = what
	if docs := b.Rule(ask.Kind).Documents; len(docs) > 0 {
		ask.Basis.Document = docs[0].Code
	}
	out, err := attempted(b, ask)
	if refused := (registry.Refused)(nil); err != nil && !errors.As(err, &refused) && !fault.Is(err, fault.KindConflict) {
		t.Fatal(ask.Kind, err)
	}
	if !out.Event.IsZero() && what != registry.Erasure && rapid.Bool().Draw(t, "taken back") {
		err := tried(b, registry.Request{Kind: registry.Undone, Event: out.Event, Basis: registry.Basis{On: "2025-05-15", Evidence: "keliru"}})
		if err != nil {
			t.Fatal(ask.Kind, " taken back: ", err)
		}
	}
}

// tried does what is asked, as Do does, and returns why not.
func tried(b *Bench, req registry.Request) error {
	_, err := attempted(b, req)
	return err
}

func attempted(b *Bench, req registry.Request) (registry.Outcome, error) {
	out, err := b.Service.Do(Officer(), req)
	if req.Basis.Read = out.Mark(); req.Basis.Read != "" {
		out, err = b.Service.Do(Officer(), req)
	}
	if err == nil && !out.Proposed.IsZero() {
		out, err = b.Approve(Second(), out.Proposed, "")
	}
	return out, err
}

// carried is a family as it was before, with what differs between two later
// times, field by field.
func carried(before, from, to *registry.Record) *registry.Record {
	want := &registry.Record{Family: before.Family, Members: slices.Clone(before.Members)}
	carry(&want.Family, &from.Family, &to.Family)
	for i := range to.Members {
		now := &to.Members[i]
		was, ok := from.Member(now.ID)
		if !ok {
			want.Members = append(want.Members, *now)
			continue
		}
		if p, ok := want.Member(now.ID); ok {
			carry(p, was, now)
		}
	}
	return want
}

func carry[T any](want, from, to *T) {
	w, f, n := reflect.ValueOf(want).Elem(), reflect.ValueOf(from).Elem(), reflect.ValueOf(to).Elem()
	for i := range w.NumField() {
		if !reflect.DeepEqual(f.Field(i).Interface(), n.Field(i).Interface()) {
			w.Field(i).Set(n.Field(i))
		}
	}
}
