package outcome

import (
	"errors"
	"strings"
	"testing"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/indicator"
	"gotong/internal/programme"
	"gotong/internal/rule"
	"gotong/policy"
	"gotong/programmes"
)

func TestShippedPolicy(t *testing.T) {
	all, err := Load(indicator.Default(), policy.Files)
	if err != nil {
		t.Fatal(err)
	}
	p := all.On(civil.MustParse("2026-01-01"))
	if len(p.Gaps) < 5 || p.IncomeRise <= 0 || !p.Source.Translated() {
		t.Errorf("%+v", p)
	}
	set, err := programme.Load(indicator.Default(), programmes.Files)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range p.Gaps {
		if !g.Name.Translated() || !g.Act.Translated() {
			t.Errorf("%s is not said in both languages", g.Code)
		}
		for _, group := range g.Groups {
			for _, code := range group {
				if len(set.Versions(code)) == 0 {
					t.Errorf("%s names %s, which is no programme", g.Code, code)
				}
			}
		}
	}
}

func TestBadPolicies(t *testing.T) {
	const good = `outcome:
  - from: 2020-01-01
    source: {id: a, en: b}
    income_rise: 10
    params: {n: {value: 4, name: {id: a, en: b}, from: 2020-01-01, source: {id: a, en: b}}}
    gaps:
      - {code: a, aid: none, when: family.decile <= params.n, name: {id: a, en: b}, act: {id: a, en: b}}
`
	if _, err := Parse(indicator.Default(), []byte(good)); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string][2]string{
		"unknown key":      {"income_rise", "income_raise"},
		"no list":          {"outcome:", "other:"},
		"below zero":       {"income_rise: 10", "income_rise: -1"},
		"unknown aid":      {"aid: none", "aid: some"},
		"groups of none":   {"aid: none", "aid: none, groups: [[a, b]]"},
		"no groups":        {"aid: none", "aid: together"},
		"a list of ours":   {"code: a", "code: left"},
		"unsourced number": {"from: 2020-01-01, source: {id: a, en: b}}}", "from: 2020-01-01}}"},
	} {
		_, err := Parse(indicator.Default(), []byte(strings.Replace(good, change[0], change[1], 1)))
		if !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := Parse(indicator.Default(), []byte(strings.Replace(good, "family.decile", "family.decle", 1)))
	var wrong rule.Problems
	if !errors.As(err, &wrong) || !strings.Contains(wrong[0].Error(), "outcome.yaml:7:43") || !strings.Contains(err.Error(), "decile") {
		t.Errorf("a misspelt fact: %v", err)
	}
}
