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
// with it. What it needs of them lies all over the memory, so it is fetched
// for all of them in turn, step by step: the machine then waits for many at a
// time.
type searcher struct {
	*linker
	*comparer
	met    []int32 // by record: the one that it was compared with last, and 1
	least  int32
	ranges [][]int32 // blocks of the record
	others []int32   // later records in these
	hopes  []hope    // those of them whose texts are to be compared
	seen   uint64    // keeps what is fetched from being left out
}

// record compares record i with every later one.
func (s *searcher) record(i int32, f *found) {
	s.gather(i)
	entries := s.linker.set.entries
	e := &entries[i]
	s.hopes = s.hopes[:0]
	for _, j := range s.others {
		o := &entries[j]
		if !s.compares(e, o) {
			continue
		}
		f.compared++
		if kin(e, o) {
			if score, ok := s.model.atLeast(s.comparer, e, o, s.least); ok {
				f.pairs = append(f.pairs, scored{i, j, score})
			}
			continue
		}
		if h, ok := s.model.hope(s.comparer, e, o, s.least); ok {
			h.of = j
			s.hopes = append(s.hopes, h)
		}
	}
	s.fetch()
	for k := range s.hopes {
		h := &s.hopes[k]
		if score, ok := s.model.fulfil(s.comparer, e, &entries[h.of], h, s.least); ok {
			f.pairs = append(f.pairs, scored{i, h.of, score})
		}
	}
}

// gather finds the later records that share a block with record i.
func (s *searcher) gather(i int32) {
	b := s.blocks
	s.ranges, s.others = s.ranges[:0], s.others[:0]
	for _, k := range b.of[b.records[i]:b.records[i+1]] {
		s.ranges = append(s.ranges, b.block(int(k)))
	}
	for _, members := range s.ranges {
		for x := len(members) - 1; members[x] > i; x-- {
			s.others = append(s.others, members[x])
		}
	}
	once := s.others[:0]
	for _, j := range s.others {
		if s.met[j] != i+1 {
			s.met[j] = i + 1
			once = append(once, j)
		}
	}
	s.others = once
	entries := s.linker.set.entries
	for _, j := range s.others {
		s.seen += uint64(entries[j].at[0]) + uint64(entries[j].digits)
	}
}

// fetch fetches the names that are to be compared.
func (s *searcher) fetch() {
	entries := s.linker.set.entries
	for _, f := range textFields[:2] {
		texts := s.linker.set.text[f].texts
		for k := range s.hopes {
			if at := entries[s.hopes[k].of].at[f]; at >= 0 {
				s.seen += texts[at].joined + uint64(texts[at].rarity)
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
