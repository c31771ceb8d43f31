package cli

import (
	"context"
	"slices"
	"time"

	"gotong/internal/access"
	"gotong/internal/app"
	"gotong/internal/audit"
)

// lookCost is what it costs to put the looks of a page on record.
type lookCost struct {
	looks float64       // that a page leaves
	took  time.Duration // median, until as many are on the disk
}

// share is the part of a page's time that recording its looks takes.
func (c lookCost) share(page time.Duration) float64 { return float64(c.took) / float64(page) }

// looksOf counts the looks that n pages leave in the log, and times the
// recording of as many alone, gathered as the server does.
func looksOf(ctx context.Context, a *app.App, v *visitor, n int) (c lookCost, err error) {
	before, err := a.Audit.Checkpoint(ctx)
	if err != nil {
		return c, err
	}
	for range n {
		if err := v.read("/keluarga/" + v.ids[v.random.IntN(len(v.ids))].String()); err != nil {
			return c, err
		}
	}
	after, err := a.Audit.Checkpoint(ctx)
	if err != nil {
		return c, err
	}
	c.looks = float64(after.Size-before.Size) / float64(n)
	all := make([]time.Duration, n)
	for i := range all {
		began := time.Now()
		if err := recordLooks(ctx, a, v, int(c.looks+.5)); err != nil {
			return c, err
		}
		all[i] = time.Since(began)
	}
	slices.Sort(all)
	c.took = all[n/2]
	return c, nil
}

// recordLooks puts n looks at one family on record.
func recordLooks(ctx context.Context, a *app.App, v *visitor, n int) error {
	look := audit.Act{Purpose: access.PurposeService, Action: "family.read", Subject: v.ids[v.random.IntN(len(v.ids))].String(), Fields: []string{"core", "members", "facts"}, Count: 1}
	gathering, settle := a.Audit.Gather(ctx)
	for range n {
		if err := a.DB.Read(gathering, func(ctx context.Context) error { return a.Audit.Log().Append(ctx, look) }); err != nil {
			return err
		}
	}
	return settle()
}
