package accessdb_test

import (
	"context"
	"crypto/rand"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/access/accessdb"
	"gotong/internal/clock"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/work"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

const secret = "hujan turun di Cilincing"

// record remembers what was put into the audit log.
type record struct {
	mu   sync.Mutex
	acts []string
}

func (r *record) Record(ctx context.Context, action, subject, detail string) error {
	a, _ := access.From(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.acts = append(r.acts, strings.TrimSpace(a.Login+" "+action+" "+subject+" "+detail))
	return nil
}

func fixture(d *db.DB) (*access.Service, *clock.Stepping, *record) {
	c := clock.NewStepping(time.Unix(1_700_000_000, 0), 0)
	r := &record{}
	return access.NewService(d, accessdb.New(), c, ident.NewMaker(c, rand.Reader), r), c, r
}

func sri() access.Staff {
	return access.Staff{Login: "sri", Name: "Sri Wahyuni", Roles: []access.Role{access.Operator}, Scope: access.Areas("3674011001"), Unit: "tangsel/serpong"}
}

func hire(t *testing.T, s *access.Service, staff access.Staff) access.Staff {
	t.Helper()
	kept, err := s.Bootstrap(context.Background(), staff, secret)
	if err != nil {
		t.Fatal(err)
	}
	return kept
}

func TestSignInAndOut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, c, r := fixture(d)
		kept := hire(t, s, sri())
		ctx := context.Background()
		token, err := s.SignIn(ctx, " SRI ", secret)
		if err != nil {
			t.Fatal(err)
		}
		actor, err := s.Actor(ctx, token)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(kept.Actor(), actor, cmp.Comparer(func(a, b access.Scope) bool { return a.String() == b.String() })); diff != "" {
			t.Error(diff)
		}
		c.Advance(29 * time.Minute)
		if _, err := s.Actor(ctx, token); err != nil {
			t.Errorf("after 29 minutes: %v", err)
		}
		c.Advance(29 * time.Minute)
		if _, err := s.Actor(ctx, token); err != nil {
			t.Errorf("a used session ended: %v", err)
		}
		c.Advance(31 * time.Minute)
		if _, err := s.Actor(ctx, token); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("an idle session goes on: %v", err)
		}
		again, err := s.SignIn(ctx, "sri", secret)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.SignOut(access.With(ctx, actor), again); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Actor(ctx, again); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("a session that was ended goes on: %v", err)
		}
		want := []string{"system:bootstrap staff.add sri operator @ 3674011001", "sri session.start sri", "sri session.start sri", "sri session.end sri"}
		if diff := cmp.Diff(want, r.acts); diff != "" {
			t.Error(diff)
		}
	})
}

func TestWrongSignInsAreAllTheSameAndSlowedDown(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, c, _ := fixture(d)
		hire(t, s, sri())
		ctx := context.Background()
		_, wrong := s.SignIn(ctx, "sri", "not the password")
		_, nobody := s.SignIn(ctx, "nobody", secret)
		if wrong == nil || nobody == nil || wrong.Error() != nobody.Error() {
			t.Errorf("%v and %v tell logins apart", wrong, nobody)
		}
		for range 4 {
			_, _ = s.SignIn(ctx, "sri", "not the password")
		}
		if _, err := s.SignIn(ctx, "sri", secret); !fault.Is(err, fault.KindTooOften) {
			t.Errorf("the sixth attempt at once: %v", err)
		}
		c.Advance(31 * time.Second)
		if _, err := s.SignIn(ctx, "sri", secret); err != nil {
			t.Errorf("after the pause: %v", err)
		}
	})
}

// TestGuessesAtOnceAreAllCounted has somebody guess many passwords at the same
// time: none is lost to the others, so that the next has to wait for all.
func TestGuessesAtOnceAreAllCounted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		store, at := accessdb.New(), time.Unix(1_700_000_000, 0).UTC()
		const guesses = 20
		var all sync.WaitGroup
		for range guesses {
			all.Go(func() {
				if err := d.Write(context.Background(), func(ctx context.Context) error { return store.AddFailure(ctx, "sri", at) }); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		a, err := work.Read(context.Background(), d, func(ctx context.Context) (access.Attempts, error) { return store.AttemptsOf(ctx, "sri") })
		if diff := cmp.Diff(access.Attempts{Failures: guesses, LastAt: at}, a); diff != "" || err != nil {
			t.Errorf("%v, %s", err, diff)
		}
	})
}

// TestAUseBehindAWriterIsKept uses a session twice while somebody writes for
// long: the later use comes on record too.
func TestAUseBehindAWriterIsKept(t *testing.T) {
	d := dbtest.SQLite(t)
	s, c, r := fixture(d)
	hire(t, s, sri())
	ctx := context.Background()
	token, err := s.SignIn(ctx, "sri", secret)
	if err != nil {
		t.Fatal(err)
	}
	writing, over, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		done <- d.Write(ctx, func(context.Context) error {
			close(writing)
			<-over
			return nil
		})
	}()
	<-writing
	for range 2 {
		c.Advance(29 * time.Minute)
		if _, err := s.Actor(ctx, token); err != nil {
			t.Errorf("while others write: %v", err)
		}
	}
	last := c.Now().UnixMilli()
	close(over)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	dbtest.Until(t, "the later use is stored", func() bool {
		seen, err := work.Read(ctx, d, func(ctx context.Context) (at int64, err error) {
			return at, db.From(ctx).QueryRow(ctx, "SELECT seen_at FROM session").Scan(&at)
		})
		if err != nil {
			t.Fatal(err)
		}
		return seen == last
	})
	c.Advance(29 * time.Minute)
	restarted := access.NewService(d, accessdb.New(), c, ident.NewMaker(c, rand.Reader), r)
	if _, err := restarted.Actor(ctx, token); err != nil {
		t.Errorf("a used session ended: %v", err)
	}
}

// TestAnAccountClosedWhileOthersChangeIt stays closed.
func TestAnAccountClosedWhileOthersChangeIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _, _ := fixture(d)
		id := hire(t, s, sri()).ID
		admin := access.With(context.Background(), access.Actor{Login: "adi", Roles: []access.Role{access.Admin}, Scope: access.Nation()})
		const times = 8
		if n := dbtest.Race(t, times, func(n int) error {
			return s.Change(admin, id, func(staff *access.Staff) {
				if n == 0 {
					staff.Active = false
				} else {
					staff.Name = strings.Repeat("Sri ", n)
				}
			})
		}); n != times {
			t.Errorf("%d of %d changes were made", n, times)
		}
		all, err := s.List(admin)
		if err != nil || len(all) != 1 || all[0].Active || all[0].Name == sri().Name {
			t.Errorf("%+v, %v", all, err)
		}
	})
}

func TestAnAccountMustBeAbleToWork(t *testing.T) {
	s, _, _ := fixture(dbtest.SQLite(t))
	hire(t, s, sri())
	for name, spoil := range map[string]func(*access.Staff){
		"taken":     func(*access.Staff) {},
		"login":     func(a *access.Staff) { a.Login = "Bu Sri" },
		"name":      func(a *access.Staff) { a.Login, a.Name = "a2", "" },
		"roles":     func(a *access.Staff) { a.Login, a.Roles = "a2", nil },
		"role":      func(a *access.Staff) { a.Login, a.Roles = "a2", []access.Role{"king"} },
		"system":    func(a *access.Staff) { a.Login, a.Roles = "a2", []access.Role{"system"} },
		"scope":     func(a *access.Staff) { a.Login, a.Scope = "a2", access.Scope{} },
		"two hands": func(a *access.Staff) { a.Login, a.Roles = "a2", []access.Role{access.Treasurer, access.Releaser} },
	} {
		a := sri()
		spoil(&a)
		if _, err := s.Bootstrap(context.Background(), a, secret); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	for _, p := range []string{"short", strings.Repeat("x", 200), "xxxxxxxx sri xxxxx"} {
		a := sri()
		a.Login = "a3"
		if strings.Contains(p, "sri") {
			a.Login = "sri2"
			p += "sri2"
		}
		if _, err := s.Bootstrap(context.Background(), a, p); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("password %q: %v", p, err)
		}
	}
}

func TestNobodyGrantsMoreThanTheyHold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _, _ := fixture(d)
		admin := access.Staff{Login: "admin", Name: "Admin", Roles: []access.Role{access.Admin}, Scope: access.Areas("3674"), Unit: "tangsel"}
		ctx := access.With(context.Background(), hire(t, s, admin).Actor())
		for _, scope := range []access.Scope{access.Nation(), access.Areas("36"), access.Areas("3674", "3172")} {
			a := sri()
			a.Scope = scope
			if _, err := s.Hire(ctx, a, secret); !fault.Is(err, fault.KindForbidden) {
				t.Errorf("granted %s: %v", scope, err)
			}
		}
		kept, err := s.Hire(ctx, sri(), secret)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Change(ctx, kept.ID, func(a *access.Staff) { a.Scope = access.Nation() }); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("widened: %v", err)
		}
		token, err := s.SignIn(ctx, "sri", secret)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Change(ctx, kept.ID, func(a *access.Staff) { a.Active = false }); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Actor(ctx, token); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("a closed account goes on: %v", err)
		}
		if _, err := s.SignIn(ctx, "sri", secret); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("a closed account signs in: %v", err)
		}
		all, err := s.List(ctx)
		if err != nil || len(all) != 2 || all[0].Password != "" {
			t.Errorf("%+v, %v", all, err)
		}
		if _, err := s.List(access.With(ctx, kept.Actor())); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("an operator lists staff: %v", err)
		}
	})
}

func TestChangePassword(t *testing.T) {
	s, _, _ := fixture(dbtest.SQLite(t))
	ctx := access.With(context.Background(), hire(t, s, sri()).Actor())
	if err := s.ChangePassword(ctx, "wrong", "panas terik di Serpong"); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("with a wrong present password: %v", err)
	}
	if err := s.ChangePassword(ctx, secret, "panas terik di Serpong"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SignIn(ctx, "sri", secret); err == nil {
		t.Error("the old password still works")
	}
	if _, err := s.SignIn(ctx, "sri", "panas terik di Serpong"); err != nil {
		t.Error(err)
	}
}
