package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"

	"gotong/internal/ident"
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
	q, err := tx.db.scoped(ctx, query)
	if err != nil {
		return err
	}
	if tx.db.dialect == Postgres {
		rows, err := tx.tx.QueryContext(ctx, q, args...)
		return Each(rows, err, func(rows *sql.Rows) error { return row(rows.Scan) })
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := tx.see(ctx, tx.db.looks); err != nil {
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
	q, err := tx.db.scoped(ctx, query)
	if err == nil {
		err = ctx.Err()
	}
	if err == nil {
		err = tx.see(ctx, tx.db.views)
	}
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

// asker is a compiled query of a session.
type asker struct {
	session   *session
	statement uintptr
	width     int
}

// ask runs a query and copies its rows into found.
func (s *session) ask(query string, args []any, found *found) error {
	a, ok := s.few[query]
	if !ok {
		if len(s.few) >= keptMost {
			for q, a := range s.few {
				a.close()
				delete(s.few, q)
				break
			}
		}
		var err error
		if a, err = s.asker(query); err != nil {
			return err
		}
		s.few[query] = a
	}
	if s.mapped {
		return s.whole(func() error { return a.all(args, found) })
	}
	return a.all(args, found)
}

func (s *session) asker(query string) (*asker, error) {
	text, err := libc.CString(query)
	if err != nil {
		return nil, err
	}
	defer libc.Xfree(s.tls, text)
	size := int(unsafe.Sizeof(uintptr(0)))
	at := s.tls.Alloc(size)
	defer s.tls.Free(size)
	if rc := sqlite3.Xsqlite3_prepare_v2(s.tls, s.handle, text, -1, at, 0); rc != sqlite3.SQLITE_OK {
		return nil, s.fail()
	}
	statement := *(*uintptr)(outside(at))
	return &asker{session: s, statement: statement, width: int(sqlite3.Xsqlite3_column_count(s.tls, statement))}, nil
}

func (s *session) fail() error {
	return &engineError{sqlite3.Xsqlite3_extended_errcode(s.tls, s.handle), libc.GoString(sqlite3.Xsqlite3_errmsg(s.tls, s.handle))}
}

func (a *asker) all(args []any, found *found) error {
	// The connection is held by this call alone, which does without the
	// engine's lock for so long.
	handle := (*sqlite3.Tsqlite3)(outside(a.session.handle))
	lock := handle.Fmutex
	handle.Fmutex = 0
	defer func() { handle.Fmutex = lock }()
	tls := a.session.tls
	defer sqlite3.Xsqlite3_reset(tls, a.statement)
	for i, v := range args {
		if err := a.bind(int32(i+1), v); err != nil {
			return err
		}
	}
	found.width = a.width
	for {
		switch rc := sqlite3.Xsqlite3_step(tls, a.statement); rc {
		case sqlite3.SQLITE_DONE:
			return nil
		case sqlite3.SQLITE_ROW:
			for i := range a.width {
				a.column(int32(i), found)
			}
		default:
			return a.session.fail()
		}
	}
}

// copied has the engine copy what is bound.
const copied = ^uintptr(0)

func (a *asker) bind(place int32, v any) error {
	tls := a.session.tls
	var rc int32
	switch x := v.(type) {
	case nil:
		rc = sqlite3.Xsqlite3_bind_null(tls, a.statement, place)
	case int64:
		rc = sqlite3.Xsqlite3_bind_int64(tls, a.statement, place, x)
	case int:
		rc = sqlite3.Xsqlite3_bind_int64(tls, a.statement, place, int64(x))
	case bool:
		rc = sqlite3.Xsqlite3_bind_int64(tls, a.statement, place, Flag(x))
	case string:
		rc = a.bindBytes(place, unsafe.Slice(unsafe.StringData(x), len(x)), true)
	case []byte:
		if x == nil {
			return a.bind(place, nil)
		}
		rc = a.bindBytes(place, x, false)
	case ident.ID:
		if x.IsZero() {
			return a.bind(place, nil)
		}
		rc = a.bindBytes(place, x[:], false)
	default:
		simple, err := driver.DefaultParameterConverter.ConvertValue(v)
		if err != nil {
			return fmt.Errorf("db: binding a %T: %w", v, err)
		}
		switch simple.(type) {
		case nil, int64, bool, string, []byte:
			return a.bind(place, simple)
		}
		return fmt.Errorf("db: a %T is bound to no question", v)
	}
	if rc != sqlite3.SQLITE_OK {
		return a.session.fail()
	}
	return nil
}

func (a *asker) bindBytes(place int32, b []byte, text bool) int32 {
	tls := a.session.tls
	at := tls.Alloc(len(b) + 1) // a null pointer would bind no value
	defer tls.Free(len(b) + 1)
	copy(unsafe.Slice((*byte)(outside(at)), len(b)), b)
	if text {
		return sqlite3.Xsqlite3_bind_text(tls, a.statement, place, at, int32(len(b)), copied)
	}
	return sqlite3.Xsqlite3_bind_blob(tls, a.statement, place, at, int32(len(b)), copied)
}

func (a *asker) column(i int32, found *found) {
	tls := a.session.tls
	switch sqlite3.Xsqlite3_column_type(tls, a.statement, i) {
	case sqlite3.SQLITE_INTEGER:
		found.put(cellInt, sqlite3.Xsqlite3_column_int64(tls, a.statement, i))
	case sqlite3.SQLITE_TEXT, sqlite3.SQLITE_FLOAT:
		found.bytesAt(cellText, sqlite3.Xsqlite3_column_text(tls, a.statement, i), sqlite3.Xsqlite3_column_bytes(tls, a.statement, i))
	case sqlite3.SQLITE_BLOB:
		found.bytesAt(cellBlob, sqlite3.Xsqlite3_column_blob(tls, a.statement, i), sqlite3.Xsqlite3_column_bytes(tls, a.statement, i))
	default:
		found.put(cellNull, 0)
	}
}

func (a *asker) close() { sqlite3.Xsqlite3_finalize(a.session.tls, a.statement) }

// found are rows that were copied.
type found struct {
	packed
	width int
	cell  int // of the row at hand, the first
	byte  int
	ahead bool
	row   Scanner // scan
}

var founds = sync.Pool{New: func() any {
	f := &found{}
	f.row = f.scan
	return f
}}

// each calls row for each row.
func (f *found) each(row func(scan Scanner) error) error {
	for f.next() {
		if err := row(f.row); err != nil {
			return err
		}
	}
	return nil
}

func (f *found) reset() {
	f.packed.reset()
	f.cell, f.byte, f.ahead = 0, 0, false
}

func (f *found) bytesAt(kind cellKind, at uintptr, n int32) {
	f.put(kind, int64(n))
	if n > 0 {
		f.bytes = append(f.bytes, unsafe.Slice((*byte)(outside(at)), n)...)
	}
}

// next goes to the next row.
func (f *found) next() bool {
	if f.ahead {
		for _, c := range f.cells[f.cell : f.cell+f.width] {
			if c.kind == cellText || c.kind == cellBlob {
				f.byte += int(c.n)
			}
		}
		f.cell += f.width
	}
	f.ahead = true
	return f.width > 0 && f.cell < len(f.cells)
}

// scan copies the row at hand.
func (f *found) scan(into ...any) error {
	if len(into) != f.width {
		return fmt.Errorf("db: %d places for %d columns", len(into), f.width)
	}
	at := f.byte
	for i, c := range f.cells[f.cell : f.cell+f.width] {
		var bytes []byte
		if c.kind == cellText || c.kind == cellBlob {
			bytes = f.bytes[at : at+int(c.n) : at+int(c.n)]
			at += int(c.n)
		}
		if err := c.into(into[i], bytes); err != nil {
			return fmt.Errorf("db: column %d: %w", i+1, err)
		}
	}
	return nil
}

var errKind = errors.New("the value is of another kind")

// into stores a cell where a row is scanned to.
func (c cell) into(place any, bytes []byte) error {
	text := c.kind == cellText || c.kind == cellBlob
	switch p := place.(type) {
	case *ident.ID:
		if c.kind == cellBlob && len(bytes) == len(p) {
			copy(p[:], bytes)
			return nil
		}
		return p.Scan(c.value(bytes))
	case *sql.RawBytes:
		if c.kind == cellInt {
			return errKind
		}
		*p = bytes
		return nil
	case *[]byte:
		if c.kind == cellInt {
			return errKind
		}
		*p = nil
		if text {
			*p = append(make([]byte, 0, len(bytes)), bytes...)
		}
		return nil
	case sql.Scanner:
		return p.Scan(c.value(bytes))
	}
	switch p := place.(type) {
	case *string:
		if !text {
			return errKind
		}
		*p = string(bytes)
	case *int64:
		if c.kind != cellInt {
			return errKind
		}
		*p = c.n
	case *int:
		if c.kind != cellInt {
			return errKind
		}
		*p = int(c.n)
	case *bool:
		if c.kind != cellInt || c.n != 0 && c.n != 1 {
			return errKind
		}
		*p = c.n == 1
	default:
		return c.intoKind(place, bytes)
	}
	return nil
}

// intoKind stores a cell in a type that is made of one of the simple ones.
func (c cell) intoKind(place any, bytes []byte) error {
	v := reflect.ValueOf(place)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return fmt.Errorf("nothing is scanned into a %T", place)
	}
	switch v = v.Elem(); {
	case v.Kind() == reflect.String && (c.kind == cellText || c.kind == cellBlob):
		v.SetString(string(bytes))
	case v.CanInt() && c.kind == cellInt && !v.OverflowInt(c.n):
		v.SetInt(c.n)
	case v.CanUint() && c.kind == cellInt && c.n >= 0 && !v.OverflowUint(uint64(c.n)):
		v.SetUint(uint64(c.n))
	case v.Kind() == reflect.Bool && c.kind == cellInt && (c.n == 0 || c.n == 1):
		v.SetBool(c.n == 1)
	default:
		return errKind
	}
	return nil
}

// value is a cell as a driver would give it.
func (c cell) value(bytes []byte) any {
	switch c.kind {
	case cellInt:
		return c.n
	case cellText:
		return string(bytes)
	case cellBlob:
		return append(make([]byte, 0, len(bytes)), bytes...)
	}
	return nil
}
