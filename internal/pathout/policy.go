package pathout

import (
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/indicator"
	"gotong/internal/programme"
	"gotong/internal/rule"
)

// Policy is what the office holds to be needs and sensible next steps.
type Policy struct {
	Date   civil.Date
	Source i18n.Text
	Params []Param
	Needs  []Need
	Steps  []Step
}

// Param is a number that rules rest on.
type Param struct {
	rule.Param
	Label  i18n.Text
	From   civil.Date
	Source i18n.Text
}

// Held is something that the office's own record shows, whatever a family said.
type Held string

// HeldAccount is a bank account on record that is not closed.
const HeldAccount Held = "account"

// Need is something that a family should have.
type Need struct {
	Code string
	Name i18n.Text
	Met  *rule.Rule
}

// Step is something to do next.
type Step struct {
	ID       string
	Strategy programme.Effect
	When     *rule.Rule
	Unless   Held // on record, and then the step does not fit; empty for nothing
	Suggest  i18n.Text
	Who      i18n.Text
}

const policyFile = "pathout.yaml"

// Load reads pathout.yaml. What is wrong is returned as rule.Problems, each
// with file, line and column.
func Load(c *indicator.Catalogue, files fs.FS) (*Policy, error) {
	text, err := fs.ReadFile(files, policyFile)
	if err != nil {
		return nil, fmt.Errorf("pathout: %w", err)
	}
	return Parse(c, policyFile, text)
}

// Parse reads a policy.
func Parse(c *indicator.Catalogue, file string, text []byte) (*Policy, error) {
	r := &reader{file: file}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil || len(doc.Content) == 0 {
		return nil, rule.Problems{fault.Invalid("pathout.load.not_yaml", "at", file).Because(err)}
	}
	p := &Policy{}
	var needs, steps *yaml.Node
	top := doc.Content[0]
	r.fields(top, map[string]func(*yaml.Node){
		"date": r.day(&p.Date), "source": r.cited(&p.Source),
		"params": func(n *yaml.Node) { r.params(n, p) },
		"needs":  func(n *yaml.Node) { needs = n },
		"steps":  func(n *yaml.Node) { steps = n },
	}, "date", "source", "needs", "steps")
	var params []rule.Param
	for _, q := range p.Params {
		params = append(params, q.Param)
	}
	env, err := rule.NewEnv(c, params)
	if err != nil {
		return nil, fmt.Errorf("pathout: %w", err)
	}
	r.env = env
	r.each(needs, func(n *yaml.Node) { p.Needs = append(p.Needs, r.need(n)) })
	r.each(steps, func(n *yaml.Node) { p.Steps = append(p.Steps, r.step(n)) })
	if r.failed != nil {
		return nil, r.failed
	}
	if len(r.problems) > 0 {
		return nil, r.problems
	}
	return p, nil
}

// reader reads YAML nodes, strictly, and gathers all that is wrong.
type reader struct {
	file     string
	env      *rule.Env
	problems rule.Problems
	failed   error
}

func (r *reader) bad(n *yaml.Node, key string, args ...any) {
	r.problems = append(r.problems, fault.Invalid("pathout.load."+key, append([]any{
		"at", rule.At(r.file, n.Line, n.Column, "")}, args...)...))
}

func (r *reader) fields(n *yaml.Node, known map[string]func(*yaml.Node), required ...string) {
	if n.Kind != yaml.MappingNode {
		r.bad(n, "not_mapping")
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		if read, ok := known[k.Value]; ok && !seen[k.Value] {
			read(n.Content[i+1])
		} else {
			r.bad(k, "unknown_key", "key", k.Value)
		}
		seen[k.Value] = true
	}
	for _, key := range required {
		if !seen[key] {
			r.bad(n, "missing_key", "key", key)
		}
	}
}

func (r *reader) each(n *yaml.Node, fn func(*yaml.Node)) {
	if n == nil {
		return
	}
	if n.Kind != yaml.SequenceNode {
		r.bad(n, "not_list")
		return
	}
	for _, item := range n.Content {
		fn(item)
	}
}

func (r *reader) text(into *string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if n.Kind != yaml.ScalarNode || strings.TrimSpace(n.Value) == "" {
			r.bad(n, "not_text")
			return
		}
		*into = n.Value
	}
}

func (r *reader) phrase(into *i18n.Text) func(*yaml.Node) {
	return func(n *yaml.Node) {
		r.fields(n, map[string]func(*yaml.Node){"id": r.text(&into.ID), "en": r.text(&into.EN)}, "id", "en")
	}
}

// cited reads the title of a source: in both languages, or one text for both.
func (r *reader) cited(into *i18n.Text) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if n.Kind == yaml.MappingNode {
			r.phrase(into)(n)
			return
		}
		var title string
		r.text(&title)(n)
		*into = i18n.Both(title)
	}
}

func (r *reader) day(into *civil.Date) func(*yaml.Node) {
	return func(n *yaml.Node) {
		d, err := civil.Parse(n.Value)
		if err != nil {
			r.bad(n, "not_day", "value", n.Value)
			return
		}
		*into = d
	}
}

// params reads the numbers, each with its day and source.
func (r *reader) params(n *yaml.Node, p *Policy) {
	if n.Kind != yaml.MappingNode {
		r.bad(n, "not_mapping")
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		q := Param{Param: rule.Param{Name: n.Content[i].Value, Kind: rule.Number}}
		var value, decimals string
		v := n.Content[i+1]
		r.fields(v, map[string]func(*yaml.Node){
			"value": r.text(&value), "decimals": r.text(&decimals), "unit": r.text(&q.Unit),
			"name": r.phrase(&q.Label), "from": r.day(&q.From), "source": r.cited(&q.Source),
		}, "value", "name", "from", "source")
		var ok bool
		if q.Decimals, ok = whole(decimals); !ok {
			r.bad(v, "not_number", "value", decimals)
		}
		if q.Value, ok = scaled(value, q.Decimals); !ok {
			r.bad(v, "not_number", "value", value)
		}
		p.Params = append(p.Params, q)
	}
}

func whole(s string) (int, bool) {
	if s == "" {
		return 0, true
	}
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= 0 && n <= 9
}

// scaled reads a number with at most so many decimals as a whole number of
// their smallest part.
func scaled(s string, decimals int) (int64, bool) {
	before, after, _ := strings.Cut(s, ".")
	if len(after) > decimals {
		return 0, false
	}
	v, err := strconv.ParseInt(before+after+strings.Repeat("0", decimals-len(after)), 10, 64)
	return v, err == nil
}

func (r *reader) need(n *yaml.Node) Need {
	var x Need
	r.fields(n, map[string]func(*yaml.Node){"code": r.text(&x.Code), "name": r.phrase(&x.Name), "met": r.rule(&x.Met)}, "code", "name", "met")
	return x
}

func (r *reader) step(n *yaml.Node) Step {
	var x Step
	var strategy, unless string
	r.fields(n, map[string]func(*yaml.Node){
		"unless": r.text(&unless),
		"id":     r.text(&x.ID), "strategy": r.text(&strategy), "when": r.rule(&x.When), "suggest": r.phrase(&x.Suggest), "who": r.phrase(&x.Who),
	}, "id", "strategy", "when", "suggest", "who")
	x.Strategy = programme.Effect(strategy)
	if strategy != "" && x.Strategy != programme.RaiseIncome && x.Strategy != programme.ReduceSpending {
		r.bad(n, "strategy", "value", strategy)
	}
	if x.Unless = Held(unless); unless != "" && x.Unless != HeldAccount {
		r.bad(n, "unless", "value", unless)
	}
	return x
}

// rule compiles a rule asked of the family; the places of its problems are
// those of the scalar.
func (r *reader) rule(into **rule.Rule) func(*yaml.Node) {
	return func(n *yaml.Node) {
		column := n.Column
		if n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
			column++
		}
		compiled, err := r.env.Compile(rule.Source{Text: n.Value, File: r.file,
			Place: func(offset int) (int, int) { return n.Line, column + offset }}, rule.Family, rule.Bool)
		if p, ok := rule.AsProblems(err); ok {
			r.problems = append(r.problems, p...)
		} else if err != nil && r.failed == nil {
			r.failed = fmt.Errorf("pathout: %w", err)
		}
		*into = compiled
	}
}
