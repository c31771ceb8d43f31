package linkagetest

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/linkage"
	"gotong/internal/registry"
	"gotong/internal/registry/registrytest"
)

// distinct returns pairs held to be one person of whom nobody is in two.
func (b *Bench) distinct(t *testing.T) []linkage.Candidate {
	t.Helper()
	var all []linkage.Candidate
	seen := map[ident.ID]bool{}
	for _, c := range b.same(t) {
		if !seen[c.Left.Person] && !seen[c.Right.Person] {
			all = append(all, c)
		}
		seen[c.Left.Person], seen[c.Right.Person] = true, true
	}
	return all
}

func testMany(t *testing.T, _ Backend, b *Bench) {
	b.find(t)
	ctx := registrytest.Officer()
	pairs := b.distinct(t)
	if len(pairs) < 4 {
		t.Fatalf("%d pairs", len(pairs))
	}
	choices := []linkage.Choice{
		{Pair: pairs[0].ID.String(), Decision: linkage.KeepLeft, Note: "cards compared"},
		{Pair: " " + pairs[1].ID.String() + " ", Decision: linkage.Apart, Note: "cousins"},
		{Pair: pairs[2].ID.String(), Decision: linkage.KeepRight},
	}

	// One line that is wrong takes all others back, and every wrong one is told.
	wrong := append([]linkage.Choice{{Pair: "3674010101800001", Decision: linkage.Apart}}, choices...)
	wrong = append(wrong, linkage.Choice{Pair: pairs[3].ID.String(), Decision: "maybe"}, linkage.Choice{Pair: ident.ID{9}.String(), Decision: linkage.Apart},
		linkage.Choice{Pair: pairs[0].ID.String(), Decision: linkage.KeepRight})
	_, err := b.DecideMany(ctx, wrong)
	var refused linkage.Refused
	if !errors.As(err, &refused) || !fault.Is(err, fault.KindInvalid) {
		t.Fatalf("%v", err)
	}
	told := map[int]string{}
	for _, f := range refused {
		told[f.No] = f.Fault.Key
	}
	want := map[int]string{1: "linkage.error.not_found", 5: "linkage.error.decision_word", 6: "linkage.error.not_found", 7: "linkage.error.choice_twice"}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Error(diff)
	}
	for _, c := range pairs {
		if b.candidate(t, c.ID).Status != linkage.Open || b.status(t, c.Left) != registry.PersonActive || b.status(t, c.Right) != registry.PersonActive {
			t.Errorf("%s was decided with a list that is wrong", c.ID)
		}
	}

	for _, want := range []linkage.Many{{Decided: 3}, {Before: 3}} { // what is sent twice changes nothing
		m, err := b.DecideMany(ctx, choices)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, *m); diff != "" {
			t.Error(diff)
		}
	}
	if b.status(t, pairs[0].Right) != registry.PersonDuplicate || b.status(t, pairs[2].Left) != registry.PersonDuplicate {
		t.Error("a record was not closed")
	}
	if r := b.candidate(t, pairs[1].ID); r.Status != linkage.Rejected || r.Note != "cousins" || r.Decision() != linkage.Apart {
		t.Errorf("%+v", r.Candidate)
	}
	_, err = b.DecideMany(ctx, []linkage.Choice{{Pair: pairs[0].ID.String(), Decision: linkage.Apart}})
	if !errors.As(err, &refused) || refused[0].Fault.Key != "linkage.error.decided" {
		t.Errorf("what was decided otherwise: %v", err)
	}
	for _, none := range [][]linkage.Choice{nil, make([]linkage.Choice, linkage.ManyMost+1)} {
		_, err := b.DecideMany(ctx, none)
		isKind(t, "none or too many", err, fault.KindInvalid)
	}
	_, err = b.DecideMany(registrytest.As("operator", "3674"), choices)
	isKind(t, "an operator", err, fault.KindForbidden)
	_, err = b.DecideMany(registrytest.As("officer", "3171"), choices)
	if !errors.As(err, &refused) || len(refused) != len(choices) {
		t.Errorf("an officer of another place: %v", err)
	}
}
