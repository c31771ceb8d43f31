package linkage

import (
	"context"
	"math"
	"slices"
)

// portion is how many records a worker compares at a time.
const portion = 512

// compare scores every pair that shares a block, each once, and keeps those
// that could reach the review.
func (l *linker) compare(ctx context.Context) error {
	n := len(l.set.entries)
	found := make([]found, (n+portion-1)/portion)
	searchers := make(chan *searcher, l.options.Workers)
	for range l.options.Workers {
		searchers <- &searcher{linker: l, met: make([]int32, n), least: l.leastScore()}
	}
	err := l.each(ctx, len(found), func(c *comparer, i int) {
		s := <-searchers
		s.comparer = c
		from, to := i*portion, min(n, (i+1)*portion)
		for at := from; at < to; at++ {
			s.record(int32(at), &found[i])
		}
		l.progress.Add("", int64(to-from))
		searchers <- s
	})
	if err != nil {
		return err
	}
	for i := range found {
		l.found = append(l.found, found[i].pairs...)
		l.result.Compared += found[i].compared
	}
	slices.SortFunc(l.found, compareScored)
	return nil
}

type found struct {
	pairs    []scored
	compared int64
}

// searcher compares one record after another with those that share a block
// with it.
type searcher struct {
	*linker
	*comparer
	met   []int32 // by record: the one that it was compared with last, and 1
	least int32
}

// record compares record i with every later one.
func (s *searcher) record(i int32, f *found) {
	b, entries := s.blocks, s.linker.set.entries
	e := &entries[i]
	for _, k := range b.of[b.records[i]:b.records[i+1]] {
		members := b.block(int(k))
		for x := len(members) - 1; members[x] > i; x-- {
			j := members[x]
			if s.met[j] == i+1 {
				continue
			}
			s.met[j] = i + 1
			if !s.compares(e, &entries[j]) {
				continue
			}
			f.compared++
			if score, ok := s.model.atLeast(s.comparer, e, &entries[j], s.least); ok {
				f.pairs = append(f.pairs, scored{i, j, score})
			}
		}
	}
}

// compares reports whether two records are to be compared at all.
func (l *linker) compares(a, b *entry) bool { return !l.options.Between || a.list != b.list }

// slack is how many bits below the decision pairs are kept, as what is learned
// of the pairs that remain moves their weights.
const slack = 6

// leastScore is the score below which a pair cannot become one of the review.
func (l *linker) leastScore() int32 {
	return millibits(math.Log2(l.set.pairs()/l.most)-slack) + logOdds(l.options.Review)
}
