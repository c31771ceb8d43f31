package civil

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestParse(t *testing.T) {
	for _, tc := range []struct {
		in string
		ok bool
	}{
		{"1970-01-01", true}, {"2024-02-29", true}, {"1899-12-31", true},
		{"2023-02-29", false}, {"2024-2-9", false}, {"09-02-2024", false}, {"", false}, {"2024-13-01", false},
	} {
		d, err := Parse(tc.in)
		if (err == nil) != tc.ok {
			t.Errorf("Parse(%q) error %v, want ok %v", tc.in, err, tc.ok)
		}
		if err == nil && d.String() != tc.in {
			t.Errorf("Parse(%q) prints %q", tc.in, d)
		}
	}
}

func TestYearsOn(t *testing.T) {
	for _, tc := range []struct {
		born, on string
		want     int
	}{
		{"2000-05-10", "2018-05-09", 17},
		{"2000-05-10", "2018-05-10", 18},
		{"2004-02-29", "2022-02-28", 17},
		{"2004-02-29", "2022-03-01", 18},
		{"2020-01-01", "2019-12-31", -1},
	} {
		if got := MustParse(tc.born).YearsOn(MustParse(tc.on)); got != tc.want {
			t.Errorf("born %s on %s: %d years, want %d", tc.born, tc.on, got, tc.want)
		}
	}
}

func TestAddMonthsKeepsWithinMonth(t *testing.T) {
	if got := MustParse("2024-01-31").AddMonths(1); got != MustParse("2024-02-29") {
		t.Errorf("31 January plus a month is %s", got)
	}
	if got := MustParse("2024-03-31").AddMonths(-13); got != MustParse("2023-02-28") {
		t.Errorf("13 months before 31 March is %s", got)
	}
}

func TestTextRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Date(rapid.Int32Range(-200000, 200000).Draw(t, "day"))
		v, err := d.Value()
		if err != nil {
			t.Fatal(err)
		}
		var back Date
		if err := back.Scan(v); err != nil || back != d {
			t.Fatalf("%s comes back as %s (%v)", d, back, err)
		}
		if OfTime(d.Time()) != d {
			t.Fatalf("%s does not survive time", d)
		}
	})
}

func TestMonthsOn(t *testing.T) {
	if got := MustParse("2024-01-31").MonthsOn(MustParse("2024-03-30")); got != 1 {
		t.Errorf("got %d months", got)
	}
	if y, m, d := MustParse("2024-07-09").YMD(); y != 2024 || m != time.July || d != 9 {
		t.Errorf("YMD gives %d %v %d", y, m, d)
	}
}

// Every day there is, and some that there are not, as the standard library
// counts them.
func TestDay(t *testing.T) {
	for y := 0; y <= 9999; y++ {
		if y > 2 && y < 1880 || y > 2110 && y < 9998 {
			if y%97 != 0 && y%100 != 0 {
				continue
			}
		}
		for m := -1; m <= 14; m++ {
			for d := -1; d <= 33; d++ {
				whole := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
				is := whole.Day() == d && int(whole.Month()) == m
				if got, ok := Day(y, m, d); ok != is || ok && got != fromTime(whole) {
					t.Fatalf("%d-%d-%d is %s, %t", y, m, d, got, ok)
				}
			}
		}
	}
	for _, y := range []int{-1, 10_000} {
		if _, ok := Day(y, 1, 1); ok {
			t.Errorf("%d is taken", y)
		}
	}
}
