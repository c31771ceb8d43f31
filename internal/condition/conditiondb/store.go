// Package conditiondb keeps duties and what follows from them in the database.
package conditiondb

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"gotong/internal/condition"
	"gotong/internal/db"
	"gotong/internal/fault"
)

// Store is condition.Store on the database of the context's transaction.
type Store struct{}

// New returns a Store.
func New() Store { return Store{} }

var _ condition.Store = Store{}

// scanner copies a row's columns.
type scanner func(into ...any) error

// all runs a query and scans every row.
func all[T any](ctx context.Context, what, query string, scan func(scanner, *T) error, args ...any) ([]T, error) {
	var list []T
	rows, err := db.From(ctx).Query(ctx, query, args...)
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var x T
		err := scan(rows.Scan, &x)
		list = append(list, x)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("conditiondb: %s: %w", what, err)
	}
	return list, nil
}

// one runs a query for one row; fault.NotFound with key when there is none.
func one[T any](ctx context.Context, what, key, query string, scan func(scanner, *T) error, args ...any) (T, error) {
	var x T
	if err := scan(db.From(ctx).QueryRow(ctx, query, args...).Scan, &x); err != nil {
		return x, fmt.Errorf("conditiondb: %s: %w", what, db.NoRows(err, key))
	}
	return x, nil
}

// exec runs a statement.
func exec(ctx context.Context, what, query string, args ...any) error {
	if _, err := db.From(ctx).Exec(ctx, query, args...); err != nil {
		return fmt.Errorf("conditiondb: %s: %w", what, err)
	}
	return nil
}

// change runs a statement that must change one row.
func change(ctx context.Context, what, key, query string, args ...any) error {
	result, err := db.From(ctx).Exec(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("conditiondb: %s: %w", what, err)
	}
	if n, err := result.RowsAffected(); err != nil || n != 1 {
		return fault.NotFound(key)
	}
	return nil
}

// text is NULL for "".
func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// millis is NULL for the zero instant.
func millis(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

func instant(n sql.NullInt64) time.Time {
	if !n.Valid {
		return time.Time{}
	}
	return time.UnixMilli(n.Int64).UTC()
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// number is NULL for nil.
func number(n *int64) any {
	if n == nil {
		return nil
	}
	return *n
}

func numberOf(n sql.NullInt64) *int64 {
	if !n.Valid {
		return nil
	}
	return &n.Int64
}
