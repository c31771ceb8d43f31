package roster

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/civil"
	"gotong/internal/registry/sheet"
)

func TestBirthsOfWhichOnlyTheYearIsKnown(t *testing.T) {
	today := civil.MustParse("2026-01-01")
	for name, column := range map[string]struct {
		cells []string
		want  []string // "" for what cannot be read
	}{
		"years":              {[]string{"1951", "1951.0", "851", "2027", "1851"}, []string{"1951-01-01", "1951-01-01", "", "", "1851-01-01"}},
		"ages":               {[]string{"37", "37.0", "0", "131", "5"}, []string{"1989-01-01", "1989-01-01", "2026-01-01", "", "2021-01-01"}},
		"days, and a number": {[]string{"1951-05-07", "37", "7/5/1951", "1951"}, []string{"1951-05-07", "", "1951-05-07", "1951-01-01"}},
		"parts unknown":      {[]string{"1951-00-00", "00/05/1951", "1951-05", "05-1951", "0-0-1951"}, []string{"1951-01-01", "1951-05-01", "1951-05-01", "1951-05-01", "1951-01-01"}},
		"no days":            {[]string{"1951-13", "195-05", "00-00", "1951-00-07", "-", "about 1951", "1951-5-"}, []string{"", "", "", "", "", "", "1951-05-01"}},
	} {
		r := reader{today: today, years: true}
		for _, text := range column.cells {
			day, ok := readDay(text, today)
			if ok {
				r.habit.Note(day)
			}
			r.births.note(text, ok)
		}
		var got []string
		for _, text := range column.cells {
			born := r.born(text)
			if born == nil {
				got = append(got, "")
				continue
			}
			got = append(got, born.String())
		}
		if diff := cmp.Diff(column.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestDaysArePartedByWhatever(t *testing.T) {
	for text, want := range map[string]string{
		"28 02 1950": "1950-02-28", "1950 02 28": "1950-02-28", "28/02-1950": "1950-02-28", "28 2 50": "1950-02-28", "28, Feb, 1950": "1950-02-28", "Feb 28 50": "1950-02-28", "28-Feb-50": "1950-02-28",
		"1950.02.28": "1950-02-28", "1950/2/28": "1950-02-28", "28 02": "", "1.5 2": "", "08 12 34 56": "", "28 02 195": "", "1950 02 281": "",
	} {
		got := ""
		if day, ok := readDay(text, today); ok {
			got = day.Date.String()
		}
		if got != want {
			t.Errorf("%s is read as %q, want %q", text, got, want)
		}
	}
}

// The nineteenth and the twentieth look like the beginning of a year.
func TestEightDigitsAreReadWithTheYearInFrontOrBehind(t *testing.T) {
	for text, want := range map[string]string{
		"19901231": "1990-12-31", "31121990": "1990-12-31", "20101990": "1990-10-20", "19021950": "1950-02-19", "20012001": "2001-01-20",
		"20011219": "2001-12-19", "19121912": "1912-12-19", "19191219": "1919-12-19", "20201201": "2020-12-01",
		"18500101": "1850-01-01", "31121850": "1850-12-31", "21001231": "2100-12-31", "19450772": "", "31021950": "", "00000000": "", "99999999": "", "2010199O": "",
	} {
		got := ""
		if day, ok := readDay(text, today); ok {
			got = day.Date.String()
		}
		if got != want {
			t.Errorf("%s is read as %q, want %q", text, got, want)
		}
	}
}

func TestWhatIsNoDayKeepsItsDigits(t *testing.T) {
	dayFirst, monthFirst := sheet.Habit{Day: 3, Month: 1}, sheet.Habit{Day: 1, Month: 3}
	for _, tc := range []struct {
		text  string
		habit sheet.Habit
		want  int
	}{
		{"19450772", dayFirst, 1945_07_72},
		{"1945-07-72", monthFirst, 1945_07_72}, // the habit is for days whose year stands behind
		{"31 02 1950", dayFirst, 1950_02_31},
		{"31/02/1950", dayFirst, 1950_02_31},
		{"02/31/1950", monthFirst, 1950_02_31},
		{"31.2.1950", dayFirst, 1950_02_31},
		{"31-02-50", dayFirst, 1950_02_31},
		{"31 Feb 1950", dayFirst, 1950_02_31},
		{"31021950", dayFirst, 1950_02_31},
		{"19510015", dayFirst, 1951_00_15},
		{"91450712", dayFirst, 9145_07_12},
		// What is not written as a day is, or stands for none.
		{"1945772", dayFirst, 0},
		{"194507712", dayFirst, 0},
		{"99999999", dayFirst, 0},
		{"99/99/9999", dayFirst, 0},
		{"00000000", dayFirst, 0},
		{"00001231", dayFirst, 0},
		{"19450000", dayFirst, 0},
		{"entah", dayFirst, 0},
		{"12-345-1950", dayFirst, 0},
		{"-", dayFirst, 0},
		{"", dayFirst, 0},
	} {
		if got := noDay(tc.text, tc.habit, today); got != tc.want {
			t.Errorf("%q: %d, want %d", tc.text, got, tc.want)
		}
	}
}

// The lists of offices that are taken into the register tell days or none.
func TestDigitsAreKeptWhereNoMoreThanTheYearMayBeKnown(t *testing.T) {
	for _, years := range []bool{true, false} {
		var got []int
		src := Source{Path: "list.csv", Years: years, Mapping: mapping(t, "name=n,born=b"), Seen: func(e Entry) { got = append(got, e.Record.NoDay) }}
		list, err := ReadFrom(context.Background(), strings.NewReader("n,b\nA,31-02-1950\nB,1990-01-31\nC,entah\n"), src, nil, today)
		if err != nil {
			t.Fatal(err)
		}
		want, noDays, unread := []int{0, 0, 0}, 0, 2
		if years {
			want, noDays, unread = []int{1950_02_31, 0, 0}, 1, 1
		}
		if diff := cmp.Diff(want, got); diff != "" || list.NoDays != noDays || list.Unread[Born] != unread {
			t.Errorf("years %v: %d no days, %d unread; %s", years, list.NoDays, list.Unread[Born], diff)
		}
	}
}
