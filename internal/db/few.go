package db

import (
	"context"
	"database/sql"
)

// Few runs a query that finds few rows, such as who carries a number, and
// calls row for each. With the embedded engine it asks the engine itself,
// with a statement that the connection keeps, and reads all rows before the
// first is handed out: database/sql would take several times as long for them
// as the engine does. row's scan takes what Rows.Scan takes of numbers, texts,
// bytes, ids and whatever scans itself; sql.RawBytes are good until row
// returns. row asks nothing else of the transaction: PostgreSQL would not
// answer it.
func (tx *Tx) Few(ctx context.Context, query string, args []any, row func(scan Scanner) error) error {
	if tx.db.dialect == Postgres {
		rows, err := tx.Query(ctx, query, args...)
		return Each(rows, err, func(rows *sql.Rows) error { return row(rows.Scan) })
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	q, err := tx.ready(ctx, query, tx.db.looks)
	if err != nil {
		return err
	}
	found := founds.Get().(*found)
	defer founds.Put(found)
	if err := tx.ask(q, args, found); err != nil {
		return err
	}
	return found.each(row)
}

// Put runs a statement that changes few rows, as Exec does. With the embedded
// engine it asks the engine itself, and whoever leaves meanwhile does not
// interrupt it.
func (tx *Tx) Put(ctx context.Context, query string, args ...any) error {
	if tx.db.dialect == Postgres {
		_, err := tx.Exec(ctx, query, args...)
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	q, err := tx.ready(ctx, query, tx.db.views)
	if err != nil {
		return err
	}
	found := founds.Get().(*found)
	defer founds.Put(found)
	return tx.ask(q, args, found)
}

// ask asks the engine beneath the transaction.
func (tx *Tx) ask(query string, args []any, found *found) error {
	found.reset()
	if tx.lent != nil {
		return tx.lent.session.ask(query, args, found)
	}
	return tx.conn.Raw(func(driverConn any) error { return driverConn.(*session).ask(query, args, found) })
}
