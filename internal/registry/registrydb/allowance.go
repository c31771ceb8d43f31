package registrydb

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"gotong/internal/db"
	"gotong/internal/registry"
)

const allowanceColumns = "a.id, a.login, a.area, a.at, a.until, a.reason, a.given_by, a.used_at"

func scanAllowance(scan func(...any) error) (registry.Allowance, error) {
	var a registry.Allowance
	var at, until int64
	var used sql.NullInt64
	err := scan(&a.ID, &a.Login, &a.Area, &at, &until, &a.Reason, &a.GivenBy, &used)
	a.At, a.Until = instant(at), instant(until)
	if used.Valid {
		a.UsedAt = instant(used.Int64)
	}
	return a, err
}

// KeepAllowance records an allowance.
func (s *Store) KeepAllowance(ctx context.Context, a *registry.Allowance) error {
	_, err := db.From(ctx).Exec(ctx, `INSERT INTO unmask_export (id, login, area, at, until, reason, given_by) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		a.ID, a.Login, a.Area, a.At.UnixMilli(), a.Until.UnixMilli(), a.Reason, a.GivenBy)
	if err != nil {
		return fmt.Errorf("registrydb: recording an allowance: %w", err)
	}
	return nil
}

// UseAllowance marks an allowance as used.
func (s *Store) UseAllowance(ctx context.Context, login, area string, now time.Time) (*registry.Allowance, error) {
	row := db.From(ctx).QueryRow(ctx, `UPDATE unmask_export AS a SET used_at = $1 WHERE a.used_at IS NULL AND a.id =
		(SELECT x.id FROM unmask_export x WHERE x.login = $2 AND x.until > $1 AND x.used_at IS NULL AND substr($3, 1, length(x.area)) = x.area ORDER BY x.id LIMIT 1)
		RETURNING id, login, area, at, until, reason, given_by, used_at`, now.UnixMilli(), login, area)
	a, err := scanAllowance(row.Scan)
	if err != nil {
		return nil, db.NoRows(err, "registry.unmask.not_allowed")
	}
	return &a, nil
}

// Allowances returns allowances since an instant, newest first.
func (s *Store) Allowances(ctx context.Context, since time.Time) ([]registry.Allowance, error) {
	var all []registry.Allowance
	err := each(ctx, "SELECT "+allowanceColumns+" FROM unmask_export a WHERE a.at >= $1 ORDER BY a.id DESC", []any{since.UnixMilli()},
		func(rows *sql.Rows) error {
			a, err := scanAllowance(rows.Scan)
			all = append(all, a)
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("registrydb: allowances: %w", err)
	}
	return all, nil
}
