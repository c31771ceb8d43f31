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
		certain := d.amounts.Some[w] | d.amounts.Certain[w]
		d.given[w] = meets.Yes[w] & d.amounts.Some[w]
		d.open[w] = ^meets.Known[w] | meets.Yes[w]&^certain
	}
	if n%64 != 0 {
		d.open[len(d.open)-1] &= 1<<uint(n%64) - 1
	}
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
		got := anyReceived(x.Programmes, others, b.Families.Rows)
		if p.Subject.EachMember() {
			got = rule.Truths{Yes: ofMembers(b, got.Yes), Known: ofMembers(b, got.Known)}
		}
		items[len(p.Clauses)+i] = got
	}
}

// anyReceived says of each family whether it receives one of some programmes;
// one that is not in others is received by nobody.
func anyReceived(codes []string, others map[string]receiving, n int) rule.Truths {
	t := rule.Truths{Yes: column.NewBitmap(n), Known: column.NewBitmap(n)}
	t.Known.Fill(n)
	for _, code := range codes {
		state, ok := others[code]
		if !ok {
			continue
		}
		for w := range t.Yes {
			t.Yes[w] |= state.Yes[w]
			t.Known[w] &= state.Known[w]
		}
	}
	for w := range t.Yes {
		t.Known[w] |= t.Yes[w]
	}
	return t
}

// ofMembers repeats families' bits for their members.
func ofMembers(b *column.Batch, families column.Bitmap) column.Bitmap {
	members := column.NewBitmap(b.Members.Rows)
	column.Repeat(members, families, b.Ends(), 0)
	return members
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
	n := b.Families.Rows
	state := receiving{Yes: column.NewBitmap(n), Known: column.NewBitmap(n)}
	state.Known.Fill(n)
	unknown := open
	if p.Subject.EachMember() {
		unknown = column.NewBitmap(n)
		column.AnyIn(state.Yes, entitled, b.Ends(), 0)
		column.AnyIn(unknown, open, b.Ends(), 0)
	} else {
		copy(state.Yes, entitled)
	}
	for w := range state.Known {
		state.Known[w] &^= unknown[w] &^ state.Yes[w]
	}
	return state
}
