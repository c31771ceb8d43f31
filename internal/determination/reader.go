package determination

import (
	"context"

	"gotong/internal/column"
	"gotong/internal/programme"
	"gotong/internal/rule"
	"gotong/internal/snapshot"
)

// reader reads the rules of programmes over batches. There are three; a
// determination must not depend on which.
type reader interface {
	// wants returns the choice of columns as the reader reads them.
	wants(snapshot.Columns) snapshot.Columns
	// read prepares to ask the rules of programmes about a batch.
	read(ctx context.Context, b *column.Batch, of []*programme.Programme) (reading, error)
}

// reading asks a programme's rules about every subject of a batch, and tells
// of each that cannot be computed.
type reading interface {
	// judge answers clauses and then exclusions, each for every subject; the
	// answers of exclusions by programme are left open.
	judge(p *programme.Programme, failed programme.Failed) []rule.Truths
	// amounts computes what the subjects in only are given; the others have
	// no lines and are certain.
	amounts(p *programme.Programme, only column.Bitmap, failed programme.Failed) *programme.Amounts
	// priority evaluates the rules by which a quota is shared out among the
	// subjects in only.
	priority(p *programme.Programme, only column.Bitmap, failed programme.Failed) []*column.Column
}

// kernels read whole columns, a rule of several programmes once.
type kernels struct{}

func (kernels) wants(c snapshot.Columns) snapshot.Columns { return c.InPlanes() }

func (kernels) read(_ context.Context, b *column.Batch, _ []*programme.Programme) (reading, error) {
	known := map[string]rule.Values{}
	return columns{b, func(r *rule.Rule) rule.Values {
		v, ok := known[r.Meaning()]
		if !ok {
			v = r.Kernel().Values(b)
			known[r.Meaning()] = v
		}
		return v
	}}, nil
}

// columns asks a reader that answers for all rows at once.
type columns struct {
	batch  *column.Batch
	values programme.Values
}

func (c columns) judge(p *programme.Programme, failed programme.Failed) []rule.Truths {
	j := p.JudgeBy(c.batch, c.values)
	tell := func(r *rule.Rule, t rule.Truths) {
		if r != nil && t.Failed != nil {
			t.Failed.Each(func(row int) { failed(r, row) })
		}
	}
	for i, t := range j.Clauses {
		tell(p.Clauses[i].Rule, t)
	}
	for i, t := range j.Exclusions {
		tell(p.Exclusions[i].Rule, t)
	}
	return append(j.Clauses, j.Exclusions...)
}

func (c columns) amounts(p *programme.Programme, only column.Bitmap, failed programme.Failed) *programme.Amounts {
	return p.AmountsBy(c.batch, only, c.values, failed)
}

func (c columns) priority(p *programme.Programme, only column.Bitmap, failed programme.Failed) []*column.Column {
	all := make([]*column.Column, len(p.Priority))
	for i, o := range p.Priority {
		v := c.values(o.Rule)
		all[i] = v.Column
		if v.Failed != nil {
			only.Each(func(row int) {
				if v.Failed.Get(row) {
					failed(o.Rule, row)
				}
			})
		}
	}
	return all
}

// interpreters ask cel-go about one subject at a time.
type interpreters struct{}

func (interpreters) wants(c snapshot.Columns) snapshot.Columns { return c }

func (interpreters) read(_ context.Context, b *column.Batch, _ []*programme.Programme) (reading, error) {
	return oneByOne{b}, nil
}

type oneByOne struct{ batch *column.Batch }

func (o oneByOne) judge(p *programme.Programme, failed programme.Failed) []rule.Truths {
	n := p.Rows(o.batch)
	items := make([]rule.Truths, len(p.Clauses)+len(p.Exclusions))
	for i := range items {
		items[i] = rule.Truths{Yes: column.NewBitmap(n), Known: column.NewBitmap(n)}
	}
	eachSubject(p, o.batch, func(row, family, member int) {
		e := p.Explain(o.batch, family, member)
		answer := func(i int, r *rule.Rule, a rule.Answer) {
			put(items[i], row, a.Truth)
			if a.Incomputable {
				failed(r, row)
			}
		}
		for i, a := range e.Clauses {
			answer(i, p.Clauses[i].Rule, a)
		}
		for i, a := range e.Exclusions {
			if r := p.Exclusions[i].Rule; r != nil {
				answer(len(p.Clauses)+i, r, a)
			}
		}
	})
	return items
}

func (o oneByOne) amounts(p *programme.Programme, only column.Bitmap, failed programme.Failed) *programme.Amounts {
	n := p.Rows(o.batch)
	out := programme.NewAmounts(n)
	eachSubject(p, o.batch, func(row, family, member int) {
		a := programme.Amount{Certain: true}
		if only.Get(row) {
			a = p.AmountOf(o.batch, family, member)
		}
		for _, r := range a.Failed {
			failed(r, row)
		}
		out.Lines = append(out.Lines, a.Lines...)
		out.End(row)
		if a.Certain {
			out.Certain.Set(row)
		}
	})
	return out
}

func (o oneByOne) priority(p *programme.Programme, only column.Bitmap, failed programme.Failed) []*column.Column {
	all := make([]*column.Column, len(p.Priority))
	for i, by := range p.Priority {
		all[i] = column.New(p.Rows(o.batch))
		eachSubject(p, o.batch, func(row, family, member int) {
			if !only.Get(row) {
				return
			}
			a := by.Rule.Interpreter().Ask(o.batch, family, member)
			if a.Known {
				all[i].Set(row, a.Value)
			}
			if a.Incomputable {
				failed(by.Rule, row)
			}
		})
	}
	return all
}

// Asker answers rules for every row of a batch in one go: the database.
type Asker interface {
	Ask(ctx context.Context, b *column.Batch, rules []*rule.Rule) ([]rule.Values, error)
}

// database has rules answered inside the database.
type database struct{ asks Asker }

func (database) wants(c snapshot.Columns) snapshot.Columns { return c }

func (d database) read(ctx context.Context, b *column.Batch, of []*programme.Programme) (reading, error) {
	var rules []*rule.Rule
	for _, p := range of {
		rules = append(rules, rulesOf(p)...)
	}
	values, err := d.asks.Ask(ctx, b, rules)
	if err != nil {
		return nil, err
	}
	answers := make(map[*rule.Rule]rule.Values, len(rules))
	for i, r := range rules {
		answers[r] = values[i]
	}
	return columns{b, func(r *rule.Rule) rule.Values { return answers[r] }}, nil
}

// eachSubject calls fn for every family, or for every member in a programme
// of persons, with its row and its place.
func eachSubject(p *programme.Programme, b *column.Batch, fn func(row, family, member int)) {
	row := 0
	for f := range b.Families.Rows {
		if !p.Subject.EachMember() {
			fn(f, f, rule.NoMember)
			continue
		}
		from, to := b.MembersOf(f)
		for m := range to - from {
			fn(row, f, m)
			row++
		}
	}
}
