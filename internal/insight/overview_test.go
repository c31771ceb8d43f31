package insight

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gotong/internal/civil"
	"gotong/internal/targeting"
)

func TestSummarise(t *testing.T) {
	f := func(m Measure, part, split string, n, amount int64) Figure {
		return Figure{Area: "3674", Measure: m, Part: part, Split: split, Count: n, Amount: amount}
	}
	o := summarise("3674", []Figure{
		f(Families, "", "active", 100, 0), f(Families, "", "moved", 3, 0), f(Persons, "", "active", 320, 0),
		f(Deciles, "", "1", 9, 0), f(Deciles, "", "2", 11, 0), f(Deciles, "", "10", 30, 0), f(Deciles, "", Unknown, 4, 0),
		f(Coverage, "pkh", "entitled", 12, 24_000_000), f(Coverage, "pkh", "waitlisted", 2, 0),
		f(Coverage, "rst", "refused", 90, 0), f(Coverage, "rst", "undetermined", 8, 0),
		f(Reached, "", "entitled", 12, 0), f(Reached, "", "undetermined", 8, 0),
		f(Money, "pkh", "planned", 1, 500), f(Money, "pkh", "held", 1, 100), f(Money, "pkh", "credited", 9, 900), f(Money, "pkh", "returned", 1, 100),
		f(Money, "pkh", "reissued", 1, 50), f(Money, "pkh", "sent", 2, 200), f(Money, "pkh", "cancelled", 5, 9999), f(Money, "rst", "credited", 1, 7),
		f(Duplicates, "", "open", 6, 0),
	})
	if o.Active() != 100 || o.Persons["active"] != 320 || o.Ranked() != 50 || o.Poorest() != 20 || o.Unranked != 4 || o.Reached != 12 || o.Open != 8 || o.Duplicates["open"] != 6 {
		t.Errorf("%+v", o)
	}
	flow := Flow{Planned: Sum{2, 600}, Ordered: Sum{13, 1250}, Credited: Sum{9, 900}, Returned: Sum{2, 150}, Outstanding: Sum{2, 200}}
	want := []Programme{
		{Code: "pkh", Entitled: 12, Waitlisted: 2, Annual: 24_000_000, Flow: flow},
		{Code: "rst", Refused: 90, Undetermined: 8, Flow: Flow{Ordered: Sum{1, 7}, Credited: Sum{1, 7}}},
	}
	if diff := cmp.Diff(want, o.Programmes); diff != "" {
		t.Error(diff)
	}
	if !o.Known[Money] || o.Known[Poverty] {
		t.Errorf("known %v", o.Known)
	}
}

// Whatever was ordered was credited, came back, or is still out.
func TestEveryRupiahOrderedIsSomewhere(t *testing.T) {
	statuses := []string{"planned", "held", "released", "sent", "credited", "returned", "reissued", "remitted", "cancelled", "dropped"}
	rapid.Check(t, func(t *rapid.T) {
		var f Flow
		for range rapid.IntRange(0, 40).Draw(t, "n") {
			f.add(rapid.SampledFrom(statuses).Draw(t, "status"), rapid.Int64Range(1, 9).Draw(t, "lines"), rapid.Int64Range(1, 1e9).Draw(t, "total"))
		}
		lines := f.Credited.Lines + f.Returned.Lines + f.Outstanding.Lines
		total := f.Credited.Total + f.Returned.Total + f.Outstanding.Total
		if f.Ordered.Lines != lines || f.Ordered.Total != total {
			t.Fatalf("%+v", f)
		}
	})
}

func TestPovertySurvivesItsFigures(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := func(name string) int64 { return rapid.Int64Range(0, 1e12).Draw(t, name) }
		want := targeting.Measure{Families: n("families"), Persons: n("persons"), Poor: n("poor"), Extreme: n("extreme"), Unknown: n("unknown"), Gap: n("gap"), Square: n("square")}
		tree := newTree(Poverty)
		for _, f := range PovertyFigures("3674", want) {
			tree.add(f)
		}
		for _, o := range byArea(tree.figures()) {
			if o.Poverty != want {
				t.Fatalf("%q: %+v, want %+v", o.Area, o.Poverty, want)
			}
		}
	})
}

func TestEveryLevelHoldsWhatLiesBelow(t *testing.T) {
	villages := []string{"3172041004", "3172041005", "3172051001", "3674011001", "3674021001", "1101012001"}
	rapid.Check(t, func(t *rapid.T) {
		tree := newTree(Coverage)
		var count, amount int64
		for range rapid.IntRange(0, 30).Draw(t, "n") {
			f := Figure{Area: rapid.SampledFrom(villages).Draw(t, "area"), Part: rapid.SampledFrom([]string{"pkh", "rst"}).Draw(t, "part"),
				Split: "entitled", Count: rapid.Int64Range(0, 9).Draw(t, "count"), Amount: rapid.Int64Range(0, 99).Draw(t, "amount")}
			count, amount = count+f.Count, amount+f.Amount
			tree.add(f)
		}
		sums := map[int]Figure{}
		for _, f := range tree.figures() {
			if f.Measure != Coverage {
				t.Fatalf("%+v", f)
			}
			s := sums[len(f.Area)]
			s.Count, s.Amount = s.Count+f.Count, s.Amount+f.Amount
			sums[len(f.Area)] = s
		}
		for digits, s := range sums {
			if s.Count != count || s.Amount != amount {
				t.Fatalf("%d digits: %+v, want %d and %d", digits, s, count, amount)
			}
		}
	})
}

func TestBasis(t *testing.T) {
	day := civil.MustParse
	noon := time.Date(2025, 3, 2, 12, 0, 0, 0, time.UTC)
	sources := []Source{
		{Measure: Deciles, Area: "3172", Name: "pmt", AsOf: day("2025-03-01"), ComputedAt: noon},
		{Measure: Deciles, Area: "3674", Name: "pmt", AsOf: day("2025-01-01"), ComputedAt: noon.Add(-time.Hour)},
		{Measure: Deciles, Area: "5171", Name: "bali", AsOf: day("2024-01-01"), ComputedAt: noon},
		{Measure: Money, AsOf: day("2025-04-01"), ComputedAt: noon},
	}
	for name, tc := range map[string]struct {
		m     Measure
		areas []string
		want  *Basis
	}{
		"one regency":       {Deciles, []string{"3172"}, &Basis{[]string{"pmt"}, day("2025-03-01"), day("2025-03-01"), noon}},
		"a village of it":   {Deciles, []string{"3172041004"}, &Basis{[]string{"pmt"}, day("2025-03-01"), day("2025-03-01"), noon}},
		"two":               {Deciles, []string{"3172", "36"}, &Basis{[]string{"pmt"}, day("2025-01-01"), day("2025-03-01"), noon.Add(-time.Hour)}},
		"the nation":        {Deciles, []string{""}, &Basis{[]string{"pmt", "bali"}, day("2024-01-01"), day("2025-03-01"), noon.Add(-time.Hour)}},
		"nobody's":          {Deciles, []string{"1101"}, nil},
		"a source of all":   {Money, []string{"1101"}, &Basis{nil, day("2025-04-01"), day("2025-04-01"), noon}},
		"what is not there": {Poverty, []string{""}, nil},
	} {
		got, ok := basisOf(sources, tc.m, tc.areas)
		if !ok && tc.want == nil {
			continue
		}
		if diff := cmp.Diff(tc.want, &got); !ok || diff != "" {
			t.Errorf("%s: %v %s", name, ok, diff)
		}
	}
}
