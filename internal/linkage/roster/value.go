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
// the century that makes the day the latest one not after today, and of a
// moment the day is taken.
func rewrite(text string, today civil.Date) string {
	if day, _, ok := strings.Cut(text, "T"); ok && len(day) == len("2006-01-02") && digitsOnly(day[:4]) {
		return day // of a moment
	}
	if len(text) == 8 && digitsOnly(text) {
		if y, _ := strconv.Atoi(text[:4]); y >= 1850 && y <= 2100 {
			return text[:4] + "-" + text[4:6] + "-" + text[6:]
		}
		return text[:2] + "-" + text[2:4] + "-" + text[4:]
	}
	parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" -/.,", r) })
	if len(parts) != 3 {
		return text
	}
	if n := sheet.Month(parts[1]); n > 0 {
		parts[1] = strconv.Itoa(n)
	} else if n := sheet.Month(parts[0]); n > 0 {
		parts[0], parts[1] = parts[1], strconv.Itoa(n)
	} else if len(parts[2]) != 2 || len(parts[0]) > 2 {
		return text
	}
	if len(parts[2]) == 2 && len(parts[0]) <= 2 && digitsOnly(parts[2]) {
		parts[2] = century(parts, today)
	}
	return strings.Join(parts, "-")
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
	parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("-/.", r) })
	if len(parts) < 2 || len(parts) > 3 {
		return 0, 0
	}
	if len(parts[0]) != 4 {
		slices.Reverse(parts)
	}
	var read [3]int
	for i, p := range parts {
		if n := 4 - 2*min(i, 1); len(p) > n || i == 0 && len(p) != n || !digitsOnly(p) {
			return 0, 0
		}
		read[i], _ = strconv.Atoi(p)
	}
	if read[1] > 12 || read[2] != 0 {
		return 0, 0
	}
	return read[0], time.Month(max(read[1], 1))
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
