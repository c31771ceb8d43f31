package generator

import (
	"gotong/internal/civil"
	"gotong/internal/indicator"
)

// lifeFacts draws who has died or gone, and what the record says of it.
type lifeFacts struct {
	p                  *Profile
	presence, orphan   int
	covid, certificate int
	marital, document  int
	here, died         int64
	gone               []goneKind
	fresh              int64
	orphans            [4]int64 // by father, mother
	single, married    int64
	divorced, widowed  int64
	children, adults   *weighted[int64]
}

type goneKind struct {
	option int64
	share  float64
}

func newLifeFacts(p *Profile, s *sheet) (*lifeFacts, error) {
	x := &lifeFacts{
		p: p, presence: s.fact("presence"), orphan: s.fact("orphan"), covid: s.fact("parent_death_covid"),
		certificate: s.fact("parent_death_certificate"), marital: s.fact("marital"), document: s.fact("id_document"),
		here: s.must("presence", "living_here"), died: s.must("presence", "died"), fresh: s.must("presence", "new"),
		orphans: [4]int64{
			s.must("orphan", "none"), s.must("orphan", "fatherless"), s.must("orphan", "motherless"), s.must("orphan", "both"),
		},
		single: s.must("marital", "single"), married: s.must("marital", "married"),
		divorced: s.must("marital", "divorced"), widowed: s.must("marital", "widowed"),
	}
	for _, code := range []string{"moved", "abroad", "not_found"} { // in a fixed order, for the draws
		x.gone = append(x.gone, goneKind{s.must("presence", code), p.Presence[code]})
	}
	var err error
	if x.children, err = s.weights("id_document", p.IDDocuments.Children); err != nil {
		return nil, err
	}
	x.adults, err = s.weights("id_document", p.IDDocuments.Adults)
	return x, err
}

func (x *lifeFacts) fill(d *dice, f *family, p *person, today civil.Date) {
	r := &p.facts
	x.whereabouts(d, f, p, today)
	lost := 0
	if p.orphan.father {
		lost++
	}
	if p.orphan.mother {
		lost += 2
	}
	r.set(x.orphan, x.orphans[lost])
	r.setBool(x.covid, lost > 0 && p.covid)
	r.setBool(x.certificate, lost > 0 && d.chance(x.p.Orphans.Certificate))
	r.set(x.marital, x.maritalOf(d, p))
	documents := x.adults
	if p.age < 17 { // the identity card is given at 17
		documents = x.children
	}
	r.set(x.document, documents.draw(d))
}

func (x *lifeFacts) maritalOf(d *dice, p *person) int64 {
	switch {
	case p.married:
		return x.married
	case p.widowed:
		return x.widowed
	case p.age >= 25 && d.chance(0.3):
		return x.divorced
	}
	return x.single
}

func (x *lifeFacts) whereabouts(d *dice, f *family, p *person, today civil.Date) {
	p.facts.set(x.presence, x.here)
	for _, a := range x.p.Dead.Ages {
		if p.again == nil && a.has(p.age) && d.chance(a.Share) {
			p.died = max(today.AddDays(-d.between(1, x.p.Dead.WithinDays)), p.born)
			p.deathSaid = p.died <= f.observed && d.chance(x.p.Dead.Reported)
			if p.deathSaid {
				p.facts.set(x.presence, x.died)
			}
			return
		}
	}
	if d.chance(x.p.Presence["new"]) {
		p.facts.set(x.presence, x.fresh)
		return
	}
	for _, g := range x.gone {
		if p.again == nil && d.chance(g.share) {
			p.gone = true
			p.facts.set(x.presence, g.option)
			return
		}
	}
}

// secondEngine reports whether a living member could earn and does not, by
// the catalogue's definitions.
func secondEngine(def *indicator.Derivations, p *person) bool {
	return p.died == 0 && !p.gone && def.ProductiveAge.Has(int64(p.age)) && !p.working && !p.school && !p.severe
}
