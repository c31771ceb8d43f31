package programme

import (
	"slices"

	"gotong/internal/column"
	"gotong/internal/money"
	"gotong/internal/rule"
)

// Line is one component of what a family or person is given.
type Line struct {
	Benefit int          // place in Programme.Benefits
	Member  int          // place among the family's members, from 0; rule.NoMember for the family
	Annual  money.Rupiah // for a year; for the one time where the benefit is given once
}

// Amount is what a family or person is given, if it is entitled.
type Amount struct {
	Lines []Line // by component, then by member

	// Certain is false where a missing fact may change the lines, which then
	// are those that stand if every missing fact speaks against.
	Certain bool

	// Missing are the facts to collect; AmountOf fills it, Amounts does not.
	Missing []rule.Reading
	// Failed are the rules that cannot be computed; AmountOf fills it, Amounts
	// does not.
	Failed []*rule.Rule
}

// Annual returns the sum of the lines, and whether it fits 64 bits.
func (a Amount) Annual() (sum money.Rupiah, ok bool) {
	for _, l := range a.Lines {
		if sum, ok = sum.Add(l.Annual); !ok {
			return 0, false
		}
	}
	return sum, true
}

// annual returns the amount of a year from the amount of a benefit's period.
func (b *Benefit) annual(v int64) (money.Rupiah, bool) {
	if b.Per == "month" {
		return money.Rupiah(v).Times(monthsPerYear)
	}
	return money.Rupiah(v), true
}

// Amounts are the amounts of all subjects of a batch: of families, or of
// members in a programme of persons.
type Amounts struct {
	Offsets []int32 // the lines of row i are Lines[Offsets[i]:Offsets[i+1]]
	Lines   []Line
	Certain column.Bitmap
	Some    column.Bitmap // rows that have lines
}

// NewAmounts returns the amounts of n rows, to be added in their order.
func NewAmounts(n int) *Amounts {
	return &Amounts{Offsets: make([]int32, 1, n+1), Certain: column.NewBitmap(n), Some: column.NewBitmap(n)}
}

// End ends row i, whose lines were added to Lines; those before it that were
// not ended have none.
func (a *Amounts) End(i int) {
	before := a.Offsets[len(a.Offsets)-1]
	for len(a.Offsets) <= i {
		a.Offsets = append(a.Offsets, before)
	}
	if n := int32(len(a.Lines)); n > before {
		before = n
		a.Some.Set(i)
	}
	a.Offsets = append(a.Offsets, before)
}

// At returns the amount of a row.
func (a *Amounts) At(i int) Amount { return Amount{Lines: a.LinesOf(i), Certain: a.Certain.Get(i)} }

// LinesOf returns the lines of a row.
func (a *Amounts) LinesOf(i int) []Line { return a.Lines[a.Offsets[i]:a.Offsets[i+1]] }

// Amounts computes what the subjects of a batch are given, by the kernels.
// Rows outside only have no lines and are certain; nil means all rows.
func (p *Programme) Amounts(b *column.Batch, only column.Bitmap) *Amounts {
	return p.AmountsBy(b, only, Kernels(b), nil)
}

// AmountsBy is Amounts by any reader, which tells what cannot be computed.
func (p *Programme) AmountsBy(b *column.Batch, only column.Bitmap, values Values, failed Failed) *Amounts {
	given := make([]given, len(p.Benefits))
	fallible := false
	for i := range p.Benefits {
		given[i] = p.Benefits[i].evaluate(values)
		fallible = fallible || given[i].failed != nil || given[i].when != nil && given[i].when.Failed != nil
	}
	n := p.Rows(b)
	out := NewAmounts(n)
	out.Certain.Fill(n)
	if only == nil {
		only = out.Certain
	}
	c := chooser{p: p}
	var candidates []candidate
	f, each := 0, p.Subject.EachMember()
	slices.Clone(only).Each(func(row int) {
		m := rule.NoMember
		if !each {
			f = row
		} else {
			for int(b.Offsets[f+1]) <= row {
				f++
			}
			m = row - int(b.Offsets[f])
		}
		if fallible && failed != nil {
			p.tell(b, given, f, m, row, failed)
		}
		candidates = p.candidates(b, given, f, m, candidates[:0])
		var certain bool
		if out.Lines, certain = c.choose(candidates, out.Lines); !certain {
			out.Certain.Clear(row)
		}
		out.End(row)
	})
	for len(out.Offsets) <= n {
		out.Offsets = append(out.Offsets, int32(len(out.Lines)))
	}
	return out
}

// Rows returns how many subjects a batch has.
func (p *Programme) Rows(b *column.Batch) int {
	if p.Subject.EachMember() {
		return b.Members.Rows
	}
	return b.Families.Rows
}

// given is a benefit's condition and amount for every row of its subject.
type given struct {
	when     *rule.Truths // nil where it needs no condition
	amount   *column.Column
	failed   column.Bitmap // amounts that cannot be computed; nil for none
	constant int64         // the amount where it is the same for all
}

func (b *Benefit) evaluate(values Values) given {
	g := given{}
	if b.When != nil {
		t := values(b.When).Truths
		g.when = &t
	}
	if v, ok := b.Amount.Constant(); ok {
		g.constant = v
	} else {
		v := values(b.Amount)
		g.amount, g.failed = v.Column, v.Failed
	}
	return g
}

// tell tells what cannot be computed of what a subject is given.
func (p *Programme) tell(b *column.Batch, of []given, family, member, subject int, failed Failed) {
	start, end := b.MembersOf(family)
	for i := range p.Benefits {
		benefit, g := &p.Benefits[i], &of[i]
		from, to := family, family+1
		switch benefit.Subject {
		case rule.Person:
			from, to = start+member, start+member+1
		case rule.Member:
			from, to = start, end
		}
		for at := from; at < to; at++ {
			if g.when != nil {
				failed.row(benefit.When, g.when.Failed, at, subject)
			}
			if g.may(at) {
				failed.row(benefit.Amount, g.failed, at, subject)
			}
		}
	}
}

// candidates lists the lines that a subject may have.
func (p *Programme) candidates(b *column.Batch, of []given, family, member int, into []candidate) []candidate {
	start, end := b.MembersOf(family)
	for i := range p.Benefits {
		switch benefit := &p.Benefits[i]; benefit.Subject {
		case rule.Family:
			into = append(into, of[i].at(benefit, Line{Benefit: i, Member: rule.NoMember}, family))
		case rule.Person:
			into = append(into, of[i].at(benefit, Line{Benefit: i, Member: member}, start+member))
		default:
			for m := range end - start {
				if of[i].may(start + m) {
					into = append(into, of[i].at(benefit, Line{Benefit: i, Member: m}, start+m))
				}
			}
		}
	}
	return into
}

// may reports whether the condition does not fail for certain.
func (g *given) may(row int) bool {
	return g.when == nil || g.when.Yes.Get(row) || !g.when.Known.Get(row)
}

func (g *given) at(b *Benefit, l Line, row int) candidate {
	c := candidate{line: l, truth: rule.Yes}
	if g.when != nil {
		c.truth = g.when.At(row)
	}
	v, known := g.constant, true
	if g.amount != nil {
		v, known = g.amount.At(row)
	}
	if known {
		c.line.Annual, c.known = b.annual(v)
	}
	return c
}

// AmountOf computes what one subject is given, by the interpreters: a family,
// or, in a programme of persons, the member at a place in it.
func (p *Programme) AmountOf(b *column.Batch, family, member int) Amount {
	start, end := b.MembersOf(family)
	var all []candidate
	var missing []rule.Reading
	var failed []*rule.Rule
	for i := range p.Benefits {
		benefit := &p.Benefits[i]
		from, to := rule.NoMember, rule.NoMember+1
		switch benefit.Subject {
		case rule.Person:
			from, to = member, member+1
		case rule.Member:
			from, to = 0, end-start
		}
		for m := from; m < to; m++ {
			c, lacks, fails := benefit.ask(b, Line{Benefit: i, Member: m}, family)
			all = append(all, c)
			missing = append(missing, lacks...)
			failed = append(failed, fails...)
		}
	}
	a := Amount{Failed: failed}
	a.Lines, a.Certain = (&chooser{p: p}).choose(all, nil)
	if !a.Certain {
		a.Missing = distinct(missing)
	}
	return a
}

func (b *Benefit) ask(batch *column.Batch, l Line, family int) (c candidate, missing []rule.Reading, failed []*rule.Rule) {
	c = candidate{line: l, truth: rule.Yes}
	ask := func(r *rule.Rule) rule.Answer {
		a := r.Interpreter().Ask(batch, family, l.Member)
		missing = append(missing, a.Missing...)
		if a.Incomputable {
			failed = append(failed, r)
		}
		return a
	}
	if b.When != nil {
		if c.truth = ask(b.When).Truth; c.truth == rule.No {
			return c, nil, nil
		}
	}
	if a := ask(b.Amount); a.Known {
		c.line.Annual, c.known = b.annual(a.Value)
	}
	return c, missing, failed
}

// distinct drops facts that are named twice.
func distinct(readings []rule.Reading) []rule.Reading {
	var d []rule.Reading
	for _, r := range readings {
		if !slices.Contains(d, r) {
			d = append(d, r)
		}
	}
	return d
}
