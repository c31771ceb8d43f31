package roster

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/civil"
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
