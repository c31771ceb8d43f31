package run

import (
	"context"
	"encoding/json"
	"time"

	"gotong/internal/access"
	"gotong/internal/ident"
)

// State is where a run stands:
//
//	queued → running → done | failed | cancelled
//	   ↑________|  (its process died; another takes it up)
type State string

// The states.
const (
	Queued    State = "queued"
	Running   State = "running"
	Done      State = "done"
	Failed    State = "failed"
	Cancelled State = "cancelled"
)

// Ended reports whether nothing more will happen.
func (s State) Ended() bool { return s == Done || s == Failed || s == Cancelled }

// Kind names a sort of work, such as "import" or "determine".
type Kind string

// Run is one piece of long work. Args and Result hold no personal data.
type Run struct {
	ID       ident.ID
	Kind     Kind
	State    State
	Dry      bool
	Args     json.RawMessage
	Actor    access.Actor // who asked; the work runs with these roles and areas
	Progress Snapshot
	Result   json.RawMessage
	Failure  *Failure
	Cancel   bool // somebody has asked to stop it
	Attempt  int  // how often it has been taken up

	AskedAt, StartedAt, BeatAt, EndedAt time.Time // zero: not yet
}

// Failure is why a run failed, as a message key for the screen.
type Failure struct {
	Key  string   `json:"key"`
	Args []string `json:"args,omitempty"` // name, value, name, value
}

// Snapshot is how far a run is.
type Snapshot struct {
	Stages []Stage `json:"stages,omitempty"`
}

// Stage is one stage of a run's progress.
type Stage struct {
	Key    string           `json:"key"`
	Total  int64            `json:"total"` // 0: unknown
	Began  time.Time        `json:"began"`
	Counts map[string]int64 `json:"counts,omitempty"`
}

// Sum returns how many items the stage has counted.
func (s Stage) Sum() int64 {
	var n int64
	for _, c := range s.Counts {
		n += c
	}
	return n
}

// Pace returns how many items a second the stage has counted until now, and
// how long the rest takes at that pace. Both are 0 while too little is known.
func (s Stage) Pace(now time.Time) (rate float64, left time.Duration) {
	done, took := s.Sum(), now.Sub(s.Began)
	if done <= 0 || took < 500*time.Millisecond {
		return 0, 0
	}
	rate = float64(done) / took.Seconds()
	const longest = 365 * 24 * 60 * 60 // seconds; beyond it a guess says nothing
	if seconds := float64(s.Total-done) / rate; s.Total > done && seconds < longest {
		left = time.Duration(seconds * float64(time.Second))
	}
	return rate, left
}

// Task is what a handler gets to work on.
type Task struct {
	ID       ident.ID
	Args     json.RawMessage
	Dry      bool // show what would happen, enact nothing
	Progress Progress
}

// Handler does one kind of work and returns a result to keep as JSON. It
// stops with ctx's error when ctx ends. It may be called again for the same
// run after its process has died, so it must be safe to repeat.
type Handler func(ctx context.Context, t Task) (result any, err error)

// Store keeps runs.
type Store interface {
	Add(ctx context.Context, r Run) error
	// Claim makes a queued run running and returns it, or fault.Conflict
	// when somebody else has it or it is no longer queued.
	Claim(ctx context.Context, id ident.ID, now time.Time) (Run, error)
	// Beat keeps a running run alive, saves its progress, and returns
	// whether somebody has asked to stop it, or fault.Conflict when it is not
	// this attempt's any more.
	Beat(ctx context.Context, id ident.ID, attempt int, p Snapshot, now time.Time) (cancel bool, err error)
	// End saves the outcome of a running run's attempt, unless it has another by now.
	End(ctx context.Context, r Run) error
	// AskCancel asks to stop a run; a queued one is cancelled at once.
	AskCancel(ctx context.Context, id ident.ID, now time.Time) error
	// Orphans makes running runs whose last beat is before the given time
	// queued again and returns their ids.
	Orphans(ctx context.Context, before time.Time) ([]ident.ID, error)
	ByID(ctx context.Context, id ident.ID) (Run, error)
	// Recent returns the newest runs first, without their results.
	Recent(ctx context.Context, limit int) ([]Run, error)
}

// Queue hands ids of queued runs to whichever process is free.
type Queue interface {
	// Enqueue adds a job in the caller's transaction.
	Enqueue(ctx context.Context, id ident.ID) error
}
