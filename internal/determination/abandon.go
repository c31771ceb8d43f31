package determination

import (
	"context"
	"fmt"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
)

// Sweep takes away what was written of determinations that were begun before a
// time and never finished. Nobody has ever seen it; the same ones can be run
// again, from the start. Rows go a programme and a regency at a time, each with
// what it counts to, so that a sweep that is stopped is gone on with by the
// next. It returns of how many determinations.
func (s *Service) Sweep(ctx context.Context, before time.Time) (n int, err error) {
	actor, err := access.Require(ctx, access.RunDetermination)
	if err != nil {
		return 0, err
	}
	var left []Header
	err = s.Unit.Read(ctx, func(ctx context.Context) error {
		left, err = s.Store.Unfinished(ctx, before)
		return err
	})
	for _, h := range left {
		if err == nil {
			err = s.sweep(ctx, actor, h)
		}
		if err == nil {
			n++
		}
	}
	if err != nil {
		return n, fmt.Errorf("determination: sweeping: %w", err)
	}
	return n, nil
}

func (s *Service) sweep(ctx context.Context, actor access.Actor, h Header) error {
	if err := s.Unit.Write(ctx, func(ctx context.Context) error { return s.Store.Abandon(ctx, h.ID) }); err != nil {
		return err
	}
	for _, r := range h.Content.Programmes {
		for _, part := range r.Parts {
			if err := s.Unit.Write(ctx, func(ctx context.Context) error { return s.Store.DropRows(ctx, h.ID, r.Code, part.Area) }); err != nil {
				return err
			}
		}
	}
	return s.Unit.Write(ctx, func(ctx context.Context) error {
		if err := s.Store.Resumable(ctx, h.ID); err != nil {
			return err
		}
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposeSystem, Action: "determination.sweep", Subject: h.ID.String(),
			Area: actor.Scope.String(), Detail: h.Digest})
	})
}
