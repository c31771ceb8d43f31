package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"runtime/debug"
	"sync"
	"unsafe"

	sqlite3 "modernc.org/sqlite/lib"
)

// readers are the connections that views of the embedded database go through.
// They are held until the database is closed: to borrow one from database/sql
// for each look, and to ask it through its locks, takes as long as the engine
// takes to answer. The one that was given back last is lent next, since its
// pages are the warmest.
type readers struct {
	pool   *sql.DB
	mapped bool
	places chan struct{}

	mu     sync.Mutex
	free   []*reader
	closed bool
}

// reader is a connection, and the engine's session beneath it.
type reader struct {
	conn    *sql.Conn
	session *session
}

func newReaders(pool *sql.DB, most int, mapped bool) *readers {
	pool.SetMaxOpenConns(most)
	pool.SetMaxIdleConns(most)
	return &readers{pool: pool, mapped: mapped, places: make(chan struct{}, most)}
}

// lend waits for a reader, and begins a view on it.
func (rs *readers) lend(ctx context.Context) (*reader, error) {
	select {
	case rs.places <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	r, err := rs.one(ctx)
	if err != nil {
		<-rs.places
		return nil, err
	}
	if err := r.session.do("BEGIN"); err != nil {
		rs.drop(r)
		return nil, err
	}
	return r, nil
}

// one returns a reader that is free, or a new one.
func (rs *readers) one(ctx context.Context) (*reader, error) {
	rs.mu.Lock()
	if n := len(rs.free); n > 0 {
		r := rs.free[n-1]
		rs.free = rs.free[:n-1]
		rs.mu.Unlock()
		return r, nil
	}
	rs.mu.Unlock()
	// What is opened for one look stays for others.
	conn, err := rs.pool.Conn(context.WithoutCancel(ctx))
	if err != nil {
		return nil, err
	}
	r := &reader{conn: conn}
	err = conn.Raw(func(driverConn any) error {
		r.session = driverConn.(*session)
		if rs.mapped {
			return r.session.mapFile()
		}
		return nil
	})
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return r, nil
}

// back ends the view of a reader and takes it back. One whose view does not
// end is thrown away.
func (rs *readers) back(r *reader) {
	if r.session.broken || r.session.inTransaction() && r.session.do("ROLLBACK") != nil {
		rs.drop(r)
		return
	}
	rs.mu.Lock()
	closed := rs.closed
	if !closed {
		rs.free = append(rs.free, r)
	}
	rs.mu.Unlock()
	if closed {
		_ = r.conn.Close()
	}
	<-rs.places
}

// drop throws a reader away: it is not known what state it is in.
func (rs *readers) drop(r *reader) {
	_ = r.conn.Raw(func(any) error { return driver.ErrBadConn })
	_ = r.conn.Close()
	<-rs.places
}

// close closes the readers that are free, and the others when they come back.
func (rs *readers) close() error {
	rs.mu.Lock()
	free := rs.free
	rs.free, rs.closed = nil, true
	rs.mu.Unlock()
	var errs []error
	for _, r := range free {
		errs = append(errs, r.conn.Close())
	}
	return errors.Join(append(errs, rs.pool.Close())...)
}

// mappedMost is more than any file has.
const mappedMost = 1 << 46

// mapFile has the session read the database from the system's memory where it
// lies, instead of copying pages into its own. A look at an index then takes
// none of the locks that the engine's pages are under, which an import holds
// often, and no call of the system.
//
// The engine's own limit is 2 GiB, which a register of some millions is
// beyond: the limit of the file is raised past it.
func (s *session) mapFile() error {
	if err := s.do("PRAGMA mmap_size = 2147418112"); err != nil {
		return err
	}
	size := int(unsafe.Sizeof(uintptr(0)))
	at := s.tls.Alloc(size)
	defer s.tls.Free(size)
	if rc := sqlite3.Xsqlite3_file_control(s.tls, s.handle, 0, sqlite3.SQLITE_FCNTL_FILE_POINTER, at); rc != sqlite3.SQLITE_OK {
		return s.fail()
	}
	file := (*sqlite3.TunixFile)(outside(*(*uintptr)(outside(at))))
	if file.FmmapSizeMax > 0 { // nil would be a build of the engine that maps nothing
		file.FmmapSizeMax = mappedMost
	}
	s.mapped = true
	return nil
}

// errTorn is the answer where a page of a mapped file does not come: the disk
// fails, or somebody cut the file.
var errTorn = &engineError{sqlite3.SQLITE_IOERR_READ, "a page of the file cannot be read"}

// whole runs f, which reads the mapped file. A page that does not come would
// end the program; here it ends the session.
func (s *session) whole(f func() error) (err error) {
	if !s.mapped {
		return f()
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		fell := recover()
		if fell == nil {
			return
		}
		if _, ok := fell.(interface{ Addr() uintptr }); !ok {
			panic(fell)
		}
		s.broken, err = true, errTorn
	}()
	return f()
}
