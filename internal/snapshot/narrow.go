package snapshot

import (
	"encoding/binary"
	"math"
	"math/bits"

	"gotong/internal/column"
)

// Narrow is a growing column that keeps each value in as few bytes (1, 2, 4
// or 8) as its widest value needs, and one bit a row for whether it is known.
// A file packs it further. The zero Narrow is empty.
type Narrow struct {
	rows    int
	width   int // bytes; 0 until a value is known
	data    []byte
	known   []byte // bit i%8 of byte i/8
	unknown int    // rows that are not known
	low     int64  // of the known values
	high    int64
}

// Rows returns how many rows have been appended.
func (n *Narrow) Rows() int { return n.rows }

// Append adds a known row.
func (n *Narrow) Append(v int64) {
	n.reach(v, v)
	n.put(v)
	n.mark(true)
}

// AppendUnknown adds a row that is not known.
func (n *Narrow) AppendUnknown() {
	n.put(0)
	n.mark(false)
	n.unknown++
}

// AppendAll adds rows that are all known.
func (n *Narrow) AppendAll(values []int64) {
	if len(values) == 0 {
		return
	}
	low, high := values[0], values[0]
	for _, v := range values {
		low, high = min(low, v), max(high, v)
	}
	n.reach(low, high)
	n.data = appendInts(n.data, values, n.width)
	rows := n.rows + len(values)
	for len(n.known) < (rows+7)/8 {
		n.known = append(n.known, 0)
	}
	for i := n.rows; i < rows; {
		if i%8 == 0 && rows-i >= 8 {
			n.known[i/8] = 0xff
			i += 8
			continue
		}
		n.known[i/8] |= 1 << (i % 8)
		i++
	}
	n.rows = rows
}

// reach makes room for values from low to high.
func (n *Narrow) reach(low, high int64) {
	if n.unknown == n.rows {
		n.low, n.high = low, high
	} else {
		n.low, n.high = min(n.low, low), max(n.high, high)
	}
	if w := max(widthOf(low), widthOf(high)); w > n.width {
		n.widen(w)
	}
}

// AppendColumn adds the rows of a column.
func (n *Narrow) AppendColumn(c *column.Column) {
	rows := len(c.Values)
	known := c.Known.Count()
	if known > 0 {
		n.reach(extremes(c, known == rows))
	}
	n.data = appendInts(n.data, c.Values, n.width)
	n.known = appendBits(n.known, n.rows, c.Known, rows)
	n.rows += rows
	n.unknown += rows - known
}

// AppendUnknowns adds rows that are not known.
func (n *Narrow) AppendUnknowns(rows int) {
	n.data = append(n.data, make([]byte, rows*n.width)...)
	n.rows += rows
	n.unknown += rows
	for len(n.known) < (n.rows+7)/8 {
		n.known = append(n.known, 0)
	}
}

// extremes returns the least and the greatest known value; there is one.
func extremes(c *column.Column, all bool) (low, high int64) {
	if all {
		low, high = c.Values[0], c.Values[0]
		for _, v := range c.Values {
			low, high = min(low, v), max(high, v)
		}
		return low, high
	}
	low, high = math.MaxInt64, math.MinInt64
	for w, word := range c.Known {
		for ; word != 0; word &= word - 1 {
			v := c.Values[w*64+bits.TrailingZeros64(word)]
			low, high = min(low, v), max(high, v)
		}
	}
	return low, high
}

// appendBits adds n bits to dst, which holds have of them.
func appendBits(dst []byte, have int, from column.Bitmap, n int) []byte {
	total := (have + n + 7) / 8
	for len(dst) < total {
		dst = append(dst, 0)
	}
	shift := uint(have & 7)
	out := dst[have>>3:]
	for w, word := range from {
		for b := 0; b < 8 && w*64+b*8 < n; b++ {
			v := uint16(byte(word>>(8*b))) << shift
			out[w*8+b] |= byte(v)
			if high := byte(v >> 8); high != 0 {
				out[w*8+b+1] |= high
			}
		}
	}
	return dst
}

// appendInts adds values in so many bytes each. Those that do not fit, which
// are not known, are zero.
func appendInts(dst []byte, values []int64, width int) []byte {
	switch width {
	case 1:
		for _, v := range values {
			dst = append(dst, byte(v))
		}
	case 2:
		for _, v := range values {
			dst = binary.LittleEndian.AppendUint16(dst, uint16(v))
		}
	case 4:
		for _, v := range values {
			dst = binary.LittleEndian.AppendUint32(dst, uint32(v))
		}
	case 8:
		for _, v := range values {
			dst = binary.LittleEndian.AppendUint64(dst, uint64(v))
		}
	}
	return dst
}

func (n *Narrow) mark(known bool) {
	if n.rows%8 == 0 {
		n.known = append(n.known, 0)
	}
	if known {
		n.known[n.rows/8] |= 1 << (n.rows % 8)
	}
	n.rows++
}

func (n *Narrow) isKnown(i int) bool { return n.known[i>>3]>>(i&7)&1 != 0 }

func widthOf(v int64) int {
	switch {
	case v >= math.MinInt8 && v <= math.MaxInt8:
		return 1
	case v >= math.MinInt16 && v <= math.MaxInt16:
		return 2
	case v >= math.MinInt32 && v <= math.MaxInt32:
		return 4
	}
	return 8
}

func (n *Narrow) put(v int64) {
	switch n.width {
	case 1:
		n.data = append(n.data, byte(v))
	case 2:
		n.data = binary.LittleEndian.AppendUint16(n.data, uint16(v))
	case 4:
		n.data = binary.LittleEndian.AppendUint32(n.data, uint32(v))
	case 8:
		n.data = binary.LittleEndian.AppendUint64(n.data, uint64(v))
	}
}

// widen rewrites the rows so far in w bytes each.
func (n *Narrow) widen(w int) {
	old, from := n.data, n.width
	n.data, n.width = make([]byte, 0, max(n.rows+1, cap(old)/max(from, 1))*w), w
	for i := range n.rows {
		n.put(readInt(old, from, i))
	}
}

// at returns the value of a row, known or not.
func (n *Narrow) at(i int) int64 { return readInt(n.data, n.width, i) }

// readInt returns value i of a column of so many bytes a value.
func readInt(data []byte, width, i int) int64 {
	switch width {
	case 1:
		return int64(int8(data[i]))
	case 2:
		return int64(int16(binary.LittleEndian.Uint16(data[2*i:])))
	case 4:
		return int64(int32(binary.LittleEndian.Uint32(data[4*i:])))
	case 8:
		return int64(binary.LittleEndian.Uint64(data[8*i:]))
	}
	return 0
}

// Value returns the value of a row, zero where it is not known.
func (n *Narrow) Value(i int) int64 { return n.at(i) }

// Known reports whether a row is known.
func (n *Narrow) Known(i int) bool { return n.isKnown(i) }

// Bounds returns the least and greatest value; ok is false where none is known.
func (n *Narrow) Bounds() (low, high int64, ok bool) { return n.low, n.high, n.unknown < n.rows }
