package retention

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// labelWhy seals why a record is held.
const labelWhy = "retention.hold"

// Keep holds the record of a family for an audit, a case or a dispute, until
// Release: nothing of it is destroyed, and nobody of it erased.
//
// It returns fault.Invalid for a basis that is none or without a word why,
// and fault.NotFound when the family is not in the actor's area.
func (s *Service) Keep(ctx context.Context, family ident.ID, basis, why string) (*Hold, error) {
	actor, err := access.Require(ctx, access.HoldRecords)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(Bases, basis) {
		return nil, fault.Invalid("retention.choose_basis")
	}
	why = strings.TrimSpace(why)
	switch {
	case why == "":
		return nil, fault.Invalid("retention.why_missing")
	case len([]rune(why)) > noteMost:
		return nil, fault.Invalid("retention.note_long", "most", noteMost)
	}
	h := &Hold{ID: s.IDs.New(), Family: family, Basis: basis, Why: why, By: actor.Login, At: s.Clock.Now()}
	err = s.Unit.Write(ctx, func(ctx context.Context) error {
		if h.Area, err = s.Register.AreaOf(ctx, family); err != nil {
			return err
		}
		if err := s.Store.KeepHold(ctx, h, s.Keys.Seal(labelWhy, why)); err != nil {
			return err
		}
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposeSystem, Action: "retention.hold", Subject: family.String(), Area: h.Area, Count: 1, Detail: basis})
	})
	if err != nil {
		return nil, fmt.Errorf("retention: holding: %w", err)
	}
	return h, nil
}

// Release ends a hold. It returns fault.Conflict when it has ended.
func (s *Service) Release(ctx context.Context, id ident.ID) error {
	actor, err := access.Require(ctx, access.HoldRecords)
	if err != nil {
		return err
	}
	err = s.Unit.Write(ctx, func(ctx context.Context) error {
		h, err := s.Store.Hold(ctx, id)
		if err != nil {
			return err
		}
		was, err := s.Store.EndHold(ctx, id, actor.Login, s.Clock.Now())
		if err == nil && !was {
			err = fault.Conflict("retention.hold_ended")
		}
		if err != nil {
			return err
		}
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposeSystem, Action: "retention.release", Subject: h.Family.String(), Area: h.Area, Count: 1, Detail: h.Basis})
	})
	if err != nil {
		return fmt.Errorf("retention: releasing: %w", err)
	}
	return nil
}

// Held returns the holds of the actor's area, those that last the first. The
// look is recorded, as the words can name somebody.
func (s *Service) Held(ctx context.Context, family ident.ID, limit int) ([]Hold, error) {
	actor, err := access.Require(ctx, access.HoldRecords)
	if err != nil {
		return nil, err
	}
	var all []Hold
	err = s.Unit.Read(ctx, func(ctx context.Context) error {
		if all, err = s.Store.Holds(ctx, family, false, limit); err != nil {
			return err
		}
		for i := range all {
			if all[i].Why, err = s.Keys.Open(labelWhy, []byte(all[i].Why)); err != nil {
				return err
			}
		}
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposeSystem, Action: "retention.holds", Area: actor.Scope.String(), Fields: []string{"reason"}, Count: int64(len(all))})
	})
	return all, err
}

// Lasting returns on what the record of a family is held by hand, "" for
// nothing. It is for the register, which asks before an erasure.
func (s *Service) Lasting(ctx context.Context, family ident.ID) (basis string, err error) {
	err = s.Unit.Read(ctx, func(ctx context.Context) error {
		all, err := s.Store.Holds(access.With(ctx, access.System("retention")), family, true, 1)
		if err == nil && len(all) > 0 {
			basis = all[0].Basis
		}
		return err
	})
	return basis, err
}

// Forget empties why the record of a family was held, in the transaction of
// an erasure, and returns what was sealed.
func (s *Service) Forget(ctx context.Context, family ident.ID) ([][]byte, error) {
	return s.Store.Forget(ctx, family, func() []byte { return s.Keys.Seal(labelWhy, "") })
}
