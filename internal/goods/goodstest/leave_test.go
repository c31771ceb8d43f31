package goodstest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
	"gotong/internal/goods"
	"gotong/internal/ident"
)

// everywhere is the register at work in the name of an operator.
func everywhere() access.Actor {
	return access.Actor{Login: "oki", Roles: []access.Role{access.Operator}, Scope: access.Nation()}
}

// TestWhoDiedIsBroughtNoMeals has one of three clients die according to the
// register: their meals pause from that day, those carried before it can still
// be entered, nothing more is for the day after, and the office ends or resumes
// them.
func TestWhoDiedIsBroughtNoMeals(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d)
		g := w.serving(3)
		w.Clock.Advance(5 * 24 * time.Hour)
		clients, err := w.Clients(As("oki"), g.ID)
		w.OK(err)
		dead := clients[1]
		died := w.Service.Today().AddDays(-1)
		leave := func(l goods.Leaving) []goods.Stop {
			t.Helper()
			all, err := w.Leave(access.With(t.Context(), everywhere()), l)
			w.OK(err)
			return all
		}
		got := leave(goods.Leaving{Family: dead.Family, Person: dead.Person, Why: goods.Died, On: died})
		if diff := cmp.Diff([]goods.Stop{{Meals: true, ID: dead.ID, Label: g.Name}}, got); diff != "" {
			t.Error(diff)
		}
		if got := leave(goods.Leaving{Family: ident.ID{9}, Why: goods.Died, On: died}); got != nil {
			t.Errorf("a family that nobody serves: %+v", got)
		}
		p, err := w.Plan(As("oki"), g.ID, w.Service.Today())
		w.OK(err)
		if len(p.Clients) != 2 {
			t.Errorf("the carrier is sent to %d doors", len(p.Clients))
		}
		r := goods.Round{Group: g.ID, Day: w.Service.Today(), Carrier: "Rahmat", Witness: "Mulyati", Marks: []goods.Mark{{Client: dead.ID, Outcome: goods.Delivered}}}
		_, err = w.Deliver(As("oki"), r)
		w.Refused(fault.KindConflict, err)
		r.Day = died.AddDays(-1)
		done, err := w.Deliver(As("oki"), r)
		w.OK(err)
		if done.Delivered != 1 {
			t.Errorf("the day before: %+v", done)
		}
		w.OK(w.Resume(As("dina"), dead.ID, false, "")) // it was a mistake
		r.Day = w.Service.Today()
		_, err = w.Deliver(As("oki"), r)
		w.OK(err)
		if got := leave(goods.Leaving{Family: dead.Family, Why: goods.MovedAway, On: died}); len(got) != 1 {
			t.Errorf("the whole family left: %+v", got)
		}
		w.OK(w.Resume(As("dina"), dead.ID, true, "pindah"))
		if got := leave(goods.Leaving{Family: dead.Family, Why: goods.MovedAway, On: died}); got != nil {
			t.Errorf("who was stopped for good: %+v", got)
		}
	})
}

// TestGoodsThatWaitAreNamed names the open list on which goods wait for whoever
// left, and no list once they are handed over.
func TestGoodsThatWaitAreNamed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d)
		l, _ := w.opened(3)
		people, _, err := w.Desk(As("oki"), goods.RecipientFilter{List: l.ID}, access.PurposeService)
		w.OK(err)
		for _, tc := range []struct {
			name string
			of   goods.Leaving
			want int
		}{
			{"whom the goods are for", goods.Leaving{Family: people[0].Family, Person: people[0].Subject}, 1},
			{"the whole family", goods.Leaving{Family: people[0].Family}, 1},
			{"somebody else of it", goods.Leaving{Family: people[0].Family, Person: ident.ID{7, 7}}, 0},
		} {
			tc.of.Why, tc.of.On = goods.Died, w.Service.Today()
			got, err := w.Leave(access.With(t.Context(), everywhere()), tc.of)
			w.OK(err)
			if len(got) != tc.want || tc.want == 1 && (got[0].ID != l.ID || got[0].Meals || got[0].Label != l.Number+", "+l.Title) {
				t.Errorf("%s: %+v", tc.name, got)
			}
		}
	})
}
