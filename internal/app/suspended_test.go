package app_test

import (
	"context"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"gotong/internal/access"
	"gotong/internal/app"
	"gotong/internal/civil"
	"gotong/internal/condition"
	"gotong/internal/delivery"
	"gotong/internal/ident"
	"gotong/internal/linkage"
	"gotong/internal/registry"
	"gotong/internal/right"
	"gotong/internal/run"
)

// suspended has a family that is paid, owes duties and can be ranked by its
// village suspended, and looks for it wherever families are processed: it is
// nowhere, each says so, and it is back when the suspension ends.
func (d *district) suspended(t *testing.T) {
	a := d.open(t, time.Date(2026, time.August, 3, 3, 0, 0, 0, time.UTC))
	as := func(login string) context.Context {
		actor, err := a.Access.ActAs(t.Context(), login)
		if err != nil {
			t.Fatal(err)
		}
		return access.With(t.Context(), actor)
	}
	family, area := d.paidByPKH(t, a)
	if !d.processed(t, a, as, family, area) {
		t.Fatal("the family is not processed before it is suspended")
	}
	before := built(t, a, as("dinas"))
	asked, err := a.Rights.Take(officer("first"), right.Suspension, family, "kami meminta datanya diperiksa")
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Rights.Grant(officer("first"), asked.ID, "ditunda"); err != nil {
		t.Fatal(err)
	}
	if d.processed(t, a, as, family, area) {
		t.Error("a list of active families still shows it")
	}
	during := built(t, a, as("dinas"))
	if before["families"]-during["families"] != 1 || during["suspended"] != 1 {
		t.Errorf("snapshots before and during: %v, %v", before, during)
	}
	if found := result(t, a, as("dinas"), linkage.FindRun, struct{}{}); found["suspended"] != 1 {
		t.Errorf("the search for duplicates says %v", found)
	}
	l := d.list(t, a, as("bendahara"), area)
	if line := lineOf(t, a, as("bendahara"), l, family); line.Status != delivery.Held || line.Code != delivery.Paused {
		t.Errorf("its line is %s, %s", line.Status, line.Code)
	}
	if _, err := a.Delivery.Discard(as("bendahara"), l, "uji"); err != nil {
		t.Fatal(err)
	}
	month, err := condition.ParseMonth("2026-08")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Conditions.OpenMonth(as("dinas"), condition.OpenArgs{Programme: "pkh", Month: month}, run.Silent{}); err != nil {
		t.Fatal(err)
	}
	if n := len(idsOf(t, a.DB.Pool(), "SELECT id FROM duty WHERE family_id = $1 AND due >= '2026-08-01'", family)); n > 0 {
		t.Errorf("%d duties were opened for it", n)
	}
	if err := a.Rights.End(officer("first"), asked.ID); err != nil {
		t.Fatal(err)
	}
	after := built(t, a, as("dinas"))
	if _, says := after["suspended"]; says || before["families"] != after["families"] {
		t.Errorf("snapshots before and after: %v, %v", before, after)
	}
	l = d.list(t, a, as("bendahara"), area)
	if line := lineOf(t, a, as("bendahara"), l, family); line.Code == delivery.Paused {
		t.Error("its line is still held")
	}
}

// paidByPKH is a family that PKH paid and that owes duties, with the regency of
// its fund.
func (d *district) paidByPKH(t *testing.T, a *app.App) (family ident.ID, area string) {
	t.Helper()
	all := idsOf(t, a.DB.Pool(), `SELECT DISTINCT i.family_id FROM instruction i JOIN pay_list l ON l.id = i.list_id JOIN family f ON f.id = i.family_id
		WHERE l.programme = 'pkh' AND i.status IN ('credited', 'withdrawn') AND f.status = 'active' AND EXISTS (SELECT 1 FROM duty d WHERE d.family_id = i.family_id) ORDER BY 1`)
	if len(all) == 0 {
		t.Fatal("nobody is paid")
	}
	lists := textsOf(t, a.DB.Pool(), "SELECT l.area FROM pay_list l JOIN instruction i ON i.list_id = l.id WHERE i.family_id = $1 AND l.programme = 'pkh'", all[0])
	return all[0], lists[0]
}

// processed reports whether lists of those who count show a family.
func (d *district) processed(t *testing.T, a *app.App, as func(string) context.Context, family ident.ID, area string) bool {
	t.Helper()
	village, err := a.Registry.AreaOf(as("dinas"), family)
	if err != nil {
		t.Fatal(err)
	}
	roster, err := a.Targeting.Roster(as("dinas"), village, access.PurposeService)
	if err != nil {
		t.Fatal(err)
	}
	listed := slices.ContainsFunc(roster, func(r registry.Row) bool { return r.ID == family })
	written := false
	for row, err := range a.Registry.All(as("dinas"), registry.Filter{Area: village}, access.PurposeService) {
		if err != nil {
			t.Fatal(err)
		}
		written = written || row.ID == family
	}
	said, err := a.Registry.List(as("dinas"), registry.Filter{Area: village, Status: registry.FamilySuspended}, registry.Cursor{}, 10, access.PurposeService)
	if err != nil {
		t.Fatal(err)
	}
	if named := len(said.Rows) == 1 && said.Rows[0].ID == family && said.Rows[0].Status == registry.FamilySuspended; named == listed {
		t.Errorf("listed %v, and said to be suspended %v", listed, named)
	}
	if listed != written {
		t.Errorf("ranked by its village %v, written to a file %v", listed, written)
	}
	return listed
}

// built is what a run says that takes a snapshot.
func built(t *testing.T, a *app.App, ctx context.Context) map[string]float64 {
	t.Helper()
	return result(t, a, ctx, app.KindSnapshot, app.SnapshotArgs{AsOf: civil.MustParse("2026-08-01")})
}

// result is the figures of a run.
func result(t *testing.T, a *app.App, ctx context.Context, kind run.Kind, args any) map[string]float64 {
	t.Helper()
	r, err := a.Runs.Do(ctx, kind, args, false, run.Silent{})
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]any
	if err := json.Unmarshal(r.Result, &all); err != nil {
		t.Fatal(err)
	}
	figures := map[string]float64{}
	for k, v := range all {
		if n, ok := v.(float64); ok {
			figures[k] = n
		}
	}
	return figures
}

// list makes PKH's list of the last instalment.
func (d *district) list(t *testing.T, a *app.App, ctx context.Context, area string) ident.ID {
	t.Helper()
	l, err := a.Delivery.MakePayList(ctx, delivery.Order{Programme: "pkh", Period: delivery.Period{Year: 2026, No: 4}, Area: area}, run.Silent{})
	if err != nil {
		t.Fatal(err)
	}
	return l.ID
}

func lineOf(t *testing.T, a *app.App, ctx context.Context, list, family ident.ID) delivery.FamilyLine {
	t.Helper()
	lines, err := a.Delivery.OfFamily(ctx, access.PurposePayment, family)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(lines, func(l delivery.FamilyLine) bool { return l.ListID == list })
	if i < 0 {
		t.Fatal("it has no line, not even a held one")
	}
	return lines[i]
}
