package linkage

import "gotong/internal/civil"

// day is a birth date as it is compared. The zero day is unknown.
type day struct {
	days   civil.Date
	digits [8]byte // YYYYMMDD
	known  bool
}

func dayOf(d *civil.Date) day {
	if d == nil {
		return day{}
	}
	y, m, dd := d.YMD()
	out := day{days: *d, known: true}
	v := y*10000 + int(m)*100 + dd
	for i := 7; i >= 0; i-- {
		out.digits[i] = byte('0' + v%10)
		v /= 10
	}
	return out
}

func (d *day) year() int {
	return int(d.digits[0]-'0')*1000 + int(d.digits[1]-'0')*100 + int(d.digits[2]-'0')*10 + int(d.digits[3]-'0')
}

func (d *day) month() int      { return int(d.digits[4]-'0')*10 + int(d.digits[5]-'0') }
func (d *day) dayOfMonth() int { return int(d.digits[6]-'0')*10 + int(d.digits[7]-'0') }

// turned is the same number for a date and for the date with day and month
// exchanged.
func (d *day) turned() uint64 {
	a, b := d.month(), d.dayOfMonth()
	return uint64(d.year())<<16 | uint64(min(a, b))<<8 | uint64(max(a, b))
}

// inNIK reports whether a NIK of 16 digits holds this date and sex, as DDMMYY
// with 40 added to the day for a woman. A negative sex is not known.
func (d *day) inNIK(digits string, sex int8) bool {
	if !d.known || digits[8:10] != string(d.digits[4:6]) || digits[10:12] != string(d.digits[2:4]) || digits[7] != d.digits[7] {
		return false
	}
	man, woman := digits[6] == d.digits[6], digits[6] == d.digits[6]+4
	return man && sex != 1 || woman && sex != 0
}

const (
	closeDays = 366
	twoDays   = 2
)

// compareDays returns the level at which two known birth dates agree.
func compareDays(a, b *day) Level {
	if a.days == b.days {
		return BornSame
	}
	if a.turned() == b.turned() {
		return BornSwapped
	}
	wrong, first := 0, -1
	for i := range a.digits {
		if a.digits[i] != b.digits[i] {
			if wrong == 0 {
				first = i
			}
			wrong++
		}
	}
	gap := a.days - b.days
	if wrong == 1 && first >= 6 || gap >= -twoDays && gap <= twoDays {
		return BornDay
	}
	if wrong == 1 || wrong == 2 && first < 7 && a.digits[first] == b.digits[first+1] && a.digits[first+1] == b.digits[first] {
		return BornSlip
	}
	parts := 0
	for _, same := range [...]bool{string(a.digits[:4]) == string(b.digits[:4]), string(a.digits[4:6]) == string(b.digits[4:6]),
		string(a.digits[6:]) == string(b.digits[6:])} {
		if same {
			parts++
		}
	}
	if parts == 2 {
		return BornPart
	}
	if gap >= -closeDays && gap <= closeDays {
		return BornClose
	}
	return BornDifferent
}
