package linkage

import (
	"strings"
	"testing"
	"testing/fstest"

	"gotong/internal/civil"
	"gotong/policy"
)

func TestPoliciesInForce(t *testing.T) {
	p, err := LoadPolicies(policy.Files)
	if err != nil {
		t.Fatal(err)
	}
	if on := p.On(civil.MustParse("2025-11-22")); on.Match < .5 || on.BlockLimit < 2 || on.Source == "" {
		t.Errorf("%+v", on)
	}
	two := Policies{{From: 0, Match: .6}, {From: 100, Match: .7}}
	for day, want := range map[civil.Date]float64{-5: .6, 0: .6, 99: .6, 100: .7, 200: .7} {
		if got := two.On(day).Match; got != want {
			t.Errorf("on %s a match is %v", day, got)
		}
	}
}

func TestPoliciesAreChecked(t *testing.T) {
	const good = "from: 2020-01-01, match: 0.75, review: 0.1, bulk: 0.99, block_limit: 500, source: x"
	for about, text := range map[string]string{
		"nothing":               "linkage: []",
		"unknown entry":         "linkage: [{" + good + ", colour: red}]",
		"match below half":      "linkage: [{" + strings.Replace(good, "0.75", "0.4", 1) + "}]",
		"review over match":     "linkage: [{" + strings.Replace(good, "0.1,", "0.8,", 1) + "}]",
		"bulk of one":           "linkage: [{" + strings.Replace(good, "0.99", "1", 1) + "}]",
		"more wrong than right": "linkage: [{" + good + ", wrong: 0.7, many: 5}]",
		"fewer than none":       "linkage: [{" + good + ", wrong: 0.1, many: -5}]",
		"no source":             "linkage: [{" + strings.Replace(good, "source: x", "source: ''", 1) + "}]",
		"blocks of one":         "linkage: [{" + strings.Replace(good, "500", "1", 1) + "}]",
		"same day twice":        "linkage: [{" + good + "}, {" + good + "}]",
		"not a file":            "linkage: ][",
	} {
		if _, err := LoadPolicies(fstest.MapFS{"linkage.yaml": {Data: []byte(text)}}); err == nil {
			t.Errorf("%s is taken", about)
		}
	}
	if _, err := LoadPolicies(fstest.MapFS{}); err == nil {
		t.Error("a missing file is taken")
	}
	if _, err := LoadPolicies(fstest.MapFS{"linkage.yaml": {Data: []byte("linkage: [{" + good + "}]")}}); err != nil {
		t.Error(err)
	}
}
