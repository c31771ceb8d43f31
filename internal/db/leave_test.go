package db_test

import (
	"context"
	"sync"
	"testing"

	"gotong/internal/db"
	"gotong/internal/db/dbtest"
)

// TestWhoeverLeavesCostsNobodyElse has many leave in the middle of a statement
// while others wait for their connections, which are broken by it: the others
// are answered all the same.
func TestWhoeverLeavesCostsNobodyElse(t *testing.T) {
	d := dbtest.Postgres(t)
	makeDeeds(t, d)
	leavers := d.Pool().Stats().MaxOpenConnections
	next := 0
	for range 8 {
		ctx, leave := context.WithCancel(context.Background())
		var all sync.WaitGroup
		for range leavers {
			all.Go(func() {
				err := d.Write(ctx, func(ctx context.Context) error { return db.Exec(ctx, "rest", "SELECT pg_sleep(60)") })
				if err == nil {
					t.Error("who left was told that it is done")
				}
			})
		}
		dbtest.Until(t, "all connections are used", func() bool { return d.Pool().Stats().InUse == leavers })
		waited := d.Pool().Stats().WaitCount
		const others = 24
		for range others {
			no := next
			next++
			all.Go(func() {
				err := d.Write(hurried(), func(ctx context.Context) error { return deed(ctx, nil, no, "does") })
				if err != nil {
					t.Errorf("deed %d is answered %v", no, err)
				}
			})
		}
		dbtest.Until(t, "the others wait", func() bool { return d.Pool().Stats().WaitCount-waited >= others })
		leave()
		all.Wait()
	}
	if done := len(deedsDone(t, d)); done != next {
		t.Errorf("%d of %d are on record", done, next)
	}
}
