package indicator

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"gotong/indicators"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/i18n"
)

const head = `group: pond
name: {id: Kolam, en: Pond}
level: family
source: a test
indicators:
`

func TestLoadNamesThePlace(t *testing.T) {
	for name, tc := range map[string]struct {
		text         string
		key          string
		line, column int
	}{
		"unknown key":     {head + "  - {no: 9000, code: fish, kind: int, nmae: x, name: {id: a, en: b}}\n", "unknown_key", 6, 39},
		"unknown kind":    {head + "  - {no: 9000, code: fish, kind: integer, name: {id: a, en: b}}\n", "unknown_word", 6, 34},
		"one language":    {head + "  - {no: 9000, code: fish, kind: int, name: {id: a}}\n", "language_missing", 6, 45},
		"no number":       {head + "  - {no: many, code: fish, kind: int, name: {id: a, en: b}}\n", "not_number", 6, 10},
		"no options":      {head + "  - {no: 9000, code: fish, kind: choice, name: {id: a, en: b}}\n", "options", 6, 5},
		"bad code":        {head + "  - {no: 9000, code: Ikan-1, kind: int, name: {id: a, en: b}}\n", "not_code", 6, 22},
		"number taken":    {head + "  - {no: 1, code: fish, kind: int, name: {id: a, en: b}}\n", "no_twice", 6, 5},
		"code taken":      {head + "  - {no: 9000, code: floor, kind: int, name: {id: a, en: b}}\n", "code_twice", 6, 5},
		"bounds":          {head + "  - {no: 9000, code: fish, kind: int, min: 2, max: 1, name: {id: a, en: b}}\n", "bounds", 6, 5},
		"decimals":        {head + "  - {no: 9000, code: fish, kind: bool, decimals: 2, name: {id: a, en: b}}\n", "decimals", 6, 5},
		"instead":         {head + "  - {no: 9000, code: fish, kind: bool, retired: 2026-01-01, instead: nothing, name: {id: a, en: b}}\n", "instead", 6, 5},
		"instead undated": {head + "  - {no: 9000, code: fish, kind: bool, instead: fish, name: {id: a, en: b}}\n", "instead", 6, 5},
		"borrowed":        {head + "  - {no: 9000, code: fish, kind: choice, options_of: nothing, name: {id: a, en: b}}\n", "options_of", 6, 5},
		"doubled key":     {head + "  - {no: 9000, no: 9001, code: fish, kind: int, name: {id: a, en: b}}\n", "doubled_key", 6, 16},
		"option twice":    {head + "  - {no: 9000, code: fish, kind: choice, name: {id: a, en: b}, options: [{no: 1, code: a, name: {id: a, en: a}}, {no: 1, code: b, name: {id: b, en: b}}]}\n", "option_twice", 6, 5},
		"not a list":      {head + "  fish: 1\n", "not_list", 6, 3},
		"not a mapping":   {head + "  - fish\n", "not_mapping", 6, 5},
		"group half":      {"group: pond\n", "group_incomplete", 1, 1},
		"not yaml":        {"group: [", "not_yaml", 0, 0},
		"definition":      {"groups: []\nderivations:\n  - from: 2030-01-01\n", "definition_missing", 3, 5},
		"wrong day":       {"groups: []\nderivations:\n  - from: 1 March 2030\n", "not_day", 3, 11},
		"wrong fact":      {"groups: []\nderivations:\n  - working: {wokring: [\"yes\"]}\n", "unknown_indicator", 3, 15},
		"wrong answer":    {"groups: []\nderivations:\n  - at_school: {school: [sd, tk]}\n", "unknown_answer", 3, 30},
		"no such answer":  {"groups: []\nderivations:\n  - schooling_years: {diploma: {kursus: 3}}\n", "unknown_answer", 3, 33},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Load(indicators.Files, fstest.MapFS{"pond.yaml": {Data: []byte(tc.text)}})
			f := find(err, "indicator.load."+tc.key)
			if f == nil {
				t.Fatalf("got %v, want %s", err, tc.key)
			}
			got := map[any]any{}
			for i := 0; i+1 < len(f.Args); i += 2 {
				got[f.Args[i]] = f.Args[i+1]
			}
			want := []any{"pond.yaml", tc.line, tc.column}
			if diff := cmp.Diff(want, []any{got["file"], got["line"], got["column"]}); diff != "" {
				t.Errorf("place (-want +got):\n%s", diff)
			}
			for _, l := range i18n.Langs {
				if s := i18n.T(l, f.Key, f.Args...); strings.ContainsAny(s, "{}[]") && !strings.Contains(tc.text, "[\"yes\"") {
					t.Errorf("a place was left open: %s", s)
				}
			}
		})
	}
}

// find looks for a fault with a key in joined errors.
func find(err error, key string) *fault.Error {
	var f *fault.Error
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			if errors.As(e, &f) && f.Key == key {
				return f
			}
		}
	}
	return nil
}

func TestAnOfficeAddsItsOwn(t *testing.T) {
	c, err := Load(indicators.Files, fstest.MapFS{"pond.yaml": {Data: []byte(head +
		"  - {no: 9000, code: fish, kind: int, unit: kg, decimals: 1, max: 99, name: {id: Ikan, en: Fish}}\n")}})
	if err != nil {
		t.Fatal(err)
	}
	fish, ok := c.Lookup(Family, "fish")
	if !ok {
		t.Fatal("the new indicator is not there")
	}
	limit := int64(99)
	want := &Indicator{No: 9000, Code: "fish", Level: Family, Kind: Int, Unit: "kg", Decimals: 1, Max: &limit,
		Name: i18n.Text{ID: "Ikan", EN: "Fish"}, Source: "a test", Group: "pond"}
	if diff := cmp.Diff(want, fish); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, ok := c.Lookup(Family, "floor"); !ok {
		t.Error("the defaults went")
	}
}

func TestALaterFileReplacesOneOfTheSameName(t *testing.T) {
	c, err := Load(
		fstest.MapFS{"a.yaml": {Data: []byte(head + "  - {no: 1, code: old, kind: bool, name: {id: a, en: b}}\n")}},
		fstest.MapFS{"a.yaml": {Data: []byte(head + "  - {no: 1, code: new, kind: bool, name: {id: a, en: b}}\n")}})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.All()) != 1 || c.All()[0].Code != "new" {
		t.Errorf("got %v", c.All())
	}
}

func TestDefinitionsAreDated(t *testing.T) {
	c := Default()
	if _, ok := c.Derivations(civil.MustParse("1990-01-01")); ok {
		t.Error("definitions before the first day")
	}
	d, ok := c.Derivations(civil.MustParse("2025-06-01"))
	if !ok || d.Source == "" || len(d.NotSecondEngine) != 3 {
		t.Errorf("got %+v", d)
	}
}

func TestEveryDiplomaHasYears(t *testing.T) {
	d, _ := Default().Derivations(civil.MustParse("2025-06-01"))
	i, _ := Default().Lookup(Person, d.SchoolingOf)
	for _, o := range i.Options {
		if _, ok := d.SchoolingYears[o.No]; !ok {
			t.Errorf("%s has no years", o.Code)
		}
	}
}
