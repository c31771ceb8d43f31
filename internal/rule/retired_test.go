package rule

import (
	"testing"
	"testing/fstest"

	"gotong/internal/civil"
	"gotong/internal/indicator"
)

const retiring = `
groups:
  - group: g
    name: {id: g, en: g}
    level: family
    source: test
    indicators:
      - {no: 1, code: stove, kind: bool, name: {id: s, en: s}, retired: 2026-01-01, instead: cooker}
      - {no: 2, code: cooker, kind: bool, name: {id: c, en: c}}
      - {no: 3, code: radio, kind: bool, name: {id: r, en: r}, retired: 2026-01-01}
`

// A rule may name a retired fact only where it is asked for the last time
// before the fact's last day.
func TestRetiredFacts(t *testing.T) {
	derived, err := indicator.Load(fstest.MapFS{"a.yaml": {Data: []byte(retiring)}})
	if err != nil {
		t.Fatal(err)
	}
	e, err := NewEnv(derived, nil)
	if err != nil {
		t.Fatal(err)
	}
	day := func(s string) *civil.Date { d := civil.MustParse(s); return &d }
	for _, tc := range []struct {
		env        *Env
		text, want string
	}{
		{e, `family.stove`, ""}, // nobody said until when
		{e.Until(day("2025-12-31")), `family.stove && family.radio`, ""},
		{e.Until(day("2026-01-01")), `family.stove`, "1:8 retired_instead name=stove from=2026-01-01 suggestion=cooker"},
		{e.Until(day("2026-01-01")), `family.cooker || family.radio`, "1:25 retired name=radio from=2026-01-01"},
		{e.Until(nil), `family.radio`, "1:8 retired name=radio from=2026-01-01"},
		{e.Until(nil), `family.cooker`, ""},
	} {
		got := ""
		if _, err := tc.env.Compile(Source{Text: tc.text}, Family, Bool); err != nil {
			got = summary(err)
		}
		if got != tc.want {
			t.Errorf("%s: %q, want %q", tc.text, got, tc.want)
		}
	}
}
