package determinationdb_test

import (
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/determination"
	"gotong/internal/determination/determinationtest"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/rule"
	"gotong/internal/snapshot"
	"gotong/internal/snapshot/snapshottest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// answered is a family that has answered all that the scoring model asks.
func answered(n int, floorArea string, more ...string) snapshot.Record {
	facts := snapshottest.FamilyFacts(append([]string{"tenure", "own", "floor_area", floorArea, "floor", "cement", "wall", "brick",
		"roof", "tile", "water", "refill", "lighting", "pln_metered", "watts", "w900", "fuel", "gas_3kg", "toilet", "own",
		"fridge", "tidak", "ac", "tidak", "water_heater", "tidak", "tv", "ya", "computer", "tidak", "motorcycle", "ya", "car", "tidak",
		"motorboat", "tidak", "smartphone", "ya", "other_land", "tidak", "other_house", "tidak", "gold", "tidak", "house_damaged", "tidak",
		"land_owned", "ya", "house_aid_received", "tidak", "received_pkh", "tidak", "received_bpnt", "tidak"}, more...)...)
	person := func(i, age int, female bool, relation int64, more ...string) snapshot.Member {
		return snapshot.Member{ID: snapshottest.ID(n*10 + i), Born: snapshottest.Born(age), Female: female, Relation: relation, HasNIK: true,
			Facts: snapshottest.PersonFacts(append([]string{"presence", "living_here", "disability", "none", "orphan", "none", "state_pensioner", "tidak",
				"diploma", "smp", "own_business", "tidak"}, more...)...)}
	}
	return snapshot.Record{Family: snapshottest.ID(n * 10), Area: "3172041004", Facts: facts, Members: []snapshot.Member{
		person(1, 41, false, 1, "working", "ya", "work_status", "employee", "school", "none", "income", "2000000"),
		person(2, 38, true, 2, "working", "tidak", "school", "none", "pregnant", "tidak", "postnatal", "tidak"),
		person(3, 10, true, 3, "school", "sd", "working", "tidak"),
	}}
}

// example is twenty families of growing houses, and two of whom something is
// not known.
func example() []snapshot.Record {
	var records []snapshot.Record
	for i := range 20 {
		records = append(records, answered(i+1, []string{"18", "20", "24", "27", "30", "33", "36", "40", "45", "50", "54", "60", "66", "72", "80", "90", "100", "110", "120", "140"}[i]))
	}
	noFloor := answered(21, "30")
	noFloor.Facts.Unset(snapshottest.No(indicator.Family, "floor"))
	noFloor.Members[0].Facts.Unset(snapshottest.No(indicator.Person, "working"))
	poor := answered(22, "15", "floor", "earth", "house_damaged", "ya")
	poor.Members[2].Facts.Unset(snapshottest.No(indicator.Person, "school"))
	return append(records, noFloor, poor)
}

// TestExplanations compares what is said to four families, word for word.
func TestExplanations(t *testing.T) {
	d := dbtest.SQLite(t)
	w := world(t, d, example())
	h := w.Enacted(t)
	officer := determinationtest.Staff("op", access.Areas("3172041004"), access.Officer)
	var b strings.Builder
	for _, c := range []struct {
		family int
		code   string
	}{{5, "sembako"}, {12, "sembako"}, {12, "pkh"}, {21, "sembako"}, {22, "pkh"}, {22, "rst"}, {12, "rst"}, {12, "yapi"}} {
		e, err := w.Determinations.Explain(officer, access.PurposeService, h.ID, snapshottest.ID(c.family*10), c.code)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range i18n.Langs {
			b.WriteString("== family " + snapshottest.ID(c.family * 10).String()[30:] + " " + c.code + " " + string(l) + "\n" + e.Text(l) + "\n")
		}
	}
	path := filepath.Join("testdata", "explanations.golden")
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Error(diff)
	}
}

// Every outcome of every family is explained by its own items, and every
// counterfactual holds when the whole determination is run on it.
func TestEveryDecisionIsExplained(t *testing.T) {
	d := dbtest.SQLite(t)
	records := append(example(), snapshottest.Random(12, 150)...)
	for i := range records {
		records[i].Family = snapshottest.ID(i * 100)
		for k := range records[i].Members {
			records[i].Members[k].ID = snapshottest.ID(i*100 + 1 + k)
		}
	}
	w := world(t, d, records)
	h := w.Enacted(t)
	auditor := determinationtest.Staff("auditor", access.Nation(), access.Auditor)
	explained, counterfactuals, tasks := 0, 0, 0
	for _, r := range records {
		all, err := w.Determinations.ExplainAll(auditor, access.PurposeAudit, h.ID, r.Family)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range all {
			for _, s := range e.Subjects {
				explained++
				checkReasons(t, e, s)
				if s.Counterfactual != nil {
					counterfactuals++
				}
				tasks += len(s.Collect)
			}
		}
	}
	if explained == 0 || counterfactuals == 0 || tasks == 0 {
		t.Errorf("%d explained, %d counterfactuals, %d facts to collect: the example shows too little", explained, counterfactuals, tasks)
	}
}

func checkReasons(t *testing.T, e *determination.Explanation, s determination.Reasons) {
	t.Helper()
	meets := rule.Yes
	for _, i := range s.Items {
		meets = meets.And(i.Holds)
		if i.Holds != rule.Yes && (i.Sentence.ID == "" || i.Sentence.EN == "") {
			t.Errorf("%s: %s is %s without a reason", e.Programme.Code, i.ID, i.Holds)
		}
	}
	switch s.Outcome {
	case determination.Refused:
		if meets != rule.No && !s.Nothing {
			t.Errorf("%s: refused, and the items say %s", e.Programme.Code, meets)
		}
	case determination.Undetermined:
		if len(s.Collect) == 0 {
			t.Errorf("%s of %s: undetermined, and nothing to collect: %+v", e.Programme.Code, s.FamilyID, s.Items)
		}
		for _, f := range s.Collect {
			if f.Known {
				t.Errorf("%s: to collect %s, which is known", e.Programme.Code, f.Indicator.Code)
			}
		}
	default:
		if meets != rule.Yes || len(s.Lines) == 0 {
			t.Errorf("%s: %s, and the items say %s with %d lines", e.Programme.Code, s.Outcome, meets, len(s.Lines))
		}
	}
	if s.Counterfactual != nil && (s.Outcome != determination.Refused || s.Counterfactual.Value == s.Counterfactual.Was) {
		t.Errorf("%s: counterfactual %+v of %s", e.Programme.Code, s.Counterfactual, s.Outcome)
	}
}

// A stored fact that a counterfactual names is changed on record; the new
// determination must then entitle, and one step less far must not.
func TestCounterfactualComesTrue(t *testing.T) {
	rst := func(area string) determination.Outcome {
		t.Helper()
		records := example()
		records[1] = answered(2, area) // of three persons: 7.2 m² each is 21.6
		w := world(t, dbtest.SQLite(t), records)
		h := w.Enacted(t)
		e, err := w.Determinations.Explain(determinationtest.System(), access.PurposeService, h.ID, snapshottest.ID(20), "rst")
		if err != nil {
			t.Fatal(err)
		}
		s := e.Subjects[0]
		if s.Outcome == determination.Refused {
			c := s.Counterfactual
			if c == nil || c.Indicator.Code != "floor_area_per_person" || c.Value != 719 || !c.AtMost() {
				t.Errorf("with %s m²: counterfactual %+v", area, c)
			}
		}
		return s.Outcome
	}
	if got := rst("22"); got != determination.Refused {
		t.Errorf("22 m²: %s", got)
	}
	if got := rst("21"); got != determination.Entitled {
		t.Errorf("21 m², which is 7.00 each: %s", got)
	}
}

// Nobody is explained a family outside their area, a determination that is
// not there, or a programme that it does not decide.
func TestExplainKeepsToTheArea(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := world(t, d, example())
		h := w.Determined(t)
		elsewhere := determinationtest.Staff("op", access.Areas("3674"), access.Officer)
		family := snapshottest.ID(50)
		for name, err := range map[string]error{
			"another area":          explain(w, elsewhere, h.ID, family, "pkh"),
			"no such family":        explain(w, determinationtest.System(), h.ID, snapshottest.ID(99999), "pkh"),
			"no such determination": explain(w, determinationtest.System(), snapshottest.ID(1), family, "pkh"),
			"no such programme":     explain(w, determinationtest.System(), h.ID, family, "nope"),
		} {
			if !fault.Is(err, fault.KindNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := explain(w, determinationtest.Staff("p", access.Nation(), access.Planner), h.ID, family, "pkh"); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("a planner: %v", err)
		}
		if err := explain(w, determinationtest.Staff("op", access.Areas("3172"), access.Operator), h.ID, family, "pkh"); err != nil {
			t.Errorf("the family's own operator: %v", err)
		}
	})
}

func explain(w *determinationtest.World, ctx context.Context, id, family ident.ID, code string) error {
	_, err := w.Determinations.Explain(ctx, access.PurposeService, id, family, code)
	return err
}

// Page by page, every family to be visited comes once, whole.
func TestVisitsAreByFamily(t *testing.T) {
	w := world(t, dbtest.SQLite(t), snapshottest.Random(14, 200))
	h := w.Enacted(t)
	ctx, f := determinationtest.System(), determination.Filter{Determination: h.ID}
	want, err := w.Determinations.CountVisits(ctx, f)
	if err != nil || want < 50 {
		t.Fatalf("%d visits, %v", want, err)
	}
	seen := map[ident.ID]int{}
	for after := (&determination.Place{}); after != nil; {
		var visits []determination.Visit
		if visits, after, err = w.Determinations.Visits(ctx, f, *after, 9, access.PurposeVerification); err != nil {
			t.Fatal(err)
		}
		for _, v := range visits {
			seen[v.FamilyID] = len(v.Collect)
			if len(v.Collect) == 0 || len(v.Programmes) == 0 {
				t.Errorf("a visit to %s without anything to ask", v.FamilyID)
			}
		}
	}
	if int64(len(seen)) != want {
		t.Errorf("%d of %d families", len(seen), want)
	}
	for v, err := range w.Determinations.AllVisits(ctx, f, access.PurposeVerification) {
		if err != nil {
			t.Fatal(err)
		}
		if seen[v.FamilyID] != len(v.Collect) {
			t.Errorf("%s: %d facts in the file, %d on the page", v.FamilyID, len(v.Collect), seen[v.FamilyID])
		}
		delete(seen, v.FamilyID)
	}
	if len(seen) > 0 {
		t.Errorf("%d families are not in the file", len(seen))
	}
}

// A family whose data are not processed is told so, also when it came on record
// after the determination; any other that came later has a preview.
func TestExplainOfAFamilyLeftOut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := world(t, d, snapshottest.Random(3, 20))
		h := w.Enacted(t)
		left := snapshottest.Random(3, 21)[20] // in the register, and not in the snapshot
		w.Determinations.Register = determinationtest.Register{Records: append(slices.Clone(w.Records), left), Keys: w.Keys}
		since := time.Date(2020, 1, 2, 3, 0, 0, 0, time.UTC)
		w.Determinations.Suspended = func(_ context.Context, family ident.ID) (time.Time, bool, error) {
			return since, family == left.Family && !since.IsZero(), nil
		}
		key := func(family ident.ID) string {
			var f *fault.Error
			if err := explain(w, determinationtest.System(), h.ID, family, "pkh"); err != nil && !errors.As(err, &f) {
				t.Fatal(err)
			}
			if f == nil {
				return ""
			}
			return f.Key
		}
		if got := key(left.Family); got != "determination.family_suspended" {
			t.Errorf("suspended before: %q", got)
		}
		if got := key(w.Records[0].Family); got != "" {
			t.Errorf("another: %q", got)
		}
		since = time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC)
		if got := key(left.Family); got != "determination.family_suspended" {
			t.Errorf("suspended after: %q", got)
		}
		since = time.Time{}
		if got := key(left.Family); got != "" {
			t.Errorf("never suspended: %q", got)
		}
	})
}
