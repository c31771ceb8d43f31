package db

import (
	"context"
	"database/sql"
)

// ready puts the acting person's areas into a statement, and begins the view
// that it is asked of on a connection of rs, where none has begun.
func (tx *Tx) ready(ctx context.Context, query string, rs *readers) (string, error) {
	q, err := tx.db.scoped(ctx, query)
	if err != nil {
		return "", err
	}
	return q, tx.see(ctx, rs)
}

// plain is ready for a statement that database/sql runs.
func (tx *Tx) plain(ctx context.Context, query string) (string, error) {
	q, err := tx.ready(ctx, query, tx.db.views)
	if err == nil {
		tx.asked = true
	}
	return q, err
}

// Exec runs a statement that returns no rows.
func (tx *Tx) Exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	q, err := tx.plain(ctx, query)
	if err != nil {
		return nil, err
	}
	return tx.tx.ExecContext(ctx, q, args...)
}

// Query runs a statement that returns rows.
func (tx *Tx) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	q, err := tx.plain(ctx, query)
	if err != nil {
		return nil, err
	}
	return tx.tx.QueryContext(ctx, q, args...)
}

// QueryRow runs a statement that returns one row.
func (tx *Tx) QueryRow(ctx context.Context, query string, args ...any) *Row {
	q, err := tx.plain(ctx, query)
	if err != nil {
		return &Row{err: err}
	}
	return &Row{row: tx.tx.QueryRowContext(ctx, q, args...)}
}

// Row is the one row that QueryRow asked for.
type Row struct {
	row *sql.Row
	err error
}

// Scan copies the row's columns; sql.ErrNoRows when there is none.
func (r *Row) Scan(into ...any) error {
	if r.err != nil {
		return r.err
	}
	return r.row.Scan(into...)
}

// Prepare prepares a statement for repeated use in this transaction, which
// closes it at its end.
func (tx *Tx) Prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	q, err := tx.plain(ctx, query)
	if err != nil {
		return nil, err
	}
	return tx.tx.PrepareContext(ctx, q)
}

// Each scans every row with scan and closes rows. It returns the first error.
func Each(rows *sql.Rows, err error, scan func(rows *sql.Rows) error) error {
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
