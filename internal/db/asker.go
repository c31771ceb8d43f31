package db

import (
	"database/sql/driver"
	"fmt"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"

	"gotong/internal/ident"
)

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
