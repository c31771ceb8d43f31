package run

import (
	"context"
	"errors"
	"maps"
	"time"

	"gotong/internal/fault"
	"gotong/internal/ident"
)

// working is a run that this process works on.
type working struct {
	attempt int
	tally   *tally
	cancel  context.CancelCauseFunc
}

// errAsked is why a run that somebody asked to stop has ended, and errTaken why
// one has that another process has taken up since.
var (
	errAsked = errors.New("run: asked to stop")
	errTaken = errors.New("run: taken up by another process")
)

// beat saves progress until ctx ends, and stops the work when asked to.
func (s *Service) beat(ctx context.Context, id ident.ID, w *working) {
	tick := time.NewTicker(s.timing.Beat)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		err := s.unit.Write(ctx, func(ctx context.Context) error { return s.showLife(ctx, id, w) })
		if err != nil && ctx.Err() == nil {
			s.log.WarnContext(ctx, "a run's heartbeat failed", "run", id.String(), "err", err)
		}
	}
}

// showLife puts on record how far a run is, and stops the work when somebody
// asked for that, or when another process works on it by now.
func (s *Service) showLife(ctx context.Context, id ident.ID, w *working) error {
	stop, err := s.store.Beat(ctx, id, w.attempt, w.tally.snapshot(), s.clock.Now())
	switch {
	case fault.Is(err, fault.KindConflict):
		w.cancel(errTaken)
		return nil
	case stop:
		w.cancel(errAsked)
	}
	return err
}

func (s *Service) keep(id ident.ID, w *working) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.here[id] = w
}

func (s *Service) drop(id ident.ID, w *working) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.here[id] == w {
		delete(s.here, id)
	}
}

// atWork returns the runs that this process works on.
func (s *Service) atWork() map[ident.ID]*working {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.here)
}

// Rescue takes up runs whose process has died: they are queued again. What is
// worked on here is not among them, though the machine may have stood still for
// longer than a process is waited for.
func (s *Service) Rescue(ctx context.Context) error {
	return s.unit.Write(withoutActor(ctx), func(ctx context.Context) error {
		for id, w := range s.atWork() {
			if err := s.showLife(ctx, id, w); err != nil {
				return err
			}
		}
		ids, err := s.store.Orphans(ctx, s.clock.Now().Add(-s.timing.Orphan))
		if err != nil {
			return err
		}
		for _, id := range ids {
			if err := s.queue.Enqueue(ctx, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// RescueForever calls Rescue until ctx ends.
func (s *Service) RescueForever(ctx context.Context) {
	tick := time.NewTicker(s.timing.Orphan)
	defer tick.Stop()
	for {
		if err := s.Rescue(ctx); err != nil && ctx.Err() == nil {
			s.log.WarnContext(ctx, "runs could not be taken up", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
