package determination

import (
	"gotong/internal/column"
	"gotong/internal/programme"
	"gotong/internal/rule"
)

// reader asks a programme's rules about every subject of a batch. There are
// two, which share no evaluation; a determination must not depend on which.
type reader interface {
	// judge answers clauses and then exclusions, each for every subject; the
	// answers of exclusions by programme are left open.
	judge(p *programme.Programme, b *column.Batch) []rule.Truths
	// amounts computes what the subjects in only are given; the others have
	// no lines and are certain.
	amounts(p *programme.Programme, b *column.Batch, only column.Bitmap) *programme.Amounts
	// priority evaluates the rules by which a quota is shared out.
	priority(p *programme.Programme, b *column.Batch) []*column.Column
}

// kernels read whole columns.
type kernels struct{}

func (kernels) judge(p *programme.Programme, b *column.Batch) []rule.Truths {
	j := p.Judge(b)
	return append(j.Clauses, j.Exclusions...)
}

func (kernels) amounts(p *programme.Programme, b *column.Batch, only column.Bitmap) *programme.Amounts {
	return p.Amounts(b, only)
}

func (kernels) priority(p *programme.Programme, b *column.Batch) []*column.Column {
	all := make([]*column.Column, len(p.Priority))
	for i, o := range p.Priority {
		all[i] = o.Rule.Kernel().Column(b)
	}
	return all
}

// interpreters ask cel-go about one subject at a time.
type interpreters struct{}

func (interpreters) judge(p *programme.Programme, b *column.Batch) []rule.Truths {
	items := make([]rule.Truths, len(p.Clauses)+len(p.Exclusions))
	for i := range items {
		items[i] = rule.Truths{Yes: column.NewBitmap(p.Rows(b)), Known: column.NewBitmap(p.Rows(b))}
	}
	eachSubject(p, b, func(row, family, member int) {
		e := p.Explain(b, family, member)
		for i, a := range e.Clauses {
			put(items[i], row, a.Truth)
		}
		for i, a := range e.Exclusions {
			if p.Exclusions[i].Rule != nil {
				put(items[len(p.Clauses)+i], row, a.Truth)
			}
		}
	})
	return items
}

func (interpreters) amounts(p *programme.Programme, b *column.Batch, only column.Bitmap) *programme.Amounts {
	n := p.Rows(b)
	out := &programme.Amounts{Offsets: make([]int32, 1, n+1), Certain: column.NewBitmap(n)}
	eachSubject(p, b, func(row, family, member int) {
		a := programme.Amount{Certain: true}
		if only.Get(row) {
			a = p.AmountOf(b, family, member)
		}
		out.Lines = append(out.Lines, a.Lines...)
		out.Offsets = append(out.Offsets, int32(len(out.Lines)))
		if a.Certain {
			out.Certain.Set(row)
		}
	})
	return out
}

func (interpreters) priority(p *programme.Programme, b *column.Batch) []*column.Column {
	all := make([]*column.Column, len(p.Priority))
	for i, o := range p.Priority {
		all[i] = column.New(p.Rows(b))
		eachSubject(p, b, func(row, family, member int) {
			if a := o.Rule.Interpreter().Ask(b, family, member); a.Known {
				all[i].Set(row, a.Value)
			}
		})
	}
	return all
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
