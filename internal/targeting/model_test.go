package targeting_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gotong/internal/civil"
	"gotong/internal/column"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/indicator"
	"gotong/internal/rule"
	"gotong/internal/snapshot"
	"gotong/internal/snapshot/snapshottest"
	"gotong/internal/targeting"
	"gotong/internal/targeting/targetingtest"
	"gotong/models"
)

func demo(t testing.TB) *targeting.Model {
	t.Helper()
	ms, _ := targetingtest.Policy(t)
	m, err := ms.InForce(civil.MustParse("2025-07-01"))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestShippedModelSaysThatItIsADemonstration(t *testing.T) {
	m := demo(t)
	if m.Official || !strings.Contains(m.Name.ID, "bukan resmi") || !m.Source.Translated() {
		t.Errorf("%s passes for official", m.Code)
	}
	for _, term := range m.Terms {
		if term.Missing != nil && !term.MissingSource.Translated() {
			t.Errorf("%s: what is taken for a missing %s has the source %+v", m.Code, term.Indicator.Code, term.MissingSource)
		}
	}
}

// A worked family: each term by hand.
func TestScoreOfOneFamily(t *testing.T) {
	const text = `
code: t
name: {id: t, en: t}
status: demonstration
source: test
date: 2025-01-01
in_force: {from: 2025-01-01}
prices_of: 2025-01-01
intercept: 13000000
terms:
  - {indicator: size, each: -100000, from: 1, to: 5}
  - {indicator: car, yes: 400000, no: -1}
  - {indicator: floor, options: {earth: -160000}, other: 7}
  - {indicator: watts, when: {lighting: [pln_metered]}, options: {w450: -90000}, other: 3}
  - {indicator: cattle, each: 20000, from: 0, to: 5, missing: {add: 11, source: test}}
`
	m, problems := targeting.ParseModel(indicator.Default(), "t.yaml", []byte(text))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for _, c := range []struct {
		name    string
		facts   map[string]int64
		want    int64
		missing []string
	}{
		{"all known", map[string]int64{"size": 4, "car": 1, "floor": 8, "lighting": 1, "watts": 1, "cattle": 2},
			13_000_000 - 400_000 + 400_000 - 160_000 - 90_000 + 40_000, nil},
		{"capped, other option, default", map[string]int64{"size": 9, "car": 0, "floor": 6, "lighting": 1, "watts": 5},
			13_000_000 - 500_000 - 1 + 7 + 3 + 11, nil},
		{"question not asked", map[string]int64{"size": 1, "car": 0, "floor": 8, "lighting": 4},
			13_000_000 - 100_000 - 1 - 160_000 + 11, nil},
		{"missing", map[string]int64{"size": 1, "floor": 8, "lighting": 1}, 0, []string{"car", "watts"}},
		{"missing condition", map[string]int64{"size": 1, "floor": 8, "car": 1, "watts": 1}, 0, []string{"lighting"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			table := column.NewTable(1)
			for code, v := range c.facts {
				table.Add(code).Set(0, v)
			}
			got, known := m.Score(table).At(0)
			if got != c.want || known != (c.missing == nil) {
				t.Errorf("score %d (known %v), want %d", got, known, c.want)
			}
			_, _, missing := m.Read(table, 0)
			var codes []string
			for _, i := range missing {
				codes = append(codes, i.Code)
			}
			if diff := cmp.Diff(c.missing, codes); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// The column reader and the reader of one family agree, and a score is known
// just where nothing is missing.
func TestReadAgreesWithScore(t *testing.T) {
	snapshottest.Few(t)
	m := demo(t)
	keys := snapshottest.Keys(t)
	rapid.Check(t, func(rt *rapid.T) {
		s := snapshottest.BuildIn(t, t.TempDir(), keys, snapshottest.Random(rapid.Uint64().Draw(rt, "seed"), 20))
		for _, part := range s.Parts {
			p, err := s.Partition(part)
			if err != nil {
				rt.Fatal(err)
			}
			f, err := p.Read(0, p.Families, snapshot.Columns{})
			if err != nil {
				rt.Fatal(err)
			}
			score := m.Score(f.Families)
			for i := range f.IDs {
				v, known := score.At(i)
				read, readings, missing := m.Read(f.Families, i)
				if known != (len(missing) == 0) || known && v != read || len(readings) != len(m.Terms) {
					rt.Fatalf("column %d (%v), reader %d, missing %v", v, known, read, missing)
				}
			}
		}
	})
}

func TestBadModelsAreRefusedWithTheirPlace(t *testing.T) {
	const head = `code: t
name: {id: t, en: t}
status: demonstration
source: test
date: 2025-01-01
in_force: {from: 2025-01-01}
prices_of: 2025-01-01
intercept: 13000000
terms:
`
	for _, c := range []struct{ name, text, key, at string }{
		{"no yaml", "a: [", "targeting.load.not_yaml", "t.yaml"},
		{"empty", "", "targeting.load.not_yaml", "t.yaml"},
		{"no term among the terms", strings.Replace(head, "terms:\n", "terms: []\n", 1), "targeting.load.no_terms", "t.yaml:9:8"},
		{"no terms", strings.Replace(head, "terms:\n", "", 1), "targeting.load.missing_key", "t.yaml:1:1"},
		{"unknown key", head + "  - {indicator: size, each: 1, from: 0, to: 1, per: 2}", "targeting.load.unknown_key", "t.yaml:10:48"},
		{"unknown indicator", head + "  - {indicator: sise, each: 1, from: 0, to: 1}", "targeting.load.unknown_indicator", "t.yaml:10:17"},
		{"circular", head + "  - {indicator: decile, each: 1, from: 0, to: 1}", "targeting.load.circular", "t.yaml:10:17"},
		{"unknown option", head + "  - {indicator: floor, options: {mud: 1}, other: 0}", "targeting.load.unknown_option", "t.yaml:10:34"},
		{"choice without other", head + "  - {indicator: floor, options: {earth: 1}}", "targeting.load.term_keys", "t.yaml:10:5"},
		{"number as a choice", head + "  - {indicator: size, options: {a: 1}, other: 0}", "targeting.load.term_keys", "t.yaml:10:5"},
		{"number without caps", head + "  - {indicator: size, each: 1}", "targeting.load.term_keys", "t.yaml:10:5"},
		{"from above to", head + "  - {indicator: size, each: 1, from: 3, to: 2}", "targeting.load.term_range", "t.yaml:10:5"},
		{"twice", head + "  - {indicator: car, yes: 1, no: 0}\n  - {indicator: car, yes: 1, no: 0}", "targeting.load.term_twice", "t.yaml:11:5"},
		{"a fraction", head + "  - {indicator: car, yes: 0.4, no: 0}", "targeting.load.not_number", "t.yaml:10:27"},
		{"too many zeros", head + "  - {indicator: car, yes: 400000000, no: 0}", "targeting.load.not_number", "t.yaml:10:27"},
		{"could leave 64 bits", head + "  - {indicator: size, each: 100000000, from: 0, to: 1000000000}", "targeting.load.too_wide", "t.yaml:1:1"},
		{"default without a source", head + "  - {indicator: car, yes: 1, no: 0, missing: {add: 0}}", "targeting.load.missing_key", "t.yaml:10:46"},
		{"condition", head + "  - {indicator: car, yes: 1, no: 0, when: {floor: [mud]}}", "targeting.load.unknown_option", "t.yaml:10:52"},
		{"status", strings.Replace(head, "demonstration", "real", 1) + "  - {indicator: car, yes: 1, no: 0}", "targeting.load.status", "t.yaml:1:1"},
		{"area", head + "  - {indicator: car, yes: 1, no: 0}\nareas: [3674a]", "targeting.load.not_area", "t.yaml:11:9"},
		{"not a date", strings.Replace(head, "date: 2025-01-01", "date: 1/2/2025", 1) + "  []", "targeting.load.not_day", "t.yaml:5:7"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, problems := targeting.ParseModel(indicator.Default(), "t.yaml", []byte(c.text))
			if m != nil || len(problems) == 0 {
				t.Fatal("loaded")
			}
			got := problems[0]
			if got.Key != c.key || got.Args[1] != c.at {
				t.Errorf("%s at %v", got.Key, got.Args[1])
			}
			for _, l := range i18n.Langs {
				if s := i18n.Error(l, got); strings.ContainsAny(s, "[{") || !i18n.Has(l, got.Key) {
					t.Errorf("%s: %s", l, s)
				}
			}
		})
	}
}

func FuzzParseModel(f *testing.F) {
	text, err := models.Files.ReadFile("pmt_demo_2025.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte("terms: [{indicator: size, each: 1, from: 0, to: 1}]"))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, problems := targeting.ParseModel(indicator.Default(), "f.yaml", b)
		if (m == nil) == (len(problems) == 0) {
			t.Fatal("neither a model nor a problem")
		}
	})
}

// What a comment says does not change a model; what a coefficient says does.
func TestDigestIsOfTheMeaning(t *testing.T) {
	text, err := models.Files.ReadFile("pmt_demo_2025.yaml")
	if err != nil {
		t.Fatal(err)
	}
	digest := func(s string) string {
		m, problems := targeting.ParseModel(indicator.Default(), "t.yaml", []byte(s))
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		return m.Digest
	}
	s := string(text)
	if digest(s) != digest("# more\n"+s) {
		t.Error("a comment changed the digest")
	}
	if digest(s) == digest(strings.Replace(s, `"yes": 420000`, `"yes": 420001`, 1)) {
		t.Error("a coefficient left the digest as it was")
	}
}

func TestModelInForce(t *testing.T) {
	ms, _ := targetingtest.Policy(t)
	if _, err := ms.InForce(civil.MustParse("1999-12-31")); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("before any: %v", err)
	}
	if _, err := ms.Model("nope"); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("no such: %v", err)
	}
	var problems rule.Problems
	if _, bad := targeting.ParseLines("l.yaml", []byte("lines: [{kind: rich}]")); !errors.As(error(bad), &problems) || len(problems) == 0 {
		t.Error("a line of another kind loaded")
	}
}
