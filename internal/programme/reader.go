package programme

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"gotong/internal/civil"
	"gotong/internal/i18n"
	"gotong/internal/rule"
)

// reader reads the nodes of one file and collects what is wrong with them.
type reader struct {
	file     string
	lines    []string
	clause   string // the part of the file that is being read, for messages
	problems rule.Problems
}

func newReader(file string, text []byte) *reader {
	return &reader{file: file, lines: strings.Split(string(text), "\n")}
}

var yamlLine = regexp.MustCompile(`line (\d+)`)

// document parses the text and returns its top node, or nil.
func (r *reader) document(text []byte) *yaml.Node {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		line := 1
		if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
			line, _ = strconv.Atoi(m[1]) // digits, by the pattern
		}
		r.at(line, 1, "programme.syntax", "detail", strings.TrimPrefix(err.Error(), "yaml: "))
		return nil
	}
	if len(doc.Content) == 0 {
		r.at(1, 1, "programme.empty")
		return nil
	}
	return doc.Content[0]
}

func (r *reader) at(line, column int, key string, args ...any) {
	src := rule.Source{File: r.file, Clause: r.clause, Place: func(int) (int, int) { return line, column }}
	r.problems = append(r.problems, src.Problem(0, key, args...))
}

// problem notes what is wrong at a node.
func (r *reader) problem(n *yaml.Node, key string, args ...any) {
	r.at(n.Line, n.Column, key, args...)
}

// within reads a part of the file under a name for messages.
func (r *reader) within(clause string, read func()) {
	before := r.clause
	r.clause = clause
	read()
	r.clause = before
}

// source returns a scalar as the source of a rule.
func (r *reader) source(n *yaml.Node) rule.Source {
	places := spots(r.lines, n)
	return rule.Source{Text: n.Value, File: r.file, Clause: r.clause, Place: func(offset int) (int, int) {
		p := places[min(offset, len(places)-1)]
		return p.line, p.column
	}}
}

// reads are the keys that a mapping may have and what reads each.
type reads map[string]func(*yaml.Node)

// mapping reads the keys of a mapping in the file's order. Those that must be
// there and are not, and those that nobody knows, are problems.
func (r *reader) mapping(n *yaml.Node, known reads, required ...string) {
	n = followed(n)
	if n.Kind != yaml.MappingNode {
		r.problem(n, "programme.not_mapping", "keys", keysOf(known))
		return
	}
	var seen []string
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], followed(n.Content[i+1])
		read, ok := known[k.Value]
		switch {
		case !ok:
			r.unknownKey(k, known)
		case slices.Contains(seen, k.Value):
			r.problem(k, "programme.key_twice", "key", k.Value)
		default:
			read(v)
		}
		seen = append(seen, k.Value)
	}
	for _, key := range required {
		if !slices.Contains(seen, key) {
			r.problem(n, "programme.key_missing", "key", key)
		}
	}
}

func keysOf(known reads) string {
	keys := make([]string, 0, len(known))
	for k := range known {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return strings.Join(keys, ", ")
}

func (r *reader) unknownKey(k *yaml.Node, known reads) {
	keys := strings.Split(keysOf(known), ", ")
	if near := rule.Nearest(k.Value, keys); near != "" {
		r.problem(k, "programme.key_unknown_near", "key", k.Value, "suggestion", near)
		return
	}
	r.problem(k, "programme.key_unknown", "key", k.Value, "keys", keysOf(known))
}

// followed returns the node that an alias stands for.
func followed(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// each reads the items of a list.
func (r *reader) each(n *yaml.Node, read func(*yaml.Node)) {
	if n.Kind != yaml.SequenceNode {
		r.problem(n, "programme.not_list")
		return
	}
	for _, item := range n.Content {
		read(followed(item))
	}
}

// pairs reads the keys and values of a mapping whose keys are the file's own.
func (r *reader) pairs(n *yaml.Node, read func(k, v *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		r.problem(n, "programme.not_mapping", "keys", "…")
		return
	}
	var seen []string
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		if slices.Contains(seen, k.Value) {
			r.problem(k, "programme.key_twice", "key", k.Value)
			continue
		}
		seen = append(seen, k.Value)
		read(k, followed(n.Content[i+1]))
	}
}

// text reads a scalar that is not empty.
func (r *reader) text(into *string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if n.Kind != yaml.ScalarNode || strings.TrimSpace(n.Value) == "" {
			r.problem(n, "programme.not_text")
			return
		}
		*into = n.Value
	}
}

var code = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// code reads a word of small letters, digits and low lines.
func (r *reader) code(into *string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if n.Kind != yaml.ScalarNode || !code.MatchString(n.Value) {
			r.problem(n, "programme.not_code", "value", n.Value)
			return
		}
		*into = n.Value
	}
}

// word reads one of the words allowed.
func word[T ~string](r *reader, into *T, allowed []string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if !slices.Contains(allowed, n.Value) {
			r.problem(n, "programme.not_word", "value", n.Value, "allowed", strings.Join(allowed, ", "))
			return
		}
		*into = T(n.Value)
	}
}

// words reads a list of words allowed.
func words[T ~string](r *reader, into *[]T, allowed []string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		r.each(n, func(item *yaml.Node) {
			var w T
			if word(r, &w, allowed)(item); w != "" {
				*into = append(*into, w)
			}
		})
	}
}

// phrase reads a text in both languages.
func (r *reader) phrase(into *i18n.Text) func(*yaml.Node) {
	return func(n *yaml.Node) {
		r.mapping(n, reads{"id": r.text(&into.ID), "en": r.text(&into.EN)}, "id", "en")
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
		if err != nil || n.Kind != yaml.ScalarNode {
			r.problem(n, "programme.not_date", "value", n.Value)
			return
		}
		*into = d
	}
}

// period reads {from: …, to: …}, of which from must be there.
func (r *reader) period(into *Period) func(*yaml.Node) {
	return func(n *yaml.Node) {
		var to civil.Date
		r.mapping(n, reads{
			"from": r.day(&into.From),
			"to": func(v *yaml.Node) {
				r.day(&to)(v)
				into.To = &to
			},
		}, "from")
		if into.To != nil && *into.To < into.From {
			r.problem(n, "programme.period_backwards", "from", into.From, "to", *into.To)
		}
	}
}

// whole reads a whole number that is at least least.
func (r *reader) whole(into *int64, least int64) func(*yaml.Node) {
	return func(n *yaml.Node) {
		v, err := strconv.ParseInt(n.Value, 10, 64)
		if err != nil || n.Kind != yaml.ScalarNode {
			r.problem(n, "programme.not_whole", "value", n.Value)
			return
		}
		if v < least {
			r.problem(n, "programme.too_small", "value", v, "least", least)
			return
		}
		*into = v
	}
}
