package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"modernc.org/sqlite"
)

// Copied is told how far a copy has come, in bytes.
type Copied func(done, of int64)

// Files lists what Copy makes, by name.
func (d *DB) Files() []string {
	if d.dialect == Postgres {
		return []string{Dump}
	}
	return []string{engineFile, asideFile}
}

const (
	engineFile = "gotong.db"
	asideFile  = "aside.db"
)

// Copy puts a copy of the database as it is at one moment into dir, while
// others read and write: of the embedded database its files, which Open opens
// in another folder, and of PostgreSQL a dump, which Refill takes. It returns
// fault.Unavailable where the disk is full, or PostgreSQL's own programs are
// not there.
//
// The embedded database is copied page by page in one view. Whoever writes
// goes on; what they write meanwhile is kept in the log of writes, which is not
// cut short before the copy is done.
func (d *DB) Copy(ctx context.Context, dir string, progress Copied) error {
	if d.dialect == Postgres {
		return d.dump(ctx, filepath.Join(dir, Dump))
	}
	// Notes that are folded after this and before the database is copied are
	// in both: they are known by their numbers.
	if _, err := os.Stat(d.aside.file.path()); err == nil {
		if err := copyEngine(ctx, d.aside.file.path(), filepath.Join(dir, asideFile), nil); err != nil {
			return err
		}
	}
	return copyEngine(ctx, d.path, filepath.Join(dir, engineFile), progress)
}

// pagesAtOnce is how many pages are copied between two looks at whether
// anybody still wants the copy.
const pagesAtOnce = 1024

// backsUp is what the driver's connections offer for copies.
type backsUp interface {
	NewBackup(to string) (*sqlite.Backup, error)
}

// copyEngine copies a database of the embedded engine to a file that is not
// there yet, and has it on the disk.
func copyEngine(ctx context.Context, from, to string, progress Copied) (err error) {
	defer func() {
		if err != nil {
			err = errors.Join(disk(fmt.Errorf("db: copying: %w", err)), os.RemoveAll(to))
		}
	}()
	if err := private(to); err != nil {
		return err
	}
	conn, err := engine.Open("file:" + uriPath.Replace(from) + "?mode=ro&_pragma=busy_timeout(10000)&_pragma=" + noPages)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := oneView(ctx, conn); err != nil {
		return err
	}
	backup, err := conn.(backsUp).NewBackup("file:" + uriPath.Replace(to) + "?_pragma=journal_mode(OFF)&_pragma=synchronous(OFF)&_pragma=" + noPages)
	if err != nil {
		return err
	}
	if err := errors.Join(steps(ctx, backup, progress), backup.Finish()); err != nil {
		return err
	}
	return syncFile(to)
}

// oneView begins a view of a connection, which ends with it.
func oneView(ctx context.Context, conn driver.Conn) error {
	for _, statement := range []string{"BEGIN", "SELECT count(*) FROM sqlite_schema"} {
		rows, err := conn.(driver.QueryerContext).QueryContext(ctx, statement, nil)
		if err != nil {
			return err
		}
		values := make([]driver.Value, len(rows.Columns()))
		if len(values) > 0 {
			err = rows.Next(values)
		}
		if err := errors.Join(err, rows.Close()); err != nil {
			return err
		}
	}
	return nil
}

// pageSize is the engine's, of every database that this program makes.
const pageSize = 4096

func steps(ctx context.Context, b *sqlite.Backup, progress Copied) error {
	for {
		more, err := b.Step(pagesAtOnce)
		if err != nil {
			return err
		}
		if progress != nil {
			progress(int64(b.PageCount()-b.Remaining())*pageSize, int64(b.PageCount())*pageSize)
		}
		if err := ctx.Err(); err != nil || !more {
			return err
		}
	}
}

// syncFile has a file on the disk.
func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Schema returns the name of the newest step of the schema.
func (d *DB) Schema() string {
	all, err := loadMigrations(migrations, d.dialect)
	if err != nil || len(all) == 0 {
		return ""
	}
	return all[len(all)-1].name
}

// Knows reports whether this program has a step of the schema: it must not open
// data that a newer one has changed.
func Knows(step string, d Dialect) bool {
	all, err := loadMigrations(migrations, d)
	return err == nil && among(all, step)
}

// Began returns when the database was made.
func (d *DB) Began(ctx context.Context) (time.Time, error) {
	var at int64
	err := d.Read(ctx, func(ctx context.Context) error {
		return From(ctx).QueryRow(ctx, "SELECT min(applied_at) FROM schema_migration").Scan(&at)
	})
	if err != nil {
		return time.Time{}, fmt.Errorf("db: when it was made: %w", err)
	}
	return time.UnixMilli(at).UTC(), nil
}
