package snapshot

import (
	"encoding/binary"
	"math/bits"

	"gotong/internal/column"
)

// coding says how a column's rows lie in a file. Each row has a code of Bits
// bits, row i at bit i×Bits, the lowest bit first; codes stand for
//
//	Base + Step × code
//
// or, where the column is Null, code 0 is a row that is not known and the
// others stand for Base + Step × (code − 1). A column of one value alone has
// no bits. Where the bits have no room for one more code, one bit a row
// follows that says which rows are known.
type coding struct {
	Rows int   `json:"rows"`
	Bits int   `json:"bits"`
	Base int64 `json:"base"`
	Step int64 `json:"step"`
	Null bool  `json:"null,omitempty"`
	Mask bool  `json:"mask,omitempty"` // known bits follow the codes
}

// codeBytes returns how many bytes the codes take.
func (c coding) codeBytes() int { return (c.Rows*c.Bits + 7) / 8 }

// bytes returns how many bytes the column takes.
func (c coding) bytes() int {
	n := c.codeBytes()
	if c.Mask {
		n += (c.Rows + 7) / 8
	}
	return n
}

// slack is how many bytes more than its own a column has in memory, so that
// a code can be loaded by one word.
const slack = 16

// codingOf chooses the coding of a column in which something is known. It
// depends on the rows alone.
func codingOf(n *Narrow) coding {
	c := coding{Rows: n.rows, Base: n.low, Step: 1}
	span := uint64(n.high) - uint64(n.low)
	if step := stepOf(n); step > 1 {
		c.Step, span = int64(step), span/step
	}
	c.Bits = bits.Len64(span)
	if n.unknown > 0 {
		c.Null = c.Bits > 1 && bits.Len64(span+1) == c.Bits
		c.Mask = !c.Null
	}
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

// pack lays a column out.
func (c coding) pack(n *Narrow) []byte {
	out := make([]byte, c.bytes()+slack)
	for i := range n.rows {
		if !n.isKnown(i) {
			continue
		}
		code := (uint64(n.at(i)) - uint64(c.Base)) / uint64(c.Step)
		if c.Null {
			code++
		}
		putCode(out, c.Bits, i, code)
	}
	if c.Mask {
		copy(out[c.codeBytes():], n.known)
	}
	return out[:c.bytes()]
}

// putCode writes a code where all bits are zero. out ends in slack bytes.
func putCode(out []byte, width, i int, code uint64) {
	if width == 0 {
		return
	}
	at := i * width
	b, shift := out[at>>3:], uint(at&7)
	binary.LittleEndian.PutUint64(b, binary.LittleEndian.Uint64(b)|code<<shift)
	if int(shift)+width > 64 {
		b[8] |= byte(code >> (64 - shift))
	}
}

// codeAt returns the code of a row. data ends in slack bytes.
func codeAt(data []byte, width, i int) uint64 {
	if width == 0 {
		return 0
	}
	at := i * width
	b, shift := data[at>>3:], uint(at&7)
	v := binary.LittleEndian.Uint64(b) >> shift
	if int(shift)+width > 64 {
		v |= uint64(b[8]) << (64 - shift)
	}
	return v & (^uint64(0) >> uint(64-width))
}

// Cells is a column as it lies in a file. The zero Cells is wholly unknown.
type Cells struct {
	coding
	data []byte // with slack bytes at its end
}

// At returns the value of a row and whether it is known.
func (c Cells) At(row int) (int64, bool) {
	if row < 0 || row >= c.Rows {
		return 0, false
	}
	code := codeAt(c.data, c.Bits, row)
	switch {
	case c.Null && code == 0:
		return 0, false
	case c.Null:
		code--
	case c.Mask && c.data[c.codeBytes()+row>>3]>>(row&7)&1 == 0:
		return 0, false
	}
	return int64(uint64(c.Base) + uint64(c.Step)*code), true
}

// read fills a column with the rows from `from` on.
func (c Cells) read(into *column.Column, from int) {
	n := len(into.Values)
	if c.Rows == 0 {
		clear(into.Values)
		clear(into.Known)
		return
	}
	base := c.Base
	if c.Null {
		base = int64(uint64(c.Base) - uint64(c.Step))
	}
	c.codes(into.Values, from)
	switch {
	case c.Null:
		knownCodes(into.Known, into.Values)
	case c.Mask:
		readBits(into.Known, c.data[c.codeBytes():], from, n)
	default:
		into.Known.Fill(n)
	}
	if base != 0 || c.Step != 1 {
		for i, v := range into.Values {
			into.Values[i] = base + c.Step*v
		}
		if c.Null || c.Mask {
			clearUnknown(into)
		}
	}
}

// codes reads codes, by one loop a width where that is quicker.
func (c Cells) codes(dst []int64, from int) {
	switch data := c.data; c.Bits {
	case 0:
		clear(dst)
	case 1:
		for i := range dst {
			at := from + i
			dst[i] = int64(data[at>>3] >> (at & 7) & 1)
		}
	case 8:
		for i, b := range data[from : from+len(dst)] {
			dst[i] = int64(b)
		}
	case 16:
		data = data[2*from:]
		for i := range dst {
			dst[i] = int64(binary.LittleEndian.Uint16(data[2*i:]))
		}
	case 32:
		data = data[4*from:]
		for i := range dst {
			dst[i] = int64(binary.LittleEndian.Uint32(data[4*i:]))
		}
	default:
		if c.Bits > 56 {
			for i := range dst {
				dst[i] = int64(codeAt(data, c.Bits, from+i))
			}
			return
		}
		mask, at := uint64(1)<<uint(c.Bits)-1, from*c.Bits
		for i := range dst {
			dst[i] = int64(binary.LittleEndian.Uint64(data[at>>3:]) >> uint(at&7) & mask)
			at += c.Bits
		}
	}
}

// knownCodes marks the codes that are not zero.
func knownCodes(known column.Bitmap, codes []int64) {
	for w := range known {
		var word uint64
		for j, v := range codes[w*64 : min(len(codes), w*64+64)] {
			word |= uint64(v|-v) >> 63 << uint(j&63)
		}
		known[w] = word
	}
}

// clearUnknown makes what is not known zero, as column.Column wants it.
func clearUnknown(c *column.Column) {
	for w, word := range c.Known {
		end := min(len(c.Values), w*64+64)
		for zero := ^word; zero != 0; zero &= zero - 1 {
			i := w*64 + bits.TrailingZeros64(zero)
			if i >= end {
				break
			}
			c.Values[i] = 0
		}
	}
}

// readBits copies n bits from bit from on into dst. bits ends in slack bytes.
func readBits(dst column.Bitmap, bits []byte, from, n int) {
	shift := uint(from & 7)
	for w := range dst {
		b := bits[from>>3+w*8:]
		v := binary.LittleEndian.Uint64(b) >> shift
		if shift > 0 {
			v |= uint64(b[8]) << (64 - shift)
		}
		if left := n - w*64; left < 64 {
			v &= 1<<uint(left) - 1
		}
		dst[w] = v
	}
}
