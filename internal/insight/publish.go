package insight

import (
	"cmp"
	"slices"

	"gotong/internal/civil"
)

// Statistics is what is published of a regency or city. It holds nothing
// that Disclosure would hide.
type Statistics struct {
	Area       string
	Families   Published
	Persons    Published
	Deciles    [10]Published
	Unranked   Published
	Reached    Published
	Programmes []PublishedProgramme
	Credited   PublishedAmount
	Rule       Disclosure
	Basis      map[Measure]Basis
}

// PublishedProgramme is a programme's reach as it may be published.
type PublishedProgramme struct {
	Code       string
	Entitled   Published
	Waitlisted Published
	Credited   PublishedAmount
}

// publish hides and rounds. Nothing else makes a Statistics. The amount of
// all programmes leaves out those whose own amount is hidden, which could
// else be had by subtraction.
func publish(o Overview, d Disclosure, basis map[Measure]Basis) Statistics {
	s := Statistics{
		Area: o.Area, Families: d.Count(o.Active()), Persons: d.Count(o.Persons["active"]), Unranked: d.Count(o.Unranked),
		Reached: d.Count(o.Reached), Rule: d, Basis: basis,
	}
	for i, n := range o.Deciles {
		s.Deciles[i] = d.Count(n)
	}
	var shown Sum
	for _, p := range o.Programmes {
		c := p.Flow.Credited
		x := PublishedProgramme{Code: p.Code, Entitled: d.Count(p.Entitled), Waitlisted: d.Count(p.Waitlisted), Credited: d.Amount(c.Total, c.Lines)}
		if !x.Credited.Hidden {
			shown.add(c.Lines, int64(c.Total))
		}
		s.Programmes = append(s.Programmes, x)
	}
	s.Credited = d.Amount(shown.Total, shown.Lines)
	slices.SortFunc(s.Programmes, func(a, b PublishedProgramme) int { return cmp.Compare(a.Code, b.Code) })
	return s
}

// Days returns the span of days that some measures speak of.
func (s Statistics) Days(measures ...Measure) (from, to civil.Date, known bool) {
	for _, m := range measures {
		b, ok := s.Basis[m]
		if !ok {
			continue
		}
		if !known {
			from, to, known = b.From, b.To, true
		}
		from, to = min(from, b.From), max(to, b.To)
	}
	return from, to, known
}
