package determination

import (
	"cmp"
	"slices"

	"gotong/internal/column"
	"gotong/internal/i18n"
	"gotong/internal/indicator"
	"gotong/internal/programme"
	"gotong/internal/rule"
)

// Advice is a small set of facts of which every one must be otherwise for a
// refused family or person to qualify, all else equal. It has been tried:
// with all of them the programme's rules say yes, without any one of them
// they do not.
type Advice struct {
	Class   Class // Mutable where the family can change all of it
	Changes []AdviceChange
}

// AdviceChange is one fact as it is recorded, and as it would have to be.
type AdviceChange struct {
	Fact
	Class Class
	Value int64 // as it would have to be; Fact.Value is as recorded
}

// change is one change while it is searched for.
type change struct {
	reading rule.Reading
	value   int64
	class   Class
}

// search looks for advice to one subject.
type search struct {
	p       *programme.Programme
	b       *column.Batch
	member  int
	policy  AdviceRule
	failing []int // items that stand in the way
}

// advise lists the smallest sets of changes that were found, those that a
// family can make by itself first.
func advise(p *programme.Programme, b *column.Batch, member int, answers Answers, policy AdviceRule) [][]change {
	s := &search{p: p, b: b, member: member, policy: policy}
	for i := range len(p.Clauses) + len(p.Exclusions) {
		switch itemHolds(p, answers, i) {
		case rule.Unknown:
			return nil // a missing fact comes first: it is collected
		case rule.No:
			if itemRule(p, i) == nil {
				return nil // another programme is in the way
			}
			s.failing = append(s.failing, i)
		}
	}
	if len(s.failing) == 0 || len(s.failing) > policy.Together {
		return nil
	}
	var found [][]change
	for _, set := range s.sets() {
		if len(found) < policy.Most && s.holds(set) && s.needed(set) && !slices.ContainsFunc(found, func(o []change) bool { return sameFacts(o, set) }) {
			found = append(found, set)
		}
	}
	return found
}

// optionsKept bounds the sets that are tried: so many fixes of each item.
const optionsKept = 4

// sets are the combinations of a fix for every item that stands in the way.
func (s *search) sets() [][]change {
	sets := [][]change{nil}
	for _, item := range s.failing {
		var longer [][]change
		for _, fix := range s.fixes(item) {
			for _, set := range sets {
				if x, ok := together(set, fix); ok && len(x) <= s.policy.Together {
					longer = append(longer, x)
				}
			}
		}
		sets = longer
	}
	slices.SortStableFunc(sets, compareSets)
	return sets
}

// together joins two sets; false where they give one fact two values.
func together(a, b []change) ([]change, bool) {
	out := slices.Clone(a)
	for _, c := range b {
		at := slices.IndexFunc(out, func(o change) bool {
			return o.reading.Indicator == c.reading.Indicator && o.reading.Member == c.reading.Member
		})
		switch {
		case at < 0:
			out = append(out, c)
		case out[at].value != c.value:
			return nil, false
		}
	}
	return out, true
}

// fixes are the ways in which one item would hold: one fact otherwise, or,
// where no single one does, two.
func (s *search) fixes(item int) [][]change {
	r := itemRule(s.p, item)
	var singles []change
	for _, reading := range distinct(r.Interpreter().Ask(s.b, 0, s.member).Read) {
		class := s.policy.Class(reading.Indicator)
		if class == Immutable || !reading.Known {
			continue
		}
		for _, v := range candidates(s.p, reading) {
			singles = append(singles, change{reading, v, class})
		}
	}
	var fixes [][]change
	for _, c := range singles {
		if s.lets(item, []change{c}) {
			fixes = append(fixes, []change{c})
		}
	}
	if len(fixes) == 0 {
		for i, a := range singles {
			for _, b := range singles[i+1:] {
				if set, ok := together([]change{a}, []change{b}); ok && len(set) == 2 && len(fixes) < optionsKept && s.lets(item, set) {
					fixes = append(fixes, set)
				}
			}
		}
	}
	slices.SortStableFunc(fixes, compareSets)
	return fixes[:min(len(fixes), optionsKept)]
}

// lets reports whether an item would let the subject through.
func (s *search) lets(item int, set []change) bool {
	t := itemRule(s.p, item).Interpreter().Ask(s.with(set), 0, s.member).Truth
	if item >= len(s.p.Clauses) {
		t = t.Not()
	}
	return t == rule.Yes
}

func (s *search) with(set []change) *column.Batch {
	b := s.b
	for _, c := range set {
		b = patched(b, c.reading, c.value)
	}
	return b
}

// holds tries a set: the whole programme, with what it gives.
func (s *search) holds(set []change) bool { return qualifies(s.p, s.with(set), s.member) }

// needed reports whether the set fails without any one of its changes.
func (s *search) needed(set []change) bool {
	for i := range set {
		if s.holds(slices.Concat(set[:i], set[i+1:])) {
			return false
		}
	}
	return true
}

func distinct(readings []rule.Reading) []rule.Reading {
	var all []rule.Reading
	for _, r := range readings {
		if !slices.ContainsFunc(all, func(o rule.Reading) bool { return o.Indicator == r.Indicator && o.Member == r.Member }) {
			all = append(all, r)
		}
	}
	return all
}

// candidates are the values worth trying in the place of a recorded one, the
// nearest first.
func candidates(p *programme.Programme, r rule.Reading) []int64 {
	var all []int64
	switch r.Indicator.Kind {
	case indicator.Bool:
		return []int64{1 - r.Value}
	case indicator.Choice:
		for _, o := range r.Indicator.Options {
			all = append(all, o.No)
		}
	case indicator.Int, indicator.Money:
		all = thresholds(p, r.Value)
	}
	all = slices.DeleteFunc(all, func(v int64) bool {
		return v == r.Value || r.Indicator.Min != nil && v < *r.Indicator.Min || r.Indicator.Max != nil && v > *r.Indicator.Max
	})
	if r.Indicator.Kind != indicator.Choice {
		slices.SortStableFunc(all, func(a, b int64) int { return cmp.Compare(distance(a, r.Value), distance(b, r.Value)) })
	}
	return slices.Compact(all)
}

// compareSets puts what a family can do by itself first, then the fewest changes.
func compareSets(a, b []change) int {
	return cmp.Or(cmp.Compare(corrections(a), corrections(b)), cmp.Compare(len(a), len(b)))
}

func corrections(set []change) int {
	n := 0
	for _, c := range set {
		if c.class == Correctable {
			n++
		}
	}
	return n
}

// sameFacts reports whether two sets are about the same facts: another value
// of the same fact is no further advice.
func sameFacts(a, b []change) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(x change) bool {
		return !slices.ContainsFunc(b, func(y change) bool {
			return x.reading.Indicator == y.reading.Indicator && x.reading.Member == y.reading.Member
		})
	})
}

// advice turns what was found into facts with names.
func (x *explainer) advice(found [][]change) []Advice {
	var all []Advice
	for _, set := range found {
		a := Advice{Class: Mutable}
		for _, c := range set {
			f := x.facts([]rule.Reading{c.reading})[0]
			a.Changes = append(a.Changes, AdviceChange{Fact: f, Class: c.class, Value: c.value})
			if c.class == Correctable {
				a.Class = Correctable
			}
		}
		all = append(all, a)
	}
	return all
}

// Sentence says the advice in plain words: what would have to be, and whether
// to change it or to have it looked at again.
func (a Advice) Sentence(l i18n.Lang) string {
	said := ""
	for i, c := range a.Changes {
		if i > 0 {
			said += "; "
		}
		said += i18n.T(l, "determination.advice.change", "name", c.Title(l), "was", c.Indicator.Format(c.Fact.Value, l), "value", c.bound(l))
	}
	return i18n.T(l, "determination.advice."+string(a.Class), "changes", said)
}

// bound writes the value; of a number also which way it may go further.
func (c AdviceChange) bound(l i18n.Lang) string {
	value := c.Indicator.Format(c.Value, l)
	if k := c.Indicator.Kind; k != indicator.Int && k != indicator.Money {
		return value
	}
	key := "determination.advice.at_least"
	if c.Value < c.Fact.Value {
		key = "determination.advice.at_most"
	}
	return i18n.T(l, key, "value", value)
}

// Anonymous returns the advice without names of persons.
func (a Advice) Anonymous() Advice {
	a.Changes = slices.Clone(a.Changes)
	for i := range a.Changes {
		a.Changes[i].Name = ""
	}
	return a
}
