package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"strings"
)

// Bulk inserts many rows into one table quickly: by COPY in PostgreSQL, by
// many rows a statement in SQLite. Rows are buffered; call Flush at the end,
// inside the same transaction.
type Bulk struct {
	tx      *Tx
	table   string
	columns []string
	limit   int
	rows    [][]any
	full    *sql.Stmt
}

// sqliteVariables bounds the placeholders of one statement: SQLite allows
// 32,766, but parsing and binding are quickest well below.
const sqliteVariables = 800

// NewBulk returns a Bulk on tx.
func (tx *Tx) NewBulk(table string, columns ...string) *Bulk {
	limit := max(1, sqliteVariables/len(columns))
	if tx.db.dialect == Postgres {
		limit = 5000
	}
	return &Bulk{tx: tx, table: table, columns: columns, limit: limit}
}

// Add buffers a row with one value a column and sends the buffer when full.
func (b *Bulk) Add(ctx context.Context, values ...any) error {
	if len(values) != len(b.columns) {
		return fmt.Errorf("db: %d values for %d columns of %s", len(values), len(b.columns), b.table)
	}
	b.rows = append(b.rows, values)
	if len(b.rows) < b.limit {
		return nil
	}
	return b.Flush(ctx)
}

// Flush sends what is buffered.
func (b *Bulk) Flush(ctx context.Context) error {
	if len(b.rows) == 0 {
		return nil
	}
	var err error
	if b.tx.db.dialect == Postgres {
		err = b.copy(ctx)
	} else {
		err = b.insert(ctx)
	}
	b.rows = b.rows[:0]
	if err != nil {
		return fmt.Errorf("db: inserting into %s: %w", b.table, err)
	}
	return nil
}

// copy resolves Valuers first, as COPY takes only what its codecs know.
func (b *Bulk) copy(ctx context.Context) error {
	for _, row := range b.rows {
		for i, v := range row {
			if valuer, ok := v.(driver.Valuer); ok {
				resolved, err := valuer.Value()
				if err != nil {
					return err
				}
				row[i] = resolved
			}
		}
	}
	return b.tx.copyFrom(ctx, b.table, b.columns, b.rows)
}

func (b *Bulk) insert(ctx context.Context) error {
	args := make([]any, 0, len(b.rows)*len(b.columns))
	for _, row := range b.rows {
		args = append(args, row...)
	}
	if len(b.rows) < b.limit {
		_, err := b.tx.tx.ExecContext(ctx, b.statement(len(b.rows)), args...)
		return err
	}
	if b.full == nil {
		stmt, err := b.tx.tx.PrepareContext(ctx, b.statement(b.limit))
		if err != nil {
			return err
		}
		b.full = stmt
	}
	_, err := b.full.ExecContext(ctx, args...)
	return err
}

func (b *Bulk) statement(rows int) string {
	var s strings.Builder
	// FAIL leaves the rows before the one that failed, which the transaction's
	// end takes back: to take them back at once, SQLite would keep a copy of
	// every page that the statement changes.
	s.WriteString("INSERT OR FAIL INTO " + b.table + " (" + strings.Join(b.columns, ", ") + ") VALUES ")
	for r := range rows {
		if r > 0 {
			s.WriteByte(',')
		}
		s.WriteByte('(')
		for c := range b.columns {
			if c > 0 {
				s.WriteByte(',')
			}
			// Numbered places are names to SQLite, which looks for each name
			// from the beginning: with many, that takes longer than the rows.
			s.WriteByte('?')
		}
		s.WriteByte(')')
	}
	return s.String()
}
