package determinationdb_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/audit/auditdb"
	"gotong/internal/civil"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/decree"
	"gotong/internal/determination"
	"gotong/internal/determination/determinationtest"
	"gotong/internal/fault"
	"gotong/internal/programme"
	"gotong/internal/snapshot"
	"gotong/internal/snapshot/snapshottest"
)

func less() programme.Edit { return programme.Edit{Params: map[string]string{"decile_max": "2"}} }

// What a what-if counts is what a list of names has, and it writes nothing
// but that somebody looked at names.
func TestSimulate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := world(t, d, append(example(), moved(snapshottest.Random(12, 150), 100)...))
		h := w.Enacted(t)
		s := w.Determinations
		manager := determinationtest.Staff("sari", access.Nation(), access.Manager)
		q := determination.Question{Determination: h.ID, Programme: "sembako", Edit: less()}
		before, rows := headers(t, w), counted(t, d)
		a, err := s.Simulate(manager, q)
		if err != nil {
			t.Fatal(err)
		}
		if a.Change.Losers == 0 || a.Change.Winners != 0 || a.Change.Cost >= 0 || a.Is.Digest == a.Was.Digest {
			t.Errorf("fewer deciles come to %+v", a.Change.Change)
		}
		if diff := cmp.Diff(rows, counted(t, d)); diff != "" {
			t.Errorf("looking has written: %s", diff)
		}
		for way, want := range map[determination.Way]int64{determination.Loser: a.Change.Losers, determination.Winner: 0} {
			all, err := s.Movers(manager, access.PurposeDetermination, q, way, 0, 1000)
			if err != nil || int64(len(all)) != want {
				t.Fatalf("%d %ss of %d, %v", len(all), way, want, err)
			}
			for _, m := range all {
				if m.HeadName == "" || m.Was == 0 || m.Now != 0 {
					t.Errorf("%+v", m)
				}
			}
			if second, err := s.Movers(manager, access.PurposeDetermination, q, way, 1, 1); err != nil || want > 1 && second[0] != all[1] {
				t.Errorf("the second page: %+v, %v", second, err)
			}
		}
		after := counted(t, d)
		if after["audit_entry"] == rows["audit_entry"] {
			t.Error("who looked at names is not on record")
		}
		delete(after, "audit_entry")
		delete(rows, "audit_entry")
		if diff := cmp.Diff(rows, after); diff != "" {
			t.Errorf("looking at names has written: %s", diff)
		}
		if diff := cmp.Diff(before, headers(t, w)); diff != "" {
			t.Error(diff)
		}
		errors, _ := a.Change.Errors()
		if errors.PoorReached > errors.Poor || errors.PoorReached > errors.Reached || errors.Reached == 0 {
			t.Errorf("errors %+v", errors)
		}
		t.Run("refused", func(t *testing.T) { simulateIsRefused(t, w, q) })
	})
}

func simulateIsRefused(t *testing.T, w *determinationtest.World, q determination.Question) {
	in := determinationtest.Staff("op", access.Areas("3674"), access.Manager)
	manager := determinationtest.Staff("sari", access.Nation(), access.Manager)
	wrong := q
	wrong.Edit = programme.Edit{Rules: map[string]string{"decile": "family.desile <= 2"}}
	if _, err := w.Determinations.Simulate(manager, wrong); err == nil {
		t.Error("a rule of a fact that is not there is tried")
	} else if problems, ok := programme.Problems(err); !ok || len(problems) != 1 {
		t.Error(err)
	}
	if _, err := w.Determinations.Simulate(in, q); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("the nation, to one who sees a city: %v", err)
	}
	if _, err := w.Determinations.Simulate(determinationtest.Staff("p", access.Nation(), access.Planner), q); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("a planner: %v", err)
	}
	wrong = q
	wrong.Programme = "nope"
	if _, err := w.Determinations.Simulate(manager, wrong); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("no such programme: %v", err)
	}
}

func headers(t *testing.T, w *determinationtest.World) []determination.Header {
	t.Helper()
	hs, err := w.Determinations.Headers(determinationtest.System(), 10)
	if err != nil {
		t.Fatal(err)
	}
	return hs
}

// A scenario comes back as it was kept, to those who cover its area.
func TestScenarios(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := world(t, d, example())
		h := w.Enacted(t)
		s := w.Determinations
		sari := determinationtest.Staff("sari", access.Nation(), access.Manager)
		q := determination.Question{Determination: h.ID, Area: "3172", Programme: "sembako", Edit: less()}
		kept, err := s.SaveScenario(sari, "  Desil  dua ", q)
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.Scenario(sari, kept.ID)
		if diff := cmp.Diff(kept, got); err != nil || diff != "" || got.Name != "Desil dua" {
			t.Error(err, diff)
		}
		if _, err := s.SaveScenario(sari, " ", q); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("without a name: %v", err)
		}
		elsewhere := determinationtest.Staff("op", access.Areas("3674"), access.Manager)
		if _, err := s.Scenario(elsewhere, kept.ID); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("from elsewhere: %v", err)
		}
		if err := s.DropScenario(determinationtest.Staff("budi", access.Nation(), access.Manager), kept.ID); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("dropped by another: %v", err)
		}
		if err := s.DropScenario(sari, kept.ID); err != nil {
			t.Error(err)
		}
		if all, err := s.Scenarios(sari); err != nil || len(all) != 0 {
			t.Errorf("%d left, %v", len(all), err)
		}
	})
}

// A version needs two people and its day; then it decides, also in a process
// that starts later.
func TestVersions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := world(t, d, example())
		s := w.Determinations
		sari, budi := determinationtest.Staff("sari", access.Nation(), access.Manager), determinationtest.Staff("budi", access.Nation(), access.Manager)
		from := civil.Of(2025, time.July, 10)
		draft := determination.Draft{Programme: "sembako", Edit: less(), Basis: decree.Basis{From: from, Title: "Kepdirjen 7/2025", On: civil.Of(2025, time.July, 1)}}
		old, err := w.Programmes.Version("sembako", from)
		if err != nil {
			t.Fatal(err)
		}
		for name, change := range map[string]func(*determination.Draft){
			"nothing changed": func(d *determination.Draft) { d.Edit = programme.Edit{} },
			"no basis":        func(d *determination.Draft) { d.Basis.Title = " " },
			"no day of it":    func(d *determination.Draft) { d.Basis.On = 0 },
			"in the past":     func(d *determination.Draft) { d.Basis.From = civil.Of(2025, time.July, 1) },
		} {
			wrong := draft
			change(&wrong)
			if _, err := s.ProposeVersion(sari, wrong); !fault.Is(err, fault.KindInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		v, err := s.ProposeVersion(sari, draft)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.ProposeVersion(sari, draft); !fault.Is(err, fault.KindConflict) {
			t.Errorf("two wait: %v", err)
		}
		if p, err := w.Programmes.Version("sembako", from); err != nil || p != old {
			t.Error("a proposal is in force")
		}
		if _, err := s.EnactVersion(sari, v.ID); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("by the proposer: %v", err)
		}
		samePersonIsRefusedBelow(t, d, v)
		if v, err = s.EnactVersion(budi, v.ID); err != nil || v.DecidedBy != "budi" || v.State != decree.Enacted {
			t.Fatal(v.State, err)
		}
		if _, err := s.RejectVersion(budi, v.ID, "x"); !fault.Is(err, fault.KindConflict) {
			t.Errorf("decided twice: %v", err)
		}
		p, err := w.Programmes.Version("sembako", from)
		if err != nil || p.Version() != "2025-07-10" {
			t.Fatalf("in force is %v, %v", p.Version(), err)
		}
		if p, err := w.Programmes.Version("sembako", from-1); err != nil || p.Version() != old.Version() {
			t.Errorf("the day before: %v, %v", p, err)
		}
		other := world(t, d, example())
		if err := other.Determinations.AdoptVersions(determinationtest.System()); err != nil {
			t.Fatal(err)
		}
		if q, err := other.Programmes.Version("sembako", from); err != nil || q.Digest != p.Digest {
			t.Errorf("another process has %v, %v", q, err)
		}
		_, was, is, err := s.Version(sari, v.ID)
		if err != nil || was == nil || len(programme.Differences(was, is)) != 1 {
			t.Errorf("the difference is lost: %v", err)
		}
	})
}

// samePersonIsRefusedBelow: the table itself refuses one person in both parts.
func samePersonIsRefusedBelow(t *testing.T, d *db.DB, v determination.Version) {
	t.Helper()
	v.State, v.DecidedBy, v.DecidedAt = decree.Enacted, v.ProposedBy, v.ProposedAt
	err := d.Write(determinationtest.System(), func(ctx context.Context) error { return stores(d).Determinations.DecideVersion(ctx, v) })
	if !fault.Is(err, fault.KindForbidden) {
		t.Errorf("one person by SQL: %v", err)
	}
}

// moved gives random families ids that the example does not have.
func moved(records []snapshot.Record, from int) []snapshot.Record {
	for i := range records {
		records[i].Family = snapshottest.ID((from + i) * 100)
		for k := range records[i].Members {
			records[i].Members[k].ID = snapshottest.ID((from+i)*100 + 1 + k)
		}
	}
	return records
}

// counted counts the rows of every table that a what-if might touch.
func counted(t *testing.T, d *db.DB) map[string]int64 {
	t.Helper()
	n := map[string]int64{}
	err := d.Read(determinationtest.System(), func(ctx context.Context) error {
		for _, table := range []string{"determination", "outcome", "outcome_count", "notice", "what_if", "programme_version", "snapshot", "ranking"} {
			var count int64
			where := ""
			if table == "outcome" || table == "outcome_count" || table == "notice" {
				where = " WHERE {scope " + table + ".area}"
			}
			if err := db.From(ctx).QueryRow(ctx, "SELECT count(*) FROM "+table+where).Scan(&count); err != nil {
				return err
			}
			n[table] = count
		}
		entries, err := auditdb.New().Find(ctx, audit.Filter{}, audit.Place{}, 1<<20) // also those on their way into the log
		n["audit_entry"] = int64(len(entries))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
