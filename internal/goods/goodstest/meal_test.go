package goodstest

import (
	"testing"
	"time"

	"gotong/internal/civil"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
	"gotong/internal/goods"
	"gotong/internal/ident"
)

// serving registers a group that carries meals to n of the town's people.
func (w *World) serving(n int) goods.Group {
	w.T.Helper()
	g, err := w.RegisterGroup(As("dina"), goods.Group{Name: "Pokmas", Area: Village, Leader: "Sri", Bank: "BRI", Contract: "PKS-1", From: civil.MustParse("2026-02-01"), To: civil.MustParse("2026-03-31"),
		Members: []goods.GroupMember{{Name: "Sri", Task: "ketua"}}}, "1234 5678 9012")
	w.OK(err)
	_, err = w.Assign(As("dina"), g.ID, n)
	w.Refused(fault.KindConflict, err) // nobody has approved it yet
	w.Refused(fault.KindForbidden, w.ApproveGroup(As("dina"), g.ID))
	w.OK(w.ApproveGroup(As("mira"), g.ID))
	added, err := w.Assign(As("dina"), g.ID, n)
	w.OK(err)
	if added != n {
		w.T.Fatalf("%d were assigned", added)
	}
	return g
}

// round is a day on which everybody has the same outcome.
func (w *World) round(g goods.Group, outcome goods.Outcome) goods.Round {
	w.T.Helper()
	p, err := w.Plan(As("oki"), g.ID, w.Service.Today())
	w.OK(err)
	r := goods.Round{Group: g.ID, Day: w.Service.Today(), Carrier: "Rahmat", Witness: "Mulyati"}
	for _, c := range p.Clients {
		if _, ok := p.Meals[c.ID]; !ok {
			r.Marks = append(r.Marks, goods.Mark{Client: c.ID, Outcome: outcome})
		}
	}
	return r
}

func TestMealsOfAMonth(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d)
		w.Town.Folk[0].Gone = true // moved: never assigned
		g := w.serving(3)
		kept, err := w.Group(As("aulia"), g.ID)
		w.OK(err)
		if kept.Masked != "…9012" || kept.Clients != 3 {
			t.Errorf("the group is %+v", kept)
		}
		_, err = w.Pay(As("dina"), goods.Cash{Group: g.ID, Amount: 1, Document: "SPP"})
		w.Refused(fault.KindForbidden, err)
		_, err = w.Pay(As("tari"), goods.Cash{Group: g.ID, Amount: 30000*3*31 + 1, Document: "SPP-0"})
		w.Refused(fault.KindConflict, err) // more than the days ahead
		for range 2 {                      // sent twice
			_, err = w.Pay(As("tari"), goods.Cash{Group: g.ID, Amount: 30000 * 3 * 20, Document: "SPP-1"})
			w.OK(err)
		}
		_, err = w.Pay(As("tari"), goods.Cash{Group: g.ID, Amount: 1, Document: "SPP-1"})
		w.Refused(fault.KindConflict, err)

		r := w.round(g, goods.Delivered)
		r.Witness = " rahmat"
		_, err = w.Deliver(As("oki"), r)
		w.Refused(fault.KindInvalid, err) // carrier and witness are one
		r.Witness = "Mulyati"
		tomorrow := r
		tomorrow.Day = tomorrow.Day.AddDays(1)
		_, err = w.Deliver(As("oki"), tomorrow)
		w.Refused(fault.KindInvalid, err)
		for n := range 4 {
			done, err := w.Deliver(As("oki"), r)
			w.OK(err)
			again, err := w.Deliver(As("oki"), r)
			w.OK(err)
			if done.Delivered != 3 || again.Repeated != 3 || again.Delivered != 0 {
				t.Fatalf("day %d: %+v, then %+v", n, done, again)
			}
			w.Clock.Advance(24 * time.Hour)
			r = w.round(g, goods.Delivered)
		}
		// Three days away in a row: somebody must go and see.
		away := r.Marks[0].Client
		for range 3 {
			r = w.round(g, goods.Delivered)
			r.Marks = r.Marks[:1]
			r.Marks[0] = goods.Mark{Client: away, Outcome: goods.NotHome}
			_, err := w.Deliver(As("oki"), r)
			w.OK(err)
			w.Clock.Advance(24 * time.Hour)
		}
		clients, err := w.Clients(As("oki"), g.ID)
		w.OK(err)
		status := map[ident.ID]goods.ClientStatus{}
		for _, c := range clients {
			status[c.ID] = c.Status
		}
		if status[away] != goods.ClientPaused {
			t.Errorf("who was away is %s", status[away])
		}
		w.OK(w.Resume(As("dina"), away, false, ""))
		r = w.round(g, goods.Died)
		r.Marks = r.Marks[1:2]
		_, err = w.Deliver(As("oki"), r)
		w.OK(err)
		next, err := w.Replace(As("dina"), r.Marks[0].Client)
		w.OK(err)
		_, err = w.Replace(As("dina"), r.Marks[0].Client)
		w.Refused(fault.KindConflict, err)
		if next.Replaces != r.Marks[0].Client {
			t.Errorf("next is %+v", next)
		}
		w.month(g)
	})
}

// month accounts for February.
func (w *World) month(g goods.Group) {
	w.T.Helper()
	_, err := w.Spend(As("oki"), goods.Cash{Group: g.ID, Amount: 200000, Document: "N-1", What: "Beras", Day: w.Service.Today()}, Photo(9))
	w.OK(err)
	_, err = w.Spend(As("oki"), goods.Cash{Group: g.ID, Amount: 200000, Document: "N-2", What: "Beras", Day: w.Service.Today()}, []byte("GIF89a"))
	w.Refused(fault.KindInvalid, err)
	_, err = w.MakeReport(As("dina"), g.ID, "2026-02", "")
	w.Refused(fault.KindConflict, err) // the month goes on
	w.Clock.Advance(30 * 24 * time.Hour)
	r, err := w.MakeReport(As("dina"), g.ID, "2026-02", "")
	w.OK(err)
	if r.Days != 12 || r.Earned != 12*30000 || r.Spent != 200000 {
		w.T.Errorf("the report is %+v", r)
	}
	_, err = w.Spend(As("oki"), goods.Cash{Group: g.ID, Amount: 1, Document: "N-9", What: "x", Day: civil.MustParse("2026-02-10")}, nil)
	w.Refused(fault.KindConflict, err) // the month is accounted for
	w.Refused(fault.KindForbidden, w.ApproveReport(As("mira"), g.ID, "2026-02"))
	w.OK(w.ApproveReport(As("tari"), g.ID, "2026-02"))
	w.Refused(fault.KindConflict, w.ApproveReport(As("tari"), g.ID, "2026-02"))
	_, err = w.TakeBack(As("tari"), goods.Cash{Group: g.ID, Amount: 99999999, Document: "STS-1"})
	w.Refused(fault.KindConflict, err)
	_, err = w.Statement(As("dina"), g.ID, "2026-13")
	w.Refused(fault.KindInvalid, err)
	w.Proved()
}

// TestSignsOfMisuse plants one of each sign and finds them all.
func TestSignsOfMisuse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d)
		g := w.serving(11)
		_, err := w.Deliver(As("oki"), w.round(g, goods.Delivered)) // eleven with one stroke, no photo
		w.OK(err)
		w.Clock.Advance(20*time.Hour + 30*time.Minute) // half past five in the morning
		r := w.round(g, goods.Delivered)
		r.Marks = r.Marks[:1]
		r.Marks[0].Photo = Photo(1)
		_, err = w.Deliver(As("oki"), r)
		w.OK(err)
		w.Clock.Advance(24 * time.Hour)
		r = w.round(g, goods.Delivered)
		r.Marks = r.Marks[1:2]
		r.Marks[0].Photo = Photo(1) // the same photo
		_, err = w.Deliver(As("oki"), r)
		w.OK(err)
		w.Town.Folk[4].Dead = true
		st, err := w.Statement(As("aulia"), g.ID, "2026-02")
		w.OK(err)
		seen := map[goods.FlagKind]int{}
		for _, f := range st.Flags {
			seen[f.Kind]++
		}
		for _, k := range []goods.FlagKind{goods.FlagDead, goods.FlagSameShot, goods.FlagAtOnce, goods.FlagTooEarly} {
			if seen[k] == 0 {
				t.Errorf("%s was not seen: %+v", k, st.Flags)
			}
		}
		w.Clock.Advance(40 * 24 * time.Hour)
		_, err = w.MakeReport(As("dina"), g.ID, "2026-02", "")
		w.Refused(fault.KindInvalid, err) // must be explained
		_, err = w.MakeReport(As("dina"), g.ID, "2026-02", "Sudah ditegur")
		w.OK(err)
	})
}

func TestComplaintsAndShops(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d)
		g := w.serving(1)
		w.Refused(fault.KindInvalid, w.Complain(As("oki"), g.ID, Today, ""))
		w.OK(w.Complain(As("oki"), g.ID, Today, "Nasi basi"))
		all, err := w.Complaints(As("dina"), g.ID)
		w.OK(err)
		if len(all) != 1 || all[0].Due != Today.AddDays(3) {
			t.Fatalf("complaints are %+v", all)
		}
		w.OK(w.Answer(As("dina"), all[0].ID, "Juru masak diganti"))
		w.Refused(fault.KindConflict, w.Answer(As("dina"), all[0].ID, "Lagi"))

		x, err := w.AddShop(As("dina"), goods.Shop{Name: "Melati", Owner: "Bu Ani", Area: Village, Address: "Jalan 1", EDC: "E1"})
		w.OK(err)
		c := goods.ShopCheck{Shop: x.ID, Day: Today, EDCWorks: false, OnlyAllowed: true, CardKept: true, Prices: []goods.Price{{Item: "beras", Price: 11100, Market: 10000}}}
		found, err := w.CheckShop(As("oki"), c)
		w.OK(err)
		codes := map[goods.FindingCode]civil.Date{}
		for _, f := range found {
			codes[f.Code] = f.Due
		}
		if len(codes) != 3 || codes[goods.FoundCards] != Today.AddDays(1) || codes[goods.FoundPrice] != Today.AddDays(7) {
			t.Errorf("found %v", codes)
		}
		_, err = w.CheckShop(As("oki"), c)
		w.Refused(fault.KindConflict, err) // once a day
		bad := c
		bad.Prices = []goods.Price{{Item: "rokok", Price: 1, Market: 1}}
		_, err = w.CheckShop(As("oki"), bad)
		w.Refused(fault.KindInvalid, err)
		w.Clock.Advance(2 * 24 * time.Hour)
		districts, err := w.ShopOverview(As("dina"))
		w.OK(err)
		if len(districts) != 1 || districts[0].Open != 3 || districts[0].Late != 1 || districts[0].Due != 0 {
			t.Errorf("districts are %+v", districts)
		}
		list, err := w.Findings(As("dina"))
		w.OK(err)
		if len(list) != 3 || list[0].Code != goods.FoundCards {
			t.Errorf("findings are %+v", list)
		}
		w.Refused(fault.KindInvalid, w.CloseFinding(As("dina"), list[0].ID, ""))
		w.OK(w.CloseFinding(As("dina"), list[0].ID, "Kartu dikembalikan"))
		w.Refused(fault.KindConflict, w.CloseFinding(As("dina"), list[0].ID, "lagi"))
	})
}
