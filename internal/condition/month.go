package condition

import (
	"database/sql/driver"
	"fmt"
	"time"

	"gotong/internal/civil"
	"gotong/internal/fault"
)

// Month is a calendar month, counted from the year 0.
type Month int32

const monthsPerYear = 12

// MonthOf returns the month of a day.
func MonthOf(d civil.Date) Month {
	year, month, _ := d.YMD()
	return monthAt(year, int(month))
}

func monthAt(year, month int) Month { return Month(year*monthsPerYear + month - 1) }

// ParseMonth reads what String wrote.
func ParseMonth(s string) (Month, error) {
	t, err := time.Parse("2006-01", s)
	if err != nil || t.Year() < 2000 {
		return 0, fault.Invalid("condition.bad_month", "month", s)
	}
	return monthAt(t.Year(), int(t.Month())), nil
}

// Year returns the month's year.
func (m Month) Year() int { return int(m) / monthsPerYear }

// Calendar returns which month of its year it is, from 1.
func (m Month) Calendar() int { return int(m)%monthsPerYear + 1 }

// String writes the month as 2026-01.
func (m Month) String() string { return fmt.Sprintf("%04d-%02d", m.Year(), m.Calendar()) }

// First returns its first day.
func (m Month) First() civil.Date { return civil.Of(m.Year(), time.Month(m.Calendar()), 1) }

// Last returns its last day.
func (m Month) Last() civil.Date { return (m + 1).First().AddDays(-1) }

// Value stores the month as its text.
func (m Month) Value() (driver.Value, error) { return m.String(), nil }

// Scan reads what Value stored.
func (m *Month) Scan(src any) error {
	s, ok := src.(string)
	if !ok {
		return fmt.Errorf("condition: a month is stored as text, not %T", src)
	}
	parsed, err := ParseMonth(s)
	*m = parsed
	return err
}

// MarshalText writes what String writes.
func (m Month) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (m *Month) UnmarshalText(b []byte) error {
	parsed, err := ParseMonth(string(b))
	*m = parsed
	return err
}

// Period is an instalment of a programme's year, counted from 1.
type Period struct{ Year, No int }

// String writes the period as 2026-02.
func (p Period) String() string { return fmt.Sprintf("%04d-%02d", p.Year, p.No) }

// ParsePeriod reads what String wrote.
func ParsePeriod(s string) (Period, error) {
	m, err := ParseMonth(s)
	if err != nil {
		return Period{}, fault.Invalid("condition.bad_period", "period", s)
	}
	return Period{m.Year(), m.Calendar()}, nil
}

// Value stores the period as its text.
func (p Period) Value() (driver.Value, error) { return p.String(), nil }

// Scan reads what Value stored.
func (p *Period) Scan(src any) error {
	s, ok := src.(string)
	if !ok {
		return fmt.Errorf("condition: a period is stored as text, not %T", src)
	}
	parsed, err := ParsePeriod(s)
	*p = parsed
	return err
}

// MarshalText writes what String writes.
func (p Period) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// Months returns the months of an instalment where one is paid every so many.
func (p Period) Months(every int) (from, to Month) {
	from = monthAt(p.Year, 1) + Month((p.No-1)*every)
	return from, from + Month(every) - 1
}

// Before returns the months of the instalment before: those that are judged
// for this one.
func (p Period) Before(every int) (from, to Month) {
	from, to = p.Months(every)
	return from - Month(every), to - Month(every)
}

// PeriodOf returns the instalment that a month is in.
func PeriodOf(m Month, every int) Period {
	return Period{m.Year(), (m.Calendar()-1)/every + 1}
}
