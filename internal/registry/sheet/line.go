package sheet

import "strings"

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
