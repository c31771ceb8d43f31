// Package snapshotdb keeps the headers of snapshots in the database.
package snapshotdb

import (
	"context"
	"database/sql"
	"time"

	"gotong/internal/db"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/snapshot"
)

// Store implements snapshot.Store.
type Store struct{}

var _ snapshot.Store = Store{}

// Add implements snapshot.Store.
func (Store) Add(ctx context.Context, h snapshot.Header) error {
	_, err := db.From(ctx).Exec(ctx, `INSERT INTO snapshot
		(id, as_of, scope, digest, families, members, created_at, created_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		h.ID, h.AsOf, h.Scope, h.Digest, h.Families, h.Members, h.CreatedAt.UnixMilli(), h.CreatedBy)
	if db.IsUnique(err) {
		return fault.Conflict("snapshot.twice").Because(err)
	}
	return err
}

const columns = "id, as_of, scope, digest, families, members, created_at, created_by"

func scan(row interface{ Scan(...any) error }) (snapshot.Header, error) {
	var h snapshot.Header
	var at int64
	err := row.Scan(&h.ID, &h.AsOf, &h.Scope, &h.Digest, &h.Families, &h.Members, &at, &h.CreatedBy)
	h.CreatedAt = time.UnixMilli(at).UTC()
	return h, err
}

// Header implements snapshot.Store.
func (Store) Header(ctx context.Context, id ident.ID) (snapshot.Header, error) {
	h, err := scan(db.From(ctx).QueryRow(ctx, "SELECT "+columns+" FROM snapshot WHERE id = $1", id))
	return h, db.NoRows(err, "snapshot.missing")
}

// ByDigest implements snapshot.Store.
func (Store) ByDigest(ctx context.Context, digest string) (snapshot.Header, error) {
	h, err := scan(db.From(ctx).QueryRow(ctx, "SELECT "+columns+" FROM snapshot WHERE digest = $1", digest))
	return h, db.NoRows(err, "snapshot.missing")
}

// Headers implements snapshot.Store.
func (Store) Headers(ctx context.Context, limit int) ([]snapshot.Header, error) {
	var hs []snapshot.Header
	rows, err := db.From(ctx).Query(ctx, "SELECT "+columns+" FROM snapshot ORDER BY created_at DESC, id DESC LIMIT $1", limit)
	return hs, db.Each(rows, err, func(rows *sql.Rows) error {
		h, err := scan(rows)
		hs = append(hs, h)
		return err
	})
}
