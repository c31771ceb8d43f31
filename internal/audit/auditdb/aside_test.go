package auditdb_test

import (
	"context"
	"crypto/ed25519"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
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

// service is the log of a database, with an anchor in a folder of its own.
func service(t *testing.T, d *db.DB) *audit.Service {
	return audit.NewService(d, auditdb.New(), signer{ed25519.NewKeyFromSeed(make([]byte, 32))},
		clock.NewStepping(time.Unix(1_700_000_000, 0), time.Second), filepath.Join(t.TempDir(), "checkpoints.jsonl"))
}

func seen(subject string) audit.Act {
	return audit.Act{Purpose: access.PurposeService, Action: "family.read", Subject: subject, Area: village, Fields: []string{"core"}, Count: 1}
}

// look looks at a subject, as a page does.
func look(ctx context.Context, d *db.DB, s *audit.Service, subject string) error {
	return d.Read(ctx, func(ctx context.Context) error { return s.Log().Append(ctx, seen(subject)) })
}

// change changes a subject.
func change(ctx context.Context, d *db.DB, s *audit.Service, subject string) error {
	return d.Write(ctx, func(ctx context.Context) error { return s.Log().Append(ctx, seen(subject)) })
}

// inLog returns the subjects that stand in the log's own table, in its order.
func inLog(t *testing.T, d *db.DB) (subjects []string) {
	t.Helper()
	err := d.Read(context.Background(), func(ctx context.Context) error {
		var err error
		subjects, err = db.All(ctx, "subjects", "SELECT subject FROM audit_entry WHERE action = 'family.read' ORDER BY seq",
			func(scan db.Scanner, s *string) error { return scan(s) })
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return subjects
}

func verified(t *testing.T, ctx context.Context, s *audit.Service) audit.Report {
	t.Helper()
	r, err := s.Verify(ctx)
	if err != nil || !r.Verified() {
		t.Fatalf("%+v, %v", r, err)
	}
	return r
}

// holdWriter begins a long change, as an import is, and returns what ends it.
func holdWriter(t *testing.T, ctx context.Context, d *db.DB) (end func()) {
	t.Helper()
	begun, ended, done := make(chan struct{}), make(chan struct{}), make(chan error)
	go func() {
		done <- d.Write(ctx, func(ctx context.Context) error {
			// A row is changed, so that PostgreSQL too has something locked.
			err := db.Exec(ctx, "holding", "INSERT INTO installation (one, keys) VALUES (1, 'held')")
			close(begun)
			<-ended
			return err
		})
	}()
	<-begun
	return sync.OnceFunc(func() {
		close(ended)
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// TestALookWaitsForNoWriter has looks recorded, and told of, while one
// transaction writes for as long as it likes.
func TestALookWaitsForNoWriter(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := staff("sri", access.Nation()), service(t, d)
		if err := change(ctx, d, s, "first"); err != nil {
			t.Fatal(err)
		}
		release := holdWriter(t, ctx, d)
		defer release()
		for i := range 5 {
			if err := look(ctx, d, s, fmt.Sprint("s", i%2)); err != nil { // would hang if it waited
				t.Fatal(err)
			}
		}
		about, err := s.About(ctx, "s0", 2)
		if err != nil || len(about) != 2 || about[0].Seq != 5 || about[1].Seq != 3 {
			t.Errorf("about s0: %+v, %v", about, err)
		}
		if n, err := s.CountAbout(ctx, "s0"); n != 3 || err != nil {
			t.Errorf("%d looks at s0, %v", n, err)
		}
		if r := verified(t, ctx, s); r.Entries+r.Waiting != 6 {
			t.Errorf("%+v", r)
		}
		release()
		if err := change(ctx, d, s, "last"); err != nil {
			t.Fatal(err)
		}
		// Who looked before the change stands before it.
		if diff := cmp.Diff([]string{"first", "s0", "s1", "s0", "s1", "s0", "last"}, inLog(t, d)); diff != "" {
			t.Error(diff)
		}
		verified(t, ctx, s)
	})
}

// TestLooksComeIntoTheLogByThemselves has no writer but the log's own.
func TestLooksComeIntoTheLogByThemselves(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := staff("sri", access.Nation()), service(t, d)
		for i := range 3 {
			if err := look(ctx, d, s, fmt.Sprint(i)); err != nil {
				t.Fatal(err)
			}
		}
		dbtest.Until(t, "the looks come in", func() bool { return len(inLog(t, d)) == 3 })
		if r := verified(t, ctx, s); r.Entries != 3 || r.Waiting != 0 {
			t.Errorf("%+v", r)
		}
	})
}

// TestManyLookAndWrite has many look while others write: each act is in the
// log once, and everybody's in their order.
func TestManyLookAndWrite(t *testing.T) {
	const each = 25
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := service(t, d)
		var all sync.WaitGroup
		for who := range 8 {
			do := look
			if who%4 == 0 {
				do = change
			}
			all.Go(func() {
				ctx := staff("sri", access.Nation())
				for i := range each {
					if err := do(ctx, d, s, fmt.Sprintf("%d %02d", who, i)); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		ctx := staff("sri", access.Nation())
		if _, err := s.Checkpoint(ctx); err != nil {
			t.Fatal(err)
		}
		latest := map[string]string{}
		log := inLog(t, d)
		for _, subject := range log {
			if who := subject[:1]; subject <= latest[who] {
				t.Errorf("%q stands after %q", subject, latest[who])
			}
			latest[subject[:1]] = subject
		}
		if len(log) != 8*each {
			t.Errorf("%d entries of %d", len(log), 8*each)
		}
		if r := verified(t, ctx, s); r.Waiting != 0 || r.Checkpoints == 0 {
			t.Errorf("%+v", r)
		}
	})
}

// TestNoLookIsLost copies the files as a killed program leaves them: every
// look that was acknowledged is told of, and comes into the log.
func TestNoLookIsLost(t *testing.T) {
	dir, after := t.TempDir(), t.TempDir()
	d, err := db.Open(t.Context(), db.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	ctx, s := staff("sri", access.Nation()), service(t, d)
	release := holdWriter(t, ctx, d)
	for range 7 {
		if err := look(ctx, d, s, "one"); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.CopyFS(after, os.DirFS(dir)); err != nil { // the process is dead from here on
		t.Fatal(err)
	}
	release()
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}

	if d, err = db.Open(t.Context(), db.Config{Dir: after}); err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	s = service(t, d)
	if n, err := s.CountAbout(ctx, "one"); n != 7 || err != nil {
		t.Errorf("%d looks are left of 7, %v", n, err)
	}
	if r := verified(t, ctx, s); r.Waiting != 7 {
		t.Errorf("%+v", r)
	}
	if err := look(ctx, d, s, "one"); err != nil { // whose number follows theirs
		t.Fatal(err)
	}
	if _, err := s.Checkpoint(ctx); err != nil {
		t.Fatal(err)
	}
	if r := verified(t, ctx, s); r.Entries != 8 || r.Waiting != 0 {
		t.Errorf("%+v", r)
	}
}

// TestALostLookShows removes a look before it comes into the log, and one
// after.
func TestALostLookShows(t *testing.T) {
	for _, c := range []struct {
		name string
		no   int
	}{{"first", 1}, {"middle", 3}} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			d, err := db.Open(t.Context(), db.Config{Dir: dir})
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			ctx, s := staff("sri", access.Nation()), service(t, d)
			defer holdWriter(t, ctx, d)()
			for range 5 {
				if err := look(ctx, d, s, "one"); err != nil {
					t.Fatal(err)
				}
			}
			tamper(t, filepath.Join(dir, "aside.db"), fmt.Sprintf("DELETE FROM note WHERE no = %d", c.no))
			if r, err := s.Verify(ctx); err != nil || r.Verified() {
				t.Errorf("not found out: %+v, %v", r, err)
			}
		})
	}
}

// TestNothingIsServedUnlogged has the file for looks refuse.
func TestNothingIsServedUnlogged(t *testing.T) {
	dir := t.TempDir()
	d, err := db.Open(t.Context(), db.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	ctx, s := staff("sri", access.Nation()), service(t, d)
	if err := os.Mkdir(filepath.Join(dir, "aside.db"), 0o700); err != nil { // no file can be made there
		t.Fatal(err)
	}
	if err := look(ctx, d, s, "one"); err == nil {
		t.Error("a look that cannot be kept is served")
	}
	if err := os.Remove(filepath.Join(dir, "aside.db")); err != nil {
		t.Fatal(err)
	}
	if err := look(ctx, d, s, "one"); err != nil {
		t.Fatal(err)
	}
	tamper(t, filepath.Join(dir, "aside.db"), "CREATE TRIGGER full BEFORE INSERT ON note BEGIN SELECT RAISE(ABORT, 'full'); END")
	if err := look(ctx, d, s, "two"); err == nil {
		t.Error("a look that cannot be kept is served")
	}
	if n, err := s.CountAbout(ctx, "two"); n != 0 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
}

// TestALookThatFailsStays keeps what was on record before the reading failed.
func TestALookThatFailsStays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := staff("sri", access.Nation()), service(t, d)
		broken := errors.New("the disk cannot be read")
		err := d.Read(ctx, func(ctx context.Context) error {
			if err := s.Log().Append(ctx, seen("one")); err != nil {
				return err
			}
			return broken
		})
		if !errors.Is(err, broken) {
			t.Fatal(err)
		}
		if n, err := s.CountAbout(ctx, "one"); n != 1 || err != nil {
			t.Errorf("%d looks, %v", n, err)
		}
	})
}

// TestWaitingLooksAreFoundAsOthers asks for entries by everything, before and
// after they came into the log.
func TestWaitingLooksAreFoundAsOthers(t *testing.T) {
	d := dbtest.SQLite(t)
	s := service(t, d)
	nation := staff("asks", access.Nation())
	if err := change(staff("ani", access.Areas(village)), d, s, "one"); err != nil {
		t.Fatal(err)
	}
	release := holdWriter(t, nation, d)
	defer release()
	for _, who := range []struct {
		login string
		scope access.Scope
		act   audit.Act
	}{
		{"budi", access.Areas("3674"), audit.Act{Action: "payment.lines", Subject: "list", Area: "3674", Count: 4, Purpose: access.PurposePayment}},
		{"citra", access.Areas("3172"), audit.Act{Action: "family.list", Area: "3172", Fields: []string{"name"}, Purpose: access.PurposeService}},
		{"dewi", access.Areas("3172", "3674"), audit.Act{Action: "family.list", Area: "3172,3674", Fields: []string{"name"}, Purpose: access.PurposeService}},
		{"ani", access.Areas(village), seen("one")},
		{"ani", access.Areas(village), audit.Act{Action: "session.start", Subject: "ani", Purpose: access.PurposeService}},
	} {
		ctx := staff(who.login, who.scope)
		if err := d.Read(ctx, func(ctx context.Context) error { return s.Log().Append(ctx, who.act) }); err != nil {
			t.Fatal(err)
		}
	}
	type found struct {
		Seq    int64
		Actor  string
		Action string
	}
	ask := func() map[string][]found {
		auditor := access.With(nation, access.Actor{Login: "asks", Roles: []access.Role{access.Auditor}, Scope: access.Areas("3674")})
		all := map[string][]found{}
		for name, q := range map[string]struct {
			ctx   context.Context
			f     audit.Filter
			p     audit.Place
			limit int
		}{
			"all": {nation, audit.Filter{}, audit.Place{}, 9}, "two": {nation, audit.Filter{}, audit.Place{}, 2},
			"next": {nation, audit.Filter{}, audit.Place{Below: 4}, 3}, "back": {nation, audit.Filter{}, audit.Place{AtLeast: 1}, 3},
			"actor": {nation, audit.Filter{Actor: "ani"}, audit.Place{}, 9}, "group": {nation, audit.Filter{Action: "family"}, audit.Place{}, 9},
			"action": {nation, audit.Filter{Action: "family.list"}, audit.Place{}, 9}, "subject": {nation, audit.Filter{Subject: "one"}, audit.Place{}, 9},
			"area": {nation, audit.Filter{Area: "3674"}, audit.Place{}, 9}, "purpose": {nation, audit.Filter{Purpose: access.PurposePayment}, audit.Place{}, 9},
			"since": {nation, audit.Filter{From: time.Unix(1_700_000_003, 0)}, audit.Place{}, 9}, "own area": {auditor, audit.Filter{}, audit.Place{}, 9},
		} {
			err := d.Read(q.ctx, func(ctx context.Context) error {
				entries, err := auditdb.New().Find(ctx, q.f, q.p, q.limit)
				for _, e := range entries {
					all[name] = append(all[name], found{e.Seq, e.Actor, e.Action})
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		many, err := s.Around(nation, village)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range many {
			all["around"] = append(all["around"], found{m.Times, m.Actor, m.Action})
		}
		return all
	}
	waiting := ask()
	if len(waiting["all"]) != 6 || len(waiting["around"]) != 2 {
		t.Errorf("%+v", waiting)
	}
	release()
	dbtest.Until(t, "the looks come in", func() bool { return verified(t, nation, s).Entries == 6 })
	if diff := cmp.Diff(waiting, ask()); diff != "" {
		t.Errorf("they are found otherwise in the log: %s", diff)
	}
}

// tamper changes a file of the embedded engine behind the program's back.
func tamper(t *testing.T, path, statement string) {
	t.Helper()
	f, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Exec(statement); err != nil {
		t.Fatal(err)
	}
}
