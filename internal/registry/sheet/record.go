package sheet

import (
	"slices"
	"strings"
)

// What can be wrong with a row as such.
const (
	QuoteOpen Problem = "quote_open" // a quoted cell does not end: the rest of the file is in it
	QuoteText Problem = "quote_text" // text right behind a closing quote
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
	more      func() (string, bool) // the text that follows rest; nil at the end
}

// longestRow bounds a row, so that a quote which is never closed ends
// somewhere, in bytes.
const longestRow = 1 << 20

// NewReader returns a Reader of text.
func NewReader(text string, delimiter byte) *Reader {
	return &Reader{rest: text, delimiter: delimiter}
}

// Rest returns the text that was not read yet.
func (r *Reader) Rest() string { return r.rest }

// Next reads the next row that is not empty into rec, reusing its room. A row
// of separators alone, as a spreadsheet saves below what was deleted, is
// empty too. Next returns false at the end.
func (r *Reader) Next(rec *Record) bool {
	for r.rest != "" || r.fill("") {
		rec.Fields, rec.Problem = rec.Fields[:0], ""
		begun := r.rest
		r.record(rec)
		if r.rest == "" && r.fill(begun) {
			continue // it may go on in what follows
		}
		r.row++
		rec.Row = r.row
		if rec.Problem != "" || slices.ContainsFunc(rec.Fields, filled) {
			return true
		}
	}
	return false
}

// fill puts the text that follows behind begun, and reports whether any did.
func (r *Reader) fill(begun string) bool {
	if r.more == nil {
		return false
	}
	next, ok := r.more()
	if !ok || len(begun) > longestRow {
		r.more = nil
		return false
	}
	r.rest = begun + next
	return true
}

func filled(cell string) bool { return strings.TrimSpace(cell) != "" }

// record reads up to and with the line's end.
func (r *Reader) record(rec *Record) {
	// Cells without quotes, which nearly all are, are cut off without a look
	// back at the reader.
	text, fields, from := r.rest, rec.Fields, 0
	for at := 0; at < len(text); at++ {
		switch c := text[at]; {
		case c == r.delimiter:
			fields = append(fields, text[from:at])
			from = at + 1
		case c == '\n' || c == '\r':
			rec.Fields = append(fields, text[from:at])
			r.rest = text[at:]
			r.endLine()
			return
		case c == '"' && at == from:
			rec.Fields, r.rest = fields, text[from:]
			r.withQuotes(rec)
			return
		}
	}
	rec.Fields, r.rest = append(fields, text[from:]), ""
}

// withQuotes reads the rest of a record, from a quoted cell on.
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
