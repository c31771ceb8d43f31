package generator

import (
	"fmt"
	"sort"

	"gotong/internal/indicator"
)

func threeDigits(n int) string { return fmt.Sprintf("%03d", n) }

// identify names everybody and gives them their numbers.
func (g *generator) identify(d *dice, f *family) error {
	father := f.place.around.draw(d)
	mother := father
	if d.chance(g.names.MixedMarriage) {
		mother = f.place.around.draw(d)
	}
	family := g.names.surname(d, father)
	is := g.composer.is
	for _, p := range f.people {
		if p.again != nil {
			continue
		}
		c, surname := father, family
		switch {
		case p.relation == is.spouse && p.female, p.relation == is.head && p.female, p.relation == is.inLaw:
			c = mother
			surname = g.names.surname(d, c) // a wife keeps her father's name
		case p.relation == is.other:
			surname = g.names.surname(d, c)
		}
		year, _, _ := p.born.YMD()
		p.name = g.names.name(d, c, p.female, year, surname)
		if err := g.number(d, p); err != nil {
			return err
		}
	}
	for _, p := range f.people {
		if p.again == nil {
			p.mother = g.motherOf(d, f, p, father)
		}
	}
	for _, p := range f.people {
		if p.again == nil {
			p.name = g.names.titled(d, p.name, p, f.z, p.diploma)
		} else {
			g.duplicates.write(d, p)
		}
	}
	g.accounts.open(d, f)
	return nil
}

func (g *generator) number(d *dice, p *person) error {
	if d.chance(g.p.Numbers.NoNIK) {
		return nil
	}
	var err error
	p.nik, err = g.registrar.nik(d, p.born, p.female)
	return err
}

// motherOf returns the mother's name: that of the woman in the family who
// must be she, else a new one.
func (g *generator) motherOf(d *dice, f *family, p *person, c *community) string {
	is := g.composer.is
	for _, m := range f.people {
		if !m.female || m.again != nil || m.age < p.age+15 {
			continue
		}
		switch {
		case p.relation == is.child && (m.relation == is.head || m.relation == is.spouse),
			p.relation == is.head && m.relation == is.parent,
			p.relation == is.grandchild && (m.relation == is.inLaw || m.relation == is.child):
			return m.name
		}
	}
	// Brothers and sisters whose mother is not here have one mother.
	for _, s := range f.people {
		if s == p {
			break
		}
		if s.relation == p.relation && s.mother != "" && s.again == nil && (p.relation == is.child || p.relation == is.grandchild) {
			return s.mother
		}
	}
	year, _, _ := p.born.YMD()
	return g.names.name(d, c, true, year-26, g.names.surname(d, c))
}

// accounts draws bank accounts of the family's recipient.
type accounts struct {
	has   odds
	banks *weighted[Bank]
}

func newAccounts(p Accounts) *accounts {
	a := &accounts{has: newOdds(p.Share), banks: new(weighted[Bank])}
	for _, b := range p.Banks {
		a.banks.add(b, b.Share)
	}
	return a
}

// open gives the woman who heads the family or is married to its head an
// account, as aid programmes prefer it; else the head.
func (a *accounts) open(d *dice, f *family) {
	if !a.has.draw(d, f.z) {
		return
	}
	p := f.people[0]
	if !p.female && len(f.people) > 1 && f.people[1].married && f.people[1].female {
		p = f.people[1]
	}
	b := a.banks.draw(d)
	digits := make([]byte, b.Digits)
	for i := range digits {
		digits[i] = '0' + byte(d.IntN(10))
	}
	digits[0] = '1' + byte(d.IntN(9))
	if d.chance(b.LeadingZero) {
		digits[0] = '0'
	}
	p.account, p.bank = string(digits), b.Name
}

// errUnknownFact names the entries of the profile that no column has.
func errUnknownFact(p *Profile, s *sheet) error {
	var unknown []string
	note := func(code string, kind indicator.Kind) {
		if k, ok := s.at[code]; !ok || s.columns[k].Kind != kind {
			unknown = append(unknown, code)
		}
	}
	for code := range p.Choices {
		note(code, indicator.Choice)
	}
	for code := range p.Booleans {
		note(code, indicator.Bool)
	}
	for code := range p.Livestock {
		note(code, indicator.Int)
	}
	sort.Strings(unknown)
	return fmt.Errorf("generator: profile: the catalogue has no family facts %v of that kind", unknown)
}
