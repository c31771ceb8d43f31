package sheet

import (
	"strings"

	"gotong/internal/civil"
)

// What can be wrong with a day in a cell.
const (
	NotDay     Problem = "not_day"     // no day in any of the styles
	NoSuchDay  Problem = "no_such_day" // 31/02/1990
	SerialDay  Problem = "serial_day"  // 33000: how a spreadsheet counts days
	ShortYear  Problem = "short_year"  // 17/08/45: which century?
	MonthFirst Problem = "month_first" // 12/31/1990
	Ambiguous  Problem = "ambiguous"   // 03/04/1990, where nothing tells which it is
)

// Style says which of the three ways of writing a day a cell uses.
type Style uint8

// The styles.
const (
	Plain       Style = iota // 1990-04-03, or a day that is the same either way: 04/04/1990
	DayBefore                // 31/12/1990: can only be the day first
	MonthBefore              // 12/31/1990: can only be the month first
	Either                   // 03/04/1990
)

// Day is a day as a cell has it.
type Day struct {
	Style   Style
	Date    civil.Date // with the day first, where the style leaves it open
	Swapped civil.Date // of Either, with the month first
}

// ReadDay reads YYYY-MM-DD, DD/MM/YYYY and DD-MM-YYYY (also with dots), with
// or without a midnight behind it, as a spreadsheet adds. MM/DD/YYYY is
// recognised where it cannot be anything else.
func ReadDay(s string) (Day, Problem) {
	for _, midnight := range [...]string{" 00:00:00", "T00:00:00", " 00:00", " 0:00"} {
		s = strings.TrimSuffix(s, midnight)
	}
	parts, ok := numbers(s)
	switch {
	case !ok:
		if allDigits(s) && len(s) == 5 {
			return Day{}, SerialDay
		}
		return Day{}, NotDay
	case parts[0].digits == 4:
		return plainDay(parts[0].value, parts[1].value, parts[2].value)
	case parts[2].digits == 2:
		return Day{}, ShortYear
	case parts[2].digits != 4:
		return Day{}, NotDay
	}
	return writtenDay(parts[0].value, parts[1].value, parts[2].value)
}

func plainDay(y, m, d int) (Day, Problem) {
	date, ok := civil.Day(y, m, d)
	if !ok {
		return Day{}, NoSuchDay
	}
	return Day{Style: Plain, Date: date}, ""
}

// writtenDay reads a and b, before a year, as day and month or the reverse.
func writtenDay(a, b, y int) (Day, Problem) {
	dayFirst, isDayFirst := civil.Day(y, b, a)
	monthFirst, isMonthFirst := civil.Day(y, a, b)
	switch {
	case isDayFirst && a == b:
		return Day{Style: Plain, Date: dayFirst}, ""
	case isDayFirst && isMonthFirst:
		return Day{Style: Either, Date: dayFirst, Swapped: monthFirst}, ""
	case isDayFirst:
		return Day{Style: DayBefore, Date: dayFirst}, ""
	case isMonthFirst:
		return Day{Style: MonthBefore, Swapped: monthFirst}, ""
	}
	return Day{}, NoSuchDay
}

type number struct{ value, digits int }

// numbers reads three numbers of at most four digits with the same
// separator between them.
func numbers(s string) ([3]number, bool) {
	var n [3]number
	at := 0
	var separator byte
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			n[at].value = n[at].value*10 + int(c-'0')
			if n[at].digits++; n[at].digits > 4 {
				return n, false
			}
		case (c == '-' || c == '/' || c == '.') && at < 2 && n[at].digits > 0 && (at == 0 || c == separator):
			separator = c
			at++
		default:
			return n, false
		}
	}
	ok := at == 2 && n[1].digits >= 1 && n[1].digits <= 2 && n[2].digits > 0
	return n, ok && (n[0].digits == 4 && n[2].digits <= 2 || n[0].digits <= 2)
}

func allDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// Habit counts how a column writes its days, to settle those that can be
// read either way: by the habit of the others, where they agree.
type Habit struct{ Day, Month int }

// Note counts a day.
func (h *Habit) Note(d Day) {
	switch d.Style {
	case DayBefore:
		h.Day++
	case MonthBefore:
		h.Month++
	}
}

// Settle returns the date of a day, or why it cannot be told. A month in
// front is refused even where it is certain: such a column was made by a
// spreadsheet set to another country, and has its ambiguous days wrong.
func (h Habit) Settle(d Day) (civil.Date, Problem) {
	switch {
	case d.Style == MonthBefore:
		return 0, MonthFirst
	case d.Style == Either && (h.Month > 0 || h.Day == 0):
		return 0, Ambiguous
	}
	return d.Date, ""
}
