package auditdb_test

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

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

// tampering is what somebody with the database's password may try, once they
// have taken the triggers away, and what the verifier says of it: all of it,
// since each sentence is a guard of its own; numbers are left out.
type tampering struct {
	statements []string
	says       []string
}

func one(statement string, says ...string) tampering { return tampering{[]string{statement}, says} }

// What a verifier says.
const (
	columnsDiffer  = "entry #: the row's columns differ from its record"
	elsewhere      = "entry # stands where entry # should"
	hashDiffers    = "stored hash # differs from the entries"
	hashesDiffer   = "# hashes are stored, # are needed"
	headDiffers    = "the head says # entries, there are #"
	looksDiffer    = "the head says # looks, the last has number #"
	signedDiffers  = "the first # entries differ from what was signed"
	cut            = "a checkpoint covers # entries, only # are left: the log was cut or rolled back"
	wrongSignature = "the checkpoint at # entries has a wrong signature"
)

var digits = regexp.MustCompile("[0-9]+")

// kinds returns what is said without its numbers, each once.
func kinds(problems []string) []string {
	all := []string{}
	for _, p := range problems {
		if p = digits.ReplaceAllString(p, "#"); !slices.Contains(all, p) {
			all = append(all, p)
		}
	}
	return all
}

var tamperings = map[string]tampering{
	"change a record":   one("UPDATE audit_entry SET record = (SELECT record FROM audit_entry WHERE seq = 3) WHERE seq = 7", columnsDiffer, hashDiffers, signedDiffers),
	"spoil a record":    one("UPDATE audit_entry SET record = (SELECT signature FROM audit_checkpoint LIMIT 1) WHERE seq = 7", columnsDiffer, hashDiffers, signedDiffers),
	"change the actor":  one("UPDATE audit_entry SET actor = 'budi' WHERE seq = 7", columnsDiffer),
	"change the time":   one("UPDATE audit_entry SET at = at + 1 WHERE seq = 7", columnsDiffer),
	"change the action": one("UPDATE audit_entry SET action = 'family.list' WHERE seq = 7", columnsDiffer),
	"change whom":       one("UPDATE audit_entry SET subject = 'x' WHERE seq = 7", columnsDiffer),
	"change where":      one("UPDATE audit_entry SET area = '3674' WHERE seq = 7", columnsDiffer),
	"drop the last":     one("DELETE FROM audit_entry WHERE seq = (SELECT max(seq) FROM audit_entry)", headDiffers, hashDiffers, hashesDiffer, cut),
	"drop the middle":   one("DELETE FROM audit_entry WHERE seq = 7", elsewhere, headDiffers, hashDiffers, hashesDiffer, cut),
	"reorder": {[]string{"UPDATE audit_entry SET seq = -1 WHERE seq = 7", "UPDATE audit_entry SET seq = 7 WHERE seq = 8",
		"UPDATE audit_entry SET seq = 8 WHERE seq = -1"}, []string{columnsDiffer, hashDiffers, signedDiffers}},
	"insert":           one("INSERT INTO audit_entry SELECT (SELECT max(seq)+1 FROM audit_entry), at, actor, action, subject, area, record FROM audit_entry WHERE seq = 2", columnsDiffer, headDiffers, hashesDiffer),
	"change a hash":    one("UPDATE audit_hash SET hash = (SELECT hash FROM audit_hash WHERE idx = 1) WHERE idx = 4", hashDiffers),
	"add a hash":       one("INSERT INTO audit_hash SELECT (SELECT max(idx)+1 FROM audit_hash), hash FROM audit_hash WHERE idx = 1", hashDiffers, hashesDiffer),
	"drop a hash":      one("DELETE FROM audit_hash WHERE idx = (SELECT max(idx) FROM audit_hash)", hashesDiffer),
	"count fewer":      one("UPDATE audit_head SET size = size - 1", headDiffers),
	"count more looks": one("UPDATE audit_head SET looks = looks + 1", looksDiffer),
	"roll back": {[]string{"DELETE FROM audit_entry WHERE seq >= 10", "UPDATE audit_head SET size = 10",
		"DELETE FROM audit_hash WHERE idx >= 18", "DELETE FROM audit_checkpoint"}, []string{cut}},
	"forge a checkpoint": one("UPDATE audit_checkpoint SET root = (SELECT hash FROM audit_hash WHERE idx = 0)", wrongSignature),
}

func TestEveryTamperingShows(t *testing.T) {
	for name, tried := range tamperings {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				ctx, s := fixture(t, d, 30)
				disarm := []string{"DROP TRIGGER audit_entry_no_update", "DROP TRIGGER audit_entry_no_delete"}
				if d.Dialect() == db.Postgres {
					disarm = []string{"DROP TRIGGER audit_entry_append_only ON audit_entry"}
				}
				err := d.Write(ctx, func(ctx context.Context) error {
					for _, q := range append(disarm, tried.statements...) {
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
				if diff := cmp.Diff(tried.says, kinds(r.Problems)); diff != "" {
					t.Error(diff)
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
