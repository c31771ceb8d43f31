package targetingdb_test

import (
	"context"
	"testing"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/decree"
	"gotong/internal/fault"
	"gotong/internal/run"
	"gotong/internal/snapshot/snapshottest"
	"gotong/internal/targeting"
	"gotong/internal/targeting/targetingdb"
)

func staff(login string, role access.Role) context.Context {
	return access.With(context.Background(), access.Actor{Login: login, Roles: []access.Role{role}, Scope: access.Nation()})
}

// A changed model is proposed by one person and enacted by another; from its
// first day rankings go by it, also in a process that starts later.
func TestModelIsEnactedByTwo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		snapshots, s := services(t, d, snapshottest.Random(7, 60))
		s.Versions = targetingdb.Store{}
		maker, checker := staff("lina", access.Officer), staff("mira", access.Manager)
		draft := targeting.ModelDraft{Edit: targeting.ModelEdit{Model: "pmt_demo_2025", Weights: map[string]int64{"car.yes": 0}, Remove: []string{"fridge"}},
			Basis: decree.Basis{From: civil.MustParse("2025-07-10"), Title: "SK 1", On: civil.MustParse("2025-07-01")}, Note: "uji"}

		for name, change := range map[string]func(*targeting.ModelDraft){
			"nothing":     func(x *targeting.ModelDraft) { x.Edit = targeting.ModelEdit{Model: "pmt_demo_2025"} },
			"no basis":    func(x *targeting.ModelDraft) { x.Basis.Title = "  " },
			"unpublished": func(x *targeting.ModelDraft) { x.Basis.On = civil.MustParse("2025-08-01") },
			"past":        func(x *targeting.ModelDraft) { x.Basis.From = civil.MustParse("2025-07-01") },
			"no weight":   func(x *targeting.ModelDraft) { x.Edit.Weights = map[string]int64{"car.each": 3} },
		} {
			x := draft
			change(&x)
			if _, err := s.ProposeModel(maker, x); !fault.Is(err, fault.KindInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := s.ProposeModel(staff("tuti", access.Operator), draft); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("an operator proposed: %v", err)
		}
		v, err := s.ProposeModel(maker, draft)
		if err != nil {
			t.Fatal(err)
		}
		if v.Code != "pmt_demo_2025_20250710" || v.State != decree.Proposed {
			t.Errorf("proposed %+v", v)
		}
		later := draft
		later.Basis.From = civil.MustParse("2025-08-10")
		if _, err := s.ProposeModel(maker, later); !fault.Is(err, fault.KindConflict) {
			t.Errorf("a second proposal of one model: %v", err)
		}
		if _, err := s.Models.Model(v.Code); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("in force by proposing: %v", err)
		}
		if _, err := s.EnactModel(maker, v.ID); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("enacted without the permission: %v", err)
		}
		both := access.With(context.Background(), access.Actor{Login: "lina", Roles: []access.Role{access.Officer, access.Manager}, Scope: access.Nation()})
		if _, err := s.EnactModel(both, v.ID); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("enacted by its proposer: %v", err)
		}
		if _, err := s.RejectModel(checker, v.ID, " "); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("rejected without a reason: %v", err)
		}
		if _, err := s.EnactModel(checker, v.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := s.EnactModel(checker, v.ID); !fault.Is(err, fault.KindConflict) {
			t.Errorf("enacted twice: %v", err)
		}
		got, was, is, err := s.ModelVersion(checker, v.ID)
		if err != nil || got.DecidedBy != "mira" || was == nil || len(is.Changes(was)) != 3 {
			t.Errorf("kept %+v, %v", got, err)
		}

		_, fresh := services(t, d, nil) // as a process that starts later
		fresh.Versions, fresh.Snapshots = targetingdb.Store{}, snapshots
		ctx := access.With(context.Background(), access.System("test"))
		for day, want := range map[string]string{"2025-07-09": "pmt_demo_2025", "2025-07-10": v.Code} {
			snap, err := snapshots.Build(ctx, civil.MustParse(day), run.Silent{})
			if err != nil {
				t.Fatal(err)
			}
			h, err := fresh.Rank(ctx, snap.ID, "", run.Silent{})
			if err != nil || h.Model != want {
				t.Errorf("on %s by %s, want %s: %v", day, h.Model, want, err)
			}
			if err := fresh.Recheck(ctx, h.ID, run.Silent{}); err != nil {
				t.Errorf("recheck: %v", err)
			}
		}

		w, err := s.ProposeModel(maker, later)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := s.RejectModel(checker, w.ID, "belum perlu"); err != nil || got.State != decree.Rejected || got.Note != "belum perlu" {
			t.Errorf("rejected %+v, %v", got, err)
		}
		if all, err := s.ModelVersions(maker); err != nil || len(all) != 2 || all[0].ID != w.ID {
			t.Errorf("listed %d, %v", len(all), err)
		}
	})
}
