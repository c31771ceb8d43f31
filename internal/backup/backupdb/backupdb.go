// Package backupdb keeps copies, restorations and statements.
package backupdb

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"gotong/internal/backup"
	"gotong/internal/db"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// Store implements backup.Store in the transaction of its context.
type Store struct{}

var _ backup.Store = Store{}

// AddCopy implements backup.Store.
func (Store) AddCopy(ctx context.Context, c *backup.Copy) error {
	return db.Exec(ctx, "backupdb: noting a copy", "INSERT INTO backup_copy (at, actor, files, bytes, entries) VALUES ($1, $2, $3, $4, $5)",
		c.At.UnixMilli(), c.Actor, c.Files, c.Bytes, c.Entries)
}

// LastCopy implements backup.Store.
func (Store) LastCopy(ctx context.Context) (backup.Copy, error) {
	return db.One(ctx, "backupdb: last copy", "backup.never", "SELECT c.at, c.actor, c.files, c.bytes, c.entries FROM backup_copy c ORDER BY c.at DESC LIMIT 1",
		func(from db.Scanner, c *backup.Copy) error {
			var at int64
			err := from(&at, &c.Actor, &c.Files, &c.Bytes, &c.Entries)
			c.At = time.UnixMilli(at).UTC()
			return err
		})
}

// AddRestoration implements backup.Store.
func (Store) AddRestoration(ctx context.Context, r *backup.Restoration) error {
	return db.Exec(ctx, "backupdb: noting a restoration", "INSERT INTO restoration (id, at, copied_at, entries, known, erased) VALUES ($1, $2, $3, $4, $5, $6)",
		r.ID, r.At.UnixMilli(), r.CopiedAt.UnixMilli(), r.Entries, r.Known, r.Erased)
}

// Restorations implements backup.Store.
func (Store) Restorations(ctx context.Context) ([]backup.Restoration, error) {
	return db.All(ctx, "backupdb: restorations", "SELECT r.id, r.at, r.copied_at, r.entries, r.known, r.erased FROM restoration r ORDER BY r.at DESC, r.id",
		func(from db.Scanner, r *backup.Restoration) error {
			var at, copied int64
			err := from(&r.ID, &at, &copied, &r.Entries, &r.Known, &r.Erased)
			r.At, r.CopiedAt = time.UnixMilli(at).UTC(), time.UnixMilli(copied).UTC()
			return err
		})
}

// AddStatement implements backup.Store.
func (Store) AddStatement(ctx context.Context, s *backup.Statement) error {
	return db.Exec(ctx, "backupdb: adding a statement", `INSERT INTO restoration_statement (id, restoration_id, area, gone, reason, status, proposed_by, proposed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, s.ID, s.Restoration, s.Area, strings.Join(s.Gone, " "), s.Reason, string(s.Status), s.ProposedBy, s.ProposedAt.UnixMilli())
}

const statements = `SELECT s.id, s.restoration_id, s.area, s.gone, s.reason, s.status, s.proposed_by, s.proposed_at, s.decided_by, s.decided_at
	FROM restoration_statement s WHERE {scope s.area}`

func scan(from db.Scanner, s *backup.Statement) error {
	var gone, status string
	var proposed int64
	var by sql.NullString
	var decided sql.NullInt64
	err := from(&s.ID, &s.Restoration, &s.Area, &gone, &s.Reason, &status, &s.ProposedBy, &proposed, &by, &decided)
	s.Gone, s.Status, s.ProposedAt = strings.Fields(gone), backup.Status(status), time.UnixMilli(proposed).UTC()
	s.DecidedBy, s.DecidedAt = by.String, db.Instant(decided)
	return err
}

// Statement implements backup.Store.
func (Store) Statement(ctx context.Context, id ident.ID) (backup.Statement, error) {
	return db.One(ctx, "backupdb: a statement", "backup.no_statement", statements+" AND s.id = $1", scan, id)
}

// Statements implements backup.Store.
func (Store) Statements(ctx context.Context) ([]backup.Statement, error) {
	return db.All(ctx, "backupdb: statements", statements+" ORDER BY s.proposed_at DESC, s.id DESC", scan)
}

// Decide implements backup.Store.
func (Store) Decide(ctx context.Context, s *backup.Statement) (bool, error) {
	err := db.Change(ctx, "backupdb: deciding on a statement", "backup.no_statement", `UPDATE restoration_statement AS s SET status = $2, decided_by = $3, decided_at = $4
		WHERE s.id = $1 AND s.status = 'waiting' AND {scope s.area}`, s.ID, string(s.Status), s.DecidedBy, s.DecidedAt.UnixMilli())
	if fault.Is(err, fault.KindNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, nil
}
