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
