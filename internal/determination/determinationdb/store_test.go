package determinationdb_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/audit/auditdb"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/determination"
	"gotong/internal/determination/determinationdb"
	"gotong/internal/determination/determinationtest"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/rule/ruledb"
	"gotong/internal/run"
	"gotong/internal/snapshot"
	"gotong/internal/snapshot/snapshotdb"
	"gotong/internal/snapshot/snapshottest"
	"gotong/internal/targeting/targetingdb"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func world(t testing.TB, d *db.DB, records []snapshot.Record) *determinationtest.World {
	return determinationtest.NewWorld(t, stores(d), records)
}

func stores(d *db.DB) determinationtest.Stores {
	return determinationtest.Stores{Unit: d, Audit: auditdb.New(), Snapshots: snapshotdb.Store{},
		Rankings: targetingdb.Store{}, Determinations: determinationdb.Store{}, Rules: ruledb.NewReader(d)}
}

func TestStore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := world(t, d, snapshottest.Random(1, 1)).Ranked(t)
		determinationtest.Store(t, d, determinationdb.Store{}, a.SnapshotID, a.RankingID)
	})
}

var system = determinationtest.System()

func TestRun(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := world(t, d, snapshottest.Random(2, 200))
		s, a := w.Determinations, w.Ranked(t)
		if _, err := s.Run(determinationtest.Staff("p", access.Nation(), access.Planner), a, false, run.Silent{}); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("a planner determined: %v", err)
		}
		dry, err := s.Run(system, a, true, run.Silent{})
		if err != nil {
			t.Fatal(err)
		}
		if hs, err := s.Headers(system, 9); err != nil || len(hs) != 0 || !dry.ID.IsZero() {
			t.Errorf("a dry run kept %v, %v", hs, err)
		}
		h, err := s.Run(system, a, false, run.Silent{})
		if err != nil || h.Digest != dry.Digest {
			t.Fatalf("digest %s, dry %s, %v", h.Digest, dry.Digest, err)
		}
		if again, err := s.Run(system, a, false, run.Silent{}); err != nil || again.ID != h.ID {
			t.Errorf("the same determination twice: %v, %v", again.ID, err)
		}
		part := a
		part.Programmes = []string{"sembako"}
		one, err := s.Run(system, part, true, run.Silent{})
		if err != nil || len(one.Content.Programmes) != 1 || one.Digest == h.Digest {
			t.Errorf("one programme: %v, %v", one.Content.Programmes, err)
		}
		part.Programmes = []string{"nope"}
		if _, err := s.Run(system, part, true, run.Silent{}); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("no such programme: %v", err)
		}
		tallied(t, d, h)
	})
}

// tallied checks that the counts by village sum to what the manifest says.
func tallied(t *testing.T, d *db.DB, h determination.Header) {
	t.Helper()
	got := map[string]determination.Counts{}
	err := d.Read(system, func(ctx context.Context) error {
		tallies, err := determinationdb.Store{}.Tallies(ctx, h.ID, "", 0)
		for _, x := range tallies {
			c := got[x.Programme]
			c.Add(x.Outcome, x.Subjects)
			if x.Outcome == determination.Entitled {
				c.Annual = x.Annual
			}
			got[x.Programme] = c
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]determination.Counts{}
	for _, p := range h.Content.Programmes {
		want[p.Code] = p.Counts
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Enacting takes two people whose area covers all of it, in order.
func TestEnactTakesTwo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := world(t, d, snapshottest.Random(3, 80))
		s, h := w.Determinations, w.Determined(t)
		sari := determinationtest.Staff("sari", access.Nation(), access.Manager)
		budi := determinationtest.Staff("budi", access.Nation(), access.Manager)
		must := func(name string, want fault.Kind, err error) {
			t.Helper()
			if !fault.Is(err, want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		_, err := s.Enact(budi, h.ID)
		must("enacted unproposed", fault.KindConflict, err)
		_, err = s.Propose(determinationtest.Staff("tuti", access.Areas("3674"), access.Manager), h.ID, "")
		must("proposed from a part of the area", fault.KindForbidden, err)
		_, err = s.Propose(determinationtest.Staff("op", access.Nation(), access.Operator), h.ID, "")
		must("an operator proposed", fault.KindForbidden, err)
		if _, err := s.Propose(sari, h.ID, "tahap 3"); err != nil {
			t.Fatal(err)
		}
		_, err = s.Enact(sari, h.ID)
		must("the proposer enacted", fault.KindForbidden, err)
		_, err = s.Enact(system, h.ID)
		must("the program enacted", fault.KindForbidden, err)
		_, err = s.Enact(determinationtest.Staff("op", access.Nation(), access.Officer), h.ID)
		must("an officer enacted", fault.KindForbidden, err)
		err = s.Entitled(system, h.ID, "sembako", func(determination.Entitlement) error { return nil })
		must("paid before it was enacted", fault.KindConflict, err)
		_, err = s.Current(system)
		must("current before it was enacted", fault.KindNotFound, err)
		done, err := s.Enact(budi, h.ID)
		if err != nil || done.State != determination.Enacted || done.DecidedBy != "budi" || done.ProposedBy != "sari" {
			t.Fatalf("enacted %+v, %v", done, err)
		}
		_, err = s.Reject(budi, h.ID, "no")
		must("rejected after all", fault.KindConflict, err)
		if c, err := s.Current(system); err != nil || c.ID != h.ID {
			t.Errorf("current %v, %v", c.ID, err)
		}
	})
}

// What delivery is given is exactly the entitled rows, of the actor's area.
func TestEntitled(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := world(t, d, snapshottest.Random(4, 300))
		h := w.Enacted(t)
		for _, scope := range []access.Scope{access.Nation(), access.Areas("3172041004"), access.Areas("36")} {
			ctx := determinationtest.Staff("bendahara", scope, access.Treasurer)
			total := 0
			for _, p := range h.Content.Programmes {
				var got, want []determination.Entitlement
				err := w.Determinations.Entitled(ctx, h.ID, p.Code, func(e determination.Entitlement) error {
					got = append(got, e)
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
				err = d.Read(ctx, func(ctx context.Context) error {
					rows, err := determinationdb.Store{}.Rows(ctx, determination.Filter{Determination: h.ID, Programme: p.Code,
						Outcome: determination.Entitled}, determination.Place{}, 10_000)
					for _, r := range rows {
						want = append(want, determination.Entitlement{FamilyID: r.FamilyID, PersonID: r.PersonID, Area: r.Area,
							Programme: p.Code, Version: p.Version, Lines: r.Lines, Annual: r.Annual})
					}
					return err
				})
				if diff := cmp.Diff(want, got); err != nil || diff != "" {
					t.Errorf("%s in %s: %v %s", p.Code, scope, err, diff)
				}
				total += len(got)
			}
			if total == 0 {
				t.Errorf("nobody in %s is entitled to anything", scope)
			}
		}
		err := w.Determinations.Entitled(determinationtest.Staff("op", access.Nation(), access.Operator), h.ID, "pkh", nil)
		if !fault.Is(err, fault.KindForbidden) {
			t.Errorf("an operator saw the pay list: %v", err)
		}
		copied := filepath.Join(w.Determinations.Dir(h.ID), "programmes", "pkh_2025.yaml")
		text, err := os.ReadFile(copied)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(copied, append(text, '\n'), 0o600); err != nil {
			t.Fatal(err)
		}
		treasurer := determinationtest.Staff("bendahara", access.Nation(), access.Treasurer)
		nobody := func(determination.Entitlement) error { t.Error("paid by a changed copy of the policy"); return nil }
		if err := w.Determinations.Entitled(treasurer, h.ID, "pkh", nobody); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("a changed copy of the policy, read before: %v", err)
		}
	})
}

// A recheck by the interpreters finds nothing in an honest determination, and
// finds each way of forging one.
func TestRecheck(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := world(t, d, snapshottest.Random(5, 150))
		h := w.Enacted(t)
		s := w.Determinations
		keys := func() []string {
			t.Helper()
			r, err := s.Recheck(determinationtest.Staff("auditor", access.Nation(), access.Auditor), h.ID, nil, run.Silent{})
			if err != nil {
				t.Fatal(err)
			}
			var keys []string
			for _, p := range r.Problems {
				keys = append(keys, p.Key)
			}
			return keys
		}
		expect := func(name string, want ...string) {
			t.Helper()
			if diff := cmp.Diff(want, keys()); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
		expect("honest")

		forge := forger(t, d)
		forge("UPDATE outcome SET outcome = 1, annual = 2400000 WHERE programme = 'sembako' AND outcome = 3 AND family_id = (SELECT MIN(family_id) FROM outcome WHERE programme = 'sembako' AND outcome = 3)")
		expect("a row made entitled", "determination.recheck.row_differs")
		// Even so it is not paid.
		paid := int64(0)
		err := s.Entitled(system, h.ID, "sembako", func(determination.Entitlement) error { paid++; return nil })
		if r, _ := h.Content.Result("sembako"); err != nil || paid != r.Counts.Entitled {
			t.Errorf("%d are paid, %d are entitled, %v", paid, r.Counts.Entitled, err)
		}
		forge("DELETE FROM outcome WHERE programme = 'sembako' AND annual = 2400000 AND family_id = (SELECT MIN(family_id) FROM outcome WHERE programme = 'sembako' AND annual = 2400000)")
		if got := keys(); len(got) == 0 {
			t.Error("a removed row was not found")
		}
	})
}

// forger changes rows the way somebody with the database's password would:
// triggers first.
func forger(t *testing.T, d *db.DB) func(query string) {
	drop := []string{"DROP TRIGGER outcome_no_update", "DROP TRIGGER outcome_no_delete"}
	if d.Dialect() == db.Postgres {
		drop = []string{"DROP TRIGGER outcome_append_only ON outcome"}
	}
	for _, q := range drop {
		if _, err := d.Pool().Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	return func(query string) {
		t.Helper()
		if d.Dialect() == db.Postgres {
			for _, f := range []string{"SELECT MIN(family_id)"} {
				query = replaceAll(query, f, "SELECT MIN(family_id::text)::uuid")
			}
		}
		res, err := d.Pool().Exec(query)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := res.RowsAffected(); err != nil || n != 1 {
			t.Fatalf("forged %d rows, %v", n, err)
		}
	}
}

// The files are found out too: outcomes, policy and manifest.
func TestRecheckFindsChangedFiles(t *testing.T) {
	d := dbtest.SQLite(t)
	w := world(t, d, snapshottest.Random(6, 60))
	h := w.Determined(t)
	for _, name := range []string{filepath.Join("programmes", "pkh_2025.yaml"), "3674.pkh.columns", "manifest.json"} {
		path := filepath.Join(w.Determinations.Dir(h.ID), name)
		good, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		bad := append([]byte(nil), good...)
		bad[len(bad)*2/3] ^= 1
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := w.Determinations.Recheck(system, h.ID, nil, run.Silent{})
		if err != nil || r.Verified() {
			t.Errorf("a changed %s: %v, %v", name, r.Problems, err)
		}
		if err := os.WriteFile(path, good, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if r, err := w.Determinations.Recheck(system, h.ID, nil, run.Silent{}); err != nil || !r.Verified() {
		t.Errorf("whole again: %v, %v", r.Problems, err)
	}
}

// The public check opens to a recipient's NIK and code together, and to
// nothing else.
func TestCheck(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := world(t, d, snapshottest.Random(7, 120))
		s := w.Determinations
		h := w.Enacted(t)
		received := map[string]bool{}
		for _, p := range h.Content.Programmes {
			if err := s.Entitled(system, h.ID, p.Code, func(e determination.Entitlement) error {
				received[e.FamilyID.String()] = true
				return nil
			}); err != nil {
				t.Fatal(err)
			}
		}
		codes := map[string]string{}
		err := d.Read(system, func(ctx context.Context) error {
			for _, r := range w.Records {
				ns, err := determinationdb.Store{}.Notices(ctx, idsOf(r))
				if err != nil || len(ns) != 1 {
					t.Fatalf("%d notices, %v", len(ns), err)
				}
				code, err := w.Keys.Open("notice.code", ns[0].Sealed)
				if err != nil {
					return err
				}
				codes[r.Family.String()] = code
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range w.Records {
			for _, m := range r.Members {
				status, ok, err := s.Check(context.Background(), determinationtest.NIK(m.ID), determination.FormatCode(codes[r.Family.String()]))
				if want := m.HasNIK && received[r.Family.String()]; err != nil || ok != want || ok && len(status.Receiving) == 0 {
					t.Fatalf("family %d: %v %v, want %v, %v", i, status, ok, want, err)
				}
			}
			other := w.Records[(i+1)%len(w.Records)].Family.String()
			if _, ok, err := s.Check(context.Background(), determinationtest.NIK(r.Members[0].ID), codes[other]); ok || err != nil {
				t.Errorf("another family's code opened: %v", err)
			}
		}
		if _, ok, err := s.Check(context.Background(), "not a number", ""); ok || err != nil {
			t.Errorf("nonsense opened: %v", err)
		}
		if len(received) == 0 || len(received) == len(w.Records) {
			t.Errorf("%d of %d families receive: the example shows too little", len(received), len(w.Records))
		}
	})
}

func idsOf(r snapshot.Record) []ident.ID { return []ident.ID{r.Family} }

func replaceAll(s, old, with string) string { return strings.ReplaceAll(s, old, with) }
