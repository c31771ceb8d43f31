package pathout

import (
	"context"

	"gotong/internal/access"
	"gotong/internal/determination"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/programme"
	"gotong/internal/targeting"
)

// Determinations is what paths ask of determinations.
type Determinations interface {
	Current(ctx context.Context) (determination.Header, error)
	Household(ctx context.Context, purpose access.Purpose, id, family ident.ID) (*determination.Household, error)
	OfFamily(ctx context.Context, purpose access.Purpose, id, family ident.ID) ([]determination.Row, error)
	ProgrammesOf(ctx context.Context, id ident.ID) ([]*programme.Programme, error)
}

// Standings is what paths ask of rankings.
type Standings interface {
	History(ctx context.Context, purpose access.Purpose, family ident.ID) ([]targeting.Standing, error)
}

// Service shows paths.
type Service struct {
	policy         *Policy
	determinations Determinations
	standings      Standings
}

// NewService returns a Service.
func NewService(p *Policy, d Determinations, s Standings) *Service { return &Service{p, d, s} }

// Policy returns the needs and steps in force, with their source.
func (s *Service) Policy() *Policy { return s.policy }

// Of returns the path of a family in the actor's area, by the determination
// in force; the looks are recorded. It returns fault.NotFound for a family
// outside the area, and where no determination is in force for it.
func (s *Service) Of(ctx context.Context, purpose access.Purpose, family ident.ID) (*Path, error) {
	h, err := s.determinations.Current(ctx)
	if err != nil {
		return nil, err
	}
	house, err := s.determinations.Household(ctx, purpose, h.ID, family)
	if err != nil {
		return nil, err
	}
	rows, err := s.determinations.OfFamily(ctx, purpose, h.ID, family)
	if err != nil {
		return nil, err
	}
	programmes, err := s.determinations.ProgrammesOf(ctx, h.ID)
	if err != nil {
		return nil, err
	}
	path := of(s.policy, house, rows, programmes)
	path.Standings, err = s.standings.History(ctx, purpose, family)
	if fault.Is(err, fault.KindForbidden) {
		return path, nil // the outcome may be seen by more roles than the score
	}
	return path, err
}
