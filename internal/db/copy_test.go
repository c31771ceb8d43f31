package db_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
)

// TestACopyIsOneMoment copies a database while eight write, each act two rows
// at once, and cut the log of writes short: the copy opens elsewhere, holds
// both rows of each act or neither, and whoever wrote has gone on.
func TestACopyIsOneMoment(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const writers, before = 8, 200
		act := func(ctx context.Context, at int64) error {
			return d.Write(ctx, func(ctx context.Context) error {
				for range 2 {
					if err := db.Exec(ctx, "test", "INSERT INTO backup_copy (at, actor, files, bytes, entries) VALUES ($1, 'x', 0, 0, 0)", at); err != nil {
						return err
					}
				}
				return nil
			})
		}
		for i := range int64(before) {
			if err := act(t.Context(), i); err != nil {
				t.Fatal(err)
			}
		}
		stop := make(chan struct{})
		var all sync.WaitGroup
		for w := range int64(writers) {
			all.Go(func() {
				for n := int64(0); ; n++ {
					select {
					case <-stop:
						return
					default:
					}
					if err := act(t.Context(), 1_000_000*(w+1)+n); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		dir := t.TempDir()
		err := d.Copy(t.Context(), dir, func(int64, int64) {})
		close(stop)
		all.Wait()
		if err != nil {
			t.Fatal(err)
		}
		c := db.Config{Dir: dir}
		if d.Dialect() == db.Postgres {
			c = db.Config{Dir: t.TempDir(), URL: dbtest.PostgresURL(t)}
			dump := filepath.Join(dir, db.Dump)
			if err := db.Refill(t.Context(), c.URL, dump); !fault.Is(err, fault.KindConflict) {
				t.Errorf("a database that holds something: %v", err)
			}
			if err := errors.Join(db.Emptied(t.Context(), c.URL), db.Refill(t.Context(), c.URL, dump)); err != nil {
				t.Fatal(err)
			}
		}
		copied, err := db.Open(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		defer copied.Close()
		var acts, torn, ours int
		err = copied.Read(t.Context(), func(ctx context.Context) error {
			return db.From(ctx).QueryRow(ctx, `SELECT count(*), coalesce(sum(CASE WHEN n <> 2 THEN 1 ELSE 0 END), 0), coalesce(sum(CASE WHEN at < 1000000 THEN 1 ELSE 0 END), 0)
				FROM (SELECT at, count(*) AS n FROM backup_copy GROUP BY at) x`).Scan(&acts, &torn, &ours)
		})
		if err != nil || torn > 0 || ours != before {
			t.Errorf("%d acts, %d of them torn, %d of those before: %v", acts, torn, ours, err)
		}
	})
}

func TestACopyThatNobodyWantsLeavesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		dir := t.TempDir()
		if err := d.Copy(ctx, dir, nil); err == nil {
			t.Error("it comes to its end")
		}
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("left: %v", left)
		}
		if err := d.Copy(t.Context(), filepath.Join(dir, "nowhere"), nil); err == nil {
			t.Error("it is written into no folder")
		}
	})
}

// TestAStepOfTheSchemaIsKnown tells a copy of a newer program from others.
func TestAStepOfTheSchemaIsKnown(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if !db.Knows(d.Schema(), d.Dialect()) || db.Knows("9999_later", d.Dialect()) {
			t.Errorf("%s", d.Schema())
		}
		if at, err := d.Began(t.Context()); err != nil || at.IsZero() {
			t.Errorf("%v, %v", at, err)
		}
	})
}
