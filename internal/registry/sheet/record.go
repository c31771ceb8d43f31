package sheet

import (
	"strings"

	"gotong/internal/vector"
)

// What can be wrong with a row as such.
const (
	QuoteOpen Problem = "quote_open" // a quoted cell does not end: the rest of the file is in it
	QuoteText Problem = "quote_text" // text right behind a closing quote
	Endless   Problem = "endless"    // a row that does not end: no text, or all line ends were lost
)

// Record is one row.
type Record struct {
	// Row is the row's number as a spreadsheet shows it: the heading is row
	// 1, an empty line counts, a line break within quotes does not.
	Row     int
	Fields  []string // cut from the file's text, so cheap to make and to keep
	Kinds   []Kind   // of the fields; nil where all are Written
	Problem Problem
}

// Kind returns how the field at was stored.
func (r *Record) Kind(at int) Kind {
	if at >= len(r.Kinds) {
		return Written
	}
	return r.Kinds[at]
}

// Reader reads the rows of a CSV text (RFC 4180, with any of the usual line
// ends). A quote within an unquoted cell is taken as it stands.
type Reader struct {
	rest      string
	delimiter byte
	row       int
	endless   bool // the text ends within a row that is too long
	// How far from the text's end the next line feed, carriage return and
	// quote are, as far as was looked.
	feed, turn, quote int

	line Line // of Next
}

// NewReader returns a Reader of text.
func NewReader(text string, delimiter byte) *Reader {
	unknown := len(text) + 1
	return &Reader{rest: text, delimiter: delimiter, feed: unknown, turn: unknown, quote: unknown}
}

// Rest returns the text that was not read yet.
func (r *Reader) Rest() string { return r.rest }

// Next reads the next row that is not empty into rec, reusing its room. A row
// of separators alone, as a spreadsheet saves below what was deleted, is
// empty too. Next returns false at the end.
func (r *Reader) Next(rec *Record) bool {
	l := &r.line
	l.Fields = rec.Fields
	more := r.Cut(l)
	*rec = Record{Row: l.Row, Fields: l.Fields, Problem: l.Problem}
	if n := len(l.places); n > 0 {
		for at := range n - 1 {
			rec.Fields = append(rec.Fields, l.Cell(at))
		}
	}
	return more
}

// Cut is Next for who does not need the cells side by side.
func (r *Reader) Cut(l *Line) bool {
	for r.rest != "" {
		l.Fields, l.places, l.Problem = l.Fields[:0], l.places[:0], ""
		r.cut(l)
		r.row++
		l.Row = r.row
		if r.endless && r.rest == "" && l.Problem == "" {
			l.Problem = Endless
		}
		if l.Problem != "" || l.Filled(0) {
			return true
		}
	}
	return false
}

// cut reads up to and with the line's end. Where a line has no quotes, as
// nearly all have none, only separators part it.
func (r *Reader) cut(l *Line) {
	end := r.lineEnd()
	if r.next(&r.quote, '"') < end {
		r.withQuotes(&l.Record)
		return
	}
	l.text, l.places = r.rest, vector.AppendPlaces(append(l.places, -1), r.rest, end, r.delimiter)
	r.rest = r.rest[end:]
	r.endLine()
}

// lineEnd returns where in rest the line ends.
func (r *Reader) lineEnd() int { return min(r.next(&r.feed, '\n'), r.next(&r.turn, '\r')) }

// next returns where in rest the next c is, the end where there is none. What
// was found is remembered until it was read.
func (r *Reader) next(from *int, c byte) int {
	if *from > len(r.rest) {
		*from = 0
		if i := strings.IndexByte(r.rest, c); i >= 0 {
			*from = len(r.rest) - i
		}
	}
	return len(r.rest) - *from
}

// withQuotes reads a record that may hold quotes, cell by cell.
func (r *Reader) withQuotes(rec *Record) {
	for {
		var field string
		if strings.HasPrefix(r.rest, `"`) {
			field = r.quoted(rec)
		} else {
			field = r.rest[:r.plain()]
			r.rest = r.rest[len(field):]
		}
		rec.Fields = append(rec.Fields, field)
		if r.rest == "" || r.rest[0] != r.delimiter {
			break
		}
		r.rest = r.rest[1:]
	}
	r.endLine()
}

// plain returns how long the unquoted cell at the beginning of rest is.
func (r *Reader) plain() int {
	for i := range len(r.rest) {
		if c := r.rest[i]; c == r.delimiter || c == '\n' || c == '\r' {
			return i
		}
	}
	return len(r.rest)
}

func (r *Reader) quoted(rec *Record) string {
	inner := r.rest[1:]
	doubled := false
	for at := 0; ; {
		i := strings.IndexByte(inner[at:], '"')
		if i < 0 {
			rec.Problem = QuoteOpen
			r.rest = ""
			return inner
		}
		end := at + i
		if strings.HasPrefix(inner[end+1:], `"`) {
			doubled = true
			at = end + 2
			continue
		}
		field := inner[:end]
		r.rest = inner[end+1:]
		if n := r.plain(); n > 0 {
			if strings.Trim(r.rest[:n], " ") != "" {
				rec.Problem = QuoteText
			}
			r.rest = r.rest[n:]
		}
		if doubled {
			field = strings.ReplaceAll(field, `""`, `"`)
		}
		return field
	}
}

func (r *Reader) endLine() {
	switch {
	case strings.HasPrefix(r.rest, "\r\n"):
		r.rest = r.rest[2:]
	case r.rest != "":
		r.rest = r.rest[1:]
	}
}
