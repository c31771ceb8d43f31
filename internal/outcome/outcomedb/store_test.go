package outcomedb_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/audit/auditdb"
	"gotong/internal/civil"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/determination"
	"gotong/internal/determination/determinationdb"
	"gotong/internal/determination/determinationtest"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/outcome"
	"gotong/internal/outcome/outcomedb"
	"gotong/internal/outcome/outcometest"
	"gotong/internal/rule/ruledb"
	"gotong/internal/run"
	"gotong/internal/snapshot"
	"gotong/internal/snapshot/snapshotdb"
	"gotong/internal/snapshot/snapshottest"
	"gotong/internal/targeting/targetingdb"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

var (
	sari = determinationtest.Staff("sari", access.Nation(), access.Manager)
	budi = determinationtest.Staff("budi", access.Nation(), access.Manager)
)

type office struct{ *outcometest.Office }

func newOffice(t *testing.T, d *db.DB, records []snapshot.Record) *office {
	return &office{outcometest.New(t, determinationtest.Stores{Unit: d, Audit: auditdb.New(), Snapshots: snapshotdb.Store{},
		Rankings: targetingdb.Store{}, Determinations: determinationdb.Store{}, Rules: ruledb.NewReader(d)}, outcomedb.Store{}, records)}
}

func (o *office) rows(t *testing.T, m outcome.Measure, list outcome.List) []outcome.Row {
	t.Helper()
	var all []outcome.Row
	for r, err := range o.All(sari, access.PurposeDetermination, outcome.Filter{Measure: m.ID, List: list}) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

func TestMeasure(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		records := outcometest.Families(11, 80)
		o := newOffice(t, d, records)
		if _, err := o.Run(sari, outcome.Args{}, run.Silent{}); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("without a ranking: %v", err)
		}
		enacted := o.Enacted(t)
		outcometest.Better(records)
		o.RankedOn(t, outcometest.Later)
		m, err := o.Run(sari, outcome.Args{}, run.Silent{})
		if err != nil {
			t.Fatal(err)
		}
		if len(m.Rankings) != 2 || !m.Comparable || m.Current != enacted.ID || len(m.Determined) != 1 || !m.DueEvaluated {
			t.Errorf("%+v", m.Content)
		}
		moves(t, o, m, records)
		counted(t, o, m, len(records))
		gaps(t, o, m, enacted)
		scoped(t, o, m)
		again, err := o.Run(budi, outcome.Args{}, run.Silent{})
		if err != nil || again.ID != m.ID {
			t.Errorf("the same measure twice: %v, %v", again.ID, err)
		}
		first, err := o.Run(sari, outcome.Args{To: snapshottest.AsOf}, run.Silent{})
		if err != nil || len(first.Rankings) != 1 || first.ID == m.ID {
			t.Errorf("up to the first day: %+v, %v", first.Rankings, err)
		}
	})
}

// moves holds what a measure says of a family against its ranks, one by one.
func moves(t *testing.T, o *office, m outcome.Measure, records []snapshot.Record) {
	t.Helper()
	got := map[ident.ID]outcome.List{}
	for _, list := range outcome.Moves {
		for _, r := range o.rows(t, m, list) {
			got[r.FamilyID] = r.List
			if len(r.History) != 2 || r.Now == nil || r.HeadName != "" {
				t.Errorf("%+v", r)
			}
		}
	}
	want := map[ident.ID]outcome.List{}
	for _, r := range records {
		s, err := o.Rankings.History(sari, access.PurposeDetermination, r.Family)
		if err != nil {
			t.Fatal(err)
		}
		if len(s) != 2 || !s[0].Known || !s[1].Known {
			continue
		}
		switch was, now := s[1].IsPoor(), s[0].IsPoor(); {
		case was && !now:
			want[r.Family] = outcome.Left
		case !was && now:
			want[r.Family] = outcome.Fell
		case was:
			want[r.Family] = outcome.StayedPoor
		}
	}
	if diff := cmp.Diff(want, got); diff != "" || len(want) < 5 {
		t.Errorf("%d families moved: %s", len(want), diff)
	}
}

// counted checks that the moves count every family once.
func counted(t *testing.T, o *office, m outcome.Measure, families int) {
	t.Helper()
	tallies, err := o.Tallies(determinationtest.Staff("rina", access.Nation(), access.Planner), outcome.Filter{Measure: m.ID}, 4)
	if err != nil {
		t.Fatal(err)
	}
	n, road := int64(0), int64(0)
	for _, x := range tallies {
		if x.List.IsMove() {
			n += x.Families
		}
		if x.List == outcome.Left && x.Road == outcome.RoadIncome || x.Road == outcome.RoadBoth {
			road += x.Families
		}
	}
	if n != int64(families) || road == 0 {
		t.Errorf("%d families counted of %d; %d left by income", n, families, road)
	}
}

// scoped checks that somebody sees rows and counts of their own area alone.
func scoped(t *testing.T, o *office, m outcome.Measure) {
	t.Helper()
	village := determinationtest.Staff("lina", access.Areas("3172041004"), access.Operator)
	f := outcome.Filter{Measure: m.ID, List: outcome.StayedPoor}
	rows, _, err := o.List(village, access.PurposeService, f, outcome.Place{}, 500)
	if err != nil {
		t.Fatal(err)
	}
	all, next, err := o.List(sari, access.PurposeService, f, outcome.Place{}, 3)
	if err != nil || next == nil || len(all) != 3 {
		t.Fatalf("%d rows, %v, %v", len(all), next, err)
	}
	more, _, err := o.List(sari, access.PurposeService, f, *next, 500)
	if err != nil || len(more) == 0 || more[0].FamilyID == all[2].FamilyID {
		t.Errorf("the second page: %d rows, %v", len(more), err)
	}
	own := 0
	for _, r := range append(all, more...) {
		if r.Area == "3172041004" {
			own++
		}
	}
	if own != len(rows) || own == len(all)+len(more) {
		t.Errorf("%d rows of the village, listed %d of %d", own, len(rows), len(all)+len(more))
	}
	if n, err := o.Count(sari, f); err != nil || int(n) != len(all)+len(more) {
		t.Errorf("counted %d, %v", n, err)
	}
	planner := determinationtest.Staff("rina", access.Nation(), access.Planner)
	if _, _, err := o.List(planner, access.PurposeService, f, outcome.Place{}, 3); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("a planner saw names: %v", err)
	}
	if _, err := o.Run(planner, outcome.Args{}, run.Silent{}); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("a planner measured: %v", err)
	}
}

// gaps checks that a gap is what the determination's own rows say.
func gaps(t *testing.T, o *office, m outcome.Measure, h determination.Header) {
	t.Helper()
	entitled := map[ident.ID]map[string]bool{}
	for r, err := range o.World.Determinations.All(sari, determination.Filter{Determination: h.ID, Outcome: determination.Entitled}, access.PurposeDetermination) {
		if err != nil {
			t.Fatal(err)
		}
		if entitled[r.FamilyID] == nil {
			entitled[r.FamilyID] = map[string]bool{}
		}
		entitled[r.FamilyID][r.Programme] = true
	}
	nothing := o.rows(t, m, "nothing")
	for _, r := range nothing {
		if len(entitled[r.FamilyID]) > 0 || r.Decile < 1 || r.Decile > 4 {
			t.Errorf("%+v gets %v", r, entitled[r.FamilyID])
		}
	}
	for _, r := range o.rows(t, m, "engine_idle") {
		if len(entitled[r.FamilyID]) == 0 || r.Engines == 0 {
			t.Errorf("%+v", r)
		}
	}
	for _, r := range o.rows(t, m, "twice_fed") {
		for _, code := range r.Received {
			if !entitled[r.FamilyID][code] || len(r.Received) < 2 {
				t.Errorf("%+v", r)
			}
		}
	}
}

// Nobody leaves a programme but whom rules or an officer find at its end, and
// whom two people let go.
func TestGraduation(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		records := outcometest.Families(14, 80)
		o := newOffice(t, d, records)
		h := o.Enacted(t)
		outcometest.Better(records)
		o.RankedOn(t, outcometest.Later)
		m, err := o.Run(sari, outcome.Args{}, run.Silent{})
		if err != nil {
			t.Fatal(err)
		}
		due := o.rows(t, m, outcome.Due)
		if len(due) == 0 {
			t.Fatal("nobody is at the end of a programme")
		}
		x := due[0]
		a := outcome.Asked{FamilyID: x.FamilyID, PersonID: x.PersonID, Programme: x.Programme, Exit: string(x.Road), Measure: m.ID}
		g, err := o.Propose(sari, a)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.Propose(budi, a); !fault.Is(err, fault.KindConflict) {
			t.Errorf("proposed twice: %v", err)
		}
		if _, err := o.Approve(sari, g.ID, ""); !fault.Is(err, fault.KindConflict) {
			t.Errorf("one person did both: %v", err)
		}
		if _, err := o.Reject(budi, g.ID, " "); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("rejected without a reason: %v", err)
		}
		if got := ended(t, o, g, g.From); got != 0 {
			t.Errorf("ended before it was approved")
		}
		if g, err = o.Approve(budi, g.ID, "benar"); err != nil || g.State != outcome.Approved {
			t.Fatalf("%+v, %v", g, err)
		}
		if _, err := o.Approve(budi, g.ID, ""); !fault.Is(err, fault.KindConflict) {
			t.Errorf("approved twice: %v", err)
		}
		if ended(t, o, g, g.From.AddDays(-1)) != 0 || ended(t, o, g, g.From) != 1 {
			t.Error("it ends on another day")
		}
		rows, next, err := o.Graduations(sari, access.PurposeDetermination, outcome.GraduationFilter{}, ident.ID{}, 10)
		if err != nil || next != nil || len(rows) != 1 || cmp.Diff(g, rows[0]) != "" {
			t.Errorf("%v, %s", err, cmp.Diff(g, rows[0]))
		}
		forgotten(t, d, g)
		badProposals(t, o, h, m, x)
		st, err := o.OfFamily(sari, access.PurposeService, x.FamilyID)
		if err != nil || len(st.Graduations) != 1 || len(st.Rows) == 0 {
			t.Errorf("%+v, %v", st, err)
		}
	})
}

// forgotten has the texts of a decided end go with an erasure, and by no other
// road; who decided stays.
func forgotten(t *testing.T, d *db.DB, g outcome.Graduation) {
	t.Helper()
	forget := func(statements ...string) (outcome.Graduation, error) {
		var left outcome.Graduation
		err := d.Write(sari, func(ctx context.Context) error {
			for _, s := range statements {
				if err := db.Exec(ctx, "erasing", s, g.FamilyID); err != nil {
					return err
				}
			}
			n, err := outcomedb.Store{}.Forget(ctx, g.FamilyID)
			if err == nil && n != 1 {
				t.Errorf("%d ends were forgotten", n)
			}
			if err == nil {
				left, err = outcomedb.Store{}.Graduation(ctx, g.ID)
			}
			if err == nil {
				err = errBack
			}
			return err
		})
		return left, err
	}
	if _, err := forget(); err == nil || errors.Is(err, errBack) {
		t.Errorf("a decided end is changed without an erasure: %v", err)
	}
	left, err := forget("INSERT INTO erasing (id) VALUES ($1)")
	if !errors.Is(err, errBack) {
		t.Fatal(err)
	}
	want := g
	want.Reason, want.Note = "", ""
	if diff := cmp.Diff(want, left); diff != "" {
		t.Error(diff)
	}
}

// errBack takes back what a transaction did.
var errBack = errors.New("back")

func ended(t *testing.T, o *office, g outcome.Graduation, day civil.Date) int {
	t.Helper()
	n := 0
	err := o.Ended(sari, g.Programme, "", day, func(family, person ident.ID) error {
		if family == g.FamilyID && person == g.PersonID {
			n++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func badProposals(t *testing.T, o *office, h determination.Header, m outcome.Measure, due outcome.Row) {
	t.Helper()
	pkh := determination.Row{}
	for r, err := range o.World.Determinations.All(sari, determination.Filter{Determination: h.ID, Programme: "pkh", Outcome: determination.Entitled}, access.PurposeDetermination) {
		if err != nil {
			t.Fatal(err)
		}
		pkh = r
	}
	good := outcome.Asked{FamilyID: pkh.FamilyID, Programme: "pkh", Exit: "resigned", Reason: "Keluarga menulis surat"}
	for _, c := range []struct {
		name   string
		change func(*outcome.Asked)
		want   fault.Kind
	}{
		{"no reason", func(a *outcome.Asked) { a.Reason = "" }, fault.KindInvalid},
		{"no such exit", func(a *outcome.Asked) { a.Exit = "bored" }, fault.KindInvalid},
		{"no such programme", func(a *outcome.Asked) { a.Programme = "nope" }, fault.KindNotFound},
		{"no recipient", func(a *outcome.Asked) { a.FamilyID = snapshottest.ID(999_999) }, fault.KindNotFound},
		{"in the past", func(a *outcome.Asked) { a.From = snapshottest.AsOf }, fault.KindInvalid},
		{"by a rule that found nothing", func(a *outcome.Asked) { a.Exit, a.Measure = "natural", ident.ID{} }, fault.KindInvalid},
	} {
		a := good
		c.change(&a)
		if _, err := o.Propose(sari, a); !fault.Is(err, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if _, err := o.Propose(determinationtest.Staff("lina", access.Nation(), access.Operator), good); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("an operator proposed: %v", err)
	}
	if due.FamilyID == pkh.FamilyID && due.Programme == "pkh" {
		return
	}
	g, err := o.Propose(sari, good)
	if err != nil {
		t.Fatal(err)
	}
	if g, err = o.Reject(budi, g.ID, "salah keluarga"); err != nil || g.State != outcome.Rejected {
		t.Errorf("%+v, %v", g, err)
	}
	if _, err := o.Propose(sari, good); err != nil {
		t.Errorf("a rejected one cannot be proposed again: %v", err)
	}
}
