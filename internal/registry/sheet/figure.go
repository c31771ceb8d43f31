package sheet

import (
	"math"
	"strconv"
	"strings"

	"gotong/internal/civil"
)

// wholeMost is the smallest whole number of which a spreadsheet no longer
// keeps every digit: it has fifteen.
const wholeMost = 1e15

// figure writes a stored number as its digits, and says whether they are all
// there.
func figure(raw string) (string, Kind) {
	if n := len(raw); n > 0 && n <= 15 && allDigits(raw) {
		return raw, Figure
	}
	f, err := strconv.ParseFloat(raw, 64)
	switch {
	case err != nil || math.IsNaN(f) || math.IsInf(f, 0):
		return raw, Written
	case math.Abs(f) >= wholeMost:
		return strconv.FormatFloat(f, 'f', 0, 64), Lost
	case f == math.Trunc(f):
		return strconv.FormatInt(int64(f), 10), Figure
	}
	return strconv.FormatFloat(f, 'f', -1, 64), Figure
}

// The days that a spreadsheet counts from, and the last one that it counts.
var (
	since1900 = civil.Of(1899, 12, 30)
	since1904 = civil.Of(1904, 1, 1)
)

const serialMost = 2958465 // 9999-12-31

// Serial returns the day that a spreadsheet counts as a number. Time of day
// is left out. The first two months of 1900, which spreadsheets count wrong,
// are not taken.
func Serial(text string, early bool) (civil.Date, bool) {
	whole, _, _ := strings.Cut(text, ".")
	n, err := strconv.Atoi(whole)
	if err != nil || n > serialMost || n < 0 {
		return 0, false
	}
	if early {
		return since1904.AddDays(n), true
	}
	return since1900.AddDays(n), n > 60
}

// dateFormat reports whether a number format shows days: it has a day or a
// year outside of quotes, colours and conditions.
func dateFormat(code string) bool {
	quoted, bracket := false, false
	for i := 0; i < len(code); i++ {
		switch c := code[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\\' || c == '_' || c == '*':
			i++
		case c == '[':
			bracket = true
		case c == ']':
			bracket = false
		case bracket:
		case c == 'y' || c == 'Y' || c == 'd' || c == 'D':
			return true
		}
	}
	return false
}

// builtInDate reports whether one of the numbered formats shows days.
func builtInDate(id int) bool {
	return id >= 14 && id <= 17 || id == 22 || id >= 27 && id <= 36 || id >= 50 && id <= 58
}
