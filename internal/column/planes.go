package column

import (
	"math"
	"math/bits"

	"gotong/internal/vector"
)

// Planes is a column cut into bitmaps, one for each bit of its rows' codes.
// Row i stands for
//
//	Base + Step × code(i)
//
// where bit k of the code is bit i of Bits[k]. What can be said of 64 rows by
// a few operations on words is said so, without a row being unpacked: a yes or
// no is one plane, a count of children three. Codes are zero where the row is
// not known, and so are all bits past the last row.
type Planes struct {
	Rows       int
	Base, Step int64 // Step is at least 1
	Bits       []Bitmap
	Known      Bitmap

	own Bitmap // memory that Slice uses again
}

// Bounds returns numbers between which all values lie.
func (p *Planes) Bounds() (low, high int64) {
	over, span := bits.Mul64(^uint64(0)>>uint(64-len(p.Bits)), uint64(p.Step))
	if high := int64(uint64(p.Base) + span); over == 0 && span <= math.MaxInt64 && high >= p.Base {
		return p.Base, high
	}
	return p.Base, math.MaxInt64
}

// At returns row i's value and whether it is known.
func (p *Planes) At(i int) (int64, bool) {
	if i < 0 || i >= p.Rows || !p.Known.Get(i) {
		return 0, false
	}
	var code uint64
	for k, b := range p.Bits {
		code |= b[i>>6] >> (uint(i) & 63) & 1 << uint(k)
	}
	return int64(uint64(p.Base) + uint64(p.Step)*code), true
}

// Below returns the code below which those codes lie that stand for values
// less than v; all says that every code does.
func (p *Planes) Below(v int64) (code uint64, all bool) {
	if v <= p.Base {
		return 0, false
	}
	d := uint64(v) - uint64(p.Base)
	code = d / uint64(p.Step)
	if d%uint64(p.Step) != 0 {
		code++
	}
	return code, bits.Len64(code-1) > len(p.Bits) || code-1 == 1<<uint(len(p.Bits))-1
}

// Code returns the code that stands for v, if one does.
func (p *Planes) Code(v int64) (code uint64, ok bool) {
	d := uint64(v) - uint64(p.Base)
	if v < p.Base || d%uint64(p.Step) != 0 {
		return 0, false
	}
	code = d / uint64(p.Step)
	return code, bits.Len64(code) <= len(p.Bits)
}

// Less sets dst to the known rows whose value is less than v.
func (p *Planes) Less(dst Bitmap, v int64) {
	code, all := p.Below(v)
	switch {
	case all:
		copy(dst, p.Known)
		return
	case code == 0:
		clear(dst)
		return
	}
	for w := range dst {
		var less uint64
		equal := p.Known[w]
		for k := len(p.Bits) - 1; k >= 0; k-- {
			b := p.Bits[k][w]
			if code>>uint(k)&1 != 0 {
				less |= equal &^ b
				equal &= b
			} else {
				equal &^= b
			}
		}
		dst[w] = less
	}
}

// Equal adds to dst the known rows whose value is v.
func (p *Planes) Equal(dst Bitmap, v int64) {
	code, ok := p.Code(v)
	if !ok {
		return
	}
	for w := range dst {
		equal := p.Known[w]
		for k, b := range p.Bits {
			equal &= b[w] ^ (code>>uint(k)&1 - 1) // the bit, or its contrary
		}
		dst[w] |= equal
	}
}

// Expand writes the values of all rows, zero where they are not known.
func (p *Planes) Expand(values []int64) {
	vector.Expand(values[:p.Rows], p.Bits, p.Known, p.Base, p.Step)
}

// Word writes the values of word w's 64 rows, zero where they are not known
// and past the last row.
func (p *Planes) Word(into *[64]int64, w int) {
	var codes [64]byte
	Bytes(&codes, p.Bits[:min(8, len(p.Bits))], w)
	for i := range into {
		into[i] = int64(codes[Spot(i)])
	}
	for at := 8; at < len(p.Bits); at += 8 {
		Bytes(&codes, p.Bits[at:min(at+8, len(p.Bits))], w)
		for i := range into {
			into[i] |= int64(codes[Spot(i)]) << (uint(at) & 63)
		}
	}
	if p.Base == 0 && p.Step == 1 {
		return // what is not known has the code zero
	}
	known := p.Known[w]
	for i, code := range into {
		into[i] = int64(uint64(p.Base)+uint64(p.Step)*uint64(code)) & -int64(known>>uint(i)&1)
	}
}

// Column returns the column with a number a row.
func (p *Planes) Column() *Column {
	c := New(p.Rows)
	p.Expand(c.Values)
	copy(c.Known, p.Known)
	return c
}

// Cut lays a column out in planes, in steps of 1 from its least known value.
func Cut(c *Column) *Planes {
	p := &Planes{Rows: len(c.Values), Step: 1, Known: c.Known}
	low, high, some := int64(0), int64(0), false
	c.Known.Each(func(i int) {
		v := c.Values[i]
		if !some {
			low, high, some = v, v, true
		}
		low, high = min(low, v), max(high, v)
	})
	p.Base = low
	p.Bits = make([]Bitmap, bits.Len64(uint64(high)-uint64(low)))
	for k := range p.Bits {
		p.Bits[k] = NewBitmap(p.Rows)
	}
	c.Known.Each(func(i int) {
		for code, k := uint64(c.Values[i])-uint64(low), 0; code != 0; code, k = code>>1, k+1 {
			if code&1 != 0 {
				p.Bits[k].Set(i)
			}
		}
	})
	return p
}

// Slice sets into to n rows from row `from` on. Where these begin and end at
// the edges of words, it points into p's bitmaps, and else into memory of its
// own.
func (p *Planes) Slice(into *Planes, from, n int) {
	into.Rows, into.Base, into.Step = n, p.Base, p.Step
	into.Bits = into.Bits[:0]
	words := (n + 63) / 64
	if from%64 == 0 && (n%64 == 0 || from+n == p.Rows) {
		at := from / 64
		into.Known = p.Known[at : at+words]
		for _, b := range p.Bits {
			into.Bits = append(into.Bits, b[at:at+words])
		}
		return
	}
	if need := (len(p.Bits) + 1) * words; cap(into.own) < need {
		into.own = make(Bitmap, need+need/4)
	}
	own := into.own
	room := func() Bitmap {
		b := own[:words:words]
		own = own[words:cap(own)]
		return b
	}
	into.Known = room()
	into.Known.Take(p.Known, from, n)
	for _, b := range p.Bits {
		bits := room()
		bits.Take(b, from, n)
		into.Bits = append(into.Bits, bits)
	}
}

// Release lets go of what Slice made p point into.
func (p *Planes) Release() {
	clear(p.Bits[:cap(p.Bits)])
	p.Rows, p.Bits, p.Known = 0, p.Bits[:0], nil
}

// Take sets b to n bits of src from bit from on.
func (b Bitmap) Take(src Bitmap, from, n int) {
	src, shift := src[from>>6:], uint(from)&63
	words := (n + 63) / 64
	if shift == 0 {
		copy(b[:words], src)
	} else {
		for w := range words {
			v := src[w] >> shift
			if w+1 < len(src) {
				v |= src[w+1] << (64 - shift)
			}
			b[w] = v
		}
	}
	if n%64 != 0 {
		b[words-1] &= 1<<(uint(n)%64) - 1
	}
}
