package linkagetest

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/ident"
	"gotong/internal/linkage"
	"gotong/internal/money"
	"gotong/internal/registry/registrytest"
)

// Gift names who gets something: a family as a whole or, with a person, on
// that one's account.
type Gift struct{ Family, Person ident.ID }

// Gifts are what people get a year.
type Gifts map[Gift]money.Rupiah

// errGifts is why nothing is known where somebody gets less than nothing.
var errGifts = errors.New("the determination's files are gone")

// Received gives all of them.
func (g Gifts) Received(_ context.Context, fn func(family, person ident.ID, annual money.Rupiah) error) error {
	for to, annual := range g {
		if annual < 0 {
			return errGifts
		}
		if err := fn(to.Family, to.Person, annual); err != nil {
			return err
		}
	}
	return nil
}

func (b *Bench) value(t *testing.T, want int) {
	t.Helper()
	if n, err := b.Value(registrytest.Officer()); err != nil || n != want {
		t.Errorf("%d pairs are worth something else, not %d: %v", n, want, err)
	}
}

// order returns the open pairs, what matters most first.
func (b *Bench) order(t *testing.T) []ident.ID {
	t.Helper()
	var ids []ident.ID
	for _, c := range b.list(t, registrytest.Officer(), linkage.Filter{Status: linkage.Open, ByWorth: true}) {
		ids = append(ids, c.ID)
	}
	return ids
}

func testValue(t *testing.T, backend Backend, b *Bench) {
	p := b.sides(t, 6)
	none, some, most := b.pair(t, backend, p[0], p[1], 30000), b.pair(t, backend, p[2], p[3], 20000), b.pair(t, backend, p[4], p[5], 10000)
	b.value(t, 0)
	others := b.sides(t, 9)[4] // of a family of no pair
	b.Gifts[Gift{Family: p[2].Family}] = 2_400_000
	b.Gifts[Gift{p[3].Family, p[3].Person}] = 900_000
	b.Gifts[Gift{p[3].Family, b.Register.IDs.New()}] = 7_000_000 // somebody else of the family
	b.Gifts[Gift{Family: p[4].Family}] = 1_000_000
	b.Gifts[Gift{p[4].Family, p[4].Person}] = 3_000_000
	b.Gifts[Gift{Family: others.Family}] = 9_000_000
	b.value(t, 2)
	b.value(t, 0)
	stake := map[ident.ID]money.Rupiah{}
	for _, c := range b.list(t, registrytest.Officer(), everybody) {
		stake[c.ID] = c.AtStake()
	}
	if diff := cmp.Diff(map[ident.ID]money.Rupiah{none.ID: 0, some.ID: 3_300_000, most.ID: 4_000_000}, stake); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]ident.ID{most.ID, some.ID, none.ID}, b.order(t)); diff != "" {
		t.Error("what the most aid hangs on is not first: " + diff)
	}
	own := registrytest.As(access.Officer, p[2].Area)
	for _, c := range b.list(t, own, everybody) {
		if c.ID == some.ID && p[2].Area != p[3].Area && c.AtStake() != 2_400_000 {
			t.Errorf("of the other area's aid something is shown: %d", c.AtStake())
		}
	}
	b.decide(t, most.ID, linkage.Apart)
	b.Gifts[Gift{Family: p[4].Family}] = -1
	if _, err := b.Value(registrytest.Officer()); !errors.Is(err, errGifts) {
		t.Errorf("what people get is not known, and yet: %v", err)
	}
	clear(b.Gifts)
	b.value(t, 1) // what was decided stays as it was seen
	if got := b.candidate(t, some.ID); got.AtStake() != 0 {
		t.Errorf("nobody gets anything any more, and %d hangs on a pair", got.AtStake())
	}
}
