package registry

import (
	"math"

	"gotong/internal/civil"
	"gotong/internal/indicator"
	"gotong/internal/registry/sheet"
	"gotong/internal/vector"
)

// Most cells of a table are written as nearly all others of their column are:
// a word that stood there before, plain digits, a day as 1990-08-17. What such
// a cell says is told at a look, without a branch that depends on how long it
// is. All others are read in full, with the same outcome.

// manner is how the usual cells of a column are written.
type manner uint8

const (
	inFull   manner = iota // each cell has to be looked into
	inWords                // a fact in words that come again
	inDigits               // a fact in digits
	inDays                 // a day
)

// usualCells is what a column's usual cells are read by.
type usualCells struct {
	at          int32 // index of the column in the file
	manner      manner
	filled      bool
	fact        bool
	no          int // of the fact
	scale       int64
	least, most int64 // as stored
}

// usually returns how the usual cells of a column are read.
func (b *bound[R]) usually() usualCells {
	u := usualCells{at: int32(b.at), filled: b.filled, scale: 1, least: math.MinInt64, most: math.MaxInt64}
	if b.fact != nil {
		u.fact, u.no = true, b.fact.No
		u.least, u.most = b.fact.Bounds()
	}
	switch {
	case b.day != nil:
		u.manner = inDays
		return u
	case b.fact == nil:
		return u
	}
	const decimalsMost = 3 // with those, fifteen digits still fit
	if u.manner = inWords; (b.fact.Kind == indicator.Int || b.fact.Kind == indicator.Money) && b.fact.Decimals <= decimalsMost {
		u.manner = inDigits
		for range b.fact.Decimals {
			u.scale *= 10
		}
	}
	return u
}

// atOnce reads a cell of a fact that does not lie in a text.
func (u *usualCells) atOnce(seen *understood, text string) (int64, bool) {
	if u.manner == inDigits && len(text) <= wordMost {
		var room [wordMost]byte
		copy(room[:], text)
		if v, ok := digitsAt(string(room[:]), len(text)); ok {
			v *= u.scale
			return v, v >= u.least && v <= u.most
		}
	}
	return seen.of(text)
}

// quick reads the cells of a row that lie in a text.
func (b *batch[R]) quick(columns []bound[R], text string, places []int32) {
	c := b.checker
	if int(places[len(places)-1])+vector.CellReach > len(text) { // at a block's end
		for i := range columns {
			b.look(&columns[i], i, text, places)
		}
		return
	}
	g := c.glance
	g.cells.Tell(&g.told, text, places, b.keep)
	untold := g.untold()
	if b.keep || len(untold) > 0 && untold[0] < g.facts {
		b.all(columns, text, places)
		return
	}
	for _, i := range g.others {
		b.look(&columns[i], i, text, places)
	}
	for _, i := range g.days {
		if lane := g.lanes[i]; g.known(lane) {
			columns[i].day(&b.row, dayOf(g.told.Values[lane]))
		}
	}
	for _, i := range untold {
		b.look(&columns[i], i, text, places)
	}
}

// all reads the cells of a row in the order of the columns, where facts are
// kept or something may be found.
func (b *batch[R]) all(columns []bound[R], text string, places []int32) {
	c := b.checker
	for i := range columns {
		lane, u := c.glance.lanes[i], &c.usual[i]
		switch {
		case lane < 0 || c.glance.full(lane) && !c.glance.known(lane):
			b.look(&columns[i], i, text, places)
		case !c.glance.full(lane):
			if u.filled {
				b.look(&columns[i], i, text, places)
			}
		case u.manner != inDays:
			c.facts = append(c.facts, indicator.Fact{No: u.no, Value: c.glance.told.Values[lane]})
		case u.fact:
			c.facts = append(c.facts, indicator.Fact{No: u.no, Value: int64(dayOf(c.glance.told.Values[lane]))})
		default:
			columns[i].day(&b.row, dayOf(c.glance.told.Values[lane]))
		}
	}
}

// look reads one cell, at a look where that is enough.
func (b *batch[R]) look(col *bound[R], i int, text string, places []int32) {
	c := b.checker
	u := &c.usual[i]
	from, to := int(places[u.at])+1, int(places[u.at+1])
	n := to - from
	if n == 0 && !u.filled {
		return
	}
	if from+wordMost <= len(text) && uint(n-1) < wordMost {
		cell := text[from : from+wordMost]
		switch u.manner {
		case inWords:
			if v, ok := c.seen[i].first(wordAt(cell, n)); ok {
				c.facts = append(c.facts, indicator.Fact{No: u.no, Value: v})
				return
			}
		case inDigits:
			v, ok := digitsAt(cell, n)
			if v *= u.scale; ok && v >= u.least && v <= u.most {
				c.facts = append(c.facts, indicator.Fact{No: u.no, Value: v})
				return
			}
		case inDays:
			if d, ok := dayAt(cell, n); !ok || d < earliest || d > c.today {
			} else if u.fact {
				c.facts = append(c.facts, indicator.Fact{No: u.no, Value: int64(d)})
				return
			} else {
				col.day(&b.row, d)
				return
			}
		}
	}
	if u.manner == inWords && n > wordMost {
		if v, ok := c.seen[i].all[text[from:to]]; ok {
			c.facts = append(c.facts, indicator.Fact{No: u.no, Value: v})
			return
		}
	}
	c.column = i
	b.cell(col, text[from:to])
}

// slowly reads the cells of a row that do not.
func (b *batch[R]) slowly(columns []bound[R]) {
	c, rec := b.checker, &b.line
	for i := range columns {
		u := &c.usual[i]
		text := rec.Cell(int(u.at)) // a workbook leaves out the empty cells at the end
		if c.kind = rec.Kind(int(u.at)); c.kind < sheet.Unsolved {
			if text == "" && !u.filled {
				continue
			}
			if columns[i].fact != nil {
				if v, ok := u.atOnce(&c.seen[i], text); ok {
					c.facts = append(c.facts, indicator.Fact{No: u.no, Value: v})
					continue
				}
			}
		}
		c.column = i
		b.cell(&columns[i], text)
	}
	c.kind = sheet.Written
}

// cell reads a cell in full.
func (b *batch[R]) cell(col *bound[R], text string) {
	c := b.checker
	text, ok := c.clean(text)
	switch {
	case !ok:
	case text == "":
		if col.filled {
			c.error("empty", "")
		}
	case col.day != nil:
		if d, settled := c.day(text); !settled {
		} else if col.fact != nil {
			c.facts = append(c.facts, indicator.Fact{No: col.fact.No, Value: int64(d)})
		} else {
			col.day(&b.row, d)
		}
	case col.fact != nil:
		c.readFact(col.fact, text)
	default:
		col.read(c, &b.row, text)
	}
}

// digitsAt reads n bytes at the beginning of a text of wordMost bytes as
// numbers are nearly always written; all else is left to who reads in full.
func digitsAt(cell string, n int) (int64, bool) {
	const most = 15
	if cell[0] == '0' && n > 1 || n > most {
		return 0, false
	}
	if n <= 8 {
		x := eight(cell)<<(64-8*n) | vector.Zeros>>(8*n)
		return vector.Number(x), vector.EightDigits(x)
	}
	head, tail := eight(cell), eight(cell[8:])<<(128-8*n)|vector.Zeros>>(8*n-64)
	return vector.Number(head)*tens[n-8] + vector.Number(tail), vector.EightDigits(head) && vector.EightDigits(tail)
}

var tens = [...]int64{1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000}

// dayAt reads a day written as 1990-08-17.
func dayAt(cell string, n int) (civil.Date, bool) {
	if n != len("1990-08-17") || cell[4] != '-' || cell[7] != '-' {
		return 0, false
	}
	// The eight digits side by side: four of the year, two of the month, two
	// of the day.
	x := uint64(four(cell)) | uint64(four(cell[4:])>>8&0xffff)<<32 | uint64(four(cell[6:])>>16)<<48
	if !vector.EightDigits(x) {
		return 0, false
	}
	v := int(vector.Number(x))
	return civil.Day(v/10_000, v/100%100, v%100)
}
