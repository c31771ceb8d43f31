package auditdb_test

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"os"
	"path/filepath"
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
)

const village = "3674011001"

func staff(login string, scope access.Scope) context.Context {
	return access.With(context.Background(), access.Actor{Login: login, Roles: []access.Role{access.Officer}, Scope: scope})
}

// TestAround has what was done to many answer for those who live where it was
// done, whoever did it: staff of a village, of several areas, of the nation.
func TestAround(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := audit.NewService(d, auditdb.New(), signer{ed25519.NewKeyFromSeed(make([]byte, 32))},
			clock.NewStepping(time.Unix(1_700_000_000, 0), time.Second), filepath.Join(t.TempDir(), "checkpoints.jsonl"))
		for _, x := range []struct {
			login string
			scope access.Scope
			act   audit.Act
		}{
			{"village", access.Areas(village), audit.Act{Action: "family.list", Area: village, Fields: []string{"name"}, Count: 9}},
			{"village", access.Areas(village), audit.Act{Action: "family.list", Area: village, Fields: []string{"name"}, Count: 9}},
			{"city", access.Areas("3674"), audit.Act{Action: "family.export", Area: "3674", Fields: []string{"core"}}},
			{"nation", access.Nation(), audit.Act{Action: "family.scan", Area: "*", Fields: []string{"core"}}},
			{"two", access.Areas("3172", "3674"), audit.Act{Action: "duplicate.list", Area: "3172,3674", Fields: []string{"name"}}},
			{"two", access.Areas("3172", "3674"), audit.Act{Action: "payment.list", Subject: "list", Area: "3172,3674", Fields: []string{"name"}, Count: 4}},
			{"mute", access.Areas("3674"), audit.Act{Action: "goods.seen", Fields: []string{"name"}}}, // says no area: that of who acts
			{"list", access.Areas("36"), audit.Act{Action: "payment.read", Subject: "list", Area: "36", Count: 40}},

			{"other", access.Areas("3172"), audit.Act{Action: "family.list", Area: "3172", Fields: []string{"name"}}},
			{"others", access.Areas("3172", "51"), audit.Act{Action: "family.list", Area: "3172,51", Fields: []string{"name"}}},
			{"neighbour", access.Areas("3674011002"), audit.Act{Action: "family.list", Area: "3674011002", Fields: []string{"name"}}},
			{"one", access.Areas(village), audit.Act{Action: "family.read", Subject: "another", Area: village, Fields: []string{"core"}}},
			{"prefix", access.Areas("367"), audit.Act{Action: "family.list", Area: "367", Fields: []string{"name"}}},
		} {
			x.act.Purpose = access.PurposeService
			if err := d.Write(staff(x.login, x.scope), func(ctx context.Context) error { return s.Log().Append(ctx, x.act) }); err != nil {
				t.Fatal(err)
			}
		}
		all, err := s.Around(staff("asks", access.Nation()), village)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, m := range all {
			got = append(got, fmt.Sprint(m.Actor, " ", m.Action, " ", m.Times))
		}
		slices.Sort(got)
		want := []string{"city family.export 1", "list payment.read 1", "mute goods.seen 1", "nation family.scan 1",
			"two duplicate.list 1", "two payment.list 1", "village family.list 2"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

// TestWhoSawIsQuick asks a log of a million entries. It takes minutes to make
// and is left to soaks. PostgreSQL vacuums what was added by itself, within a
// minute: here it is told to.
func TestWhoSawIsQuick(t *testing.T) {
	if os.Getenv("GOTONG_SOAK") == "" {
		t.Skip("GOTONG_SOAK is not set")
	}
	const entries, most = 1_000_000, 2 * time.Second
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := audit.NewService(d, auditdb.New(), signer{ed25519.NewKeyFromSeed(make([]byte, 32))},
			clock.NewStepping(time.Unix(1_700_000_000, 0), time.Millisecond), filepath.Join(t.TempDir(), "checkpoints.jsonl"))
		areas := []string{"*", "36", "3674", "3674,3172", "367401", village, "3674011002", "3172041004"}
		for n := 0; n < entries; {
			acts := make([]audit.Act, 0, 5000)
			for range 5000 {
				a := audit.Act{Purpose: access.PurposeService, Action: "family.read", Subject: fmt.Sprintf("018bcfe5-6800-7000-8000-%012d", n%50_000), Area: village, Count: 1, Fields: []string{"core"}}
				switch {
				case n%4 == 0:
					a.Action, a.Subject, a.Area = fmt.Sprint("family.list", n%20), "", areas[n/4%len(areas)]
				case n%4 == 1:
					a.Action, a.Area = fmt.Sprint("payment.read", n%7), areas[n/4%len(areas)]
				}
				acts = append(acts, a)
				n++
			}
			if err := d.Write(staff(fmt.Sprint("staff", n%300), access.Nation()), func(ctx context.Context) error { return s.Log().Append(ctx, acts...) }); err != nil {
				t.Fatal(err)
			}
		}
		if d.Dialect() == db.Postgres {
			if _, err := d.Pool().ExecContext(t.Context(), "VACUUM audit_entry"); err != nil {
				t.Fatal(err)
			}
		}
		began := time.Now()
		own, err := s.About(staff("asks", access.Nation()), "018bcfe5-6800-7000-8000-000000000003", 1<<30)
		if err != nil {
			t.Fatal(err)
		}
		many, err := s.Around(staff("asks", access.Nation()), village)
		if err != nil || len(own) == 0 || len(many) == 0 {
			t.Fatalf("%d and %d, %v", len(own), len(many), err)
		}
		took := time.Since(began)
		t.Logf("%d looks of its own, %d kinds of many, in %v", len(own), len(many), took)
		if took > most {
			t.Errorf("it took %v", took)
		}
	})
}
