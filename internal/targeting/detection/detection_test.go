package detection_test

import (
	"context"
	"crypto/rand"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/audit/auditdb"
	"gotong/internal/civil"
	"gotong/internal/clock"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/registry"
	"gotong/internal/rule"
	"gotong/internal/run"
	"gotong/internal/snapshot"
	"gotong/internal/snapshot/snapshotdb"
	"gotong/internal/snapshot/snapshottest"
	"gotong/internal/targeting/detection"
	"gotong/policy"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// roll names the families of records, as the register would.
type roll []snapshot.Record

func (r roll) MembersOf(ctx context.Context, families []ident.ID, _ access.Purpose) ([]*registry.Record, error) {
	actor, err := access.Require(ctx, access.SeeFamilies)
	var all []*registry.Record
	for _, rec := range r {
		for _, id := range families {
			if rec.Family == id && actor.Scope.Covers(rec.Area) {
				all = append(all, &registry.Record{Family: registry.Family{ID: id, Area: rec.Area, Address: "Jalan Melati"}, Members: []registry.Person{{Name: "Rukmini"}}})
			}
		}
	}
	return all, err
}

func built(t *testing.T, d *db.DB, records []snapshot.Record) *detection.Service {
	t.Helper()
	c := clock.NewStepping(time.Date(2025, 7, 2, 0, 0, 0, 0, time.UTC), time.Second)
	log := audit.NewLog(auditdb.New(), c)
	snapshots := snapshot.NewService(snapshot.Deps{Unit: d, Store: snapshotdb.Store{}, Source: snapshottest.Source(records), Catalogue: indicator.Default(),
		Signer: snapshottest.Keys(t), Log: log, Clock: c, IDs: ident.NewMaker(c, rand.Reader), Root: filepath.Join(t.TempDir(), "snapshots")})
	if _, err := snapshots.Build(system(), snapshottest.AsOf, run.Silent{}); err != nil {
		t.Fatal(err)
	}
	p, err := detection.Load(indicator.Default(), policy.Files)
	if err != nil {
		t.Fatal(err)
	}
	return detection.NewService(detection.Deps{Unit: d, Snapshots: snapshots, Register: roll(records), Policy: p, Log: log})
}

func system() context.Context {
	return access.With(context.Background(), access.System("test"))
}

// facts sets a family's answers by code.
func facts(r *snapshot.Record, answers map[string]string) {
	r.Facts = nil
	for code, text := range answers {
		i, ok := indicator.Default().Lookup(indicator.Family, code)
		if !ok {
			panic(code)
		}
		v, err := i.Parse(text)
		if err != nil {
			panic(err)
		}
		r.Facts.Set(i.No, v)
	}
}

func fine() map[string]string {
	return map[string]string{"homeless": "tidak", "food_worry": "tidak", "food_over_half": "tidak", "clothing_bought": "ya", "floor": "ceramic", "wall": "brick",
		"toilet": "own", "lighting": "pln_metered", "watts": "w1300"}
}

func with(pairs ...string) map[string]string {
	all := fine()
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			delete(all, pairs[i])
		} else {
			all[pairs[i]] = pairs[i+1]
		}
	}
	return all
}

// Each test of the decree finds a family that meets it alone; homelessness
// is enough; a missing fact leaves a family open unless enough is known.
func TestDecree(t *testing.T) {
	cases := []struct {
		name      string
		answers   map[string]string
		jobless   bool
		verdict   detection.Verdict
		met, open int
	}{
		{"nothing", fine(), false, detection.NotPoor, 0, 0},
		{"homeless", with("homeless", "ya"), false, detection.AtOnce, 0, 0},
		{"homeless, all else unknown", map[string]string{"homeless": "ya"}, false, detection.AtOnce, 0, 7},
		{"head out of work", fine(), true, detection.Poor, 1, 0},
		{"food worry", with("food_worry", "ya"), false, detection.Poor, 1, 0},
		{"food spending", with("food_over_half", "ya"), false, detection.Poor, 1, 0},
		{"clothing", with("clothing_bought", "tidak"), false, detection.Poor, 1, 0},
		{"earth floor", with("floor", "earth"), false, detection.Poor, 1, 0},
		{"plaster floor", with("floor", "cement"), false, detection.Poor, 1, 0},
		{"bamboo floor is not named", with("floor", "bamboo"), false, detection.NotPoor, 0, 0},
		{"board walls", with("wall", "wood"), false, detection.Poor, 1, 0},
		{"zinc walls", with("wall", "zinc"), false, detection.Poor, 1, 0},
		{"shared toilet", with("toilet", "shared"), false, detection.Poor, 1, 0},
		{"450 VA", with("watts", "w450"), false, detection.Poor, 1, 0},
		{"no electricity", with("lighting", "none", "watts", ""), false, detection.Poor, 1, 0},
		{"power unknown", with("watts", ""), false, detection.Open, 0, 1},
		{"unknown, and enough known", with("watts", "", "toilet", "none"), false, detection.Poor, 1, 1},
		{"dwelling unknown", with("homeless", ""), false, detection.Open, 0, 0},
		{"nothing asked", map[string]string{}, false, detection.Open, 0, 7},
	}
	records := snapshottest.Random(3, len(cases))
	working, _ := indicator.Default().Lookup(indicator.Person, "working")
	for i := range records {
		facts(&records[i], cases[i].answers)
		records[i].Members = records[i].Members[:1]
		m := &records[i].Members[0]
		m.Relation, m.Facts = registry.RelationHead, nil
		if m.Born == nil {
			m.Born = snapshottest.Born(40)
		}
		works := int64(1)
		if cases[i].jobless {
			works = 0
		}
		m.Facts.Set(working.No, works)
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := built(t, d, records)
		r, err := s.Detect(system(), access.PurposeVerification, detection.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		byID := map[ident.ID]detection.Row{}
		for _, row := range r.Rows {
			byID[row.Family] = row
		}
		for i, c := range cases {
			row := byID[records[i].Family]
			if row.Verdict != c.verdict || row.Met != c.met || row.Open != c.open {
				t.Errorf("%s: %s, %d met, %d open", c.name, row.Verdict, row.Met, row.Open)
			}
			x, err := s.Explain(system(), access.PurposeService, records[i].Family)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(row.Finding, x.Finding); diff != "" {
				t.Errorf("%s: the list and the explanation differ: %s", c.name, diff)
			}
			for k, q := range x.Questions { // the two readers of rules agree
				if q.Answer != row.Answers[k] || (q.Answer == rule.Unknown) != (len(q.Missing) > 0) {
					t.Errorf("%s, %s: interpreter %v, kernel %v, missing %v", c.name, q.Test.ID, q.Answer, row.Answers[k], q.Missing)
				}
			}
		}
		if r.Counts[detection.AtOnce] != 2 || r.Counts[detection.Open] != 3 || r.Families != int64(len(cases)) {
			t.Errorf("counts %v of %d", r.Counts, r.Families)
		}
		open, err := s.Detect(system(), access.PurposeVerification, detection.Filter{Test: "power", Answer: rule.Unknown, Asked: true})
		if err != nil || len(open.Rows) == 0 || open.Families != r.Families {
			t.Errorf("%d rows, %v", len(open.Rows), err)
		}
		for _, row := range open.Rows {
			if row.Answers[r.Version.Test("power")] != rule.Unknown {
				t.Error("a family whose power is known")
			}
		}
		if err := s.Name(system(), open.Rows, access.PurposeVerification); err != nil || open.Rows[0].Head != "Rukmini" {
			t.Errorf("named %+v, %v", open.Rows[0], err)
		}
		rows := []detection.Row{{Family: open.Rows[0].Family}}
		s.Register = resting{s.Register}
		if err := s.Name(system(), rows, access.PurposeVerification); err != nil || rows[0].Head != "" || rows[0].Where != "" {
			t.Errorf("one whose data are not processed: %+v, %v", rows[0], err)
		}
	})
}

// resting shows every family as suspended since the snapshot.
type resting struct{ detection.Register }

func (r resting) MembersOf(ctx context.Context, families []ident.ID, purpose access.Purpose) ([]*registry.Record, error) {
	all, err := r.Register.MembersOf(ctx, families, purpose)
	for _, x := range all {
		x.Family.Status = registry.FamilySuspended
	}
	return all, err
}

func TestDetectKeepsToTheArea(t *testing.T) {
	records := snapshottest.Random(9, 200)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := built(t, d, records)
		area := records[0].Area
		ctx := access.With(context.Background(), access.Actor{Login: "o", Roles: []access.Role{access.Operator}, Scope: access.Areas(area)})
		r, err := s.Detect(ctx, access.PurposeVerification, detection.Filter{Area: area[:4]})
		if err != nil || r.Families == 0 || r.Families == 200 {
			t.Fatalf("%d families, %v", r.Families, err)
		}
		total := int64(0)
		for _, row := range r.Rows {
			if row.Area != area {
				t.Errorf("a family of %s", row.Area)
			}
		}
		for _, n := range r.Counts {
			total += n
		}
		for _, q := range r.Tests {
			if q.Yes+q.No+q.Unknown != r.Families {
				t.Errorf("%s: %+v of %d", q.Test.ID, q, r.Families)
			}
		}
		if total != r.Families {
			t.Errorf("%d verdicts of %d families", total, r.Families)
		}
		for _, rec := range records {
			if rec.Area != area {
				if _, err := s.Explain(ctx, access.PurposeService, rec.Family); !fault.Is(err, fault.KindNotFound) {
					t.Errorf("another village's family: %v", err)
				}
				break
			}
		}
		planner := access.With(context.Background(), access.Actor{Login: "p", Roles: []access.Role{access.Planner}, Scope: access.Nation()})
		if _, err := s.Detect(planner, access.PurposeVerification, detection.Filter{}); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("a planner listed families: %v", err)
		}
	})
}

func TestPoliciesThatAreRefused(t *testing.T) {
	test := func(when, more string) string {
		return "versions:\n  - from: 2022-12-31\n    source: {id: x, en: x}\n    needed: 1\n" + more +
			"    at_once: {id: homeless, when: family.homeless, name: {id: a, en: a}}\n    tests: [{id: t, when: '" + when + "', name: {id: a, en: a}}]\n"
	}
	for name, c := range map[string]struct{ text, want string }{
		"mistyped fact":   {test("family.flor == \"earth\"", ""), "rule."},
		"no such option":  {test("family.floor == \"gold\"", ""), "rule."},
		"not a yes or no": {test("family.size", ""), "rule."},
		"unknown key":     {test("family.homeless", "    need: 2\n"), "policy.unreadable"},
		"too many needed": {strings.Replace(test("family.homeless", ""), "needed: 1", "needed: 2", 1), "policy.wrong"},
		"none needed":     {strings.Replace(test("family.homeless", ""), "needed: 1", "needed: 0", 1), "policy.wrong"},
		"id twice":        {strings.Replace(test("family.homeless", ""), "id: t,", "id: homeless,", 1), "policy.wrong"},
		"nothing":         {"versions: []\n", "policy.no_rule"},
	} {
		_, err := detection.Parse(indicator.Default(), []byte(c.text))
		var f *fault.Error
		if problems, ok := rule.AsProblems(err); ok {
			f = problems[0]
		} else if !errors.As(err, &f) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !strings.HasPrefix(f.Key, c.want) {
			t.Errorf("%s: %s", name, f.Key)
		}
	}
	p, err := detection.Load(indicator.Default(), policy.Files)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.On(civil.MustParse("2022-12-30")); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("before the decree: %v", err)
	}
}
