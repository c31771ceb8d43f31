package condition

import (
	"context"

	"gotong/internal/ident"
)

// AreaCounts is how the duties of an area stand.
type AreaCounts struct {
	Area     string
	Counts   Counts
	Families int64
	Verified int64
}

// MonthCounts is how the duties of a month stand.
type MonthCounts struct {
	Month  Month
	Counts Counts
}

// Overview is how duties stand by area, and month by month.
type Overview struct {
	Areas []AreaCounts // the areas below the one asked for, by code
	Trend []MonthCounts
}

// OverviewFilter asks for an overview.
type OverviewFilter struct {
	Programme string // "" is all
	Area      string // "" is all of the actor's
	Month     Month
	Digits    int // of the area codes below it
	Months    int // of the trend, ending with Month
}

// Overview counts duties. It needs access.SeeDuties.
func (s *Service) Overview(ctx context.Context, f OverviewFilter) (Overview, error) {
	var o Overview
	err := s.read(ctx, func(ctx context.Context) error {
		var err error
		if o.Areas, err = s.Store.ByArea(ctx, f); err != nil {
			return err
		}
		o.Trend, err = s.Store.ByMonth(ctx, f)
		return err
	})
	return o, err
}

// Waiting counts what waits for somebody.
type Waiting struct {
	Unverified int64 // families of months that have ended
	Proposed   int64 // effects of which no family was told
	Appeals    int64
}

// Waiting counts what waits, of the groups of one facilitator where login is
// not empty. It needs access.SeeDuties.
func (s *Service) Waiting(ctx context.Context, login string) (Waiting, error) {
	var w Waiting
	err := s.read(ctx, func(ctx context.Context) error {
		p, err := s.Store.Progress(ctx, FamilyFilter{Month: MonthOf(s.Today()) - 1, Login: login})
		if err != nil {
			return err
		}
		w.Unverified = p.Families - p.Verified
		w.Proposed, w.Appeals, err = s.Store.Pending(ctx)
		return err
	})
	return w, err
}

// Pictures lists what was shown for a family's appeals, for an erasure.
func (s *Service) Pictures(ctx context.Context, family ident.ID) ([]ident.ID, error) {
	var all []ident.ID
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		effects, err := s.Store.EffectsOf(ctx, family)
		for _, e := range effects {
			if e.Appeal != nil && !e.Appeal.Picture.IsZero() {
				all = append(all, e.Appeal.Picture)
			}
		}
		return err
	})
	return all, err
}
