package generator

import (
	"fmt"

	"gotong/internal/indicator"
)

// schooling draws what a person attends and which certificate he or she holds.
type schooling struct {
	p           *Profile
	follow      follow
	attending   []attending
	kinds       map[string]*weighted[int64]
	cohorts     []cohort
	pip         odds
	certificate []string // code by option number

	participation, school, kind, grade, diploma, attendance, pipAt int
	never, now, left                                               int64
	none, noDiploma                                                int64
}

type attending struct {
	AgeRange
	stage  string
	option int64
	above  float64
}

type cohort struct {
	bornBefore int
	ladder     *ladder[int64]
}

// before is the certificate that a pupil of a stage holds already.
var before = map[string]string{"paud": "none", "sd": "none", "smp": "sd", "sma": "smp", "higher": "sma"}

func newSchooling(p *Profile, s *sheet) (*schooling, error) {
	x := &schooling{
		p: p, follow: newFollow(p.Schooling.Rho), kinds: map[string]*weighted[int64]{}, pip: newOdds(p.Schooling.PIP),
		participation: s.fact("school_participation"), school: s.fact("school"), kind: s.fact("school_kind"),
		grade: s.fact("grade"), diploma: s.fact("diploma"), attendance: s.fact("attendance"), pipAt: s.fact("pip"),
		never: s.must("school_participation", "never"), now: s.must("school_participation", "attending"),
		left: s.must("school_participation", "left"), none: s.must("school", "none"), noDiploma: s.must("diploma", "none"),
	}
	x.certificate = s.words[x.diploma]
	for _, a := range p.Schooling.Attending {
		no, err := s.option("school", a.School)
		if err != nil {
			return nil, err
		}
		if before[a.School] == "" {
			return nil, fmt.Errorf("generator: profile: %s is not a stage of school", a.School)
		}
		x.attending = append(x.attending, attending{a.AgeRange, a.School, no, quantile(1 - a.Share)})
	}
	for stage, steps := range p.Schooling.Kinds {
		w, err := s.weights("school_kind", steps)
		if err != nil {
			return nil, err
		}
		x.kinds[stage] = w
	}
	for _, c := range p.Schooling.Cohorts {
		l, err := s.ladder("diploma", Ladder{p.Schooling.Rho, c.Steps})
		if err != nil {
			return nil, err
		}
		x.cohorts = append(x.cohorts, cohort{c.BornBefore, l})
	}
	return x, nil
}

func (x *schooling) fill(d *dice, p *person, z float64) {
	r := &p.facts
	p.diploma = "none"
	r.set(x.diploma, x.noDiploma)
	r.set(x.school, x.none)
	follow := x.follow.draw(d, z)
	for _, a := range x.attending {
		if a.has(p.age) && !p.severe && follow > a.above {
			x.attend(d, p, a, z)
			return
		}
	}
	r.setBool(x.pipAt, false)
	if p.age < x.attending[0].From || p.severe && d.chance(0.5) {
		r.set(x.participation, x.never)
		return
	}
	year, _, _ := p.born.YMD()
	no := x.noDiploma
	for _, c := range x.cohorts {
		if year < c.bornBefore {
			no = c.ladder.draw(d, z)
			break
		}
	}
	no = x.feasible(p.age, no)
	r.set(x.diploma, no)
	p.diploma = x.certificate[no]
	if no == x.noDiploma && (p.age <= 6 || d.chance(0.4)) {
		r.set(x.participation, x.never)
		return
	}
	r.set(x.participation, x.left)
	x.attended(d, r, no)
}

// attend makes the person a pupil of a stage.
func (x *schooling) attend(d *dice, p *person, a attending, z float64) {
	r := &p.facts
	p.school = true
	r.set(x.participation, x.now)
	r.set(x.school, a.option)
	if kinds := x.kinds[a.stage]; kinds != nil {
		r.set(x.kind, kinds.draw(d))
		r.set(x.grade, int64(min(max(p.age-a.From+1, 1), 6)))
	}
	p.diploma = before[a.stage]
	for no, code := range x.certificate {
		if code == p.diploma {
			r.set(x.diploma, int64(no))
		}
	}
	at := x.p.Schooling.Attendance
	if a.stage != "higher" && a.stage != "paud" {
		percent := at.Usual - abs(d.normal(0, at.Spread))
		r.set(x.attendance, int64(max(percent, float64(at.Least))))
	}
	r.setBool(x.pipAt, x.pip.draw(d, z))
}

// feasible lowers a certificate that somebody of the age cannot hold yet: a
// certificate takes at least the years of its stage from the age of seven.
func (x *schooling) feasible(age int, no int64) int64 {
	for _, step := range []struct {
		code string
		from int
	}{{"master", 24}, {"bachelor", 22}, {"diploma", 20}, {"sma", 17}, {"smp", 14}, {"sd", 11}} {
		if x.certificate[no] == step.code && age < step.from {
			switch step.code {
			case "sd":
				return x.noDiploma
			case "smp":
				no = x.number("sd")
			case "sma":
				no = x.number("smp")
			default:
				no = x.number("sma")
			}
		}
	}
	return no
}

func (x *schooling) number(code string) int64 {
	for no, c := range x.certificate {
		if c == code {
			return int64(no)
		}
	}
	return x.noDiploma
}

// attended writes the kind of school and the grade of somebody who has left.
func (x *schooling) attended(d *dice, r *row, diploma int64) {
	if diploma == x.noDiploma {
		r.set(x.kind, x.kinds["sd"].values[0])
		r.set(x.grade, int64(d.between(1, 5)))
		return
	}
	r.set(x.kind, diploma) // the two lists share their numbers
	r.set(x.grade, 8)
}

func abs(v float64) float64 {
	if v < 0 {
		return -v
	}
	return v
}

// yearsOf returns the years of school of a certificate, by the catalogue's definitions.
func yearsOf(d *indicator.Derivations, no int64) int64 { return d.SchoolingYears[no] }
