package registrydb

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"gotong/internal/db"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/registry"
)

// Suspensions returns those that last.
func (s *Store) Suspensions(ctx context.Context, family ident.ID) ([]registry.Suspension, error) {
	query, args := `SELECT x.id, x.family_id, x.area, x.since, x.begun_by FROM suspension x WHERE {scope x.area} AND x.ended_at IS NULL`, []any(nil)
	if !family.IsZero() {
		query, args = query+" AND x.family_id = $1", []any{family}
	}
	var all []registry.Suspension
	err := each(ctx, query+" ORDER BY x.id", args, func(rows *sql.Rows) error {
		var x registry.Suspension
		var since int64
		err := rows.Scan(&x.ID, &x.Family, &x.Area, &since, &x.BegunBy)
		x.Since = instant(since)
		all = append(all, x)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("registrydb: suspensions: %w", err)
	}
	return all, nil
}

// KeepSuspension records the beginning of one.
func (s *Store) KeepSuspension(ctx context.Context, x *registry.Suspension) error {
	_, err := db.From(ctx).Exec(ctx, "INSERT INTO suspension (id, area, family_id, since, begun_by, ended_by) VALUES ($1, $2, $3, $4, $5, '')",
		x.ID, x.Area, x.Family, x.Since.UnixMilli(), x.BegunBy)
	if db.IsUnique(err) { // somebody was first, at the same moment
		return fault.Conflict("registry.suspended_already").Because(err)
	}
	if err != nil {
		return fmt.Errorf("registrydb: recording a suspension: %w", err)
	}
	return nil
}

// EndSuspension records its end.
func (s *Store) EndSuspension(ctx context.Context, family ident.ID, by string, at time.Time) (bool, error) {
	done, err := db.From(ctx).Exec(ctx, "UPDATE suspension SET ended_at = $1, ended_by = $2 WHERE {scope area} AND family_id = $3 AND ended_at IS NULL",
		at.UnixMilli(), by, family)
	if err != nil {
		return false, fmt.Errorf("registrydb: ending a suspension: %w", err)
	}
	n, err := done.RowsAffected()
	return n > 0, err
}
