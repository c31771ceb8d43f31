package snapshot

import (
	"context"

	"golang.org/x/sync/errgroup"
)

// Stretch is how many families are best handed out at once.
const Stretch = 4096

// Each calls fn for every stretch of so many families of every partition, on
// a number of workers at once and in no particular order. part is the place
// of the partition in Parts. A stretch of a multiple of 64 shares no word of
// a bitmap over its partition's families with another. Memory is bounded by
// the largest partition, the one read ahead of it, and a stretch for each
// worker.
func (s *Snapshot) Each(ctx context.Context, workers, stretch int, choice Columns, fn func(part int, f *Families) error) error {
	type work struct {
		part     int
		p        *Partition
		from, to int
	}
	g, ctx := errgroup.WithContext(ctx)
	queue := make(chan work)
	g.Go(func() error {
		defer close(queue)
		for i, part := range s.Parts {
			p, err := s.Partition(part)
			if err != nil {
				return err
			}
			for from := 0; from < p.Families; from += stretch {
				select {
				case queue <- work{i, p, from, min(from+stretch, p.Families)}:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
		}
		return nil
	})
	for range max(1, workers) {
		g.Go(func() error {
			for w := range queue {
				f, err := w.p.Read(w.from, w.to, choice)
				if err != nil {
					return err
				}
				if err := fn(w.part, f); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return g.Wait()
}
