package sheet

import (
	"errors"
	"io"
	"strconv"
)

// columnsMost bounds how wide a table may be.
const columnsMost = 4096

// cells reads the rows of a sheet.
type cells struct {
	book *workbook
	scan *scanner
	part io.ReadCloser
	row  int
	done bool
	err  error

	at     int    // column of the cell at hand
	kind   []byte // its type
	style  int
	value  []byte // its text
	solved bool   // it has a value
	coded  bool   // it has a formula
	room   []byte // texts of the row
	spans  []span
}

// span is where a field's text lies: in room, or in the shared texts.
type span struct {
	from, to int
	shared   string
	isShared bool
}

func (c *cells) Err() error { return c.err }

func (c *cells) Close() error { return c.part.Close() }

// Next reads the next row that is not empty.
func (c *cells) Next(rec *Record) bool {
	rec.Fields, rec.Kinds, rec.Problem = rec.Fields[:0], rec.Kinds[:0], ""
	for !c.done {
		t := c.scan.next()
		switch {
		case t == noToken:
			return c.cut(rec)
		case t == closeTag && string(c.scan.name) == "sheetData":
			c.done = true
		case t != openTag:
		case string(c.scan.name) == "sheetData" && c.scan.selfEnds:
			c.done = true
		case string(c.scan.name) == "row":
			c.row++
			if n, err := strconv.Atoi(string(c.scan.attr("r"))); err == nil && n > 0 {
				c.row = n
			}
			if c.scan.selfEnds {
				continue
			}
			if !c.cells(rec) {
				return c.cut(rec)
			}
			if c.gather(rec) {
				rec.Row = c.row
				return true
			}
		}
	}
	return false
}

// cut ends a sheet whose end is missing with a row that says so.
func (c *cells) cut(rec *Record) bool {
	c.done = true
	rec.Row, rec.Fields, rec.Kinds, rec.Problem = c.row+1, rec.Fields[:0], rec.Kinds[:0], CutShort
	if errors.Is(c.scan.err, errBomb) {
		rec.Problem = Bomb
	}
	return true
}

// cells reads the cells of a row.
func (c *cells) cells(rec *Record) bool {
	c.room, c.spans, c.at = c.room[:0], c.spans[:0], -1
	rec.Fields, rec.Kinds = rec.Fields[:0], rec.Kinds[:0]
	inCell, inText, phonetic := false, false, false
	for {
		t := c.scan.next()
		name := string(c.scan.name)
		switch {
		case t == noToken:
			return false
		case t == textToken:
			if inText && !phonetic {
				c.value = c.scan.appendText(c.value)
			}
			if len(c.value) > longestToken {
				return false
			}
		case t == closeTag && name == "row":
			return true
		case name == "c":
			if t == openTag {
				c.begin()
				inCell = true
			}
			if inCell && (t == closeTag || c.scan.selfEnds) {
				c.finish(rec)
				inCell = false
			}
		case name == "v" || name == "t":
			inText = t == openTag && !c.scan.selfEnds
			c.solved = c.solved || t == openTag
		case name == "f":
			c.coded = true
		case name == "rPh":
			phonetic = t == openTag && !c.scan.selfEnds
		}
	}
}

func (c *cells) begin() {
	c.at++
	if at, ok := columnOf(c.scan.attr("r")); ok {
		c.at = at
	}
	c.kind = append(c.kind[:0], c.scan.attr("t")...)
	c.style, _ = strconv.Atoi(string(c.scan.attr("s")))
	c.value, c.solved, c.coded = c.value[:0], false, false
}

// finish sets the field of a cell.
func (c *cells) finish(rec *Record) {
	if c.at >= columnsMost {
		return
	}
	for len(c.spans) <= c.at {
		c.spans = append(c.spans, span{})
		rec.Kinds = append(rec.Kinds, Written)
	}
	text, kind := c.read()
	rec.Kinds[c.at] = kind
	if shared, ok := c.sharedText(); ok {
		c.spans[c.at] = span{shared: shared, isShared: true}
		return
	}
	from := len(c.room)
	c.room = append(c.room, text...)
	c.spans[c.at] = span{from: from, to: len(c.room)}
}

func (c *cells) sharedText() (string, bool) {
	if string(c.kind) != "s" {
		return "", false
	}
	n, err := strconv.Atoi(string(c.value))
	if err != nil {
		return "", false
	}
	return c.book.shared.at(n)
}

// read returns what a cell holds that no other shares.
func (c *cells) read() (string, Kind) {
	if c.coded && len(c.value) == 0 {
		return "=", Unsolved
	}
	switch string(c.kind) {
	case "s":
		return "", Written
	case "str", "inlineStr":
		return string(c.value), Written
	case "e":
		return string(c.value), Broken
	case "b":
		if string(c.value) == "1" {
			return "ya", Written
		}
		return "tidak", Written
	case "d":
		if len(c.value) > 10 {
			return string(c.value[:10]), Dated
		}
		return string(c.value), Dated
	}
	if len(c.value) == 0 {
		return "", Written
	}
	if c.style >= 0 && c.style < len(c.book.dates) && c.book.dates[c.style] {
		if day, ok := Serial(string(c.value), c.book.early); ok {
			return day.String(), Dated
		}
	}
	return figure(string(c.value))
}

// gather cuts the row's texts from one string, and reports whether there are
// any.
func (c *cells) gather(rec *Record) bool {
	room := string(c.room)
	any := false
	for _, s := range c.spans {
		text := s.shared
		if !s.isShared {
			text = room[s.from:s.to]
		}
		any = any || filled(text)
		rec.Fields = append(rec.Fields, text)
	}
	return any
}

// columnOf reads the column of a cell's place: AB12 is 27.
func columnOf(place []byte) (int, bool) {
	n := 0
	for i, ch := range place {
		if ch < 'A' || ch > 'Z' {
			return n - 1, i > 0
		}
		if n = n*26 + int(ch-'A') + 1; n > 1<<15 {
			return 0, false
		}
	}
	return 0, false
}
