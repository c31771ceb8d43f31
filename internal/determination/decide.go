package determination

import (
	"gotong/internal/column"
	"gotong/internal/programme"
	"gotong/internal/rule"
)

// decided is what one programme says of the subjects of a batch, before its
// quota. Who is neither given anything nor open is refused.
type decided struct {
	rows     int
	items    []rule.Truths // clauses, then exclusions
	given    column.Bitmap // qualifies, and has lines
	open     column.Bitmap // undetermined
	amounts  *programme.Amounts
	priority []*column.Column // nil where there is no quota
	failed   failedRules
}

// receiving is, for every family, whether it receives a programme: the state
// that exclusions by programme ask about.
type receiving = rule.Truths

// decide is the pure heart: it decides one programme for every subject of a
// batch. others are the states of the programmes whose recipients it
// excludes, by code; one that is not in it is received by nobody.
func decide(r reading, p *programme.Programme, b *column.Batch, others map[string]receiving, hasQuota bool) *decided {
	n := p.Rows(b)
	failed := failedRules{}
	d := &decided{rows: n, items: r.judge(p, failed.tell), failed: failed, open: column.NewBitmap(n), given: column.NewBitmap(n)}
	excludeByProgramme(p, b, others, d.items)
	meets := meetsOf(p, d.items, n)
	d.amounts = r.amounts(p, meets.Yes, failed.tell)
	for w := range d.open {
		d.open[w] = ^meets.Known[w]
	}
	if n%64 != 0 {
		d.open[len(d.open)-1] &= 1<<uint(n%64) - 1
	}
	meets.Yes.Each(func(row int) {
		switch verdict(rule.Yes, d.amounts.At(row)) {
		case Entitled:
			d.given.Set(row)
		case Undetermined:
			d.open.Set(row)
		}
	})
	if hasQuota {
		d.priority = r.priority(p, d.given, failed.tell)
	}
	return d
}

// meetsOf joins the answers: every clause must hold and no exclusion may.
func meetsOf(p *programme.Programme, items []rule.Truths, n int) rule.Truths {
	meets := rule.Truths{Yes: column.NewBitmap(n), Known: column.NewBitmap(n)}
	meets.Yes.Fill(n)
	meets.Known.Fill(n)
	for i, t := range items {
		if i < len(p.Clauses) {
			meets.And(t)
		} else {
			meets.AndNot(t)
		}
	}
	return meets
}

// meetsOne is meetsOf for one subject.
func meetsOne(p *programme.Programme, a Answers) rule.Truth {
	t := rule.Yes
	for i := range len(p.Clauses) + len(p.Exclusions) {
		t = t.And(itemHolds(p, a, i))
	}
	return t
}

// excludeByProgramme answers the exclusions that ask what else a family receives.
func excludeByProgramme(p *programme.Programme, b *column.Batch, others map[string]receiving, items []rule.Truths) {
	for i, x := range p.Exclusions {
		if x.Rule != nil {
			continue
		}
		n := p.Rows(b)
		into := rule.Truths{Yes: column.NewBitmap(n), Known: column.NewBitmap(n)}
		eachSubject(p, b, func(row, family, _ int) {
			t := rule.No
			for _, code := range x.Programmes {
				if state, ok := others[code]; ok {
					t = t.Or(state.At(family))
				}
			}
			put(into, row, t)
		})
		items[len(p.Clauses)+i] = into
	}
}

// put sets an answer that is unknown so far.
func put(into rule.Truths, row int, t rule.Truth) {
	if t == rule.Yes {
		into.Yes.Set(row)
	}
	if t != rule.Unknown {
		into.Known.Set(row)
	}
}

// familiesReceiving folds outcomes into the state of each family: it receives
// a programme of persons where one of its members does.
func familiesReceiving(p *programme.Programme, b *column.Batch, entitled, open column.Bitmap) receiving {
	state := receiving{Yes: column.NewBitmap(b.Families.Rows), Known: column.NewBitmap(b.Families.Rows)}
	at, truth := 0, rule.No
	eachSubject(p, b, func(row, family, _ int) {
		if family != at {
			put(state, at, truth)
			at, truth = family, rule.No
		}
		switch {
		case entitled.Get(row):
			truth = truth.Or(rule.Yes)
		case open.Get(row):
			truth = truth.Or(rule.Unknown)
		}
	})
	if b.Families.Rows > 0 {
		put(state, at, truth)
	}
	for f := range b.Families.Rows { // one without any member receives nothing
		if from, to := b.MembersOf(f); p.Subject.EachMember() && from == to {
			state.Known.Set(f)
		}
	}
	return state
}
