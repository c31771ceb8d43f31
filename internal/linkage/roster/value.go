package roster

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"gotong/internal/civil"
	"gotong/internal/registry/sheet"
)

// sexes is how a column writes the sexes, by lower-case word. P is perempuan
// (a woman) beside L (laki-laki) and pria (a man) beside W (wanita), so a
// column is looked at as a whole.
type sexes struct{ p, w, l bool }

func (s *sexes) note(text string) {
	switch text {
	case "p":
		s.p = true
	case "w":
		s.w = true
	case "l":
		s.l = true
	}
}

var women = map[string]bool{"f": true, "female": true, "woman": true, "girl": true, "perempuan": true, "wanita": true, "pr": true, "w": true, "2": true}

var men = map[string]bool{"m": true, "male": true, "man": true, "boy": true, "laki-laki": true, "laki": true, "lelaki": true, "pria": true, "lk": true, "l": true, "1": true}

// What read returns, which nobody changes.
var woman, man = true, false

// read returns whether a word is for a woman, nil where it is for neither.
func (s *sexes) read(text string) *bool {
	switch {
	case text == "p" && s.w && !s.l:
		return &man
	case text == "p" || women[text]:
		return &woman
	case men[text]:
		return &man
	}
	return nil
}

// rewrite writes a day in a form that package sheet reads: eight digits get
// their hyphens, a month's name becomes its number, two digits of a year get
// the century that makes the day the latest one not after today, what parts a
// day becomes a hyphen, and of a moment the day is taken.
func rewrite(text string, today civil.Date) string {
	if day, _, ok := strings.Cut(text, "T"); ok && len(day) == len("2006-01-02") && digitsOnly(day[:4]) {
		return day // of a moment
	}
	if len(text) == 8 && digitsOnly(text) {
		return apart(text)
	}
	parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" -/.,", r) })
	if len(parts) != 3 {
		return text
	}
	if n := sheet.Month(parts[1]); n > 0 {
		parts[1] = strconv.Itoa(n)
	} else if n := sheet.Month(parts[0]); n > 0 {
		parts[0], parts[1] = parts[1], strconv.Itoa(n)
	}
	if len(parts[2]) == 2 && len(parts[0]) <= 2 && digitsOnly(parts[2]) {
		parts[2] = century(parts, today)
	}
	return strings.Join(parts, "-")
}

// apart puts hyphens into eight digits, with the year in front or, where that
// would be none or leaves no day, behind: 20101990 is of October.
func apart(text string) string {
	inFront := text[:4] + "-" + text[4:6] + "-" + text[6:]
	behind := text[:2] + "-" + text[2:4] + "-" + text[4:]
	switch front, back := likelyYear(text[:4]), likelyYear(text[4:]); {
	case !front && back:
		return behind
	case front && back:
		if _, problem := sheet.ReadDay(inFront); problem != "" {
			if _, problem := sheet.ReadDay(behind); problem == "" {
				return behind
			}
		}
	}
	return inFront
}

// likelyYear reports whether four digits are a year that a list of people has.
func likelyYear(text string) bool {
	y, _ := strconv.Atoi(text)
	return y >= 1850 && y <= 2100
}

func century(parts []string, today civil.Date) string {
	y, _, _ := today.YMD()
	in, _ := strconv.Atoi(parts[2])
	year := y - y%100 + in
	if day, problem := sheet.ReadDay(strings.Join([]string{parts[0], parts[1], strconv.Itoa(year)}, "-")); year > y || problem == "" && max(day.Date, day.Swapped) > today {
		year -= 100
	}
	return strconv.Itoa(year)
}

// births is how a column writes births of which no more is known than the year:
// by the year or, where most of the column does, by the age.
type births struct{ known, ages int }

// oldest is the greatest age that is read as one.
const oldest = 130

func (b *births) note(text string, day bool) {
	switch n, ok := bareNumber(text); {
	case day || ok && n > oldest:
		b.known++
	case ok:
		b.ages++
	}
}

// read returns the first day of the year, nil where none can be told.
func (b *births) read(text string, today civil.Date) *civil.Date {
	now, _, _ := today.YMD()
	year, month := 0, time.January
	switch n, ok := bareNumber(text); {
	case !ok:
		year, month = unknownDay(text)
	case n > oldest:
		year = n
	case b.ages > b.known:
		year = now - n
	}
	if year < 1000 || year > now {
		return nil
	}
	date := civil.Of(year, month, 1)
	return &date
}

// bareNumber reads a number that stands alone; programs that keep it as a
// figure may write it as 1951.0.
func bareNumber(text string) (int, bool) {
	text = strings.TrimSuffix(text, ".0")
	if len(text) > 4 || !digitsOnly(text) {
		return 0, false
	}
	n, _ := strconv.Atoi(text)
	return n, true
}

// unknownDay reads year and month of a day whose other parts are noughts or
// missing: 1951-00-00, 00/05/1951, 1951-05. The year is 0 where there is none.
func unknownDay(text string) (year int, month time.Month) {
	year, m, day, ok := figures(text)
	if !ok || m > 12 || day != 0 {
		return 0, 0
	}
	return year, time.Month(max(m, 1))
}

// noDay reads what is written as a day is and is none, as YYYYMMDD: 31-02-1950,
// 19450772. It returns 0 for what is not written so, or stands for no day at
// all: 99-99-9999.
func noDay(text string, h sheet.Habit, today civil.Date) int {
	text = rewrite(text, today)
	year, month, day, ok := figures(text)
	if !ok || year == 0 || day == 0 && month == 0 {
		return 0
	}
	if !digitsOnly(text[:4]) && h.Month > h.Day {
		month, day = day, month
	}
	if n := year*1_00_00 + month*1_00 + day; n%1111_1111 != 0 {
		return n
	}
	return 0
}

// figures returns the figures of year, month and day, in whichever order they
// stand; those of the day may be missing.
func figures(text string) (year, month, day int, ok bool) {
	parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" -/.", r) })
	if len(parts) < 2 || len(parts) > 3 {
		return 0, 0, 0, false
	}
	if len(parts[0]) != 4 {
		slices.Reverse(parts)
	}
	var read [3]int
	for i, p := range parts {
		if n := 4 - 2*min(i, 1); len(p) > n || i == 0 && len(p) != n || !digitsOnly(p) {
			return 0, 0, 0, false
		}
		read[i], _ = strconv.Atoi(p)
	}
	return read[0], read[1], read[2], true
}

func digitsOnly(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// readDay reads a day, which its column's habit may have to settle. The second
// result is false where there is none.
func readDay(text string, today civil.Date) (sheet.Day, bool) {
	day, problem := sheet.ReadDay(text)
	if problem == sheet.NotDay || problem == sheet.ShortYear {
		day, problem = sheet.ReadDay(rewrite(text, today))
	}
	return day, problem == ""
}

// settle returns the date of a day: where it can be read in two ways, as the
// others of its column are written, else with the day in front.
func settle(h sheet.Habit, d sheet.Day) civil.Date {
	if d.Style == sheet.MonthBefore || d.Style == sheet.Either && h.Month > h.Day {
		return d.Swapped
	}
	return d.Date
}
