package generator

import (
	"fmt"
	"math"
	"strings"

	"gotong/internal/indicator"
)

// livelihood is a sector with a status, as option numbers.
type livelihood struct {
	sector, status int64
	weight         float64 // of the income among the family's earners
	business       bool
	paid, unpaid   bool // has paid or unpaid workers
}

// work draws who works, as what and for how much.
type work struct {
	p                                    *Profile
	def                                  *indicator.Derivations
	livelihoods                          map[string]*ladder[livelihood]
	licence, npwp, security              *ladder[int64]
	online, kur, umi, prakerja, servants odds
	pensioners                           odds
	kinds                                *weighted[int64]
	statusCode                           []string

	working, hours, sector, status, pensioner, npwpAt, business, businesses, businessSector int
	paid, unpaid, licenceAt, turnover, onlineAt, income, laidOff, prakerjaAt, kurAt, umiAt  int
	securityAt, diploma                                                                     int
	noSector, noStatus, government, employee, fishing                                       int64
}

func newWork(p *Profile, s *sheet, def *indicator.Derivations) (*work, error) {
	x := &work{
		p: p, def: def, livelihoods: map[string]*ladder[livelihood]{}, online: newOdds(p.Work.Online), kur: newOdds(p.Work.KUR),
		umi: newOdds(p.Work.UMi), prakerja: newOdds(p.Work.Prakerja),
		servants:   newOdds(Chance{p.CivilServants.Rho, p.CivilServants.Share}),
		pensioners: newOdds(p.CivilServants.Pensioners.Chance),
		working:    s.fact("working"), hours: s.fact("hours"), sector: s.fact("sector"), status: s.fact("work_status"),
		pensioner: s.fact("state_pensioner"), npwpAt: s.fact("npwp"), business: s.fact("own_business"),
		businesses: s.fact("businesses"), businessSector: s.fact("business_sector"), paid: s.fact("paid_workers"),
		unpaid: s.fact("unpaid_workers"), licenceAt: s.fact("licence"), turnover: s.fact("turnover"),
		onlineAt: s.fact("business_online"), income: s.fact("income"), laidOff: s.fact("laid_off"),
		prakerjaAt: s.fact("prakerja"), kurAt: s.fact("kur"), umiAt: s.fact("umi"), securityAt: s.fact("social_security"),
		diploma: s.fact("diploma"), noSector: s.must("sector", "none"), noStatus: s.must("work_status", "none"),
		government: s.must("sector", "government"), employee: s.must("work_status", "employee"), fishing: s.must("sector", "fishing"),
	}
	x.statusCode = s.words[x.status]
	for name, steps := range p.Work.Livelihoods {
		l, err := x.livelihood(s, steps)
		if err != nil {
			return nil, err
		}
		x.livelihoods[name] = l
	}
	var err error
	if x.licence, err = s.ladder("licence", p.Work.Licence); err != nil {
		return nil, err
	}
	if x.npwp, err = s.ladder("npwp", p.Work.NPWP); err != nil {
		return nil, err
	}
	if x.security, err = s.ladder("social_security", p.Work.SocialSecurity); err != nil {
		return nil, err
	}
	x.kinds, err = s.weights("work_status", p.CivilServants.Kinds)
	return x, err
}

func (x *work) livelihood(s *sheet, steps Steps) (*ladder[livelihood], error) {
	var values []livelihood
	var shares []float64
	for _, step := range steps {
		sector, status, ok := strings.Cut(step.Code, "/")
		if !ok {
			return nil, fmt.Errorf("generator: profile: livelihood %s is not sector/status", step.Code)
		}
		a, err := s.option("sector", sector)
		if err != nil {
			return nil, err
		}
		b, err := s.option("work_status", status)
		if err != nil {
			return nil, err
		}
		weight, ok := x.p.Work.IncomeWeight[status]
		if !ok {
			weight = 1
		}
		values = append(values, livelihood{
			sector: a, status: b, weight: weight,
			business: strings.HasPrefix(status, "self") || status == "employer",
			paid:     status == "employer", unpaid: status == "self_helped",
		})
		shares = append(shares, step.Share)
	}
	return newLadder(x.p.Work.Rho, values, shares), nil
}

// of returns the livelihoods of a village.
func (x *work) of(village string, rural bool) (*ladder[livelihood], error) {
	name := "urban"
	if rural {
		name = "rural"
	}
	if own, ok := x.p.Work.Villages[village]; ok {
		name = own
	}
	l, ok := x.livelihoods[name]
	if !ok {
		return nil, fmt.Errorf("generator: profile: no livelihoods %s", name)
	}
	return l, nil
}

// fill draws the work of all of a family, whose income is shared among them.
func (x *work) fill(d *dice, f *family, isHead int64) {
	f.fishing = false
	weights := make([]float64, len(f.people))
	total := 0.0
	for i, p := range f.people {
		weights[i] = x.person(d, f, p, p.relation == isHead)
		total += weights[i]
	}
	pot := f.consumption() * float64(len(f.people)) * x.p.Work.Income.OverConsumption * math.Exp(d.normal(0, x.p.Work.Income.Spread))
	for i, p := range f.people {
		if p.age < x.def.WorkingFrom {
			continue
		}
		income := int64(0)
		if total > 0 {
			income = rounded(pot*weights[i]/total, 50_000)
		}
		p.facts.set(x.income, income)
		if p.facts.values[x.business] == 1 {
			p.facts.set(x.turnover, rounded(float64(income)*x.p.Work.TurnoverOverIncome, 100_000))
		}
	}
}

// person draws one person's work and returns the weight of the income.
func (x *work) person(d *dice, f *family, p *person, head bool) float64 {
	r := &p.facts
	r.setBool(x.working, false)
	r.set(x.sector, x.noSector)
	r.set(x.status, x.noStatus)
	for _, c := range []int{x.pensioner, x.business, x.laidOff, x.prakerjaAt, x.kurAt, x.umiAt} {
		r.setBool(c, false)
	}
	if p.age < x.def.WorkingFrom {
		return 0
	}
	r.set(x.npwpAt, x.npwp.draw(d, f.z))
	r.set(x.securityAt, x.security.draw(d, f.z))
	r.setBool(x.prakerjaAt, x.prakerja.draw(d, f.z))
	p.working = d.chance(x.share(p, head))
	if !p.working {
		return x.idle(d, f, p)
	}
	l := f.place.livelihoods.draw(d, x.standing(f, p))
	if x.servant(d, f, p) {
		l = livelihood{sector: x.government, status: x.employee, weight: 1.4}
		if p.servantSaid {
			l.status = x.statusNumber(p.servant)
		}
	}
	f.fishing = f.fishing || l.sector == x.fishing
	r.setBool(x.working, true)
	r.set(x.hours, int64(min(max(d.normal(x.p.Work.Hours.Mean, x.p.Work.Hours.Spread), 4), 90)))
	r.set(x.sector, l.sector)
	r.set(x.status, l.status)
	if l.business {
		x.enterprise(d, f, r, l)
	}
	return l.weight * math.Exp(d.normal(0, 0.3))
}

// standing mixes welfare and schooling to a standard normal, nearly.
func (x *work) standing(f *family, p *person) float64 {
	b := x.p.Work.BySchooling
	years := float64(yearsOf(x.def, p.facts.values[x.diploma]))
	return math.Sqrt(1-b.Weight*b.Weight)*f.z + b.Weight*(years-b.Mean)/b.Spread
}

func (x *work) share(p *person, head bool) float64 {
	for _, a := range x.p.Work.Participation {
		if !a.has(p.age) {
			continue
		}
		share := a.Men
		if p.female {
			share = a.Women
		}
		if head {
			share = 1 - (1-share)*x.p.Work.HeadsIdle
		}
		switch {
		case p.severe:
			share = x.p.Work.SeverelyDisabled
		case p.school:
			share *= x.p.Work.Pupils
		}
		return share
	}
	return 0
}

// idle is somebody who does not work: perhaps a pensioner of the state.
func (x *work) idle(d *dice, f *family, p *person) float64 {
	r := &p.facts
	r.set(x.hours, 0)
	c := x.p.CivilServants
	if p.age >= c.Pensioners.From && yearsOf(x.def, r.values[x.diploma]) >= c.SchoolingFrom && x.pensioners.draw(d, f.z) {
		r.setBool(x.pensioner, true)
		return 0.8
	}
	if x.def.ProductiveAge.Has(int64(p.age)) && !p.school {
		r.setBool(x.laidOff, d.chance(x.p.Work.LaidOff))
	}
	return 0
}

func (x *work) servant(d *dice, f *family, p *person) bool {
	c := x.p.CivilServants
	if !c.has(p.age) || yearsOf(x.def, p.facts.values[x.diploma]) < c.SchoolingFrom || p.school || !x.servants.draw(d, f.z) {
		return false
	}
	p.servant = x.statusCode[x.kinds.draw(d)]
	p.servantSaid = d.chance(c.Reported)
	return true
}

func (x *work) statusNumber(code string) int64 {
	for no, c := range x.statusCode {
		if c == code {
			return int64(no)
		}
	}
	return x.employee
}

func (x *work) enterprise(d *dice, f *family, r *row, l livelihood) {
	r.setBool(x.business, true)
	r.set(x.businesses, 1)
	r.set(x.businessSector, l.sector)
	r.set(x.paid, 0)
	r.set(x.unpaid, 0)
	if l.paid {
		r.set(x.paid, int64(d.between(1, 6)))
	}
	if l.unpaid {
		r.set(x.unpaid, int64(d.between(1, 2)))
	}
	r.set(x.licenceAt, x.licence.draw(d, f.z))
	r.setBool(x.onlineAt, x.online.draw(d, f.z))
	r.setBool(x.kurAt, x.kur.draw(d, f.z))
	if r.values[x.kurAt] == 0 { // UMi is not lent to who has a bank's credit
		r.setBool(x.umiAt, x.umi.draw(d, f.z))
	}
}
