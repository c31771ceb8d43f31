package dbtest

import (
	"sync"
	"sync/atomic"
	"testing"

	"gotong/internal/fault"
)

// Race runs an act many times at once and returns how often it succeeded. All
// others must be told that somebody was first, or to try again.
func Race(t *testing.T, times int, act func(n int) error) int64 {
	t.Helper()
	var group sync.WaitGroup
	var won atomic.Int64
	gate := make(chan struct{})
	for n := range times {
		group.Go(func() {
			<-gate
			switch err := act(n); {
			case err == nil:
				won.Add(1)
			case !fault.Is(err, fault.KindConflict) && !fault.Is(err, fault.KindUnavailable):
				t.Errorf("%v", err)
			}
		})
	}
	close(gate)
	group.Wait()
	return won.Load()
}
