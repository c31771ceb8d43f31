package rule

import (
	"math"

	"gotong/internal/column"
	"gotong/internal/indicator"
)

// register holds one value for each row of a block: yes and no of a Bool,
// numbers and which of them are known of every other kind. Bits past the last
// row are zero. It may point into the batch, and so is never written to but
// by the step that it belongs to.
type register struct {
	yes, no []uint64
	known   []uint64
	bad     []uint64 // unknown though no fact is missing; nil where there can be none

	// A number is here in planes, as a snapshot holds it, or as nums, which are
	// made of the planes when they are asked for. Where it is not known, nums
	// are of no particular value.
	planes *column.Planes
	nums   []int64
	// All known numbers lie from low to high: what cannot leave 64 bits need
	// not be looked at row by row.
	low, high int64

	view             column.Planes // buffers kept from block to block
	ownNums          []int64
	ownYes, ownKnown []uint64
	ownBad           []uint64
	constants        int // how many of ownNums hold a constant already
}

// isBool reports whether the register is of a Bool.
func (r *register) isBool() bool { return r.nums == nil && r.planes == nil }

// numbers returns the numbers a row each.
func (r *register) numbers() []int64 {
	if r.nums == nil && r.planes != nil {
		r.ownNums = sized(r.ownNums, r.planes.Rows)
		r.planes.Expand(r.ownNums)
		r.nums = r.ownNums
	}
	return r.nums
}

// frame is the state of a kernel over one block of families.
type frame struct {
	batch       *column.Batch
	families    [2]int  // half-open range of families
	firstMember int     // of the block
	rows        [3]int  // how many there are of each rowKind
	memberEnds  []int32 // where the members of each family end, in the batch; members of i begin where those of i-1 end
	outer       []int32 // of each pair
	inner       []int32
	pairEnds    []int32 // where the pairs of each outer member end
	selected    []uint64
	doubtful    []uint64
	deciding    []uint64
	open        []uint64
	registers   []register
}

// shape prepares the frame for families from up to to.
func (f *frame) shape(b *column.Batch, from, to int, pairs bool) {
	f.batch = b
	f.families = [2]int{from, to}
	f.firstMember = int(b.Offsets[from])
	f.memberEnds = b.Offsets[from+1 : to+1]
	f.outer, f.inner, f.pairEnds = f.outer[:0], f.inner[:0], f.pairEnds[:0]
	for i := from; pairs && i < to; i++ {
		start, end := b.MembersOf(i)
		f.addPairs(start-f.firstMember, end-f.firstMember)
	}
	f.rows = [3]int{to - from, int(b.Offsets[to]) - f.firstMember, len(f.outer)}
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

// groups returns where the rows that a reduction makes one value of end, and
// what these ends count from.
func (f *frame) groups(s *step) (ends []int32, base int) {
	if s.rows == memberRows {
		return f.pairEnds, 0
	}
	return f.memberEnds, f.firstMember
}

// release drops what points into the batch, so that a pooled frame does not
// keep a snapshot in memory.
func (f *frame) release() {
	f.batch, f.memberEnds = nil, nil
	for i := range f.registers {
		r := &f.registers[i]
		r.yes, r.no, r.nums, r.known, r.bad, r.planes = nil, nil, nil, nil, nil, nil
		r.view.Release()
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

// make makes r hold n numbers, of unspecified value, none of them known.
func (r *register) make(n int) {
	r.ownNums = sized(r.ownNums, n)
	r.ownKnown = sized(r.ownKnown, (n+63)/64)
	r.nums, r.known, r.planes = r.ownNums, r.ownKnown, nil
	r.low, r.high = math.MinInt64, math.MaxInt64
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
	if p := table.Planes[s.fact.Code]; p != nil {
		p.Slice(&r.view, from, n)
		r.ofPlanes(s.kind, n)
		return
	}
	c := table.Columns[s.fact.Code]
	if s.kind != Bool {
		if r.make(n); c != nil {
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

// ofPlanes makes r hold what its view shows.
func (r *register) ofPlanes(k Kind, n int) {
	p := &r.view
	if k != Bool {
		r.planes, r.nums, r.known = p, nil, p.Known
		r.low, r.high = p.Bounds()
		return
	}
	r.bools(n)
	if len(p.Bits) == 1 && p.Base == 0 && p.Step == 1 {
		r.yes = p.Bits[0]
	} else {
		p.Equal(r.no, 0) // for a moment
		for w := range r.yes {
			r.yes[w] = p.Known[w] &^ r.no[w]
		}
	}
	for w := range r.no {
		r.no[w] = p.Known[w] &^ r.yes[w]
	}
}
