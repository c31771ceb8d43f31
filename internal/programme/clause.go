package programme

import (
	"go.yaml.in/yaml/v3"

	"gotong/internal/i18n"
	"gotong/internal/rule"
)

// compile reads a rule; nil where there are problems.
func (d *document) compile(n *yaml.Node, of rule.Subject, want rule.Kind) *rule.Rule {
	if n.Kind != yaml.ScalarNode {
		d.problem(n, "programme.not_text")
		return nil
	}
	r, err := d.env.Compile(d.source(n), of, want)
	d.note(err)
	return r
}

// note takes up the problems of a rule, or the failure of the program.
func (d *document) note(err error) {
	if p, ok := rule.AsProblems(err); ok {
		d.problems = append(d.problems, p...)
	} else if err != nil && d.failed == nil {
		d.failed = err
	}
}

func (d *document) rule(into **rule.Rule, of rule.Subject, want rule.Kind) func(*yaml.Node) {
	return func(n *yaml.Node) { *into = d.compile(n, of, want) }
}

// words reads a sentence with places, in both languages.
func (d *document) words(into *Words, of rule.Subject) func(*yaml.Node) {
	template := func(into **rule.Template) func(*yaml.Node) {
		return func(n *yaml.Node) {
			var s string
			if d.text(&s)(n); s == "" {
				return
			}
			t, err := d.env.Template(d.source(n), of)
			d.note(err)
			*into = t
		}
	}
	return func(n *yaml.Node) {
		d.mapping(n, reads{"id": template(&into.id), "en": template(&into.en)}, "id", "en")
	}
}

// Empty reports whether the file gives no such sentence.
func (w Words) Empty() bool { return w.id == nil }

func (w Words) in(l i18n.Lang) *rule.Template {
	if l == i18n.EN {
		return w.en
	}
	return w.id
}

// id reads an id that no other clause of the file has.
func (d *document) id(into *string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		d.code(into)(n)
		if _, twice := d.seenID[*into]; twice {
			d.problem(n, "programme.id_twice", "id", *into)
		}
		d.seenID[*into] = struct{}{}
	}
}

// named returns the id of an item before it is read, for messages.
func named(n *yaml.Node, key string) string {
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1].Value
		}
	}
	return ""
}

func (d *document) eligible(n *yaml.Node) {
	c, of := Clause{}, d.programme.Subject
	d.within(named(n, "id"), func() {
		d.mapping(n, reads{
			"id":        d.id(&c.ID),
			"when":      d.rule(&c.Rule, of, rule.Bool),
			"because":   d.words(&c.Because, of),
			"otherwise": d.words(&c.Otherwise, of),
			"collect":   d.words(&c.Collect, of),
		}, "id", "when", "because", "otherwise")
	})
	d.programme.Clauses = append(d.programme.Clauses, c)
}

func (d *document) exclude(n *yaml.Node) {
	x, of := Exclusion{}, d.programme.Subject
	d.within(named(n, "id"), func() {
		d.programme.origin.places[named(n, "id")] = spot{n.Line, n.Column}
		d.mapping(n, reads{
			"id":   d.id(&x.ID),
			"when": d.rule(&x.Rule, of, rule.Bool),
			"programmes": func(n *yaml.Node) {
				d.each(n, func(item *yaml.Node) {
					var c string
					d.code(&c)(item)
					x.Programmes = append(x.Programmes, c)
				})
			},
			"because": d.words(&x.Because, of),
			"collect": d.words(&x.Collect, of),
		}, "id", "because")
		if named(n, "when") != "" && len(x.Programmes) > 0 || named(n, "when") == "" && len(x.Programmes) == 0 {
			d.problem(n, "programme.exclusion")
		}
	})
	d.programme.Exclusions = append(d.programme.Exclusions, x)
}

func (d *document) priority(n *yaml.Node) {
	p, order := Priority{}, "ascending"
	d.within("priority", func() {
		if n.Kind == yaml.ScalarNode {
			p.Rule = d.compile(n, d.programme.Subject, rule.Number)
			return
		}
		d.mapping(n, reads{
			"by":    d.rule(&p.Rule, d.programme.Subject, rule.Number),
			"order": word(d.reader, &order, []string{"ascending", "descending"}),
		}, "by")
	})
	p.Descending = order == "descending"
	d.programme.Priority = append(d.programme.Priority, p)
}

func (d *document) exit(n *yaml.Node) {
	x, of := Exit{}, d.programme.Subject
	d.within(named(n, "id"), func() {
		d.mapping(n, reads{
			"id":      d.id(&x.ID),
			"when":    d.rule(&x.Rule, of, rule.Bool),
			"because": d.words(&x.Because, of),
		}, "id", "because")
	})
	d.programme.Exits = append(d.programme.Exits, x)
}
