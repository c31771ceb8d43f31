package determination

import (
	"slices"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/indicator"
	"gotong/internal/programme"
	"gotong/internal/rule"
	"gotong/internal/snapshot"
)

// plan is the order in which programmes are decided.
type plan struct {
	asOf civil.Date
	// all are the programmes, each after those whose recipients it excludes.
	all []*programme.Programme
	// passes hold places in all. A programme that excludes recipients of one
	// with a quota has to wait for a later pass, since only a whole pass
	// tells whom the quota reached.
	passes [][]int
	// excluded marks programmes whose recipients another one excludes.
	excluded map[string]bool
	place    map[string]int // by code
}

// newPlan orders programmes, given as Set.InForce gives them.
func newPlan(asOf civil.Date, all []*programme.Programme) (*plan, error) {
	p := &plan{asOf: asOf, all: all, excluded: map[string]bool{}, place: map[string]int{}}
	level := map[string]int{}
	for i, x := range all {
		if n := len(x.Clauses) + len(x.Exclusions); n > MaxAnswers {
			return nil, fault.Invalid("determination.too_many_clauses", "programme", x.Code, "have", n, "most", MaxAnswers)
		}
		p.place[x.Code] = i
		for _, e := range x.Exclusions {
			for _, code := range e.Programmes {
				at, there := p.place[code]
				if !there {
					continue // not in force on the day: nobody receives it
				}
				p.excluded[code] = true
				need := level[code]
				if p.quota(all[at]) != nil {
					need++
				}
				level[x.Code] = max(level[x.Code], need)
			}
		}
		for len(p.passes) <= level[x.Code] {
			p.passes = append(p.passes, nil)
		}
		p.passes[level[x.Code]] = append(p.passes[level[x.Code]], i)
	}
	return p, nil
}

// quota returns a programme's quota where it is in force on the day.
func (p *plan) quota(x *programme.Programme) *programme.Quota {
	if x.Quota == nil || !x.Quota.InForce.Contains(p.asOf) {
		return nil
	}
	return x.Quota
}

// columns returns the facts that deciding some of the programmes needs. The
// ranks are not in it: they are beside the snapshot.
func (p *plan) columns(places []int) snapshot.Columns {
	c := snapshot.Only()
	for _, i := range places {
		for _, r := range rulesOf(p.all[i]) {
			for _, f := range r.Facts() {
				c.With(f.Level, f.Code)
			}
		}
	}
	return c
}

// familyFacts lists the facts of families that deciding some of the programmes
// needs, of which some are ranks.
func (p *plan) familyFacts(places []int) (codes []string) {
	for _, i := range places {
		for _, r := range rulesOf(p.all[i]) {
			for _, f := range r.Facts() {
				if f.Level == indicator.Family && !slices.Contains(codes, f.Code) {
					codes = append(codes, f.Code)
				}
			}
		}
	}
	return codes
}

// rulesOf lists the rules that decide a programme.
func rulesOf(x *programme.Programme) []*rule.Rule {
	var rules []*rule.Rule
	for _, c := range x.Clauses {
		rules = append(rules, c.Rule)
	}
	for _, e := range x.Exclusions {
		rules = append(rules, e.Rule)
	}
	for _, o := range x.Priority {
		rules = append(rules, o.Rule)
	}
	for _, b := range x.Benefits {
		rules = append(rules, b.When, b.Amount)
	}
	return slices.DeleteFunc(rules, func(r *rule.Rule) bool { return r == nil })
}
