package registry

import (
	"context"
	"fmt"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// FamilySuspended is how a scan shows a family whose data are not processed,
// because it asked so (UU 27/2022, art. 41). It is no status on record: that
// stays what it is, and counts again when the suspension ends.
const FamilySuspended FamilyStatus = "suspended"

// Suspension is a time in which the data of a family are not processed.
type Suspension struct {
	ID      ident.ID
	Family  ident.ID
	Area    string
	Since   time.Time
	BegunBy string
}

// SuspensionStore is the part of the store that suspensions use.
type SuspensionStore interface {
	// Suspensions returns those that last in the actor's area, or of one
	// family alone where it is given.
	Suspensions(ctx context.Context, family ident.ID) ([]Suspension, error)
	KeepSuspension(ctx context.Context, x *Suspension) error
	// EndSuspension ends a family's, and reports whether there was one.
	EndSuspension(ctx context.Context, family ident.ID, by string, at time.Time) (bool, error)
}

// Suspend keeps the data of a family out of all processing, until Resume:
// snapshots and so determinations, the search for duplicates, matching with
// lists, exports and payments. It is in the caller's transaction where there
// is one.
//
// It returns fault.Conflict when that is so already, and fault.NotFound when
// the family is not in the actor's area.
func (s *Service) Suspend(ctx context.Context, family ident.ID) error {
	actor, err := access.Require(ctx, access.EditFamilies)
	if err != nil {
		return err
	}
	return s.unit.Write(ctx, func(ctx context.Context) error {
		rec, err := s.store.Family(ctx, family)
		if err != nil {
			return err
		}
		lasting, err := s.store.Suspensions(ctx, family)
		if err != nil {
			return err
		}
		if len(lasting) > 0 {
			return fault.Conflict("registry.suspended_already")
		}
		x := &Suspension{ID: s.ids.New(), Family: family, Area: rec.Family.Area, Since: s.clock.Now(), BegunBy: actor.Login}
		if err := s.store.KeepSuspension(ctx, x); err != nil {
			return err
		}
		return s.log.Append(ctx, audit.Act{Purpose: access.PurposeService, Action: "family.suspend", Subject: family.String(), Area: x.Area, Count: 1})
	})
}

// Resume ends a family's suspension. It returns fault.Conflict when there is
// none.
func (s *Service) Resume(ctx context.Context, family ident.ID) error {
	actor, err := access.Require(ctx, access.EditFamilies)
	if err != nil {
		return err
	}
	return s.unit.Write(ctx, func(ctx context.Context) error {
		rec, err := s.store.Family(ctx, family)
		if err != nil {
			return err
		}
		was, err := s.store.EndSuspension(ctx, family, actor.Login, s.clock.Now())
		if err == nil && !was {
			err = fault.Conflict("registry.not_suspended")
		}
		if err != nil {
			return err
		}
		return s.log.Append(ctx, audit.Act{Purpose: access.PurposeService, Action: "family.resume", Subject: family.String(), Area: rec.Family.Area, Count: 1})
	})
}

// SuspendedSince returns since when the data of a family are not processed;
// false when they are.
func (s *Service) SuspendedSince(ctx context.Context, family ident.ID) (since time.Time, yes bool, err error) {
	if _, err := access.Require(ctx, access.SeeFamilies); err != nil {
		return since, false, err
	}
	err = s.unit.Read(ctx, func(ctx context.Context) error {
		all, err := s.store.Suspensions(ctx, family)
		if len(all) > 0 {
			since, yes = all[0].Since, true
		}
		return err
	})
	return since, yes, err
}

// Suspended counts the families of the actor's area whose data are not
// processed, for whoever computes something that leaves them out.
func (s *Service) Suspended(ctx context.Context) (int64, error) {
	if _, err := access.Require(ctx, access.SeeFamilies); err != nil {
		return 0, err
	}
	var n int64
	err := s.unit.Read(ctx, func(ctx context.Context) error {
		all, err := s.suspended(ctx)
		n = int64(len(all))
		return err
	})
	return n, err
}

// suspended returns the families of the actor's area that are not processed.
func (s *Service) suspended(ctx context.Context) (map[ident.ID]bool, error) {
	all, err := s.store.Suspensions(ctx, ident.ID{})
	if err != nil {
		return nil, fmt.Errorf("registry: suspensions: %w", err)
	}
	suspended := make(map[ident.ID]bool, len(all))
	for _, x := range all {
		suspended[x.Family] = true
	}
	return suspended, nil
}

// rest shows records whose family is suspended as such.
func (s *Service) rest(ctx context.Context, records []*Record) error {
	suspended, err := s.suspended(ctx)
	for _, r := range records {
		if suspended[r.Family.ID] {
			r.Family.Status = FamilySuspended
		}
	}
	return err
}

// scan is the store's, with those who are suspended shown as such.
func (s *Service) scan(ctx context.Context, fn func(*Record) error) error {
	suspended, err := s.suspended(ctx)
	if err != nil {
		return err
	}
	return s.store.Scan(ctx, func(r *Record) error {
		if suspended[r.Family.ID] {
			r.Family.Status = FamilySuspended
		}
		return fn(r)
	})
}
