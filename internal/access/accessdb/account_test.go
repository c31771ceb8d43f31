package accessdb_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
)

// staffOf are an administrator of Tangerang Selatan, one of the nation, and
// an operator in the first one's area.
func staffOf(t *testing.T, s *access.Service) (local, national, operator access.Staff) {
	t.Helper()
	admin := access.Staff{Login: "ani", Name: "Ani", Roles: []access.Role{access.Admin}, Scope: access.Areas("3674")}
	local = hire(t, s, admin)
	admin.Login, admin.Scope = "nasional", access.Nation()
	return local, hire(t, s, admin), hire(t, s, sri())
}

func TestAnAdministratorReachesOnlyTheirOwnAreas(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _, _ := fixture(d)
		local, national, operator := staffOf(t, s)
		ctx := access.With(context.Background(), local.Actor())
		all, err := s.List(ctx)
		if err != nil {
			t.Fatal(err)
		}
		var logins []string
		for _, a := range all {
			logins = append(logins, a.Login)
			if a.Password != "" {
				t.Errorf("%s is listed with a hash", a.Login)
			}
		}
		if diff := cmp.Diff([]string{"ani", "sri"}, logins); diff != "" {
			t.Error(diff)
		}
		if found, err := s.ByID(ctx, operator.ID); err != nil || found.Login != "sri" || found.Password != "" {
			t.Errorf("%+v, %v", found, err)
		}
		closed := func(a *access.Staff) { a.Active, a.Scope = false, access.Areas("3674") }
		for name, err := range map[string]error{
			"looking":   second(s.ByID(ctx, national.ID)),
			"changing":  s.Change(ctx, national.ID, closed),
			"resetting": s.ResetPassword(ctx, national.ID, "another good sentence"),
		} {
			if !fault.Is(err, fault.KindNotFound) {
				t.Errorf("%s reaches beyond: %v", name, err)
			}
		}
		if err := s.Change(ctx, operator.ID, func(a *access.Staff) { a.Scope = access.Nation() }); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("granting the nation: %v", err)
		}
	})
}

func second[T any](_ T, err error) error { return err }

func TestNobodyLocksThemselvesOut(t *testing.T) {
	s, _, _ := fixture(dbtest.SQLite(t))
	local, _, _ := staffOf(t, s)
	ctx := access.With(context.Background(), local.Actor())
	for name, change := range map[string]func(*access.Staff){
		"closing":  func(a *access.Staff) { a.Active = false },
		"demoting": func(a *access.Staff) { a.Roles = []access.Role{access.Planner} },
	} {
		if err := s.Change(ctx, local.ID, change); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%s oneself: %v", name, err)
		}
	}
}

func TestAResetEndsSessionsAndTheOldPassword(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _, r := fixture(d)
		local, _, operator := staffOf(t, s)
		ctx := access.With(context.Background(), local.Actor())
		token, err := s.SignIn(ctx, "sri", secret)
		if err != nil {
			t.Fatal(err)
		}
		const fresh = "angin laut di Kalibaru"
		if err := s.ResetPassword(ctx, operator.ID, "short"); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("a short password: %v", err)
		}
		if err := s.ResetPassword(ctx, operator.ID, fresh); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Actor(ctx, token); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("the session goes on: %v", err)
		}
		if _, err := s.SignIn(ctx, "sri", secret); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("the old password opens: %v", err)
		}
		if _, err := s.SignIn(ctx, "sri", fresh); err != nil {
			t.Errorf("the new password: %v", err)
		}
		if err := s.ResetPassword(ctx, local.ID, fresh); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("one's own, without the present one: %v", err)
		}
		if err := s.ResetPassword(access.With(ctx, operator.Actor()), local.ID, fresh); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("an operator resets: %v", err)
		}
		if acts := r.acts; acts[len(acts)-3] != "ani staff.reset sri" {
			t.Errorf("recorded %q", acts)
		}
	})
}
