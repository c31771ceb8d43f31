package determination

import (
	"gotong/internal/column"
	"gotong/internal/indicator"
	"gotong/internal/programme"
	"gotong/internal/rule"
)

// Counterfactual is the smallest change of one number that would have made a
// refused family or person qualify, all else equal. It has been tried: with
// Value the programme's rules say yes, and one step less far they do not.
type Counterfactual struct {
	Indicator *indicator.Indicator
	Member    int // place in the family; rule.NoMember for a family's fact
	Was       int64
	Value     int64
}

// AtMost reports whether the number would have to be Value or less; else it
// would have to be Value or more.
func (c Counterfactual) AtMost() bool { return c.Value < c.Was }

// counterfactual looks for one where a single item stands in the way, and
// that item rests on a single number. others are the answers of exclusions by
// programme, which stay as they are.
func counterfactual(p *programme.Programme, b *column.Batch, member int, answers Answers) *Counterfactual {
	item := -1
	for i := range len(p.Clauses) + len(p.Exclusions) {
		switch itemHolds(p, answers, i) {
		case rule.Unknown:
			return nil
		case rule.No:
			if item >= 0 {
				return nil
			}
			item = i
		}
	}
	if item < 0 {
		return nil
	}
	r := itemRule(p, item)
	if r == nil {
		return nil
	}
	number, ok := singleNumber(r.Interpreter().Ask(b, 0, member))
	if !ok {
		return nil
	}
	c := &Counterfactual{Indicator: number.Indicator, Member: number.Member, Was: number.Value}
	found := false
	for _, v := range thresholds(p, number.Value) {
		if found && distance(v, c.Was) >= distance(c.Value, c.Was) {
			continue
		}
		if v != c.Was && qualifies(p, patched(b, number, v), member) {
			c.Value, found = v, true
		}
	}
	if !found || qualifies(p, patched(b, number, c.Value+towards(c.Value, c.Was)), member) {
		return nil // no threshold, or one that lies between the values tried
	}
	return c
}

func itemRule(p *programme.Programme, item int) *rule.Rule {
	if item < len(p.Clauses) {
		return p.Clauses[item].Rule
	}
	return p.Exclusions[item-len(p.Clauses)].Rule
}

// singleNumber returns the number that an answer rests on, if it is one.
func singleNumber(a rule.Answer) (rule.Reading, bool) {
	var only rule.Reading
	n := 0
	for _, r := range a.Read {
		if k := r.Indicator.Kind; r.Known && (k == indicator.Int || k == indicator.Money) {
			only, n = r, n+1
		}
	}
	return only, n == 1
}

// thresholds are the values worth trying: the programme's parameters, none
// and one, each with its neighbours.
func thresholds(p *programme.Programme, was int64) []int64 {
	var all []int64
	near := func(v int64) { all = append(all, v-1, v, v+1) }
	near(0)
	for _, q := range p.Params {
		if q.Kind == rule.Number {
			near(q.Value)
		}
	}
	return all
}

func distance(a, b int64) uint64 {
	if a < b {
		a, b = b, a
	}
	return uint64(a) - uint64(b)
}

func towards(from, to int64) int64 {
	if to > from {
		return 1
	}
	return -1
}

// patched returns a batch of one family in which one number is another.
func patched(b *column.Batch, number rule.Reading, v int64) *column.Batch {
	out := &column.Batch{Families: shallow(b.Families), Members: shallow(b.Members), Offsets: b.Offsets}
	t, row := out.Families, 0
	if number.Member != noMember {
		t, row = out.Members, number.Member
	}
	c := column.New(t.Rows)
	copy(c.Values, t.Columns[number.Indicator.Code].Values)
	copy(c.Known, t.Columns[number.Indicator.Code].Known)
	c.Set(row, v)
	t.Columns[number.Indicator.Code] = c
	return out
}

func shallow(t *column.Table) *column.Table {
	out := column.NewTable(t.Rows)
	for code, c := range t.Columns {
		out.Columns[code] = c
	}
	return out
}

// qualifies asks the interpreters: every rule holds, and something is given.
func qualifies(p *programme.Programme, b *column.Batch, member int) bool {
	e := p.Explain(b, 0, member)
	meets := rule.Yes
	for _, a := range e.Clauses {
		meets = meets.And(a.Truth)
	}
	for i, a := range e.Exclusions {
		if p.Exclusions[i].Rule != nil {
			meets = meets.And(a.Truth.Not())
		}
	}
	return verdict(meets, p.AmountOf(b, 0, member)) == Entitled
}
