package targeting

import (
	"slices"
	"strconv"

	"gotong/internal/i18n"
	"gotong/internal/indicator"
)

// Weight is one whole number of a model that a what-if can change.
type Weight struct {
	// Place names it in the model: intercept; TERM.each, .from and .to;
	// TERM.point.K; TERM.yes and .no; TERM.option.CODE and .other;
	// TERM.missing. TERM is the indicator's code.
	Place  string
	Part   string            // each, from, to, point, yes, no, option, other, missing; empty for the intercept
	Term   *Term             // nil for the intercept
	Option *indicator.Option // of a choice
	At     int64             // of a point: the number at which it adds
	Value  int64             // in millionths; of from and to in the indicator's units
}

// Bound reports whether the weight says into which numbers a fact is brought,
// and not what it adds.
func (w Weight) Bound() bool { return w.Part == "from" || w.Part == "to" }

// Weights returns all that a what-if can change of a model, in the order of
// its file.
func (m *Model) Weights() []Weight {
	all := []Weight{{Place: intercept, Value: m.Intercept}}
	for i := range m.Terms {
		all = append(all, m.Terms[i].weights()...)
	}
	return all
}

const intercept = "intercept"

func (t *Term) weights() []Weight {
	var all []Weight
	put := func(part, end string, v int64) *Weight {
		all = append(all, Weight{Place: t.Indicator.Code + "." + part + end, Part: part, Term: t, Value: v})
		return &all[len(all)-1]
	}
	switch {
	case t.Points != nil:
		for k, p := range t.Points {
			put("point", "."+strconv.Itoa(k+1), p.Add).At = p.Value
		}
	case t.Indicator.Kind == indicator.Bool:
		put("yes", "", t.Options[1])
		put("no", "", t.Options[0])
	case t.counts():
		put("each", "", t.Each)
		put("from", "", t.From)
		put("to", "", t.To)
	default:
		for k := range t.Indicator.Options {
			o := &t.Indicator.Options[k]
			if v, ok := t.Options[o.No]; ok {
				put("option", "."+o.Code, v).Option = o
			}
		}
		put("other", "", t.Other)
	}
	if t.Missing != nil {
		put("missing", "", *t.Missing)
	}
	return all
}

// Addable returns the facts of families by which a model does not score yet
// and could.
func (m *Model) Addable(c *indicator.Catalogue) []*indicator.Indicator {
	var all []*indicator.Indicator
	for _, i := range c.Shared() {
		if i.Level == indicator.Family && scorable(i) && !slices.ContainsFunc(m.Terms, func(t Term) bool { return t.Indicator == i }) {
			all = append(all, i)
		}
	}
	return all
}

// scorable reports whether a score can rest on an indicator: not on a day, nor
// on what is computed from scores.
func scorable(i *indicator.Indicator) bool {
	if i.Derived && (i.Code == columnScore || i.Code == columnDecile || i.Code == columnDecileRegion) {
		return false
	}
	return i.Kind != indicator.Date
}

// Label says what a weight is of its term: of the family's fact, what it is
// for. The intercept has a name of its own.
func (w Weight) Label(l i18n.Lang) string {
	switch w.Part {
	case "":
		return i18n.T(l, "targeting.weight.intercept")
	case "option":
		return w.Option.Name.In(l)
	case "point":
		return i18n.T(l, "targeting.weight.point", "value", w.Term.Indicator.Format(w.At, l))
	}
	return i18n.T(l, "targeting.weight."+w.Part)
}

// WeightChange is a weight that two models do not share.
type WeightChange struct {
	Weight      // of the newer model where that has it
	Was, Is     int64
	Gone, Fresh bool // the newer, or the older, model does not have it
}

// Changes returns in which weights a model differs from an older one, in the
// order of the older one's file, what is new at the end.
func (m *Model) Changes(older *Model) []WeightChange {
	was, is := older.Weights(), m.Weights()
	find := func(all []Weight, place string) int {
		return slices.IndexFunc(all, func(w Weight) bool { return w.Place == place })
	}
	var all []WeightChange
	for _, w := range was {
		k := find(is, w.Place)
		switch {
		case k < 0:
			all = append(all, WeightChange{Weight: w, Was: w.Value, Gone: true})
		case is[k].Value != w.Value:
			all = append(all, WeightChange{Weight: is[k], Was: w.Value, Is: is[k].Value})
		}
	}
	for _, w := range is {
		if find(was, w.Place) < 0 {
			all = append(all, WeightChange{Weight: w, Is: w.Value, Fresh: true})
		}
	}
	return all
}
