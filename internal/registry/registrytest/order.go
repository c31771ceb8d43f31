package registrytest

import (
	"slices"
	"testing"

	"gotong/internal/ident"
	"gotong/internal/registry"
)

// testOrder holds the days of events against births and against each other.
func testOrder(t *testing.T, b *Bench) {
	r, other := big(t, b, 106)
	id, first, second := r.Family.ID, notHeads(r)[0].ID, notHeads(r)[1].ID
	for name, ask := range map[string]registry.Request{
		"a head":   {Kind: registry.HeadChange, NewHead: first, FormerHead: "other"},
		"a couple": {Kind: registry.Marriage, Person: first, Relation: "child_in_law", Member: &registry.MemberEntry{Name: "Joko Baru", Sex: "male", Born: "1880-01-01"}},
		"a split":  {Kind: registry.Split, Going: []registry.Goer{{Person: first, Relation: "head"}}},
		"a move":   {Kind: registry.Move, Going: []registry.Goer{{Person: first}}, Place: "Malaysia"},
		"a death":  {Kind: registry.Death, Person: first},
	} {
		ask.Family, ask.Basis = id, By("1901-01-01", "family_card")
		if ask.Kind == registry.Death || ask.Kind == registry.Marriage {
			ask.Basis.Document = b.Rule(ask.Kind).Documents[0].Code
		}
		if _, err := b.Service.Do(Officer(), ask); !slices.Contains(refused(t, err), "tanggal registry.entry.before_birth") {
			t.Errorf("%s before birth: %v", name, err)
		}
	}
	lead := func(who ident.ID, on string) registry.Request {
		return registry.Request{Kind: registry.HeadChange, Family: id, NewHead: who, FormerHead: "other", Basis: By(on, "family_card")}
	}
	out := Do(t, b, lead(first, "2025-05-25"))
	late, err := b.Service.Do(Officer(), lead(second, "2025-05-01"))
	if err != nil || late.Written || !slices.Contains(warned(late), "tanggal event.warn.out_of_order") {
		t.Errorf("a head from before another one's day: %v %v", warned(late), err)
	}
	// In order, of others, or after the other one is taken back, nothing is said.
	Do(t, b, registry.Request{Kind: registry.Undone, Event: out.Event, Basis: registry.Basis{On: "2025-05-30", Evidence: "keliru"}})
	for _, ask := range []registry.Request{lead(second, "2025-05-01"), lead(first, "2025-05-02"),
		{Kind: registry.Birth, Family: id, Member: &registry.MemberEntry{Name: "Bayi Melati", Sex: "female"}, Basis: By("2025-04-20", "birth_letter")},
		{Kind: registry.Move, Family: other.Family.ID, Place: "Malaysia", Basis: By("2025-04-20", "move_letter")}} {
		if out, err := b.Service.Do(Officer(), ask); err != nil || slices.Contains(warned(out), "tanggal event.warn.out_of_order") {
			t.Errorf("%s: %v %v", ask.Kind, warned(out), err)
		} else if !out.Written {
			Do(t, b, ask)
		}
	}
}

// testFoundedSince holds that a family's founding is not taken back over what
// happened in it since: who died there would live again where they came from,
// and who was born there would be nowhere.
func testFoundedSince(t *testing.T, b *Bench) {
	r, _ := big(t, b, 107)
	goes, founded := notHeads(r)[0], b.NewID()
	split := Do(t, b, registry.Request{Kind: registry.Split, Family: r.Family.ID, NewFamily: founded, Basis: By("2025-05-01", "family_card"),
		Going: []registry.Goer{{Person: goes.ID, Relation: "head"}}})
	takeBack := func(event ident.ID) registry.Request {
		return registry.Request{Kind: registry.Undone, Event: event, Basis: registry.Basis{On: "2025-06-01", Evidence: "keliru"}}
	}
	birth := Do(t, b, registry.Request{Kind: registry.Birth, Family: founded, Member: &registry.MemberEntry{Name: "Bayi Melati", Sex: "female"}, Basis: By("2025-05-10", "birth_letter")})
	baby := notHeads(*dossier(t, b, founded).Record)[0].ID
	death := Do(t, b, registry.Request{Kind: registry.Death, Family: founded, Person: dossier(t, b, founded).Members[0].ID, NewHead: baby, Basis: By("2025-05-20", "death_letter")})
	for _, since := range []registry.Outcome{death, birth} {
		if _, err := b.Service.Do(Officer(), takeBack(split.Event)); !slices.Contains(refused(t, err), " event.refused.rests_on_it") {
			t.Fatal(err)
		}
		if d := dossier(t, b, r.Family.ID); d.Family.Size != r.Family.Size-1 {
			t.Fatalf("who left is there again: %+v", d.Family)
		}
		Do(t, b, takeBack(since.Event))
	}
	Do(t, b, takeBack(split.Event))
	if d := dossier(t, b, r.Family.ID); d.Family.Size != r.Family.Size {
		t.Errorf("%+v", d.Family)
	}
	if d := dossier(t, b, founded); d.Family.Size != 0 || d.Family.Status != registry.FamilyDissolved {
		t.Errorf("%+v", d.Family)
	}
}

// testUnmergeSince holds that a merge can be taken back once what rests on it
// was taken back.
func testUnmergeSince(t *testing.T, b *Bench) {
	r, other := big(t, b, 108)
	takeBack := func(event ident.ID) registry.Request {
		return registry.Request{Kind: registry.Undone, Event: event, Basis: registry.Basis{On: "2025-06-01", Evidence: "keliru"}}
	}
	merge := Do(t, b, registry.Request{Kind: registry.Merge, Family: r.Family.ID, Other: other.Family.ID, Basis: By("2025-05-01", "comparison")})
	came := slices.DeleteFunc(actives(dossier(t, b, r.Family.ID)), func(p registry.Person) bool { _, was := r.Member(p.ID); return was })
	split := Do(t, b, registry.Request{Kind: registry.Split, Family: r.Family.ID, NewFamily: b.NewID(), Basis: By("2025-05-05", "family_card"),
		Going: []registry.Goer{{Person: came[0].ID, Relation: "head"}}})
	if _, err := b.Service.Do(Officer(), takeBack(merge.Event)); !slices.Contains(refused(t, err), " event.refused.rests_on_it") {
		t.Fatal(err)
	}
	Do(t, b, takeBack(split.Event))
	Do(t, b, takeBack(merge.Event))
	for _, was := range []registry.Record{r, other} {
		if d := dossier(t, b, was.Family.ID); d.Family.Size != was.Family.Size || d.Family.Status != was.Family.Status || d.Family.HeadName != was.Family.HeadName {
			t.Errorf("%+v, was %+v", d.Family, was.Family)
		}
	}
}
