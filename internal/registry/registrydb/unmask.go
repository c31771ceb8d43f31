package registrydb

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"gotong/internal/db"
	"gotong/internal/registry"
)

// KeepUnmasking records an opening.
func (s *Store) KeepUnmasking(ctx context.Context, u *registry.Unmasking) error {
	_, err := db.From(ctx).Exec(ctx, `INSERT INTO unmasking (id, area, family_id, subject, kind, login, at, purpose, reason, namesake)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, u.ID, u.Area, u.Family, u.Subject, string(u.Kind), u.Login, u.At.UnixMilli(),
		string(u.Purpose), u.Reason, db.Flag(u.Namesake))
	if err != nil {
		return fmt.Errorf("registrydb: recording an opening: %w", err)
	}
	return nil
}

// Opened counts what somebody opened of late, and what is allowed beyond.
func (s *Store) Opened(ctx context.Context, login string, hour, day, now time.Time) (registry.Opened, error) {
	var o registry.Opened
	tx := db.From(ctx)
	if tx.Dialect() == db.Postgres { // where two may count before either has opened
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock(hashtext('unmasking ' || $1))", login); err != nil {
			return o, fmt.Errorf("registrydb: counting openings: %w", err)
		}
	}
	err := tx.QueryRow(ctx, `SELECT count(CASE WHEN at > $1 THEN 1 END), count(*) FROM unmasking WHERE {scope area} AND login = $2 AND at > $3`,
		hour.UnixMilli(), login, day.UnixMilli()).Scan(&o.Hour, &o.Day)
	if err == nil {
		err = tx.QueryRow(ctx, "SELECT CAST(coalesce(sum(extra), 0) AS BIGINT) FROM unmask_lift WHERE login = $1 AND until > $2", login, now.UnixMilli()).Scan(&o.Extra)
	}
	if err != nil {
		return o, fmt.Errorf("registrydb: counting openings: %w", err)
	}
	return o, nil
}

// Unmaskings returns openings, newest first.
func (s *Store) Unmaskings(ctx context.Context, from, until time.Time) ([]registry.Unmasking, error) {
	var all []registry.Unmasking
	err := each(ctx, `SELECT u.id, u.area, u.family_id, u.subject, u.kind, u.login, u.at, u.purpose, u.reason, u.namesake FROM unmasking u
		WHERE {scope u.area} AND u.at >= $1 AND u.at < $2 ORDER BY u.at DESC, u.id DESC`, []any{from.UnixMilli(), until.UnixMilli()},
		func(rows *sql.Rows) error {
			var u registry.Unmasking
			var at int64
			err := rows.Scan(&u.ID, &u.Area, &u.Family, &u.Subject, &u.Kind, &u.Login, &at, &u.Purpose, &u.Reason, &u.Namesake)
			u.At = instant(at)
			all = append(all, u)
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("registrydb: openings: %w", err)
	}
	return all, nil
}

// KeepLift records a lift.
func (s *Store) KeepLift(ctx context.Context, l *registry.Lift) error {
	_, err := db.From(ctx).Exec(ctx, `INSERT INTO unmask_lift (id, login, extra, at, until, reason, given_by) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		l.ID, l.Login, l.Extra, l.At.UnixMilli(), l.Until.UnixMilli(), l.Reason, l.GivenBy)
	if err != nil {
		return fmt.Errorf("registrydb: recording a lift: %w", err)
	}
	return nil
}

// Lifts returns lifts since an instant, newest first.
func (s *Store) Lifts(ctx context.Context, since time.Time) ([]registry.Lift, error) {
	var all []registry.Lift
	err := each(ctx, "SELECT id, login, extra, at, until, reason, given_by FROM unmask_lift WHERE at >= $1 ORDER BY id DESC", []any{since.UnixMilli()},
		func(rows *sql.Rows) error {
			var l registry.Lift
			var at, until int64
			err := rows.Scan(&l.ID, &l.Login, &l.Extra, &at, &until, &l.Reason, &l.GivenBy)
			l.At, l.Until = instant(at), instant(until)
			all = append(all, l)
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("registrydb: lifts: %w", err)
	}
	return all, nil
}
