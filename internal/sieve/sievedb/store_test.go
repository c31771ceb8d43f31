package sievedb_test

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/audit/auditdb"
	"gotong/internal/clock"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/determination/determinationdb"
	"gotong/internal/determination/determinationtest"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/registry"
	"gotong/internal/rule"
	"gotong/internal/rule/ruledb"
	"gotong/internal/sieve"
	"gotong/internal/sieve/sievedb"
	"gotong/internal/snapshot"
	"gotong/internal/snapshot/snapshotdb"
	"gotong/internal/snapshot/snapshottest"
	"gotong/internal/targeting"
	"gotong/internal/targeting/targetingdb"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

var lina = determinationtest.Staff("lina", access.Nation(), access.Officer)

func newService(t *testing.T, d *db.DB) (*sieve.Service, *determinationtest.World) {
	w := determinationtest.NewWorld(t, determinationtest.Stores{Unit: d, Audit: auditdb.New(), Snapshots: snapshotdb.Store{},
		Rankings: targetingdb.Store{}, Determinations: determinationdb.Store{}, Rules: ruledb.NewReader(d)}, snapshottest.Random(5, 120))
	c := clock.NewStepping(time.Date(2025, 7, 3, 0, 0, 0, 0, time.UTC), time.Second)
	return sieve.NewService(sieve.Deps{Unit: d, Store: sievedb.Store{}, Snapshots: w.Snapshots, Rankings: w.Rankings, Catalogue: indicator.Default(),
		Register: determinationtest.Register{Records: w.Records, Keys: w.Keys}, Rules: ruledb.NewReader(d), Log: w.Log, Clock: c, IDs: ident.NewMaker(c, rand.Reader)}), w
}

// What the database finds is what cel-go says of each family, in the actor's
// area.
func TestFindAgreesWithTheInterpreter(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, w := newService(t, d)
		if _, err := s.Find(lina, access.PurposeService, sieve.Question{Rule: "family.size > 1", Of: rule.Yes}, 0, 10); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("without a snapshot: %v", err)
		}
		a := w.Ranked(t)
		for _, text := range []string{"family.size >= 3", "family.house_damaged", "members.exists(m, m.in_family && m.age >= 60)",
			"family.decile <= 5 && !family.motorcycle", "family.income_total / family.earners > 100000"} {
			want := asked(t, s, w, a.SnapshotID, a.RankingID, text)
			for _, village := range []bool{false, true} {
				ctx, scope := lina, access.Nation()
				if village {
					scope = access.Areas("3172041004")
					ctx = determinationtest.Staff("tuti", scope, access.Operator)
				}
				for _, of := range []rule.Truth{rule.Yes, rule.Unknown} {
					got := everyPage(t, ctx, s, sieve.Question{Rule: text, Of: of})
					var in []ident.ID
					for _, f := range want[of] {
						if scope.Covers(f.Area) {
							in = append(in, f.FamilyID)
						}
					}
					if diff := cmp.Diff(in, got); diff != "" {
						t.Errorf("%s, %v, village %v: %s", text, of, village, diff)
					}
				}
			}
		}
	})
}

// resting shows one family as suspended since the snapshot.
type resting struct {
	sieve.Register
	family ident.ID
}

func (r resting) MembersOf(ctx context.Context, families []ident.ID, purpose access.Purpose) ([]*registry.Record, error) {
	all, err := r.Register.MembersOf(ctx, families, purpose)
	for _, x := range all {
		if x.Family.ID == r.family {
			x.Family.Status = registry.FamilySuspended
		}
	}
	return all, err
}

// A family whose data are processed no more is found by nobody, on a page or
// in a file, though the snapshot holds it.
func TestWhoIsSuspendedIsNotFound(t *testing.T) {
	s, w := newService(t, dbtest.SQLite(t))
	w.Ranked(t)
	q := sieve.Question{Rule: "family.size >= 1", Of: rule.Yes}
	before := everyPage(t, lina, s, q)
	s.Register = resting{s.Register, before[3]}
	want := slices.Delete(slices.Clone(before), 3, 4)
	if diff := cmp.Diff(want, everyPage(t, lina, s, q)); diff != "" {
		t.Error(diff)
	}
	var written []ident.ID
	for row, err := range s.All(lina, access.PurposeService, q) {
		if err != nil {
			t.Fatal(err)
		}
		written = append(written, row.FamilyID)
	}
	slices.SortFunc(written, func(a, b ident.ID) int { return slices.Compare(a[:], b[:]) })
	if diff := cmp.Diff(want, written); diff != "" {
		t.Error(diff)
	}
}

// everyPage turns all pages and checks that each of the unknown lacks a fact.
func everyPage(t *testing.T, ctx context.Context, s *sieve.Service, q sieve.Question) []ident.ID {
	t.Helper()
	var all []ident.ID
	for place := 0; ; {
		p, err := s.Find(ctx, access.PurposeService, q, place, 7)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range p.Rows {
			all = append(all, r.FamilyID)
			if q.Of == rule.Unknown && len(r.Missing) == 0 && p.Counts.Failed == 0 {
				t.Errorf("%s: %s lacks nothing", q.Rule, r.FamilyID)
			}
		}
		if place = p.Next; place == 0 {
			slices.SortFunc(all, func(a, b ident.ID) int { return slices.Compare(a[:], b[:]) })
			return all
		}
	}
}

// asked asks the interpreter about every family.
func asked(t *testing.T, s *sieve.Service, w *determinationtest.World, snapID, rankingID ident.ID, text string) map[rule.Truth][]sieve.Row {
	t.Helper()
	r, err := s.Compile(text)
	if err != nil {
		t.Fatal(err)
	}
	snap, err := w.Snapshots.Open(lina, snapID)
	if err != nil {
		t.Fatal(err)
	}
	ranking, err := w.Rankings.Open(lina, rankingID)
	if err != nil {
		t.Fatal(err)
	}
	out := map[rule.Truth][]sieve.Row{}
	for i, part := range snap.Parts {
		f := read(t, snap, part, ranking, i)
		for row, id := range f.IDs {
			truth := r.Interpreter().Ask(&f.Batch, row, rule.NoMember).Truth
			out[truth] = append(out[truth], sieve.Row{FamilyID: id, Area: f.Area(row)})
		}
	}
	for _, rows := range out {
		slices.SortFunc(rows, func(a, b sieve.Row) int { return slices.Compare(a.FamilyID[:], b.FamilyID[:]) })
	}
	return out
}

func read(t *testing.T, snap *snapshot.Snapshot, part snapshot.Part, ranking *targeting.Ranking, i int) *snapshot.Families {
	t.Helper()
	p, err := snap.Partition(part)
	if err != nil {
		t.Fatal(err)
	}
	f, err := p.Read(0, p.Families, snapshot.Columns{})
	if err != nil {
		t.Fatal(err)
	}
	ranks, err := ranking.Ranks(i)
	if err != nil {
		t.Fatal(err)
	}
	ranks.Fill(f)
	return f
}

func TestWrongRulesSayWhere(t *testing.T) {
	s, w := newService(t, dbtest.SQLite(t))
	w.Ranked(t)
	for text, want := range map[string]string{
		"":                         "sieve.empty",
		"family.desile <= 2":       "1:8",
		"family.size >\n family.":  "2:9",
		"family.size + 1":          "rule.result.bool",
		"family.floor == \"erth\"": "earth",
	} {
		_, err := s.Find(lina, access.PurposeService, sieve.Question{Rule: text, Of: rule.Yes}, 0, 10)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
	planner := determinationtest.Staff("rina", access.Nation(), access.Planner)
	if _, err := s.Find(planner, access.PurposeService, sieve.Question{Rule: "family.size > 1"}, 0, 10); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("a planner saw families: %v", err)
	}
}

func TestRulesAreKeptByName(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _ := newService(t, d)
		x, err := s.Save(lina, "  Lansia   miskin ", "family.decile <= 2")
		if err != nil || x.Name != "Lansia miskin" {
			t.Fatalf("%+v, %v", x, err)
		}
		if _, err := s.Save(lina, "Lansia miskin", "family.size > 3"); !fault.Is(err, fault.KindConflict) {
			t.Errorf("one name twice: %v", err)
		}
		var wrong rule.Problems
		if _, err := s.Save(lina, "Salah", "family.desile <= 2"); !errors.As(err, &wrong) {
			t.Errorf("a wrong rule was kept: %v", err)
		}
		if _, err := s.Save(lina, strings.Repeat("a", 81), "family.size > 3"); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("a long name: %v", err)
		}
		all, err := s.Saved(lina)
		if err != nil || cmp.Diff([]sieve.Saved{x}, all) != "" {
			t.Errorf("%v %s", err, cmp.Diff([]sieve.Saved{x}, all))
		}
		if err := s.Drop(determinationtest.Staff("tuti", access.Nation(), access.Officer), x.ID); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("somebody else took it away: %v", err)
		}
		if err := s.Drop(lina, x.ID); err != nil {
			t.Error(err)
		}
		if err := s.Drop(lina, x.ID); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("taken away twice: %v", err)
		}
	})
}

// A family without a score has no decile; what is named is what somebody can
// ask for so that it gets one.
func TestMissingDecileNamesWhatTheScoreLacks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, w := newService(t, d)
		w.Ranked(t)
		p, err := s.Find(lina, access.PurposeService, sieve.Question{Rule: "family.decile <= 4", Of: rule.Unknown}, 0, 200)
		if err != nil || len(p.Rows) == 0 {
			t.Fatalf("%d families, %v", len(p.Rows), err)
		}
		for _, row := range p.Rows {
			if len(row.Missing) == 0 {
				t.Errorf("family %s lacks nothing", row.FamilyID)
			}
			for _, m := range row.Missing {
				if m.Indicator.Code == "decile" || m.Indicator.Code == "score" {
					t.Errorf("family %s lacks %s, which nobody can ask for", row.FamilyID, m.Indicator.Code)
				}
			}
		}
	})
}
