package db_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func create(t *testing.T, d *db.DB, table string) context.Context {
	t.Helper()
	ctx := access.With(context.Background(), access.System("test"))
	id := "BLOB"
	if d.Dialect() == db.Postgres {
		id = "uuid"
	}
	err := d.Write(ctx, func(ctx context.Context) error {
		_, err := db.From(ctx).Exec(ctx, "CREATE TABLE "+table+" (id "+id+" PRIMARY KEY, day TEXT, n BIGINT)")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return ctx
}

func TestValuesRoundTripByRowAndByBulk(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := create(t, d, "probe")
		one, two := ident.ID{15: 1}, ident.ID{15: 2}
		day := civil.MustParse("1945-08-17")
		err := d.Write(ctx, func(ctx context.Context) error {
			tx := db.From(ctx)
			if _, err := tx.Exec(ctx, "INSERT INTO probe (id, day, n) VALUES ($1, $2, $3)", one, day, 1); err != nil {
				return err
			}
			rows := tx.NewBulk("probe", "id", "day", "n")
			if err := rows.Add(ctx, two, day, int64(2)); err != nil {
				return err
			}
			return rows.Flush(ctx)
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []ident.ID{one, two} {
			err := d.Read(ctx, func(ctx context.Context) error {
				var id ident.ID
				var got civil.Date
				err := db.From(ctx).QueryRow(ctx, "SELECT id, day FROM probe WHERE id = $1", want).Scan(&id, &got)
				if id != want || got != day {
					t.Errorf("read %s %s", id, got)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestAFailureLeavesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := create(t, d, "probe")
		boom := errors.New("boom")
		called := false
		insert := func(ctx context.Context) error {
			_, err := db.From(ctx).Exec(ctx, "INSERT INTO probe (id, n) VALUES ($1, 1)", ident.ID{1})
			return err
		}
		err := d.Write(ctx, func(ctx context.Context) error {
			db.From(ctx).AfterCommit(func() { called = true })
			if err := d.Write(ctx, insert); err != nil { // joins
				return err
			}
			return boom
		})
		if !errors.Is(err, boom) || called {
			t.Fatalf("err %v, AfterCommit called %v", err, called)
		}
		func() {
			defer func() { _ = recover() }()
			_ = d.Write(ctx, func(ctx context.Context) error { _ = insert(ctx); panic("x") })
		}()
		_ = d.Read(ctx, func(ctx context.Context) error {
			var n int
			if err := db.From(ctx).QueryRow(ctx, "SELECT count(*) FROM probe").Scan(&n); err != nil || n != 0 {
				t.Errorf("%d rows are left, %v", n, err)
			}
			if err := d.Write(ctx, insert); err == nil {
				t.Error("Write inside Read was allowed")
			}
			return nil
		})
		if err := d.Write(ctx, insert); err != nil {
			t.Fatal(err)
		}
		err = d.Write(ctx, insert)
		if !db.IsUnique(err) || !db.IsConstraint(err) {
			t.Errorf("a second row with the same key: %v", err)
		}
	})
}

func TestReadThenWriteFromManyLosesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := create(t, d, "probe")
		id := ident.ID{1}
		must := func(err error) {
			if err != nil {
				t.Error(err)
			}
		}
		must(d.Write(ctx, func(ctx context.Context) error {
			_, err := db.From(ctx).Exec(ctx, "INSERT INTO probe (id, n) VALUES ($1, 0)", id)
			return err
		}))
		lock := ""
		if d.Dialect() == db.Postgres {
			lock = " FOR UPDATE"
		}
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for range 25 {
					must(d.Write(ctx, func(ctx context.Context) error {
						var n int
						tx := db.From(ctx)
						if err := tx.QueryRow(ctx, "SELECT n FROM probe WHERE id = $1"+lock, id).Scan(&n); err != nil {
							return err
						}
						_, err := tx.Exec(ctx, "UPDATE probe SET n = $1 WHERE id = $2", n+1, id)
						return err
					}))
				}
			})
		}
		wg.Wait()
		must(d.Read(ctx, func(ctx context.Context) error {
			var n int
			err := db.From(ctx).QueryRow(ctx, "SELECT n FROM probe WHERE id = $1", id).Scan(&n)
			if n != 200 {
				t.Errorf("200 increments make %d", n)
			}
			return err
		}))
	})
}

// A data folder that others may enter must not let them read names.
func TestScratchKeepsNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for range 3 { // the table is gone each time
			err := d.Scratch(t.Context(), func(ctx context.Context) error {
				tx := db.From(ctx)
				if _, err := tx.Exec(ctx, "CREATE TEMPORARY TABLE scratch_test (n INTEGER PRIMARY KEY)"); err != nil {
					return err
				}
				_, err := tx.Exec(ctx, "INSERT INTO scratch_test (n) VALUES (1)")
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		failed := errors.New("failed")
		if err := d.Scratch(t.Context(), func(context.Context) error { return failed }); !errors.Is(err, failed) {
			t.Errorf("a failure came out as %v", err)
		}
		kept := d.Scratch(t.Context(), func(ctx context.Context) error {
			_, err := db.From(ctx).Exec(ctx, "CREATE TABLE kept_test (n INTEGER)")
			return err
		})
		if d.Dialect() == db.SQLite && kept == nil {
			t.Error("SQLite let a scratch transaction change the database")
		}
		err := d.Read(t.Context(), func(ctx context.Context) error {
			var n int
			return db.From(ctx).QueryRow(ctx, "SELECT COUNT(*) FROM kept_test").Scan(&n)
		})
		if err == nil {
			t.Error("a table outlived its scratch transaction")
		}
	})
}

func TestTheDatabaseIsForItsOwnerAlone(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	d, err := db.Open(t.Context(), db.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	files, err := filepath.Glob(filepath.Join(dir, "gotong.db*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no database: %v", err)
	}
	for _, f := range files {
		info, err := os.Stat(f)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", filepath.Base(f), info.Mode())
		}
	}
}

// Two who each hold what the other wants next: the server ends one of them,
// who is told to try again, and the other goes through.
func TestWhoStandsInAnothersWayIsToldToTryAgain(t *testing.T) {
	d := dbtest.Postgres(t)
	ctx := create(t, d, "probe")
	rows := [2]ident.ID{{15: 1}, {15: 2}}
	raise := func(ctx context.Context, id ident.ID) error {
		return db.Exec(ctx, "raising", "UPDATE probe SET n = n + 1 WHERE id = $1", id)
	}
	err := d.Write(ctx, func(ctx context.Context) error {
		for _, id := range rows {
			if err := db.Exec(ctx, "adding", "INSERT INTO probe (id, n) VALUES ($1, 0)", id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var hold, all sync.WaitGroup
	hold.Add(2)
	var told [2]error
	for i := range rows {
		all.Go(func() {
			told[i] = d.Write(ctx, func(ctx context.Context) error {
				err := raise(ctx, rows[i])
				hold.Done()
				hold.Wait()
				return errors.Join(err, raise(ctx, rows[1-i]))
			})
		})
	}
	all.Wait()
	if told[0] == nil {
		told[0], told[1] = told[1], told[0]
	}
	if !fault.Is(told[0], fault.KindUnavailable) || told[1] != nil {
		t.Errorf("they are told %v and %v", told[0], told[1])
	}
}
