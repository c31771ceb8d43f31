package targetingdb_test

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"

	"gotong/internal/access"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
	"gotong/internal/indicator"
	"gotong/internal/run"
	"gotong/internal/snapshot/snapshottest"
	"gotong/internal/targeting"
	"gotong/models"
)

const tangsel = `code: pmt_tangsel
name: {id: Model Tangsel, en: Model of Tangsel}
status: demonstration
source: test
date: 2025-01-01
in_force: {from: 2025-01-01}
prices_of: 2025-01-01
areas: ['3674']
intercept: 13000000
terms:
  - {indicator: size, each: -95000, from: 1, to: 10, missing: {add: -300000, source: test}}
`

// A regency with a model of its own goes by that one, the others by the
// nation's; what is kept says so, is rechecked, and explains by the right one.
func TestRegencyWithItsOwnModel(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		records := snapshottest.Random(7, 120)
		snapshots, s := services(t, d, records)
		var err error
		if s.Models, err = targeting.LoadModels(indicator.Default(), models.Files, fstest.MapFS{"pmt_tangsel.yaml": {Data: []byte(tangsel)}}); err != nil {
			t.Fatal(err)
		}
		ctx := access.With(context.Background(), access.System("test"))
		snap, err := snapshots.Build(ctx, snapshottest.AsOf, run.Silent{})
		if err != nil {
			t.Fatal(err)
		}
		h, err := s.Rank(ctx, snap.ID, "", run.Silent{})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := s.Header(ctx, h.ID); err != nil || got.ModelNames() != "pmt_demo_2025, pmt_tangsel (3674)" {
			t.Errorf("kept %q, %v", got.ModelNames(), err)
		}
		if err := s.Recheck(ctx, h.ID, run.Silent{}); err != nil {
			t.Errorf("recheck: %v", err)
		}
		by := map[string]int{}
		for _, rec := range records {
			x, err := s.ScoreOf(ctx, access.PurposeService, rec.Family)
			if err != nil {
				t.Fatal(err)
			}
			want := "pmt_demo_2025"
			if strings.HasPrefix(rec.Area, "3674") {
				want = "pmt_tangsel"
			}
			sum := x.Base
			for _, r := range x.Readings {
				sum += r.Add
			}
			if x.Model.Code != want || x.Known && sum != x.Score {
				t.Errorf("family in %s by %s: terms come to %d, the score is %d", rec.Area, x.Model.Code, sum, x.Score)
			}
			if x.Known {
				by[want]++
			}
		}
		if by["pmt_tangsel"] == 0 || by["pmt_demo_2025"] == 0 {
			t.Errorf("ranked %v", by)
		}
		// One model for all, when it is asked for by its code, ranks its own areas only.
		only, err := s.Rank(ctx, snap.ID, "pmt_tangsel", run.Silent{})
		if err != nil || only.Nation.Ranked >= h.Nation.Ranked || len(only.Models) != 0 {
			t.Errorf("by one model: %+v, %v", only.Nation, err)
		}
		other := strings.Replace(strings.Replace(tangsel, "prices_of: 2025-01-01", "prices_of: 2024-01-01", 1), "pmt_tangsel", "pmt_old", 1)
		if s.Models, err = targeting.LoadModels(indicator.Default(), models.Files, fstest.MapFS{"pmt_old.yaml": {Data: []byte(other)}}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Rank(ctx, snap.ID, "", run.Silent{}); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("prices of different days: %v", err)
		}
	})
}
