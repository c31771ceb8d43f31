package registry

import (
	"context"
	"fmt"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// MembersOf returns families on record in the actor's area with their members,
// by family: for whoever hands over goods or carries meals, who needs names
// and addresses and no account. Numbers stay sealed. A family that asked that
// its data be not processed has the status FamilySuspended.
func (s *Service) MembersOf(ctx context.Context, families []ident.ID, purpose access.Purpose) ([]*Record, error) {
	actor, ok := access.From(ctx)
	if !ok || !actor.Can(access.SeeFamilies) && !actor.Can(access.SeeGoods) {
		return nil, fault.Forbidden("core.error.forbidden", "permission", string(access.SeeFamilies))
	}
	if len(families) == 0 {
		return nil, nil
	}
	var records []*Record
	err := s.unit.Read(ctx, func(ctx context.Context) error {
		var err error
		if records, err = s.store.Records(ctx, families); err != nil {
			return err
		}
		return s.rest(ctx, records)
	})
	if err != nil {
		return nil, fmt.Errorf("registry: members: %w", err)
	}
	err = s.looked(ctx, audit.Act{Purpose: purpose, Action: "family.members", Area: actor.Scope.String(), Fields: []string{"name", "address", "status"}, Count: int64(len(records))})
	return records, err
}
