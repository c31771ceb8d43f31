package insight

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"gotong/internal/civil"
	"gotong/internal/money"
	"gotong/internal/targeting"
)

// Overview is what is known of an area, or of several taken together.
type Overview struct {
	Area       string
	Families   map[string]int64 // by status
	Persons    map[string]int64 // by status
	Deciles    [10]int64        // families
	Unranked   int64            // families that could not be ranked
	Programmes []Programme      // by code
	Reached    int64            // families entitled to at least one programme
	Open       int64            // families with at least one undetermined outcome
	Flow       Flow             // of all programmes
	Duplicates map[string]int64 // pairs, by what became of them
	Poverty    targeting.Measure
	Known      map[Measure]bool // whether there is any figure of a measure
}

// Programme is how far a programme reaches, and its money.
type Programme struct {
	Code         string
	Entitled     int64 // families, or persons in a programme of persons
	Waitlisted   int64
	Refused      int64
	Undetermined int64
	Annual       money.Rupiah // granted to the entitled, a year
	Flow         Flow
}

// Flow is what became of the money that was released.
type Flow struct {
	Planned     Sum // on a list that is not released yet, or held
	Ordered     Sum // released: the sum of the three below
	Credited    Sum
	Returned    Sum // came back, whatever was done with it then
	Outstanding Sum // outcome not known yet
}

// Sum counts instructions and adds them up.
type Sum struct {
	Lines int64
	Total money.Rupiah
}

func (s *Sum) add(lines, total int64) {
	s.Lines += lines
	s.Total += money.Rupiah(total)
}

// add counts instructions of a status, as package delivery names them. Lines
// that were cancelled or dropped before they were sent are no flow.
func (f *Flow) add(status string, lines, total int64) {
	switch status {
	case "planned", "held":
		f.Planned.add(lines, total)
		return
	case "credited":
		f.Credited.add(lines, total)
	case "returned", "reissued", "remitted":
		f.Returned.add(lines, total)
	case "released", "sent":
		f.Outstanding.add(lines, total)
	default:
		return
	}
	f.Ordered.add(lines, total)
}

// Active returns the families on record that count.
func (o Overview) Active() int64 { return o.Families["active"] }

// Ranked returns the families that were ranked.
func (o Overview) Ranked() int64 {
	var n int64
	for _, d := range o.Deciles {
		n += d
	}
	return n
}

// Poorest returns the families in deciles 1 and 2.
func (o Overview) Poorest() int64 { return o.Deciles[0] + o.Deciles[1] }

// summarise adds figures up, of whatever areas they are.
func summarise(area string, figures []Figure) Overview {
	o := Overview{Area: area, Families: map[string]int64{}, Persons: map[string]int64{}, Duplicates: map[string]int64{}, Known: map[Measure]bool{}}
	programmes := map[string]*Programme{}
	programme := func(code string) *Programme {
		if programmes[code] == nil {
			programmes[code] = &Programme{Code: code}
		}
		return programmes[code]
	}
	for _, f := range figures {
		o.Known[f.Measure] = true
		switch f.Measure {
		case Families:
			o.Families[f.Split] += f.Count
		case Persons:
			o.Persons[f.Split] += f.Count
		case Duplicates:
			o.Duplicates[f.Split] += f.Count
		case Deciles:
			o.decile(f)
		case Coverage:
			programme(f.Part).cover(f)
		case Reached:
			o.reach(f)
		case Money:
			o.Flow.add(f.Split, f.Count, f.Amount)
			programme(f.Part).Flow.add(f.Split, f.Count, f.Amount)
		case Poverty:
			poverty(&o.Poverty, f)
		}
	}
	for _, p := range programmes {
		o.Programmes = append(o.Programmes, *p)
	}
	slices.SortFunc(o.Programmes, func(a, b Programme) int { return cmp.Compare(a.Code, b.Code) })
	return o
}

func (o *Overview) decile(f Figure) {
	if d, err := strconv.Atoi(f.Split); err == nil && d >= 1 && d <= 10 {
		o.Deciles[d-1] += f.Count
		return
	}
	o.Unranked += f.Count
}

func (o *Overview) reach(f Figure) {
	switch f.Split {
	case "entitled":
		o.Reached += f.Count
	case "undetermined":
		o.Open += f.Count
	}
}

func (p *Programme) cover(f Figure) {
	switch f.Split {
	case "entitled":
		p.Entitled += f.Count
		p.Annual += money.Rupiah(f.Amount)
	case "waitlisted":
		p.Waitlisted += f.Count
	case "refused":
		p.Refused += f.Count
	case "undetermined":
		p.Undetermined += f.Count
	}
}

func poverty(m *targeting.Measure, f Figure) {
	switch f.Split {
	case PovertyFamilies:
		m.Families += f.Count
	case PovertyPersons:
		m.Persons += f.Count
	case PovertyPoor:
		m.Poor += f.Count
	case PovertyExtreme:
		m.Extreme += f.Count
	case PovertyUnknown:
		m.Unknown += f.Count
	case PovertyGap:
		m.Gap += f.Amount
	case PovertySquare:
		m.Square += f.Amount
	}
}

// PovertyFigures writes a measure of a regency as figures.
func PovertyFigures(area string, m targeting.Measure) []Figure {
	f := func(split string, count, amount int64) Figure {
		return Figure{Area: area, Measure: Poverty, Split: split, Count: count, Amount: amount}
	}
	return []Figure{
		f(PovertyFamilies, m.Families, 0), f(PovertyPersons, m.Persons, 0), f(PovertyPoor, m.Poor, 0), f(PovertyExtreme, m.Extreme, 0),
		f(PovertyUnknown, m.Unknown, 0), f(PovertyGap, 0, m.Gap), f(PovertySquare, 0, m.Square),
	}
}

// Basis is where the figures of a measure in an area come from: one source,
// or several of which the days are a span.
type Basis struct {
	Names      []string
	From, To   civil.Date // the same where there is one day
	ComputedAt time.Time  // the oldest
}

// basisOf joins the sources of a measure that speak of any of some areas.
// There is none for a measure that was never made.
func basisOf(sources []Source, m Measure, areas []string) (Basis, bool) {
	var b Basis
	found := false
	for _, s := range sources {
		if s.Measure != m || !slices.ContainsFunc(areas, func(a string) bool { return touches(a, s.Area) }) {
			continue
		}
		if !found {
			b.From, b.To, b.ComputedAt, found = s.AsOf, s.AsOf, s.ComputedAt, true
		}
		b.From, b.To = min(b.From, s.AsOf), max(b.To, s.AsOf)
		if s.ComputedAt.Before(b.ComputedAt) {
			b.ComputedAt = s.ComputedAt
		}
		if s.Name != "" && !slices.Contains(b.Names, s.Name) {
			b.Names = append(b.Names, s.Name)
		}
	}
	return b, found
}

// touches reports whether one of two areas lies in the other.
func touches(a, b string) bool {
	n := min(len(a), len(b))
	return a[:n] == b[:n]
}
