package determination

import (
	"slices"
	"strconv"

	"gotong/internal/column"
	"gotong/internal/money"
	"gotong/internal/programme"
	"gotong/internal/rule"
	"gotong/internal/snapshot"
)

// sheet gathers what one programme says of one partition, stretch by stretch;
// its stretches are put in concurrently, each in its own place.
type sheet struct {
	rows   int
	pieces []piece
}

// piece is one stretch of a sheet.
type piece struct {
	row int // of its first subject
	of  *decided

	// Of those given something, where there is a quota:
	lots  []uint32
	areas []int64 // whose quota counts, where it lies within the partition
}

// The columns of an outcome file. Rows are families in a programme of
// families and members in one of persons, in the snapshot's order. Those of
// whom neither bit is set are refused; the entitled and the waiting are the
// given, of whom alone the columns "given." have a row each.
const (
	colEntitled   = "entitled"
	colWaitlisted = "waitlisted"
	colOpen       = "undetermined"
	colUncertain  = "uncertain"   // a missing fact may change the lines
	colPlace      = "given.place" // in the queue for a quota, from 1
	colLines      = "given.lines" // how many
	colBenefit    = "line.benefit"
	colMember     = "line.member" // place in the family; -1 for the family
	colAnnual     = "line.annual"
)

// colYes and colKnown are the two bits of the answer of an item.
func colYes(item int) string   { return "item." + strconv.Itoa(item) + ".yes" }
func colKnown(item int) string { return "item." + strconv.Itoa(item) + ".known" }

// laid is a sheet laid out as columns, but for what its quota decides.
type laid struct {
	rows        int
	given, open column.Bitmap
	w           *snapshot.FileWriter
	annual      snapshot.Narrow // of each given
	total       money.Rupiah    // of all given

	// Where there is a quota, of each given:
	priority []snapshot.Narrow
	lots     []uint32
	areas    []int64

	places     []uint32 // set by sharing
	waitlisted column.Bitmap
}

// lay puts the pieces together.
func (s *sheet) lay(p *programme.Programme) (*laid, error) {
	l := &laid{rows: s.rows, w: &snapshot.FileWriter{}}
	l.given = s.joined(func(d *decided) column.Bitmap { return d.given })
	l.open = s.joined(func(d *decided) column.Bitmap { return d.open })
	for i := range len(p.Clauses) + len(p.Exclusions) {
		l.w.AddBits(colYes(i), s.joined(func(d *decided) column.Bitmap { return d.items[i].Yes }), s.rows)
		l.w.AddBits(colKnown(i), s.joined(func(d *decided) column.Bitmap { return d.items[i].Known }), s.rows)
	}
	l.w.AddBits(colOpen, l.open, s.rows)
	l.w.AddBits(colUncertain, s.joined((*decided).uncertain), s.rows)
	return l, s.lines(l)
}

// uncertain are the rows whose lines a missing fact may change.
func (d *decided) uncertain() column.Bitmap {
	b := column.NewBitmap(d.rows)
	b.Fill(d.rows)
	for w, certain := range d.amounts.Certain {
		b[w] &^= certain
	}
	return b
}

func (s *sheet) joined(of func(*decided) column.Bitmap) column.Bitmap {
	all := column.NewBitmap(s.rows)
	for _, x := range s.pieces {
		all.Or(x.row, of(x.of), x.of.rows)
	}
	return all
}

// lines adds the columns of the given.
func (s *sheet) lines(l *laid) error {
	var to lineColumns
	for _, x := range s.pieces {
		if l.priority == nil && x.of.priority != nil {
			l.priority = make([]snapshot.Narrow, len(x.of.priority))
		}
		l.lots, l.areas = append(l.lots, x.lots...), append(l.areas, x.areas...)
		for i, c := range x.of.priority {
			appendGiven(&l.priority[i], c, x.of.given)
		}
		if !to.add(l, x.of) {
			return errTooMuch
		}
	}
	for _, c := range []struct {
		name string
		n    *snapshot.Narrow
	}{{colLines, &to.lines}, {colBenefit, &to.benefit}, {colMember, &to.member}, {colAnnual, &to.annual}} {
		l.w.Add(c.name, c.n)
	}
	return nil
}

// lineColumns are the columns of lines, and the numbers of one piece before
// they go there.
type lineColumns struct {
	lines, benefit, member, annual snapshot.Narrow
	piece                          [5][]int64
}

// add adds the lines of a piece and reports whether their sums fit.
func (c *lineColumns) add(l *laid, d *decided) bool {
	fits := true
	sums, counts, benefits, members, amounts := c.piece[0][:0], c.piece[1][:0], c.piece[2][:0], c.piece[3][:0], c.piece[4][:0]
	d.given.Each(func(row int) {
		lines := d.amounts.LinesOf(row)
		var sum money.Rupiah
		for i := range lines {
			sum, fits = addIf(sum, lines[i].Annual, fits)
			benefits = append(benefits, int64(lines[i].Benefit))
			members = append(members, int64(lines[i].Member))
			amounts = append(amounts, int64(lines[i].Annual))
		}
		l.total, fits = addIf(l.total, sum, fits)
		sums, counts = append(sums, int64(sum)), append(counts, int64(len(lines)))
	})
	for i, to := range []*snapshot.Narrow{&l.annual, &c.lines, &c.benefit, &c.member, &c.annual} {
		c.piece[i] = [][]int64{sums, counts, benefits, members, amounts}[i]
		to.AppendAll(c.piece[i])
	}
	return fits
}

// appendGiven adds the rows of a column that are given something.
func appendGiven(to *snapshot.Narrow, c *column.Column, given column.Bitmap) {
	picked := column.New(given.Count())
	k := 0
	given.Each(func(row int) {
		if v, known := c.At(row); known {
			picked.Set(k, v)
		}
		k++
	})
	to.AppendColumn(picked)
}

// file finishes the columns, once the quota is shared out, and counts.
func (l *laid) file() (*snapshot.FileWriter, Counts) {
	entitled := l.given
	c := Counts{Undetermined: int64(l.open.Count()), Annual: l.total}
	if l.places != nil {
		entitled = slices.Clone(l.given)
		var place snapshot.Narrow
		k := 0
		l.given.Each(func(row int) {
			place.Append(int64(l.places[k]))
			if l.waitlisted.Get(row) {
				c.Annual -= money.Rupiah(l.annual.Value(k))
				entitled.Clear(row)
			}
			k++
		})
		l.w.Add(colPlace, &place)
	} else {
		l.waitlisted = column.NewBitmap(l.rows)
	}
	l.w.AddBits(colEntitled, entitled, l.rows)
	l.w.AddBits(colWaitlisted, l.waitlisted, l.rows)
	c.Entitled, c.Waitlisted = int64(entitled.Count()), int64(l.waitlisted.Count())
	c.Refused = int64(l.rows) - c.Entitled - c.Waitlisted - c.Undetermined
	return l.w, c
}

// entitledRows are the given whom no quota puts on the waiting list.
func (l *laid) entitledRows() column.Bitmap {
	b := slices.Clone(l.given)
	for w := range l.waitlisted {
		b[w] &^= l.waitlisted[w]
	}
	return b
}

func addIf(a, b money.Rupiah, ok bool) (money.Rupiah, bool) {
	sum, fits := a.Add(b)
	return sum, ok && fits
}

// noMember is the member of a line that is the family's.
const noMember = rule.NoMember
