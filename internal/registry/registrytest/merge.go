package registrytest

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/registry"
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

// MergeThenUndo is a property: whatever is merged, and whatever unrelated
// happens since, an undoing gives back what was.
func MergeThenUndo(t *rapid.T, b *Bench, families []registry.Record) {
	at := rapid.Permutation([]int{0, 1, 2, 3}).Draw(t, "families")
	kept, other := families[at[0]], families[at[1]]
	before := []*registry.Dossier{dossier(t, b, kept.Family.ID), dossier(t, b, other.Family.ID)}
	ask := registry.Request{Kind: registry.Merge, Family: kept.Family.ID, Other: other.Family.ID, Basis: By("2025-05-01", "comparison")}
	if rapid.Bool().Draw(t, "persons") {
		actives := func(d *registry.Dossier) []registry.Person {
			return slices.DeleteFunc(slices.Clone(d.Members), func(p registry.Person) bool { return p.Status != registry.PersonActive })
		}
		keep, drop := actives(before[0]), actives(before[1])
		if len(keep) == 0 || len(drop) < 2 {
			t.Skip("too few members")
		}
		ask.Person = rapid.SampledFrom(keep).Draw(t, "keep").ID
		i := rapid.IntRange(0, len(drop)-1).Draw(t, "drop")
		ask.OtherPerson, ask.NewHead = drop[i].ID, drop[(i+1)%len(drop)].ID
	}
	out := Do(t, b, ask)
	address := rapid.SampledFrom([]string{"", "Jl. Setelahnya"}).Draw(t, "address")
	visited := rapid.Bool().Draw(t, "visited")
	if d := dossier(t, b, kept.Family.ID); address != "" && d.Family.Address != address {
		Do(t, b, registry.Request{Kind: registry.Corrected, Family: kept.Family.ID, Entry: &registry.FamilyEntry{Address: address, RT: d.Family.RT, RW: d.Family.RW},
			Basis: registry.Basis{Version: d.Family.Version, On: "2025-05-10", Evidence: "kartu"}})
		before[0].Family.Address = address
		before[0].Family.ObservedOn = dossier(t, b, kept.Family.ID).Family.ObservedOn
	}
	if visited {
		d := dossier(t, b, other.Family.ID)
		Do(t, b, registry.Request{Kind: registry.Observed, Family: other.Family.ID, Answers: []registry.Answer{{Code: "floor", Value: "earth"}}, Basis: Visited(d.Family, "2025-05-11")})
		now := dossier(t, b, other.Family.ID)
		before[1].Family.Facts, before[1].Family.ObservedOn = now.Family.Facts, now.Family.ObservedOn
	}
	Do(t, b, registry.Request{Kind: registry.Undone, Event: out.Event, Basis: registry.Basis{On: "2025-05-20", Evidence: "keliru"}})
	for _, want := range before {
		if diff := same(want, dossier(t, b, want.Family.ID)); diff != "" {
			t.Fatalf("undoing gave back something else: %s", diff)
		}
	}
}
