package sheet

import (
	"strconv"
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
// or without a midnight behind it, as a spreadsheet adds, and days with the
// month as a word. MM/DD/YYYY is recognised where it cannot be anything else.
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
		return wordDay(s)
	case parts[0].digits == 4:
		return plainDay(parts[0].value, parts[1].value, parts[2].value)
	case parts[2].digits == 2:
		return Day{}, ShortYear
	case parts[2].digits != 4:
		return Day{}, NotDay
	}
	return writtenDay(parts[0].value, parts[1].value, parts[2].value)
}

// months are the names of months in Indonesian and English, and what they are
// cut short to.
var months = map[string]int{
	"jan": 1, "januari": 1, "january": 1, "feb": 2, "peb": 2, "februari": 2, "pebruari": 2, "february": 2, "mar": 3, "maret": 3, "march": 3,
	"apr": 4, "april": 4, "mei": 5, "may": 5, "jun": 6, "juni": 6, "june": 6, "jul": 7, "juli": 7, "july": 7,
	"agu": 8, "ags": 8, "agt": 8, "agust": 8, "agustus": 8, "aug": 8, "august": 8, "sep": 9, "sept": 9, "september": 9,
	"okt": 10, "oktober": 10, "oct": 10, "october": 10, "nov": 11, "nop": 11, "november": 11, "nopember": 11, "des": 12, "desember": 12, "dec": 12, "december": 12,
}

// Month returns the number of a month by its name, or 0.
func Month(word string) int {
	const longest = len("september")
	if len(word) > longest {
		return 0
	}
	return months[strings.ToLower(word)]
}

// wordDay reads a day whose month is a word: 10 Januari 1980, 10-Jan-1980, and
// January 10, 1980.
func wordDay(s string) (Day, Problem) {
	const longest = 40
	if len(s) > longest {
		return Day{}, NotDay
	}
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" \u00a0-/.,", r) })
	if len(parts) != 3 {
		return Day{}, NotDay
	}
	if Month(parts[0]) > 0 {
		parts[0], parts[1] = parts[1], parts[0]
	}
	m := Month(parts[1])
	d, err := strconv.Atoi(parts[0])
	if m == 0 || err != nil || len(parts[0]) > 2 || !allDigits(parts[0]) || !allDigits(parts[2]) {
		return Day{}, NotDay
	}
	switch len(parts[2]) {
	case 2:
		return Day{}, ShortYear
	case 4:
		y, _ := strconv.Atoi(parts[2]) // four digits
		return plainDay(y, m, d)
	}
	return Day{}, NotDay
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
