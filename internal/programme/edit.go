package programme

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"gotong/internal/decree"
	"gotong/internal/fault"
	"gotong/internal/rule"
)

// Edit is what a what-if changes in a programme's file. Applied with a day
// and a basis it is the file of a new version.
type Edit struct {
	Params map[string]string `json:"params,omitempty"` // by name, written as in the file; of a list, with commas
	Rules  map[string]string `json:"rules,omitempty"`  // by id of a clause or an exclusion
	// Quota is the limit of the nation, or of every area that the file does
	// not list by itself; nil changes nothing.
	Quota *int64 `json:"quota,omitempty"`
}

// Empty reports whether nothing is changed.
func (e Edit) Empty() bool { return len(e.Params) == 0 && len(e.Rules) == 0 && e.Quota == nil }

// basisID names the basis among the sources of a file.
const basisID = "basis_of_change"

// Edited returns the programme as it would be. What is wrong comes back as
// rule.Problems; places in a rule that the edit brings are lines and columns
// of that rule, not of the file.
func (p *Programme) Edited(e Edit) (*Programme, error) { return p.edited(e, nil) }

// Next returns the version that follows from an edit, with its own file: what
// the edit changes is dated and sourced by the basis.
func (p *Programme) Next(e Edit, b decree.Basis) (*Programme, error) {
	if b.From <= p.InForce.From {
		return nil, fault.Invalid("programme.next_too_early", "from", p.InForce.From)
	}
	return p.edited(e, &b)
}

func (p *Programme) edited(e Edit, b *decree.Basis) (*Programme, error) {
	if e.Empty() && b == nil {
		return p, nil
	}
	text, err := p.editedText(e, b)
	if err != nil {
		return nil, err
	}
	q, problems, err := parse(p.origin.catalogue, p.nextFile(b), text, nil, p.origin.kept)
	if err != nil {
		return nil, fmt.Errorf("programme: %s: %w", p.File, err)
	}
	if len(problems) > 0 {
		return nil, relocated(rule.InOrder(problems), text, e)
	}
	return q, nil
}

// Read reads the file of one programme, for a version that was kept.
func (p *Programme) Read(file string, text []byte) (*Programme, error) {
	q, problems, err := parse(p.origin.catalogue, file, text, nil, false)
	if err != nil {
		return nil, fmt.Errorf("programme: %s: %w", file, err)
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return q, nil
}

func (p *Programme) nextFile(b *decree.Basis) string {
	if b == nil {
		return p.File
	}
	return p.Code + "_" + b.From.String() + ".yaml"
}

// editedText writes the file anew with the changes in it.
func (p *Programme) editedText(e Edit, b *decree.Basis) ([]byte, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(p.origin.text, &doc); err != nil || len(doc.Content) == 0 {
		return nil, fmt.Errorf("programme: %s: reading it again: %w", p.File, err)
	}
	top := doc.Content[0]
	for _, name := range slices.Sorted(maps.Keys(e.Params)) {
		if err := p.editParam(top, name, e.Params[name], b); err != nil {
			return nil, err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(e.Rules)) {
		when := clauseRule(top, id)
		if when == nil {
			return nil, fault.NotFound("programme.no_clause", "id", id, "code", p.Code)
		}
		when.Value, when.Style, when.Tag = strings.ReplaceAll(e.Rules[id], "\r\n", "\n"), yaml.DoubleQuotedStyle, "!!str"
		if strings.Contains(when.Value, "\n") && !strings.ContainsRune(when.Value, '\t') {
			when.Style = yaml.LiteralStyle
		}
	}
	if e.Quota != nil {
		if err := p.editQuota(top, *e.Quota, b); err != nil {
			return nil, err
		}
	}
	if b != nil {
		period := pair("from", b.From.String())
		if p.InForce.To != nil {
			period = append(period, pair("to", p.InForce.To.String())...)
		}
		set(top, "in_force", flow(period...))
		title := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Style: yaml.DoubleQuotedStyle, Value: b.Title}
		set(child(top, "sources"), basisID, flow(slices.Concat([]*yaml.Node{scalar("title"), title}, quoted("published", b.On.String()), pair("confidence", string(Confirmed)))...))
	}
	var out bytes.Buffer
	w := yaml.NewEncoder(&out)
	w.SetIndent(2)
	if err := w.Encode(&doc); err != nil {
		return nil, fmt.Errorf("programme: %s: writing it anew: %w", p.File, err)
	}
	return out.Bytes(), w.Close()
}

func (p *Programme) editParam(top *yaml.Node, name, value string, b *decree.Basis) error {
	at := slices.IndexFunc(p.Params, func(q Param) bool { return q.Name == name })
	n := followedOrNil(child(child(top, "params"), name))
	if at < 0 || n == nil {
		return fault.NotFound("programme.no_param", "name", name, "code", p.Code)
	}
	v := &yaml.Node{Kind: yaml.ScalarNode, Value: strings.TrimSpace(value)}
	if p.Params[at].List {
		v = &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
		for _, item := range strings.Split(value, ",") {
			if item = strings.TrimSpace(item); item != "" {
				v.Content = append(v.Content, scalar(item))
			}
		}
	}
	set(n, "value", v)
	if b != nil {
		set(n, "in_force", flow(pair("from", b.From.String())...))
		set(n, "source", scalar(basisID))
	}
	return nil
}

func (p *Programme) editQuota(top *yaml.Node, limit int64, b *decree.Basis) error {
	n := followedOrNil(child(top, "quota"))
	if n == nil {
		return fault.Invalid("programme.no_quota", "code", p.Code)
	}
	if limit < 0 {
		return fault.Invalid("programme.quota_negative", "value", limit)
	}
	number := &yaml.Node{Kind: yaml.ScalarNode, Value: strconv.FormatInt(limit, 10)}
	if t := child(n, "table"); p.Quota.By == "nation" && t != nil {
		set(t, "nation", number)
	} else {
		set(n, "default", number)
	}
	if b != nil {
		set(n, "in_force", flow(pair("from", b.From.String())...))
		set(n, "source", scalar(basisID))
	}
	return nil
}

// child returns the value of a key; nil where there is none.
func child(n *yaml.Node, key string) *yaml.Node {
	if n = followedOrNil(n); n == nil {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

func followedOrNil(n *yaml.Node) *yaml.Node {
	if n == nil {
		return nil
	}
	return followed(n)
}

// set gives a key another value, or adds it.
func set(n *yaml.Node, key string, v *yaml.Node) {
	n = followed(n)
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			n.Content[i+1] = v
			return
		}
	}
	n.Content = append(n.Content, scalar(key), v)
}

// clauseRule returns the rule of a clause or an exclusion.
func clauseRule(top *yaml.Node, id string) *yaml.Node {
	for _, part := range []string{"eligible", "exclude"} {
		list := followedOrNil(child(top, part))
		if list == nil {
			continue
		}
		for _, item := range list.Content {
			if x := child(item, "id"); x != nil && x.Value == id {
				return followedOrNil(child(item, "when"))
			}
		}
	}
	return nil
}

func scalar(s string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Value: s} }

func pair(key, value string) []*yaml.Node { return []*yaml.Node{scalar(key), scalar(value)} }

func quoted(key, value string) []*yaml.Node {
	return []*yaml.Node{scalar(key), {Kind: yaml.ScalarNode, Tag: "!!str", Style: yaml.DoubleQuotedStyle, Value: value}}
}

func flow(content ...*yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle, Content: content}
}

// relocated gives problems of an edited rule their places in that rule.
func relocated(problems rule.Problems, text []byte, e Edit) rule.Problems {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil || len(doc.Content) == 0 {
		return problems
	}
	lines := strings.Split(string(text), "\n")
	out := slices.Clone(problems)
	for i, x := range out {
		id, line, column := placeOf(x)
		when := clauseRule(doc.Content[0], id)
		if _, edited := e.Rules[id]; !edited || when == nil {
			continue
		}
		at := slices.Index(spots(lines, when), spot{line, column})
		if at < 0 {
			continue
		}
		src := rule.Source{Text: when.Value, Clause: id}
		out[i] = src.Problem(at, x.Key, x.Args[10:]...)
	}
	return out
}

// placeOf returns the place that a problem names.
func placeOf(x *fault.Error) (clause string, line, column int) {
	for i := 0; i+1 < len(x.Args); i += 2 {
		switch x.Args[i] {
		case "line":
			line, _ = x.Args[i+1].(int)
		case "column":
			column, _ = x.Args[i+1].(int)
		case "clause":
			clause, _ = x.Args[i+1].(string)
		}
	}
	return clause, line, column
}

// ClauseOf returns the clause that a problem is in, "" where it is in none:
// params.NAME, quota, or the id of a clause or an exclusion.
func ClauseOf(x *fault.Error) string {
	clause, _, _ := placeOf(x)
	return clause
}
