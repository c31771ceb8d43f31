package generator

import (
	"math"
	"slices"

	"gotong/internal/civil"
	"gotong/internal/indicator"
)

// family is one family while it is generated. It is used again for the next.
type family struct {
	id, card string
	place    *place
	address  string
	rt, rw   int
	observed civil.Date
	kind     *Household
	people   []*person
	pool     []*person // people of this family and of larger ones before it
	sheet    *sheet    // of people
	facts    row

	theta    float64 // log monthly consumption per person, rupiah
	z        float64 // theta on the scale of a standard normal
	unsafe   []string
	fishing  bool
	unlisted bool // visited badly: many answers are missing
}

// place is the village of a family.
type place struct {
	village
	district    string
	rural       bool
	livelihoods *ladder[livelihood]
	around      *weighted[*community]
}

// consumption returns the true monthly consumption per person, rupiah.
func (f *family) consumption() float64 { return math.Exp(f.theta) }

// choices and odds of the dwelling and of what a family owns, bound to columns.
type familyFacts struct {
	p                 *Profile
	s                 *sheet
	choices           []boundLadder
	odds              []boundOdds
	damaged, homeless odds
	livestock         []boundLivestock

	floorArea, damagedAt, homelessAt, landOwned, boat, motorboat int
	foodOverHalf, spending, visit, kks                           int
	tenure, certificate, water, waterDistance, lighting, watts   int
	toilet, closet, disposal, bpnt, pkh                          int
	own, noCertificate, notAsked, metered, noMeter               int64
	noToilet, noCloset, noDisposal, complete, incomplete         int64
	wells                                                        []int64
	last                                                         []lastPaid
}

type boundLadder struct {
	column int
	ladder *ladder[int64]
}

type boundOdds struct {
	column int
	odds   odds
}

type boundLivestock struct {
	column int
	share  float64
	most   int
}

// lastPaid ties "received" to "last received in".
type lastPaid struct{ received, last int }

func newFamilyFacts(p *Profile, s *sheet) (*familyFacts, error) {
	f := &familyFacts{
		p: p, s: s, damaged: newOdds(p.UnsafeHouses.Damaged), homeless: newOdds(p.Homeless),
		floorArea: s.fact("floor_area"), damagedAt: s.fact("house_damaged"), homelessAt: s.fact("homeless"),
		landOwned: s.fact("land_owned"), boat: s.fact("boat"), motorboat: s.fact("motorboat"),
		foodOverHalf: s.fact("food_over_half"), spending: s.fact("monthly_spending"), visit: s.fact("visit_result"),
		kks: s.fact("kks_active"), tenure: s.fact("tenure"), certificate: s.fact("land_certificate"),
		water: s.fact("water"), waterDistance: s.fact("water_distance"), lighting: s.fact("lighting"), watts: s.fact("watts"),
		toilet: s.fact("toilet"), closet: s.fact("closet"), disposal: s.fact("disposal"),
		bpnt: s.fact("received_bpnt"), pkh: s.fact("received_pkh"),
		own: s.must("tenure", "own"), noCertificate: s.must("land_certificate", "none"),
		notAsked: s.must("water_distance", "not_asked"), metered: s.must("lighting", "pln_metered"),
		noMeter: s.must("watts", "none"), noToilet: s.must("toilet", "none"), noCloset: s.must("closet", "none"),
		noDisposal: s.must("disposal", "none"), complete: s.must("visit_result", "complete"),
		incomplete: s.must("visit_result", "incomplete"),
	}
	for _, well := range []string{"borehole", "well_protected", "well_open", "spring_protected", "spring_open"} {
		f.wells = append(f.wells, s.must("water", well))
	}
	// In the order of the columns, so that the draws do not depend on a map's order.
	for k, i := range s.columns {
		if l, ok := p.Choices[i.Code]; ok && i.Kind == indicator.Choice {
			bound, err := s.ladder(i.Code, l)
			if err != nil {
				return nil, err
			}
			f.choices = append(f.choices, boundLadder{k, bound})
		}
		if c, ok := p.Booleans[i.Code]; ok && i.Kind == indicator.Bool {
			f.odds = append(f.odds, boundOdds{k, newOdds(c)})
		}
		if l, ok := p.Livestock[i.Code]; ok && i.Kind == indicator.Int {
			f.livestock = append(f.livestock, boundLivestock{k, l.Share, l.Most})
		}
		if programme, ok := cutPrefix(i, "received_"); ok {
			f.last = append(f.last, lastPaid{k, s.fact("last_" + programme)})
		}
	}
	if len(f.choices) != len(p.Choices) || len(f.odds) != len(p.Booleans) || len(f.livestock) != len(p.Livestock) {
		return nil, errUnknownFact(p, s)
	}
	return f, nil
}

// fill draws what the family lives in, owns and receives.
func (x *familyFacts) fill(d *dice, f *family) {
	r := &f.facts
	r.clear()
	f.unsafe = f.unsafe[:0]
	for _, c := range x.choices {
		r.set(c.column, c.ladder.draw(d, f.z))
	}
	for _, o := range x.odds {
		r.setBool(o.column, o.odds.draw(d, f.z))
	}
	x.skipped(r)
	x.house(d, f)
	x.aid(d, f)
	r.setBool(x.boat, f.fishing && d.chance(x.p.FishingFamily.Boat))
	r.setBool(x.motorboat, f.fishing && d.chance(x.p.FishingFamily.Motorboat))
	for _, l := range x.livestock {
		n := 0
		if f.place.rural && d.chance(l.share) {
			n = d.between(1, l.most)
		}
		r.set(l.column, int64(n))
	}
	e := x.p.FoodShare
	food := e.AtMean + e.PerLog*(f.theta-x.p.Welfare.Mean) + d.normal(0, e.Spread)
	r.setBool(x.foodOverHalf, food > 0.5) // the decree's own half
	r.set(x.spending, rounded(f.consumption()*float64(len(f.people))*math.Exp(d.normal(0, 0.1)), 10_000))
	f.unlisted = d.chance(x.p.Missing.Families)
	r.set(x.visit, x.complete)
	if f.unlisted {
		r.set(x.visit, x.incomplete)
	}
}

// skipped answers the questions that the form skips.
func (x *familyFacts) skipped(r *row) {
	if r.values[x.tenure] != x.own {
		r.set(x.certificate, x.noCertificate)
	}
	if !slices.Contains(x.wells, r.values[x.water]) {
		r.set(x.waterDistance, x.notAsked)
	}
	if r.values[x.lighting] != x.metered {
		r.set(x.watts, x.noMeter)
	}
	if r.values[x.toilet] == x.noToilet {
		r.set(x.closet, x.noCloset)
		r.set(x.disposal, x.noDisposal)
	}
	r.setBool(x.landOwned, r.values[x.tenure] == x.own && r.values[x.certificate] != x.noCertificate)
}

// house draws the floor area and notes why nobody should live in the house.
func (x *familyFacts) house(d *dice, f *family) {
	r, a, size := &f.facts, x.p.FloorArea, float64(len(f.people))
	area := (a.Base + a.PerMember*size) * math.Exp(a.Growth*f.z+d.normal(0, a.Spread))
	area = math.Round(max(area, a.Least))
	damaged, homeless := x.damaged.draw(d, f.z), x.homeless.draw(d, f.z)
	r.setBool(x.homelessAt, homeless)
	if homeless {
		area, damaged = 0, true
	}
	r.set(x.floorArea, int64(area))
	r.setBool(x.damagedAt, damaged)
	if damaged {
		f.unsafe = append(f.unsafe, "rusak")
	}
	if area < x.p.UnsafeHouses.LeastAreaPerPerson*size {
		f.unsafe = append(f.unsafe, "sempit")
	}
	if r.values[x.toilet] == x.noToilet {
		f.unsafe = append(f.unsafe, "tanpa_jamban")
	}
}

// aid draws when each kind of aid was last received.
func (x *familyFacts) aid(d *dice, f *family) {
	for _, l := range x.last {
		if f.facts.values[l.received] == 1 {
			y, m, _ := f.observed.AddMonths(-d.between(0, 10)).YMD()
			f.facts.set(l.last, int64(civil.Of(y, m, 1)))
		}
	}
	f.facts.setBool(x.kks, f.facts.values[x.bpnt] == 1 || f.facts.values[x.pkh] == 1)
}

// rounded returns an amount as people say it, in steps.
func rounded(v float64, step int64) int64 { return int64(v/float64(step)+0.5) * step }

func cutPrefix(i *indicator.Indicator, prefix string) (string, bool) {
	if len(i.Code) > len(prefix) && i.Code[:len(prefix)] == prefix {
		return i.Code[len(prefix):], true
	}
	return "", false
}
