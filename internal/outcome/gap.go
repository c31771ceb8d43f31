package outcome

import (
	"bytes"
	"maps"
	"slices"

	"gotong/internal/determination"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/money"
	"gotong/internal/programme"
	"gotong/internal/rule"
	"gotong/internal/snapshot"
)

// served is what the determination in force says of one family.
type served struct {
	entitled, waiting, open []string // programmes, each once, in the order of deciding
	raises                  bool     // one of the entitled raises income
	annual                  money.Rupiah
}

func servedBy(all []*programme.Programme, verdicts []determination.Verdict) served {
	var s served
	put := func(into *[]string, code string) {
		if !slices.Contains(*into, code) {
			*into = append(*into, code)
		}
	}
	for _, v := range verdicts {
		p := all[v.Programme]
		switch v.Outcome {
		case determination.Entitled:
			put(&s.entitled, p.Code)
			s.annual += v.Annual
			s.raises = s.raises || slices.Contains(p.Strategies(), programme.RaiseIncome)
		case determination.Waitlisted:
			put(&s.waiting, p.Code)
		case determination.Undetermined:
			put(&s.open, p.Code)
		}
	}
	return s
}

// fits reports whether what a family gets is a gap, and which programmes make
// it one. Whether it may be two families is known only in the end.
func (g Gap) fits(s served, excludes map[[2]string]bool) (programmes []string, yes bool) {
	switch g.Aid {
	case AidNone:
		return nil, len(s.entitled) == 0
	case AidReliefOnly:
		return s.entitled, len(s.entitled) > 0 && !s.raises
	case AidTogether:
		for _, group := range g.Groups {
			var both []string
			for _, code := range s.entitled {
				if slices.Contains(group, code) {
					both = append(both, code)
				}
			}
			if len(both) > 1 {
				return both, true
			}
		}
	case AidConflict:
		for _, a := range s.entitled {
			for _, b := range s.entitled {
				if excludes[[2]string{a, b}] {
					return []string{a, b}, true
				}
			}
		}
	case AidDuplicate:
		return s.entitled, len(s.entitled) > 0
	}
	return nil, false
}

// excluding lists which programme's rules exclude which one's recipients.
func excluding(all []*programme.Programme) map[[2]string]bool {
	out := map[[2]string]bool{}
	for _, p := range all {
		for _, x := range p.Exclusions {
			for _, code := range x.Programmes {
				out[[2]string{p.Code, code}] = true
			}
		}
	}
	return out
}

// double is a family that may be the same as another.
type double struct {
	row      Row
	entitled []string
	listed   map[List]bool
}

// current measures the determination in force in a regency: gaps, and who
// has come to the end of a programme.
func (e *engine) current(area string) error {
	facts := []rule.Fact{{Level: indicator.Family, Code: "second_engine_adults"}}
	for _, g := range e.Policy.Gaps {
		if g.When != nil {
			facts = append(facts, g.When.Facts()...)
		}
	}
	part, there, err := e.Current.Part(area, facts...)
	if err != nil || !there {
		return err
	}
	programmes := e.Current.Programmes()
	excludes := excluding(programmes)
	when := make([]rule.Truths, len(e.Policy.Gaps))
	for i, g := range e.Policy.Gaps {
		if g.When != nil {
			when[i] = g.When.Kernel().Truths(&part.Batch)
		}
	}
	entitled := map[ident.ID][]int{} // programmes by subject, for exits
	for row, id := range part.IDs {
		verdicts := part.Verdicts(row)
		for _, v := range verdicts {
			if v.Outcome == determination.Entitled {
				subject := v.PersonID
				if subject.IsZero() {
					subject = id
				}
				entitled[subject] = append(entitled[subject], v.Programme)
			}
		}
		s := servedBy(programmes, verdicts)
		for i, g := range e.Policy.Gaps {
			if g.When != nil && !when[i].Yes.Get(row) {
				continue
			}
			codes, yes := g.fits(s, excludes)
			if !yes {
				continue
			}
			r := gapRow(part, row, g, s, codes, programmes)
			if g.Aid != AidDuplicate {
				if err := e.put(r); err != nil {
					return err
				}
			} else if len(e.Duplicates[id]) > 0 {
				e.keepDouble(id, r, s.entitled)
			}
		}
	}
	return e.due(area, programmes, entitled)
}

func gapRow(part *determination.Surveyed, row int, g Gap, s served, codes []string, programmes []*programme.Programme) Row {
	r := Row{List: g.Code, Area: part.Area(row), FamilyID: part.IDs[row], Detail: Detail{Received: codes, Annual: s.annual, Waiting: s.waiting, Open: s.open}}
	r.Decile, _ = part.Families.Families.Columns["decile"].At(row)
	r.Engines, _ = part.Families.Families.Columns["second_engine_adults"].At(row)
	if g.Aid == AidNone {
		for _, n := range part.NearMisses(row) {
			r.Near = append(r.Near, NearMiss{programmes[n.Programme].Code, n.Item})
		}
	}
	return r
}

func (e *engine) keepDouble(id ident.ID, r Row, entitled []string) {
	if e.doubles[id] == nil {
		e.doubles[id] = &double{row: r, entitled: entitled, listed: map[List]bool{}}
	}
	e.doubles[id].listed[r.List] = true
}

// finishDoubles lists the families that may be the same as another one which
// gets some of the same.
func (e *engine) finishDoubles() error {
	ids := slices.SortedFunc(maps.Keys(e.doubles), func(a, b ident.ID) int { return bytes.Compare(a[:], b[:]) })
	for _, id := range ids {
		d := e.doubles[id]
		for _, other := range e.Duplicates[id] {
			o := e.doubles[other]
			if o == nil {
				continue
			}
			var both []string
			for _, code := range d.entitled {
				if slices.Contains(o.entitled, code) {
					both = append(both, code)
				}
			}
			if len(both) == 0 {
				continue
			}
			for _, list := range slices.Sorted(maps.Keys(d.listed)) {
				r := d.row
				r.List, r.Received, r.Also = list, both, other
				if err := e.put(r); err != nil {
					return err
				}
			}
			break
		}
	}
	return nil
}

// due asks the exits of the programmes in force of those who are entitled, by
// the facts of the last ranking.
func (e *engine) due(area string, programmes []*programme.Programme, entitled map[ident.ID][]int) error {
	last := e.Rankings[len(e.Rankings)-1]
	at := slices.IndexFunc(last.Snap.Parts, func(p snapshot.Part) bool { return p.Area == area })
	if at < 0 {
		return nil
	}
	choice := snapshot.Only().WithIDs()
	for _, p := range programmes {
		for _, x := range p.Exits {
			if x.Rule != nil {
				for _, f := range x.Rule.Facts() {
					choice.With(f.Level, f.Code)
				}
			}
		}
	}
	part, err := last.Snap.PartitionOf(last.Snap.Parts[at], choice)
	if err != nil {
		return err
	}
	f, err := part.Read(0, part.Families, choice)
	if err != nil {
		return err
	}
	ranks, err := last.Ranking.Ranks(at)
	if err != nil {
		return err
	}
	ranks.Fill(f)
	for k, p := range programmes {
		for _, x := range p.Exits {
			if x.Rule == nil {
				continue
			}
			if err := e.dueBy(f, k, p, x, entitled); err != nil {
				return err
			}
		}
	}
	return nil
}

// dueBy lists whom one exit ends.
func (e *engine) dueBy(f *snapshot.Families, k int, p *programme.Programme, x programme.Exit, entitled map[ident.ID][]int) error {
	truths := x.Rule.Kernel().Truths(&f.Batch)
	for row, id := range f.IDs {
		from, to := f.MembersOf(row)
		if !p.Subject.EachMember() {
			from, to = row, row+1
		}
		for at := from; at < to; at++ {
			if !truths.Yes.Get(at) {
				continue
			}
			r := Row{List: Due, Area: f.Area(row), FamilyID: id, Programme: p.Code, Road: Road(x.ID)}
			if p.Subject.EachMember() {
				r.PersonID = f.MemberIDs[at]
			}
			if !slices.Contains(entitled[r.Subject()], k) {
				continue
			}
			r.Decile, _ = f.Families.Columns["decile"].At(row)
			if err := e.put(r); err != nil {
				return err
			}
		}
	}
	return nil
}
