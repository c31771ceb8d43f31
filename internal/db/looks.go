package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"slices"
	"sync"
	"time"
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
