package sheet

import (
	"encoding/binary"
	"math/bits"
	"strings"
)

// Line is a row whose cells, unless there are quotes in it, still lie in the
// text that it was read from: nothing is written down of each but its place.
type Line struct {
	Record // Fields has none of the cells that lie in the text

	text   string
	places []int32 // before, between and behind the cells
}

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

// appendPlaces appends the places of a line's delimiters, eight bytes at a
// look, and its end.
func appendPlaces(places []int32, line string, delimiter byte) []int32 {
	const low7, ones = 0x7f7f7f7f7f7f7f7f, 0x0101010101010101
	same := ones * uint64(delimiter)
	at := 0
	for ; at+8 <= len(line); at += 8 {
		x := binary.LittleEndian.Uint64([]byte(line[at:at+8])) ^ same
		// The highest bit of each byte that is zero now, and of no other.
		for found := ^((x&low7 + low7) | x | low7); found != 0; found &= found - 1 {
			places = append(places, int32(at+bits.TrailingZeros64(found)/8))
		}
	}
	for ; at < len(line); at++ {
		if line[at] == delimiter {
			places = append(places, int32(at))
		}
	}
	return append(places, int32(len(line)))
}
