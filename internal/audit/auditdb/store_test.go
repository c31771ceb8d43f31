package auditdb_test

import (
	"context"
	"crypto/ed25519"
	"fmt"
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
)

func TestMain(m *testing.M) { dbtest.Main(m) }

type signer struct{ key ed25519.PrivateKey }

func (s signer) Sign(m []byte) []byte      { return ed25519.Sign(s.key, m) }
func (s signer) Public() ed25519.PublicKey { return s.key.Public().(ed25519.PublicKey) }

// fixture is a log of n entries with a checkpoint after them.
func fixture(t *testing.T, d *db.DB, n int) (context.Context, *audit.Service) {
	t.Helper()
	ctx := access.With(context.Background(), access.Actor{Login: "sri", Roles: []access.Role{access.Officer}, Scope: access.Nation()})
	s := audit.NewService(d, auditdb.New(), signer{ed25519.NewKeyFromSeed(make([]byte, 32))},
		clock.NewStepping(time.Unix(1_700_000_000, 0), time.Second), filepath.Join(t.TempDir(), "checkpoints.jsonl"))
	for i := 0; i < n; {
		err := d.Write(ctx, func(ctx context.Context) error {
			var acts []audit.Act
			for range 1 + i%3 {
				acts = append(acts, audit.Act{Purpose: access.PurposeService, Action: "family.read", Subject: fmt.Sprint("s", i%5), Count: 1})
				i++
			}
			return s.Log().Append(ctx, acts...)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Checkpoint(ctx); err != nil {
		t.Fatal(err)
	}
	return ctx, s
}

func TestAnUntouchedLogVerifies(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := fixture(t, d, 50)
		r, err := s.Verify(ctx)
		if err != nil || !r.Verified() || r.Entries < 50 || r.Checkpoints != 2 {
			t.Fatalf("%+v, %v", r, err)
		}
		entries, err := s.About(ctx, "s1", 3)
		if err != nil || len(entries) != 3 || entries[0].Seq < entries[1].Seq {
			t.Errorf("entries about s1: %+v, %v", entries, err)
		}
	})
}

// tamperings are what somebody with the database's password may try, once
// they have taken the triggers away.
var tamperings = map[string][]string{
	"change a record": {"UPDATE audit_entry SET record = (SELECT record FROM audit_entry WHERE seq = 3) WHERE seq = 7"},
	"change a column": {"UPDATE audit_entry SET actor = 'budi' WHERE seq = 7"},
	"drop the last":   {"DELETE FROM audit_entry WHERE seq = (SELECT max(seq) FROM audit_entry)"},
	"drop the middle": {"DELETE FROM audit_entry WHERE seq = 7"},
	"reorder": {"UPDATE audit_entry SET seq = -1 WHERE seq = 7", "UPDATE audit_entry SET seq = 7 WHERE seq = 8",
		"UPDATE audit_entry SET seq = 8 WHERE seq = -1"},
	"insert":        {"INSERT INTO audit_entry SELECT (SELECT max(seq)+1 FROM audit_entry), at, actor, action, subject, area, record FROM audit_entry WHERE seq = 2"},
	"change a hash": {"UPDATE audit_hash SET hash = (SELECT hash FROM audit_hash WHERE idx = 1) WHERE idx = 4"},
	"roll back": {"DELETE FROM audit_entry WHERE seq >= 10", "UPDATE audit_head SET size = 10",
		"DELETE FROM audit_hash WHERE idx >= 18", "DELETE FROM audit_checkpoint"},
	"forge a checkpoint": {"UPDATE audit_checkpoint SET root = (SELECT hash FROM audit_hash WHERE idx = 0)"},
}

func TestEveryTamperingShows(t *testing.T) {
	for name, statements := range tamperings {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				ctx, s := fixture(t, d, 30)
				disarm := []string{"DROP TRIGGER audit_entry_no_update", "DROP TRIGGER audit_entry_no_delete"}
				if d.Dialect() == db.Postgres {
					disarm = []string{"DROP TRIGGER audit_entry_append_only ON audit_entry"}
				}
				err := d.Write(ctx, func(ctx context.Context) error {
					for _, q := range append(disarm, statements...) {
						if _, err := db.From(ctx).Exec(ctx, q); err != nil {
							return fmt.Errorf("%s: %w", q, err)
						}
					}
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
				r, err := s.Verify(ctx)
				if err != nil || r.Verified() {
					t.Errorf("not found out: %+v, %v", r, err)
				}
			})
		})
	}
}

func TestTriggersRefuseChange(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, _ := fixture(t, d, 3)
		for _, q := range []string{"UPDATE audit_entry SET actor = 'x'", "DELETE FROM audit_entry"} {
			err := d.Write(ctx, func(ctx context.Context) error { _, err := db.From(ctx).Exec(ctx, q); return err })
			if !db.IsConstraint(err) {
				t.Errorf("%s: %v", q, err)
			}
		}
	})
}

func TestNothingWithoutActorOrPurpose(t *testing.T) {
	d := dbtest.SQLite(t)
	ctx, s := fixture(t, d, 1)
	for name, try := range map[string]struct {
		ctx context.Context
		act audit.Act
	}{
		"no actor":        {context.Background(), audit.Act{Purpose: access.PurposeService}},
		"no purpose":      {ctx, audit.Act{}},
		"unknown purpose": {ctx, audit.Act{Purpose: "curiosity"}},
	} {
		err := d.Write(try.ctx, func(ctx context.Context) error { return s.Log().Append(ctx, try.act) })
		if !fault.Is(err, fault.KindForbidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
