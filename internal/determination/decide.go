package determination

import (
	"gotong/internal/column"
	"gotong/internal/programme"
	"gotong/internal/rule"
)

// decided is what one programme says of the subjects of a batch, before its
// quota.
type decided struct {
	outcomes []Outcome
	answers  []Answers
	amounts  *programme.Amounts
	priority []*column.Column // nil where there is no quota
}

// receiving is, for every family of a batch, whether it receives a
// programme: the state that exclusions by programme ask about.
type receiving []rule.Truth

// decide is the pure heart: it decides one programme for every subject of a
// batch. others are the states of the programmes whose recipients it
// excludes, by code; one that is not in it is received by nobody.
func decide(r reader, p *programme.Programme, b *column.Batch, others map[string]receiving, hasQuota bool) *decided {
	n := p.Rows(b)
	d := &decided{outcomes: make([]Outcome, n), answers: make([]Answers, n)}
	r.judge(p, b, d.answers)
	excludeByProgramme(p, b, others, d.answers)

	meets := make([]rule.Truth, n)
	giving := column.NewBitmap(n)
	for row, a := range d.answers {
		meets[row] = meetsOf(p, a)
		if meets[row] == rule.Yes {
			giving.Set(row)
		}
	}
	d.amounts = r.amounts(p, b, giving)
	for row := range d.outcomes {
		d.outcomes[row] = verdict(meets[row], d.amounts.At(row))
	}
	if hasQuota {
		d.priority = r.priority(p, b)
	}
	return d
}

// meetsOf joins the answers: every clause must hold and no exclusion may.
func meetsOf(p *programme.Programme, a Answers) rule.Truth {
	t := rule.Yes
	for i := range p.Clauses {
		t = t.And(a.At(i))
	}
	for i := range p.Exclusions {
		t = t.And(a.At(len(p.Clauses) + i).Not())
	}
	return t
}

// excludeByProgramme answers the exclusions that ask what else a family receives.
func excludeByProgramme(p *programme.Programme, b *column.Batch, others map[string]receiving, answers []Answers) {
	for i, x := range p.Exclusions {
		if x.Rule != nil {
			continue
		}
		eachSubject(p, b, func(row, family, _ int) {
			t := rule.No
			for _, code := range x.Programmes {
				if state, ok := others[code]; ok {
					t = t.Or(state[family])
				}
			}
			answers[row] = answers[row].With(len(p.Clauses)+i, t)
		})
	}
}

// familiesReceiving folds outcomes into the state of each family: it receives
// a programme of persons where one of its members does.
func familiesReceiving(p *programme.Programme, b *column.Batch, outcomes []Outcome) receiving {
	state := make(receiving, b.Families.Rows)
	for i := range state {
		state[i] = rule.No
	}
	eachSubject(p, b, func(row, family, _ int) { state[family] = state[family].Or(outcomes[row].truth()) })
	return state
}
