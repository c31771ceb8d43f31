package determinationdb_test

import (
	"context"
	"testing"

	"gotong/internal/access"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/determination"
	"gotong/internal/determination/determinationtest"
	"gotong/internal/run"
	"gotong/internal/snapshot/snapshottest"
)

// BenchmarkSpine times the steps of a district of 20,000 families, database
// rows included: go test -bench Spine -benchtime 1x.
func BenchmarkSpine(b *testing.B) {
	records := snapshottest.Random(1, 20_000)
	for name, open := range map[string]func(testing.TB) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				w := determinationtest.NewWorld(b, stores(open(b)), records)
				ctx := determinationtest.System()
				step := func(metric string, fn func() error) {
					before := b.Elapsed()
					if err := fn(); err != nil {
						b.Fatal(err)
					}
					b.ReportMetric((b.Elapsed() - before).Seconds(), metric)
				}
				var a determination.Args
				var h determination.Header
				step("s/snapshot", func() error {
					s, err := w.Snapshots.Build(ctx, snapshottest.AsOf, run.Silent{})
					a.SnapshotID = s.ID
					return err
				})
				step("s/rank", func() error {
					r, err := w.Rankings.Rank(ctx, a.SnapshotID, "", run.Silent{})
					a.RankingID = r.ID
					return err
				})
				step("s/determine", func() (err error) {
					h, err = w.Determinations.Run(ctx, a, false, run.Silent{})
					return err
				})
				step("s/recheck", func() error {
					r, err := w.Determinations.Recheck(context.WithoutCancel(ctx), h.ID, nil, run.Silent{})
					if err == nil && !r.Verified() {
						b.Fatal(r.Problems)
					}
					b.ReportMetric(float64(r.Rows), "rows")
					return err
				})
			}
		})
	}
}

// BenchmarkExplainAll times what a family's page asks.
func BenchmarkExplainAll(b *testing.B) {
	records := snapshottest.Random(1, 2000)
	w := determinationtest.NewWorld(b, stores(dbtest.SQLite(b)), records)
	h := w.Enacted(b)
	ctx := determinationtest.System()
	b.ResetTimer()
	for i := range b.N {
		if _, err := w.Determinations.ExplainAll(ctx, access.PurposeService, h.ID, records[i%len(records)].Family); err != nil {
			b.Fatal(err)
		}
	}
}
