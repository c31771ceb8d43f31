package determination

import (
	"context"
	"slices"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/ident"
	"gotong/internal/money"
	"gotong/internal/programme"
	"gotong/internal/rule"
	"gotong/internal/snapshot"
)

// Survey goes through a determination partition by partition, with the facts
// that whoever surveys it asks for: it is how the work of programmes is
// measured. It is safe for concurrent use.
type Survey struct {
	Header
	of *opened
}

// OpenSurvey opens a determination for measuring it. It needs the permission
// to run determinations.
func (s *Service) OpenSurvey(ctx context.Context, id ident.ID) (*Survey, error) {
	if _, err := access.Require(ctx, access.RunDetermination); err != nil {
		return nil, err
	}
	o, err := s.openForOne(ctx, id)
	if err != nil {
		return nil, err
	}
	return &Survey{o.header, o}, nil
}

// Programmes returns the programmes as they were when they decided, in the
// order of deciding.
func (v *Survey) Programmes() []*programme.Programme { return slices.Clone(v.of.programmes) }

// Surveyed is one partition of a determination: its families and members with
// the facts asked for, their ranks, and what was decided.
type Surveyed struct {
	*snapshot.Families
	programmes []*programme.Programme
	rows       []*Rows
}

// Part reads the partition of a regency, with some facts; false where the
// determination has no family there.
func (v *Survey) Part(area string, facts ...rule.Fact) (*Surveyed, bool, error) {
	at := slices.IndexFunc(v.of.snap.Parts, func(p snapshot.Part) bool { return p.Area == area })
	if at < 0 {
		return nil, false, nil
	}
	choice := snapshot.Only().WithIDs()
	for _, f := range facts {
		choice.With(f.Level, f.Code)
	}
	p, err := v.of.snap.PartitionOf(v.of.snap.Parts[at], choice)
	if err != nil {
		return nil, false, err
	}
	out := &Surveyed{programmes: v.of.programmes}
	if out.Families, err = p.Read(0, p.Families, choice); err != nil {
		return nil, false, err
	}
	ranks, err := v.of.ranking.Ranks(at)
	if err != nil {
		return nil, false, err
	}
	ranks.Fill(out.Families)
	for k := range v.of.programmes {
		rows, err := v.of.files.Rows(v.of.files.Content.Programmes[k].Parts[at])
		if err != nil {
			return nil, false, err
		}
		out.rows = append(out.rows, rows)
	}
	return out, true, nil
}

// Areas returns the regencies of the determination.
func (v *Survey) Areas() []string {
	var all []string
	for _, p := range v.of.snap.Parts {
		all = append(all, p.Area)
	}
	return all
}

// Verdict is what a family, or one of its members, was told by a programme
// that did not simply refuse.
type Verdict struct {
	Programme int      // place among the programmes
	PersonID  ident.ID // zero in a programme of families
	Outcome   Outcome
	Annual    money.Rupiah // of the entitled
}

// Verdicts returns what was decided of a family and is not a refusal, in the
// order of deciding.
func (s *Surveyed) Verdicts(family int) []Verdict {
	var all []Verdict
	from, to := s.MembersOf(family)
	for k, p := range s.programmes {
		if !p.Subject.EachMember() {
			all = s.verdict(all, k, family, ident.ID{})
			continue
		}
		for m := from; m < to; m++ {
			all = s.verdict(all, k, m, s.MemberIDs[m])
		}
	}
	return all
}

func (s *Surveyed) verdict(all []Verdict, k, row int, person ident.ID) []Verdict {
	switch r := s.rows[k]; {
	case r.entitled.Get(row):
		return append(all, Verdict{k, person, Entitled, r.At(row).Annual()})
	case r.waitlisted.Get(row):
		return append(all, Verdict{k, person, Waitlisted, 0})
	case r.open.Get(row):
		return append(all, Verdict{k, person, Undetermined, 0})
	}
	return all
}

// Near is a programme that refuses a family for one reason alone.
type Near struct {
	Programme int
	Item      string // id of the clause or exclusion
}

// NearMisses returns the programmes of families that refuse one for a single
// reason.
func (s *Surveyed) NearMisses(family int) []Near {
	var all []Near
	for k, p := range s.programmes {
		if p.Subject.EachMember() {
			continue
		}
		d := s.rows[k].At(family)
		if d.Outcome != Refused {
			continue
		}
		if item, ok := onlyObstacle(p, d.Answers); ok {
			all = append(all, Near{k, itemID(p, item)})
		}
	}
	return all
}

// onlyObstacle returns the item that alone stands in the way.
func onlyObstacle(p *programme.Programme, a Answers) (item int, only bool) {
	n := 0
	for i := range len(p.Clauses) + len(p.Exclusions) {
		if itemHolds(p, a, i) != rule.Yes {
			item, n = i, n+1
		}
	}
	return item, n == 1
}

// EnactedBetween returns the determinations that were enacted for a day from one to
// another, in the order of their days.
func (s *Service) EnactedBetween(ctx context.Context, from, to civil.Date) ([]Header, error) {
	hs, err := s.Headers(ctx, manyHeaders)
	if err != nil {
		return nil, err
	}
	hs = slices.DeleteFunc(hs, func(h Header) bool { return h.State != Enacted || h.AsOf < from || h.AsOf > to })
	slices.SortFunc(hs, func(a, b Header) int {
		if a.AsOf != b.AsOf {
			return int(a.AsOf - b.AsOf)
		}
		return a.DecidedAt.Compare(b.DecidedAt)
	})
	return hs, nil
}
