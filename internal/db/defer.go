package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// DeferIndexes takes the secondary indexes off tables until rebuild is called
// in the same transaction: to sort all entries once takes a third of the time
// of putting each in its place. Others go on reading as it was before, and a
// transaction that fails leaves the indexes as they were. Until rebuild,
// nothing is found by them.
//
// The embedded engine sorts in runs that fit the processor's cache, one while
// it reads for the next, and merges them from a file without a name in the
// data folder: memory does not grow with the rows. In PostgreSQL, where it
// would hold up every reader, it does nothing.
func (tx *Tx) DeferIndexes(ctx context.Context, tables ...string) (rebuild func(ctx context.Context) error, err error) {
	var texts []string
	if tx.db.dialect == Postgres {
		return func(context.Context) error { return nil }, nil
	}
	places, args := strings.Repeat(",?", len(tables)), make([]any, len(tables))
	for i, t := range tables {
		args[i] = t
	}
	var drops []string
	rows, err := tx.tx.QueryContext(ctx, "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ("+places[1:]+") ORDER BY name", args...)
	err = Each(rows, err, func(rows *sql.Rows) error {
		var name, text string
		err := rows.Scan(&name, &text)
		drops, texts = append(drops, "DROP INDEX "+name), append(texts, text)
		return err
	})
	if err == nil {
		err = tx.all(ctx, drops)
	}
	if err != nil {
		return nil, fmt.Errorf("db: deferring indexes: %w", err)
	}
	return func(ctx context.Context) error {
		// A run is as large as the cache of pages may be.
		err := tx.all(ctx, append([]string{"PRAGMA cache_size = -2048", "PRAGMA threads = 1"}, texts...))
		err = errors.Join(err, tx.all(ctx, []string{"PRAGMA " + manyPages, "PRAGMA threads = 0"}))
		if err != nil {
			return fmt.Errorf("db: building indexes: %w", err)
		}
		return nil
	}, nil
}

func (tx *Tx) all(ctx context.Context, statements []string) error {
	for _, s := range statements {
		if _, err := tx.tx.ExecContext(ctx, s); err != nil {
			return err
		}
	}
	return nil
}
