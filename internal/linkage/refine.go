package linkage

import (
	"context"
	"maps"
	"math"
	"slices"
)

// refine learns anew, so many times, what records of one person agree on: now
// from every pair that may be one, each as much as it is likely to be. What a
// rule's blocks taught was seen through that rule, and without the rarity of
// values. It settles too how likely a random pair is of one person: as often
// as the compared pairs, scored with that very prior, are.
func (l *linker) refine(ctx context.Context, rounds int) error {
	for range rounds {
		sums, err := l.expect(ctx)
		if err != nil {
			return err
		}
		sums.discount()
		l.model.teach(sums.normalised(expectedCount).ofOne())
		if err := l.rescore(ctx); err != nil {
			return err
		}
		l.settlePrior()
	}
	return nil
}

// prune forgets the pairs that are too far below the review to reach it.
func (l *linker) prune() {
	least := l.kept()
	l.found = slices.DeleteFunc(l.found, func(p scored) bool { return p.score+l.model.Prior < least })
}

// bundle is how many pairs are summed up at a time: always the same ones, so
// that sums of floats come out the same on any number of cores.
const bundle = 4096

func (l *linker) bundles() [][]scored { return slices.Collect(slices.Chunk(l.found, bundle)) }

// expect returns how many pairs of one person are expected to show each level.
func (l *linker) expect(ctx context.Context) (shares, error) {
	parts := l.bundles()
	sums := make([]shares, len(parts))
	err := l.each(ctx, len(parts), func(c *comparer, i int) {
		var r rarities
		for _, p := range parts[i] {
			a, b := &l.set.entries[p.i], &l.set.entries[p.j]
			if kin(a, b) {
				continue
			}
			one := l.model.probability(p.score)
			pattern := c.compare(a, b, &r).learned()
			for f := range fieldCount {
				if level := pattern.level(f); level != unknown {
					sums[i][f][level] += one
				}
			}
		}
	})
	var total shares
	for i := range sums {
		total.add(&sums[i])
	}
	return total, err
}

// itself is how many pairs each level is seen in less than it was: a pair is
// no witness of how often what it shows comes.
const itself = 1

// discount takes from each level what a pair of its own would count for, so
// that few pairs that show what hardly any other does cannot bear each other
// out.
func (s *shares) discount() {
	for f := range fieldCount {
		for l := range f.levels() {
			s[f][l] = max(0, s[f][l]-itself)
		}
	}
}

func (s *shares) add(o *shares) {
	for f := range fieldCount {
		for l := range levelCount {
			s[f][l] += o[f][l]
		}
	}
}

func (l *linker) rescore(ctx context.Context) error {
	parts := l.bundles()
	return l.each(ctx, len(parts), func(c *comparer, i int) {
		for k := range parts[i] {
			p := &parts[i][k]
			p.score = l.model.score(c, &l.set.entries[p.i], &l.set.entries[p.j])
		}
	})
}

// settlePrior finds how likely a random pair is of one person. Scores are
// counted by sixteenths of a bit.
func (l *linker) settlePrior() {
	counts := map[int32]float64{}
	for _, p := range l.found {
		if !kin(&l.set.entries[p.i], &l.set.entries[p.j]) {
			counts[p.score>>6]++
		}
	}
	scores := slices.Sorted(maps.Keys(counts))
	all := l.all()
	prior := l.most / all
	for range 50 {
		matches, odds := 0., logOdds(prior)
		for _, s := range scores {
			matches += counts[s] * sigmoid(s<<6+32+odds)
		}
		prior = math.Min((matches+.5)/(all+1), .5)
		l.result.Expected = matches
	}
	l.model.Prior = logOdds(prior)
}

// all returns how many pairs of two records there are, of those that are
// compared: between two lists, only pairs that take one of each.
func (l *linker) all() float64 {
	n := float64(len(l.set.entries))
	all := n * (n - 1) / 2
	if l.options.Between {
		var of [1 << 8]float64
		for i := range l.set.entries {
			of[l.set.entries[i].list]++
		}
		for _, n := range of {
			all -= n * (n - 1) / 2
		}
	}
	return math.Max(all, 1)
}

func logOdds(p float64) int32 { return millibits(math.Log2(p / (1 - p))) }
