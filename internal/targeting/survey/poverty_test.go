package survey

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gotong/internal/civil"
	"gotong/internal/targeting"
)

func lines(t testing.TB) targeting.Lines {
	t.Helper()
	l, problems := targeting.ParseLines("l.yaml", []byte(`lines:
  - {kind: poor, area: "*", from: 2025-01-01, monthly: 500000, source: x}
  - {kind: poor, area: "*", setting: rural, from: 2025-01-01, monthly: 400000, source: x}
  - {kind: extreme, area: "*", from: 2025-01-01, monthly: 300000, source: x}
`))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return l
}

var reckoning = Reckoning{Outcome: "konsumsi", Size: "art", Weight: "bobot", Group: "desa", Area: "kode", Urban: "kota", Name: "Susenas", On: civil.MustParse("2025-03-01")}

func measured(t testing.TB, text string, k Reckoning) ([]targeting.SurveyPoverty, error) {
	t.Helper()
	return Poverty(strings.NewReader(text), int64(len(text)), lines(t), k)
}

// A worked example in towns, z = 500,000: four persons at 400,000 (gap 0.2),
// one at 250,000 (gap 0.5, extremely poor), five at 500,000. In the country z
// is 400,000: two persons at 400,000, weighing twice, are not poor.
func TestPovertyByHand(t *testing.T) {
	text := "kode;kota;desa;art;bobot;konsumsi\n3674011001;1;a;4;1;400000\n36.74.01.1001;1;a;1;1;250000\n3674011001;1;b;5;1;500000\n3604012001;2;c;2;2;400000\n"
	all, err := measured(t, text, reckoning)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][5]int64{}
	for _, x := range all {
		got[x.Area+" "+string(x.Setting)] = [5]int64{x.Households, x.P0, x.P1, x.P2, x.Extreme}
		if x.P0Low > x.P0 || x.P0High < x.P0 || x.Survey != "Susenas" {
			t.Errorf("%+v", x)
		}
	}
	town := [5]int64{3, 500_000, 130_000, 41_000, 100_000}
	want := map[string][5]int64{
		" urban": town, "36 urban": town, "3674 ": town, "3674 urban": town,
		" ": {4, 357_143, 92_857, 29_286, 71_429}, "36 ": {4, 357_143, 92_857, 29_286, 71_429},
		" rural": {1, 0, 0, 0, 0}, "36 rural": {1, 0, 0, 0, 0}, "3604 ": {1, 0, 0, 0, 0}, "3604 rural": {1, 0, 0, 0, 0},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Whatever the survey, P0 ≥ P1 ≥ P2, the extremely poor are poor, and town
// and country lie on either side of the whole.
func TestPovertyHangsTogether(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var b strings.Builder
		b.WriteString("kode,kota,desa,art,bobot,konsumsi\n")
		for range rapid.IntRange(1, 40).Draw(rt, "households") {
			fmt.Fprintf(&b, "3674011001,%d,v%d,%d,%d,%d\n", rapid.IntRange(1, 2).Draw(rt, "kota"), rapid.IntRange(0, 4).Draw(rt, "desa"), rapid.IntRange(1, 9).Draw(rt, "art"),
				rapid.IntRange(1, 5).Draw(rt, "bobot"), rapid.IntRange(1, 900_000).Draw(rt, "konsumsi"))
		}
		all, err := measured(t, b.String(), reckoning)
		if err != nil {
			rt.Fatal(err)
		}
		by := map[targeting.Setting]targeting.SurveyPoverty{}
		for _, x := range all {
			if x.P0 < x.P1 || x.P1 < x.P2 || x.Extreme > x.P0 || x.P0Low < 0 || x.P0High > 1_000_000 {
				rt.Fatalf("%+v", x)
			}
			if x.Area == "" {
				by[x.Setting] = x
			}
		}
		u, hasU := by[targeting.Urban]
		r, hasR := by[targeting.Rural]
		if whole := by[targeting.Anywhere]; hasU && hasR && (whole.P0 > max(u.P0, r.P0)+1 || whole.P0 < min(u.P0, r.P0)-1) {
			rt.Fatalf("whole %d, towns %d, country %d", whole.P0, u.P0, r.P0)
		}
	})
}

func TestPovertyThatIsRefused(t *testing.T) {
	head := "kode,kota,desa,art,bobot,konsumsi\n"
	for name, c := range map[string]struct{ text, key string }{
		"below zero":    {head + "36,1,a,1,1,-5\n", "not_positive"},
		"zero":          {head + "36,1,a,1,1,0\n", "not_positive"},
		"no members":    {head + "36,1,a,0,1,5\n", "bad_size"},
		"half a member": {head + "36,1,a,1.5,1,5\n", "bad_size"},
		"odd area":      {head + "367,1,a,1,1,5\n", "bad_area"},
		"odd setting":   {head + "36,7,a,1,1,5\n", "bad_urban"},
		"weight":        {head + "36,1,a,1,-1,5\n", "bad_weight"},
		"no column":     {"kode,kota,desa,art,bobot,konsumi\n36,1,a,1,1,5\n", "no_column_near"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := measured(t, c.text, reckoning)
			check(t, err, c.key, map[string]any{"rows": "2", "nearest": "konsumi"})
		})
	}
	k := reckoning
	k.On = civil.MustParse("2024-12-31")
	if _, err := measured(t, head+"36,1,a,1,1,5\n", k); err == nil || !strings.Contains(err.Error(), "no_line") {
		t.Errorf("before the first line: %v", err)
	}
}

func FuzzPoverty(f *testing.F) {
	f.Add([]byte("kode;kota;desa;art;bobot;konsumsi\n3674011001;1;a;4;1;400000,5\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		all, err := Poverty(strings.NewReader(string(b)), int64(len(b)), lines(t), reckoning)
		if err != nil {
			return
		}
		for _, x := range all {
			if x.P0 < 0 || x.P0 > 1_000_000 || x.P0 < x.P2 {
				t.Fatalf("%+v", x)
			}
		}
	})
}
