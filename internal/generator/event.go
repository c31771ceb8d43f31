package generator

// Events is what happened to families and what they asked for: see
// profile.yaml.
type Events struct {
	DeathClaim        Chance   `yaml:"death_claim"`
	ClaimDays         int      `yaml:"claim_days"`
	Papers            float64  `yaml:"papers"`
	Causes            Steps    `yaml:"causes"`
	Disaster          Chance   `yaml:"disaster"`
	DisasterDeath     float64  `yaml:"disaster_death"`
	DisasterInjury    float64  `yaml:"disaster_injury"`
	DisasterDisplaced float64  `yaml:"disaster_displaced"`
	DisasterHouse     float64  `yaml:"disaster_house"`
	ShockList         Chance   `yaml:"shock_list"`
	KUBE              Chance   `yaml:"kube"`
	KUBEFamilies      AgeRange `yaml:"kube_families"`
	EnterpriseAid     Chance   `yaml:"enterprise_aid"`
	FlatWanted        Chance   `yaml:"flat_wanted"`
	LivestockWanted   Chance   `yaml:"livestock_wanted"`
	LivestockRural    float64  `yaml:"livestock_rural"`
	Needs             Steps    `yaml:"needs"`
	Need              Chance   `yaml:"need"`
	DisabledNeed      float64  `yaml:"disabled_need"`
	Aids              Steps    `yaml:"aids"`
	MotorcycleWanted  float64  `yaml:"motorcycle_wanted"`
	TrainingWish      float64  `yaml:"training_wish"`
	TrainingAsked     float64  `yaml:"training_asked"`
	CourseCompleted   float64  `yaml:"course_completed"`
	StallWanted       float64  `yaml:"stall_wanted"`
	CreditWanted      float64  `yaml:"credit_wanted"`
}

// events draws them, with dice of their own: what else is true of a family
// does not depend on them.
type events struct {
	p                                         *Events
	dice                                      *dice
	claim, disaster, shock, kube, aided, flat odds
	livestock, need                           odds
	causes, needs, aids                       *weighted[int64]
	family, person                            *sheet
	walk, laidOff, business                   int
	noTrouble                                 int64
	adult                                     AgeRange
}

const eventStream = 0x6b656a616469616e // "kejadian"

func newEvents(p *Events, family, person *sheet, adult AgeRange) (*events, error) {
	x := &events{
		p: p, dice: newDice(), family: family, person: person, adult: adult,
		claim: newOdds(p.DeathClaim), disaster: newOdds(p.Disaster), shock: newOdds(p.ShockList), kube: newOdds(p.KUBE),
		aided: newOdds(p.EnterpriseAid), flat: newOdds(p.FlatWanted), livestock: newOdds(p.LivestockWanted), need: newOdds(p.Need),
		walk: person.fact("difficulty_walking"), laidOff: person.fact("laid_off"), business: person.fact("own_business"),
		noTrouble: person.must("difficulty_walking", "none"),
	}
	for _, s := range []*sheet{family, person} {
		for k, i := range s.columns {
			if i.Group == "events" || i.Group == "person_events" {
				s.never[k] = true // what is not known of an event was not reported
			}
		}
	}
	var err error
	if x.causes, err = family.weights("death_cause", p.Causes); err != nil {
		return nil, err
	}
	if x.needs, err = person.weights("ppks", p.Needs); err != nil {
		return nil, err
	}
	x.aids, err = person.weights("mobility_aid", p.Aids)
	return x, err
}

// fill draws the events of the nth family of a village.
func (x *events) fill(seed, number uint64, f *family) {
	x.dice.reset(seed, eventStream, number)
	x.deaths(f)
	x.disasters(f)
	x.applications(f)
	for _, p := range f.people {
		x.needsOf(f, p)
	}
}

// yes notes a reported event.
func (s *sheet) yes(r *row, code string) { r.setBool(s.fact(code), true) }

// papers notes which of the papers are there.
func (x *events) papers(f *family, codes ...string) {
	for _, code := range codes {
		f.facts.setBool(x.family.fact(code), x.dice.chance(x.p.Papers))
	}
}

func (x *events) deaths(f *family) {
	d, r := x.dice, &f.facts
	if !x.claim.draw(d, f.z) {
		return
	}
	days := d.between(1, x.p.ClaimDays)
	x.family.yes(r, "death_claim")
	r.set(x.family.fact("death_days"), int64(days))
	r.set(x.family.fact("death_working_days"), int64(days*5/7)) // five of seven days
	r.set(x.family.fact("death_cause"), x.causes.draw(d))
	x.papers(f, "death_certificate", "heir_letter", "poor_letter", "claim_papers")
}

func (x *events) disasters(f *family) {
	d, r := x.dice, &f.facts
	if !x.disaster.draw(d, f.z) {
		return
	}
	x.family.yes(r, "disaster_hit")
	x.papers(f, "disaster_decree", "disaster_checked")
	if d.chance(x.p.DisasterDeath) {
		r.set(x.family.fact("disaster_dead"), 1)
		x.papers(f, "heir_proven")
	}
	if d.chance(x.p.DisasterInjury) {
		r.set(x.family.fact("disaster_injured"), 1)
	}
	r.setBool(x.family.fact("displaced"), d.chance(x.p.DisasterDisplaced))
	r.setBool(x.family.fact("house_lost"), d.chance(x.p.DisasterHouse))
}

func (x *events) applications(f *family) {
	d, r := x.dice, &f.facts
	if x.shock.draw(d, f.z) {
		x.family.yes(r, "shock_list")
	}
	if x.kube.draw(d, f.z) {
		r.set(x.family.fact("kube_families"), int64(d.between(x.p.KUBEFamilies.From, x.p.KUBEFamilies.To)))
	}
	r.setBool(x.family.fact("enterprise_aid_received"), x.aided.draw(d, f.z))
	if x.flat.draw(d, f.z) {
		x.family.yes(r, "flat_wanted")
	}
	if x.livestock.draw(d, f.z) || f.place.rural && d.chance(x.p.LivestockRural) {
		x.family.yes(r, "livestock_wanted")
	}
}

func (x *events) needsOf(f *family, p *person) {
	d, r, s := x.dice, &p.facts, x.person
	troubled := r.known.Get(x.walk) && r.values[x.walk] != x.noTrouble
	switch {
	case p.severe && d.chance(x.p.DisabledNeed):
		code := "disabled"
		if p.age < x.adult.From {
			code = "disabled_child"
		}
		r.set(s.fact("ppks"), s.must("ppks", code))
	case x.need.draw(d, f.z):
		r.set(s.fact("ppks"), x.needs.draw(d))
	}
	if troubled {
		r.set(s.fact("mobility_aid"), x.aids.draw(d))
	}
	if !x.adult.has(p.age) {
		return
	}
	if troubled && d.chance(x.p.MotorcycleWanted) {
		s.yes(r, "motorcycle_wanted")
	}
	if !p.working && !p.school && !p.severe && d.chance(x.p.TrainingAsked) {
		r.setBool(s.fact("training_wish"), d.chance(x.p.TrainingWish))
	}
	trained := d.chance(x.p.CourseCompleted)
	if trained {
		s.yes(r, "course_completed")
	}
	if trained || r.values[x.laidOff] == 1 || r.values[x.business] == 1 && r.known.Get(x.business) {
		if d.chance(x.p.StallWanted) {
			s.yes(r, "stall_wanted")
		}
	}
	if r.values[x.business] == 1 && d.chance(x.p.CreditWanted) {
		s.yes(r, "credit_wanted")
	}
}
