package linkage

import (
	"cmp"
	"slices"
)

// place is a record in a block.
type place struct {
	key uint64
	at  int32 // of the record
}

// blocks is what one rule makes: places ordered by block and record, and
// where the blocks begin.
type blocks struct {
	places []place
	starts []int32 // of blocks of two or more, each up to its end
	ends   []int32
	capped map[uint64]bool
	report BlockReport
}

// BlockReport says what one blocking rule made of the records.
type BlockReport struct {
	Rule    string `json:"rule"`
	Blocks  int    `json:"blocks"`  // of two records or more
	Largest int    `json:"largest"` // records in the largest of these
	Pairs   int64  `json:"pairs"`   // within blocks, before those of earlier rules are left out
	// Capped blocks held too many records to compare them all; the pairs
	// that only they hold were not looked at.
	Capped        int `json:"capped"`
	CappedRecords int `json:"capped_records"`
	LargestCapped int `json:"largest_capped"`
}

// block makes the blocks of rule r, leaving out those of more than limit
// records.
func (s *Set) block(r *rule, limit int) *blocks {
	b := &blocks{capped: map[uint64]bool{}, report: BlockReport{Rule: r.name}}
	var buf [maxKeys]uint64
	for i := range s.entries {
		keys := r.keys(s, &s.entries[i], buf[:0])
		for j, k := range keys {
			if !slices.Contains(keys[:j], k) {
				b.places = append(b.places, place{k, int32(i)})
			}
		}
	}
	slices.SortFunc(b.places, func(x, y place) int {
		if c := cmp.Compare(x.key, y.key); c != 0 {
			return c
		}
		return cmp.Compare(x.at, y.at)
	})
	for from := 0; from < len(b.places); {
		to := from + 1
		for to < len(b.places) && b.places[to].key == b.places[from].key {
			to++
		}
		b.count(from, to, limit)
		from = to
	}
	return b
}

func (b *blocks) count(from, to, limit int) {
	n := to - from
	switch {
	case n < 2:
	case n > limit:
		b.capped[b.places[from].key] = true
		b.report.Capped++
		b.report.CappedRecords += n
		b.report.LargestCapped = max(b.report.LargestCapped, n)
	default:
		b.starts, b.ends = append(b.starts, int32(from)), append(b.ends, int32(to))
		b.report.Blocks++
		b.report.Largest = max(b.report.Largest, n)
		b.report.Pairs += int64(n) * int64(n-1) / 2
	}
}

// keyRow is the blocks that one record stands in, for each rule up to one,
// so that a pair is compared once although many blocks hold it. A capped
// block is no reason to leave a pair out.
type keyRow [len16][maxKeys]uint64

const len16 = 16

// row fills the blocks of record e for the rules up to and including last.
func (s *Set) row(e *entry, last int, capped []map[uint64]bool, into *keyRow) {
	for r := 0; r <= last; r++ {
		var buf [maxKeys]uint64
		keys := rules[r].keys(s, e, buf[:0])
		n := copy(into[r][:], keys)
		for i := range into[r][:n] {
			if len(capped[r]) > 0 && capped[r][into[r][i]] {
				into[r][i] = 0
			}
		}
		clear(into[r][n:])
	}
}

// seen reports whether two records share a block of an earlier rule than
// last, or one of last itself with a smaller key than this.
func seen(a, b *keyRow, last int, this uint64) bool {
	for r := 0; r <= last; r++ {
		for _, x := range a[r] {
			if x == 0 {
				continue
			}
			for _, y := range b[r] {
				if x == y && (r < last || x < this) {
					return true
				}
			}
		}
	}
	return false
}
