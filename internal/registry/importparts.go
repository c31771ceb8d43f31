package registry

import (
	"context"
	"runtime"

	"golang.org/x/sync/errgroup"
)

// partsInOrder does something with each of n parts, on all processors, and
// takes the results in the order of the parts. At most two parts a processor
// are under way or wait to be taken. Take runs in the caller's goroutine.
func partsInOrder[T any](ctx context.Context, n int, do func(i int) (T, error), take func(T) error) error {
	type result struct {
		value T
		err   error
	}
	g, ctx := errgroup.WithContext(ctx)
	defer g.Wait()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	workers := runtime.GOMAXPROCS(0)
	order := make(chan chan result, workers)
	jobs := make(chan func())
	g.Go(func() error {
		defer close(order)
		defer close(jobs)
		for i := range n {
			done := make(chan result, 1)
			job := func() {
				v, err := do(i)
				done <- result{v, err}
			}
			select {
			case order <- done:
			case <-ctx.Done():
				return nil
			}
			select {
			case jobs <- job:
			case <-ctx.Done():
				return nil
			}
		}
		return nil
	})
	for range min(workers, n) {
		g.Go(func() error {
			for job := range jobs {
				job()
			}
			return nil
		})
	}
	for done := range order {
		select {
		case r := <-done:
			if r.err != nil {
				return r.err
			}
			if err := take(r.value); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return ctx.Err()
}
