package linkage

import (
	"context"
	"math"
)

// learnFrom is about how many pairs of each rule are learned from.
const learnFrom = 100_000

// learn measures chance agreement and learns what records of one person
// agree on. What was learned then cleans the measure: among few records even
// random pairs hold some of one person.
func (l *linker) learn(ctx context.Context) error {
	c, err := l.chance(ctx)
	if err != nil {
		return err
	}
	seen := c.seen.sorted()
	tallies := make([][]counted, len(rules))
	err = l.each(ctx, len(rules), func(cmp *comparer, i int) {
		tallies[i] = l.tally(cmp, i).sorted()
		l.progress.Add("", 1)
	})
	if err != nil {
		return err
	}
	prior := 1 / math.Max(float64(len(l.set.entries)), 2)
	lessons := make([]lesson, len(rules))
	var m *shares
	u := byChance(seen, nil, nil, 0)
	for range 3 {
		for i := range rules {
			lessons[i] = learn(tallies[i], u, rules[i].given())
		}
		m = teach(lessons)
		u = byChance(seen, m, u, prior)
	}
	l.model = newModel(m, u, c, kindred(seen, m, u, prior))
	l.result.Model = l.model
	l.settleMost(lessons)
	return nil
}

// settleMost finds more pairs of one person than there can be: as many as the
// rules hold, each counted for itself, or one for every second record.
func (l *linker) settleMost(lessons []lesson) {
	held := 0.0
	for i, one := range lessons {
		held += one.purity() * float64(l.result.Blocks[i].Pairs)
	}
	n := float64(len(l.set.entries))
	l.most = math.Min(math.Max(held, n/100), n/2) + 1
}

// tally counts the patterns of the pairs of one rule's blocks, of a fixed
// part of the blocks where there are too many.
func (l *linker) tally(c *comparer, rule int) tally {
	t := tally{}
	step := uint64(l.result.Blocks[rule].Pairs/learnFrom) + 1
	var r rarities
	for k := l.blocks.rules[rule]; k < l.blocks.rules[rule+1]; k++ {
		if scramble(uint64(k-l.blocks.rules[rule]))%step != 0 {
			continue
		}
		members := l.blocks.block(int(k))
		for x, i := range members {
			for _, j := range members[x+1:] {
				if a, b := &l.set.entries[i], &l.set.entries[j]; !kin(a, b) && l.compares(a, b) {
					t[c.compare(a, b, &r).learned()]++
				}
			}
		}
	}
	return t
}
