package targetingdb_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"os"
	"path/filepath"
	"testing"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/audit/auditdb"
	"gotong/internal/clock"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/run"
	"gotong/internal/snapshot"
	"gotong/internal/snapshot/snapshotdb"
	"gotong/internal/snapshot/snapshottest"
	"gotong/internal/targeting"
	"gotong/internal/targeting/targetingdb"
	"gotong/internal/targeting/targetingtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func services(t *testing.T, d *db.DB, records []snapshot.Record) (*snapshot.Service, *targeting.Service) {
	t.Helper()
	c := clock.NewStepping(time.Date(2025, 7, 2, 0, 0, 0, 0, time.UTC), time.Second)
	ids, keys, log := ident.NewMaker(c, rand.Reader), snapshottest.Keys(t), audit.NewLog(auditdb.New(), c)
	root := t.TempDir()
	snapshots := snapshot.NewService(snapshot.Deps{Unit: d, Store: snapshotdb.Store{}, Source: snapshottest.Source(records),
		Catalogue: indicator.Default(), Signer: keys, Log: log, Clock: c, IDs: ids, Root: filepath.Join(root, "snapshots")})
	ms, lines := targetingtest.Policy(t)
	return snapshots, targeting.NewService(targeting.Deps{Unit: d, Store: targetingdb.Store{}, Snapshots: snapshots, Catalogue: indicator.Default(), Models: ms,
		Lines: lines, Signer: keys, Log: log, Clock: c, IDs: ids, Root: filepath.Join(root, "rankings")})
}

func TestStore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		snapshots, _ := services(t, d, snapshottest.Random(1, 1))
		h, err := snapshots.Build(access.With(context.Background(), access.System("test")), snapshottest.AsOf, run.Silent{})
		if err != nil {
			t.Fatal(err)
		}
		targetingtest.Store(t, d, targetingdb.Store{}, h.ID)
	})
}

func TestService(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		records := snapshottest.Random(7, 120)
		snapshots, s := services(t, d, records)
		ctx := access.With(context.Background(), access.System("test"))
		snap, err := snapshots.Build(ctx, snapshottest.AsOf, run.Silent{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Rank(ctx, snap.ID, "nope", run.Silent{}); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("ranked by no model: %v", err)
		}
		h, err := s.Rank(ctx, snap.ID, "", run.Silent{})
		if err != nil {
			t.Fatal(err)
		}
		if again, err := s.Rank(ctx, snap.ID, "pmt_demo_2025", run.Silent{}); err != nil || again.ID != h.ID {
			t.Errorf("the same ranking twice: %v, %v", again.ID, err)
		}
		if h.Nation.Ranked+h.Nation.Unranked != 120 {
			t.Errorf("counted %+v", h.Nation)
		}
		r, err := s.Open(ctx, h.ID)
		if err != nil || r.Digest != h.Digest {
			t.Fatalf("opened %v", err)
		}
		if err := s.Recheck(ctx, h.ID, run.Silent{}); err != nil {
			t.Errorf("recheck: %v", err)
		}
		model := filepath.Join(s.Dir(h.ID), "pmt_model.yaml")
		text, err := os.ReadFile(model)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(model, bytes.Replace(text, []byte("420000"), []byte("430000"), 1), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := s.Recheck(ctx, h.ID, run.Silent{}); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("recheck by another model: %v", err)
		}
		ranked := int64(0)
		for _, rec := range records {
			standings, err := s.History(ctx, access.PurposeService, rec.Family)
			if err != nil || len(standings) != 1 {
				t.Fatalf("%d standings, %v", len(standings), err)
			}
			if st := standings[0]; st.Known {
				ranked++
				if st.Consumption <= 0 || st.Poor == nil || st.IsPoor() != (st.Consumption < st.Poor.Monthly) {
					t.Errorf("standing %+v", st)
				}
			}
		}
		if ranked != h.Nation.Ranked {
			t.Errorf("%d rows are ranked, the header says %d", ranked, h.Nation.Ranked)
		}
		nobody := access.With(context.Background(), access.Actor{Login: "p", Roles: []access.Role{access.Planner}, Scope: access.Nation()})
		if _, err := s.History(nobody, access.PurposeService, records[0].Family); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("a planner saw a family: %v", err)
		}
		if _, err := s.Rank(nobody, snap.ID, "", run.Silent{}); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("a planner ranked: %v", err)
		}
	})
}
