package retention

import (
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/policy"
)

const classes = `
      family: {years: 5, source: {id: a, en: b}}
      person: {years: 5, source: {id: a, en: b}}
      request: {years: 2, source: {id: a, en: b}}
      letter: {years: 5, source: {id: a, en: b}}
      picture: {years: 10, source: {id: a, en: b}}
`

func TestLoadRules(t *testing.T) {
	rule := func(from, classes string) string { return "  - from: " + from + "\n    classes:" + classes }
	for name, c := range map[string]struct {
		yaml string
		good bool
	}{
		"whole":                  {"schedule:\n" + rule("2022-10-17", classes), true},
		"two in order":           {"schedule:\n" + rule("2022-10-17", classes) + rule("2026-01-01", strings.ReplaceAll(classes, "years: 5", "years: 3")), true},
		"with the money's":       {"retention: []\nschedule:\n" + rule("2022-10-17", classes), true},
		"none":                   {"schedule: []\n", false},
		"out of order":           {"schedule:\n" + rule("2026-01-01", classes) + rule("2022-10-17", classes), false},
		"a class is missing":     {"schedule:\n" + rule("2022-10-17", strings.Replace(classes, "      letter: {years: 5, source: {id: a, en: b}}\n", "", 1)), false},
		"a class that is none":   {"schedule:\n" + rule("2022-10-17", strings.Replace(classes, "letter", "lettre", 1)), false},
		"kept for no time":       {"schedule:\n" + rule("2022-10-17", strings.Replace(classes, "years: 2", "years: 0", 1)), false},
		"without a source":       {"schedule:\n" + rule("2022-10-17", strings.Replace(classes, "en: b", "en: ''", 1)), false},
		"a word that is unknown": {"schedule:\n" + rule("2022-10-17", strings.Replace(classes, "years: 2", "years: 2, months: 3", 1)), false},
	} {
		_, err := LoadRules(fstest.MapFS{ruleFile: {Data: []byte(c.yaml)}})
		if c.good != (err == nil) || err != nil && !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := LoadRules(policy.Files); err != nil {
		t.Error(err)
	}
}

// TestTheRuleOfTheDayHolds changes the rule and asks before, on and after it.
func TestTheRuleOfTheDayHolds(t *testing.T) {
	rules, err := LoadRules(fstest.MapFS{ruleFile: {Data: []byte("schedule:\n  - from: 2022-10-17\n    classes:" + classes + "  - from: 2027-01-01\n    classes:" + strings.ReplaceAll(classes, "years: 5", "years: 8"))}})
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[string]int{"2019-01-01": 5, "2022-10-17": 5, "2026-12-31": 5, "2027-01-01": 8} {
		if got := rules.on(civil.MustParse(day)).Classes[Families].Years; got != want {
			t.Errorf("on %s families are kept %d years", day, got)
		}
	}
}

// TestByIsTheLastDayThatIsOver holds the search by days against the time of
// each record, also around the end of February.
func TestByIsTheLastDayThatIsOver(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := Keeping{Years: rapid.IntRange(1, 30).Draw(t, "years")}
		today := civil.MustParse("2024-02-29").AddDays(rapid.IntRange(-800, 4000).Draw(t, "day"))
		by := k.by(today)
		if k.until(by) >= today {
			t.Fatalf("what began on %s is kept until %s, and due on %s", by, k.until(by), today)
		}
		if next := by.AddDays(1); k.until(next) < today {
			t.Fatalf("what began on %s was over on %s, and is not due on %s", next, k.until(next), today)
		}
	})
}
