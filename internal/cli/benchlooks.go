package cli

import (
	"context"
	"slices"
	"time"

	"gotong/internal/access"
	"gotong/internal/app"
	"gotong/internal/audit"
	"gotong/internal/ident"
)

// lookCost is what it costs to put the looks of a page on record.
type lookCost struct {
	perPage float64       // entries that a page leaves
	each    time.Duration // median of one, on the disk, by one who waits for it
}

// share is the part of a page's time that recording its looks takes, were each
// of them waited for by itself.
func (c lookCost) share(page time.Duration) float64 {
	return c.perPage * float64(c.each) / float64(page)
}

// looksOf counts the entries that n pages leave in the log, and times the
// recording of as many looks alone, beside a reading that records none.
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
	c.perPage = float64(after.Size-before.Size) / float64(n)
	log := a.Audit.Log()
	look := func(id ident.ID) func(context.Context) error {
		return func(ctx context.Context) error {
			return log.Append(ctx, audit.Act{Purpose: access.PurposeService, Action: "family.read", Subject: id.String(), Fields: []string{"core", "members", "facts"}, Count: 1})
		}
	}
	nothing := func(ident.ID) func(context.Context) error { return func(context.Context) error { return nil } }
	with, err := medianOf(ctx, a, v, n, look)
	if err != nil {
		return c, err
	}
	without, err := medianOf(ctx, a, v, n, nothing)
	c.each = max(0, with-without)
	return c, err
}

func medianOf(ctx context.Context, a *app.App, v *visitor, n int, do func(ident.ID) func(context.Context) error) (time.Duration, error) {
	all := make([]time.Duration, n)
	for i := range all {
		began := time.Now()
		if err := a.DB.Read(ctx, do(v.ids[v.random.IntN(len(v.ids))])); err != nil {
			return 0, err
		}
		all[i] = time.Since(began)
	}
	slices.Sort(all)
	return all[n/2], nil
}
