package sheet

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"strings"
)

// Line is a row whose cells, unless there are quotes in it, still lie in the
// text that it was read from: nothing is written down of each but its place.
type Line struct {
	Record // Fields has none of the cells that lie in the text

	text   string  // the line, and all that stands behind it
	places []int32 // before, between and behind the cells
}

// Places returns the text that a line's cells lie in, and for each cell the
// place before it, with the end behind the last; no places where the cells do
// not lie in a text. Behind the line, the text goes on.
func (l *Line) Places() (text string, places []int32) { return l.text, l.places }

// Whole returns a line of a row whose cells were read already.
func Whole(rec Record) Line { return Line{Record: rec} }

// Width returns how many cells the line has.
func (l *Line) Width() int {
	if len(l.places) > 0 {
		return len(l.places) - 1
	}
	return len(l.Fields)
}

// Cell returns the text of a cell, "" where the line has no such cell.
func (l *Line) Cell(at int) string {
	if at+1 < len(l.places) {
		return l.text[l.places[at]+1 : l.places[at+1]]
	}
	if at < len(l.Fields) {
		return l.Fields[at]
	}
	return ""
}

// Filled reports whether any cell from the given one on has something in it.
func (l *Line) Filled(from int) bool {
	for at := from; at < l.Width(); at++ {
		if filled(l.Cell(at)) {
			return true
		}
	}
	return false
}

func filled(cell string) bool { return cell != "" && strings.TrimSpace(cell) != "" }

// appendPlaces appends the places of the delimiters in a line of a text, and
// the line's end. It looks at 64 bytes at once, which may reach into the
// lines behind.
func appendPlaces(places []int32, text string, end int, delimiter byte) []int32 {
	same := ones * uint64(delimiter)
	at := 0
	for ; at < end && at+64 <= len(text); at += 64 {
		found := sameBytes(text[at:at+64], same)
		if left := end - at; left < 64 {
			found &= 1<<left - 1
		}
		if cap(places)-len(places) < 64 {
			places = slices.Grow(places, 64)
		}
		room, n := (*[64]int32)(places[len(places):len(places)+64]), 0
		for ; found != 0; found &= found - 1 {
			room[n&63] = int32(at + bits.TrailingZeros64(found))
			n++
		}
		places = places[:len(places)+n]
	}
	for ; at < end; at++ {
		if text[at] == delimiter {
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
