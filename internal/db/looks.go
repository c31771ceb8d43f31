package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"runtime/debug"
	"slices"
	"sync"
	"time"
	"unsafe"

	sqlite3 "modernc.org/sqlite/lib"
)

// readers are the connections that views of the embedded database go through.
// They are held until the database is closed: to borrow one from database/sql
// for each look, and to ask it through its locks, takes as long as the engine
// takes to answer. The one that was given back last is lent next, since its
// pages are the warmest.
//
// The view of one that reads the mapped file is kept for whoever looks next,
// for as long as nothing is committed and for some milliseconds at the most: a
// writer brings home nothing that a view is older than. Before this program
// commits, all views that nobody uses end.
type readers struct {
	pool   *sql.DB
	mapped bool
	most   int
	files  mappings

	mu      sync.Mutex
	free    []*reader
	open    int // free, lent or being opened
	queue   []chan *reader
	closed  bool
	writers int   // about to commit
	turn    int64 // a view that began in an earlier one ends
	turning bool  // the next turn is on its way
}

// reader is a connection, and the engine's session beneath it.
type reader struct {
	conn    *sql.Conn
	session *session
	pages   *filePages // nil where the file is not mapped
	seeing  bool       // its view has begun
	turn    int64      // in which it has
}

// keptFor is how long a view is kept that nobody uses.
const keptFor = 5 * time.Millisecond

func newReaders(pool *sql.DB, most int, mapped bool) *readers {
	pool.SetMaxOpenConns(most)
	pool.SetMaxIdleConns(most)
	return &readers{pool: pool, mapped: mapped, most: most}
}

// lend waits for a reader with a view of what is on record now.
func (rs *readers) lend(ctx context.Context) (*reader, error) {
	r, turn, err := rs.one(ctx)
	if err != nil {
		return nil, err
	}
	if r.seeing && r.pages.fresh() {
		return r, nil
	}
	if err := r.begin(); err != nil {
		rs.drop(r)
		return nil, err
	}
	r.turn = turn
	if rs.mapped && r.pages == nil {
		r.pages = r.session.filePages(&rs.files)
	}
	return r, nil
}

// one returns a reader that is free, or a new one, and the turn.
func (rs *readers) one(ctx context.Context) (r *reader, turn int64, err error) {
	if err := ctx.Err(); err != nil {
		return nil, 0, err
	}
	rs.mu.Lock()
	turn = rs.turn
	if n := len(rs.free); n > 0 {
		r := rs.free[n-1]
		rs.free = rs.free[:n-1]
		rs.mu.Unlock()
		return r, turn, nil
	}
	if rs.open < rs.most {
		rs.open++
		rs.mu.Unlock()
		r, err := rs.another(ctx)
		return r, turn, err
	}
	place := make(chan *reader, 1)
	rs.queue = append(rs.queue, place)
	rs.mu.Unlock()
	select {
	case r = <-place:
	case <-ctx.Done():
		rs.leave(place)
		return nil, 0, ctx.Err()
	}
	if r == nil { // whose place it was is gone
		r, err = rs.another(ctx)
	}
	return r, turn, err
}

// leave gives up waiting.
func (rs *readers) leave(place chan *reader) {
	rs.mu.Lock()
	i := slices.Index(rs.queue, place)
	if i >= 0 {
		rs.queue = slices.Delete(rs.queue, i, i+1)
	}
	rs.mu.Unlock()
	if i >= 0 {
		return
	}
	if r := <-place; r != nil { // its turn came just then
		rs.back(r, false)
	} else {
		rs.lost()
	}
}

// another opens a reader on a place that was taken for it.
func (rs *readers) another(ctx context.Context) (*reader, error) {
	// What is opened for one look stays for others.
	conn, err := rs.pool.Conn(context.WithoutCancel(ctx))
	if err != nil {
		rs.lost()
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
		err = errors.Join(err, conn.Close())
		rs.lost()
		return nil, err
	}
	return r, nil
}

// begin begins a view, in place of an older one. One that reads the mapped
// file sees from here on what is on record now; what is known of the schema is
// forgotten where that was changed.
func (r *reader) begin() error {
	if err := r.end(); err != nil {
		return err
	}
	if err := r.session.do("BEGIN"); err != nil {
		return err
	}
	r.seeing = true
	if !r.session.mapped {
		return nil
	}
	return r.session.seeSchema()
}

// end ends the view.
func (r *reader) end() error {
	r.seeing = false
	if r.session.broken {
		return errTorn
	}
	if r.session.inTransaction() {
		return r.session.do("ROLLBACK")
	}
	return nil
}

// back takes a reader back, and its view where that may be kept. One whose
// view does not end is thrown away.
func (rs *readers) back(r *reader, keep bool) {
	keep = keep && r.pages != nil && !r.session.broken
	if !keep && r.end() != nil {
		rs.drop(r)
		return
	}
	rs.mu.Lock()
	if r.seeing && (rs.writers > 0 || rs.closed || r.turn != rs.turn) && r.end() != nil {
		rs.mu.Unlock()
		rs.drop(r)
		return
	}
	switch {
	case len(rs.queue) > 0:
		place := rs.queue[0]
		rs.queue = slices.Delete(rs.queue, 0, 1)
		place <- r
	case rs.closed:
		rs.mu.Unlock()
		_ = r.conn.Close()
		rs.lost()
		return
	default:
		rs.free = append(rs.free, r)
		if r.seeing && !rs.turning {
			rs.turning = true
			time.AfterFunc(keptFor, rs.nextTurn)
		}
	}
	rs.mu.Unlock()
}

// drop throws a reader away: it is not known what state it is in.
func (rs *readers) drop(r *reader) {
	_ = r.conn.Raw(func(any) error { return driver.ErrBadConn })
	_ = r.conn.Close()
	rs.lost()
}

// lost gives the place of a reader that is no more to whoever waits.
func (rs *readers) lost() {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	if len(rs.queue) > 0 {
		rs.queue[0] <- nil
		rs.queue = slices.Delete(rs.queue, 0, 1)
		return
	}
	if rs.open--; rs.closed && rs.open == 0 {
		rs.files.close()
	}
}

// nextTurn ends the views that nobody uses; those in use end when they are
// given back.
func (rs *readers) nextTurn() {
	rs.mu.Lock()
	rs.turn++
	rs.turning = false
	ill := rs.endIdle()
	rs.mu.Unlock()
	for _, r := range ill {
		rs.drop(r)
	}
}

// rest ends the views that nobody uses, and keeps none until resume: whoever
// calls it is about to commit.
func (rs *readers) rest() {
	rs.mu.Lock()
	rs.writers++
	ill := rs.endIdle()
	rs.mu.Unlock()
	for _, r := range ill {
		rs.drop(r)
	}
}

// resume lets views be kept again.
func (rs *readers) resume() {
	rs.mu.Lock()
	rs.writers--
	rs.mu.Unlock()
}

// endIdle ends the views of those that are free. It returns, and takes away,
// those whose view does not end.
func (rs *readers) endIdle() (ill []*reader) {
	well := rs.free[:0]
	for _, r := range rs.free {
		if r.seeing && r.end() != nil {
			ill = append(ill, r)
			continue
		}
		well = append(well, r)
	}
	clear(rs.free[len(well):])
	rs.free = well
	return ill
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
		rs.lost()
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
