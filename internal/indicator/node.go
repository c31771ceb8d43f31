package indicator

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/i18n"
)

// place is where something stands in a file.
type place struct {
	file         string
	line, column int
}

// faults gathers what is wrong with the files, so that all of it is shown at
// once, each with its place.
type faults []error

func (f *faults) add(p place, key string, args ...any) {
	*f = append(*f, fault.Invalid("indicator.load."+key,
		append([]any{"file", p.file, "line", p.line, "column", p.column}, args...)...))
}

func (f faults) join() error { return errors.Join(f...) }

// reader reads YAML nodes of one file, strictly: an unknown or doubled key
// or a wrong type is a fault, and reading goes on.
type reader struct {
	file   string
	faults *faults
}

func (r reader) at(n *yaml.Node) place { return place{r.file, n.Line, n.Column} }

// fields calls the function of each key of a mapping.
func (r reader) fields(n *yaml.Node, known map[string]func(*yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		r.faults.add(r.at(n), "not_mapping")
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		read, ok := known[k.Value]
		switch {
		case seen[k.Value]:
			r.faults.add(r.at(k), "doubled_key", "key", k.Value)
		case !ok:
			words := make([]string, 0, len(known))
			for w := range known {
				words = append(words, w)
			}
			sortStrings(words)
			r.faults.add(r.at(k), "unknown_key", "key", k.Value, "known", strings.Join(words, ", "))
		default:
			read(v)
		}
		seen[k.Value] = true
	}
}

// each calls f with every item of a list.
func (r reader) each(n *yaml.Node, f func(*yaml.Node)) {
	if n.Kind != yaml.SequenceNode {
		r.faults.add(r.at(n), "not_list")
		return
	}
	for _, item := range n.Content {
		f(item)
	}
}

// pairs calls f with every key and value of a mapping, in the file's order.
func (r reader) pairs(n *yaml.Node, f func(k, v *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		r.faults.add(r.at(n), "not_mapping")
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		f(n.Content[i], n.Content[i+1])
	}
}

func (r reader) text(into *string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if n.Kind != yaml.ScalarNode || strings.TrimSpace(n.Value) == "" {
			r.faults.add(r.at(n), "not_text")
			return
		}
		*into = n.Value
	}
}

func (r reader) number(into *int64) func(*yaml.Node) {
	return func(n *yaml.Node) {
		v, err := strconv.ParseInt(n.Value, 10, 64)
		if n.Kind != yaml.ScalarNode || err != nil {
			r.faults.add(r.at(n), "not_number", "value", n.Value)
			return
		}
		*into = v
	}
}

func (r reader) small(into *int) func(*yaml.Node) {
	return func(n *yaml.Node) {
		var v int64
		r.number(&v)(n)
		if v < 0 || v > maxNo {
			r.faults.add(r.at(n), "not_number", "value", n.Value)
			return
		}
		*into = int(v)
	}
}

func (r reader) bound(into **int64) func(*yaml.Node) {
	return func(n *yaml.Node) {
		v := new(int64)
		r.number(v)(n)
		*into = v
	}
}

func (r reader) truth(into *bool) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if err := n.Decode(into); err != nil {
			r.faults.add(r.at(n), "not_truth", "value", n.Value)
		}
	}
}

func (r reader) day(into *civil.Date) func(*yaml.Node) {
	return func(n *yaml.Node) {
		d, err := civil.Parse(n.Value)
		if err != nil {
			r.faults.add(r.at(n), "not_day", "value", n.Value)
			return
		}
		*into = d
	}
}

// phrase reads a text in both languages; both are required.
func (r reader) phrase(into *i18n.Text) func(*yaml.Node) {
	return func(n *yaml.Node) {
		r.fields(n, map[string]func(*yaml.Node){"id": r.text(&into.ID), "en": r.text(&into.EN)})
		if n.Kind == yaml.MappingNode && (into.ID == "" || into.EN == "") {
			r.faults.add(r.at(n), "language_missing")
		}
	}
}

func (r reader) word(into *int, of names) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if *into = of.number(n.Value); *into == 0 {
			r.faults.add(r.at(n), "unknown_word", "value", n.Value, "known", strings.Join(of, ", "))
		}
	}
}

// codeText reads a code: a letter, then letters, digits and underscores, all
// in lower case, as rules can say it.
func (r reader) codeText(into *string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		r.text(into)(n)
		for i, c := range []byte(*into) {
			if !(c >= 'a' && c <= 'z' || i > 0 && (c >= '0' && c <= '9' || c == '_')) {
				r.faults.add(r.at(n), "not_code", "value", fmt.Sprintf("%.40s", n.Value))
				*into = ""
				return
			}
		}
	}
}
