package indicator

import (
	"errors"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/i18n"
)

func lookup(t testing.TB, l Level, code string) *Indicator {
	t.Helper()
	i, ok := Default().Lookup(l, code)
	if !ok {
		t.Fatalf("no %s.%s", l, code)
	}
	return i
}

func TestParse(t *testing.T) {
	for _, tc := range []struct {
		level Level
		code  string
		in    string
		want  int64
		key   string
	}{
		{Family, "tv", "ya", 1, ""},
		{Family, "tv", " TIDAK ", 0, ""},
		{Family, "tv", "2", 0, ""},
		{Family, "tv", "mungkin", 0, "bool"},
		{Family, "tv", "", 0, "empty"},
		{Family, "floor", "earth", 8, ""},
		{Family, "floor", "8", 8, ""},
		{Family, "floor", "Tanah", 8, ""},
		{Family, "floor", "80", 0, "choice"},
		{Family, "floor_area", "36", 36, ""},
		{Family, "floor_area", "36.5", 0, "int"},
		{Family, "floor_area", "36.", 0, "int"},
		{Family, "floor_area", "+36", 0, "int"},
		{Family, "floor_area", "-1", 0, "between"},
		{Family, "floor_area", "20000", 0, "between"},
		{Family, "floor_area_per_person", "7.2", 720, ""},
		{Family, "floor_area_per_person", "7,25", 725, ""},
		{Family, "floor_area_per_person", "7,255", 0, "int"},
		{Family, "monthly_spending", "1250000", 1250000, ""},
		{Family, "monthly_spending", "1.250.000", 0, "money"},
		{Family, "monthly_spending", "-5", 0, "at_least"},
		{Family, "last_pkh", "2025-03-01", int64(civil.MustParse("2025-03-01")), ""},
		{Family, "last_pkh", "01/03/2025", 0, "date"},
		{Person, "work_status", "asn", 51, ""},
		{Person, "work_status", "5", 0, "choice"}, // the form's mixed answer
	} {
		i := lookup(t, tc.level, tc.code)
		got, err := i.Parse(tc.in)
		var f *fault.Error
		switch {
		case tc.key == "" && (err != nil || got != tc.want):
			t.Errorf("%s: Parse(%q) = %d, %v, want %d", tc.code, tc.in, got, err, tc.want)
		case tc.key != "" && (!errors.As(err, &f) || f.Key != "indicator.value."+tc.key):
			t.Errorf("%s: Parse(%q) = %v, want %s", tc.code, tc.in, err, tc.key)
		case tc.key != "":
			for _, l := range i18n.Langs {
				if s := i18n.Error(l, err); strings.Contains(s, "{") || !strings.Contains(s, tc.code) {
					t.Errorf("%s is told %q", tc.code, s)
				}
			}
		}
	}
}

func TestFormat(t *testing.T) {
	for _, tc := range []struct {
		code   string
		v      int64
		id, en string
	}{
		{"tv", 1, "Ya", "Yes"},
		{"floor", 8, "Tanah", "Earth"},
		{"floor_area", 1200, "1.200 m²", "1,200 m²"},
		{"floor_area_per_person", 720, "7,20 m²", "7.20 m²"},
		{"size", 4, "4 orang", "4 people"},
		{"income_total", 1250000, "Rp1.250.000", "Rp1.250.000"},
		{"score", -500, "-0,000500", "-0.000500"},
		{"score", -12345678, "-12,345678", "-12.345678"},
		{"last_pkh", int64(civil.MustParse("2025-03-01")), "1 Mar 2025", "1 Mar 2025"},
	} {
		i := lookup(t, Family, tc.code)
		if got := i.Format(tc.v, i18n.ID); got != tc.id {
			t.Errorf("%s: %q, want %q", tc.code, got, tc.id)
		}
		if got := i.Format(tc.v, i18n.EN); got != tc.en {
			t.Errorf("%s: %q, want %q", tc.code, got, tc.en)
		}
	}
}

// valid draws a value that the indicator may hold.
func valid(t *rapid.T, i *Indicator) int64 {
	switch i.Kind {
	case Bool:
		return rapid.Int64Range(0, 1).Draw(t, "bool")
	case Choice:
		return rapid.SampledFrom(i.Options).Draw(t, "option").No
	case Date:
		return int64(rapid.Int32Range(-30000, 30000).Draw(t, "day"))
	}
	from, to := int64(-1e15), int64(1e15)
	if i.Min != nil {
		from = *i.Min
	}
	if i.Max != nil {
		to = *i.Max
	}
	return rapid.Int64Range(from, to).Draw(t, "number")
}

func TestTextIsReadBack(t *testing.T) {
	all := Default().All()
	rapid.Check(t, func(t *rapid.T) {
		i := rapid.SampledFrom(all).Draw(t, "indicator")
		v := valid(t, i)
		got, err := i.Parse(i.Text(v))
		if err != nil || got != v {
			t.Fatalf("%s: %d is written %q and read as %d, %v", i.Code, v, i.Text(v), got, err)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"ya", "8", "Tanah", "2025-02-30", "1.250.000", "9.17E+15", "-0,5", "", "\x00", "٣"} {
		f.Add(s)
	}
	all := Default().All()
	f.Fuzz(func(t *testing.T, s string) {
		for _, i := range all {
			v, err := i.Parse(s)
			if err != nil {
				if !fault.Is(err, fault.KindInvalid) {
					t.Fatalf("%s: %q fails with %v, which is no fault", i.Code, s, err)
				}
				continue
			}
			again, err := i.Parse(i.Text(v))
			if err != nil || again != v {
				t.Fatalf("%s: %q is %d, written %q, read %d, %v", i.Code, s, v, i.Text(v), again, err)
			}
		}
	})
}

func TestExtremesAreWritten(t *testing.T) {
	i := lookup(t, Family, "score")
	for _, v := range []int64{math.MinInt64, math.MaxInt64, -1, 0} {
		if got, err := i.Parse(i.Text(v)); err != nil || got != v {
			t.Errorf("%d is written %q and read %d, %v", v, i.Text(v), got, err)
		}
	}
}

func TestParsingCodesCostsNothing(t *testing.T) {
	sector := lookup(t, Person, "sector")
	n := testing.AllocsPerRun(100, func() {
		if v, err := sector.Parse("international"); err != nil || v != 26 {
			t.Fatal(v, err)
		}
	})
	if n != 0 {
		t.Errorf("%v allocations for a cell of a large import", n)
	}
}
