package linkage

import (
	"math/rand/v2"
	"runtime"
	"sync"
)

// sampleSize is how many random pairs tell how often two people agree by
// chance; of few records, all pairs are taken.
const sampleSize = 1 << 20

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

// chance compares random pairs, always the same ones for the same records.
func (s *Set) chance() *chance {
	n := len(s.entries)
	all := int64(n) * int64(n-1) / 2
	const parts = 16
	found := make([]*chance, parts)
	var group sync.WaitGroup
	gate := make(chan struct{}, runtime.GOMAXPROCS(0))
	for part := range parts {
		group.Add(1)
		gate <- struct{}{}
		go func() {
			defer func() { <-gate; group.Done() }()
			c := &chance{seen: tally{}}
			found[part] = c
			if all <= sampleSize {
				for i := part; i < n; i += parts {
					for j := i + 1; j < n; j++ {
						s.chanceOf(c, i, j)
					}
				}
				return
			}
			random := rand.New(rand.NewPCG(2, uint64(part)))
			for range sampleSize / parts {
				i, j := random.IntN(n), random.IntN(n)
				if i != j {
					s.chanceOf(c, i, j)
				}
			}
		}()
	}
	group.Wait()
	total := &chance{seen: tally{}}
	for _, c := range found {
		total.merge(c)
	}
	return total
}

func (s *Set) chanceOf(c *chance, i, j int) {
	a, b := &s.entries[i], &s.entries[j]
	if kin(a, b) {
		return
	}
	var r rarities
	p := s.compare(a, b, &r)
	c.add(p, &r)
}
