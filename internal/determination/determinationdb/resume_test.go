package determinationdb_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/run"
	"gotong/internal/snapshot/snapshottest"
	"gotong/internal/work"
)

// breaking is a Unit whose nth transaction fails at its end.
type breaking struct {
	work.Unit
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

// What was left half written for long is swept away with all its rows; what
// was begun just now, or is whole, stays, and the swept one can be run again.
func TestHalfWrittenIsSwept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := world(t, d, snapshottest.Random(8, 60))
		args := w.Ranked(t)
		w.Determinations.Unit = &breaking{Unit: d, left: 3}
		if _, err := w.Determinations.Run(system, args, false, run.Silent{}); !errors.Is(err, errBroken) {
			t.Fatal(err)
		}
		w.Determinations.Unit = d
		begun := w.Determinations.Clock.Now()
		for _, c := range []struct {
			before time.Time
			want   int
		}{{begun.Add(-time.Hour), 0}, {begun.Add(time.Hour), 1}, {begun.Add(time.Hour), 0}} {
			if n, err := w.Determinations.Sweep(system, c.before); err != nil || n != c.want {
				t.Fatalf("swept %d before %v, want %d: %v", n, c.before, c.want, err)
			}
		}
		err := d.Read(system, func(ctx context.Context) error {
			for _, table := range []string{"outcome", "outcome_count", "outcome_reason"} {
				var n int
				if err := db.From(ctx).QueryRow(ctx, "SELECT count(*) FROM "+table+" WHERE {scope "+table+".area}").Scan(&n); err != nil || n != 0 {
					t.Errorf("%d rows left in %s: %v", n, table, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		h, err := w.Determinations.Run(system, args, false, run.Silent{})
		if err != nil {
			t.Fatal(err)
		}
		if n, err := w.Determinations.Sweep(system, begun.Add(time.Hour)); err != nil || n != 0 {
			t.Errorf("swept %d that are whole: %v", n, err)
		}
		r, err := w.Determinations.Recheck(system, h.ID, nil, run.Silent{})
		if err != nil || !r.Verified() || r.Rows == 0 {
			t.Errorf("%d rows, problems %v, %v", r.Rows, r.Problems, err)
		}
	})
}
