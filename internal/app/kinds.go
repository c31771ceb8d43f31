package app

import (
	"context"
	"encoding/json"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/condition"
	"gotong/internal/delivery"
	"gotong/internal/determination"
	"gotong/internal/ident"
	"gotong/internal/linkage"
	"gotong/internal/linkage/authority"
	"gotong/internal/outcome"
	"gotong/internal/registry"
	"gotong/internal/run"
	"gotong/internal/snapshot"
	"gotong/internal/targeting"
)

// The kinds of run.
const (
	KindSnapshot  run.Kind = "snapshot"
	KindRank      run.Kind = "rank"
	KindDetermine run.Kind = "determine"
	KindRecheck   run.Kind = "recheck"
	KindOutcome   run.Kind = "outcome"
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

// DetermineArgs ask for a determination.
type DetermineArgs struct {
	Snapshot   ident.ID `json:"snapshot"`
	Ranking    ident.ID `json:"ranking"`
	Programmes []string `json:"programmes,omitempty"` // none: all in force
}

// RecheckArgs ask to recompute a determination.
type RecheckArgs struct {
	Determination ident.ID               `json:"determination"`
	Readers       []determination.Reader `json:"readers,omitempty"` // none: all
}

// handleRuns tells the run service who does which kind of work.
func (a *App) handleRuns() {
	handle(a, registry.ImportRun, access.Import, func(ctx context.Context, args registry.RunArgs, t run.Task) (any, error) {
		return a.Registry.RunImport(ctx, args, t.Dry, t.Progress)
	})
	handle(a, linkage.FindRun, access.StartRuns, func(ctx context.Context, _ struct{}, t run.Task) (any, error) {
		return restedBeside(ctx, a)(a.Linkage.Find(ctx, t.Progress))
	})
	handle(a, authority.MatchRun, access.StartRuns, func(ctx context.Context, args authority.RunArgs, t run.Task) (any, error) {
		return restedBeside(ctx, a)(a.Authority.RunMatch(ctx, args, t.Progress))
	})
	handle(a, delivery.MakeRun, access.MakePayment, func(ctx context.Context, o delivery.Order, t run.Task) (any, error) {
		return a.Delivery.RunMake(ctx, o, t.Progress)
	})
	handle(a, delivery.ReconcileRun, access.Reconcile, func(ctx context.Context, b delivery.Brought, t run.Task) (any, error) {
		return a.Delivery.RunReconcile(ctx, b, t.Dry, t.Progress)
	})
	for kind, do := range map[run.Kind]func(context.Context, delivery.Step, run.Progress) (delivery.Stepped, error){
		delivery.AccountsRun: a.Delivery.RunAccounts, delivery.CutRun: a.Delivery.RunCut, delivery.SendRun: a.Delivery.RunSend,
	} {
		handle(a, kind, access.MakePayment, func(ctx context.Context, s delivery.Step, t run.Task) (any, error) { return do(ctx, s, t.Progress) })
	}
	handle(a, delivery.CollectRun, access.Reconcile, func(ctx context.Context, s delivery.Step, t run.Task) (any, error) {
		return a.Delivery.RunCollect(ctx, s, t.Progress)
	})
	handle(a, delivery.SweepRun, access.Reconcile, func(ctx context.Context, _ struct{}, t run.Task) (any, error) {
		return a.Delivery.Sweep(ctx, t.Progress)
	})
	handle(a, condition.OpenRun, access.ManageDuties, func(ctx context.Context, args condition.OpenArgs, t run.Task) (any, error) {
		return a.Conditions.OpenMonth(ctx, args, t.Progress)
	})
	handle(a, KindSnapshot, access.RunDetermination, func(ctx context.Context, args SnapshotArgs, t run.Task) (any, error) {
		return restedBeside(ctx, a)(a.Snapshots.Build(ctx, args.AsOf, t.Progress))
	})
	handle(a, KindQuality, access.StartRuns, func(ctx context.Context, _ struct{}, t run.Task) (any, error) {
		return restedBeside(ctx, a)(a.Quality.Measure(ctx, t.Progress))
	})
	handle(a, KindRank, access.RunDetermination, func(ctx context.Context, args RankArgs, t run.Task) (any, error) {
		return a.Targeting.Rank(ctx, args.Snapshot, args.Model, t.Progress)
	})
	handle(a, KindDetermine, access.RunDetermination, func(ctx context.Context, args DetermineArgs, t run.Task) (any, error) {
		return a.Determinations.Run(ctx, determination.Args{SnapshotID: args.Snapshot, RankingID: args.Ranking, Programmes: args.Programmes}, t.Dry, t.Progress)
	})
	handle(a, KindOutcome, access.RunDetermination, func(ctx context.Context, args outcome.Args, t run.Task) (any, error) {
		return a.Outcomes.Run(ctx, args, t.Progress)
	})
	handle(a, KindRecheck, access.SeeDeterminations, func(ctx context.Context, args RecheckArgs, t run.Task) (any, error) {
		r, err := a.Determinations.Recheck(ctx, args.Determination, args.Readers, t.Progress)
		return rechecked{Verified: r.Verified(), Report: r}, err
	})
}

// restedBeside adds to the result of a run that reads the register how many
// families it left out, as they asked not to be processed. None: nothing is
// added.
func restedBeside(ctx context.Context, a *App) func(result any, err error) (any, error) {
	return func(result any, err error) (any, error) {
		if err != nil {
			return result, err
		}
		n, err := a.Registry.Suspended(ctx)
		if err != nil || n == 0 {
			return result, err
		}
		b, err := json.Marshal(result)
		if err != nil {
			return result, err
		}
		fields := map[string]any{}
		if json.Unmarshal(b, &fields) != nil { // a result that is no object stays as it is
			return result, nil
		}
		fields["suspended"] = n
		return fields, nil
	}
}

// rechecked is a report that begins with what an auditor asks first.
type rechecked struct {
	Verified bool
	determination.Report
}

// handle registers work whose arguments are of type A.
func handle[A any](a *App, kind run.Kind, p access.Permission, work func(ctx context.Context, args A, t run.Task) (any, error)) {
	a.Runs.Handle(kind, p, func(ctx context.Context, t run.Task) (any, error) {
		var args A
		if err := json.Unmarshal(t.Args, &args); err != nil {
			return nil, err
		}
		result, err := work(ctx, args, t)
		if err == nil && !t.Dry {
			err = a.refresh(ctx)
		}
		return result, err
	})
}

// refresh makes the figures of the dashboards anew, after work that changes
// them.
func (a *App) refresh(ctx context.Context) error {
	_, err := a.Insight.Refresh(access.With(ctx, access.System("figures")), run.Silent{})
	return err
}

// doRun carries out a run here and now and decodes its result.
func doRun[R any](ctx context.Context, a *App, kind run.Kind, args any, p run.Progress) (R, error) {
	var result R
	r, err := a.Runs.Do(ctx, kind, args, false, p)
	if err != nil {
		return result, err
	}
	return result, json.Unmarshal(r.Result, &result)
}

// RunSpine takes the register from a snapshot to a determination, as of a
// day. Nothing is proposed or enacted.
func (a *App) RunSpine(ctx context.Context, asOf civil.Date, p run.Progress) (determination.Header, error) {
	s, err := doRun[snapshot.Header](ctx, a, KindSnapshot, SnapshotArgs{AsOf: asOf}, p)
	if err != nil {
		return determination.Header{}, err
	}
	r, err := doRun[targeting.Header](ctx, a, KindRank, RankArgs{Snapshot: s.ID}, p)
	if err != nil {
		return determination.Header{}, err
	}
	return doRun[determination.Header](ctx, a, KindDetermine, DetermineArgs{Snapshot: s.ID, Ranking: r.ID}, p)
}
