package registry

import (
	"context"
	"fmt"

	"gotong/internal/access"
	"gotong/internal/audit"
)

// Scan calls fn for every family in the actor's area with all its members,
// whatever their status, ordered by area and id; members are ordered by id.
// Identifiers are not opened. The record and all in it are fn's to read until
// it returns, and are then used again: what fn keeps, it copies.
//
// A family that asked that its data be not processed has the status
// FamilySuspended, whatever it has on record.
//
// The look is recorded before the first family is handed out. It returns
// fault.Forbidden without the permission to see families, and fn's error.
func (s *Service) Scan(ctx context.Context, purpose access.Purpose, fn func(*Record) error) error {
	actor, err := access.Require(ctx, access.SeeFamilies)
	if err != nil {
		return err
	}
	err = s.unit.Read(ctx, func(ctx context.Context) error {
		families, _, err := s.store.Totals(ctx)
		if err != nil {
			return err
		}
		return s.log.Append(ctx, audit.Act{Purpose: purpose, Action: "family.scan", Area: actor.Scope.String(),
			Fields: []string{"core", "members", "facts"}, Count: families})
	})
	if err != nil {
		return fmt.Errorf("registry: scanning: %w", err)
	}
	return s.unit.Read(ctx, func(ctx context.Context) error { return s.scan(ctx, fn) })
}
