package determination

import (
	"context"
	"iter"
	"slices"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/programme"
	"gotong/internal/registry"
	"gotong/internal/work"
)

// Visit is what to find out about one family, so that what missing facts
// leave open can be decided.
type Visit struct {
	FamilyID          ident.ID
	Area              string
	HeadName, Address string // as on record now
	Programmes        []string
	Collect           []Fact
}

// Visits returns the families of the actor's area about whom missing facts
// leave an outcome open, each with those facts; the look is recorded. At most
// limit outcomes are looked through, and no family is cut in two. The
// filter's outcome is left aside.
func (s *Service) Visits(ctx context.Context, f Filter, after Place, limit int, purpose access.Purpose) ([]Visit, *Place, error) {
	f.Outcome = Undetermined
	page, err := s.List(ctx, f, after, limit, purpose)
	if err != nil {
		return nil, nil, err
	}
	o, err := s.openForOne(ctx, f.Determination)
	if err != nil {
		return nil, nil, err
	}
	for page.Next != nil && page.Rows[0].FamilyID == page.Rows[len(page.Rows)-1].FamilyID { // one family fills the page
		limit *= 2
		if page, err = s.List(ctx, f, after, limit, purpose); err != nil {
			return nil, nil, err
		}
	}
	rows, next := page.Rows, page.Next
	if next != nil { // the last family may go on: it comes on the next page
		whole := len(rows)
		for whole > 0 && rows[whole-1].FamilyID == rows[len(rows)-1].FamilyID {
			whole--
		}
		if whole > 0 {
			place := rows[whole-1].Place()
			rows, next = rows[:whole], &place
		}
	}
	var visits []Visit
	for len(rows) > 0 {
		n := sameFamily(rows)
		v, err := s.visit(o, rows[:n])
		if err != nil {
			return nil, nil, err
		}
		visits, rows = append(visits, v), rows[n:]
	}
	return visits, next, s.nameVisits(ctx, visits)
}

// sameFamily returns how many rows at the front are the first one's family's.
func sameFamily(rows []Row) int {
	n := 1
	for n < len(rows) && rows[n].FamilyID == rows[0].FamilyID {
		n++
	}
	return n
}

// CountVisits returns how many families Visits would list in all.
func (s *Service) CountVisits(ctx context.Context, f Filter) (int64, error) {
	if _, err := access.Require(ctx, access.SeeDeterminations); err != nil {
		return 0, err
	}
	f.Outcome = Undetermined
	return work.Read(ctx, s.Unit, func(ctx context.Context) (int64, error) { return s.Store.CountFamilies(ctx, f) })
}

// AllVisits is Visits for a file, without end.
func (s *Service) AllVisits(ctx context.Context, f Filter, purpose access.Purpose) iter.Seq2[Visit, error] {
	f.Outcome = Undetermined
	return func(yield func(Visit, error) bool) {
		o, err := s.openForOne(ctx, f.Determination)
		if err != nil {
			yield(Visit{}, err)
			return
		}
		var rows []Row // of one family
		done := func() bool {
			if len(rows) == 0 {
				return true
			}
			v, err := s.visit(o, rows)
			one := []Visit{v}
			if err == nil {
				err = s.nameVisits(ctx, one)
			}
			rows = rows[:0]
			return yield(one[0], err) && err == nil
		}
		for r, err := range s.All(ctx, f, purpose) {
			if err != nil {
				yield(Visit{}, err)
				return
			}
			if len(rows) > 0 && rows[0].FamilyID != r.FamilyID && !done() {
				return
			}
			rows = append(rows, r)
		}
		done()
	}
}

// visit joins the open outcomes of one family.
func (s *Service) visit(o *opened, rows []Row) (Visit, error) {
	v := Visit{FamilyID: rows[0].FamilyID, Area: rows[0].Area, HeadName: rows[0].HeadName, Address: rows[0].Address}
	for _, r := range rows {
		if !slices.Contains(v.Programmes, r.Programme) {
			v.Programmes = append(v.Programmes, r.Programme)
		}
		facts, err := s.collectFor(o, r)
		if err != nil {
			return v, err
		}
		for _, f := range facts {
			if !slices.ContainsFunc(v.Collect, func(g Fact) bool { return g.Indicator == f.Indicator && g.PersonID == f.PersonID }) {
				v.Collect = append(v.Collect, f)
			}
		}
	}
	return v, nil
}

// nameVisits puts members' names to the facts. The look at them is that of
// the list.
func (s *Service) nameVisits(ctx context.Context, visits []Visit) error {
	families := make([]ident.ID, len(visits))
	for i, v := range visits {
		families[i] = v.FamilyID
	}
	return s.Unit.Read(ctx, func(ctx context.Context) error {
		names, err := s.Store.MemberNames(ctx, families)
		for _, v := range visits {
			for i := range v.Collect {
				v.Collect[i].Name = names[v.Collect[i].PersonID]
			}
		}
		return err
	})
}

// collectFor finds what one open outcome lacks.
func (s *Service) collectFor(o *opened, r Row) ([]Fact, error) {
	f, err := s.family(o, r.Area, r.FamilyID)
	if err != nil {
		return nil, err
	}
	k := slices.IndexFunc(o.programmes, func(p *programme.Programme) bool { return p.Code == r.Programme })
	if k < 0 {
		return nil, fault.NotFound("determination.no_programme", "programme", r.Programme)
	}
	member := noMember
	if !r.PersonID.IsZero() {
		member = slices.Index(f.MemberIDs, r.PersonID)
	}
	nobody := &registry.Dossier{Record: &registry.Record{}, History: &registry.History{}} // names are put in later
	x := &explainer{s: s, opened: o, asOf: o.snap.AsOf, known: o.snap.CreatedAt, area: r.Area, family: f, dossier: nobody}
	return x.facts(x.toCollect(x.lacking(k, member))), nil
}
