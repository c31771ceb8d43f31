// Package nik reads Indonesia's two 16-digit population numbers: NIK, of a
// person, and KK, of a family card.
//
// A NIK is 2 digits province + 2 regency + 2 district of first registration,
// 6 digits birth date DDMMYY with 40 added to the day for a woman, and a
// serial from 0001. It is lifelong and is not corrected, so what it embeds
// is evidence and never proof: a difference is a Warning, not an error.
// Source: Dukcapil Klaten, "Struktur NIK" (../GLOSSARY.md, NIK).
package nik

import (
	"log/slog"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"gotong/internal/civil"
)

// Number is a NIK or KK number as 16 ASCII digits. It redacts itself in logs.
type Number string

// Problem says why a text is not a number, as the last part of a message key.
type Problem string

// What can be wrong with the form of a number.
const (
	Empty       Problem = "empty"       // no text
	Spreadsheet Problem = "spreadsheet" // 9.17E+15: the digits are lost for good
	Length      Problem = "length"      // not 16 digits
	NotDigits   Problem = "not_digits"  // something else than digits
	Serial      Problem = "serial"      // serial 0000 was never issued
	Rounded     Problem = "rounded"     // 16 digits that end in 0000: a spreadsheet kept 15 at most
)

// Plain writes a number as it was typed in plain digits: pages and papers that
// numbers are copied from have full-width and Arabic digits, spaces that do not
// break, marks that are not seen and curly apostrophes.
func Plain(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return s
	}
	return strings.Map(func(r rune) rune {
		for _, zero := range [...]rune{'０', '٠', '۰'} {
			if r >= zero && r <= zero+9 {
				return '0' + r - zero
			}
		}
		switch {
		case r == '’' || r == '‘' || r == 'ʼ' || r == '＇':
			return '\''
		case r >= utf8.RuneSelf && (unicode.IsSpace(r) || unicode.Is(unicode.Cf, r)):
			return -1
		}
		return r
	}, s)
}

// Parse checks the form of a number: 16 digits, serial at least 0001. Spaces,
// dots and a leading apostrophe (as spreadsheets write text) are dropped, as is
// what Plain drops. The Problem is empty when the number is well formed.
func Parse(s string) (Number, Problem) {
	s = Plain(s)
	digits := make([]byte, 0, 16)
	exponent := false
	other := false
	for _, c := range []byte(s) {
		switch {
		case c >= '0' && c <= '9':
			digits = append(digits, c)
		case c == ' ' || c == '.' || c == '\'' || c == '-':
		case c == 'E' || c == 'e' || c == '+' || c == ',':
			exponent = true
		default:
			other = true
		}
	}
	switch {
	case len(digits) == 0 && !exponent && !other:
		return "", Empty
	case exponent && !other:
		return "", Spreadsheet
	case other:
		return "", NotDigits
	case len(digits) != 16:
		return "", Length
	case string(digits[12:]) == "0000":
		if string(digits[10:]) == "000000" {
			return "", Rounded
		}
		return "", Serial
	}
	return Number(digits), ""
}

// Is reports whether s is a well-formed number as it stands, with nothing to
// be dropped.
func Is(s string) bool {
	if len(s) != 16 || s[12:] == "0000" {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// Mask shows the first six digits, the place of first registration, and no
// more: beside a birth date and a sex, two digits of the serial would leave
// only a hundred numbers to try.
func (n Number) Mask() string {
	if len(n) != 16 {
		return "****************"
	}
	return string(n[:6]) + "**********"
}

// LogValue redacts the number.
func (n Number) LogValue() slog.Value { return slog.StringValue("[nik]") }

// District returns the six-digit Kemendagri district code of first registration.
func (n Number) District() string { return string(n[:6]) }

// Embedded is what a NIK says of its holder.
type Embedded struct {
	Day, Month, YearInCentury int
	Female                    bool
}

// Embedded returns the birth date and sex in the number, unchecked.
func (n Number) Embedded() Embedded {
	two := func(i int) int { return 10*int(n[i]-'0') + int(n[i+1]-'0') }
	e := Embedded{Day: two(6), Month: two(8), YearInCentury: two(10)}
	if e.Day > 40 {
		e.Day -= 40
		e.Female = true
	}
	return e
}

// The centuries in which people alive, and the cards they have, can have begun.
const (
	lastCentury = 1900
	thisCentury = 2000
)

// in returns the digits' day in a century, and whether there is one.
func (e Embedded) in(century int) (civil.Date, bool) {
	d := civil.Of(century+e.YearInCentury, time.Month(e.Month), e.Day)
	_, m, day := d.YMD()
	return d, int(m) == e.Month && day == e.Day
}

// IsDate reports whether the digits are a day of this century or the last.
func (e Embedded) IsDate() bool {
	_, last := e.in(lastCentury)
	_, this := e.in(thisCentury)
	return last || this
}

// Warning names a difference between a NIK and what else is known.
type Warning string

// The warnings, each the last part of a message key.
const (
	BornDiffers Warning = "born_differs"
	BornNoDate  Warning = "born_no_date" // the digits are a day of no century
	SexDiffers  Warning = "sex_differs"
)

// Check compares a NIK with a birth date and sex.
func (n Number) Check(born civil.Date, female bool) []Warning {
	var w []Warning
	e := n.Embedded()
	y, m, d := born.YMD()
	switch {
	case e.Day == d && e.Month == int(m) && e.YearInCentury == y%100:
	case e.IsDate():
		w = append(w, BornDiffers)
	default:
		w = append(w, BornNoDate)
	}
	if e.Female != female {
		w = append(w, SexDiffers)
	}
	return w
}

// Build composes the NIK of a person first registered in a district (six
// digits), for the generator and for tests.
func Build(district string, born civil.Date, female bool, serial int) Number {
	y, m, d := born.YMD()
	if female {
		d += 40
	}
	b := make([]byte, 0, 16)
	b = append(b, district...)
	b = pad(b, d, 2)
	b = pad(b, int(m), 2)
	b = pad(b, y%100, 2)
	b = pad(b, serial, 4)
	return Number(b)
}

func pad(b []byte, v, width int) []byte {
	s := strconv.Itoa(v)
	for range width - len(s) {
		b = append(b, '0')
	}
	return append(b, s...)
}

// Born returns the two days, a century apart, on which somebody with these
// digits can have been born; both are the same day where
// only one of them has come. It is false for digits that are no day, or for two
// of which neither has come.
func (e Embedded) Born(today civil.Date) (early, late civil.Date, ok bool) {
	early, first := e.in(lastCentury)
	late, second := e.in(thisCentury)
	first, second = first && early <= today, second && late <= today
	switch {
	case first && second:
		return early, late, true
	case first:
		return early, early, true
	case second:
		return late, late, true
	}
	return 0, 0, false
}

// CardIssued returns the day on which a family card's number says that it was
// issued. Cards with such numbers are of this century.
func (n Number) CardIssued() (civil.Date, bool) {
	e := n.Embedded()
	if e.Female { // a card has no sex: more than 40 is no day
		return 0, false
	}
	return e.in(thisCentury)
}
