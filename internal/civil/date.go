// Package civil holds calendar days without a time or a zone: birth dates,
// the day a fact was observed, the day a rule comes into force.
package civil

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// Date is a day of the proleptic Gregorian calendar, counted in days since
// 1970-01-01 (negative before). The zero Date is 1970-01-01; a missing date
// is said by the holder (a pointer, a Known bit), never by a magic day.
type Date int32

// Of returns the day of a year, month and day, normalised as time.Date does.
func Of(year int, month time.Month, day int) Date {
	return fromTime(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
}

// Day returns the day of a year from 0 to 9999, a month and a day, and whether
// there is such a day.
func Day(year, month, day int) (Date, bool) {
	if uint(year) > 9999 || uint(month-1) >= 12 || day < 1 || day > 28 && day > lastDay(year, month) {
		return 0, false
	}
	// Years are counted from March, so that a leap day ends one. Source of the
	// counts: the Gregorian cycle of 400 years has 146,097 days.
	y, m := year, month-3
	if m < 0 {
		y, m = y-1, m+12
	}
	y += 400                  // so that nothing below is negative
	const march1970 = 719_468 // days from 1 March of the year 0 to 1970-01-01
	return Date(y*365 + y/4 - y/100 + y/400 + (153*m+2)/5 + day - 1 - march1970 - 146_097), true
}

func lastDay(year, month int) int {
	switch {
	case month != 2:
		return 30 + (month+month>>3)&1
	case year%4 == 0 && (year%100 != 0 || year%400 == 0):
		return 29
	}
	return 28
}

// OfTime returns the day of t in t's own zone.
func OfTime(t time.Time) Date {
	y, m, d := t.Date()
	return Of(y, m, d)
}

// West is what the clocks of the country's west, where the ministry sits, are
// ahead of UTC by.
const West = 7 * time.Hour

// WIB is the zone of the country's west: in it days begin, papers are dated,
// and times stand that banks and post offices write without a zone.
var WIB = time.FixedZone("WIB", int(West/time.Second))

// InWest returns the day that it is in the country's west.
func InWest(t time.Time) Date { return OfTime(t.UTC().Add(West)) }

func fromTime(t time.Time) Date {
	s := t.Unix()
	d := s / 86400
	if s%86400 < 0 {
		d--
	}
	return Date(d)
}

// Parse reads a day written as YYYY-MM-DD and nothing else.
func Parse(s string) (Date, error) {
	if len(s) != len("2006-01-02") {
		return 0, fmt.Errorf("civil: %q is not a date of the form YYYY-MM-DD", s)
	}
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		return 0, fmt.Errorf("civil: %q is not a date of the form YYYY-MM-DD", s)
	}
	return fromTime(t), nil
}

// MustParse is Parse for constants in tests and tables; it panics on error.
func MustParse(s string) Date {
	d, err := Parse(s)
	if err != nil {
		panic(err)
	}
	return d
}

// Time returns midnight UTC of d.
func (d Date) Time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// YMD returns the year, month and day of d.
func (d Date) YMD() (int, time.Month, int) { return d.Time().Date() }

// String writes d as YYYY-MM-DD.
func (d Date) String() string {
	var room [10]byte
	return string(d.Append(room[:0]))
}

// Append appends YYYY-MM-DD to b.
func (d Date) Append(b []byte) []byte {
	y, m, day := d.YMD()
	if y < 0 || y > 9999 {
		return d.Time().AppendFormat(b, "2006-01-02")
	}
	two := func(b []byte, n int) []byte { return append(b, byte('0'+n/10), byte('0'+n%10)) }
	b = two(two(b, y/100), y%100)
	b = two(append(b, '-'), int(m))
	return two(append(b, '-'), day)
}

// AddMonths returns the same day n months on, or the month's last day where
// it has no such day.
func (d Date) AddMonths(n int) Date {
	y, m, day := d.YMD()
	first := time.Date(y, m+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return Of(first.Year(), first.Month(), min(day, last))
}

// AddDays returns the day n days on.
func (d Date) AddDays(n int) Date { return d + Date(n) }

// YearsOn returns the full years between d and day: an age, for a birth date
// d. It is negative when day is before d. Someone born on 29 February
// completes a year on 1 March of a common year.
func (d Date) YearsOn(day Date) int {
	by, bm, bd := d.YMD()
	y, m, dd := day.YMD()
	n := y - by
	if m < bm || m == bm && dd < bd {
		n--
	}
	return n
}

// MonthsOn returns the full months between d and day; negative when day is before d.
func (d Date) MonthsOn(day Date) int {
	by, bm, bd := d.YMD()
	y, m, dd := day.YMD()
	n := (y-by)*12 + int(m-bm)
	if dd < bd {
		n--
	}
	return n
}

// Value stores d as text YYYY-MM-DD, which both databases order rightly.
func (d Date) Value() (driver.Value, error) { return d.String(), nil }

// Scan reads what Value stored, or a time from a date column.
func (d *Date) Scan(src any) error {
	switch v := src.(type) {
	case string:
		p, err := Parse(v[:min(len(v), 10)])
		if err != nil {
			return err
		}
		*d = p
	case []byte:
		return d.Scan(string(v))
	case time.Time:
		*d = OfTime(v)
	default:
		return fmt.Errorf("civil: cannot read a date from %T", src)
	}
	return nil
}

// MarshalText writes d as YYYY-MM-DD.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads YYYY-MM-DD.
func (d *Date) UnmarshalText(b []byte) error {
	p, err := Parse(string(b))
	if err == nil {
		*d = p
	}
	return err
}
