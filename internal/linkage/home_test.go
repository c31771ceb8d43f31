package linkage

import "testing"

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
