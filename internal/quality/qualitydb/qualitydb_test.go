package qualitydb_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/audit/auditdb"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/quality"
	"gotong/internal/quality/qualitydb"
	"gotong/internal/registry"
	"gotong/internal/registry/registrydb"
	"gotong/internal/registry/registrytest"
	"gotong/internal/run"
	"gotong/policy"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// office is a register of 40 families in two districts of one city and 10 in
// another, measured.
type office struct {
	*registrytest.Bench
	quality *quality.Service
	db      *db.DB
	all     []registry.Record
}

func open(t *testing.T, d *db.DB) *office {
	t.Helper()
	b := registrytest.NewBench(t, registrytest.Backend{Unit: d, Store: registrydb.New(), Audit: auditdb.New()})
	one, two := registrytest.NewOffice(40, 1, "3674"), registrytest.NewOffice(10, 2, "3172041004")
	for i := range two.Families { // another office's keys and numbers
		two.Families[i]["id_keluarga"] = "J" + two.Families[i]["id_keluarga"]
	}
	for i := range two.Members {
		two.Members[i]["id_keluarga"] = "J" + two.Members[i]["id_keluarga"]
	}
	registrytest.Bring(t, b, one)
	registrytest.Bring(t, b, two)
	rules, err := quality.LoadRules(indicator.Default(), policy.Files)
	if err != nil {
		t.Fatal(err)
	}
	o := &office{Bench: b, db: d, all: registrytest.Everything(t, b)}
	o.quality = quality.NewService(quality.Deps{Unit: d, Store: qualitydb.New(), Register: b.Service, Log: audit.NewLog(auditdb.New(), b.Clock),
		Clock: b.Clock, Catalogue: indicator.Default(), Rules: rules})
	return o
}

func (o *office) measure(t *testing.T) quality.Measured {
	t.Helper()
	m, err := o.quality.Measure(registrytest.As(access.Officer, "3674"), run.Silent{})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestMeasure(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		officer := registrytest.As(access.Officer, "3674")
		if v, err := o.quality.View(officer, ""); err != nil || v.Day.On != 0 || v.Families != 0 {
			t.Fatalf("before any measuring: %+v, %v", v, err)
		}
		if _, err := o.quality.List(officer, quality.Filter{Step: -1}, registry.Place{}, 10, access.PurposeVerification); !fault.Is(err, fault.KindNotFound) {
			t.Fatalf("a list before any measuring: %v", err)
		}
		m := o.measure(t)
		if m.Families != 50 {
			t.Errorf("%+v", m)
		}
		nation, err := o.quality.View(registrytest.Officer(), "")
		if err != nil {
			t.Fatal(err)
		}
		city, err := o.quality.View(officer, "")
		if err != nil {
			t.Fatal(err)
		}
		if city.Area != "3674" || city.Families != 40 || nation.Families != 50 || len(nation.Children) != 2 {
			t.Errorf("city %+v, nation %+v", city.Overview, nation.Overview)
		}
		var below quality.Overview
		for _, c := range city.Children {
			below.Families += c.Families
			below.Sound += c.Sound
			below.Unvisited += c.Unvisited
		}
		if diff := cmp.Diff([]int64{city.Families, city.Sound, city.Unvisited}, []int64{below.Families, below.Sound, below.Unvisited}); diff != "" {
			t.Errorf("the districts do not add up: %s", diff)
		}
		if city.Unvisited != 40 {
			t.Errorf("%d of 40 families are said never to have been visited", city.Unvisited)
		}
		if _, err := o.quality.View(officer, "3172"); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("another city: %v", err)
		}
	})
}

func TestVisitTrendAndList(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.measure(t)
		f := o.all[0].Family
		for _, r := range o.all {
			if r.Family.Area[:4] == "3674" {
				f = r.Family
				break
			}
		}
		officer := registrytest.As(access.Officer, "3674")
		out, err := o.Observe(officer, f.ID, []registry.Answer{{Code: "floor", Value: "earth"}}, registrytest.Visited(f, "2025-05-20"))
		if err != nil || !out.Written {
			t.Fatalf("%+v, %v", out, err)
		}
		o.Clock.Advance(24 * time.Hour)
		o.measure(t)
		v, err := o.quality.View(officer, "")
		if err != nil {
			t.Fatal(err)
		}
		if len(v.Trend) != 2 || v.Trend[0].Unvisited != 40 || v.Trend[1].Unvisited != 39 || v.Unvisited != 39 {
			t.Errorf("the trend: %+v", v.Trend)
		}
		o.measure(t) // of the same day again
		if again, err := o.quality.View(officer, ""); err != nil || cmp.Diff(v.Overview, again.Overview) != "" || len(again.Trend) != 2 {
			t.Errorf("measured twice: %+v, %v", again, err)
		}
		seen := map[ident.ID]bool{}
		var after registry.Place
		for {
			p, err := o.quality.List(officer, quality.Filter{Issue: quality.NeverVisited, Step: -1}, after, 7, access.PurposeVerification)
			if err != nil {
				t.Fatal(err)
			}
			if p.Total != 39 {
				t.Fatalf("%d in all", p.Total)
			}
			for _, r := range p.Rows {
				if r.Area[:4] != "3674" || r.HeadName == "" || seen[r.Family] || !r.Has(quality.NeverVisited) {
					t.Fatalf("%+v", r)
				}
				seen[r.Family] = true
				after = registry.Place{Area: r.Area, ID: r.Family}
			}
			if !p.More {
				break
			}
		}
		if len(seen) != 39 || seen[f.ID] {
			t.Errorf("%d families are listed", len(seen))
		}
		for name, f := range map[string]quality.Filter{
			"a fact that all have": {Missing: "assets", Step: -1}, "a wild card": {Missing: "%", Step: -1}, "no such warning": {Warning: "born", Step: -1},
			"another city": {Area: "3172", Step: -1}, "a step that nobody is at": {Step: 9}, "a programme": {Programme: "pkh", Step: -1},
		} {
			if p, err := o.quality.List(officer, f, registry.Place{}, 7, access.PurposeVerification); err != nil || p.Total != 0 || len(p.Rows) != 0 {
				t.Errorf("%s: %+v, %v", name, p, err)
			}
		}
	})
}

func TestMeasuringIsRefused(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	if _, err := o.quality.Measure(registrytest.As(access.Operator, "3674"), run.Silent{}); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("an operator measures: %v", err)
	}
	o.measure(t)
	if _, err := o.quality.List(registrytest.As(access.Planner, "3674"), quality.Filter{Step: -1}, registry.Place{}, 7, access.PurposeStatistics); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("a planner sees names: %v", err)
	}
	for _, err := range o.quality.All(registrytest.As(access.Facilitator, "3674"), quality.Filter{Step: -1}, access.PurposeVerification) {
		if !fault.Is(err, fault.KindForbidden) {
			t.Errorf("a facilitator exports: %v", err)
		}
	}
	ctx, stop := context.WithCancel(registrytest.As(access.Officer, "3674"))
	stop()
	if _, err := o.quality.Measure(ctx, run.Silent{}); err == nil {
		t.Error("a cancelled measuring ends well")
	}
}

// TestDuplicatesAndProgrammes fills the tables of other slices by hand.
func TestDuplicatesAndProgrammes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		var here []registry.Record
		for _, r := range o.all {
			if r.Family.Area[:4] == "3674" {
				here = append(here, r)
			}
		}
		a, b := here[0], here[1]
		write := func(table string, columns []string, values ...any) {
			t.Helper()
			err := d.Write(access.With(context.Background(), access.System("test")), func(ctx context.Context) error {
				rows := db.From(ctx).NewBulk(table, columns...)
				if err := rows.Add(ctx, values...); err != nil {
					return err
				}
				return rows.Flush(ctx)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		left, right := ident.ID{6: 0x70, 15: 1}, ident.ID{6: 0x70, 15: 2}
		write("duplicate_pair", []string{"left_id", "right_id", "id", "left_family", "right_family", "left_area", "right_area", "score", "probability", "same", "pieces", "found_at", "status", "decided_by", "decided_at", "note"},
			left, right, left, a.Family.ID, b.Family.ID, a.Family.Area, b.Family.Area, int64(1), int64(1), int64(0), "[]", int64(1), "open", "", int64(0), "")
		o.measure(t)
		v, err := o.quality.View(registrytest.As(access.Officer, "3674"), "")
		if err != nil || v.Twice != 2 || v.Waiting != 0 {
			t.Errorf("%+v, %v", v.Overview, err)
		}
		p, err := o.quality.List(registrytest.As(access.Officer, "3674"), quality.Filter{Issue: quality.OnRecordTwice, Step: -1}, registry.Place{}, 9, access.PurposeVerification)
		if err != nil || p.Total != 2 {
			t.Errorf("%+v, %v", p, err)
		}
	})
}

// TestListsHoldWhatWasCounted has a family be elsewhere than where it was
// measured: the list still holds as many as are counted, and names nobody who
// left.
func TestListsHoldWhatWasCounted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.measure(t)
		officer := registrytest.As(access.Officer, "3674")
		v, err := o.quality.View(officer, "")
		if err != nil {
			t.Fatal(err)
		}
		mend := quality.Filter{Issue: quality.AnyIssue, Step: -1}
		p, err := o.quality.List(officer, mend, registry.Place{}, 100, access.PurposeVerification)
		if err != nil || p.Total != v.ToMend() || int64(len(p.Rows)) != p.Total || p.Total == 0 {
			t.Fatalf("%d listed of %d, and %d to be mended: %v", len(p.Rows), p.Total, v.ToMend(), err)
		}
		gone := p.Rows[0].Family
		err = d.Write(access.With(context.Background(), access.System("test")), func(ctx context.Context) error {
			_, err := db.From(ctx).Exec(ctx, "UPDATE quality_family SET area = '3674999999' WHERE {scope area} AND family_id = $1", gone)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		after, err := o.quality.List(officer, mend, registry.Place{}, 100, access.PurposeVerification)
		if err != nil || int64(len(after.Rows)) != p.Total || after.Total != p.Total {
			t.Fatalf("%d listed of %d: %v", len(after.Rows), after.Total, err)
		}
		for _, r := range after.Rows {
			if named := r.HeadName != ""; named == (r.Family == gone) || r.Family == gone && r.Address+r.RT+r.RW != "" {
				t.Errorf("%+v", r)
			}
		}
	})
}
