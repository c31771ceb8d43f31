package db_test

import (
	"context"
	"testing"

	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
)

func TestADatabaseStaysWithItsKeys(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		if mark, err := d.KeyMark(ctx); mark != "" || err != nil {
			t.Fatalf("a new database has the mark %q, %v", mark, err)
		}
		for range 2 {
			if err := d.BindKeys(ctx, "first"); err != nil {
				t.Fatal(err)
			}
		}
		if err := d.BindKeys(ctx, "second"); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("other keys: %v", err)
		}
		if mark, err := d.KeyMark(ctx); mark != "first" || err != nil {
			t.Errorf("the mark is now %q, %v", mark, err)
		}
	})
}
