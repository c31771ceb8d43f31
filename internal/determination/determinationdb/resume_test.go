package determinationdb_test

import (
	"context"
	"errors"
	"testing"

	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/determination"
	"gotong/internal/run"
	"gotong/internal/snapshot/snapshottest"
)

// breaking is a Unit whose nth transaction fails at its end.
type breaking struct {
	determination.Unit
	left int
}

var errBroken = errors.New("the power is gone")

func (b *breaking) Write(ctx context.Context, fn func(ctx context.Context) error) error {
	return b.Unit.Write(ctx, func(ctx context.Context) error {
		if err := fn(ctx); err != nil {
			return err
		}
		if b.left--; b.left == 0 {
			return errBroken
		}
		return nil
	})
}

// Wherever writing stops, nobody sees half a determination; run again, it is
// whole, once, and verifies.
func TestWritingGoesOnWhereItStopped(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := world(t, d, snapshottest.Random(8, 60))
		args := w.Ranked(t)
		for n := 1; n <= 3; n++ { // begin, rows, finish
			w.Determinations.Unit = &breaking{Unit: d, left: n}
			if _, err := w.Determinations.Run(system, args, false, run.Silent{}); !errors.Is(err, errBroken) {
				t.Fatalf("transaction %d did not fail: %v", n, err)
			}
			w.Determinations.Unit = d
			if hs, err := w.Determinations.Headers(system, 10); err != nil || len(hs) != 0 {
				t.Fatalf("after transaction %d a determination is seen: %v, %v", n, hs, err)
			}
		}
		h, err := w.Determinations.Run(system, args, false, run.Silent{})
		if err != nil {
			t.Fatal(err)
		}
		again, err := w.Determinations.Run(system, args, false, run.Silent{})
		if err != nil || again.ID != h.ID {
			t.Errorf("run once more it is another: %v, %v", again.ID, err)
		}
		r, err := w.Determinations.Recheck(system, h.ID, nil, run.Silent{})
		if err != nil || !r.Verified() || r.Rows == 0 {
			t.Errorf("%d rows, problems %v, %v", r.Rows, r.Problems, err)
		}
	})
}
