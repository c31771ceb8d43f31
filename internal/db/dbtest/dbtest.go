// Package dbtest gives tests real databases: a fresh SQLite file, and a fresh
// database on a real PostgreSQL server from Debian's packages, which it
// starts once for each test program.
package dbtest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"gotong/internal/db"
)

// Each runs body on both databases, as subtests. Where no PostgreSQL is
// installed its subtest is skipped, unless GOTONG_REQUIRE_POSTGRES is set,
// as `make test` does after installing it.
func Each(t *testing.T, body func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { body(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { body(t, Postgres(t)) })
}

// SQLite returns a fresh embedded database, closed at the test's end.
func SQLite(t testing.TB) *db.DB {
	t.Helper()
	dir := t.TempDir()
	template, err := sqliteTemplate()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "gotong.db"), template, 0o600); err != nil {
		t.Fatal(err)
	}
	return open(t, db.Config{Dir: dir})
}

// Postgres returns a fresh database on a real server, dropped at the test's end.
func Postgres(t testing.TB) *db.DB {
	t.Helper()
	return open(t, db.Config{Dir: t.TempDir(), URL: PostgresURL(t)})
}

func open(t testing.TB, c db.Config) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("closing the database: %v", err)
		}
	})
	return d
}

// sqliteTemplate is a migrated, empty database file, made once.
var sqliteTemplate = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "gotong-template-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	d, err := db.Open(context.Background(), db.Config{Dir: dir})
	if err != nil {
		return nil, err
	}
	if _, err := d.Pool().Exec("PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		return nil, err
	}
	if err := d.Close(); err != nil {
		return nil, err
	}
	b, err := os.ReadFile(filepath.Join(dir, "gotong.db"))
	if err != nil {
		return nil, fmt.Errorf("dbtest: %w", err)
	}
	return b, nil
})
