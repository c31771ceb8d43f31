package targetingdb_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
	"gotong/internal/run"
	"gotong/internal/snapshot/snapshottest"
	"gotong/internal/targeting"
	"gotong/internal/targeting/targetingdb"
)

// The measures of smaller areas add up to those of the larger, as the
// ranking's header has them; what a survey found stands beside them.
func TestPoverty(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		records := answered(snapshottest.Random(21, 200))
		snapshots, s := services(t, d, records)
		s.Surveys = targetingdb.Store{}
		ctx := access.With(context.Background(), access.Actor{Login: "dinas", Roles: []access.Role{access.Officer}, Scope: access.Nation()})
		if _, err := s.Poverty(ctx, ""); keyOf(err) != "targeting.poverty.no_ranking" {
			t.Errorf("without a ranking: %v", err)
		}
		for _, day := range []civil.Date{snapshottest.AsOf.AddMonths(-3), snapshottest.AsOf} {
			snap, err := snapshots.Build(ctx, day, run.Silent{})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Rank(ctx, snap.ID, "", run.Silent{}); err != nil {
				t.Fatal(err)
			}
		}
		var walk func(area string) targeting.Measure
		walk = func(area string) targeting.Measure {
			r, err := s.Poverty(ctx, area)
			if err != nil || r.Area != area || len(r.Trend) > 2 {
				t.Fatalf("%q: %q, %d points, %v", area, r.Area, len(r.Trend), err)
			}
			var sum targeting.Measure
			for _, row := range r.Rows {
				sum.Merge(row.Measure)
			}
			if len(r.Rows) > 0 {
				if sum != r.Whole.Measure {
					t.Errorf("%q: the parts have %+v, the whole %+v", area, sum, r.Whole.Measure)
				}
				if below := walk(r.Rows[0].Area); below != r.Rows[0].Measure {
					t.Errorf("%s has %+v, as part %+v", r.Rows[0].Area, below, r.Rows[0].Measure)
				}
			}
			if n := len(r.Trend); n > 0 && r.Trend[n-1].Measure != r.Whole.Measure {
				t.Errorf("%q: the trend ends elsewhere", area)
			}
			return r.Whole.Measure
		}
		header, err := s.Headers(ctx, 1)
		if err != nil {
			t.Fatal(err)
		}
		if whole := walk(""); whole != header[0].Nation.Measure || whole.Persons == 0 {
			t.Errorf("the nation has %+v, its header %+v", whole, header[0].Nation.Measure)
		}
		kept := []targeting.SurveyPoverty{{Survey: "Susenas", HeldOn: civil.MustParse("2025-03-01"), Area: "31", Households: 900, P0: 41_000, P0Low: 30_000, P0High: 52_000, P1: 6_000, P2: 1_000, Extreme: 2_000},
			{Survey: "Susenas", HeldOn: civil.MustParse("2025-03-01"), Area: "31", Setting: targeting.Urban, Households: 800, P0: 40_000, P0Low: 30_000, P0High: 50_000}}
		for range 2 { // the same again takes the place of the first
			if err := s.KeepSurvey(ctx, kept); err != nil {
				t.Fatal(err)
			}
		}
		r, err := s.Poverty(ctx, "31")
		if diff := cmp.Diff(kept, r.Surveys, cmpopts.IgnoreFields(targeting.SurveyPoverty{}, "RecordedBy", "RecordedAt")); err != nil || diff != "" {
			t.Error(err, diff)
		}
		city := access.With(context.Background(), access.Actor{Login: "sari", Roles: []access.Role{access.Officer}, Scope: access.Areas("3674")})
		for _, area := range []string{"31", ""} {
			theirs := []targeting.SurveyPoverty{{Survey: "Susenas", HeldOn: civil.MustParse("2025-03-01"), Area: area, Households: 1}}
			if err := s.KeepSurvey(city, theirs); keyOf(err) != "targeting.poverty.not_yours" {
				t.Errorf("a city kept a survey of %q: %v", area, err)
			}
		}
		kept[0].HeldOn = civil.MustParse("2031-01-01")
		if err := s.KeepSurvey(ctx, kept); keyOf(err) != "targeting.poverty.future" {
			t.Errorf("a survey of the future: %v", err)
		}
		village := access.With(context.Background(), access.Actor{Login: "op", Roles: []access.Role{access.Operator}, Scope: access.Areas(records[0].Area)})
		if r, err := s.Poverty(village, ""); err != nil || r.Area != records[0].Area {
			t.Errorf("a village's operator sees %q, %v", r.Area, err)
		}
		if _, err := s.Poverty(village, "99"); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("elsewhere: %v", err)
		}
		if err := s.KeepSurvey(village, kept); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("an operator kept a survey: %v", err)
		}
	})
}
