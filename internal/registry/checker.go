package registry

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/indicator"
	"gotong/internal/registry/sheet"
)

// checker checks the cells of some rows of one file and notes what is wrong.
// Each worker has its own.
type checker struct {
	s     *Service
	file  FileKind
	scope access.Scope
	today civil.Date

	names  []string          // of the columns, in the order of reading
	usual  []usualCells      // of the columns
	seen   []understood      // texts of a column that were understood before
	areas  map[string]string // codes that were found good before
	habits []sheet.Habit     // of each column that holds days
	width  int               // columns of the file
	glance *glance           // tells most cells

	district string          // that the last number began with
	strange  map[string]bool // whether those that numbers began with never were

	row     int
	column  int // index in names
	kind    sheet.Kind
	bad     bool
	cut     bool         // the file ends before its end
	pending []pendingDay // of the row at hand

	problems         []Problem
	errors, warnings int64

	facts indicator.Facts // of the row at hand
}

// pendingDay is a day that can be settled once the column's habit is known.
type pendingDay struct {
	column int
	text   string
}

// problemsMost bounds what one worker keeps: a wrong delimiter makes every
// cell wrong, and nobody reads them all. The rest is counted.
const problemsMost = 20_000

func (c *checker) keep(p Problem) {
	if p.Warning {
		c.warnings++
	} else {
		c.errors++
		c.bad = true
	}
	if len(c.problems) < problemsMost {
		c.problems = append(c.problems, p)
	}
}

func (c *checker) here(text string) Problem {
	p := Problem{File: c.file, Row: c.row, Value: redacted(text)}
	if c.column >= 0 {
		p.Column = c.names[c.column]
	}
	return p
}

// error notes that the cell cannot be taken.
func (c *checker) error(name, text string, args ...any) {
	p := c.here(text)
	p.sentence(name, append([]any{"column", p.Column}, args...))
	c.keep(p)
}

// fault notes what another package says of the cell.
func (c *checker) fault(err error, fix, text string) {
	p := c.here(text)
	p.fault(err, fix)
	c.keep(p)
}

// longest is how much text a cell may hold.
const longest = 500

// clean returns a cell's text without blanks around it, "" for a cell that
// says nothing, and whether it is text at all.
func (c *checker) clean(text string) (string, bool) {
	switch c.kind {
	case sheet.Unsolved:
		c.error("formula", text)
		return "", false
	case sheet.Broken:
		c.error("cell_error", text)
		return "", false
	}
	if len(text) <= longest && usual(text) {
		return text, true
	}
	text = sheet.Unharmed(strings.TrimSpace(legible(text)))
	if text == "-" {
		return "", true
	}
	for i := range len(text) {
		if b := text[i]; b < ' ' && b != '\n' && b != '\r' && b != '\t' || b == 0x7f {
			c.error("control", text)
			return "", false
		}
	}
	switch {
	case !utf8.ValidString(text):
		c.error("encoding", text)
		return "", false
	case len(text) > longest:
		c.error("too_long", text, "most", longest)
		return "", false
	}
	return text, true
}

// legible writes a text as people see it: blanks of any kind as blanks, and
// nothing of what no page shows, such as the marks that come along with text
// that was copied from a page.
func legible(text string) string {
	if ascii(text) || !utf8.ValidString(text) {
		return text
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r < utf8.RuneSelf:
			return r
		case unicode.IsSpace(r):
			return ' '
		case unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, text)
}

// ascii reports whether a text has letters of ASCII alone.
func ascii(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// usual reports whether a cell is as nearly all are, with nothing to be
// cleaned: letters of ASCII, with a letter or digit at both ends.
func usual(text string) bool {
	n := len(text)
	if n == 0 || !wordly[text[0]] || !wordly[text[n-1]] {
		return n == 0
	}
	const high, blank, ones = 0x8080808080808080, 0x2020202020202020, 0x0101010101010101
	at := 0
	for ; at+8 <= n; at += 8 {
		// A byte from 0x80, below ' ' or of 0x7f; where it lies does not matter.
		if x := eight(text[at:]); (x|(x-blank)|(x+ones))&high != 0 {
			return false
		}
	}
	for ; at < n; at++ {
		if b := text[at]; b < ' ' || b >= 0x7f {
			return false
		}
	}
	return true
}

// wordly are the letters and digits of ASCII.
var wordly = func() (t [256]bool) {
	for c := '0'; c <= 'z'; c++ {
		t[c] = c <= '9' || c >= 'a' || c >= 'A' && c <= 'Z'
	}
	return t
}()

// day reads a day and returns it when it is settled at once. Otherwise it is
// wrong, or waits until the column's habit is known.
func (c *checker) day(text string) (civil.Date, bool) {
	if c.kind == sheet.Figure {
		// A day without the format of one: what is shorter is a year or an age.
		const digits = 5
		if date, ok := sheet.Serial(text, false); ok && len(text) == digits {
			return date, c.dayInTime(date, text)
		}
	}
	d, problem := sheet.ReadDay(text)
	if problem != "" {
		c.error("day."+string(problem), text)
		return 0, false
	}
	c.habits[c.column].Note(d)
	if d.Style == sheet.Plain || d.Style == sheet.DayBefore {
		return d.Date, c.dayInTime(d.Date, text)
	}
	c.pending = append(c.pending, pendingDay{column: c.column, text: text})
	return 0, false
}

// dayInTime refuses days that have not come, and those from before anyone
// now alive was born, which are slips of the pen.
func (c *checker) dayInTime(d civil.Date, text string) bool {
	switch {
	case d > c.today:
		c.error("day.future", text, "today", c.today)
	case d < earliest:
		c.error("day.too_early", text)
	default:
		return true
	}
	return false
}

var earliest = civil.Of(1890, 1, 1)

// settle gives the days that were left open to a row. It reports whether all
// could be told.
func (r *reading[R]) settle(found *findings, row *R, at int, days []pendingDay) bool {
	if len(days) == 0 {
		return true
	}
	c := r.newChecker()
	c.row = at
	for _, p := range days {
		c.column = p.column
		d, _ := sheet.ReadDay(p.text)
		date, problem := r.habits[p.column].Settle(d)
		switch {
		case problem != "":
			c.error("day."+string(problem), p.text, "day_first", d.Date, "month_first", d.Swapped)
		case c.dayInTime(date, p.text):
			r.columns[p.column].day(row, date)
		}
	}
	if !found.quiet {
		found.take(c)
	}
	return !c.bad
}
