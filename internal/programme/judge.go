package programme

import (
	"strings"

	"gotong/internal/column"
	"gotong/internal/i18n"
	"gotong/internal/rule"
)

// Judgement is what a programme's rules say of every subject of a batch.
// Exclusions by other programmes are not in it: they are known only when
// those have been determined.
type Judgement struct {
	Clauses    []rule.Truths // one for each of Programme.Clauses
	Exclusions []rule.Truths // one for each of Programme.Exclusions; empty bitmaps for one by programmes
	Meets      rule.Truths   // all clauses hold and no exclusion by rule does
}

// Judge evaluates clauses and exclusions over a batch, by the kernels.
func (p *Programme) Judge(b *column.Batch) *Judgement { return p.JudgeBy(b, Kernels(b)) }

// JudgeBy evaluates clauses and exclusions over a batch by any reader.
func (p *Programme) JudgeBy(b *column.Batch, values Values) *Judgement {
	n := p.Rows(b)
	j := &Judgement{Meets: rule.Truths{Yes: column.NewBitmap(n), Known: column.NewBitmap(n)}}
	j.Meets.Yes.Fill(n)
	j.Meets.Known.Fill(n)
	for _, c := range p.Clauses {
		t := values(c.Rule).Truths
		j.Clauses = append(j.Clauses, t)
		j.Meets.And(t)
	}
	for _, x := range p.Exclusions {
		if x.Rule == nil {
			j.Exclusions = append(j.Exclusions, rule.Truths{})
			continue
		}
		t := values(x.Rule).Truths
		j.Exclusions = append(j.Exclusions, t)
		j.Meets.AndNot(t)
	}
	return j
}

// Explanation is what a programme's rules say of one subject, and from which
// facts.
type Explanation struct {
	Clauses    []rule.Answer // one for each of Programme.Clauses
	Exclusions []rule.Answer // one for each of Programme.Exclusions; the zero Answer for one by programmes
	Meets      rule.Truth
}

// Explain evaluates clauses and exclusions for one subject, by the
// interpreters: a family, or, in a programme of persons, the member at a
// place in it.
func (p *Programme) Explain(b *column.Batch, family, member int) Explanation {
	e := Explanation{Meets: rule.Yes}
	for _, c := range p.Clauses {
		a := c.Rule.Interpreter().Ask(b, family, member)
		e.Clauses = append(e.Clauses, a)
		e.Meets = e.Meets.And(a.Truth)
	}
	for _, x := range p.Exclusions {
		if x.Rule == nil {
			e.Exclusions = append(e.Exclusions, rule.Answer{})
			continue
		}
		a := x.Rule.Interpreter().Ask(b, family, member)
		e.Exclusions = append(e.Exclusions, a)
		e.Meets = e.Meets.And(a.Truth.Not())
	}
	return e
}

// Fill writes the sentence for a subject. A file that gives none has none.
func (w Words) Fill(l i18n.Lang, b *column.Batch, family, member int) string {
	if w.Empty() {
		return ""
	}
	return w.in(l).Fill(l, b, family, member)
}

// Say writes a clause's reason for the answer that it has.
func (c *Clause) Say(l i18n.Lang, b *column.Batch, family, member int, a rule.Answer) string {
	switch a.Truth {
	case rule.Yes:
		return c.Because.Fill(l, b, family, member)
	case rule.No:
		return c.Otherwise.Fill(l, b, family, member)
	}
	return collect(l, c.Collect, b, family, member, a)
}

// Say writes the reason of an exclusion by rule where it applies or is
// unknown; one that does not apply needs none.
func (x *Exclusion) Say(l i18n.Lang, b *column.Batch, family, member int, a rule.Answer) string {
	switch a.Truth {
	case rule.Yes:
		return x.Because.Fill(l, b, family, member)
	case rule.No:
		return ""
	}
	return collect(l, x.Collect, b, family, member, a)
}

// collect says what to find out: in the file's words, or by the names of the
// missing facts.
func collect(l i18n.Lang, w Words, b *column.Batch, family, member int, a rule.Answer) string {
	switch {
	case a.Incomputable:
		return i18n.T(l, "programme.say.incomputable")
	case !w.Empty():
		return w.Fill(l, b, family, member)
	}
	return i18n.T(l, "programme.say.collect", "facts", FactNames(l, a.Missing))
}

// FactNames lists the names of facts, each once.
func FactNames(l i18n.Lang, facts []rule.Reading) string {
	var names []string
	seen := map[string]bool{}
	for _, f := range facts {
		if n := f.Indicator.Name.In(l); !seen[n] {
			seen[n] = true
			names = append(names, n)
		}
	}
	return strings.Join(names, ", ")
}
