package insight

import (
	"cmp"
	"slices"

	"gotong/internal/region"
)

// place is where a figure stands, without its values.
type place struct {
	area  string
	part  string
	split string
}

// tree adds figures up from the areas in which they were counted to the
// nation.
type tree struct {
	measure Measure
	sums    map[place]Figure
}

func newTree(m Measure) *tree { return &tree{measure: m, sums: map[place]Figure{}} }

// add counts a figure in its area and in every area above.
func (t *tree) add(f Figure) {
	for area := f.Area; ; area = region.ParentOf(area) {
		at := place{area, f.Part, f.Split}
		sum := t.sums[at]
		t.sums[at] = Figure{Area: area, Measure: t.measure, Part: f.Part, Split: f.Split, Count: sum.Count + f.Count, Amount: sum.Amount + f.Amount}
		if area == "" {
			return
		}
	}
}

// figures returns the sums in one order.
func (t *tree) figures() []Figure {
	all := make([]Figure, 0, len(t.sums))
	for _, f := range t.sums {
		all = append(all, f)
	}
	slices.SortFunc(all, func(a, b Figure) int {
		return cmp.Or(cmp.Compare(a.Area, b.Area), cmp.Compare(a.Part, b.Part), cmp.Compare(a.Split, b.Split))
	})
	return all
}
