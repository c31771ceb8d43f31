package determination

import (
	"testing"
	"testing/fstest"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/policy"
)

func TestCheckRules(t *testing.T) {
	all, err := LoadCheckRules(policy.Files)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		if !r.Source.Translated() {
			t.Errorf("the rule from %s has the source %+v", r.From, r.Source)
		}
	}
	if _, err := all.On(civil.MustParse("1999-01-01")); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("before the first rule: %v", err)
	}
	const good = "{from: 2020-01-01, client: {at_once: 1, per_minute: 2}, all: {at_once: 3, per_minute: 4}, alarm: 5, source: x}"
	load := func(text string) (CheckRules, error) {
		return LoadCheckRules(fstest.MapFS{"public_check.yaml": {Data: []byte("public_check:\n" + text)}})
	}
	two, err := load("  - " + good + "\n  - {from: 2021-01-01, client: {at_once: 9, per_minute: 2}, all: {at_once: 3, per_minute: 4}, alarm: 5, source: y}")
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[string]int{"2020-12-31": 1, "2021-01-01": 9, "2030-01-01": 9} {
		if r, err := two.On(civil.MustParse(day)); err != nil || r.Client.AtOnce != want {
			t.Errorf("on %s: %+v, %v", day, r, err)
		}
	}
	for name, text := range map[string]string{
		"none":          "",
		"no source":     "  - {from: 2020-01-01, client: {at_once: 1, per_minute: 2}, all: {at_once: 3, per_minute: 4}, alarm: 5}",
		"no pace":       "  - {from: 2020-01-01, client: {at_once: 1}, all: {at_once: 3, per_minute: 4}, alarm: 5, source: x}",
		"no alarm":      "  - {from: 2020-01-01, client: {at_once: 1, per_minute: 2}, all: {at_once: 3, per_minute: 4}, source: x}",
		"unknown key":   "  - {from: 2020-01-01, client: {at_once: 1, per_hour: 2}, all: {at_once: 3, per_minute: 4}, alarm: 5, source: x}",
		"one day twice": "  - " + good + "\n  - " + good,
	} {
		if got, err := load(text); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}
