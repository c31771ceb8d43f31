package targeting_test

import (
	"testing"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/money"
	"gotong/internal/targeting"
	"gotong/internal/targeting/targetingtest"
)

// The newest line in force of the smallest area that has one.
func TestLine(t *testing.T) {
	_, lines := targetingtest.Policy(t)
	for _, c := range []struct {
		kind     targeting.LineKind
		area, on string
		want     money.Rupiah
	}{
		{targeting.LinePoor, "3172041004", "2021-03-01", 472_525},
		{targeting.LinePoor, "3172041004", "2023-02-28", 505_469},
		{targeting.LinePoor, "3172041004", "2025-07-01", 550_458},
		{targeting.LinePoor, "3674011001", "2025-07-01", 643_083},
		{targeting.LineExtreme, "3674011001", "2024-12-31", 351_957},
		{targeting.LineExtreme, "3674011001", "2025-01-01", 391_000},
	} {
		got, err := lines.Line(c.kind, c.area, civil.MustParse(c.on))
		if err != nil || got.Monthly != c.want || !got.Source.Complete() {
			t.Errorf("%s in %s on %s: %v, %v", c.kind, c.area, c.on, got, err)
		}
	}
	if _, err := lines.Line(targeting.LinePoor, "3172041004", civil.MustParse("2020-12-31")); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("before the first: %v", err)
	}
}

func TestBadLinesAreRefused(t *testing.T) {
	for name, c := range map[string]struct{ text, key string }{
		"no source": {`lines: [{kind: poor, area: "*", from: 2025-01-01, monthly: 1}]`, "targeting.load.missing_key"},
		"no date":   {`lines: [{kind: poor, area: "*", monthly: 1, source: x}]`, "targeting.load.missing_key"},
		"zero":      {`lines: [{kind: poor, area: "*", from: 2025-01-01, monthly: 0, source: x}]`, "targeting.load.line_amount"},
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
