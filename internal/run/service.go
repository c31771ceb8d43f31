package run

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"gotong/internal/access"
	"gotong/internal/clock"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/work"
)

// Timing says how often a run shows life and when it counts as orphaned.
// Zero fields take the defaults.
type Timing struct {
	Beat   time.Duration // default 1 s
	Orphan time.Duration // default 30 s; several beats
}

// Service starts, works on, shows and stops runs.
type Service struct {
	unit   work.Unit
	store  Store
	clock  clock.Clock
	ids    *ident.Maker
	log    *slog.Logger
	timing Timing

	queue    Queue
	handlers map[Kind]registration

	mu   sync.Mutex
	here map[ident.ID]*working
}

// registration is a kind of work and who may ask for it.
type registration struct {
	permission access.Permission
	handler    Handler
}

// NewService returns a Service without handlers and without a queue.
func NewService(unit work.Unit, store Store, c clock.Clock, ids *ident.Maker, log *slog.Logger, timing Timing) *Service {
	if timing.Beat == 0 {
		timing.Beat = time.Second
	}
	if timing.Orphan == 0 {
		timing.Orphan = 30 * time.Second
	}
	return &Service{unit: unit, store: store, clock: c, ids: ids, log: log, timing: timing,
		handlers: map[Kind]registration{}, here: map[ident.ID]*working{}}
}

// Handle registers the handler of a kind and the permission to ask for it.
// Call it before the first run.
func (s *Service) Handle(kind Kind, p access.Permission, h Handler) {
	s.handlers[kind] = registration{p, h}
}

// UseQueue says where Start puts runs.
func (s *Service) UseQueue(q Queue) { s.queue = q }

// Start asks for a run, to be worked on in the background. It joins the
// caller's transaction: no run starts for a change that was rolled back.
func (s *Service) Start(ctx context.Context, kind Kind, args any, dry bool) (Run, error) {
	r, err := s.ask(ctx, kind, args, dry)
	if err != nil {
		return Run{}, err
	}
	if s.queue == nil {
		return Run{}, fault.Unavailable("run.no_queue")
	}
	err = s.unit.Write(ctx, func(ctx context.Context) error {
		if err := s.store.Add(ctx, r); err != nil {
			return err
		}
		return s.queue.Enqueue(ctx, r.ID)
	})
	return r, err
}

// Do asks for a run and works on it here and now, telling watcher how far it
// is. The error is the work's own.
func (s *Service) Do(ctx context.Context, kind Kind, args any, dry bool, watcher Progress) (Run, error) {
	r, err := s.ask(ctx, kind, args, dry)
	if err != nil {
		return Run{}, err
	}
	if err := s.unit.Write(ctx, func(ctx context.Context) error { return s.store.Add(ctx, r) }); err != nil {
		return Run{}, err
	}
	r, err = s.execute(ctx, r.ID, watcher)
	if err != nil && ctx.Err() != nil && r.State == Running {
		return s.stopped(ctx, r, err)
	}
	return r, err
}

// stopped saves that whoever ran the work here interrupted it.
func (s *Service) stopped(ctx context.Context, r Run, workErr error) (Run, error) {
	ctx = context.WithoutCancel(ctx)
	r.State, r.EndedAt = Cancelled, s.clock.Now()
	err := s.unit.Write(ctx, func(ctx context.Context) error { return s.store.End(ctx, r) })
	return r, errors.Join(workErr, err)
}

func (s *Service) ask(ctx context.Context, kind Kind, args any, dry bool) (Run, error) {
	registered, ok := s.handlers[kind]
	if !ok {
		return Run{}, fmt.Errorf("run: no handler for %q", kind)
	}
	actor, err := access.Require(ctx, registered.permission)
	if err != nil {
		return Run{}, err
	}
	b, err := json.Marshal(args)
	if err != nil {
		return Run{}, fmt.Errorf("run: %w", err)
	}
	return Run{ID: s.ids.New(), Kind: kind, State: Queued, Dry: dry, Args: b, Actor: actor, AskedAt: s.clock.Now()}, nil
}

// Execute works on a queued run, as the queue's worker calls it. A run that
// another process has, or that has ended, is left alone. A failure of the
// work is the run's, not the queue's, and is not returned.
func (s *Service) Execute(ctx context.Context, id ident.ID) error {
	_, err := s.execute(ctx, id, Silent{})
	if err != nil {
		s.log.ErrorContext(ctx, "run failed", "run", id.String(), "err", err)
	}
	return nil
}

func (s *Service) execute(ctx context.Context, id ident.ID, watcher Progress) (Run, error) {
	ctx = withoutActor(ctx)
	r, err := work.Write(ctx, s.unit, func(ctx context.Context) (Run, error) { return s.store.Claim(ctx, id, s.clock.Now()) })
	if fault.Is(err, fault.KindConflict) {
		return r, nil
	}
	if err != nil {
		return r, err
	}
	work, cancel := context.WithCancelCause(access.With(ctx, r.Actor))
	defer cancel(nil)
	w := &working{attempt: r.Attempt, tally: &tally{watcher: watcher, now: s.clock.Now}, cancel: cancel}
	s.keep(r.ID, w)
	defer s.drop(r.ID, w)
	beating := make(chan struct{})
	go func() {
		defer close(beating)
		s.beat(work, r.ID, w)
	}()
	result, err := s.call(work, r, w)
	why := context.Cause(work)
	cancel(nil)
	<-beating
	return s.end(ctx, r, w, result, err, why)
}

// withoutActor keeps a worker from acting as whoever happened to be in ctx.
func withoutActor(ctx context.Context) context.Context {
	return access.With(ctx, access.System("run"))
}

// call turns a panic of the work into a failed run, so that one bad run does
// not end the process with all the others.
func (s *Service) call(ctx context.Context, r Run, w *working) (result any, err error) {
	defer func() {
		if p := recover(); p != nil {
			s.log.ErrorContext(ctx, "a run panicked", "run", r.ID.String(), "kind", string(r.Kind), "stack", string(debug.Stack()))
			err = fmt.Errorf("run: %s panicked: %v", r.Kind, p)
		}
	}()
	return s.handlers[r.Kind].handler(ctx, Task{ID: r.ID, Args: r.Args, Dry: r.Dry, Progress: w.tally})
}

func (s *Service) end(ctx context.Context, r Run, w *working, result any, workErr, why error) (Run, error) {
	r.Progress = w.tally.snapshot()
	taken, asked := errors.Is(why, errTaken), errors.Is(why, errAsked)
	switch {
	case taken: // how it ends is for whoever has it to say
		return r, fault.Conflict("run.taken").Because(workErr)
	case workErr != nil && !asked && ctx.Err() != nil:
		return r, workErr // the server is stopping: the run stays open and is taken up again
	}
	ctx = context.WithoutCancel(ctx)
	r.EndedAt = s.clock.Now()
	switch {
	case workErr == nil:
		r.State = Done
		b, err := json.Marshal(result)
		if err != nil {
			return r, fmt.Errorf("run: %w", err)
		}
		r.Result = b
	case asked:
		r.State = Cancelled
	default:
		r.State, r.Failure = Failed, failureOf(workErr)
	}
	err := s.unit.Write(ctx, func(ctx context.Context) error { return s.store.End(ctx, r) })
	return r, errors.Join(workErr, err)
}

func failureOf(err error) *Failure {
	var f *fault.Error
	if !errors.As(err, &f) {
		return &Failure{Key: "core.error.internal"}
	}
	failure := &Failure{Key: f.Key}
	for _, a := range f.Args {
		failure.Args = append(failure.Args, fmt.Sprint(a))
	}
	return failure
}

// Cancel asks to stop a run. The work stops at its next safe place.
func (s *Service) Cancel(ctx context.Context, id ident.ID) error {
	r, err := s.ByID(ctx, id)
	if err != nil {
		return err
	}
	if _, err := access.Require(ctx, s.handlers[r.Kind].permission); err != nil {
		return err
	}
	err = s.unit.Write(ctx, func(ctx context.Context) error { return s.store.AskCancel(ctx, id, s.clock.Now()) })
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if w := s.here[id]; w != nil {
		w.cancel(errAsked)
	}
	return nil
}

// MayStop reports whether who acts in ctx may ask to stop r: whoever may ask
// for such a run.
func (s *Service) MayStop(ctx context.Context, r Run) bool {
	registered, ok := s.handlers[r.Kind]
	_, err := access.Require(ctx, registered.permission)
	return ok && err == nil && !r.State.Ended() && !r.Cancel
}

// ByID returns a run, with the freshest progress where it is worked on here.
func (s *Service) ByID(ctx context.Context, id ident.ID) (Run, error) {
	if _, err := access.Require(ctx, access.SeeRuns); err != nil {
		return Run{}, err
	}
	r, err := work.Read(ctx, s.unit, func(ctx context.Context) (Run, error) { return s.store.ByID(ctx, id) })
	if err != nil {
		return Run{}, err
	}
	s.freshen(&r)
	return r, nil
}

// Recent returns the newest runs first, without their results.
func (s *Service) Recent(ctx context.Context, limit int) ([]Run, error) {
	if _, err := access.Require(ctx, access.SeeRuns); err != nil {
		return nil, err
	}
	all, err := work.Read(ctx, s.unit, func(ctx context.Context) ([]Run, error) { return s.store.Recent(ctx, limit) })
	for i := range all {
		s.freshen(&all[i])
	}
	return all, err
}

// underwayMost is among how many of the newest runs those are looked for that
// are being worked on: more than are at a time.
const underwayMost = 100

// Underway returns the runs that are being worked on, newest first, with what
// they are, whose, and how far. Whoever has to wait for them may know that,
// without the permission to see runs.
func (s *Service) Underway(ctx context.Context) ([]Run, error) {
	var all []Run
	err := s.unit.Read(ctx, func(ctx context.Context) error {
		var err error
		all, err = s.store.Recent(ctx, underwayMost)
		return err
	})
	all = slices.DeleteFunc(all, func(r Run) bool { return r.State != Running })
	for i := range all {
		all[i].Args, all[i].Result = nil, nil
		s.freshen(&all[i])
	}
	return all, err
}

func (s *Service) freshen(r *Run) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if w := s.here[r.ID]; w != nil && r.State == Running {
		r.Progress = w.tally.snapshot()
	}
}
