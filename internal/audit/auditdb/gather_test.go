package auditdb_test

import (
	"context"
	"crypto/ed25519"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/audit/auditdb"
	"gotong/internal/clock"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
)

// TestLooksAreGathered has the looks of one request come on record together
// and in their order when it settles, its change with the change, and what is
// looked at later by itself.
func TestLooksAreGathered(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := audit.NewService(d, auditdb.New(), signer{ed25519.NewKeyFromSeed(make([]byte, 32))},
			clock.NewStepping(time.Unix(1_700_000_000, 0), time.Second), filepath.Join(t.TempDir(), "checkpoints.jsonl"))
		officer := staff("officer", access.Nation())
		auditor := access.With(t.Context(), access.Actor{Login: "auditor", Roles: []access.Role{access.Auditor}, Scope: access.Nation()})
		of := func(subject string) func(context.Context) error {
			return func(ctx context.Context) error {
				return s.Log().Append(ctx, audit.Act{Purpose: access.PurposeService, Action: "family.read", Subject: subject, Fields: []string{"core"}, Count: 1})
			}
		}
		ok := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		recorded := func() (subjects []string) {
			t.Helper()
			entries, err := s.Find(auditor, audit.Filter{Action: "family.read"}, audit.Place{}, 100)
			ok(err)
			for _, e := range entries {
				subjects = append([]string{e.Subject}, subjects...)
			}
			return subjects
		}
		want := func(what string, want ...string) {
			t.Helper()
			if diff := cmp.Diff(want, recorded()); diff != "" {
				t.Errorf("%s: %s", what, diff)
			}
		}
		request, settle := s.Gather(officer)
		ok(d.Read(request, of("first")))
		ok(d.Read(request, of("second")))
		want("nothing of the request yet")
		ok(d.Write(request, of("change")))
		ok(d.Read(officer, of("another")))
		want("a change, and another's look", "change", "another")
		gone, cancel := context.WithCancel(request)
		ok(d.Read(gone, of("third")))
		cancel()
		ok(settle())
		ok(settle()) // once more comes to nothing
		want("all of the request", "change", "another", "first", "second", "third")
		ok(d.Read(request, of("later")))
		want("by itself", "change", "another", "first", "second", "third", "later")

		_, settle = s.Gather(officer)
		ok(settle())
		lost, settle := s.Gather(officer)
		ok(d.Read(lost, of("lost")))
		ok(d.Close())
		if err := settle(); err == nil {
			t.Error("looks that cannot be kept settle")
		}
	})
}
