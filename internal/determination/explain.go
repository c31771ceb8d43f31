package determination

import (
	"context"
	"fmt"
	"slices"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/money"
	"gotong/internal/programme"
	"gotong/internal/registry"
	"gotong/internal/rule"
)

// Explanation says what one determination says of a family in one programme,
// and why.
//
// Of a family that the newest determination has not met it is a preview: what
// the programmes of today say of the facts on record today. Nobody has decided
// that, and quotas are not shared out.
type Explanation struct {
	Determination Header
	Preview       bool
	AsOf          civil.Date // whose programmes and facts count
	FamilyID      ident.ID
	Area          string
	Programme     *programme.Programme
	Subjects      []Reasons // the family, or each member in a programme of persons
}

// Reasons are the reasons for one subject's outcome.
type Reasons struct {
	Subject
	Name      string // of the person; empty for a family
	Outcome   Outcome
	Items     []Item
	Lines     []ExplainedLine
	Annual    money.Rupiah
	Uncertain bool  // a missing fact may still change the lines
	Queue     int64 // place in the queue for a quota; 0 where there is none
	Limit     int64 // of the quota, where there is a queue and a limit; else -1
	// Nothing is true of one who meets every rule and whom no component fits.
	Nothing bool
	Preview bool   // the outcome is what the rules say, and nobody has decided it
	Limited bool   // of a preview: a quota will say whether there is room
	Collect []Fact // what to find out, where the outcome or the lines are open

	Counterfactual *Counterfactual
	Whose          string // name of the member whose number Counterfactual is about
	Advice         []Advice
}

// Item is a clause or an exclusion with its answer.
type Item struct {
	ID        string
	Exclusion bool
	Answer    rule.Truth
	Holds     rule.Truth // whether the item lets the subject through
	Sentence  i18n.Text  // empty for an exclusion that does not apply
	Rule      string     // as written; empty for an exclusion by programme
	Facts     []Fact     // that were looked at
	Params    []programme.Param
}

// Fact is an observation that an answer rests on.
type Fact struct {
	Indicator  *indicator.Indicator
	PersonID   ident.ID // zero for a family's fact
	Name       string   // of the person
	Value      int64
	Known      bool
	Origin     string      // import, visit, edit, derived, ranking, presumed, or empty where there is none
	ObservedOn *civil.Date // nil for what is derived
}

// ExplainedLine is a line with the names of what it is.
type ExplainedLine struct {
	Benefit  *programme.Benefit
	PersonID ident.ID
	Name     string
	Annual   money.Rupiah
}

// Explain explains a determination to one family in the actor's area; the
// look is recorded. Answers are found anew by the interpreters and held
// against the files: an explanation that differs from the decision is
// fault.Invalid and never shown.
//
// A family that is on record but not in the determination has a preview of the
// next one, where the determination is the newest or in force.
//
// It returns fault.NotFound for a family outside the actor's area, or outside
// an earlier determination, and for a programme that it does not decide.
func (s *Service) Explain(ctx context.Context, purpose access.Purpose, id, familyID ident.ID, code string) (*Explanation, error) {
	if _, err := access.Require(ctx, access.SeeDeterminations); err != nil {
		return nil, err
	}
	x, err := s.explainer(ctx, purpose, id, familyID)
	if err != nil {
		return nil, err
	}
	k := slices.IndexFunc(x.opened.programmes, func(p *programme.Programme) bool { return p.Code == code })
	if k < 0 {
		return nil, fault.NotFound("determination.no_programme", "programme", code)
	}
	e, err := x.programme(k)
	if err != nil {
		return nil, err
	}
	err = s.Unit.Read(ctx, func(ctx context.Context) error {
		return s.Log.Append(ctx, audit.Act{Purpose: purpose, Action: "determination.explain", Subject: familyID.String(), Area: x.area,
			Fields: []string{"outcome", "facts"}, Count: int64(len(e.Subjects)), Detail: code})
	})
	if err != nil {
		return nil, fmt.Errorf("determination: explaining: %w", err)
	}
	return e, nil
}

// ExplainAll is Explain for every programme of the determination.
func (s *Service) ExplainAll(ctx context.Context, purpose access.Purpose, id, familyID ident.ID) ([]*Explanation, error) {
	if _, err := access.Require(ctx, access.SeeDeterminations); err != nil {
		return nil, err
	}
	x, err := s.explainer(ctx, purpose, id, familyID)
	if err != nil {
		return nil, err
	}
	var all []*Explanation
	for k := range x.opened.programmes {
		e, err := x.programme(k)
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	err = s.Unit.Read(ctx, func(ctx context.Context) error {
		return s.Log.Append(ctx, audit.Act{Purpose: purpose, Action: "determination.explain", Subject: familyID.String(), Area: x.area,
			Fields: []string{"outcome", "facts"}, Count: int64(len(all))})
	})
	if err != nil {
		return nil, fmt.Errorf("determination: explaining: %w", err)
	}
	return all, nil
}

func (s *Service) explainer(ctx context.Context, purpose access.Purpose, id, familyID ident.ID) (*explainer, error) {
	dossier, err := s.Register.Family(ctx, familyID, purpose)
	if err != nil {
		return nil, err
	}
	o, err := s.openForOne(ctx, id)
	if err != nil {
		return nil, err
	}
	area, err := s.areaThen(ctx, id, dossier)
	if err != nil {
		return nil, err
	}
	f, err := s.family(o, area, familyID)
	if fault.Is(err, fault.KindNotFound) {
		if err := s.suspended(ctx, familyID, err); err != nil {
			return nil, err
		}
		return s.preview(ctx, o, dossier)
	}
	if err != nil {
		return nil, err
	}
	return &explainer{s: s, opened: o, asOf: o.snap.AsOf, known: o.snap.CreatedAt, area: area, family: f, dossier: dossier}, nil
}

// suspended returns fault.NotFound for a family whose data are not processed:
// a determination left it out, and nobody looks at what the rules say of it.
func (s *Service) suspended(ctx context.Context, family ident.ID, missing error) error {
	if s.Suspended == nil {
		return nil
	}
	since, yes, err := s.Suspended(ctx, family)
	if err != nil || !yes {
		return err
	}
	return fault.NotFound("determination.family_suspended", "since", civil.OfTime(since)).Because(missing)
}

// areaThen returns the village in which a determination met a family, which
// may have moved since.
func (s *Service) areaThen(ctx context.Context, id ident.ID, d *registry.Dossier) (string, error) {
	area := d.Family.Area
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		rows, err := s.Store.OfFamily(ctx, id, d.Family.ID)
		if len(rows) > 0 {
			area = rows[0].Area
		}
		return err
	})
	return area, err
}
