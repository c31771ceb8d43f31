package linkage

import (
	"time"

	"gotong/internal/civil"
)

// day is a birth date as it is compared. The zero day is unknown.
type day struct {
	ymd uint32 // YYYYMMDD as a number
}

func dayOf(d *civil.Date) day {
	if d == nil {
		return day{}
	}
	y, m, dd := d.YMD()
	return day{uint32(min(max(y, 1), 9999)*10000 + int(m)*100 + dd)}
}

// date returns the date of a known day.
func (d *day) date() civil.Date { return civil.Of(d.year(), time.Month(d.month()), d.day()) }

func (d *day) known() bool { return d.ymd != 0 }
func (d *day) year() int   { return int(d.ymd / 10000) }
func (d *day) month() int  { return int(d.ymd / 100 % 100) }
func (d *day) day() int    { return int(d.ymd % 100) }

// turned is the same number for a date and for the date with day and month
// exchanged.
func (d *day) turned() uint64 {
	return uint64(d.year())<<16 | d.turnedDay()
}

// turnedDay is turned without the year.
func (d *day) turnedDay() uint64 {
	a, b := d.month(), d.day()
	return uint64(min(a, b))<<8 | uint64(max(a, b))
}

// closeDays is how far apart two days may be to be close.
const closeDays = 366

// compareDays returns the level at which two known birth dates agree.
func compareDays(a, b *day) Level {
	if a.ymd == b.ymd {
		return BornSame
	}
	year, month, dd := a.year() == b.year(), a.month() == b.month(), a.day() == b.day()
	gap := civil.Date(2 * closeDays) // or more
	if apart := a.year() - b.year(); apart >= -2 && apart <= 2 {
		gap = a.date() - b.date()
	}
	switch {
	case a.turned() == b.turned():
		return BornSwapped
	case year && month && slipped(a.day(), b.day(), 2), gap >= -2 && gap <= 2:
		return BornDay
	case month && dd && slipped(a.year(), b.year(), 4):
		return BornYear
	case year && dd && slipped(a.month(), b.month(), 2), oneSlip(a.ymd, b.ymd):
		return BornSlip
	case year && month, month && dd, year && dd:
		return BornPart
	case a.turnedDay() == b.turnedDay() && slipped(a.year(), b.year(), 4), month && slipped(a.year(), b.year(), 4) && slipped(a.day(), b.day(), 2):
		return BornTwice
	case gap >= -closeDays && gap <= closeDays:
		return BornClose
	}
	return BornDifferent
}

// slipped reports whether two numbers of so many digits differ by two at
// most, in one digit alone or in the order of two neighbours.
func slipped(a, b, digits int) bool {
	if d := a - b; d >= -2 && d <= 2 {
		return true
	}
	return turnedOrOne(uint32(a), uint32(b), digits)
}

func oneSlip(a, b uint32) bool { return turnedOrOne(a, b, 8) }

// turnedOrOne reports whether two numbers, written in so many digits, differ
// in one digit or in the order of two neighbours.
func turnedOrOne(a, b uint32, digits int) bool {
	wrong, last := 0, uint32(0)
	var x, y uint32 // the digits before, which were not the same
	for range digits {
		p, q := a%10, b%10
		a, b = a/10, b/10
		if p == q {
			last = 0
			continue
		}
		wrong++
		if wrong == 2 && (last != 1 || p != y || q != x) || wrong > 2 {
			return false
		}
		x, y, last = p, q, 1
	}
	return wrong > 0
}
