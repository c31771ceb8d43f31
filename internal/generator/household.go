package generator

import (
	"slices"

	"gotong/internal/civil"
)

// person is one member while the family is generated.
type person struct {
	name, mother string
	nik          string
	born         civil.Date
	age          int
	female       bool
	relation     int64
	widowed      bool // as head
	married      bool
	account      string
	bank         string
	facts        row

	orphan      orphanhood
	covid       bool
	diploma     string
	school      bool
	working     bool
	severe      bool
	disability  int64
	servant     string // asn, tni or polri in truth
	servantSaid bool
	died        civil.Date // zero: lives
	deathSaid   bool
	gone        bool // moved away or not found, as reported
	again       *known
	slips       slips
}

// orphanhood is which parents have died.
type orphanhood struct{ father, mother bool }

// relations are the option numbers of the relation to the head.
type relations struct{ head, spouse, child, inLaw, grandchild, parent, other int64 }

// composer puts people together to families.
type composer struct {
	profile *Profile
	kinds   weighted[*Household]
	counts  map[*Household]householdCounts
	is      relations
}

type householdCounts struct{ children, grandchildren, other weighted[int] }

func newComposer(p *Profile, is relations) *composer {
	c := &composer{profile: p, counts: map[*Household]householdCounts{}, is: is}
	for i := range p.Households {
		h := &p.Households[i]
		c.kinds.add(h, h.Share)
		c.counts[h] = householdCounts{countsOf(h.Children), countsOf(h.Grandchildren), countsOf(h.Other)}
	}
	return c
}

func countsOf(weights []float64) weighted[int] {
	var w weighted[int]
	for n, weight := range weights {
		w.add(n, weight)
	}
	return w
}

func (w *weighted[T]) empty() bool { return len(w.values) == 0 }

// compose draws a household and who is in it, without names and facts.
func (c *composer) compose(d *dice, f *family, today civil.Date) {
	h := c.kinds.draw(d)
	f.kind = h
	head := f.add(d, today, c.is.head, d.between(h.Head.From, h.Head.To), d.chance(h.Women))
	head.widowed = d.chance(h.Widowed)
	motherAge := head.age
	if !head.female {
		motherAge = head.age - d.bell(c.younger())
	}
	if h.Spouse && !(head.female && h.Widowed > 0) {
		head.married, head.widowed = true, false
		age := max(head.age-d.bell(c.younger()), 17)
		if head.female {
			age = head.age + d.bell(c.younger())
		} else {
			motherAge = age
		}
		s := f.add(d, today, c.is.spouse, age, !head.female)
		s.married = true
	}
	counts := c.counts[h]
	if !counts.children.empty() {
		c.children(d, f, today, c.is.child, counts.children.draw(d), motherAge)
		c.orphaned(d, f, h)
	}
	if d.chance(h.GrownChild) {
		c.grown(d, f, today, h, motherAge)
	}
	if h.ParentsAway {
		mother := max(motherAge-c.profile.Ages.MotherAtBirth.From, 17)
		c.children(d, f, today, c.is.grandchild, counts.grandchildren.draw(d), min(mother, 45))
		c.bereave(d, f, c.is.grandchild)
	}
	if d.chance(h.Parent) {
		p := f.add(d, today, c.is.parent, f.people[0].age+d.bell(c.profile.Ages.MotherAtBirth), d.chance(0.7))
		p.widowed = true
	}
	if !counts.other.empty() {
		for range counts.other.draw(d) {
			f.add(d, today, c.is.other, d.between(5, 64), d.chance(0.5))
		}
		c.bereave(d, f, c.is.other)
	}
}

func (c *composer) younger() Bell {
	b := c.profile.Ages.SpouseYounger
	b.From, b.To = -4, 15
	return b
}

// children adds n children of a mother of an age, the eldest first. Most who
// are grown have left, so that older ones are drawn again a few times.
func (c *composer) children(d *dice, f *family, today civil.Date, relation int64, n, motherAge int) {
	b := c.profile.Ages.MotherAtBirth
	ages := make([]int, 0, 8)
	for range n {
		age := 0
		for range 4 {
			at := b
			at.To = min(b.To, motherAge)
			if age = motherAge - d.bell(at); age <= 24 {
				break
			}
		}
		ages = append(ages, max(age, 0))
	}
	slices.SortFunc(ages, func(a, b int) int { return b - a })
	for _, age := range ages {
		p := f.add(d, today, relation, age, d.chance(0.488))
		if len(f.people) > 1 && d.chance(c.profile.Ages.Twins) {
			if twin := f.people[len(f.people)-2]; twin.relation == relation {
				p.born, p.age = twin.born, twin.age
			}
		}
	}
}

// orphaned marks the children of a parent who is left alone by death.
func (c *composer) orphaned(d *dice, f *family, h *Household) {
	head := f.people[0]
	if h.Spouse || !head.widowed {
		return
	}
	covid := d.chance(c.profile.Orphans.Covid)
	for _, p := range f.people {
		if p.relation == c.is.child && p.age < 18 {
			p.orphan = orphanhood{father: head.female, mother: !head.female}
			p.covid = covid
		}
	}
}

// bereave draws who has lost parents among children who live with others.
func (c *composer) bereave(d *dice, f *family, relation int64) {
	o := c.profile.Orphans
	x := d.Float64()
	var lost orphanhood
	switch {
	case x < o.Both:
		lost = orphanhood{true, true}
	case x < o.Both+o.One:
		father := d.chance(0.6)
		lost = orphanhood{father, !father}
	}
	covid := d.chance(o.Covid)
	for _, p := range f.people {
		if p.relation == relation && p.age < 18 && (lost.father || lost.mother) {
			p.orphan, p.covid = lost, covid
		}
	}
}

// grown adds a grown child, perhaps with a spouse and children.
func (c *composer) grown(d *dice, f *family, today civil.Date, h *Household, motherAge int) {
	age := max(motherAge-d.bell(c.profile.Ages.MotherAtBirth), 19)
	female := d.chance(0.5)
	child := f.add(d, today, c.is.child, age, female)
	if !d.chance(h.InLaw) {
		return
	}
	child.married = true
	gap := d.bell(c.younger())
	other := age - gap
	if female {
		other = age + gap
	}
	in := f.add(d, today, c.is.inLaw, max(other, 18), !female)
	in.married = true
	mother := age
	if !female {
		mother = in.age
	}
	counts := c.counts[h]
	if !counts.grandchildren.empty() {
		c.children(d, f, today, c.is.grandchild, counts.grandchildren.draw(d), mother)
	}
}

// add gives the family one more person, of an age in completed years.
func (f *family) add(d *dice, today civil.Date, relation int64, age int, female bool) *person {
	if len(f.people) == len(f.pool) {
		f.pool = append(f.pool, &person{facts: newRow(f.sheet)})
	}
	p := f.pool[len(f.people)]
	f.people = append(f.people, p)
	facts := p.facts
	facts.clear()
	born := today.AddMonths(-12 * age).AddDays(-d.IntN(365))
	*p = person{relation: relation, born: born, age: born.YearsOn(today), female: female, facts: facts}
	return p
}
