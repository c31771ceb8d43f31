package app

import (
	"context"
	"encoding/json"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/ident"
	"gotong/internal/run"
)

// The kinds of run.
const (
	KindSnapshot run.Kind = "snapshot"
	KindRank     run.Kind = "rank"
)

// SnapshotArgs ask for a snapshot.
type SnapshotArgs struct {
	AsOf civil.Date `json:"as_of"` // ages are counted to this day
}

// RankArgs ask for a ranking.
type RankArgs struct {
	Snapshot ident.ID `json:"snapshot"`
	Model    string   `json:"model"` // "" for the one in force on the snapshot's day
}

// handleRuns tells the run service who does which kind of work.
func (a *App) handleRuns() {
	handle(a, KindSnapshot, access.RunDetermination, func(ctx context.Context, args SnapshotArgs, t run.Task) (any, error) {
		return a.Snapshots.Build(ctx, args.AsOf, t.Progress)
	})
	handle(a, KindRank, access.RunDetermination, func(ctx context.Context, args RankArgs, t run.Task) (any, error) {
		return a.Targeting.Rank(ctx, args.Snapshot, args.Model, t.Progress)
	})
}

// handle registers work whose arguments are of type A.
func handle[A any](a *App, kind run.Kind, p access.Permission, work func(ctx context.Context, args A, t run.Task) (any, error)) {
	a.Runs.Handle(kind, p, func(ctx context.Context, t run.Task) (any, error) {
		var args A
		if err := json.Unmarshal(t.Args, &args); err != nil {
			return nil, err
		}
		return work(ctx, args, t)
	})
}
