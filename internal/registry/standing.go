package registry

import (
	"context"
	"fmt"
	"strings"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// Stop says that somebody on record does not count as a member any more, or
// that a whole family does not.
type Stop struct {
	FamilyID ident.ID
	PersonID ident.ID     // zero: the whole family
	Person   PersonStatus // of the person
	Family   FamilyStatus // of the family, where it is the whole one
}

// Stopped calls fn for everybody in an area, "" for all of the actor's, whose
// status is not active: the dead, the moved, the families put to sleep. It is
// for whoever pays, who must see no more of them than this.
func (s *Service) Stopped(ctx context.Context, area string, purpose access.Purpose, fn func(Stop) error) error {
	actor, ok := access.From(ctx)
	if !ok || !(actor.Can(access.SeeMoney) || actor.Can(access.SeeFamilies)) {
		return fault.Forbidden("core.error.forbidden")
	}
	err := s.unit.Read(ctx, func(ctx context.Context) error {
		return s.log.Append(ctx, audit.Act{Purpose: purpose, Action: "family.stopped", Area: area, Fields: []string{"status"}})
	})
	if err != nil {
		return fmt.Errorf("registry: stopped: %w", err)
	}
	return s.unit.Read(ctx, func(ctx context.Context) error {
		suspended, err := s.store.Suspensions(ctx, ident.ID{})
		if err != nil {
			return err
		}
		for _, x := range suspended {
			if !strings.HasPrefix(x.Area, area) {
				continue
			}
			if err := fn(Stop{FamilyID: x.Family, Family: FamilySuspended}); err != nil {
				return err
			}
		}
		return s.store.Stopped(ctx, area, fn)
	})
}
