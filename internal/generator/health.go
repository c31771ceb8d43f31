package generator

import "strings"

// health draws disability, illness, pregnancy and care.
type health struct {
	p               *Profile
	follow          follow
	degrees         *weighted[int64]
	illnesses       *weighted[int64]
	sadness         *weighted[int64]
	insurance       *ladder[int64]
	stunted         odds
	disability      []ageOdds
	chronic         []ageOdds
	degreeCode      []string
	difficulties    []int
	carers          struct{ family, alone, none int64 }
	employer        int64
	disabilityAt    int
	chronicAt       int
	pregnant        int
	postnatal       int
	nutrition       int
	visit           int
	insuranceAt     int
	sadnessAt       int
	carer, self     int
	rights          int
	noDisability    int64
	noIllness       int64
	wasted, short   int64
	noRecord        int64
	cannot, aLot    int64
	some, noTrouble int64
}

type ageOdds struct {
	AgeRange
	above float64
}

func newHealth(p *Profile, s *sheet) (*health, error) {
	h := p.Health
	x := &health{
		p: p, follow: newFollow(h.Rho), stunted: newOdds(h.Stunted),
		disabilityAt: s.fact("disability"), chronicAt: s.fact("chronic_illness"), pregnant: s.fact("pregnant"),
		postnatal: s.fact("postnatal"), nutrition: s.fact("nutrition"), visit: s.fact("health_visit"),
		insuranceAt: s.fact("health_insurance"), sadnessAt: s.fact("sadness"), carer: s.fact("carer"),
		self: s.fact("cares_for_self"), rights: s.fact("rights_victim"),
		noDisability: s.must("disability", "none"), noIllness: s.must("chronic_illness", "none"),
		wasted: s.must("nutrition", "wasted"), short: s.must("nutrition", "stunted"), noRecord: s.must("nutrition", "no_record"),
		cannot: s.must("difficulty_sight", "cannot"), aLot: s.must("difficulty_sight", "a_lot"),
		some: s.must("difficulty_sight", "some"), noTrouble: s.must("difficulty_sight", "none"),
		employer: s.must("health_insurance", "jkn_employer"),
	}
	x.carers.family, x.carers.alone, x.carers.none = s.must("carer", "family"), s.must("carer", "alone"), s.must("carer", "none")
	x.degreeCode = s.words[x.disabilityAt]
	for k, i := range s.columns {
		if strings.HasPrefix(i.Code, "difficulty_") {
			x.difficulties = append(x.difficulties, k)
		}
	}
	x.disability, x.chronic = ageOddsOf(h.Disability), ageOddsOf(h.Chronic)
	var err error
	if x.degrees, err = s.weights("disability", h.Degrees); err != nil {
		return nil, err
	}
	if x.illnesses, err = s.weights("chronic_illness", h.Illnesses); err != nil {
		return nil, err
	}
	if x.sadness, err = s.weights("sadness", h.Sadness); err != nil {
		return nil, err
	}
	x.insurance, err = s.ladder("health_insurance", h.Insurance)
	return x, err
}

func ageOddsOf(shares []AgeShare) []ageOdds {
	list := make([]ageOdds, len(shares))
	for i, s := range shares {
		list[i] = ageOdds{s.AgeRange, quantile(1 - s.Share)}
	}
	return list
}

func (x *health) happens(d *dice, list []ageOdds, age int, z float64) bool {
	for _, o := range list {
		if o.has(age) {
			return x.follow.draw(d, z) > o.above
		}
	}
	return false
}

// disable draws the disability first, since school and work depend on it.
func (x *health) disable(d *dice, p *person, z float64) {
	p.disability = x.noDisability
	if x.happens(d, x.disability, p.age, z) {
		p.disability = x.degrees.draw(d)
	}
	p.severe = x.degreeCode[p.disability] == "severe"
	p.facts.set(x.disabilityAt, p.disability)
}

func (x *health) fill(d *dice, f *family, p *person) {
	r, h := &p.facts, &x.p.Health
	x.functions(d, p)
	r.set(x.chronicAt, x.noIllness)
	if x.happens(d, x.chronic, p.age, f.z) {
		r.set(x.chronicAt, x.illnesses.draw(d))
	}
	expecting := p.female && p.married && h.Pregnant.has(p.age)
	r.setBool(x.pregnant, expecting && d.chance(h.Pregnant.Share))
	r.setBool(x.postnatal, expecting && r.values[x.pregnant] == 0 && d.chance(h.Postnatal))
	if p.age < 5 {
		r.set(x.nutrition, x.noRecord)
		if x.stunted.draw(d, f.z) {
			r.set(x.nutrition, x.short)
		} else if d.chance(h.Wasted) {
			r.set(x.nutrition, x.wasted)
		}
	}
	if p.age <= 6 || p.age >= 60 || r.values[x.pregnant] == 1 { // whom the health post invites
		r.setBool(x.visit, d.chance(h.HealthVisit))
	}
	r.set(x.insuranceAt, x.insurance.draw(d, f.z))
	if p.servant != "" {
		r.set(x.insuranceAt, x.employer)
	}
	if p.age >= 10 {
		r.set(x.sadnessAt, x.sadness.draw(d))
	}
	r.setBool(x.rights, p.age >= 25 && d.chance(h.RightsVictim))
	x.care(d, f, p)
}

// functions answers the questions on difficulties, asked from the age of two.
func (x *health) functions(d *dice, p *person) {
	if p.age < 2 {
		return
	}
	for _, c := range x.difficulties {
		trouble := x.noTrouble
		if p.age >= 50 && d.chance(x.p.Health.MinorDifficulty) {
			trouble = x.some
		}
		p.facts.set(c, trouble)
	}
	worst, ok := map[string]int64{"mild": x.some, "moderate": x.aLot, "severe": x.cannot}[x.degreeCode[p.disability]]
	if !ok {
		return
	}
	for range d.between(1, 3) {
		p.facts.set(one(d, x.difficulties), worst)
	}
}

// care answers who looks after somebody old or disabled.
func (x *health) care(d *dice, f *family, p *person) {
	r := &p.facts
	degree := x.degreeCode[p.disability]
	able := x.p.Health.CaresForSelf[degree]
	if p.age >= 75 {
		able -= 0.1
	}
	if p.age >= 7 {
		r.setBool(x.self, d.chance(able))
	}
	if degree == "none" && p.age < 60 {
		return
	}
	switch {
	case len(f.people) == 1:
		r.set(x.carer, x.carers.alone)
	case p.severe || d.chance(0.4):
		r.set(x.carer, x.carers.family)
	default:
		r.set(x.carer, x.carers.none)
	}
}
