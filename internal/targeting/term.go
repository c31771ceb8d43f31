package targeting

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"gotong/internal/indicator"
)

// modelReader reads terms against the catalogue.
type modelReader struct {
	reader
	catalogue *indicator.Catalogue
}

func (r modelReader) term(m *Model, n *yaml.Node) {
	var t Term
	var options, when, missing *yaml.Node
	var set []string // which of the keys that go together are there
	note := func(key string, read func(*yaml.Node)) func(*yaml.Node) {
		return func(n *yaml.Node) {
			set = append(set, key)
			read(n)
		}
	}
	var yes, no int64
	r.fields(n, map[string]func(*yaml.Node){
		"indicator!": func(n *yaml.Node) { t.Indicator = r.indicator(n) },
		"each":       note("each", r.number(&t.Each, maxCoefficient)),
		"from":       note("from", r.number(&t.From, maxValue)),
		"to":         note("to", r.number(&t.To, maxValue)),
		"points":     note("points", func(n *yaml.Node) { t.Points = r.points(n) }),
		"yes":        note("yes", r.number(&yes, maxCoefficient)),
		"no":         note("no", r.number(&no, maxCoefficient)),
		"options":    note("options", func(n *yaml.Node) { options = n }),
		"other":      note("other", r.number(&t.Other, maxCoefficient)),
		"when":       func(n *yaml.Node) { when = n },
		"missing":    func(n *yaml.Node) { missing = n },
	})
	if t.Indicator == nil {
		return // said already
	}
	want := map[indicator.Kind]string{indicator.Bool: "yes, no", indicator.Choice: "options, other"}[t.Indicator.Kind]
	switch {
	case want != "":
	case slices.Contains(set, "points"):
		want = "points"
	default:
		want = "each, from, to"
	}
	if t.Indicator.Kind == indicator.Date || !sameWords(set, want) {
		r.bad(n, "term_keys", "indicator", t.Indicator.Code, "want", want)
		return
	}
	switch {
	case t.Indicator.Kind == indicator.Bool:
		t.Options = map[int64]int64{0: no, 1: yes}
	case options != nil:
		t.Options = r.options(t.Indicator, options)
	case t.Points != nil && !rising(t.Points):
		r.bad(n, "term_points", "indicator", t.Indicator.Code)
	case t.From > t.To:
		r.bad(n, "term_range", "indicator", t.Indicator.Code)
	}
	if when != nil {
		t.When = r.condition(when)
	}
	if missing != nil {
		t.Missing = new(int64)
		r.fields(missing, map[string]func(*yaml.Node){"add!": r.number(t.Missing, maxCoefficient), "source!": r.cited(&t.MissingSource)})
	}
	for _, o := range m.Terms {
		if o.Indicator == t.Indicator {
			r.bad(n, "term_twice", "indicator", t.Indicator.Code)
		}
	}
	m.Terms = append(m.Terms, t)
}

func sameWords(have []string, want string) bool {
	words := strings.Split(want, ", ")
	if len(have) != len(words) {
		return false
	}
	for _, w := range words {
		found := false
		for _, h := range have {
			found = found || h == w
		}
		if !found {
			return false
		}
	}
	return true
}

// indicator reads the code of a family's indicator. A score cannot rest on
// what is computed from scores.
func (r modelReader) indicator(n *yaml.Node) *indicator.Indicator {
	i, ok := r.catalogue.Lookup(indicator.Family, n.Value)
	if !ok {
		r.bad(n, "unknown_indicator", "code", n.Value, "nearest", r.catalogue.Nearest(indicator.Family, n.Value))
		return nil
	}
	switch i.Code {
	case columnScore, columnDecile, columnDecileRegion:
		if i.Derived { // and no survey's column of that name
			r.bad(n, "circular", "code", i.Code)
			return nil
		}
	}
	return i
}

func (r modelReader) options(i *indicator.Indicator, n *yaml.Node) map[int64]int64 {
	options := map[int64]int64{}
	known := map[string]func(*yaml.Node){}
	for _, o := range i.Options {
		known[o.Code] = func(n *yaml.Node) {
			var v int64
			r.number(&v, maxCoefficient)(n)
			options[o.No] = v
		}
	}
	if n.Kind == yaml.MappingNode {
		for k := 0; k < len(n.Content); k += 2 {
			if known[n.Content[k].Value] == nil {
				r.bad(n.Content[k], "unknown_option", "indicator", i.Code, "option", n.Content[k].Value)
				known[n.Content[k].Value] = func(*yaml.Node) {}
			}
		}
	}
	r.fields(n, known)
	return options
}

func (r modelReader) condition(n *yaml.Node) *Condition {
	if n.Kind != yaml.MappingNode || len(n.Content) != 2 {
		r.bad(n, "condition")
		return nil
	}
	c := &Condition{Indicator: r.indicator(n.Content[0])}
	if c.Indicator == nil {
		return nil
	}
	r.each(n.Content[1], func(n *yaml.Node) {
		v, err := c.Indicator.Parse(n.Value)
		if err != nil {
			r.bad(n, "unknown_option", "indicator", c.Indicator.Code, "option", n.Value)
			return
		}
		c.Values = append(c.Values, v)
	})
	return c
}
