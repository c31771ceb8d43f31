package targeting

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"gotong/internal/civil"
	"gotong/internal/decree"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/indicator"
)

// ModelEdit is what a what-if changes in a scoring model. Applied with a day
// and a basis it is the file of a new model.
type ModelEdit struct {
	Model   string           `json:"model,omitempty"`   // code; of a what-if empty for the first of the ranking
	Weights map[string]int64 `json:"weights,omitempty"` // by Weight.Place
	Remove  []string         `json:"remove,omitempty"`  // terms, by indicator
	Add     []string         `json:"add,omitempty"`     // indicators, whose terms add nothing until weights are given
}

// Empty reports whether nothing is changed.
func (e ModelEdit) Empty() bool { return len(e.Weights) == 0 && len(e.Remove) == 0 && len(e.Add) == 0 }

// Edited returns the model as it would be. It returns fault.Invalid for a
// weight, term or indicator that is not there and for a number too large,
// with its place, and rule.Problems for a model that cannot be.
func (m *Model) Edited(c *indicator.Catalogue, e ModelEdit) (*Model, error) {
	if e.Empty() {
		return m, nil
	}
	return m.edited(c, e, nil)
}

// Next returns the model that follows from an edit, with its own code and
// file: dated and sourced by the basis. What the survey of the old one
// measured is not said of the new one.
func (m *Model) Next(c *indicator.Catalogue, e ModelEdit, b decree.Basis) (*Model, error) {
	if b.From <= m.From {
		return nil, fault.Invalid("targeting.edit.too_early", "from", m.From)
	}
	return m.edited(c, e, &b)
}

func (m *Model) edited(c *indicator.Catalogue, e ModelEdit, b *decree.Basis) (*Model, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(m.Text, &doc); err != nil || len(doc.Content) == 0 {
		return nil, fmt.Errorf("targeting: model %s: reading it again: %w", m.Code, err)
	}
	x := modelEditor{model: m, catalogue: c, top: doc.Content[0]}
	if err := x.apply(e); err != nil {
		return nil, err
	}
	code := m.Code
	if b != nil {
		code = m.nextCode(b.From)
		x.head(code, *b)
	}
	var out bytes.Buffer
	w := yaml.NewEncoder(&out)
	w.SetIndent(2)
	if err := w.Encode(&doc); err != nil {
		return nil, fmt.Errorf("targeting: model %s: writing it anew: %w", m.Code, err)
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	next, problems := ParseModel(c, code+".yaml", out.Bytes())
	if len(problems) > 0 {
		return nil, problems
	}
	return next, nil
}

// nextCode names a model after the first day of its change.
func (m *Model) nextCode(from civil.Date) string {
	code := m.Code
	if own := "_" + compact(m.From); strings.HasSuffix(code, own) {
		code = strings.TrimSuffix(code, own)
	}
	return code + "_" + compact(from)
}

func compact(d civil.Date) string { return strings.ReplaceAll(d.String(), "-", "") }

// modelEditor changes the tree of a model's file.
type modelEditor struct {
	model     *Model
	catalogue *indicator.Catalogue
	top       *yaml.Node
}

func (x *modelEditor) apply(e ModelEdit) error {
	terms := under(x.top, "terms")
	for _, code := range e.Remove {
		at := slices.IndexFunc(terms.Content, func(n *yaml.Node) bool { return wordOf(under(n, "indicator")) == code })
		if at < 0 {
			return fault.Invalid("targeting.edit.no_term", "indicator", code)
		}
		terms.Content = slices.Delete(terms.Content, at, at+1)
	}
	for _, code := range e.Add {
		n, err := x.term(code)
		if err != nil {
			return err
		}
		if x.find(code) != nil {
			return fault.Invalid("targeting.edit.term_there", "indicator", code)
		}
		terms.Content = append(terms.Content, n)
	}
	for _, place := range slices.Sorted(maps.Keys(e.Weights)) {
		if err := x.weigh(place, e.Weights[place]); err != nil {
			return err
		}
	}
	return nil
}

func (x *modelEditor) find(code string) *yaml.Node {
	for _, n := range under(x.top, "terms").Content {
		if wordOf(under(n, "indicator")) == code {
			return n
		}
	}
	return nil
}

// term is a new term, which adds nothing.
func (x *modelEditor) term(code string) (*yaml.Node, error) {
	i, ok := x.catalogue.Lookup(indicator.Family, code)
	if !ok || !scorable(i) {
		return nil, fault.Invalid("targeting.edit.no_indicator", "indicator", code, "nearest", x.catalogue.Nearest(indicator.Family, code))
	}
	n := mapping("indicator", code)
	switch i.Kind {
	case indicator.Bool:
		put(n, "yes", whole(0))
		put(n, "no", whole(0))
	case indicator.Choice:
		options := mapping()
		for _, o := range i.Options {
			put(options, o.Code, whole(0))
		}
		put(n, "options", options)
		put(n, "other", whole(0))
	default:
		from, to := int64(0), int64(maxValue)
		if i.Min != nil {
			from = max(*i.Min, -maxValue)
		}
		if i.Max != nil {
			to = min(*i.Max, maxValue)
		}
		put(n, "each", whole(0))
		put(n, "from", whole(from))
		put(n, "to", whole(max(from, to)))
	}
	return n, nil
}

// weigh gives one weight another value.
func (x *modelEditor) weigh(place string, v int64) error {
	most := int64(maxCoefficient)
	if strings.HasSuffix(place, ".from") || strings.HasSuffix(place, ".to") {
		most = maxValue
	}
	if v < -most || v > most {
		return fault.Invalid("targeting.edit.too_large", "place", place, "most", most)
	}
	if place == intercept {
		put(x.top, intercept, whole(v))
		return nil
	}
	code, part, _ := strings.Cut(place, ".")
	n := x.find(code)
	if n == nil {
		return fault.Invalid("targeting.edit.no_term", "indicator", code)
	}
	part, which, _ := strings.Cut(part, ".")
	switch {
	case part == "point":
		k, err := strconv.Atoi(which)
		points := under(n, "points")
		if err != nil || points == nil || k < 1 || k > len(points.Content) || len(points.Content[k-1].Content) != 2 {
			return noWeight(place)
		}
		points.Content[k-1].Content[1] = whole(v)
	case part == "option":
		options := under(n, "options")
		if i, ok := x.catalogue.Lookup(indicator.Family, code); options == nil || !ok || !slices.ContainsFunc(i.Options, func(o indicator.Option) bool { return o.Code == which }) {
			return noWeight(place)
		}
		put(options, which, whole(v))
	case part == "missing":
		if m := under(n, "missing"); m != nil {
			put(m, "add", whole(v))
			break
		}
		m := mapping()
		put(m, "add", whole(v))
		put(m, "source", phrase(i18n.T(i18n.ID, "targeting.edit.chosen"), i18n.T(i18n.EN, "targeting.edit.chosen")))
		put(n, "missing", m)
	case which == "" && under(n, part) != nil && slices.Contains([]string{"each", "from", "to", "yes", "no", "other"}, part):
		put(n, part, whole(v))
	default:
		return noWeight(place)
	}
	return nil
}

func noWeight(place string) error { return fault.Invalid("targeting.edit.no_weight", "place", place) }

// head dates and sources the file.
func (x *modelEditor) head(code string, b decree.Basis) {
	put(x.top, "code", word(code))
	put(x.top, "name", phrase(i18n.T(i18n.ID, "targeting.edit.name", "name", x.model.Name.ID, "from", b.From), i18n.T(i18n.EN, "targeting.edit.name", "name", x.model.Name.EN, "from", b.From)))
	put(x.top, "source", phrase(i18n.T(i18n.ID, "targeting.edit.source", "title", b.Title, "source", x.model.Source.ID), i18n.T(i18n.EN, "targeting.edit.source", "title", b.Title, "source", x.model.Source.EN)))
	put(x.top, "date", &yaml.Node{Kind: yaml.ScalarNode, Value: b.On.String()})
	put(x.top, "in_force", mapping("from", b.From.String()))
	for i := 0; i+1 < len(x.top.Content); i += 2 {
		if x.top.Content[i].Value == "survey" {
			x.top.Content = slices.Delete(x.top.Content, i, i+2)
			break
		}
	}
}

// under returns the value of a key of a mapping; nil where there is none.
func under(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// put gives a key of a mapping another value, or adds it.
func put(n *yaml.Node, key string, v *yaml.Node) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			n.Content[i+1] = v
			return
		}
	}
	k := &yaml.Node{Kind: yaml.ScalarNode, Value: key}
	if key == "yes" || key == "no" { // else some readers take it for a truth
		k.Style = yaml.DoubleQuotedStyle
	}
	n.Content = append(n.Content, k, v)
}

func wordOf(n *yaml.Node) string {
	if n == nil {
		return ""
	}
	return n.Value
}

func mapping(pairs ...string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
	for i := 0; i+1 < len(pairs); i += 2 {
		put(n, pairs[i], &yaml.Node{Kind: yaml.ScalarNode, Value: pairs[i+1]})
	}
	return n
}

func whole(v int64) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: strconv.FormatInt(v, 10)}
}

func word(s string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Style: yaml.DoubleQuotedStyle, Value: s}
}

func phrase(id, en string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode}
	put(n, "id", word(id))
	put(n, "en", word(en))
	return n
}
