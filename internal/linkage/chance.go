package linkage

import (
	"context"
	"math/rand/v2"
)

// sampleSize is how many random pairs tell how often two people agree by
// chance; of few records, all pairs are taken.
const sampleSize = 1 << 19

// tally counts patterns.
type tally map[pattern]int64

// chance is what was seen on random pairs: how often each pattern came, and
// the sum of rarities at each level of each field.
type chance struct {
	seen  tally
	pairs int64
	rare  [fieldCount][levelCount]int64
	count [fieldCount][levelCount]int64
}

func (c *chance) add(p pattern, r *rarities) {
	c.seen[p.learned()]++
	c.pairs++
	for f := range fieldCount {
		if l := p.level(f); l != unknown {
			c.rare[f][l] += int64(r[f])
			c.count[f][l]++
		}
	}
}

func (c *chance) merge(o *chance) {
	for p, n := range o.seen {
		c.seen[p] += n
	}
	c.pairs += o.pairs
	for f := range fieldCount {
		for l := range levelCount {
			c.rare[f][l] += o.rare[f][l]
			c.count[f][l] += o.count[f][l]
		}
	}
}

// chanceParts is in how many parts random pairs are drawn, side by side: as
// many on any machine, so that it is always the same pairs.
const chanceParts = 16

// chance compares random pairs, always the same ones for the same records.
func (l *linker) chance(ctx context.Context) (*chance, error) {
	n := len(l.set.entries)
	all := int64(n) * int64(n-1) / 2
	found := make([]*chance, chanceParts)
	err := l.each(ctx, chanceParts, func(cmp *comparer, part int) {
		c := &chance{seen: tally{}}
		found[part] = c
		if all <= sampleSize {
			for i := part; i < n; i += chanceParts {
				for j := i + 1; j < n; j++ {
					l.chanceOf(cmp, c, i, j)
				}
			}
			return
		}
		random := rand.New(rand.NewPCG(2, uint64(part)))
		for range sampleSize / chanceParts {
			i, j := random.IntN(n), random.IntN(n)
			if i != j {
				l.chanceOf(cmp, c, i, j)
			}
		}
	})
	if err != nil {
		return nil, err
	}
	total := &chance{seen: tally{}}
	for _, c := range found {
		total.merge(c)
	}
	return total, nil
}

func (l *linker) chanceOf(cmp *comparer, c *chance, i, j int) {
	a, b := &l.set.entries[i], &l.set.entries[j]
	if kin(a, b) || !l.compares(a, b) {
		return
	}
	var r rarities
	p := cmp.compare(a, b, &r)
	c.add(p, &r)
}
