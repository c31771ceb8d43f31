package rule

import (
	"gotong/internal/column"
	"gotong/internal/indicator"
)

// register holds one value for each row of a block: yes and no of a Bool,
// numbers and which of them are known of every other kind. Bits past the last
// row are zero. It may point into the batch, and so is never written to but
// by the step that it belongs to.
type register struct {
	yes, no []uint64
	nums    []int64
	known   []uint64
	bad     []uint64 // unknown though no fact is missing; nil where there can be none

	ownNums          []int64 // buffers kept from block to block
	ownYes, ownKnown []uint64
	ownBad           []uint64
}

// frame is the state of a kernel over one block of families.
type frame struct {
	batch       *column.Batch
	families    [2]int  // half-open range of families
	firstMember int     // of the block
	rows        [3]int  // how many there are of each rowKind
	familyOf    []int32 // of each member of the block, within the block
	memberEnds  []int32 // where the members of each family end; members of i begin where those of i-1 end
	outer       []int32 // of each pair
	inner       []int32
	pairEnds    []int32 // where the pairs of each outer member end
	selected    []uint64
	doubtful    []uint64
	registers   []register
}

// shape prepares the frame for families from up to to.
func (f *frame) shape(b *column.Batch, from, to int, pairs bool) {
	f.batch = b
	f.families = [2]int{from, to}
	f.firstMember = int(b.Offsets[from])
	f.familyOf, f.memberEnds = f.familyOf[:0], f.memberEnds[:0]
	f.outer, f.inner, f.pairEnds = f.outer[:0], f.inner[:0], f.pairEnds[:0]
	f.familyOf = sized(f.familyOf, int(b.Offsets[to])-f.firstMember)
	at := 0
	for i := from; i < to; i++ {
		start, end := b.MembersOf(i)
		for ; at < end-f.firstMember; at++ {
			f.familyOf[at] = int32(i - from)
		}
		f.memberEnds = append(f.memberEnds, int32(end-f.firstMember))
		if pairs {
			f.addPairs(start-f.firstMember, end-f.firstMember)
		}
	}
	f.rows = [3]int{to - from, len(f.familyOf), len(f.outer)}
}

func (f *frame) addPairs(start, end int) {
	for i := start; i < end; i++ {
		for j := start; j < end; j++ {
			f.outer = append(f.outer, int32(i))
			f.inner = append(f.inner, int32(j))
		}
		f.pairEnds = append(f.pairEnds, int32(len(f.outer)))
	}
}

// release drops what points into the batch, so that a pooled frame does not
// keep a snapshot in memory.
func (f *frame) release() {
	f.batch = nil
	for i := range f.registers {
		r := &f.registers[i]
		r.yes, r.no, r.nums, r.known, r.bad = nil, nil, nil, nil, nil
	}
}

// bools makes r hold n truths, all unknown.
func (r *register) bools(n int) {
	words := (n + 63) / 64
	r.ownYes = sized(r.ownYes, words)
	r.ownKnown = sized(r.ownKnown, words)
	r.yes, r.no = r.ownYes, r.ownKnown
	clear(r.yes)
	clear(r.no)
}

// numbers makes r hold n numbers, of unspecified value, none of them known.
func (r *register) numbers(n int) {
	r.ownNums = sized(r.ownNums, n)
	r.ownKnown = sized(r.ownKnown, (n+63)/64)
	r.nums, r.known = r.ownNums, r.ownKnown
	clear(r.known)
}

func sized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, n+n/4)
	}
	return s[:n]
}

// load reads a fact's column.
func (f *frame) load(s *step, r *register) {
	table, from := f.batch.Families, f.families[0]
	if s.fact.Level == indicator.Person {
		table, from = f.batch.Members, f.firstMember
	}
	n := f.rows[s.rows]
	c := table.Columns[s.fact.Code]
	if s.kind != Bool {
		if r.numbers(n); c != nil {
			r.nums = c.Values[from : from+n]
			copyBits(r.known, c.Known, from, n)
		}
		return
	}
	if r.bools(n); c == nil {
		return
	}
	copyBits(r.no, c.Known, from, n)
	notEqualConst(r.yes, c.Values[from:from+n], 0)
	for w := range r.yes {
		r.yes[w] &= r.no[w]
		r.no[w] &^= r.yes[w]
	}
}
