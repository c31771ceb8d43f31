package linkage

import (
	"context"
	"math"
	"slices"
	"sync/atomic"
)

// comparedAtOnce is how many records of blocks are fetched at a time.
const comparedAtOnce = 512

// compare scores every pair that shares a block and keeps those that could
// reach the review, each once.
func (l *linker) compare(ctx context.Context) error {
	results := make([]found, len(l.blocks.pieces))
	searchers := make([]*searcher, len(l.comparers))
	once := newOnce(len(l.set.entries))
	for i, c := range l.comparers {
		searchers[i] = &searcher{linker: l, comparer: c, least: l.leastScore(), once: once}
	}
	err := l.each(ctx, len(results), func(c *comparer, i int) {
		members, err := l.blocks.read(l.blocks.pieces[i], &c.room)
		if err != nil {
			l.fail(err)
			return
		}
		searchers[c.worker].piece(members, &results[i])
		l.blocks.pieces[i] = piece{}
		l.progress.Add("", results[i].compared)
	})
	if err != nil {
		return err
	}
	for i := range results {
		l.found = append(l.found, results[i].pairs...)
		l.result.Compared += results[i].compared
		results[i].pairs = nil
	}
	slices.SortFunc(l.found, compareScored)
	l.found = slices.CompactFunc(l.found, func(a, b scored) bool { return a.i == b.i && a.j == b.j })
	return nil
}

type found struct {
	pairs    []scored
	compared int64
}

// searcher compares the records of blocks. What it needs of them lies all over
// the memory, so it is fetched for many blocks in turn, step by step: the
// machine then waits for many at a time.
type searcher struct {
	*linker
	*comparer
	least int32
	once  once
	rows  []entry // of the members
	hopes []hope  // pairs whose texts are to be compared
	seen  uint64  // keeps what is fetched from being left out
}

// piece compares the records of each block with each other.
func (s *searcher) piece(members []member, f *found) {
	for len(members) > 0 {
		to := min(comparedAtOnce, len(members))
		for to < len(members) && members[to]&firstMember == 0 {
			to++
		}
		s.blocksOf(members[:to], f)
		members = members[to:]
	}
}

func (s *searcher) blocksOf(members []member, f *found) {
	entries := s.linker.set.entries
	s.rows, s.hopes = s.rows[:0], s.hopes[:0]
	for _, m := range members {
		s.rows = append(s.rows, entries[m.at()])
	}
	for at := 0; at < len(members); {
		block, _ := firstBlock(members[at:])
		s.block(block, s.rows[at:at+len(block)], f)
		at += len(block)
	}
	s.fetch()
	for k := range s.hopes {
		h := &s.hopes[k]
		if score, ok := s.model.fulfil(s.comparer, &entries[h.i], &entries[h.j], h, s.least); ok {
			f.pairs = append(f.pairs, scored{h.i, h.j, score})
		}
	}
}

// block compares all but the texts of the records of a block.
func (s *searcher) block(members []member, rows []entry, f *found) {
	for x := range rows {
		a, i := &rows[x], members[x].at()
		for y := x + 1; y < len(rows); y++ {
			b, j := &rows[y], members[y].at()
			if !s.compares(a, b) || !s.once.first(i, j) {
				continue
			}
			f.compared++
			if kin(a, b) {
				if score, ok := s.model.atLeast(s.comparer, a, b, s.least); ok {
					f.pairs = append(f.pairs, scored{i, j, score})
				}
				continue
			}
			if h := (hope{i: i, j: j}); s.model.hope(s.comparer, a, b, &h, s.least) {
				s.hopes = append(s.hopes, h)
			}
		}
	}
}

// fetch fetches the names that are to be compared.
func (s *searcher) fetch() {
	entries := s.linker.set.entries
	for _, f := range textFields[:2] {
		texts := s.linker.set.text[f].texts
		for k := range s.hopes {
			if at := entries[s.hopes[k].j].at[f]; at >= 0 {
				s.seen += texts[at].joined + uint64(texts[at].rarity)
			}
		}
	}
}

// once tells which pairs were met before, of so few records that all pairs have
// room: there each is compared once. Of more, those few that several rules put
// together are compared for each, which takes less than to remember them.
type once struct{ met []uint64 }

const mostOnce = 1 << 13 // records

func newOnce(records int) once {
	if records > mostOnce {
		return once{}
	}
	return once{make([]uint64, (records*(records-1)/2+63)/64)}
}

// first reports whether records i and j, in this order, are met for the first
// time.
func (o once) first(i, j int32) bool {
	if o.met == nil {
		return true
	}
	at := int64(j)*(int64(j)-1)/2 + int64(i)
	bit := uint64(1) << (at & 63)
	return atomic.OrUint64(&o.met[at>>6], bit)&bit == 0
}

// compares reports whether two records are to be compared at all.
func (l *linker) compares(a, b *entry) bool { return !l.options.Between || a.list != b.list }

// Pairs are kept from so many bits below the decision on, as what is learned of
// the pairs that remain moves their weights: from slack below the review and, of
// few records, from fewSlack below the match, as less was learned at first and
// the pairs to be kept are few.
const (
	slack      = 6000
	fewSlack   = 13_000
	fewToLearn = 1 << 16 // records
)

// kept returns the log odds, in thousandths of a bit, from which pairs are kept.
func (l *linker) kept() int32 {
	least := logOdds(l.options.Review) - slack
	if len(l.set.entries) <= fewToLearn {
		least = min(least, logOdds(l.options.Match)-fewSlack)
	}
	return least
}

// leastScore is the score below which a pair cannot become one of the review.
func (l *linker) leastScore() int32 {
	return millibits(math.Log2(l.all()/l.most)) + l.kept()
}
