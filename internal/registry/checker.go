package registry

import (
	"strings"
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

	names  []string           // of the columns, in the order of reading
	seen   []map[string]int64 // texts of a column that were understood before
	areas  map[string]string  // codes that were found good before
	habits []sheet.Habit      // of each column that holds days

	row     int
	column  int // index in names
	bad     bool
	pending []pendingDay

	problems         []Problem
	errors, warnings int64

	scratch indicator.Facts // of the row at hand
	block   indicator.Facts // room for the facts of rows that are done
}

// blockFacts is how many facts share one allocation.
const blockFacts = 1 << 14

// pack copies the facts of a row that is done into exactly the room they
// need. What is set on them later moves them elsewhere.
func (c *checker) pack(facts indicator.Facts) indicator.Facts {
	n := len(facts)
	if n > len(c.block) {
		c.block = make(indicator.Facts, max(blockFacts, n))
	}
	packed := c.block[:n:n]
	c.block = c.block[n:]
	copy(packed, facts)
	return packed
}

// pendingDay is a day that can be settled once the column's habit is known.
type pendingDay struct {
	row, column int
	text        string
	day         sheet.Day
	spoil       func()          // marks the row as bad
	set         func(sheet.Day) // takes the settled day
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
	text = strings.TrimSpace(text)
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

// day reads a day and gives it to set, at once or when the column's habit is
// known.
func (c *checker) day(text string, set func(sheet.Day)) {
	d, problem := sheet.ReadDay(text)
	if problem != "" {
		c.error("day."+string(problem), text)
		return
	}
	c.habits[c.column].Note(d)
	if d.Style == sheet.Plain || d.Style == sheet.DayBefore {
		if c.dayInTime(d.Date, text) {
			set(d)
		}
		return
	}
	c.pending = append(c.pending, pendingDay{row: c.row, column: c.column, text: text, day: d, set: set})
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

// settle gives the days that were left open to their rows.
func (c *checker) settle(habits []sheet.Habit) {
	for _, p := range c.pending {
		c.row, c.column, c.bad = p.row, p.column, false
		date, problem := habits[p.column].Settle(p.day)
		switch {
		case problem != "":
			c.error("day."+string(problem), p.text, "day_first", p.day.Date, "month_first", p.day.Swapped)
		case c.dayInTime(date, p.text):
			p.set(sheet.Day{Date: date})
		}
		if c.bad {
			p.spoil()
		}
	}
	c.pending = nil
}
