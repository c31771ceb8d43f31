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
// a bitmap over its partition's families with another. What f holds is gone
// once fn returns. Memory is bounded by the largest partition, the one read
// ahead of it, and a stretch for each worker.
func (s *Snapshot) Each(ctx context.Context, workers, stretch int, choice Columns, fn func(part int, f *Families) error) error {
	return s.EachIn(ctx, workers, stretch, choice, nil, func(part int, _ *Partition, f *Families) error { return fn(part, f) })
}

// EachIn is Each, and first calls begin, if there is one, with each partition
// and before any stretch of it. Partitions begin in the order of Parts.
func (s *Snapshot) EachIn(ctx context.Context, workers, stretch int, choice Columns, begin func(part int, p *Partition) error,
	fn func(part int, p *Partition, f *Families) error) error {
	type work struct {
		part     int
		p        *Partition
		from, to int
	}
	g, ctx := errgroup.WithContext(ctx)
	ahead, queue, fields := make(chan work), make(chan work), choice.fields(s.catalogue)
	g.Go(func() error {
		defer close(ahead)
		chosen := choice.names(s.catalogue)
		for i, part := range s.Parts {
			p, err := s.partition(part, choice, chosen)
			if err != nil {
				return err
			}
			select {
			case ahead <- work{part: i, p: p}:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	g.Go(func() error {
		defer close(queue)
		for w := range ahead {
			if begin != nil {
				if err := begin(w.part, w.p); err != nil {
					return err
				}
			}
			for from := 0; from < w.p.Families; from += stretch {
				select {
				case queue <- work{w.part, w.p, from, min(from+stretch, w.p.Families)}:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
		}
		return nil
	})
	for range max(1, workers) {
		g.Go(func() error {
			f := &Families{}
			for w := range queue {
				if err := w.p.readInto(f, w.from, w.to, choice, fields); err != nil {
					return err
				}
				if err := fn(w.part, w.p, f); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return g.Wait()
}
