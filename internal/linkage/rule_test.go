package linkage

import (
	"math/bits"
	"slices"
	"testing"
)

// What a rule asks of those that it splits is told by its own values and those
// of one part more.
func TestRulesLackOnePartAtMost(t *testing.T) {
	for _, r := range rules {
		for _, w := range r.within {
			lacks := slices.DeleteFunc(slices.Clone(rules[w].parts), func(p part) bool { return slices.Contains(r.parts, p) })
			if len(lacks) > 1 {
				t.Errorf("%s lacks %d parts of %s", r.name, len(lacks), rules[w].name)
			}
		}
	}
}

// Each combination of a rule's values has a bit of its own.
func TestMarksOfRulesAreApart(t *testing.T) {
	used := uint64(0)
	for _, r := range rules {
		if !r.marked {
			continue
		}
		var taken [partCount]int
		var each func(depth int)
		each = func(depth int) {
			if depth == len(r.parts) {
				bit := uint64(1) << (r.marks + r.place(&taken))
				if used&bit != 0 || bit == 0 {
					t.Errorf("%s: the bit of %v is another's too", r.name, taken)
				}
				used |= bit
				return
			}
			for taken[r.parts[depth]] = range valuesOfPart[r.parts[depth]] {
				each(depth + 1)
			}
		}
		each(0)
	}
	if bits.OnesCount64(used) < 40 {
		t.Errorf("only %d combinations are marked", bits.OnesCount64(used))
	}
}
