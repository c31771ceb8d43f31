package quality

import (
	"cmp"
	"slices"

	"gotong/internal/region"
)

type place struct {
	area    string
	measure Measure
	part    string
}

type sum struct{ n, of int64 }

// tally adds figures up, from villages to the areas above them.
type tally map[place]sum

// add counts in an area and in those above it, down to codes of so many digits.
func (t tally) add(area string, shortest int, m Measure, part string, n, of int64) {
	for {
		at := place{area, m, part}
		s := t[at]
		t[at] = sum{s.n + n, s.of + of}
		if len(area) <= shortest {
			return
		}
		area = region.ParentOf(area)
	}
}

// above returns the figures of areas of so many digits as a tally of those
// above them.
func (t tally) above(digits int, into tally) {
	for at, s := range t {
		if len(at.area) == digits {
			into.add(region.ParentOf(at.area), 0, at.measure, at.part, s.n, s.of)
		}
	}
}

// figures returns the sums in one order.
func (t tally) figures() []Figure {
	all := make([]Figure, 0, len(t))
	for at, s := range t {
		all = append(all, Figure{at.area, at.measure, at.part, s.n, s.of})
	}
	slices.SortFunc(all, func(a, b Figure) int {
		return cmp.Or(cmp.Compare(a.Area, b.Area), cmp.Compare(a.Measure, b.Measure), cmp.Compare(a.Part, b.Part))
	})
	return all
}
