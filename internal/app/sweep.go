package app

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"gotong/internal/access"
)

// leftover is how old an unfinished folder must be before it is taken for
// the remains of a process that died: nothing is built for that long.
const leftover = 48 * time.Hour

// sweep removes folders that a killed snapshot, ranking or determination
// left unfinished. They never had a name that anything reads.
func (a *App) sweep(now time.Time) error {
	for _, kind := range []string{"snapshots", "rankings", "determinations"} {
		found, err := filepath.Glob(filepath.Join(a.Dir, kind, "building-*"))
		if err != nil {
			return err
		}
		for _, dir := range found {
			info, err := os.Stat(dir)
			if err != nil || now.Sub(info.ModTime()) < leftover {
				continue
			}
			if err := os.RemoveAll(dir); err != nil {
				return err
			}
		}
	}
	return nil
}

// sweepRows takes away what is in the database of determinations that were
// left half written for so long: nobody sees them, and they take room.
func (a *App) sweepRows(ctx context.Context, now time.Time) {
	n, err := a.Determinations.Sweep(access.With(ctx, access.System("sweep")), now.Add(-leftover))
	if err != nil && ctx.Err() == nil {
		a.Log.Error("half-written determinations could not be taken away", "error", err)
	}
	if n > 0 {
		a.Log.Info("took half-written determinations away", "count", n)
	}
}

// scrubEvery is how long what an erasure left waits, where somebody read it,
// until it is looked at whether they have ended.
const scrubEvery = time.Minute

// scrubOwed scrubs what stayed owed, as somebody read it, once they have ended.
func (a *App) scrubOwed(ctx context.Context) {
	tick := time.NewTicker(scrubEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := a.scrub(ctx); err != nil && ctx.Err() == nil {
			a.Log.ErrorContext(ctx, "what was erased could not be scrubbed", "error", err)
		}
	}
}

// scrub does what is owed of scrubbing, if anything is.
func (a *App) scrub(ctx context.Context) error {
	owed, err := a.DB.ScrubOwed()
	if err != nil || owed.IsZero() {
		return err
	}
	return a.DB.Scrub(ctx)
}

// checkTraces says since when old pages of the database hold what was erased,
// as somebody read them.
func (a *App) checkTraces() Finding {
	owed, err := a.DB.ScrubOwed()
	f := Finding{Name: "traces", OK: err == nil && owed.IsZero(), Detail: "-", Page: "erased-but-traces.md"}
	switch {
	case err != nil:
		f.Detail = err.Error()
	case !f.OK:
		f.Detail = owed.Format(time.RFC3339)
	}
	return f
}
