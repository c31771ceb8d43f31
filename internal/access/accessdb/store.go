// Package accessdb keeps staff accounts and sessions in the database.
package accessdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"gotong/internal/access"
	"gotong/internal/db"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// Store keeps accounts and sessions.
type Store struct{}

// New returns a Store that works in the transaction of its context.
func New() *Store { return &Store{} }

func joinRoles(roles []access.Role) string {
	all := make([]string, len(roles))
	for i, r := range roles {
		all[i] = string(r)
	}
	return strings.Join(all, ",")
}

func splitRoles(s string) []access.Role {
	var roles []access.Role
	for r := range strings.SplitSeq(s, ",") {
		if r != "" {
			roles = append(roles, access.Role(r))
		}
	}
	return roles
}

// AddStaff keeps a new account.
func (s *Store) AddStaff(ctx context.Context, a access.Staff) error {
	_, err := db.From(ctx).Exec(ctx, `INSERT INTO staff
		(id, login, name, password, roles, scope, unit, active, created_at, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		a.ID, a.Login, a.Name, a.Password, joinRoles(a.Roles), a.Scope.String(), a.Unit, db.Flag(a.Active),
		a.CreatedAt.UnixMilli(), a.ChangedAt.UnixMilli())
	if db.IsUnique(err) {
		return fault.Conflict("access.login_taken", "login", a.Login)
	}
	if err != nil {
		return fmt.Errorf("accessdb: adding staff: %w", err)
	}
	return nil
}

// SaveStaff keeps a changed account; its login stays.
func (s *Store) SaveStaff(ctx context.Context, a access.Staff) error {
	_, err := db.From(ctx).Exec(ctx, `UPDATE staff SET name = $1, password = $2, roles = $3, scope = $4, unit = $5,
		active = $6, changed_at = $7 WHERE id = $8`,
		a.Name, a.Password, joinRoles(a.Roles), a.Scope.String(), a.Unit, db.Flag(a.Active), a.ChangedAt.UnixMilli(), a.ID)
	if err != nil {
		return fmt.Errorf("accessdb: saving staff: %w", err)
	}
	return nil
}

const staffColumns = `id, login, name, password, roles, scope, unit, active, created_at, changed_at`

func scanStaff(scan func(into ...any) error) (access.Staff, error) {
	var a access.Staff
	var roles, scope string
	var active int
	var created, changed int64
	err := scan(&a.ID, &a.Login, &a.Name, &a.Password, &roles, &scope, &a.Unit, &active, &created, &changed)
	a.Roles, a.Scope, a.Active = splitRoles(roles), access.ParseScope(scope), active == 1
	a.CreatedAt, a.ChangedAt = time.UnixMilli(created).UTC(), time.UnixMilli(changed).UTC()
	return a, err
}

// StaffByLogin returns an account.
func (s *Store) StaffByLogin(ctx context.Context, login string) (access.Staff, error) {
	a, err := scanStaff(db.From(ctx).QueryRow(ctx, `SELECT `+staffColumns+` FROM staff WHERE login = $1`, login).Scan)
	if err != nil {
		return access.Staff{}, fmt.Errorf("accessdb: %w", db.NoRows(err, "access.no_such_staff"))
	}
	return a, nil
}

// StaffByID returns an account.
func (s *Store) StaffByID(ctx context.Context, id ident.ID) (access.Staff, error) {
	a, err := scanStaff(db.From(ctx).QueryRow(ctx, `SELECT `+staffColumns+` FROM staff WHERE id = $1`, id).Scan)
	if err != nil {
		return access.Staff{}, fmt.Errorf("accessdb: %w", db.NoRows(err, "access.no_such_staff"))
	}
	return a, nil
}

// LockStaff returns an account that nobody else changes meanwhile.
func (s *Store) LockStaff(ctx context.Context, id ident.ID) (access.Staff, error) {
	if err := s.exec(ctx, "locking staff", `UPDATE staff SET login = login WHERE id = $1`, id); err != nil {
		return access.Staff{}, err
	}
	return s.StaffByID(ctx, id)
}

// ListStaff returns all accounts by login.
func (s *Store) ListStaff(ctx context.Context) ([]access.Staff, error) {
	var all []access.Staff
	rows, err := db.From(ctx).Query(ctx, `SELECT `+staffColumns+` FROM staff ORDER BY login`)
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		a, err := scanStaff(rows.Scan)
		all = append(all, a)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("accessdb: listing staff: %w", err)
	}
	return all, nil
}

// AddSession keeps a new session.
func (s *Store) AddSession(ctx context.Context, n access.Session) error {
	_, err := db.From(ctx).Exec(ctx, `INSERT INTO session (token, staff_id, created_at, seen_at) VALUES ($1, $2, $3, $4)`,
		n.Digest, n.StaffID, n.CreatedAt.UnixMilli(), n.SeenAt.UnixMilli())
	if err != nil {
		return fmt.Errorf("accessdb: adding a session: %w", err)
	}
	return nil
}

// SessionByDigest returns a session.
func (s *Store) SessionByDigest(ctx context.Context, digest []byte) (access.Session, error) {
	n := access.Session{Digest: digest}
	var created, seen int64
	err := db.From(ctx).QueryRow(ctx, `SELECT staff_id, created_at, seen_at FROM session WHERE token = $1`, digest).
		Scan(&n.StaffID, &created, &seen)
	if err != nil {
		return access.Session{}, fmt.Errorf("accessdb: %w", db.NoRows(err, "access.signed_out"))
	}
	n.CreatedAt, n.SeenAt = time.UnixMilli(created).UTC(), time.UnixMilli(seen).UTC()
	return n, nil
}

func (s *Store) exec(ctx context.Context, what, query string, args ...any) error {
	if _, err := db.From(ctx).Exec(ctx, query, args...); err != nil {
		return fmt.Errorf("accessdb: %s: %w", what, err)
	}
	return nil
}

// TouchSession notes that a session was used.
func (s *Store) TouchSession(ctx context.Context, digest []byte, at time.Time) error {
	return s.exec(ctx, "touching a session", `UPDATE session SET seen_at = $1 WHERE token = $2`, at.UnixMilli(), digest)
}

// EndSession ends one session.
func (s *Store) EndSession(ctx context.Context, digest []byte) error {
	return s.exec(ctx, "ending a session", `DELETE FROM session WHERE token = $1`, digest)
}

// EndSessionsOf ends all sessions of one account.
func (s *Store) EndSessionsOf(ctx context.Context, staff ident.ID) error {
	return s.exec(ctx, "ending sessions", `DELETE FROM session WHERE staff_id = $1`, staff)
}

// AttemptsOf returns how often a sign-in has failed since the last success.
func (s *Store) AttemptsOf(ctx context.Context, login string) (access.Attempts, error) {
	var a access.Attempts
	var last int64
	err := db.From(ctx).QueryRow(ctx, `SELECT failures, last_at FROM sign_in_attempt WHERE login = $1`, login).Scan(&a.Failures, &last)
	if errors.Is(err, sql.ErrNoRows) {
		return access.Attempts{}, nil
	}
	if err != nil {
		return a, fmt.Errorf("accessdb: reading attempts: %w", err)
	}
	a.LastAt = time.UnixMilli(last).UTC()
	return a, nil
}

// AddFailure counts one more failure.
func (s *Store) AddFailure(ctx context.Context, login string, at time.Time) error {
	return s.exec(ctx, "counting a failure", `INSERT INTO sign_in_attempt AS a (login, failures, last_at) VALUES ($1, 1, $2)
		ON CONFLICT (login) DO UPDATE SET failures = a.failures + 1, last_at = excluded.last_at`, login, at.UnixMilli())
}

// ClearFailures forgets them after a success.
func (s *Store) ClearFailures(ctx context.Context, login string) error {
	return s.exec(ctx, "clearing failures", `DELETE FROM sign_in_attempt WHERE login = $1`, login)
}
