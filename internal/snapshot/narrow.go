package snapshot

import (
	"encoding/binary"
	"math"

	"gotong/internal/column"
)

// Narrow is a growing column that keeps each value in as few bytes (1, 2, 4
// or 8) as its widest value needs, and one bit a row for whether it is known.
// Columns with equal rows have equal bytes. The zero Narrow is empty.
type Narrow struct {
	rows    int
	width   int // 0 until a value is known
	data    []byte
	known   []byte // bit i%8 of byte i/8
	unknown int    // rows that are not known
}

// Rows returns how many rows have been appended.
func (n *Narrow) Rows() int { return n.rows }

// Append adds a known row.
func (n *Narrow) Append(v int64) {
	if w := widthOf(v); w > n.width {
		n.widen(w)
	}
	n.put(v)
	n.mark(true)
}

// AppendUnknown adds a row that is not known.
func (n *Narrow) AppendUnknown() {
	n.put(0)
	n.mark(false)
	n.unknown++
}

// AppendColumn adds the rows of a column.
func (n *Narrow) AppendColumn(c *column.Column) {
	for i := range c.Values {
		if v, ok := c.At(i); ok {
			n.Append(v)
		} else {
			n.AppendUnknown()
		}
	}
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

// readInt returns value i of a packed column.
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

// readInts is readInt for rows from on, into all of dst, by one loop a width.
func readInts(dst []int64, data []byte, width, from int) {
	switch width {
	case 1:
		for i, b := range data[from : from+len(dst)] {
			dst[i] = int64(int8(b))
		}
	case 2:
		data = data[2*from:]
		for i := range dst {
			dst[i] = int64(int16(binary.LittleEndian.Uint16(data[2*i:])))
		}
	case 4:
		data = data[4*from:]
		for i := range dst {
			dst[i] = int64(int32(binary.LittleEndian.Uint32(data[4*i:])))
		}
	case 8:
		data = data[8*from:]
		for i := range dst {
			dst[i] = int64(binary.LittleEndian.Uint64(data[8*i:]))
		}
	}
}

// readBits copies n bits from bit from on into dst.
func readBits(dst column.Bitmap, bits []byte, from, n int) {
	for i := range n {
		if bits[(from+i)>>3]>>(uint(from+i)&7)&1 != 0 {
			dst.Set(i)
		}
	}
}
