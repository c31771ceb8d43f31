package rule

import (
	"strings"
	"unicode/utf8"

	"gotong/internal/column"
	"gotong/internal/i18n"
	"gotong/internal/indicator"
)

// Template is a sentence with places for values: "Desil keluarga
// {family.decile}; batas program {params.decile_max}." What stands in braces
// is a rule of any kind, checked like any other.
type Template struct {
	texts  []string // one more than there are places
	places []*Rule
}

// Template checks a sentence whose places are asked of a subject. What is
// wrong comes back as Problems.
func (e *Env) Template(src Source, of Subject) (*Template, error) {
	t := &Template{}
	var problems Problems
	rest, offset := src.Text, 0
	for {
		before, after, found := strings.Cut(rest, "{")
		t.texts = append(t.texts, before)
		if !found {
			break
		}
		offset += utf8.RuneCountInString(before) + 1
		inside, behind, closed := strings.Cut(after, "}")
		if !closed {
			problems = append(problems, src.Problem(offset-1, "rule.brace"))
			break
		}
		r, err := e.Compile(src.part(inside, offset), of, Any)
		if p, ok := AsProblems(err); ok {
			problems = append(problems, p...)
		} else if err != nil {
			return nil, err
		}
		t.places = append(t.places, r)
		offset += utf8.RuneCountInString(inside) + 1
		rest = behind
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return t, nil
}

// part returns the source of a piece of s that begins at an offset.
func (s Source) part(text string, offset int) Source {
	whole := s
	s.Text = text
	s.Place = func(at int) (line, column int) { return whole.place(offset + at) }
	return s
}

// Fill writes the sentence for a family of a batch; where it is asked of each
// member, for the member at a place among its family's, from 0. A value that
// nobody has observed is said to be not known.
func (t *Template) Fill(l i18n.Lang, b *column.Batch, family, member int) string {
	var s strings.Builder
	for i, p := range t.places {
		s.WriteString(t.texts[i])
		s.WriteString(p.say(l, p.Interpreter().Ask(b, family, member)))
	}
	s.WriteString(t.texts[len(t.texts)-1])
	return s.String()
}

// Facts returns the facts that the places mention.
func (t *Template) Facts() []Fact {
	var facts []Fact
	for _, p := range t.places {
		facts = append(facts, p.facts...)
	}
	return facts
}

// say writes an answer of the rule for people.
func (r *Rule) say(l i18n.Lang, a Answer) string {
	if !a.Known {
		return i18n.T(l, "rule.value.unknown")
	}
	shown := r.root.shown
	if shown == nil {
		kinds := map[Kind]indicator.Kind{Bool: indicator.Bool, Date: indicator.Date, Number: indicator.Int}
		shown = &indicator.Indicator{Kind: kinds[r.root.kind]}
	}
	v := a.Value
	if r.root.kind == Bool {
		v = boolValue(a.Truth == Yes)
	}
	return shown.Format(v, l)
}
