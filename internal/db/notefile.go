package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// noteFile keeps notes in a file beside the embedded database.
type noteFile struct {
	dir   string
	mu    sync.Mutex
	write *sql.DB // nil until the first note of this process
	read  *sql.DB // nil until notes are read
}

// notesStay is how long folded notes are kept for those who still read the
// database as it was before.
const notesStay = time.Hour

const noteTable = `CREATE TABLE IF NOT EXISTS note (
	no INTEGER PRIMARY KEY,
	at INTEGER NOT NULL,
	bytes BLOB NOT NULL
) STRICT`

func (f *noteFile) path() string { return filepath.Join(f.dir, asideFile) }

// open opens the file for writing and returns the last number in it, 0 when
// there is none. The last number always stays.
func (f *noteFile) open(ctx context.Context) (last int64, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := private(f.path()); err != nil {
		return 0, err
	}
	w := openEngine(sqliteDSN(f.path()))
	w.SetMaxOpenConns(1)
	_, err = w.ExecContext(ctx, noteTable)
	if err == nil {
		err = w.QueryRowContext(ctx, "SELECT coalesce(max(no), 0) FROM note").Scan(&last)
	}
	if err != nil {
		return 0, errors.Join(err, w.Close())
	}
	f.write = w
	return last, nil
}

// add keeps notes under the numbers after floor and after any that is there,
// since another program may keep notes too, and returns the last number.
func (f *noteFile) add(ctx context.Context, floor int64, bytes [][]byte) (last int64, err error) {
	conn, err := f.write.Conn(ctx)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	err = conn.Raw(func(driverConn any) error {
		last, err = driverConn.(*session).note(floor, bytes)
		return err
	})
	if err != nil {
		_ = conn.Raw(takeBack)
	}
	return last, err
}

// note keeps notes in one transaction.
func (s *session) note(floor int64, bytes [][]byte) (last int64, err error) {
	if err := s.do("BEGIN IMMEDIATE"); err != nil {
		return 0, err
	}
	found := founds.Get().(*found)
	defer founds.Put(found)
	found.reset()
	if err := s.ask("SELECT max($1, coalesce(max(no), 0)) FROM note", []any{floor}, found); err != nil {
		return 0, err
	}
	found.next()
	if err := found.scan(&last); err != nil {
		return 0, err
	}
	now := time.Now().UnixMilli()
	for _, b := range bytes {
		last++
		found.reset()
		if err := s.ask("INSERT INTO note (no, at, bytes) VALUES ($1, $2, $3)", []any{last, now, b}, found); err != nil {
			return 0, err
		}
	}
	return last, s.do("COMMIT")
}

// after returns up to limit notes with numbers above n.
func (f *noteFile) after(ctx context.Context, n int64, limit int) (found []Note, err error) {
	r, err := f.reader()
	if err != nil || r == nil {
		return nil, err
	}
	rows, err := r.QueryContext(ctx, "SELECT no, bytes FROM note WHERE no > $1 ORDER BY no LIMIT $2", n, limit)
	err = Each(rows, err, func(rows *sql.Rows) error {
		var x Note
		err := rows.Scan(&x.No, &x.Bytes)
		found = append(found, x)
		return err
	})
	return found, err
}

// reader opens the file for reading, where there is one.
func (f *noteFile) reader() (*sql.DB, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.read != nil {
		return f.read, nil
	}
	if _, err := os.Stat(f.path()); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	r := openEngine(sqliteDSN(f.path(), "query_only(1)"))
	r.SetMaxOpenConns(2)
	f.read = r
	return r, nil
}

// drop removes notes up to n that have been folded for long, but for the last
// of all, from which numbers go on. It reads those that go and the next, not
// all that are there.
func (f *noteFile) drop(ctx context.Context, n int64) {
	f.mu.Lock()
	w := f.write
	f.mu.Unlock()
	if w != nil {
		// What is not removed now is at the next time.
		_, _ = w.ExecContext(ctx, `DELETE FROM note WHERE no <= $1
			AND no < coalesce((SELECT no FROM note WHERE at >= $2 ORDER BY no LIMIT 1), (SELECT max(no) FROM note))`,
			n, time.Now().Add(-notesStay).UnixMilli())
	}
}

func (f *noteFile) close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	var errs []error
	for _, d := range []*sql.DB{f.write, f.read} {
		if d != nil {
			errs = append(errs, d.Close())
		}
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("db: closing the notes: %w", err)
	}
	return nil
}
