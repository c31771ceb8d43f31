package programme

import (
	"testing"

	"gotong/internal/civil"
	"gotong/internal/money"
)

// A year of YAPI month by month: 300,000 before school and 200,000 at school
// (idxchannel.com and jpnn.com, 30 September 2021), ending at 18. Each month
// is asked on its first day, so the step falls on the month after the
// birthday, and so does the end.
func TestYAPIMonthByMonth(t *testing.T) {
	s := presets(t)
	for _, c := range []struct {
		name, born, school string
		want               money.Rupiah // of 2025
		last               money.Rupiah // of December
	}{
		{"small all year", "2020-02-01", "none", 12 * 300_000, 300_000},
		{"at school all year", "2012-02-01", "sd", 12 * 200_000, 200_000},
		{"seven on the first of January", "2018-01-01", "none", 12 * 200_000, 200_000},
		{"seven on 15 August", "2018-08-15", "none", 8*300_000 + 4*200_000, 200_000},
		{"seven on the first of August", "2018-08-01", "none", 7*300_000 + 5*200_000, 200_000},
		{"seven on 31 December", "2018-12-31", "none", 12 * 300_000, 300_000},
		{"at school before seven", "2019-06-01", "sd", 12 * 200_000, 200_000},
		{"eighteen on 20 May", "2007-05-20", "sma", 5 * 200_000, 0},
		{"eighteen on the first of May", "2007-05-01", "sma", 4 * 200_000, 0},
		{"eighteen on the first of January", "2007-01-01", "sma", 0, 0},
		{"born in March of the year", "2025-03-10", "none", 9 * 300_000, 300_000},
	} {
		var sum, last money.Rupiah
		for month := range 12 {
			day := civil.MustParse("2025-01-01").AddMonths(month)
			last = 0
			if civil.MustParse(c.born) <= day {
				last = monthOf(t, s, "keluarga decile=2\nanak born="+c.born+" sex=male relation=child orphan=both school="+c.school, day)
			}
			sum += last
		}
		if sum != c.want || last != c.last {
			t.Errorf("%s: %s in the year and %s in December, want %s and %s", c.name, sum, last, c.want, c.last)
		}
	}
}

// monthOf returns what YAPI gives an only child for the month of a day.
func monthOf(t *testing.T, s *Set, family string, day civil.Date) money.Rupiah {
	t.Helper()
	p, err := s.Version("yapi", day)
	if err != nil {
		t.Fatal(err)
	}
	_, b := readFamily(t, family, day)
	if p.Explain(b, 0, 0).Meets.String() != "yes" {
		return 0
	}
	a, ok := p.AmountOf(b, 0, 0).Annual()
	if !ok || a%monthsPerYear != 0 {
		t.Fatalf("%s is no twelve equal months", a)
	}
	return a / monthsPerYear
}
