package determination

import (
	"context"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/fault"
)

// asFarBack is how many determinations a search for a date goes through.
const asFarBack = 1000

// OnDate returns the determination that was in force for a day: of those
// enacted, the newest whose own day is not after it. It returns
// fault.NotFound where none was.
func (s *Service) OnDate(ctx context.Context, day civil.Date) (Header, error) {
	if _, err := access.Require(ctx, access.SeeDashboard); err != nil {
		return Header{}, err
	}
	var best Header
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		all, err := s.Store.Headers(ctx, asFarBack)
		for _, h := range all {
			if h.State != Enacted || h.AsOf > day {
				continue
			}
			if best.ID.IsZero() || h.AsOf > best.AsOf || h.AsOf == best.AsOf && h.DecidedAt.After(best.DecidedAt) {
				best = h
			}
		}
		return err
	})
	if err == nil && best.ID.IsZero() {
		err = fault.NotFound("determination.none_on", "date", day)
	}
	return best, err
}
