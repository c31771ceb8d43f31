package db_test

import (
	"context"
	"errors"
	"testing"

	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/ident"
)

// count returns how many probes there are.
func count(t *testing.T, d *db.DB) (n int) {
	t.Helper()
	err := d.Read(context.Background(), func(ctx context.Context) error {
		return db.From(ctx).QueryRow(ctx, "SELECT count(*) FROM probe").Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestRawIsOfTheSameTransaction has what goes by the transaction beneath, by
// Put and by Exec be kept together or not at all, whoever ends it.
func TestRawIsOfTheSameTransaction(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := create(t, d, "probe")
		const insert = "INSERT INTO probe (id, n) VALUES ($1, 1)"
		all := func(ctx context.Context) error {
			tx := db.From(ctx)
			raw, err := tx.Raw(ctx)
			if err != nil {
				return err
			}
			if again, err := tx.Raw(ctx); again != raw || err != nil {
				t.Errorf("asked again, it is another: %v", err)
			}
			_, err = raw.ExecContext(ctx, insert, ident.ID{1})
			if err == nil {
				_, err = tx.Exec(ctx, insert, ident.ID{2})
			}
			return errors.Join(err, tx.Put(ctx, insert, ident.ID{3}))
		}
		boom := errors.New("boom")
		if err := d.Write(ctx, func(ctx context.Context) error { return errors.Join(all(ctx), boom) }); !errors.Is(err, boom) || count(t, d) != 0 {
			t.Fatalf("%v, and %d are left", err, count(t, d))
		}
		if err := d.Write(ctx, all); err != nil || count(t, d) != 3 {
			t.Fatalf("%v, and %d are there", err, count(t, d))
		}
		err := d.Write(ctx, func(ctx context.Context) error { return db.From(ctx).Put(ctx, insert, ident.ID{3}) })
		if !db.IsUnique(err) || count(t, d) != 3 {
			t.Errorf("a second of one key: %v", err)
		}
		err = d.Read(ctx, func(ctx context.Context) error {
			if err := db.From(ctx).Put(ctx, insert, ident.ID{4}); err == nil {
				t.Error("a view was written in")
			}
			return nil
		})
		if n := count(t, d); n != 3 {
			t.Errorf("%v, and %d are there", err, n)
		}
	})
}

// TestWhoLeavesChangesNothing has somebody leave in the middle of an act, and
// at its end: nothing of it stays, and the next act is whole.
func TestWhoLeavesChangesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := create(t, d, "probe")
		put := func(ctx context.Context, no byte) error {
			_, err := db.From(ctx).Exec(ctx, "INSERT INTO probe (id, n) VALUES ($1, 1)", ident.ID{no})
			return err
		}
		for range 20 {
			leaving, leave := context.WithCancel(ctx)
			err := d.Write(leaving, func(ctx context.Context) error {
				err := put(ctx, 1)
				leave()
				_ = put(ctx, 2) // whoever does not mind the error
				return err
			})
			if err == nil {
				t.Fatal("whoever left is told that it is done")
			}
			if n := count(t, d); n != 0 {
				t.Fatalf("%d are left", n)
			}
		}
		if err := d.Write(ctx, func(ctx context.Context) error { return put(ctx, 1) }); err != nil || count(t, d) != 1 {
			t.Errorf("%v, and %d are there", err, count(t, d))
		}
	})
}
