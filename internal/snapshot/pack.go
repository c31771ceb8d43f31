package snapshot

import (
	"math/bits"

	"gotong/internal/column"
)

// coding says what the codes of a column stand for, as column.Planes has it.
type coding struct {
	Rows       int
	Base, Step int64
	Bits       int
}

// codingOf chooses the coding of a column in which something is known. It
// depends on the rows alone.
func codingOf(n *Narrow) coding {
	c := coding{Rows: n.rows, Base: n.low, Step: 1}
	span := uint64(n.high) - uint64(n.low)
	if step := stepOf(n); step > 1 {
		c.Step, span = int64(step), span/step
	}
	c.Bits = bits.Len64(span)
	return c
}

// stepOf returns the greatest number that divides the distance of each known
// value from the least; rupiah come in thousands.
func stepOf(n *Narrow) uint64 {
	if n.high == n.low {
		return 1
	}
	var step uint64
	for i := range n.rows {
		if !n.isKnown(i) {
			continue
		}
		x := uint64(n.at(i)) - uint64(n.low)
		if step != 0 && x%step == 0 {
			continue
		}
		for x != 0 {
			step, x = x, step%x
		}
		if step == 1 {
			return 1
		}
	}
	if step > 1<<62 {
		return 1 // it would not fit the sign
	}
	return step
}

// cut returns the codes of the known rows alone, one after the other, as
// bitmaps. What nobody knows takes no room.
func (c coding) cut(n *Narrow) (planes []column.Bitmap, rows int) {
	rows = n.rows - n.unknown
	planes = make([]column.Bitmap, c.Bits)
	for k := range planes {
		planes[k] = column.NewBitmap(rows)
	}
	if c.Bits == 0 {
		return planes, rows
	}
	at := 0
	var codes [64]uint64
	flush := func(n int) {
		for k, p := range planes {
			var word uint64
			for i, code := range codes[:n] {
				word |= code >> uint(k) & 1 << uint(i)
			}
			p[at>>6] = word
		}
		at += n
	}
	have := 0
	for i := range n.rows {
		if n.unknown > 0 && !n.isKnown(i) {
			continue
		}
		d := uint64(n.at(i)) - uint64(c.Base)
		if c.Step != 1 {
			d /= uint64(c.Step)
		}
		codes[have] = d
		if have++; have == len(codes) {
			flush(have)
			have = 0
		}
	}
	if have > 0 {
		flush(have)
	}
	return planes, rows
}

// known returns which rows are known.
func (n *Narrow) knownBits() column.Bitmap {
	b := column.NewBitmap(n.rows)
	for i, x := range n.known {
		b[i>>3] |= uint64(x) << (8 * (i & 7))
	}
	return b
}

// collect is the contrary of deposit: the bits at the places that are one in
// known, of which there are n, one after the other.
func collect(from, known column.Bitmap, n int) column.Bitmap {
	out := column.NewBitmap(n)
	at := 0
	for w, mask := range known {
		word, have := from[w], uint(0)
		if mask != ^uint64(0) {
			var picked uint64
			for ; mask != 0; mask &= mask - 1 {
				picked |= word >> uint(bits.TrailingZeros64(mask)) & 1 << have
				have++
			}
			word = picked
		} else {
			have = 64
		}
		if have == 0 {
			continue
		}
		shift := uint(at) & 63
		out[at>>6] |= word << shift
		if shift+have > 64 {
			out[at>>6+1] |= word >> (64 - shift)
		}
		at += int(have)
	}
	return out
}

// deposit lays the first bits of dense out at the places that are one in
// known.
func deposit(dense, known column.Bitmap) column.Bitmap {
	out := column.NewBitmap(len(known) * 64)
	at := 0
	for w, mask := range known {
		n := bits.OnesCount64(mask)
		if n == 0 {
			continue
		}
		src, shift := dense[at>>6]>>(uint(at)&63), uint(at)&63
		if int(shift)+n > 64 {
			src |= dense[at>>6+1] << (64 - shift)
		}
		at += n
		if n == 64 {
			out[w] = src
			continue
		}
		src &= 1<<uint(n) - 1
		if 64-n < n { // make room for the few that are not known
			for gaps := ^mask; gaps != 0; gaps &= gaps - 1 {
				below := gaps&-gaps - 1
				src = src&below | src&^below<<1
			}
			out[w] = src
			continue
		}
		var word uint64
		for ; mask != 0; mask &= mask - 1 {
			word |= mask & -mask & -(src & 1)
			src >>= 1
		}
		out[w] = word
	}
	return out
}

// Cells is a column of a file. The zero Cells is wholly unknown.
type Cells struct{ planes *column.Planes }

// Rows returns how many rows there are; none where nothing is known.
func (c Cells) Rows() int {
	if c.planes == nil {
		return 0
	}
	return c.planes.Rows
}

// At returns the value of a row and whether it is known.
func (c Cells) At(row int) (int64, bool) {
	if c.planes == nil {
		return 0, false
	}
	return c.planes.At(row)
}

// Slice sets into to n rows from row `from` on.
func (c Cells) Slice(into *column.Planes, from, n int) {
	if c.planes == nil || from+n > c.planes.Rows {
		*into = column.Planes{Rows: n, Step: 1, Known: column.NewBitmap(n)}
		return
	}
	c.planes.Slice(into, from, n)
}

// read fills a column with the rows from `from` on.
func (c Cells) read(into *column.Column, from int) {
	n := len(into.Values)
	if c.planes == nil || from+n > c.planes.Rows {
		clear(into.Values)
		clear(into.Known)
		return
	}
	var part column.Planes
	c.planes.Slice(&part, from, n)
	part.Expand(into.Values)
	copy(into.Known, part.Known)
}
