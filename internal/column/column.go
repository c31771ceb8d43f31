// Package column holds facts of many families or persons column by column:
// the shape in which snapshots are read, rules are evaluated in bulk and
// scores are computed.
//
// Every fact is an int64: a number, a rupiah amount, a day (civil.Date), an
// option's number of a choice, or 0 and 1 for no and yes. A fact that nobody
// has observed is not known, which is neither zero nor no.
package column

import "math/bits"

// Bitmap holds one bit a row, row i in bit i%64 of word i/64. Bits past the
// last row are zero.
type Bitmap []uint64

// NewBitmap returns a bitmap of n zero bits.
func NewBitmap(n int) Bitmap { return make(Bitmap, (n+63)/64) }

// Get reports bit i.
func (b Bitmap) Get(i int) bool { return b[i>>6]>>(uint(i)&63)&1 != 0 }

// Set sets bit i to one.
func (b Bitmap) Set(i int) { b[i>>6] |= 1 << (uint(i) & 63) }

// Clear sets bit i to zero.
func (b Bitmap) Clear(i int) { b[i>>6] &^= 1 << (uint(i) & 63) }

// Fill sets the first n bits to one.
func (b Bitmap) Fill(n int) {
	for i := range b {
		b[i] = ^uint64(0)
	}
	if n%64 != 0 && len(b) > 0 {
		b[len(b)-1] = 1<<(uint(n)%64) - 1
	}
}

// Count returns how many bits are one.
func (b Bitmap) Count() int {
	n := 0
	for _, w := range b {
		n += bits.OnesCount64(w)
	}
	return n
}

// Column is one fact of every row of a table. Values[i] has meaning only
// where Known has bit i; it is zero elsewhere, so that equal columns have
// equal bytes.
type Column struct {
	Values []int64
	Known  Bitmap
}

// New returns a column of n rows, none of them known.
func New(n int) *Column { return &Column{Values: make([]int64, n), Known: NewBitmap(n)} }

// Set makes row i known with value v.
func (c *Column) Set(i int, v int64) {
	c.Values[i] = v
	c.Known.Set(i)
}

// At returns row i's value and whether it is known.
func (c *Column) At(i int) (int64, bool) { return c.Values[i], c.Known.Get(i) }

// Table is a set of columns of the same length, by indicator code. A column
// may be there in planes alone: kernels and scores read those first.
type Table struct {
	Rows    int
	Columns map[string]*Column
	Planes  map[string]*Planes
}

// NewTable returns a table of n rows without columns.
func NewTable(n int) *Table {
	return &Table{Rows: n, Columns: map[string]*Column{}, Planes: map[string]*Planes{}}
}

// Sliced returns the planes of a column, new and empty where the table has
// none yet, to be filled by Slice.
func (t *Table) Sliced(code string) *Planes {
	p := t.Planes[code]
	if p == nil {
		p = &Planes{}
		t.Planes[code] = p
	}
	return p
}

// Of returns a column a number a row, however the table holds it; one that it
// does not have is wholly unknown.
func (t *Table) Of(code string) *Column {
	if c := t.Columns[code]; c != nil {
		return c
	}
	if p := t.Planes[code]; p != nil {
		return p.Column()
	}
	return New(t.Rows)
}

// Add puts a new, wholly unknown column into the table and returns it; where
// the table has the column already, that one is returned.
func (t *Table) Add(code string) *Column {
	c := t.Columns[code]
	if c == nil {
		c = New(t.Rows)
		t.Columns[code] = c
	}
	return c
}

// Batch is families and their members. The members of family i are rows
// Offsets[i] to Offsets[i+1] of Members, so Offsets has one entry more than
// there are families.
type Batch struct {
	Families *Table
	Members  *Table
	Offsets  []int32
}

// MembersOf returns the half-open range of member rows of family i.
func (b *Batch) MembersOf(i int) (from, to int) {
	return int(b.Offsets[i]), int(b.Offsets[i+1])
}

// Resize makes the column n rows long, of no particular values.
func (c *Column) Resize(n int) {
	if cap(c.Values) < n {
		c.Values, c.Known = make([]int64, n, n+n/4), make(Bitmap, (n+63)/64, (n+n/4+63)/64)
	}
	c.Values, c.Known = c.Values[:n], c.Known[:(n+63)/64]
}

// Extend makes the column n rows long; what it gains is not known. Memory past
// its end is zero, as New and clearing before cutting leave it.
func (c *Column) Extend(n int) {
	if cap(c.Values) < n {
		values, known := make([]int64, n, 2*n+64), make(Bitmap, (n+63)/64, (2*n+127)/64)
		copy(values, c.Values)
		copy(known, c.Known)
		c.Values, c.Known = values, known
		return
	}
	c.Values, c.Known = c.Values[:n], c.Known[:(n+63)/64]
}

// Or adds the first n bits of src to b from bit at on. src has no other bits.
func (b Bitmap) Or(at int, src Bitmap, n int) {
	shift := uint(at) & 63
	for w := 0; w*64 < n; w++ {
		v, i := src[w], at>>6+w
		b[i] |= v << shift
		if high := v >> (64 - shift); shift > 0 && high != 0 {
			b[i+1] |= high
		}
	}
}

// Each calls fn with the rows whose bit is one, in order.
func (b Bitmap) Each(fn func(i int)) {
	for w, word := range b {
		for ; word != 0; word &= word - 1 {
			fn(w<<6 + bits.TrailingZeros64(word))
		}
	}
}
