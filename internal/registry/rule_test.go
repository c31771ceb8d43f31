package registry

import (
	"strings"
	"testing"
	"testing/fstest"

	"gotong/internal/civil"
	policyfiles "gotong/policy"
)

func TestRulesOfThePolicyFolder(t *testing.T) {
	r, err := LoadRules(policyfiles.Files)
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range LifeKinds {
		if k, ok := r.changesOn(civil.MustParse("2026-01-01")).Kinds[kind]; !ok || len(k.Evidence) == 0 {
			t.Errorf("%s accepts no document", kind)
		}
	}
	paid := civil.MustParse("2024-02-29")
	if until := r.keepUntil(paid, paid); until <= paid {
		t.Errorf("kept until %s", until)
	}
}

func TestRulesAreChecked(t *testing.T) {
	head := "changes:\n  - from: 2020-01-01\n    source: {id: a, en: a}\n    marriage: 19\n    documents: {x: {id: x, en: x}}\n    kinds: "
	keep := "retention:\n  - {from: 2020-01-01, money_years: 10, source: {id: a, en: a}}\n"
	unmask, err := policyfiles.Files.ReadFile("unmask.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct{ changes, retention, want string }{
		"a kind that does not exist":    {head + "{wedding: {second: true}}", keep, "wedding"},
		"a status waits for nobody":     {head + "{member_status: {second: true}}", keep, "member_status"},
		"a document that is not listed": {head + "{birth: {evidence: [y]}}", keep, `"y"`},
		"an unknown field":              {head + "{birth: {third: true}}", keep, "third"},
		"no years":                      {head + "{}", strings.Replace(keep, "10", "0", 1), "years"},
		"nothing":                       {"changes: []", keep, "no_rule"},
	} {
		_, err := LoadRules(fstest.MapFS{"changes.yaml": {Data: []byte(tc.changes)}, "retention.yaml": {Data: []byte(tc.retention)}, "unmask.yaml": {Data: unmask}})
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
