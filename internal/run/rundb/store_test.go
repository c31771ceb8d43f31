package rundb_test

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"gotong/internal/access"
	"gotong/internal/clock"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/run"
	"gotong/internal/run/rundb"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func officer() context.Context {
	return access.With(context.Background(), access.Actor{Login: "sri", Roles: []access.Role{access.Officer}, Scope: access.Areas("3674")})
}

func service(d *db.DB) *run.Service {
	return serviceAt(d, clock.System{}, run.Timing{Beat: 5 * time.Millisecond, Orphan: time.Hour})
}

func serviceAt(d *db.DB, c clock.Clock, timing run.Timing) *run.Service {
	return run.NewService(d, rundb.New(), c, ident.NewMaker(clock.System{}, rand.Reader), slog.New(slog.DiscardHandler), timing)
}

// serve starts a queue for s and stops it at the test's end.
func serve(t *testing.T, d *db.DB, s *run.Service) {
	t.Helper()
	ctx := context.Background()
	q, err := rundb.NewQueue(ctx, d, slog.New(slog.DiscardHandler), 2, s.Execute)
	if err != nil {
		t.Fatal(err)
	}
	s.UseQueue(q)
	if err := q.Start(ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := q.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
}

func await(t *testing.T, s *run.Service, id ident.ID, until func(run.Run) bool) (r run.Run) {
	t.Helper()
	dbtest.Until(t, "the run gets there", func() bool {
		var err error
		if r, err = s.ByID(officer(), id); err != nil {
			t.Fatal(err)
		}
		return until(r)
	})
	return r
}

func ended(r run.Run) bool { return r.State.Ended() }

func TestARunWorksInTheBackgroundAsWhoAskedForIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := service(d)
		s.Handle("import", access.Import, func(ctx context.Context, task run.Task) (any, error) {
			a, _ := access.From(ctx)
			task.Progress.Stage("working", 3)
			task.Progress.Add("ok", 2)
			task.Progress.Add("bad", 1)
			return map[string]string{"who": a.Login, "where": a.Scope.String(), "args": string(task.Args)}, nil
		})
		serve(t, d, s)
		r, err := s.Start(officer(), "import", 7, true)
		if err != nil {
			t.Fatal(err)
		}
		r = await(t, s, r.ID, ended)
		if r.State != run.Done || !r.Dry || string(r.Result) != `{"args":"7","where":"3674","who":"sri"}` {
			t.Errorf("%s %s", r.State, r.Result)
		}
		if st := r.Progress.Stages; len(st) != 1 || st[0].Sum() != 3 || st[0].Counts["bad"] != 1 {
			t.Errorf("progress %+v", st)
		}
		recent, err := s.Recent(officer(), 10)
		if err != nil || len(recent) != 1 {
			t.Errorf("%d runs, %v", len(recent), err)
		}
	})
}

func TestARolledBackAskStartsNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := service(d)
		s.Handle("import", access.Import, func(context.Context, run.Task) (any, error) { t.Error("it ran"); return nil, nil })
		serve(t, d, s)
		boom := errors.New("boom")
		err := d.Write(officer(), func(ctx context.Context) error {
			if _, err := s.Start(ctx, "import", nil, false); err != nil {
				return err
			}
			return boom
		})
		if !errors.Is(err, boom) {
			t.Fatal(err)
		}
		time.Sleep(700 * time.Millisecond) // longer than the queue's poll
	})
}

func TestARunCanBeStopped(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := service(d)
		s.Handle("import", access.Import, func(ctx context.Context, task run.Task) (any, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		})
		serve(t, d, s)
		r, err := s.Start(officer(), "import", nil, false)
		if err != nil {
			t.Fatal(err)
		}
		await(t, s, r.ID, func(r run.Run) bool { return r.State == run.Running })
		stranger := access.With(context.Background(), access.Actor{Login: "x", Roles: []access.Role{access.Planner}})
		if err := s.Cancel(stranger, r.ID); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("a planner may stop an import: %v", err)
		}
		if err := s.Cancel(officer(), r.ID); err != nil {
			t.Fatal(err)
		}
		if r := await(t, s, r.ID, ended); r.State != run.Cancelled {
			t.Errorf("ended %s", r.State)
		}
	})
}

func TestAnOrphanIsTakenUpOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := service(d)
		var calls atomic.Int64
		s.Handle("import", access.Import, func(context.Context, run.Task) (any, error) { calls.Add(1); return nil, nil })
		// A process claims the run and dies.
		s.UseQueue(nowhere{})
		r, err := s.Start(officer(), "import", nil, false)
		if err != nil {
			t.Fatal(err)
		}
		err = d.Write(officer(), func(ctx context.Context) error {
			_, err := rundb.New().Claim(ctx, r.ID, time.Now().Add(-2*time.Hour))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		serve(t, d, s)
		for range 2 {
			if err := s.Rescue(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
		if r := await(t, s, r.ID, ended); r.State != run.Done || r.Attempt != 2 || calls.Load() != 1 {
			t.Errorf("%s after %d attempts, %d calls", r.State, r.Attempt, calls.Load())
		}
	})
}

// TestAMachineThatStoodStill has a process work on a run while the machine
// stands still for longer than a process is waited for. It goes on by itself;
// where another process was quicker, that has the run, and this one lets go.
func TestAMachineThatStoodStill(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := clock.NewStepping(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), time.Millisecond)
		timing := run.Timing{Beat: time.Hour, Orphan: 30 * time.Second} // it shows life when it looks for orphans
		one, other := serviceAt(d, c, timing), serviceAt(d, c, timing)
		one.UseQueue(nowhere{})
		begun := make(chan ident.ID, 1)
		one.Handle("import", access.Import, func(ctx context.Context, task run.Task) (any, error) {
			begun <- task.ID
			<-ctx.Done()
			return nil, ctx.Err()
		})
		other.Handle("import", access.Import, func(context.Context, run.Task) (any, error) { return "the other's", nil })
		told := make(chan error, 1)
		go func() {
			_, err := one.Do(officer(), "import", nil, false, run.Silent{})
			told <- err
		}()
		id := <-begun
		rescue := func(s *run.Service) run.Run {
			c.Advance(time.Minute)
			if err := s.Rescue(context.Background()); err != nil {
				t.Fatal(err)
			}
			r, err := s.ByID(officer(), id)
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		if r := rescue(one); r.State != run.Running || r.Attempt != 1 {
			t.Errorf("its own run is %s at attempt %d", r.State, r.Attempt)
		}
		serve(t, d, other)
		rescue(other)
		if r := await(t, other, id, ended); string(r.Result) != `"the other's"` || r.Attempt != 2 {
			t.Errorf("%s at attempt %d, %s", r.State, r.Attempt, r.Result)
		}
		r := rescue(one)
		if err := <-told; !fault.Is(err, fault.KindConflict) {
			t.Errorf("whoever lost it is told %v", err)
		}
		if r.State != run.Done || r.Attempt != 2 {
			t.Errorf("it is %s at attempt %d", r.State, r.Attempt)
		}
	})
}

type nowhere struct{}

func (nowhere) Enqueue(context.Context, ident.ID) error { return nil }

func TestFailuresAreShownByKindOnly(t *testing.T) {
	d := dbtest.SQLite(t)
	s := service(d)
	for name, tc := range map[string]struct {
		work run.Handler
		key  string
	}{
		"fault": {func(context.Context, run.Task) (any, error) { return nil, fault.Invalid("core.error.invalid", "n", 3) }, "core.error.invalid"},
		"error": {func(context.Context, run.Task) (any, error) { return nil, errors.New("secret") }, "core.error.internal"},
		"panic": {func(context.Context, run.Task) (any, error) { panic("secret") }, "core.error.internal"},
	} {
		s.Handle("import", access.Import, tc.work)
		r, err := s.Do(officer(), "import", nil, false, run.Silent{})
		if err == nil || r.State != run.Failed || r.Failure.Key != tc.key {
			t.Errorf("%s: %s %+v %v", name, r.State, r.Failure, err)
		}
		kept, err := s.ByID(officer(), r.ID)
		if err != nil || kept.Failure.Key != tc.key {
			t.Errorf("%s: kept %+v, %v", name, kept.Failure, err)
		}
	}
	if _, err := s.Do(access.With(context.Background(), access.Actor{Roles: []access.Role{access.Planner}}), "import", nil, false, run.Silent{}); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("a planner may import: %v", err)
	}
}

func TestInterruptingInlineWorkCancelsIt(t *testing.T) {
	d := dbtest.SQLite(t)
	s := service(d)
	ctx, cancel := context.WithCancel(officer())
	s.Handle("import", access.Import, func(ctx context.Context, _ run.Task) (any, error) {
		cancel()
		<-ctx.Done()
		return nil, ctx.Err()
	})
	r, err := s.Do(ctx, "import", nil, false, run.Silent{})
	if !errors.Is(err, context.Canceled) || r.State != run.Cancelled {
		t.Errorf("%s, %v", r.State, err)
	}
}
