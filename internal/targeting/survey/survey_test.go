package survey

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/indicator"
	"gotong/internal/targeting"
)

func load(t testing.TB, text string, s Spec) (*Data, error) {
	t.Helper()
	table, err := Read(strings.NewReader(text), int64(len(text)), s.Columns())
	if err != nil {
		return nil, err
	}
	return Load(table, indicator.Default(), s)
}

func mustLoad(t testing.TB, text string, s Spec) *Data {
	t.Helper()
	d, err := load(t, text, s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

var spec = Spec{Outcome: "cons", Group: "desa", Features: []string{"anak", "usia", "lantai", "luas", "kulkas"}}

// village writes a survey: with bends, outliers and gaps, or straight.
func village(seed uint64, groups, size int, bent bool) string {
	r := rand.New(rand.NewPCG(seed, 1))
	var b strings.Builder
	b.WriteString("desa,anak,usia,lantai,luas,kulkas,cons\n")
	for g := range groups {
		effect := r.NormFloat64() * 0.25
		for range size {
			wealth := r.NormFloat64() + effect
			children, age := r.IntN(7), 20+r.IntN(60)
			floor := []string{"tanah", "semen", "keramik"}[min(2, max(0, int(wealth+1.5+r.NormFloat64()*0.5)))]
			area := math.Exp(3.5 + 0.4*wealth + r.NormFloat64()*0.4)
			fridge := 0
			if wealth+r.NormFloat64() > 0.3 {
				fridge = 1
			}
			y := 13 + 0.4*wealth + effect - 0.12*float64(children) + 0.35*r.NormFloat64()
			if bent {
				y += 0.1*float64(children) - 0.5*math.Log(float64(children+1)) - 0.5*math.Pow(float64(age-48)/30, 2)
				if r.IntN(50) == 0 {
					y += 2 * r.NormFloat64()
				}
			}
			ageText := fmt.Sprint(age)
			if r.IntN(30) == 0 {
				ageText = "NA"
			}
			fmt.Fprintf(&b, "v%03d,%d,%s,%s,%.1f,%d,%.0f\n", g, children, ageText, floor, area, fridge, math.Exp(y))
		}
	}
	return b.String()
}

func TestFitWritesAModelThatAgrees(t *testing.T) {
	d := mustLoad(t, village(1, 60, 10, true), spec)
	h := Heading{Code: "percobaan", Source: `Survei "desa"`, Date: civil.MustParse("2025-03-01"), Areas: []string{"3674"}}
	fit, err := Fit(d, indicator.Default(), h, Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if fit.Rounding > 1e-5 {
		t.Errorf("the model's whole numbers are off by %g", fit.Rounding)
	}
	if fit.R2 < 0.3 || fit.CrossR2 > fit.R2 || fit.CrossR2 < 0.2 {
		t.Errorf("R² %g, over communities not seen %g", fit.R2, fit.CrossR2)
	}
	again, err := OpenModel(indicator.Default(), "percobaan.yaml", fit.Text)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{h.Code, h.Source, h.Areas[0], h.Date.String()}, []string{again.Code, again.Source.ID, again.Areas[0], again.Prices.String()}); diff != "" {
		t.Error(diff)
	}
	if again.Digest != fit.Model.Digest || again.Survey.R2 != micro(fit.R2) {
		t.Error("the file does not read back as the model")
	}
}

func TestDefaultIsNoWorseThanPlain(t *testing.T) {
	for _, c := range []struct {
		name   string
		bent   bool
		within bool
		gain   float64 // of exclusion error at least
	}{{"bent", true, false, 0.01}, {"bent within", true, true, 0.005}, {"straight", false, false, -0.005}, {"straight within", false, true, -0.007}} {
		d := mustLoad(t, village(7, 200, 9, c.bent), spec)
		trial := Trial{Quota: 0.2, Within: c.within, TrainGroups: 80, Repeat: 10, Fit: Options{Seed: 3}}
		ours, err := Assess(d, indicator.Default(), trial)
		if err != nil {
			t.Fatal(err)
		}
		trial.Fit.Plain = true
		plain, err := Assess(d, indicator.Default(), trial)
		if err != nil {
			t.Fatal(err)
		}
		if gain := plain.Exclusion.Mean - ours.Exclusion.Mean; gain < c.gain {
			t.Errorf("%s: exclusion error %g, plain %g", c.name, ours.Exclusion.Mean, plain.Exclusion.Mean)
		}
		if ours.Exclusion.Low > ours.Exclusion.Mean || ours.Exclusion.High < ours.Exclusion.Mean {
			t.Errorf("%s: interval %v", c.name, ours.Exclusion)
		}
	}
}

func TestAssessIsTheSameAgain(t *testing.T) {
	text := village(2, 40, 8, true)
	d := mustLoad(t, text, spec)
	trial := Trial{Quota: 0.3, TrainGroups: 20, Repeat: 3, Fit: Options{Seed: 9}}
	a, err := Assess(d, indicator.Default(), trial)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Assess(mustLoad(t, text, spec), indicator.Default(), trial)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(a, b); diff != "" {
		t.Error(diff)
	}
}

func TestRepeatedConstantAndSelected(t *testing.T) {
	var b strings.Builder
	r := rand.New(rand.NewPCG(4, 4))
	b.WriteString("desa,a,dua_a,sama,derau,jenis,cons\n")
	for i := range 400 {
		a := r.IntN(30)
		fmt.Fprintf(&b, "d%d,%d,%d,5,%d,%s,%.0f\n", i%20, a, 2*a, r.IntN(1000), []string{"x", "y"}[r.IntN(2)], math.Exp(12+0.1*float64(a)+0.3*r.NormFloat64()))
	}
	d := mustLoad(t, b.String(), Spec{Outcome: "cons", Group: "desa", Features: []string{"a", "dua_a", "sama", "derau", "jenis"}})
	fit, err := Fit(d, indicator.Default(), Heading{Code: "m", Source: "s", Date: civil.MustParse("2025-01-01")}, Options{Select: true})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{"constant": {"sama"}, "repeated": {"dua_a"}, "selected": {"derau", "jenis"}, "in": {"a"}}
	got := map[string][]string{"constant": fit.Constant, "repeated": fit.Repeated, "selected": fit.Selected, "in": fit.Features}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if strings.Contains(string(fit.Text), "derau\"\n    points") {
		t.Error("a feature that was left out is a term")
	}
}

// A plain fit is ordinary least squares: a line through points on a line.
func TestPlainFindsALine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		slope := rapid.Float64Range(0.001, 0.2).Draw(t, "slope") * rapid.SampledFrom([]float64{-1, 1}).Draw(t, "way")
		var b strings.Builder
		b.WriteString("g;x;y\n")
		for i := range 60 {
			fmt.Fprintf(&b, "%d;%d;%s\n", i%6, i%10, strings.Replace(fmt.Sprintf("%.9f", math.Exp(10+slope*float64(i%10))), ".", ",", 1))
		}
		table, err := Read(strings.NewReader(b.String()), int64(b.Len()), []string{"g", "x", "y"})
		if err != nil {
			t.Fatal(err)
		}
		d, err := Load(table, indicator.Default(), Spec{Outcome: "y", Group: "g", Features: []string{"x"}})
		if err != nil {
			t.Fatal(err)
		}
		fit, err := Fit(d, indicator.Default(), Heading{Code: "m", Source: "s", Date: civil.MustParse("2025-01-01")}, Options{Plain: true})
		if err != nil {
			t.Fatal(err)
		}
		score := fit.Model.Score(d.facts())
		for i, v := range score.Values {
			if away := float64(v)/targeting.Micro - d.outcome[i]; math.Abs(away) > 1e-5 {
				t.Fatalf("row %d is off by %g with slope %g", i, away, slope)
			}
		}
	})
}

// A model that would score everybody alike is not made.
func TestNothingExplains(t *testing.T) {
	text := "g,x,y\n"
	for i := range 60 {
		text += fmt.Sprintf("%d,%d,22026\n", i%6, i%10)
	}
	table, err := Read(strings.NewReader(text), int64(len(text)), []string{"g", "x", "y"})
	if err != nil {
		t.Fatal(err)
	}
	d, err := Load(table, indicator.Default(), Spec{Outcome: "y", Group: "g", Features: []string{"x"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []Options{{}, {Plain: true}} {
		_, err := Fit(d, indicator.Default(), Heading{Code: "m", Source: "s", Date: civil.MustParse("2025-01-01")}, o)
		var f *fault.Error
		if !errors.As(err, &f) || f.Key != "targeting.survey.explains_nothing" {
			t.Errorf("%+v: got %v", o, err)
		}
	}
}

func TestErrorsByHand(t *testing.T) {
	// Ten households; the model says that x orders them. Quota 20 %: poor are
	// rows 1 and 2, selected those of x 0 and 1, rows 1 and 5.
	text := "g,x,sex,y\na,0,p,10\na,5,l,20\na,6,l,30\na,7,p,40\na,1,l,50\nb,8,l,60\nb,9,l,70\nb,10,p,80\nb,11,l,90\nb,12,l,100\n"
	model := `{code: m, name: {id: m, en: m}, status: demonstration, source: s, date: 2025-01-01, in_force: {from: 2025-01-01}, prices_of: 2025-01-01,
survey: {outcome: y, group: g, rows: 10, groups: 2, r2: 0, cross_r2: 0, cross_error: 0, columns: [{code: x, decimals: 0}]}, intercept: 1000000,
terms: [{indicator: x, points: [[0, 0], [12, 1200000]]}]}`
	m, err := OpenModel(indicator.Default(), "m.yaml", []byte(model))
	if err != nil {
		t.Fatal(err)
	}
	s := Spec{Outcome: "y", Group: "g", By: []string{"sex"}}
	for _, c := range []struct {
		within               bool
		exclusion, inclusion float64
		p, l                 float64 // exclusion by sex
	}{
		{false, 0.5, 0.5, 0, 1},
		{true, 0, 0, 0, 0}, // rows 1 and 6, the lowest of each village by both
	} {
		table, err := Read(strings.NewReader(text), int64(len(text)), append(s.Columns(), Columns(m)...))
		if err != nil {
			t.Fatal(err)
		}
		d, err := Load(table, indicator.Default(), s)
		if err != nil {
			t.Fatal(err)
		}
		a, err := AssessModel(d, m, Trial{Quota: 0.2, Within: c.within, Repeat: 5})
		if err != nil {
			t.Fatal(err)
		}
		got := []float64{a.Exclusion.Mean, a.Inclusion.Mean, a.By[1].Exclusion.Mean, a.By[0].Exclusion.Mean}
		if diff := cmp.Diff([]float64{c.exclusion, c.inclusion, c.p, c.l}, got); diff != "" {
			t.Errorf("within %v: %s", c.within, diff)
		}
	}
}

func TestTiesDoNotHelp(t *testing.T) {
	var b strings.Builder
	b.WriteString("g,x,y\n")
	for i := range 2000 { // sorted by consumption; x says nothing
		fmt.Fprintf(&b, "g%d,1,%d\n", i%10, 1000+i)
	}
	m, err := OpenModel(indicator.Default(), "m.yaml", []byte(`{code: m, name: {id: m, en: m}, status: demonstration, source: s, date: 2025-01-01, in_force: {from: 2025-01-01}, prices_of: 2025-01-01,
survey: {outcome: y, group: g, rows: 10, groups: 2, r2: 0, cross_r2: 0, cross_error: 0, columns: [{code: x}]}, intercept: 1000000, terms: [{indicator: x, points: [[0, 0]]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	text := b.String()
	table, err := Read(strings.NewReader(text), int64(len(text)), []string{"g", "y", "x"})
	if err != nil {
		t.Fatal(err)
	}
	d, err := Load(table, indicator.Default(), Spec{Outcome: "y", Group: "g"})
	if err != nil {
		t.Fatal(err)
	}
	a, err := AssessModel(d, m, Trial{Quota: 0.2, Repeat: 1})
	if err != nil {
		t.Fatal(err)
	}
	if a.Exclusion.Mean < 0.75 || a.Exclusion.Mean > 0.85 {
		t.Errorf("a score that says nothing misses %g of the poor, about 0.8 expected", a.Exclusion.Mean)
	}
}

func TestRefusals(t *testing.T) {
	good := village(3, 10, 5, false)
	for _, c := range []struct {
		name, text string
		spec       Spec
		key        string
		args       map[string]any
	}{
		{"near column", good, Spec{Outcome: "konss", Group: "desa"}, "no_column", nil},
		{"mistyped column", good, Spec{Outcome: "cons", Group: "dessa"}, "no_column_near", map[string]any{"nearest": "desa"}},
		{"zero and negative", "g,y\na,5\na,0\nb,-3\n", Spec{Outcome: "y", Group: "g"}, "not_positive", map[string]any{"rows": "3, 4", "count": 2}},
		{"no number", "g,y\na,5\na,banyak\n", Spec{Outcome: "y", Group: "g"}, "not_numbers", map[string]any{"rows": "3"}},
		{"no group", "g,y\na,5\n,6\n", Spec{Outcome: "y", Group: "g"}, "no_group", map[string]any{"rows": "3"}},
		{"outcome as feature", good, Spec{Outcome: "cons", Group: "desa", Features: []string{"cons"}}, "feature_role", nil},
		{"weight below zero", "g,y,w\na,5,1\na,6,-1\n", Spec{Outcome: "y", Group: "g", Weight: "w"}, "bad_weight", nil},
		{"too many groups", manyValues(), Spec{Outcome: "y", Group: "g", By: []string{"v"}}, "by_many", map[string]any{"values": 101}},
		{"mistyped group", good, Spec{Outcome: "cons", Group: "desa", By: []string{"lantay"}}, "no_column_near", map[string]any{"nearest": "lantai"}},
		{"empty", "", Spec{Outcome: "y", Group: "g"}, "file.empty_file", nil},
		{"heading only", "g,y\n", Spec{Outcome: "y", Group: "g"}, "no_rows", nil},
		{"wide row", "g,y\na,5,6\n", Spec{Outcome: "y", Group: "g"}, "row.wide", map[string]any{"row": 2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := load(t, c.text, c.spec)
			check(t, err, c.key, c.args)
		})
	}
	d := mustLoad(t, good, spec)
	for _, c := range []struct {
		trial Trial
		key   string
	}{
		{Trial{Quota: -0.1, TrainGroups: 5, Repeat: 1}, "quota"},
		{Trial{Quota: 1.1, TrainGroups: 5, Repeat: 1}, "quota"},
		{Trial{Quota: math.NaN(), TrainGroups: 5, Repeat: 1}, "quota"},
		{Trial{Quota: 0.2, TrainGroups: 1, Repeat: 1}, "train_groups"},
		{Trial{Quota: 0.2, TrainGroups: 10, Repeat: 1}, "train_all"},
		{Trial{Quota: 0.2, TrainGroups: 5}, "repeat"},
		{Trial{Quota: 0.2, TrainGroups: 2, Repeat: 1}, "few_rows"},
	} {
		_, err := Assess(d, indicator.Default(), c.trial)
		check(t, err, c.key, nil)
	}
}

func manyValues() string {
	var b strings.Builder
	b.WriteString("g,v,y\n")
	for i := range 101 {
		fmt.Fprintf(&b, "a,%d,5\n", i)
	}
	return b.String()
}

// A group in which nobody is poor has no exclusion error: null, not nought.
func TestGroupsWithoutPoor(t *testing.T) {
	var b strings.Builder
	b.WriteString("g,kaya,x,y\n")
	for i := range 100 {
		rich := i % 2
		fmt.Fprintf(&b, "g%d,%d,%d,%d\n", i%10, rich, i%7+10*rich, 100+i%7*10+1000*rich)
	}
	a, err := Assess(mustLoad(t, b.String(), Spec{Outcome: "y", Group: "g", Features: []string{"x"}, By: []string{"kaya"}}), indicator.Default(),
		Trial{Quota: 0.2, TrainGroups: 5, Repeat: 3, Fit: Options{Seed: 1}})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(a)
	if err != nil || a.By[0].Exclusion.Unknown || !a.By[1].Exclusion.Unknown || !strings.Contains(string(text), `"value":"1"`) || !strings.Contains(string(text), `"exclusion_error":null`) {
		t.Errorf("%s, %v", text, err)
	}
}

func check(t *testing.T, err error, key string, args map[string]any) {
	t.Helper()
	f, ok := err.(*fault.Error)
	if !ok || f.Key != "targeting.survey."+key {
		t.Fatalf("%v, want %s", err, key)
	}
	for i := 0; i+1 < len(f.Args); i += 2 {
		if want, ok := args[f.Args[i].(string)]; ok && want != f.Args[i+1] {
			t.Errorf("%v = %v, want %v", f.Args[i], f.Args[i+1], want)
		}
	}
}

func TestOfficeFilesReadAlike(t *testing.T) {
	plain := "desa,x,cons\na,1.5,1000.5\nb,2.25,2000\n"
	want := []float64{math.Log(1000.5), math.Log(2000)}
	for name, text := range map[string]string{
		"comma": plain, "mark": "\ufeff" + plain,
		"semicolon and decimal comma":  "desa;x;cons\r\na;1,5;1000,5\r\nb;2,25;2000\r\n",
		"thousands":                    "desa;x;cons\na;1,5;1.000,50\nb;2,25;2.000\n",
		"quoted":                       "\"desa\",\"x\",\"cons\"\n\"a\",\"1.5\",\"1,000.5\"\n\"b\",\"2.25\",\"2,000\"\n",
		"without consumption left out": "desa,x,cons\na,1.5,1000.5\nc,9,\nb,2.25,2000\n",
		"tab":                          strings.ReplaceAll(plain, ",", "\t"),
	} {
		d, err := load(t, text, Spec{Outcome: "cons", Group: "desa", Features: []string{"x"}})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !slices.Equal(d.outcome, want) || d.features[0].indicator.Decimals != 2 && name != "without consumption left out" {
			t.Errorf("%s: %v, decimals %d", name, d.outcome, d.features[0].indicator.Decimals)
		}
	}
}

func TestQuota(t *testing.T) {
	for s, want := range map[string]float64{"20%": 0.2, "0.2": 0.2, "0,2": 0.2, " 12,5 % ": 0.125, "100%": 1, "1": 1} {
		if got, err := ParseQuota(s); err != nil || math.Abs(got-want) > 1e-12 {
			t.Errorf("ParseQuota(%q) = %g, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "-5%", "0%", "101%", "20", "banyak", "NaN", "-0.1"} {
		if got, err := ParseQuota(s); fault.KindOf(err) != fault.KindInvalid {
			t.Errorf("ParseQuota(%q) = %g, %v", s, got, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(village(1, 3, 4, true)))
	f.Add([]byte("desa;anak;usia;lantai;luas;kulkas;cons\na;1;;;;;1,5\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		table, err := Read(bytes.NewReader(b), int64(len(b)), spec.Columns())
		if err != nil {
			return
		}
		d, err := Load(table, indicator.Default(), spec)
		if err != nil {
			return
		}
		fit, err := Fit(d, indicator.Default(), Heading{Code: "m", Source: "s", Date: civil.MustParse("2025-01-01")}, Options{})
		if err == nil && (math.IsNaN(fit.R2) || len(fit.Text) == 0) {
			t.Fatalf("a fit without sense: %+v", fit)
		}
	})
}
