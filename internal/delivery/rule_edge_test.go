package delivery

import (
	"testing"

	policyfiles "gotong/policy"

	"gotong/internal/bank"
	"gotong/internal/civil"
	"gotong/internal/money"
)

// TestRulesAtTheirEdges changes one number of the rule that ships at a time:
// the smallest that makes sense is taken, one below it is not.
func TestRulesAtTheirEdges(t *testing.T) {
	all, err := LoadRules(policyfiles.Files)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(*Rule)
		good   bool
	}{
		"unused after a day":        {func(r *Rule) { r.UnusedAfter, r.ReturnAfter = 1, 1 }, true},
		"unused at once":            {func(r *Rule) { r.UnusedAfter = 0 }, false},
		"returned before":           {func(r *Rule) { r.UnusedAfter, r.ReturnAfter = 5, 4 }, false},
		"valid for a day":           {func(r *Rule) { r.AccountCheck.Days = 1 }, true},
		"valid for none":            {func(r *Rule) { r.AccountCheck.Days = 0 }, false},
		"one instalment":            {func(r *Rule) { r.Instalments = 1 }, true},
		"no instalment":             {func(r *Rule) { r.Instalments = 0 }, false},
		"aged by the day":           {func(r *Rule) { r.Ageing = []int{1} }, true},
		"aged before the first":     {func(r *Rule) { r.Ageing = []int{0, 5} }, false},
		"not aged":                  {func(r *Rule) { r.Ageing = nil }, false},
		"aged backwards":            {func(r *Rule) { r.Ageing = []int{5, 2} }, false},
		"a road of a day":           {func(r *Rule) { r.Roads[Dead] = Road{r.Roads[Dead].Owner, r.Roads[Dead].Next, 1} }, true},
		"a road of no day":          {func(r *Rule) { r.Roads[Dead] = Road{r.Roads[Dead].Owner, r.Roads[Dead].Next, 0} }, false},
		"a road that leads nowhere": {func(r *Rule) { r.Roads[Dead] = Road{Owner: r.Roads[Dead].Owner, Days: 1} }, false},
	} {
		r := all[0]
		roads := map[Code]Road{}
		for code, road := range r.Roads {
			roads[code] = road
		}
		r.Roads = roads
		c.change(&r)
		if err := r.check(); (err == nil) != c.good {
			t.Errorf("%s: %v", name, err)
		}
	}
	rules := Rules{{From: 10, Instalments: 1}, {From: 20, Instalments: 2}, {From: 30, Instalments: 3}}
	for day, want := range map[civil.Date]int{5: 1, 10: 1, 19: 1, 20: 2, 29: 2, 30: 3, 99: 3} {
		if got := rules.On(day).Instalments; got != want {
			t.Errorf("on day %d the rule is %d", day, got)
		}
	}
}

// TestAShortCreditIsOneAmount holds a line that was settled with less to being
// said again with either amount.
func TestAShortCreditIsOneAmount(t *testing.T) {
	l := LineState{Amount: 10, Short: 3, Status: Credited}
	for amount, want := range map[int64]Code{10: Repeated, 7: Repeated, 3: AmountDiffers, 13: AmountDiffers} {
		if _, code, _ := judge(l, saidOf(amount)); code != want {
			t.Errorf("%d: %s", amount, code)
		}
	}
	l.Short = 0
	if _, code, _ := judge(l, saidOf(7)); code != AmountDiffers {
		t.Error(code)
	}
}

func saidOf(amount int64) bank.Result {
	return bank.Result{Status: bank.Credited, Amount: money.Rupiah(amount)}
}
