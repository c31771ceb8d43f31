package targeting_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/money"
	"gotong/internal/targeting"
	"gotong/internal/targeting/targetingtest"
)

// Of the smallest area that has a line that is not stale the newest, and the
// line of the setting before that for both.
func TestLine(t *testing.T) {
	_, lines := targetingtest.Policy(t)
	for _, c := range []struct {
		kind     targeting.LineKind
		area     string
		setting  targeting.Setting
		on       string
		want     money.Rupiah
		wantArea string
	}{
		{targeting.LinePoor, "3204012001", targeting.Rural, "2021-03-01", 472_525, ""},
		{targeting.LinePoor, "3204012001", targeting.Rural, "2023-02-28", 505_469, ""},
		{targeting.LinePoor, "3204012001", targeting.Rural, "2025-07-01", 580_349, ""},
		{targeting.LinePoor, "3204011001", targeting.Urban, "2025-07-01", 629_561, ""},
		{targeting.LinePoor, "3204012001", targeting.Anywhere, "2025-07-01", 609_160, ""},
		{targeting.LinePoor, "3172041004", targeting.Urban, "2025-07-01", 852_768, "31"},
		// The province's line of 2024 is not yet there: the nation's for towns.
		{targeting.LinePoor, "3172041004", targeting.Urban, "2024-07-01", 601_871, ""},
		// The city's own line of 2020 counts while it is fresh, then the
		// province's; in 2024 that of 2022 is still fresh, in September not.
		{targeting.LinePoor, "3674011001", targeting.Urban, "2022-07-01", 643_083, "3674"},
		{targeting.LinePoor, "3674011001", targeting.Urban, "2022-09-01", 570_368, "36"},
		{targeting.LinePoor, "3674011001", targeting.Urban, "2024-08-31", 570_368, "36"},
		{targeting.LinePoor, "3674011001", targeting.Urban, "2025-07-01", 684_232, "36"},
		// All stale: the smallest area's.
		{targeting.LinePoor, "3674011001", targeting.Urban, "2040-07-01", 643_083, "3674"},
		{targeting.LineExtreme, "3674011001", targeting.Urban, "2024-12-31", 351_957, ""},
		{targeting.LineExtreme, "3674011001", targeting.Urban, "2025-01-01", 391_000, ""},
	} {
		got, err := lines.Line(c.kind, c.area, c.setting, civil.MustParse(c.on))
		if err != nil || got.Monthly != c.want || got.Area != c.wantArea || !got.Source.Complete() {
			t.Errorf("%s in %s %s on %s: %v, %v", c.kind, c.area, c.setting, c.on, got, err)
		}
	}
	if _, err := lines.Line(targeting.LinePoor, "3172041004", targeting.Urban, civil.MustParse("2020-12-31")); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("before the first: %v", err)
	}
}

// Whatever lines there are, the one that counts is in force and fits, and no
// line of the same area and setting is newer.
func TestLineFits(t *testing.T) {
	area := rapid.SampledFrom([]string{"*", "36", "3674", "367401", "3674011001", "31"})
	setting := rapid.SampledFrom([]string{"", ", setting: urban", ", setting: rural"})
	rapid.Check(t, func(rt *rapid.T) {
		var b strings.Builder
		fmt.Fprintf(&b, "fallback: {stale_months: %d, source: x}\nlines:\n", rapid.IntRange(0, 60).Draw(rt, "stale"))
		seen := map[string]bool{}
		for i := range rapid.IntRange(1, 12).Draw(rt, "lines") {
			a, s, y := area.Draw(rt, "area"), setting.Draw(rt, "setting"), rapid.IntRange(2018, 2026).Draw(rt, "year")
			if key := fmt.Sprint(a, s, y); !seen[key] {
				seen[key] = true
				fmt.Fprintf(&b, "  - {kind: poor, area: \"%s\"%s, from: %d-03-01, monthly: %d, source: x}\n", a, s, y, 100+i)
			}
		}
		lines, problems := targeting.ParseLines("l.yaml", []byte(b.String()))
		if len(problems) > 0 {
			rt.Fatal(problems)
		}
		on := civil.MustParse(fmt.Sprintf("%d-07-01", rapid.IntRange(2017, 2030).Draw(rt, "on")))
		got, err := lines.Line(targeting.LinePoor, "3674011001", targeting.Urban, on)
		fits := func(l targeting.Line) bool {
			return l.From <= on && strings.HasPrefix("3674011001", l.Area) && l.Setting != targeting.Rural
		}
		if any := slices.ContainsFunc(lines.All(), fits); any != (err == nil) {
			rt.Fatalf("a line fits: %v, found %v", any, err)
		}
		if err == nil && (!fits(got) || slices.ContainsFunc(lines.All(), func(l targeting.Line) bool {
			return fits(l) && l.Area == got.Area && (l.From > got.From || l.From == got.From && l.Setting != "" && got.Setting == "")
		})) {
			rt.Fatalf("%v counts on %s of %s", got, on, b.String())
		}
	})
}

func TestBadLinesAreRefused(t *testing.T) {
	for name, c := range map[string]struct{ text, key string }{
		"no source": {`lines: [{kind: poor, area: "*", from: 2025-01-01, monthly: 1}]`, "targeting.load.missing_key"},
		"no date":   {`lines: [{kind: poor, area: "*", monthly: 1, source: x}]`, "targeting.load.missing_key"},
		"zero":      {`lines: [{kind: poor, area: "*", from: 2025-01-01, monthly: 0, source: x}]`, "targeting.load.line_amount"},
		"setting":   {`lines: [{kind: poor, area: "*", setting: hill, from: 2025-01-01, monthly: 1, source: x}]`, "targeting.load.line_setting"},
		"stale":     {`{fallback: {stale_months: -1, source: x}, lines: []}`, "targeting.load.line_stale"},
		"kind":      {`lines: [{kind: rich, area: "*", from: 2025-01-01, monthly: 1, source: x}]`, "targeting.load.line_kind"},
		"twice": {`lines: [{kind: poor, area: "*", from: 2025-01-01, monthly: 1, source: x}, {kind: poor, area: "*", from: 2025-01-01, monthly: 2, source: x}]`,
			"targeting.load.line_twice"},
	} {
		_, problems := targeting.ParseLines("l.yaml", []byte(c.text))
		if len(problems) == 0 || problems[0].Key != c.key {
			t.Errorf("%s: %v", name, problems)
		}
	}
}

func TestShippedLinesNameTheirSourceInBothLanguages(t *testing.T) {
	_, lines := targetingtest.Policy(t)
	for _, l := range lines.All() {
		if !l.Source.Translated() {
			t.Errorf("%s has the source %+v", l, l.Source)
		}
	}
}

// A worked example: z = 500,000; three families.
//
//	4 persons at 400,000: gap 0.2, squared 0.04
//	1 person  at 250,000: gap 0.5, squared 0.25
//	5 persons at 500,000: not poor
//
// P0 = 5/10, P1 = (4×0.2 + 0.5)/10 = 0.13, P2 = (4×0.04 + 0.25)/10 = 0.041.
func TestMeasure(t *testing.T) {
	var m, n targeting.Measure
	m.Add(4, 400_000, 500_000, 300_000)
	n.Add(1, 250_000, 500_000, 300_000)
	n.Add(5, 500_000, 500_000, 300_000)
	m.Merge(n)
	if m.P0() != 500_000 || m.P1() != 130_000 || m.P2() != 41_000 || m.P0Extreme() != 100_000 {
		t.Errorf("P0 %d P1 %d P2 %d extreme %d", m.P0(), m.P1(), m.P2(), m.P0Extreme())
	}
	if (targeting.Measure{}).P1() != 0 {
		t.Error("nobody is poor on average")
	}
}
