package survey

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"gotong/internal/civil"
	"gotong/internal/indicator"
	"gotong/internal/targeting"
)

// Heading is what a model's file says of itself.
type Heading struct {
	Code   string
	Source string
	Date   civil.Date // of the survey
	Areas  []string
}

func micro(v float64) int64 { return int64(math.Round(v * targeting.Micro)) }

// write writes a model's file. What was not estimated is not in it.
func (e *estimate) write(h Heading, s targeting.Survey) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, `# Fitted by "gotong targeting fit" to a survey. The score is the natural log
# of the outcome; all that is added is in millionths. A number adds what its
# points say, on straight lines between them; what lies beyond the first and
# the last adds what they do. A fact that is not known adds what "missing" says.
code: %s
name: {id: %s, en: %s}
status: demonstration # an office that adopts the model writes official
source: %s
date: %s
in_force: {from: %s}
prices_of: %s
`, quoted(h.Code), quoted("Model PMT dari survei "+h.Source), quoted("PMT model fitted to "+h.Source), quoted(h.Source), h.Date, h.Date, h.Date)
	if len(h.Areas) > 0 {
		fmt.Fprintf(&b, "areas: [%s]\n", quotedAll(h.Areas))
	}
	fmt.Fprintf(&b, "\nsurvey:\n  outcome: %s\n  group: %s\n  rows: %d\n  groups: %d\n  r2: %d\n  cross_r2: %d\n  cross_error: %d\n",
		quoted(s.Outcome), quoted(s.Group), s.Rows, s.Groups, s.R2, s.CrossR2, s.CrossError)
	if len(s.Columns) > 0 {
		b.WriteString("  columns: # that the register does not have\n")
	}
	for _, c := range s.Columns {
		fmt.Fprintf(&b, "    - {code: %s", quoted(c.Code))
		if len(c.Options) > 0 {
			fmt.Fprintf(&b, ", options: [%s]", quotedAll(c.Options))
		} else {
			fmt.Fprintf(&b, ", decimals: %d", c.Decimals)
		}
		b.WriteString("}\n")
	}
	fmt.Fprintf(&b, "\nintercept: %d\n\nterms:\n", micro(e.constant))
	terms := e.terms()
	if len(terms) == 0 {
		terms = e.blocks[:1] // adds nothing for anybody, since a model has a term
	}
	for _, block := range terms {
		e.term(&b, block, s)
	}
	return []byte(b.String())
}

// terms are the blocks that add something.
func (e *estimate) terms() []*block {
	var terms []*block
	for k, block := range e.blocks {
		if (e.out == nil || !e.out[k]) && block.matters(e.add) {
			terms = append(terms, block)
		}
	}
	return terms
}

// matters reports whether any hat adds anything.
func (b *block) matters(add []float64) bool {
	return slices.ContainsFunc(add[b.first:b.first+b.size], func(a float64) bool { return micro(a) != 0 })
}

func (e *estimate) term(w *strings.Builder, b *block, s targeting.Survey) {
	i := b.feature.indicator
	fmt.Fprintf(w, "  - indicator: %s\n", quoted(i.Code))
	other := int64(0)
	if b.other > 0 {
		other = micro(e.add[b.other])
	}
	of := func(no int64) int64 {
		if at, ok := b.level[no]; ok {
			return micro(e.add[at])
		}
		return other
	}
	switch {
	case i.Kind == indicator.Bool:
		fmt.Fprintf(w, "    \"yes\": %d\n    \"no\": %d\n", of(1), of(0))
	case b.level != nil:
		var options []string
		for _, o := range i.Options {
			if at, ok := b.level[o.No]; ok {
				options = append(options, fmt.Sprintf("%s: %d", quoted(o.Code), micro(e.add[at])))
			}
		}
		fmt.Fprintf(w, "    options: {%s}\n    other: %d\n", strings.Join(options, ", "), other)
	default:
		var points []string
		for k, v := range b.knots {
			points = append(points, fmt.Sprintf("[%d, %d]", v, micro(e.add[b.first+k])))
		}
		fmt.Fprintf(w, "    points: [%s]\n", strings.Join(points, ", "))
	}
	if b.unknown > 0 {
		fmt.Fprintf(w, "    missing: {add: %d, source: {id: \"Ditaksir dari rumah tangga survei yang tidak menjawab\", en: \"Estimated from the survey's households that gave no answer\"}}\n", micro(e.add[b.unknown]))
	} else {
		w.WriteString("    missing: {add: 0, source: {id: \"Rata-rata survei, yang semuanya menjawab\", en: \"The survey's average, where all gave an answer\"}}\n")
	}
}

// quoted writes a text so that YAML reads it back as that text.
func quoted(s string) string {
	clean := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, s)
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(clean) + `"`
}

func quotedAll(all []string) string {
	q := make([]string, len(all))
	for i, s := range all {
		q[i] = quoted(s)
	}
	return strings.Join(q, ", ")
}

// CodeOf makes a model's code of a file's name.
func CodeOf(file string) string {
	code := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '_':
			return r
		case r >= 'A' && r <= 'Z':
			return unicode.ToLower(r)
		}
		return '_'
	}, strings.TrimSuffix(file, ".yaml"))
	if code == "" {
		code = "pmt_" + strconv.Itoa(0)
	}
	return code
}

// columnsOf says how the survey's own columns were counted.
func columnsOf(features []*feature) []targeting.SurveyColumn {
	var all []targeting.SurveyColumn
	for _, f := range features {
		if f.registered {
			continue
		}
		c := targeting.SurveyColumn{Code: f.indicator.Code, Decimals: int64(f.indicator.Decimals)}
		for _, o := range f.indicator.Options {
			c.Options = append(c.Options, o.Code)
		}
		all = append(all, c)
	}
	return all
}

// parse reads a model's file, with the columns of its survey beside the
// register's indicators.
func parse(c *indicator.Catalogue, file string, text []byte) (*targeting.Model, error) {
	s, err := targeting.ReadSurvey(file, text)
	if err != nil {
		return nil, err
	}
	m, problems := targeting.ParseModel(indicator.Of(slices.Concat(c.All(), own(s))...), file, text)
	if len(problems) > 0 {
		return nil, problems
	}
	return m, nil
}
