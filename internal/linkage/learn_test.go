package linkage

import (
	"math"
	"testing"
)

func TestLevelsAreHeldToAShareOfAll(t *testing.T) {
	sum := func(levels []float64) (all float64) {
		for _, s := range levels {
			all += s
		}
		return all
	}
	levels := ofLevels{BornSame: .3, BornDay: .1, BornClose: .4, BornDifferent: .2}
	levels.limit(BornClose, .1)
	if got := sum(levels[BornClose:]); math.Abs(got-.1) > 1e-12 {
		t.Errorf("from %d on %.3f of all, want 0.1", BornClose, got)
	}
	if got := sum(levels[:]); math.Abs(got-1) > 1e-12 {
		t.Errorf("all levels are %.3f, want 1", got)
	}
	if a, b := levels[BornSame]/levels[BornDay], levels[BornClose]/levels[BornDifferent]; math.Abs(a-3) > 1e-12 || math.Abs(b-2) > 1e-12 {
		t.Errorf("levels of one side are %.3f and %.3f of each other, want 3 and 2", a, b)
	}
	few := ofLevels{BornSame: .95, BornDifferent: .05}
	want := few
	if few.limit(BornClose, .1); few != want {
		t.Errorf("what is few is changed to %v", few)
	}
}
