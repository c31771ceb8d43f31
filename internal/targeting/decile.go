package targeting

import (
	"maps"
	"math"
	"math/bits"
	"slices"

	"gotong/internal/vector"
)

// A family's decile is one more than the whole tenths of the ranked families
// that score strictly less than it:
//
//	decile = 1 + floor(10 × lower / ranked)
//
// Families with equal scores so share the lowest of the deciles that they
// would fill, whoever comes first in a file: no tie is broken by chance. A
// family without a score is not ranked and has no decile.

// Cuts are the lowest scores of deciles 2 to 10.
type Cuts [9]int64

// Decile returns the decile of a score.
func (c *Cuts) Decile(score int64) int64 {
	d := int64(1)
	for _, cut := range c {
		if score >= cut {
			d++
		}
	}
	return d
}

// Coarse is the first pass of exact deciles: it counts scores in buckets of
// equal width. Coarse counts of parts of a nation add up to that of the
// nation, in any order.
type Coarse struct {
	low    int64
	shift  uint
	counts []uint64
	total  uint64
}

// buckets are few enough to stay in the cache and many enough that the
// second pass counts single scores for any model that loads.
const buckets = 1 << 16

// NewCoarse returns an empty count of scores from low to high.
func NewCoarse(low, high int64) *Coarse {
	c := &Coarse{low: low, shift: shiftOf(low, high)}
	c.counts = make([]uint64, uint64(high-low)>>c.shift+1)
	return c
}

// shiftOf returns how wide the buckets are for scores from low to high: so
// many bits of a score are the same in one.
func shiftOf(low, high int64) (shift uint) {
	for uint64(high-low)>>shift >= buckets {
		shift++
	}
	return shift
}

// addAll counts the scores of a partition.
func (c *Coarse) addAll(s *scores) {
	standing := s.standing()
	for w, word := range s.known {
		values := standing[w*64 : min(len(standing), w*64+64)]
		if word != ^uint64(0) {
			for j, v := range values {
				if word>>uint(j)&1 != 0 {
					c.counts[uint64(int64(v)-c.low)>>c.shift]++
				}
			}
			continue
		}
		for _, v := range values {
			c.counts[uint64(int64(v)-c.low)>>c.shift]++
		}
	}
	c.total += uint64(s.known.Count())
}

// Merge adds the counts of o, which was made for the same scores.
func (c *Coarse) Merge(o *Coarse) {
	for i, n := range o.counts {
		c.counts[i] += n
	}
	c.total += o.total
}

// Fine is the second pass: it counts every single score of the few buckets
// in which a cut lies.
type Fine struct {
	coarse *Coarse
	cuts   [9]place
	counts map[uint64][]uint64 // by bucket, then by score within it
}

// place is where a cut lies: at the score that has `rank` others of its
// bucket below it, with `below` in all lower buckets.
type place struct {
	bucket      uint64
	rank, below uint64
	none        bool // fewer families than that
}

// Fine begins the second pass over the same scores.
func (c *Coarse) Fine() *Fine {
	f := &Fine{coarse: c, counts: map[uint64][]uint64{}}
	bucket, below := 0, uint64(0)
	for i := range f.cuts {
		// Decile i+2 begins at the first score that has at least this many below it.
		need := (uint64(i+1)*c.total + 9) / 10
		if need >= c.total {
			f.cuts[i].none = true
			continue
		}
		for below+c.counts[bucket] <= need {
			below += c.counts[bucket]
			bucket++
		}
		f.cuts[i] = place{bucket: uint64(bucket), rank: need - below, below: below}
		if f.counts[uint64(bucket)] == nil {
			f.counts[uint64(bucket)] = make([]uint64, 1<<c.shift)
		}
	}
	return f
}

// Add counts one score.
func (f *Fine) Add(score int64) {
	at := uint64(score - f.coarse.low)
	if counts := f.counts[at>>f.coarse.shift]; counts != nil {
		counts[at&(1<<f.coarse.shift-1)]++
	}
}

// addAll counts the scores of a partition.
func (f *Fine) addAll(s *scores) {
	standing := s.standing()
	wanted := make([]bool, len(f.coarse.counts))
	for bucket := range f.counts {
		wanted[bucket] = true
	}
	from := f.addWithin(s, standing) * 64
	for w, word := range s.known[from/64:] {
		for j, v := range standing[from+w*64 : min(len(standing), from+w*64+64)] {
			if word>>uint(j)&1 != 0 && wanted[uint64(int64(v)-f.coarse.low)>>f.coarse.shift] {
				f.Add(int64(v))
			}
		}
	}
}

// addWithin is addAll for as many words as the processor is quick to hold
// against the edges of the buckets, and returns how many those are. Few rows
// lie within, and each is counted as any is.
func (f *Fine) addWithin(s *scores, standing []int32) (words int) {
	var edges []int32 // of each bucket where it begins, and where the next one does
	for _, bucket := range slices.Sorted(maps.Keys(f.counts)) {
		for _, b := range []uint64{bucket, bucket + 1} {
			edge := f.coarse.low + int64(b<<f.coarse.shift)
			if edge > math.MaxInt32 {
				return 0
			}
			edges = append(edges, int32(edge))
		}
	}
	least := make([][]uint64, len(edges))
	for i := range least {
		least[i] = make([]uint64, compared)
	}
	for {
		n := vector.AtLeast(least, standing[words*64:min(len(standing), (words+compared)*64)], edges)
		for w := range n {
			var within uint64
			for i := 0; i < len(edges); i += 2 {
				within |= least[i][w] &^ least[i+1][w]
			}
			for within &= s.known[words+w]; within != 0; within &= within - 1 {
				f.Add(int64(standing[(words+w)*64+bits.TrailingZeros64(within)]))
			}
		}
		if words += n; n < compared {
			return words
		}
	}
}

// Merge adds the counts of o, which was begun from the same first pass.
func (f *Fine) Merge(o *Fine) {
	for bucket, counts := range o.counts {
		mine := f.counts[bucket]
		for i, n := range counts {
			mine[i] += n
		}
	}
}

// Clone returns an empty second pass of the same cuts, for another worker.
func (f *Fine) Clone() *Fine {
	c := &Fine{coarse: f.coarse, cuts: f.cuts, counts: map[uint64][]uint64{}}
	for bucket, counts := range f.counts {
		c.counts[bucket] = make([]uint64, len(counts))
	}
	return c
}

// Cuts returns the cuts once every score has been counted twice.
func (f *Fine) Cuts() Cuts {
	var cuts Cuts
	for i, p := range f.cuts {
		cuts[i] = math.MaxInt64
		if p.none {
			continue
		}
		counts := f.counts[p.bucket]
		below := uint64(0)
		at := slices.IndexFunc(counts, func(n uint64) bool {
			if below+n > p.rank {
				return true
			}
			below += n
			return false
		})
		score := f.coarse.low + int64(p.bucket<<f.coarse.shift) + int64(at)
		if below < p.rank {
			score++ // equal scores reach across the cut: they stay below it together
		}
		cuts[i] = score
	}
	return cuts
}
