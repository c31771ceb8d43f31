package targeting

import (
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/rule"
)

// reader reads YAML nodes of one file, strictly, and gathers all that is
// wrong with it, each with its place.
type reader struct {
	file     string
	problems *rule.Problems
}

func (r reader) bad(n *yaml.Node, key string, args ...any) {
	*r.problems = append(*r.problems, fault.Invalid("targeting.load."+key, append([]any{
		"at", rule.At(r.file, n.Line, n.Column, ""), "file", r.file, "line", n.Line, "column", n.Column}, args...)...))
}

// fields calls the function of each key of a mapping, and names every
// required key (one that ends in "!") that is not there.
func (r reader) fields(n *yaml.Node, known map[string]func(*yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		r.bad(n, "not_mapping")
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		read, ok := known[k.Value]
		if !ok {
			read, ok = known[k.Value+"!"]
		}
		switch {
		case seen[k.Value]:
			r.bad(k, "doubled_key", "key", k.Value)
		case !ok:
			r.bad(k, "unknown_key", "key", k.Value)
		default:
			read(v)
		}
		seen[k.Value] = true
	}
	for name := range known {
		if required, ok := strings.CutSuffix(name, "!"); ok && !seen[required] {
			r.bad(n, "missing_key", "key", required)
		}
	}
}

func (r reader) each(n *yaml.Node, f func(*yaml.Node)) {
	if n.Kind != yaml.SequenceNode {
		r.bad(n, "not_list")
		return
	}
	for _, item := range n.Content {
		f(item)
	}
}

func (r reader) text(into *string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if n.Kind != yaml.ScalarNode || strings.TrimSpace(n.Value) == "" {
			r.bad(n, "not_text")
			return
		}
		*into = n.Value
	}
}

func (r reader) phrase(into *i18n.Text) func(*yaml.Node) {
	return func(n *yaml.Node) {
		r.fields(n, map[string]func(*yaml.Node){"id!": r.text(&into.ID), "en!": r.text(&into.EN)})
	}
}

// cited reads the title of a source: in both languages, or one text for both.
func (r reader) cited(into *i18n.Text) func(*yaml.Node) {
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

func (r reader) day(into *civil.Date) func(*yaml.Node) {
	return func(n *yaml.Node) {
		d, err := civil.Parse(n.Value)
		if err != nil {
			r.bad(n, "not_day", "value", n.Value)
			return
		}
		*into = d
	}
}

// number reads a whole number within ±limit.
func (r reader) number(into *int64, limit int64) func(*yaml.Node) {
	return func(n *yaml.Node) {
		v, err := strconv.ParseInt(n.Value, 10, 64)
		if n.Kind != yaml.ScalarNode || err != nil || v < -limit || v > limit {
			r.bad(n, "not_number", "value", fmt.Sprintf("%.40s", n.Value), "limit", limit)
			return
		}
		*into = v
	}
}

// area reads an area code of 2, 4, 6 or 10 digits, or * for the nation.
func (r reader) area(into *string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		s := n.Value
		if s == "*" {
			*into = ""
			return
		}
		if strings.Trim(s, "0123456789") != "" || len(s) != 2 && len(s) != 4 && len(s) != 6 && len(s) != 10 {
			r.bad(n, "not_area", "value", fmt.Sprintf("%.40s", s))
			return
		}
		*into = s
	}
}
