// Package sievedb keeps rules by name in the database.
package sievedb

import (
	"context"
	"database/sql"
	"time"

	"gotong/internal/db"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/sieve"
)

// Store implements sieve.Store.
type Store struct{}

var _ sieve.Store = Store{}

// Add implements sieve.Store.
func (Store) Add(ctx context.Context, s sieve.Saved) error {
	_, err := db.From(ctx).Exec(ctx, "INSERT INTO saved_rule (id, name, rule, created_at, created_by) VALUES ($1, $2, $3, $4, $5)",
		s.ID, s.Name, s.Rule, s.CreatedAt.UnixMilli(), s.CreatedBy)
	if db.IsUnique(err) {
		return fault.Conflict("sieve.name_taken", "name", s.Name).Because(err)
	}
	return err
}

// All implements sieve.Store.
func (Store) All(ctx context.Context) ([]sieve.Saved, error) {
	var all []sieve.Saved
	rows, err := db.From(ctx).Query(ctx, "SELECT id, name, rule, created_at, created_by FROM saved_rule ORDER BY name, id")
	return all, db.Each(rows, err, func(rows *sql.Rows) error {
		var s sieve.Saved
		var at int64
		err := rows.Scan(&s.ID, &s.Name, &s.Rule, &at, &s.CreatedBy)
		s.CreatedAt = time.UnixMilli(at).UTC()
		all = append(all, s)
		return err
	})
}

// Drop implements sieve.Store.
func (Store) Drop(ctx context.Context, id ident.ID) error {
	_, err := db.From(ctx).Exec(ctx, "DELETE FROM saved_rule WHERE id = $1", id)
	return err
}
