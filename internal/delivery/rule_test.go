package delivery

import (
	"strings"
	"testing"
	"testing/fstest"

	"gotong/internal/access"
	"gotong/internal/civil"
	policyfiles "gotong/policy"
)

func TestTheRuleThatShips(t *testing.T) {
	rules, err := LoadRules(policyfiles.Files)
	if err != nil {
		t.Fatal(err)
	}
	r := rules.On(civil.MustParse("2026-01-01"))
	owned := 0
	for _, role := range access.Roles {
		owned += len(r.OwnedBy(role))
	}
	if owned != len(Codes()) || r.Source == "" {
		t.Errorf("%d of %d codes have an owner", owned, len(Codes()))
	}
}

func TestRulesThatAreRefused(t *testing.T) {
	whole, err := policyfiles.Files.ReadFile(ruleFile)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string][2]string{
		"a road missing":          {"      dormant:          {owner: operator, next: [requeue, drop], days: 30}\n", ""},
		"an unknown code":         {"      dormant: ", "      dormnt: "},
		"an action that fits not": {"[call_back, note]", "[reissue]"},
		"nobody acts":             {"owner: officer", "owner: nobody"},
		"no days":                 {"next: [call_back, note], days: 15", "next: [call_back, note], days: 0"},
		"called back too early":   {"return_after_days: 105", "return_after_days: 5"},
		"ages that fall":          {"[7, 30, 90]", "[30, 7]"},
		"no source":               {"    source: ", "    sauce: "},
		"no instalments":          {"instalments: 24", "instalments: 0"},
		"no rule":                 {string(whole), "payment: []"},
	} {
		file := strings.Replace(string(whole), change[0], change[1], 1)
		if file == string(whole) {
			t.Fatalf("%s: nothing to change", name)
		}
		if _, err := LoadRules(fstest.MapFS{ruleFile: {Data: []byte(file)}}); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}
