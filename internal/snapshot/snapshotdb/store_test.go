package snapshotdb_test

import (
	"bytes"
	"context"
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
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func TestStore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { snapshottest.Store(t, d, snapshotdb.Store{}) })
}

func TestService(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := clock.NewStepping(time.Date(2025, 7, 2, 0, 0, 0, 0, time.UTC), time.Second)
		records := snapshottest.Random(1, 50)
		root := filepath.Join(t.TempDir(), "snapshots")
		deps := snapshot.Deps{Unit: d, Store: snapshotdb.Store{}, Source: snapshottest.Source(records), Catalogue: indicator.Default(),
			Signer: snapshottest.Keys(t), Log: audit.NewLog(auditdb.New(), c), Clock: c,
			IDs: ident.NewMaker(c, bytes.NewReader(make([]byte, 1000))), Root: root}
		s := snapshot.NewService(deps)
		ctx := access.With(context.Background(), access.System("test"))

		if _, err := s.Build(context.Background(), snapshottest.AsOf, run.Silent{}); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("nobody built: %v", err)
		}
		first, err := s.Build(ctx, snapshottest.AsOf, run.Silent{})
		if err != nil {
			t.Fatal(err)
		}
		again, err := s.Build(ctx, snapshottest.AsOf, run.Silent{})
		if err != nil || again.ID != first.ID {
			t.Errorf("the same data gave another snapshot: %v, %v", again, err)
		}
		deps.Source = snapshottest.Source(records[1:])
		other, err := snapshot.NewService(deps).Build(ctx, snapshottest.AsOf, run.Silent{})
		if err != nil || other.Digest == first.Digest {
			t.Errorf("other data gave the same snapshot: %v", err)
		}
		headers, err := s.Headers(ctx, 10)
		if err != nil || len(headers) != 2 || headers[0].ID != other.ID {
			t.Errorf("headers %v, %v", headers, err)
		}
		snap, err := s.Open(ctx, first.ID)
		if err != nil || snap.Families != 50 || snap.Verify() != nil {
			t.Fatalf("opened %v, %v", snap, err)
		}
		folders, err := os.ReadDir(root)
		if err != nil || len(folders) != 2 {
			t.Errorf("%d folders are left, %v", len(folders), err)
		}

		// A whole other snapshot, honestly signed, put in its place is not it.
		if err := os.Rename(s.Dir(first.ID), s.Dir(first.ID)+".away"); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(s.Dir(other.ID), s.Dir(first.ID)); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Open(ctx, first.ID); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("a swapped snapshot was opened: %v", err)
		}
	})
}
