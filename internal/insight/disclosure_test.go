package insight

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/money"
	"gotong/policy"
)

func rules(t *testing.T) Disclosures {
	t.Helper()
	all, err := LoadDisclosures(policy.Files)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestShippedRuleIsSourcedInBothLanguages(t *testing.T) {
	for _, r := range rules(t) {
		if !r.Source.Translated() {
			t.Errorf("the rule from %s has the source %+v", r.From, r.Source)
		}
	}
}

func ruleOn(t *testing.T, day string) Disclosure {
	t.Helper()
	d, err := rules(t).On(civil.MustParse(day))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestWhatTheFileSays(t *testing.T) {
	d := ruleOn(t, "2025-11-22")
	if d.Below != 13 || d.Round != 5 {
		t.Errorf("%+v", d)
	}
	if _, err := rules(t).On(civil.MustParse("2019-12-31")); !fault.Is(err, fault.KindUnavailable) {
		t.Errorf("before the first rule: %v", err)
	}
	for n, want := range map[int64]Published{
		0: {Hidden: true}, 1: {Hidden: true}, 9: {Hidden: true}, 12: {Hidden: true}, 13: {Count: 15}, 17: {Count: 15}, 18: {Count: 20}, 20000: {Count: 20000},
	} {
		if got := d.Count(n); got != want {
			t.Errorf("%d becomes %+v", n, got)
		}
	}
	for _, tc := range []struct {
		a    money.Rupiah
		n    int64
		want PublishedAmount
	}{
		{20_000_000, 1, PublishedAmount{Hidden: true}},
		{0, 13, PublishedAmount{}},
		{1_499_999, 13, PublishedAmount{Amount: 1_000_000}},
		{1_500_000, 13, PublishedAmount{Amount: 2_000_000}},
	} {
		if got := d.Amount(tc.a, tc.n); got != tc.want {
			t.Errorf("%d for %d becomes %+v", tc.a, tc.n, got)
		}
	}
}

func TestLoadDisclosuresRefusesWhatProtectsNobody(t *testing.T) {
	for name, rule := range map[string]string{
		"no limit":    "{from: 2020-01-01, below: 0, round: 5, rupiah: 1, source: x}",
		"no rounding": "{from: 2020-01-01, below: 13, round: 1, rupiah: 1, source: x}",
		"uneven":      "{from: 2020-01-01, below: 13, round: 4, rupiah: 1, source: x}",
		"no source":   "{from: 2020-01-01, below: 13, round: 5, rupiah: 1}",
		"unknown":     "{from: 2020-01-01, below: 13, round: 5, rupiah: 1, source: x, jitter: 1}",
		"days":        "{from: 2020-01-01, below: 13, round: 5, rupiah: 1, source: x}\n  - {from: 2020-01-01, below: 13, round: 5, rupiah: 1, source: y}",
	} {
		files := fstest.MapFS{"statistics.yaml": {Data: []byte("disclosure:\n  - " + rule + "\n")}}
		if all, err := LoadDisclosures(files); err == nil {
			t.Errorf("%s: %+v", name, all)
		}
	}
	if _, err := LoadDisclosures(fstest.MapFS{}); err == nil {
		t.Error("no file is no error")
	}
}

// candidates returns which counts below the limit fit a total and its other
// parts as they were published: what somebody who subtracts can learn.
func candidates(d Disclosure, total Published, others []Published) map[int64]bool {
	span := func(p Published) (low, high int64) {
		if p.Hidden {
			return 0, d.Below - 1
		}
		low = p.Count - d.Round/2
		return max(low, d.Below), p.Count - d.Round/2 + d.Round - 1
	}
	low, high := span(total)
	for _, o := range others {
		l, h := span(o)
		low, high = low-h, high-l
	}
	found := map[int64]bool{}
	for n := max(0, low); n <= min(high, d.Below-1); n++ {
		found[n] = true
	}
	return found
}

func TestAHiddenCountCannotBeHadBySubtraction(t *testing.T) {
	d := ruleOn(t, "2025-11-22")
	rapid.Check(t, func(t *rapid.T) {
		hidden := rapid.Int64Range(0, d.Below-1).Draw(t, "hidden")
		others := rapid.SliceOfN(rapid.Int64Range(0, 500), 1, 11).Draw(t, "others")
		total := hidden
		var published []Published
		for _, n := range others {
			total += n
			published = append(published, d.Count(n))
		}
		left := candidates(d, d.Count(total), published)
		if !left[hidden] {
			t.Fatalf("the truth %d is not among %v", hidden, left)
		}
		// That nobody is in a group may come out, as it isolates nobody; and
		// that a group has ten or more, which is what may be known.
		const small = 10
		if hidden > 0 && hidden < small && len(left) < 2 {
			t.Fatalf("%d of %v in %d can be told: only %v fit", hidden, others, total, left)
		}
	})
}

func TestWhatIsPublishedSaysNothingSmall(t *testing.T) {
	d := ruleOn(t, "2025-11-22")
	splits := map[Measure][]string{
		Families: {"active", "moved"}, Persons: {"active"}, Deciles: {"1", "2", "3", "9", "10", Unknown},
		Coverage: {"entitled", "waitlisted", "refused", "undetermined"}, Reached: {"entitled", "undetermined"},
		Money: {"planned", "sent", "credited", "returned"}, Duplicates: {"open"},
	}
	rapid.Check(t, func(t *rapid.T) {
		var figures []Figure
		for _, m := range Measures {
			for _, split := range splits[m] {
				for _, part := range []string{"pkh", "rst"} {
					f := Figure{Area: "3674", Measure: m, Part: part, Split: split, Count: rapid.Int64Range(0, 30).Draw(t, "n")}
					f.Amount = f.Count * 20_000_000
					figures = append(figures, f)
				}
			}
		}
		o := summarise("3674", figures)
		s := publish(o, d, nil)
		counts := append([]Published{s.Families, s.Persons, s.Unranked, s.Reached}, s.Deciles[:]...)
		truths := append([]int64{o.Active(), o.Persons["active"], o.Unranked, o.Reached}, o.Deciles[:]...)
		amounts := []PublishedAmount{s.Credited}
		var hiddenMoney money.Rupiah
		for i, p := range s.Programmes {
			was := o.Programmes[i]
			counts = append(counts, p.Entitled, p.Waitlisted)
			truths = append(truths, was.Entitled, was.Waitlisted)
			amounts = append(amounts, p.Credited)
			if p.Credited.Hidden {
				hiddenMoney += was.Flow.Credited.Total
			}
			if p.Credited.Hidden != (was.Flow.Credited.Lines < d.Below) {
				t.Fatalf("%d credits: %+v", was.Flow.Credited.Lines, p.Credited)
			}
		}
		for i, c := range counts {
			n := truths[i]
			switch {
			case c.Hidden != (n < d.Below):
				t.Fatalf("%d is published as %+v", n, c)
			case c.Hidden && c.Count != 0:
				t.Fatalf("a hidden %d still says %d", n, c.Count)
			case !c.Hidden && (c.Count%d.Round != 0 || c.Count-n > d.Round/2 || n-c.Count > d.Round/2):
				t.Fatalf("%d is published as %d", n, c.Count)
			}
		}
		for _, a := range amounts {
			if a.Amount%d.Rupiah != 0 || a.Hidden && a.Amount != 0 {
				t.Fatalf("published %+v", a)
			}
		}
		if !s.Credited.Hidden {
			var shown money.Rupiah
			for _, p := range s.Programmes {
				shown += p.Credited.Amount
			}
			if gap := s.Credited.Amount - shown; hiddenMoney > 0 && gap >= 10*d.Rupiah {
				t.Fatalf("%d of hidden money shows in the total", gap)
			}
		}
	})
}

func TestNothingIsPublishedOfNothing(t *testing.T) {
	d := ruleOn(t, "2025-11-22")
	s := publish(summarise("3674", nil), d, nil)
	want := Statistics{Area: "3674", Rule: d}
	h := Published{Hidden: true}
	want.Families, want.Persons, want.Unranked, want.Reached, want.Credited = h, h, h, h, PublishedAmount{Hidden: true}
	for i := range want.Deciles {
		want.Deciles[i] = h
	}
	if diff := cmp.Diff(want, s); diff != "" {
		t.Error(diff)
	}
}
