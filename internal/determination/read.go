package determination

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/programme"
	"gotong/internal/registry"
	"gotong/internal/snapshot"
)

// Page is a page of outcomes.
type Page struct {
	Rows []Row
	Next *Place // where the next page begins; nil on the last
}

// List returns at most limit outcomes in the actor's area after a place; the
// look is recorded.
func (s *Service) List(ctx context.Context, f Filter, after Place, limit int, purpose access.Purpose) (*Page, error) {
	actor, err := access.Require(ctx, access.SeeDeterminations)
	if err != nil {
		return nil, err
	}
	p := &Page{}
	err = s.Unit.Read(ctx, func(ctx context.Context) error {
		var err error
		if p.Rows, err = s.rows(ctx, f, after, limit+1); err != nil {
			return err
		}
		if len(p.Rows) > limit {
			p.Rows = p.Rows[:limit]
			next := p.Rows[limit-1].Place()
			p.Next = &next
		}
		return s.Log.Append(ctx, f.act(actor, purpose, "determination.list", int64(len(p.Rows))))
	})
	if err != nil {
		return nil, fmt.Errorf("determination: listing: %w", err)
	}
	return p, nil
}

func (f Filter) act(actor access.Actor, purpose access.Purpose, action string, n int64) audit.Act {
	return audit.Act{Purpose: purpose, Action: action, Subject: f.Determination.String(), Area: actor.Scope.Within(f.Area).String(),
		Fields: []string{"name", "address", "outcome", "amount"}, Count: n, Detail: f.Programme}
}

// rows reads a list of several programmes one after the other, each along
// the key: a village's rows are then found without going through the nation's.
func (s *Service) rows(ctx context.Context, f Filter, after Place, limit int) ([]Row, error) {
	if f.Programme != "" || f.ByFamily() {
		return s.Store.Rows(ctx, f, after, limit)
	}
	h, err := s.Store.Header(ctx, f.Determination)
	if err != nil {
		return nil, err
	}
	var codes []string
	for _, p := range h.Content.Programmes {
		codes = append(codes, p.Code)
	}
	slices.Sort(codes)
	var all []Row
	for _, code := range codes {
		if code < after.Programme || len(all) >= limit {
			continue
		}
		f.Programme = code
		from := after
		if code != after.Programme {
			from = Place{}
		}
		rows, err := s.Store.Rows(ctx, f, from, limit-len(all))
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

// Count returns how many outcomes of the actor's area List would list in all.
// It adds up the counts of villages rather than rows.
func (s *Service) Count(ctx context.Context, f Filter) (int64, error) {
	if _, err := access.Require(ctx, access.SeeDeterminations); err != nil {
		return 0, err
	}
	var n int64
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		if f.Uncertain {
			var err error
			n, err = s.Store.Count(ctx, f)
			return err
		}
		h, err := s.Store.Header(ctx, f.Determination)
		if err != nil {
			return err
		}
		tallies, err := s.Store.Tallies(ctx, f.Determination, f.Area, 0)
		for _, t := range tallies {
			result, _ := h.Content.Result(t.Programme)
			listed := !result.Persons || t.Outcome != Refused // as stored says
			if listed && (f.Programme == "" || t.Programme == f.Programme) && (f.Outcome == 0 || t.Outcome == f.Outcome) {
				n += t.Subjects
			}
		}
		return err
	})
	return n, err
}

// All returns every outcome of the actor's area that the filter lets through,
// for a file. It needs the permission to export; the look is recorded with
// its count before the first row.
func (s *Service) All(ctx context.Context, f Filter, purpose access.Purpose) iter.Seq2[Row, error] {
	return Exported(func() error { return s.exporting(ctx, f, purpose) }, func(after Place, limit int) (rows []Row, err error) {
		err = s.Unit.Read(ctx, func(ctx context.Context) error {
			rows, err = s.rows(ctx, f, after, limit)
			return err
		})
		if err != nil {
			err = fmt.Errorf("determination: exporting: %w", err)
		}
		return rows, err
	}, Row.Place)
}

func (s *Service) exporting(ctx context.Context, f Filter, purpose access.Purpose) error {
	actor, err := access.Require(ctx, access.Export)
	if err != nil {
		return err
	}
	n, err := s.Count(ctx, f)
	if err != nil {
		return err
	}
	return s.Unit.Read(ctx, func(ctx context.Context) error {
		return s.Log.Append(ctx, f.act(actor, purpose, "determination.export", n))
	})
}

// Figures are the counts of a determination in the actor's area.
type Figures struct {
	Tallies   []Tally    // by programme, area and outcome
	Obstacles []Obstacle // by programme and item
}

// Figures returns counts of the part of an area that is the actor's; tallies
// are broken down to so many digits of the area's code. Counts of villages
// are figures, not anyone's data.
func (s *Service) Figures(ctx context.Context, id ident.ID, area string, digits int) (Figures, error) {
	if _, err := access.Require(ctx, access.SeeDashboard); err != nil {
		return Figures{}, err
	}
	var f Figures
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		var err error
		if f.Tallies, err = s.Store.Tallies(ctx, id, area, digits); err != nil {
			return err
		}
		f.Obstacles, err = s.Store.Obstacles(ctx, id, area)
		return err
	})
	return f, err
}

// OfFamily returns a family's outcomes in a determination, if the family is
// in the actor's area; the look is recorded.
func (s *Service) OfFamily(ctx context.Context, purpose access.Purpose, id, family ident.ID) ([]Row, error) {
	if _, err := access.Require(ctx, access.SeeDeterminations); err != nil {
		return nil, err
	}
	var rows []Row
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		var err error
		if rows, err = s.Store.OfFamily(ctx, id, family); err != nil {
			return err
		}
		return s.Log.Append(ctx, audit.Act{Purpose: purpose, Action: "determination.read", Subject: family.String(),
			Fields: []string{"outcome", "amount"}, Count: int64(len(rows))})
	})
	return rows, err
}

// Past returns a family's outcomes in all enacted determinations, the newest
// first; the look is recorded.
func (s *Service) Past(ctx context.Context, purpose access.Purpose, family ident.ID) ([]PastRow, error) {
	if _, err := access.Require(ctx, access.SeeDeterminations); err != nil {
		return nil, err
	}
	var rows []PastRow
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		var err error
		if rows, err = s.Store.Past(ctx, family); err != nil {
			return err
		}
		return s.Log.Append(ctx, audit.Act{Purpose: purpose, Action: "determination.read", Subject: family.String(),
			Fields: []string{"outcome", "amount"}, Count: int64(len(rows))})
	})
	return rows, err
}

// NoticeCode returns the code for the letter of a family in the actor's area;
// the look is recorded. It returns fault.NotFound before a determination has
// been enacted for the family.
func (s *Service) NoticeCode(ctx context.Context, purpose access.Purpose, family ident.ID) (string, error) {
	if _, err := access.Require(ctx, access.SeeDeterminations); err != nil {
		return "", err
	}
	var code string
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		var err error
		if code, err = s.code(ctx, family); err != nil {
			return err
		}
		return s.Log.Append(ctx, audit.Act{Purpose: purpose, Action: "determination.letter", Subject: family.String(),
			Fields: []string{"notice_code"}, Count: 1})
	})
	return code, err
}

// NoticeCodes returns the codes on the letters of families in the actor's
// area, by family, so that a desk can find who brings one; the look is
// recorded.
func (s *Service) NoticeCodes(ctx context.Context, purpose access.Purpose, families []ident.ID) (map[ident.ID]string, error) {
	if _, err := access.Require(ctx, access.SeeDeterminations); err != nil {
		return nil, err
	}
	codes := map[ident.ID]string{}
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		notices, err := s.Store.Notices(ctx, families)
		if err != nil {
			return err
		}
		for _, n := range notices {
			if codes[n.FamilyID], err = s.Keys.Open(noticeLabel, n.Sealed); err != nil {
				return err
			}
		}
		return s.Log.Append(ctx, audit.Act{Purpose: purpose, Action: "determination.letter", Fields: []string{"notice_code"}, Count: int64(len(notices))})
	})
	return codes, err
}

// InForceOn returns the determination that was in force on a day: of those
// enacted for a day up to it, the last; or fault.NotFound.
func (s *Service) InForceOn(ctx context.Context, day civil.Date) (Header, error) {
	var hs []Header
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		var err error
		hs, err = s.Store.Headers(ctx, manyHeaders)
		return err
	})
	if err != nil {
		return Header{}, err
	}
	best := -1
	for i, h := range hs {
		if h.State == Enacted && h.AsOf <= day && (best < 0 || h.AsOf > hs[best].AsOf || h.AsOf == hs[best].AsOf && h.DecidedAt.After(hs[best].DecidedAt)) {
			best = i
		}
	}
	if best < 0 {
		return Header{}, fault.NotFound("determination.none_on", "date", day)
	}
	return hs[best], nil
}

// manyHeaders is more determinations than an installation makes in years.
const manyHeaders = 10_000

// ProgrammesOf returns the programmes as they were when they decided.
func (s *Service) ProgrammesOf(ctx context.Context, id ident.ID) ([]*programme.Programme, error) {
	if _, err := access.Require(ctx, access.SeeProgrammes); err != nil {
		return nil, err
	}
	o, err := s.openForOne(ctx, id)
	if err != nil {
		return nil, err
	}
	return slices.Clone(o.programmes), nil
}

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
	var n int64
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		var err error
		n, err = s.Store.CountFamilies(ctx, f)
		return err
	})
	return n, err
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
	x := &explainer{s: s, opened: o, area: r.Area, family: f, dossier: nobody}
	return x.facts(x.toCollect(x.lacking(k, member))), nil
}

// Household is a family as a determination met it, with all its facts and
// ranks as a batch of one, and as it is on record now.
type Household struct {
	*snapshot.Families
	Area    string // then
	Dossier *registry.Dossier
	AsOf    civil.Date
}

// Name returns the name of a member, by place in the batch.
func (h *Household) Name(member int) string {
	if p, ok := h.Dossier.Member(h.MemberIDs[member]); ok {
		return p.Name
	}
	return ""
}

// Household returns a family of the actor's area as a determination met it.
// The look is recorded by the register.
func (s *Service) Household(ctx context.Context, purpose access.Purpose, id, familyID ident.ID) (*Household, error) {
	if _, err := access.Require(ctx, access.SeeDeterminations); err != nil {
		return nil, err
	}
	x, err := s.explainer(ctx, purpose, id, familyID)
	if err != nil {
		return nil, err
	}
	return &Household{x.family.Families, x.area, x.dossier, x.opened.snap.AsOf}, nil
}
