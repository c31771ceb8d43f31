package db

import (
	"context"
	"database/sql/driver"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"gotong/internal/ident"
)

// Bulk inserts many rows into one table quickly: by COPY in PostgreSQL, by
// the engine's own interface in SQLite, in both cases within the transaction
// and without a look at the area scope. Rows are buffered; call Flush at the
// end, inside the same transaction.
//
// A row is added value by value, in the order of the columns:
//
//	b.ID(id).Text(name).Int(size)
//	err := b.End(ctx)
//
// or at once by Add, which is slower.
type Bulk struct {
	tx      *Tx
	table   string
	columns []string

	packed packed  // SQLite
	rows   [][]any // PostgreSQL
	row    []any
	insert *inserter
	err    error // of a value of the row at hand
}

// How much is sent at once: rows in PostgreSQL, bytes in SQLite.
const (
	copyRows    = 5000
	packedBytes = 64 << 10
)

// NewBulk returns a Bulk on tx.
func (tx *Tx) NewBulk(table string, columns ...string) *Bulk {
	return &Bulk{tx: tx, table: table, columns: columns}
}

func (b *Bulk) postgres() bool { return b.tx.db.dialect == Postgres }

// Null adds no value.
func (b *Bulk) Null() *Bulk {
	if b.postgres() {
		b.row = append(b.row, nil)
	} else {
		b.packed.put(cellNull, 0)
	}
	return b
}

// Int adds a number.
func (b *Bulk) Int(n int64) *Bulk {
	if b.postgres() {
		b.row = append(b.row, n)
	} else {
		b.packed.put(cellInt, n)
	}
	return b
}

// Text adds a text.
func (b *Bulk) Text(s string) *Bulk {
	if b.postgres() {
		b.row = append(b.row, s)
	} else {
		b.packed.put(cellText, int64(len(s)))
		b.packed.bytes = append(b.packed.bytes, s...)
	}
	return b
}

// Blob adds bytes, which Bulk copies.
func (b *Bulk) Blob(p []byte) *Bulk {
	if b.postgres() {
		b.row = append(b.row, append(make([]byte, 0, len(p)), p...))
	} else {
		b.packed.put(cellBlob, int64(len(p)))
		b.packed.bytes = append(b.packed.bytes, p...)
	}
	return b
}

// Some adds bytes, or no value where there are none.
func (b *Bulk) Some(p []byte) *Bulk {
	if len(p) == 0 {
		return b.Null()
	}
	return b.Blob(p)
}

// ID adds an id, or no value for the zero id.
func (b *Bulk) ID(id ident.ID) *Bulk {
	if id.IsZero() {
		return b.Null()
	}
	return b.Blob(id[:])
}

// Append adds the bytes that f appends to what it is given.
func (b *Bulk) Append(f func([]byte) []byte) *Bulk {
	if b.postgres() {
		b.row = append(b.row, f(nil))
	} else {
		b.appended(cellBlob, f)
	}
	return b
}

// AppendText adds the text that f appends to what it is given.
func (b *Bulk) AppendText(f func([]byte) []byte) *Bulk {
	if b.postgres() {
		b.row = append(b.row, string(f(nil)))
	} else {
		b.appended(cellText, f)
	}
	return b
}

func (b *Bulk) appended(kind cellKind, f func([]byte) []byte) {
	before := len(b.packed.bytes)
	b.packed.bytes = f(b.packed.bytes)
	b.packed.put(kind, int64(len(b.packed.bytes)-before))
}

// End ends a row, and sends the buffer when it is full.
func (b *Bulk) End(ctx context.Context) error {
	if err := b.err; err != nil {
		return fmt.Errorf("db: a row for %s: %w", b.table, err)
	}
	full := false
	if b.postgres() {
		if len(b.row) != len(b.columns) {
			return b.wrong(len(b.row))
		}
		b.rows = append(b.rows, b.row)
		b.row = make([]any, 0, len(b.columns))
		full = len(b.rows) >= copyRows
	} else {
		if have := b.packed.endRow(); have != len(b.columns) {
			return b.wrong(have)
		}
		full = len(b.packed.bytes) >= packedBytes
	}
	if full {
		return b.Flush(ctx)
	}
	return nil
}

func (b *Bulk) wrong(have int) error {
	return fmt.Errorf("db: %d values for %d columns of %s", have, len(b.columns), b.table)
}

// Add adds a row of one value a column.
func (b *Bulk) Add(ctx context.Context, values ...any) error {
	for _, v := range values {
		b.value(v)
	}
	return b.End(ctx)
}

// value adds any value that database/sql takes.
func (b *Bulk) value(v any) {
	switch x := v.(type) {
	case nil:
		b.Null()
	case string:
		b.Text(x)
	case []byte:
		b.Blob(x)
	case int64:
		b.Int(x)
	case int:
		b.Int(int64(x))
	case bool:
		b.yes(x)
	case ident.ID:
		b.ID(x)
	case time.Time, float64:
		b.err = fmt.Errorf("a %T is stored in no table", v)
	default:
		simple, err := driver.DefaultParameterConverter.ConvertValue(v)
		if err != nil {
			b.err = err
			return
		}
		b.value(simple)
	}
}

// yes adds a yes or no as a driver would: PostgreSQL has a type for it.
func (b *Bulk) yes(x bool) {
	if b.postgres() {
		b.row = append(b.row, x)
		return
	}
	b.Int(Flag(x))
}

// Flush sends what is buffered.
func (b *Bulk) Flush(ctx context.Context) error {
	var err error
	switch {
	case b.postgres():
		if len(b.rows) > 0 {
			err = b.tx.copyFrom(ctx, b.table, b.columns, b.rows)
			b.rows = b.rows[:0]
		}
	case b.packed.rows > 0:
		if err = ctx.Err(); err == nil {
			err = b.send()
		}
		b.packed.reset()
	}
	if err != nil {
		return fmt.Errorf("db: inserting into %s: %w", b.table, err)
	}
	return nil
}

// send inserts the packed rows through the transaction's own connection.
func (b *Bulk) send() error {
	return b.tx.conn.Raw(func(driverConn any) error {
		if b.insert == nil {
			insert, err := newInserter(driverConn, b.table, b.columns)
			if err != nil {
				return err
			}
			b.insert = insert
			b.tx.ends = append(b.tx.ends, insert.close)
		}
		return b.insert.rows(&b.packed)
	})
}

// copyFrom sends rows by PostgreSQL's COPY within the transaction.
func (tx *Tx) copyFrom(ctx context.Context, table string, columns []string, rows [][]any) error {
	return tx.conn.Raw(func(driverConn any) error {
		_, err := driverConn.(*stdlib.Conn).Conn().CopyFrom(ctx, pgx.Identifier{table}, columns, pgx.CopyFromRows(rows))
		return err
	})
}
