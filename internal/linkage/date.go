package linkage

import (
	"time"

	"gotong/internal/civil"
)

// day is a birth date as it is compared: its digits as YYYYMMDD, four bits
// each. The zero day is unknown.
type day uint32

func dayOf(d *civil.Date) day {
	if d == nil {
		return 0
	}
	y, m, dd := d.YMD()
	return day(packDigits(uint64(min(max(y, 1), 9999)*10000 + int(m)*100 + dd)))
}

// noDayOf returns the day of digits that are no day of any month: a slip of the
// hand, which is compared as one.
func noDayOf(yyyymmdd int) day {
	if yyyymmdd < 0 || yyyymmdd > 9999_99_99 {
		return 0
	}
	return day(packDigits(uint64(yyyymmdd)))
}

// inMonths reports whether a day's month is one, so that it has a place among
// the days.
func (d day) inMonths() bool { m := d >> 8 & 0xff; return m >= 0x01 && m <= 0x12 }

// date returns the date of a known day.
func (d day) date() civil.Date { return civil.Of(d.year(), time.Month(d.month()), d.day()) }

func (d day) known() bool { return d != 0 }
func (d day) year() int   { return 100*twoDigits(d>>24) + twoDigits(d>>16) }
func (d day) month() int  { return twoDigits(d >> 8) }
func (d day) day() int    { return twoDigits(d) }

// twoDigits returns the number of the last two digits.
func twoDigits(d day) int { return int(d>>4&15)*10 + int(d&15) }

// value returns what the day's blocks of a part are known by.
func (d day) value(p part) uint64 {
	switch p {
	case byYear:
		return uint64(d.year())
	case byDay:
		return d.turnedDay()
	}
	return d.turned()
}

// turned is the same number for a date and for the date with day and month
// exchanged.
func (d day) turned() uint64 {
	return uint64(d.year())<<16 | d.turnedDay()
}

// turnedDay is turned without the year.
func (d day) turnedDay() uint64 {
	a, b := d.month(), d.day()
	return uint64(min(a, b))<<8 | uint64(max(a, b))
}

// closeDays is how far apart two days may be to be close.
const closeDays = 366

// firstOfYear is the day that is written where but the year is known: that two
// have it in common tells nothing.
const firstOfYear = 0x0101

// compareDays returns the level at which two known birth dates agree.
func compareDays(a, b day) Level {
	x := a ^ b
	if x == 0 {
		return BornSame
	}
	year, month, dd := x>>16 == 0, x&0xff00 == 0, x&0xff == 0
	turned := x&0xffff == 0 || a>>8&0xff == b&0xff && a&0xff == b>>8&0xff
	near := nearYears(a, b)
	if !year && !month && !dd && !turned && !near && !oneSlip(uint64(a), uint64(b)) {
		return BornDifferent // as most are
	}
	gap := 2 * closeDays // or more
	if near && a.inMonths() && b.inMonths() {
		gap = a.ordinal() - b.ordinal()
	}
	switch {
	case year && turned:
		return BornSwapped
	case year && month && nearby(a&0xff, b&0xff), gap >= -2 && gap <= 2:
		return BornDay
	case month && dd && nearby(a>>16, b>>16):
		return BornYear
	case x&0xffff == 0 && a&0xffff == firstOfYear && !oneSlip(uint64(a), uint64(b)):
		return BornDifferent
	case year && dd && slipped(a>>8&0xff, b>>8&0xff), oneSlip(uint64(a), uint64(b)):
		return BornSlip
	case year && month, month && dd, year && dd:
		return BornPart
	case (turned || month && slipped(a&0xff, b&0xff)) && slipped(a>>16, b>>16):
		return BornTwice
	case gap >= -closeDays && gap <= closeDays:
		return BornClose
	}
	return BornDifferent
}

// nearYears reports whether the years of two days may be two apart at most; of
// others it says so too where digits are carried, of none that are not.
func nearYears(a, b day) bool {
	x, y := a>>16, b>>16
	switch apart := max(x, y) - min(x, y); apart {
	case 0x67, 0x68, 0x667, 0x668: // 1999 and 2000, 1999 and 2001
		return true
	default:
		return apart <= 8 // 1989 and 1991
	}
}

// beforeMonth is how many days of a year are over when a month begins, of one
// without a leap day.
var beforeMonth = [16]int{1: 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334}

// ordinal returns the day's place in a count of days.
func (d day) ordinal() int {
	y, m := d.year(), d.month()
	n := beforeMonth[m&15] + d.day()
	if m <= 2 {
		y-- // this year's leap day is to come
		n += 365
	}
	return n + 365*y + y/4 - y/100 + y/400
}

// nearby reports whether two numbers of four digits at most differ by two at
// most or by ten: those are the slips of who counts, or writes the next digit,
// and commoner than any other digit in its place.
func nearby(a, b day) bool {
	d := 100*twoDigits(a>>8) + twoDigits(a) - 100*twoDigits(b>>8) - twoDigits(b)
	return d >= -2 && d <= 2 || d == 10 || d == -10
}

// slipped reports whether two numbers of four digits at most differ by two at
// most, in one digit alone or in the order of two neighbours.
func slipped(a, b day) bool {
	if d := 100*twoDigits(a>>8) + twoDigits(a) - 100*twoDigits(b>>8) - twoDigits(b); d >= -2 && d <= 2 {
		return true
	}
	return oneSlip(uint64(a), uint64(b))
}
