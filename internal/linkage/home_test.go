package linkage

import (
	"math"
	"testing"
)

// What two fields have from each other is told once of people of one home too.
func TestWhatIsBoundTellsNoHomeTwice(t *testing.T) {
	var p pattern
	for f := range fieldCount {
		p.set(f, unknown)
	}
	for _, f := range []Field{Address, Place} {
		p ^= pattern(unknown) << (uint(f) * levelBits)
	}
	r := rarities{Address: 8000, Place: 5000}
	free := Model{homes: -10_000}
	bound := Model{homes: -10_000}
	bound.bonds[Address] = bond{Place, 4000}
	if a, b := free.ofHome(p, &r), bound.ofHome(p, &r); b-a < 2500 {
		t.Errorf("an address that has its place from it takes %d off, one that has not %d", -b, -a)
	}
}

func TestANumberThatTellsNothingTellsNoHome(t *testing.T) {
	var near, none pattern
	for f := range fieldCount {
		none.set(f, unknown)
	}
	near = none ^ pattern(unknown^NumberNear)<<(uint(Number)*levelBits)
	w := Model{homes: -2000}
	w.home[Number][NumberNear] = 13_000
	if a, b := w.ofHome(near, new(rarities)), w.ofHome(none, new(rarities)); a != b {
		t.Errorf("a number next to the other takes %d off, none %d", -a, -b)
	}
}

// Two of one home may bear one name: the rarer it is, the less do strangers, and
// as often do they.
func TestARareNameIsNoRarerAtHome(t *testing.T) {
	var one, two, home shares
	one[Name] = ofLevels{TextSame: .7, TextNear: .2, TextDifferent: .1}
	two[Name] = ofLevels{TextSame: 1. / 1024, TextNear: 1. / 1024, TextDifferent: 1022. / 1024}
	home[Name] = ofLevels{TextSame: 1. / 128, TextNear: 1. / 128, TextDifferent: 1 - 1./64}
	w := newModel(&mixture{one: &one, home: &home, two: &two, homes: 1. / 16}, new(chance))
	var p pattern
	for f := range fieldCount {
		p.set(f, unknown)
	}
	p ^= pattern(unknown) << (uint(Name) * levelBits)
	for _, tc := range []struct {
		about      string
		rare, want int32 // −log2 of how often strangers are called so; what the score loses
	}{
		{"as common at home as anywhere", 7000, -millibits(math.Log2(1 + 1./16))},
		{"commoner anywhere", 3000, -millibits(math.Log2(1 + 1./16))},
		{"sixteen times as common at home", 11_000, -1000},
		{"a thousand times", 17_000, -millibits(math.Log2(1 + 64))},
	} {
		if got := w.ofHome(p, &rarities{Name: tc.rare}); got < tc.want-3 || got > tc.want+3 {
			t.Errorf("%s: %d, want %d", tc.about, got, tc.want)
		}
	}
}
