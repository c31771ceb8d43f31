package linkage

import "testing"

// Where many pairs are found they must be so likely that no more of them are
// expected to be wrong than the policy bears; where few are, as likely as it
// has it.
func TestManyPairsMustBeSurer(t *testing.T) {
	// A town of namesakes: a name and a year tell little of it.
	s := shape{people: 6000, keep: "nysp", names: few, again: .1, copies: 2, errors: .1}
	records := newMaker(s, 1).records
	held := func(o Options) (n int, wrong float64, match float64) {
		result := link(t, records, o)
		for _, p := range result.Pairs {
			if p.Same {
				n++
				wrong += 1 - p.Probability
			}
		}
		return n, wrong / float64(max(n, 1)), result.Match
	}
	o := policyOptions
	all, asBefore, match := held(o)
	if match != o.Match || asBefore < .02 {
		t.Fatalf("%d pairs from %.3f on, %.3f of them expected to be wrong: this list tells nothing", all, match, asBefore)
	}
	o.Wrong, o.Many = .01, 2*all
	if n, _, match := held(o); n != all || match != o.Match {
		t.Errorf("of few pairs %d are held from %.3f on, where it was %d", n, match, all)
	}
	o.Many = all / 2
	n, wrong, match := held(o)
	// Pairs that a third record brings together are held with the others.
	if n == 0 || n >= all || wrong > 1.2*o.Wrong || match <= o.Match {
		t.Errorf("%d of %d pairs are held from %.3f on, %.4f of them expected to be wrong", n, all, match, wrong)
	}
}
