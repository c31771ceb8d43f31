package vector

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// Cells of a row of text lie between places in it: cell i from behind place i
// up to place i+1. Eight cells are told at once, each by its own column.

// CellReach is how many bytes a text must have from the end of a row's cells
// on, for them to be told.
const CellReach = 16

// AppendPlaces appends the places of a byte before end in a text, and then the
// end.
func AppendPlaces(places []int32, text string, end int, of byte) []int32 {
	if fast && end > 0 && (end+63)&^63 <= len(text) {
		places = slices.Grow(places, end+64) // a register may be written behind the last one
		n := placesFast(&places[:len(places)+1][len(places)], text, end, of)
		return append(places[:len(places)+n], int32(end))
	}
	return appendPlacesEach(places, text, end, of)
}

func appendPlacesEach(places []int32, text string, end int, of byte) []int32 {
	same := ones * uint64(of)
	at := 0
	for ; at < end && at+64 <= len(text); at += 64 {
		found := sameBytes(text[at:at+64], same)
		if left := end - at; left < 64 {
			found &= 1<<left - 1
		}
		for ; found != 0; found &= found - 1 {
			places = append(places, int32(at+bits.TrailingZeros64(found)))
		}
	}
	for ; at < end; at++ {
		if text[at] == of {
			places = append(places, int32(at))
		}
	}
	return append(places, int32(end))
}

const (
	ones = 0x0101010101010101
	low7 = 0x7f7f7f7f7f7f7f7f
)

// sameBytes returns a bit for each of 64 bytes, the first one lowest, which
// is set where the byte is the one that same repeats.
func sameBytes(text string, same uint64) uint64 {
	const gather = 0x0102040810204080 // moves the lowest bits of eight bytes side by side, to the top
	all := uint64(0)
	for i := range 8 {
		x := binary.LittleEndian.Uint64([]byte(text[8*i:8*i+8])) ^ same
		// The highest bit of each byte that is zero now, and of no other.
		zero := ^((x&low7 + low7) | x | low7)
		all |= (zero >> 7) * gather >> 56 << (8 * i)
	}
	return all
}

// hasZero reports whether one of eight bytes is zero.
func hasZero(x uint64) bool { return (x-ones)&^x&^low7 != 0 }

// cut returns the bytes of a cell of up to 16, and zero behind them.
func cut(text string, from, n int) (head, tail uint64) {
	head, tail = eightBytes(text, from), eightBytes(text, from+8)
	if n < 8 {
		return head & (1<<(8*n) - 1), 0
	}
	return head, tail & (1<<(8*(n-8)) - 1)
}

func eightBytes(text string, at int) uint64 {
	return binary.LittleEndian.Uint64([]byte(text[at : at+8]))
}

// Spread is where a word of up to 16 bytes stands in a table of 1<<(64-shift)
// words, which an odd number spreads over it.
func Spread(head, tail, odd uint64, shift uint8) uint64 {
	return (head + tail*spreadTail) * odd >> (shift & 63)
}

const spreadTail = 0xc2b2ae3d27d4eb4f

// Saying is a word of 1 to 16 bytes, none of them zero, with zero bytes behind
// it, and what it says. The zero Saying is none.
type Saying struct {
	Head, Tail uint64
	Value      int64
}

// Cells is what the cells of a table's columns are told by.
type Cells struct {
	width  int // columns of the table
	eights []eight
	table  []uint64 // heads and tails in turn
	values []int64
}

// eight is what the cells of eight columns side by side are told by, in the
// form that the fast form loads.
type eight struct {
	first                int64 // column
	words, numbers, days int64 // a bit for each column; days are numbers too
	odd                  [16]uint64
	shift, base          [8]uint64 // base is where the column's table begins, in bytes
	scale, least, most   [8]int64
}

// NewCells returns cells of a table of so many columns, of which none is told.
func NewCells(width int) *Cells {
	return &Cells{width: width, table: make([]uint64, 2), values: make([]int64, 1)}
}

// of returns the eight that tells a column, and the column's place in it. The
// last eight ends with the table.
func (c *Cells) of(at int) (*eight, int) {
	first := int64(max(0, min(at&^7, c.width-8)))
	if n := len(c.eights); n == 0 || c.eights[n-1].first != first {
		c.eights = append(c.eights, eight{first: first})
	}
	return &c.eights[len(c.eights)-1], at - int(first)
}

// lane is where the answers are for a column of the last eight.
func (c *Cells) lane(i int) int { return 8*(len(c.eights)-1) + i }

// Words adds a column of words that stand in a table, each where Spread says.
// Columns are added in their order. It returns the column's lane.
func (c *Cells) Words(at int, table []Saying, odd uint64, shift uint8) int {
	g, i := c.of(at)
	g.words |= 1 << i
	g.odd[2*i], g.odd[2*i+1] = odd, odd*spreadTail
	g.shift[i], g.base[i] = uint64(shift), uint64(8*len(c.table))
	for _, s := range table {
		c.table, c.values = append(c.table, s.Head, s.Tail), append(c.values, s.Value)
	}
	return c.lane(i)
}

// Digits adds a column of numbers of up to eight digits, without a zero in
// front, which are taken times the scale, where that is between least and
// most. It returns the column's lane.
func (c *Cells) Digits(at int, scale, least, most int64) int {
	g, i := c.of(at)
	g.numbers |= 1 << i
	g.scale[i], g.least[i], g.most[i] = scale, least, most
	return c.lane(i)
}

// Days adds a column of days written as 1990-08-17, which are numbers such as
// 19900817. What lies outside of the bounds is not told, nor is the 29th of a
// February. It returns the column's lane.
func (c *Cells) Days(at int, least, most int64) int {
	lane := c.Digits(at, 1, least, most)
	c.eights[lane/8].days |= 1 << (lane % 8)
	return lane
}

// Told is what was told of a row: lane i is bit i%8 of byte i/8, and its value.
type Told struct {
	Full   []byte // the cell has something in it
	Known  []byte // what it says is known
	Values []int64
}

// NewTold returns room for what is told of a row of cells.
func (c *Cells) NewTold() Told {
	return Told{make([]byte, len(c.eights)), make([]byte, len(c.eights)), make([]int64, 8*len(c.eights))}
}

// Tell tells the cells of a row, which has all columns. The value of a word is
// looked up where it is asked for; other numbers are always there.
func (c *Cells) Tell(told *Told, text string, places []int32, words bool) {
	switch n := len(c.eights); {
	case n == 0:
	case !fast || c.width < 8:
		c.tellEach(told, text, places, words)
	default:
		var said *int64
		if words {
			said = &c.values[0]
		}
		tellFast(&told.Full[:n][0], &told.Known[:n][0], &told.Values[:8*n][0], text, &places[:c.width+1][0], &c.eights[0], n, &c.table[0], said)
	}
}

func (c *Cells) tellEach(told *Told, text string, places []int32, words bool) {
	for e := range c.eights {
		g := &c.eights[e]
		full, known := byte(0), byte(0)
		for i := range 8 {
			if (g.words|g.numbers)>>i&1 == 0 {
				continue
			}
			from := int(places[int(g.first)+i]) + 1
			n := int(places[int(g.first)+i+1]) - from
			if n == 0 {
				continue
			}
			full |= 1 << i
			v, ok := int64(0), false
			switch {
			case g.days>>i&1 != 0:
				v, ok = g.day(i, text, from, n)
			case g.numbers>>i&1 != 0:
				v, ok = g.digits(i, text, from, n)
			default:
				v, ok = c.word(g, i, text, from, n, words)
			}
			if ok {
				known |= 1 << i
				told.Values[8*e+i] = v
			}
		}
		told.Full[e], told.Known[e] = full, known
	}
}

func (c *Cells) word(g *eight, i int, text string, from, n int, say bool) (int64, bool) {
	if n > CellReach {
		return 0, false
	}
	head, tail := cut(text, from, n)
	at := g.base[i]/16 + Spread(head, tail, g.odd[2*i], uint8(g.shift[i]))
	if c.table[2*at] != head || c.table[2*at+1] != tail || hasZero(head|behind(n)) || hasZero(tail|behind(n-8)) {
		return 0, false
	}
	if !say {
		return 0, true
	}
	return c.values[at], true
}

// behind has the bits of the bytes behind the first n of eight.
func behind(n int) uint64 { return ^uint64(0) << (8 * max(n, 0)) }

func (g *eight) digits(i int, text string, from, n int) (int64, bool) {
	if n > 8 || text[from] == '0' && n > 1 {
		return 0, false
	}
	x := eightBytes(text, from)<<(64-8*n) | Zeros>>(8*n)
	v := Number(x) * g.scale[i]
	return v, EightDigits(x) && v >= g.least[i] && v <= g.most[i]
}

func (g *eight) day(i int, text string, from, n int) (int64, bool) {
	if n != len("1990-08-17") || text[from+4] != '-' || text[from+7] != '-' {
		return 0, false
	}
	x := eightBytes(text, from)
	x = x&(1<<32-1) | x>>8&(0xffff<<32) | uint64(text[from+8])<<48 | uint64(text[from+9])<<56
	v := Number(x)
	m, d := v/100%100, v%100
	return v, EightDigits(x) && m < 16 && d > 0 && d <= monthDays[m&15] && v >= g.least[i] && v <= g.most[i]
}

// monthDays is how many days each month has in all years.
var monthDays = [16]int64{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

// Zeros is eight times the digit 0.
const Zeros = 0x3030303030303030

const (
	highHalf  = 0xf0f0f0f0f0f0f0f0
	aboveNine = 0x0606060606060606
)

// EightDigits reports whether eight bytes are digits.
func EightDigits(x uint64) bool { return (x&highHalf | (x+aboveNine)&highHalf>>4) == Zeros|Zeros>>4 }

// Number returns the number that eight digits write, the first one lowest in
// x.
func Number(x uint64) int64 {
	x = (x - Zeros) * (1 + 10<<8) >> 8 & 0x00ff00ff00ff00ff
	x = x * (1 + 100<<16) >> 16 & 0x0000ffff0000ffff
	return int64(x * (1 + 10_000<<32) >> 32)
}
