// Package db opens the database, embedded SQLite or PostgreSQL, and runs
// transactions on it. It is the one home of what differs between the two.
//
// A transaction travels in the context, so that slices which know nothing of
// each other can write in one: the registry its rows, the audit log its
// entry, the run its job. See docs/adr/0003.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"gotong/internal/fault"
)

// Dialect names a database engine.
type Dialect string

// The engines.
const (
	SQLite   Dialect = "sqlite"
	Postgres Dialect = "postgres"
)

// Config says which database to open.
type Config struct {
	Dir      string // data folder; SQLite lives in Dir/gotong.db
	URL      string // postgres://… , or empty for SQLite
	ReadOnly bool   // refuse writes; used by verifiers
}

// DB is an open database.
type DB struct {
	dialect Dialect
	dir     string   // data folder
	path    string   // SQLite: of the file
	url     string   // PostgreSQL
	write   *sql.DB  // SQLite: one connection
	read    *sql.DB  // PostgreSQL: the same
	views   *readers // SQLite
	looks   *readers // SQLite: views that begin by asking after few rows
	scratch *sql.DB  // SQLite: sees the database and cannot change it, but may make temporary tables
	notes   *sql.DB  // PostgreSQL: what readers leave behind does not wait for those who hold the pool
	turns   turns    // SQLite: of who writes
	aside   *aside
	scopes  scopeCache
}

// Open opens the database and brings its schema up to date. It returns
// fault.Unavailable when the engine is too old to be trusted or cannot be
// reached.
func Open(ctx context.Context, c Config) (*DB, error) {
	var d *DB
	var err error
	if c.URL != "" {
		d, err = openPostgres(c)
	} else {
		d, err = openSQLite(c)
	}
	if err != nil {
		return nil, err
	}
	d.dir, d.aside = c.Dir, newAside(d, c.Dir)
	if err := d.prepare(ctx, c); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

func (d *DB) prepare(ctx context.Context, c Config) error {
	if err := d.checkEngine(ctx); err != nil {
		return err
	}
	if c.ReadOnly {
		return nil
	}
	return d.migrate(ctx)
}

// uriPath escapes what would end the path of a URI: a folder may be called so.
var uriPath = strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23")

// busyTimeout is how long the embedded engine waits for another process.
const busyTimeout = 10 * time.Second

// sqliteDSN sets pragmas in the DSN, since one set by Exec holds only for
// whichever pooled connection happened to run it.
func sqliteDSN(path string, pragmas ...string) string {
	b := strings.Builder{}
	b.WriteString("file:" + uriPath.Replace(path) + "?_txlock=immediate")
	for _, p := range append(pragmas,
		fmt.Sprintf("busy_timeout(%d)", busyTimeout.Milliseconds()), "foreign_keys(1)", "journal_mode(WAL)", "synchronous(FULL)",
		"temp_store(MEMORY)", "secure_delete(1)") {
		b.WriteString("&_pragma=" + p)
	}
	return b.String()
}

// Many look at a time, and each keeps pages of its own: enough for the upper
// levels of an index of ten million, while the system keeps the rest.
const (
	mostReaders = 16
	fewPages    = "cache_size(-16384)"
	manyPages   = "cache_size(-65536)"
	noPages     = "cache_size(-1024)" // but those that a writer has yet to bring home
)

// broughtHome is after how many pages the writer brings what it wrote into the
// file: most pages of short acts, such as the log's last, are the same again
// and again, and are brought home once for all of them.
const broughtHome = "wal_autocheckpoint(4000)"

func openSQLite(c Config) (*DB, error) {
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("db: making the data folder: %w", err)
	}
	path := filepath.Join(c.Dir, engineFile)
	if err := private(path); err != nil {
		return nil, err
	}
	// Where the writer sorts more than memory should hold, as for the indexes
	// of an import, it does so in files that have no name, beside the data.
	sortIn(c.Dir)
	write := openEngine(strings.Replace(sqliteDSN(path, manyPages, broughtHome), "temp_store(MEMORY)", "temp_store(FILE)", 1))
	write.SetMaxOpenConns(1)
	most := max(mostReaders, 2*runtime.NumCPU())
	views := newReaders(openEngine(strings.Replace(sqliteDSN(path, "query_only(1)", fewPages), "_txlock=immediate", "_txlock=deferred", 1)), most, false)
	looks := newReaders(openEngine(strings.Replace(sqliteDSN(path, "query_only(1)", noPages), "_txlock=immediate", "_txlock=deferred", 1)), most, true)
	scratch := openEngine(strings.Replace(sqliteDSN(path, manyPages), "_txlock=immediate", "mode=ro&_txlock=deferred", 1))
	scratch.SetMaxOpenConns(max(2, runtime.NumCPU()))
	return &DB{dialect: SQLite, path: path, write: write, views: views, looks: looks, scratch: scratch, turns: turns{longest: groupLongest}}, nil
}

// private makes the file for its owner alone, as the engine's own files
// beside it then are: the folder may have been made for others to read.
func private(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		return fault.Unavailable("db.unreachable").Because(err)
	}
	return nil
}

func openPostgres(c Config) (*DB, error) {
	config, err := pgx.ParseConfig(c.URL)
	if err != nil {
		return nil, fault.Invalid("db.bad_url").Because(errors.New("not a postgres:// address")) // the address may hold a password
	}
	pool := stdlib.OpenDB(*config)
	pool.SetMaxOpenConns(max(8, 4*runtime.NumCPU()))
	pool.SetMaxIdleConns(max(8, 4*runtime.NumCPU()))
	notes := stdlib.OpenDB(*config)
	notes.SetMaxOpenConns(1)
	return &DB{dialect: Postgres, url: c.URL, write: pool, read: pool, scratch: pool, notes: notes}, nil
}

// Dialect returns the engine in use.
func (d *DB) Dialect() Dialect { return d.dialect }

// Pool returns the writing pool, for the job queue, which keeps its own
// tables through its own driver.
func (d *DB) Pool() *sql.DB { return d.write }

// Close closes all connections.
func (d *DB) Close() error {
	err := d.aside.close()
	if d.dialect == Postgres {
		return errors.Join(err, d.notes.Close(), d.write.Close())
	}
	return errors.Join(err, d.scratch.Close(), d.views.close(), d.looks.close(), d.write.Close())
}

// sqliteFloor is the first SQLite whose WAL cannot lose commits when it is
// reset under a reader.
var sqliteFloor = [3]int{3, 51, 3}

func (d *DB) checkEngine(ctx context.Context) error {
	if d.dialect == Postgres {
		if err := d.write.PingContext(ctx); err != nil {
			return fault.Unavailable("db.unreachable").Because(err)
		}
		return nil
	}
	var version string
	if err := d.write.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&version); err != nil {
		if err = disk(err); fault.Is(err, fault.KindUnavailable) {
			return err
		}
		return fault.Unavailable("db.unreachable").Because(err)
	}
	return checkSQLiteVersion(version)
}

func checkSQLiteVersion(version string) error {
	var v [3]int
	if _, err := fmt.Sscanf(version, "%d.%d.%d", &v[0], &v[1], &v[2]); err != nil {
		return fmt.Errorf("db: SQLite calls itself %q", version)
	}
	for i := range v {
		if v[i] != sqliteFloor[i] {
			if v[i] > sqliteFloor[i] {
				return nil
			}
			return fault.Unavailable("db.sqlite_too_old", "have", version, "need", "3.51.3")
		}
	}
	return nil
}

// Version returns the engine's name and version, for `gotong doctor`.
func (d *DB) Version(ctx context.Context) (string, error) {
	query := "SELECT 'SQLite ' || sqlite_version()"
	if d.dialect == Postgres {
		query = "SELECT 'PostgreSQL ' || current_setting('server_version')"
	}
	var v string
	err := d.Read(ctx, func(ctx context.Context) error { return From(ctx).QueryRow(ctx, query).Scan(&v) })
	return v, err
}
