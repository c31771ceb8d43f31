package db

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// inserter inserts rows into a table by the engine's own interface, on the
// connection of a transaction that database/sql began: the rows are in that
// transaction as any others are. It is used while the connection is held by
// nobody else, and does without the engine's lock for so long.
//
// database/sql converts, allocates and locks for every single value, which
// takes longer than the engine needs to insert the row.
type inserter struct {
	tls       *libc.TLS
	db        uintptr // *sqlite3
	statement uintptr
	memory    uintptr // outside Go's, for the engine to read from
	size      int
}

func newInserter(driverConn any, table string, columns []string) (*inserter, error) {
	s, ok := driverConn.(*session)
	if !ok {
		return nil, fmt.Errorf("db: %T is no session", driverConn)
	}
	places := strings.TrimSuffix(strings.Repeat("?,", len(columns)), ",")
	// FAIL leaves the rows before the one that failed, which the transaction's
	// end takes back: to take them back at once, the engine would keep a copy of
	// every page that a trigger changes.
	text, err := libc.CString("INSERT OR FAIL INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES (" + places + ")")
	if err != nil {
		return nil, err
	}
	i := &inserter{tls: libc.NewTLS(), db: s.handle}
	defer libc.Xfree(i.tls, text)
	at := i.tls.Alloc(int(unsafe.Sizeof(uintptr(0))))
	defer i.tls.Free(int(unsafe.Sizeof(uintptr(0))))
	if rc := sqlite3.Xsqlite3_prepare_v2(i.tls, i.db, text, -1, at, 0); rc != sqlite3.SQLITE_OK {
		return nil, i.fail()
	}
	i.statement = *(*uintptr)(outside(at))
	return i, nil
}

// sortIn has the engine make the files for what it sorts in a folder: the
// process's first data folder. Where that is gone, it takes the system's.
func sortIn(dir string) {
	sorting.Do(func() {
		if path, err := libc.CString(dir); err == nil {
			sqlite3.Xsqlite3_temp_directory = path
		}
	})
}

var sorting sync.Once

// handleOf returns the engine's handle of a driver's connection, which the
// driver keeps to itself. Its version is pinned, and TestBulk fails where the
// handle is no longer there.
func handleOf(driverConn any) (uintptr, error) {
	v := reflect.ValueOf(driverConn)
	if v.Kind() == reflect.Pointer && v.Elem().Kind() == reflect.Struct {
		if f := v.Elem().FieldByName("db"); f.Kind() == reflect.Uintptr && f.Uint() != 0 {
			return uintptr(f.Uint()), nil
		}
	}
	return 0, fmt.Errorf("db: %T has no handle of the engine", driverConn)
}

// rows inserts rows, up to the first that fails.
func (i *inserter) rows(p *packed) error {
	if err := i.load(p.bytes); err != nil {
		return err
	}
	handle := (*sqlite3.Tsqlite3)(outside(i.db))
	lock := handle.Fmutex
	handle.Fmutex = 0
	defer func() { handle.Fmutex = lock }()
	at := i.memory
	width := int32(len(p.cells) / p.rows)
	place := int32(0)
	for _, c := range p.cells {
		place++
		switch c.kind {
		case cellNull:
			sqlite3.Xsqlite3_bind_null(i.tls, i.statement, place)
		case cellInt:
			sqlite3.Xsqlite3_bind_int64(i.tls, i.statement, place, c.n)
		case cellText:
			sqlite3.Xsqlite3_bind_text(i.tls, i.statement, place, at, int32(c.n), 0)
			at += uintptr(c.n)
		case cellBlob:
			sqlite3.Xsqlite3_bind_blob(i.tls, i.statement, place, at, int32(c.n), 0)
			at += uintptr(c.n)
		}
		if place < width {
			continue
		}
		place = 0
		rc := sqlite3.Xsqlite3_step(i.tls, i.statement)
		if rc != sqlite3.SQLITE_DONE {
			err := i.fail()
			sqlite3.Xsqlite3_reset(i.tls, i.statement)
			return err
		}
		sqlite3.Xsqlite3_reset(i.tls, i.statement)
	}
	return nil
}

// load puts bytes where the engine reads them.
func (i *inserter) load(b []byte) error {
	if len(b) > i.size || i.memory == 0 {
		libc.Xfree(i.tls, i.memory)
		i.size = max(2*packedBytes, len(b))
		if i.memory = libc.Xmalloc(i.tls, libc.Tsize_t(i.size)); i.memory == 0 {
			return errors.New("db: no memory for rows")
		}
	}
	copy(unsafe.Slice((*byte)(outside(i.memory)), i.size), b)
	return nil
}

// outside returns a pointer to what lies in the engine's memory, which Go
// neither moves nor frees.
func outside(p uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&p)) }

func (i *inserter) fail() error {
	return &engineError{sqlite3.Xsqlite3_extended_errcode(i.tls, i.db), libc.GoString(sqlite3.Xsqlite3_errmsg(i.tls, i.db))}
}

func (i *inserter) close() {
	sqlite3.Xsqlite3_finalize(i.tls, i.statement)
	libc.Xfree(i.tls, i.memory)
	i.tls.Close()
}
