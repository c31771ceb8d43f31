package registry

import (
	"math/bits"
	"slices"

	"gotong/internal/civil"
	"gotong/internal/vector"
)

// glance tells the cells of a row eight at a time: facts in words and digits,
// and days. All other columns are looked at one by one, and so are the cells
// that are not told so.
type glance struct {
	cells   *vector.Cells
	told    vector.Told
	lanes   []int  // of each column, -1 where it has none
	columns []int  // of each lane
	facts   int    // the first column of a fact; no fact is in front of it
	others  []int  // columns without a lane
	days    []int  // columns of days that are no facts
	filled  []byte // of the lanes that may not be empty
	rest    []int  // room for untold
	learnt  int    // words that the columns understood when it was made
}

// newGlance returns what tells the columns of a table of so many.
func newGlance(width int, usual []usualCells, seen []understood, today civil.Date) *glance {
	g := &glance{cells: vector.NewCells(width), lanes: make([]int, len(usual)), learnt: learnt(seen)}
	byPlace := make([]int, width)
	for i, u := range usual {
		byPlace[u.at] = i + 1
		g.lanes[i] = -1
	}
	for at, i := range byPlace {
		if i--; i < 0 {
			continue
		}
		switch u := &usual[i]; u.manner {
		case inWords:
			g.lanes[i] = g.cells.Words(at, seen[i].sayings(), seen[i].odd, seen[i].shift)
		case inDigits:
			g.lanes[i] = g.cells.Digits(at, u.scale, u.least, u.most)
		case inDays:
			g.lanes[i] = g.cells.Days(at, plainDay(earliest), plainDay(today))
		}
	}
	g.told = g.cells.NewTold()
	g.filled, g.columns = make([]byte, len(g.told.Full)), make([]int, len(g.told.Values))
	if g.facts = slices.IndexFunc(usual, func(u usualCells) bool { return u.fact }); g.facts < 0 {
		g.facts = len(usual)
	}
	for i, lane := range g.lanes {
		u := &usual[i]
		if lane < 0 {
			g.others = append(g.others, i)
			continue
		}
		g.columns[lane] = i
		if u.filled {
			g.filled[lane/8] |= 1 << (lane % 8)
		}
		if u.manner == inDays && !u.fact {
			g.days = append(g.days, i)
		}
	}
	return g
}

// learnt counts the words that columns understand.
func learnt(seen []understood) int {
	n := 0
	for i := range seen {
		n += len(seen[i].all)
	}
	return n
}

func (g *glance) full(lane int) bool { return g.told.Full[lane/8]>>(lane%8)&1 != 0 }

func (g *glance) known(lane int) bool { return g.told.Known[lane/8]>>(lane%8)&1 != 0 }

// untold returns the columns whose cells are to be looked at one by one, in
// their order.
func (g *glance) untold() []int {
	g.rest = g.rest[:0]
	for e, full := range g.told.Full {
		for left := (full | g.filled[e]) &^ g.told.Known[e]; left != 0; left &= left - 1 {
			g.rest = append(g.rest, g.columns[8*e+bits.TrailingZeros8(left)])
		}
	}
	if len(g.rest) > 1 {
		slices.Sort(g.rest)
	}
	return g.rest
}

// sayings are the words as they stand in their slots. A word that does not
// stand where it is looked for first is not found there.
func (u *understood) sayings() []vector.Saying {
	all := make([]vector.Saying, len(u.slots))
	for i, s := range u.slots {
		all[i] = vector.Saying{Head: s.word.head, Tail: s.word.tail, Value: s.value}
	}
	return all
}

// plainDay writes a day as a number: 19900817.
func plainDay(d civil.Date) int64 {
	y, m, day := d.YMD()
	return int64(y*10_000 + int(m)*100 + day)
}

// dayOf is the day of such a number.
func dayOf(v int64) civil.Date {
	d, _ := civil.Day(int(v/10_000), int(v/100%100), int(v%100)) // it was told to be one
	return d
}
