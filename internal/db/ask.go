package db

import (
	"context"
	"database/sql"
	"fmt"

	"gotong/internal/fault"
)

// Scanner copies a row's columns.
type Scanner func(into ...any) error

// All runs a query in the context's transaction and scans every row. Its
// errors begin with what.
func All[T any](ctx context.Context, what, query string, scan func(Scanner, *T) error, args ...any) ([]T, error) {
	var list []T
	rows, err := From(ctx).Query(ctx, query, args...)
	err = Each(rows, err, func(rows *sql.Rows) error {
		var x T
		err := scan(rows.Scan, &x)
		list = append(list, x)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return list, nil
}

// One runs a query for one row; fault.NotFound with key when there is none.
func One[T any](ctx context.Context, what, key, query string, scan func(Scanner, *T) error, args ...any) (T, error) {
	var x T
	if err := scan(From(ctx).QueryRow(ctx, query, args...).Scan, &x); err != nil {
		return x, fmt.Errorf("%s: %w", what, NoRows(err, key))
	}
	return x, nil
}

// Exec runs a statement.
func Exec(ctx context.Context, what, query string, args ...any) error {
	if _, err := From(ctx).Exec(ctx, query, args...); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// Change runs a statement that must change one row; fault.NotFound with key
// when it did not.
func Change(ctx context.Context, what, key, query string, args ...any) error {
	result, err := From(ctx).Exec(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if n, err := result.RowsAffected(); err != nil || n != 1 {
		return fault.NotFound(key)
	}
	return nil
}
