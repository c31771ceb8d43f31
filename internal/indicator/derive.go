package indicator

import (
	"fmt"

	"gotong/internal/civil"
	"gotong/internal/column"
)

// Derive fills the derived columns of a batch for a day, from the stored
// facts and from these columns that the caller has put in: members' born,
// sex, relation; families' area. The columns score, decile and
// decile_region are left to targeting, has_nik to the caller.
//
// A derived value is known only where every fact it needs is known: a family
// with one adult whose work nobody asked about has an unknown count of
// working adults, never a count that leaves that adult out.
//
// A fact with a Presumed that nobody reported becomes that answer first.
func (c *Catalogue) Derive(asOf civil.Date, b *column.Batch) error {
	d, ok := c.Derivations(asOf)
	if !ok {
		return fmt.Errorf("indicator: no definitions for derived facts are in force on %s", asOf)
	}
	c.presume(b)
	d.Apply(asOf, b)
	return nil
}

// presume fills what nobody reported of the facts that have a Presumed.
func (c *Catalogue) presume(b *column.Batch) {
	for _, i := range c.presumed {
		t := b.Families
		if i.Level == Person {
			t = b.Members
		}
		to := t.Add(i.Code)
		for row := range t.Rows {
			if !to.Known.Get(row) {
				to.Set(row, *i.Presumed)
			}
		}
	}
}

// Apply is Derive with given definitions.
func (d *Derivations) Apply(asOf civil.Date, b *column.Batch) {
	m := d.members(asOf, b.Members)
	f := d.families(b.Families)
	for i := range b.Families.Rows {
		from, to := b.MembersOf(i)
		f.derive(i, m, from, to)
	}
}

// truth is three-valued.
type truth uint8

const (
	no truth = iota
	yes
	unknown
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

func not(t truth) truth {
	switch t {
	case no:
		return yes
	case yes:
		return no
	}
	return unknown
}

func set(c *column.Column, row int, t truth) {
	if t != unknown {
		c.Set(row, int64(t))
	}
}

// answers is an AnyOf bound to the columns of a table.
type answers []boundAnswer

type boundAnswer struct {
	column *column.Column
	values []int64
}

func (a AnyOf) bind(t *column.Table) answers {
	bound := make(answers, len(a))
	for i, x := range a {
		bound[i] = boundAnswer{source(t, x.Code), x.Values}
	}
	return bound
}

// of is Kleene's or: one yes decides, otherwise one unknown leaves it open.
func (a answers) of(row int) truth {
	t := no
	for i := range a {
		v, known := a[i].column.At(row)
		if !known {
			t = unknown
			continue
		}
		for _, w := range a[i].values {
			if v == w {
				return yes
			}
		}
	}
	return t
}

// source returns a column to read, wholly unknown where the table has none.
func source(t *column.Table, code string) *column.Column {
	if c := t.Columns[code]; c != nil {
		return c
	}
	return column.New(t.Rows)
}

// memberColumns is what families read of their members.
type memberColumns struct {
	d                            *Derivations
	age, inFamily, isHead, years *column.Column
	secondEngine, livesAlone     *column.Column
	sex, income                  *column.Column
	working, disabled, atSchool  answers
}

// members derives what depends on one person alone.
func (d *Derivations) members(asOf civil.Date, t *column.Table) *memberColumns {
	m := &memberColumns{
		d:   d,
		age: t.Add("age"), inFamily: t.Add("in_family"), isHead: t.Add("is_head"), years: t.Add("schooling_years"),
		secondEngine: t.Add("second_engine"), livesAlone: t.Add("lives_alone"),
		sex: source(t, "sex"), income: source(t, "income"),
		working: d.Working.bind(t), disabled: d.Disabled.bind(t), atSchool: d.AtSchool.bind(t),
	}
	months, born := t.Add("age_months"), source(t, "born")
	relation, diploma := source(t, "relation"), source(t, d.SchoolingOf)
	absent, notCounted, notSecond := d.Absent.bind(t), d.NotCounted.bind(t), d.NotSecondEngine.bind(t)
	for row := range t.Rows {
		if b, known := born.At(row); known {
			n := civil.Date(b).MonthsOn(asOf)
			months.Set(row, int64(n))
			m.age.Set(row, int64(floorDiv(n, 12)))
		}
		if r, known := relation.At(row); known {
			m.isHead.Set(row, int64(truthOf(r == relationHead)))
		}
		if v, known := diploma.At(row); known {
			if years, ok := d.SchoolingYears[v]; ok {
				m.years.Set(row, years)
			}
		}
		counts := absent.of(row) != yes && notCounted.of(row) != yes
		m.inFamily.Set(row, int64(truthOf(counts)))
		set(m.secondEngine, row, m.second(row, counts, notSecond))
	}
	return m
}

// relationHead is the option number of the head in the relation indicator
// (Regsosek 2022 K, r. 409); TestRelationHead holds it to the catalogue.
const relationHead = 1

func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func (m *memberColumns) second(row int, counts bool, notSecond answers) truth {
	age, known := m.age.At(row)
	switch {
	case !counts || known && !m.d.ProductiveAge.Has(age):
		return no
	case notSecond.of(row) == yes:
		return no
	case !known:
		return unknown
	}
	return not(notSecond.of(row))
}
