package app_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"gotong/internal/access"
	"gotong/internal/breach"
	"gotong/internal/db/dbtest"
	"gotong/internal/document"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/right"
)

// TestABreachIsToldInTime has an account look at two families of three, and
// takes the breach through its clock: found from the log, told, closed.
func TestABreachIsToldInTime(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { told(t, "") })
	t.Run("postgres", func(t *testing.T) { told(t, dbtest.PostgresURL(t)) })
}

func told(t *testing.T, url string) {
	o := openOffice(t, url)
	one, _ := o.family("Qwyzafrin", "3674014102800013", "3674010101200029")
	two, _ := o.family("Jlkumbra", "3674014102800021", "3674010101200037")
	other, _ := o.family("Vrusqipat", "3674014102800039", "3674010101200045")
	began := o.Clock.Now()
	for _, f := range []ident.ID{one, two, one} {
		if _, err := o.Registry.Family(officer("thief"), f, access.PurposeService); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(o.listed(officer("thief"))); n != 3 {
		t.Fatalf("%d are listed", n)
	}
	ended := o.Clock.Now()
	o.clock.Advance(time.Hour)
	ctx := officer("first")
	good := breach.Breach{What: "Xovrentha shared the password", Measure: "the account is locked", Account: "thief", From: began, Until: ended}
	for name, b := range map[string]breach.Breach{"no words": {Measure: "x"}, "nothing done": {What: "x"},
		"a span turned round": {What: "x", Measure: "y", Account: "thief", From: ended, Until: began}, "no span": {What: "x", Measure: "y", Account: "thief"},
		"in the future": {What: "x", Measure: "y", Account: "thief", From: o.Clock.Now().Add(time.Hour), Until: o.Clock.Now().Add(2 * time.Hour)}} {
		_, err := o.Breaches.Report(ctx, b)
		o.refused(name, fault.KindInvalid, err)
	}
	_, err := o.Breaches.Report(access.With(t.Context(), access.Actor{Login: "o", Roles: []access.Role{access.Operator}, Scope: access.Nation()}), good)
	o.refused("reported by an operator", fault.KindForbidden, err)
	b, err := o.Breaches.Report(ctx, good)
	if err != nil {
		t.Fatal(err)
	}
	o.want("found in the log", b.Families, int64(2))
	o.want("due in three days", b.Due.Sub(b.At), 72*time.Hour)
	lists, err := o.Breaches.Lists(ctx, b)
	if err != nil {
		t.Fatal(err)
	}
	want := []breach.List{{Action: "family.list", Area: "*", Times: 1, Most: 3, Fields: []string{"address", "head_name"}}}
	if diff := cmp.Diff(want, lists, cmpopts.IgnoreFields(breach.List{}, "Last")); diff != "" {
		t.Errorf("lists that it opened: %s", diff)
	}
	if lists, err = o.Breaches.Lists(ctx, &breach.Breach{}); err != nil || lists != nil {
		t.Errorf("of no account: %v, %v", lists, err)
	}
	if found := search(t, o.App, o.dir, o.url, []string{"Xovrentha"}); len(found) > 0 {
		t.Errorf("what happened stands in clear: %v", found)
	}
	if err := o.Breaches.Affect(ctx, b.ID, other); err != nil {
		t.Fatal(err)
	}
	o.refused("closed before all were told", fault.KindConflict, o.Breaches.Close(ctx, b.ID))
	o.refused("told by no letter", fault.KindInvalid, o.Breaches.TellAgency(ctx, b.ID, ""))
	if open, late, err := o.Breaches.Waiting(ctx); err != nil || open != 1 || late != 0 {
		t.Errorf("%d open, %d late, %v", open, late, err)
	}
	o.clock.Advance(71 * time.Hour)
	if err := o.Breaches.TellAgency(ctx, b.ID, "12/2026"); err != nil {
		t.Fatal(err)
	}
	o.refused("told twice", fault.KindConflict, o.Breaches.TellAgency(ctx, b.ID, "13/2026"))
	if n, err := o.Breaches.TellFamilies(ctx, b.ID); err != nil || n != 3 {
		t.Fatalf("%d letters, %v", n, err)
	}
	if papers, total, err := o.Documents.List(ctx, document.Filter{Kinds: []document.Kind{document.BreachNotice}, Limit: 10}); err != nil || total != 3 || len(papers) != 3 {
		t.Errorf("%d letters are on record: %v", total, err)
	}
	if err := o.Breaches.Close(ctx, b.ID); err != nil {
		t.Fatal(err)
	}
	shut, _, err := o.Breaches.Breach(ctx, b.ID, 10)
	if err != nil || shut.Late(o.Clock.Now()) || shut.Told != 3 {
		t.Errorf("%+v, %v", shut, err)
	}
	late, err := o.Breaches.Report(ctx, breach.Breach{What: "x", Measure: "y"})
	if err != nil {
		t.Fatal(err)
	}
	o.clock.Advance(73 * time.Hour)
	if open, overdue, err := o.Breaches.Waiting(ctx); err != nil || open != 1 || overdue != 1 {
		t.Errorf("%d open, %d late, %v", open, overdue, err)
	}
	o.refused("of none", fault.KindNotFound, o.Breaches.Close(ctx, ident.ID{9}))
	_ = late
}

// listed is what an account sees of the register's list.
func (o *office) listed(ctx context.Context) []registry.Row {
	o.Helper()
	p, err := o.Registry.List(ctx, registry.Filter{}, registry.Cursor{}, 10, access.PurposeService)
	if err != nil {
		o.Fatal(err)
	}
	return p.Rows
}

// TestEveryRequestIsAnsweredInTime runs a hundred requests against a clock
// that is turned an hour at a time: whoever answers what the list says is due
// within a day is never late, and the reminder counts what is left.
func TestEveryRequestIsAnsweredInTime(t *testing.T) {
	o := openOffice(t, "")
	ctx := officer("first")
	family, _ := o.family("Qwyzafrin", "3674014102800013", "3674010101200029")
	asked, answered := 0, 0
	for hour := 0; answered < 100; hour++ {
		if asked < 100 {
			if _, err := o.Rights.Take(ctx, right.Kinds[asked%2], family, "asks"); err != nil { // a copy, or a correction
				t.Fatal(err)
			}
			asked++
		}
		open, _, err := o.Rights.List(ctx, right.Filter{Status: right.Open, DueBy: o.Clock.Now().Add(24 * time.Hour)}, 1000)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range open {
			if err := o.Rights.Grant(ctx, r.ID, "here it is"); err != nil {
				t.Fatal(err)
			}
			answered++
		}
		waiting, late, err := o.Rights.Waiting(ctx)
		if err != nil || late != 0 || waiting != int64(asked-answered) {
			t.Fatalf("after %d hours %d wait and %d are late: %v", hour, waiting, late, err)
		}
		o.clock.Advance(time.Hour)
	}
	all, _, err := o.Rights.List(ctx, right.Filter{Status: right.Granted}, 1000)
	if err != nil || len(all) != 100 {
		t.Fatalf("%d answered, %v", len(all), err)
	}
	for _, r := range all {
		if r.Late(o.Clock.Now()) {
			t.Errorf("%s was due %s and answered %s", r.ID, r.Due, r.DecidedAt)
		}
	}
	if _, err := o.Rights.Take(ctx, right.Access, family, "waits"); err != nil {
		t.Fatal(err)
	}
	o.clock.Advance(73 * time.Hour)
	if _, late, err := o.Rights.Waiting(ctx); err != nil || late != 1 {
		t.Errorf("what nobody answered: %d late, %v", late, err)
	}
}
