package roster

import (
	"slices"
	"strconv"
	"strings"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/linkage"
	"gotong/internal/registry/sheet"
)

// settleRows is from how many rows it is told how a column writes days and
// sexes.
const settleRows = 20_000

// reader makes records of the rows of one list.
type reader struct {
	list    *List
	number  uint8
	columns columns
	set     *linkage.Set
	today   civil.Date
	seen    func(Entry)
	years   bool

	held    []sheet.Record // until the habits of the columns are told
	settled bool
	habit   sheet.Habit
	sexes   sexes
	births  births
}

// take takes the next row.
func (r *reader) take(rec *sheet.Record) error {
	if len(rec.Fields) > r.columns.width && !blank(rec.Fields[r.columns.width:]) {
		return fault.Invalid("linkage.list.cells", "file", r.list.File, "row", rec.Row, "cells", len(rec.Fields), "columns", r.columns.width)
	}
	if r.settled {
		return r.add(rec)
	}
	r.held = append(r.held, sheet.Record{Row: rec.Row, Fields: slices.Clone(rec.Fields), Kinds: slices.Clone(rec.Kinds)})
	born := cell(rec, r.columns.born)
	day, ok := readDay(born, r.today)
	if ok {
		r.habit.Note(day)
	}
	r.births.note(born, ok)
	r.sexes.note(strings.ToLower(cell(rec, r.columns.sex)))
	if len(r.held) == settleRows {
		return r.settle()
	}
	return nil
}

// settle adds the rows that were held back.
func (r *reader) settle() error {
	r.settled = true
	for i := range r.held {
		if err := r.add(&r.held[i]); err != nil {
			return err
		}
	}
	r.held = nil
	return nil
}

// cell returns what a row has in a column, without blanks around it.
func cell(rec *sheet.Record, at int) string {
	if at < 0 || at >= len(rec.Fields) {
		return ""
	}
	return strings.TrimSpace(rec.Fields[at])
}

// identifier returns the identity number of a row. One that a workbook keeps
// as a figure of more digits than a figure has is no longer what was written.
func (r *reader) identifier(rec *sheet.Record) string {
	if at := r.columns.identifier; at >= 0 && rec.Kind(at) == sheet.Lost {
		r.list.Unread[Identifier]++
		return ""
	}
	return cell(rec, r.columns.identifier)
}

// born returns a birth date, nil where it cannot be read. Of a year or an age it
// is the first of January.
func (r *reader) born(text string) *civil.Date {
	if day, ok := readDay(text, r.today); ok {
		date := settle(r.habit, day)
		return &date
	}
	if !r.years {
		return nil
	}
	return r.births.read(text, r.today)
}

// noDay returns the digits of a birth date that is no day, 0 where it cannot be
// read.
func (r *reader) noDay(text string) int {
	digits := 0
	if r.years {
		digits = noDay(text, r.habit, r.today)
	}
	if digits == 0 {
		r.list.Unread[Born]++
	} else {
		r.list.NoDays++
	}
	return digits
}

func (r *reader) add(rec *sheet.Record) error {
	name := strconv.Itoa(rec.Row)
	if r.columns.id >= 0 {
		if name = cell(rec, r.columns.id); name == "" {
			return fault.Invalid("linkage.list.no_id", "file", r.list.File, "row", rec.Row)
		}
	}
	out := linkage.Record{ID: idOf(r.number, name), List: r.number, Name: cell(rec, r.columns.name), Mother: cell(rec, r.columns.mother),
		Area: linkage.Digits(cell(rec, r.columns.area)), Address: cell(rec, r.columns.address), Place: cell(rec, r.columns.place), Postcode: cell(rec, r.columns.postcode),
		Phone: cell(rec, r.columns.phone), Number: r.identifier(rec)}
	if given, family := cell(rec, r.columns.given), cell(rec, r.columns.family); given != "" || family != "" {
		out.Name = given + " " + family
	}
	if household := cell(rec, r.columns.household); household != "" {
		out.Family = idOf(r.number, household)
	}
	if text := cell(rec, r.columns.born); text != "" {
		if out.Born = r.born(text); out.Born == nil {
			out.NoDay = r.noDay(text)
		}
	}
	if text := cell(rec, r.columns.sex); text != "" {
		if out.Female = r.sexes.read(strings.ToLower(text)); out.Female == nil {
			r.list.Unread[Sex]++
		}
	}
	var on *civil.Date
	if text := cell(rec, r.columns.on); text != "" {
		if day, ok := readDay(text, r.today); ok {
			date := settle(r.habit, day)
			on = &date
		} else {
			r.list.Unread[On]++
		}
	}
	if r.seen != nil {
		r.seen(Entry{Row: rec.Row, Record: out, On: on})
	}
	if r.columns.id >= 0 {
		r.list.names.add(out.ID, name, rec.Row)
	} else {
		r.list.names.addRow(rec.Row)
	}
	r.list.Records++
	if r.set != nil {
		r.set.Add(&out)
	}
	return nil
}
