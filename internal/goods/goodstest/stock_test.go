package goodstest

import (
	"context"
	"testing"
	"time"

	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
	"gotong/internal/goods"
)

func TestStock(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d)
		w.Item("beras", goods.Food, goods.Bulk)
		w.Refused(fault.KindConflict, w.AddItem(As("dina"), goods.Item{Code: "beras", Name: "Beras", Kind: goods.Food, Unit: "kg", Tracking: goods.Bulk}))
		w.Refused(fault.KindForbidden, w.AddItem(As("oki"), goods.Item{Code: "gula", Name: "Gula", Kind: goods.Food, Unit: "kg", Tracking: goods.Bulk}))
		w.Refused(fault.KindInvalid, w.AddItem(As("dina"), goods.Item{Code: "sapi", Name: "Sapi", Kind: goods.Livestock, Unit: "ekor", Tracking: goods.Bulk}))
		a, b := w.Depot("a", goods.Warehouse), w.Depot("b", goods.Centre)
		w.Stocked(a, "beras", 100)

		arrival := goods.Arrival{Key: "once", Depot: a.ID, Piece: goods.Piece{Item: "beras"}, Quantity: 10, Document: "SJ-2"}
		for range 3 { // the same note, sent again, counts once
			_, err := w.Receive(As("dina"), arrival)
			w.OK(err)
		}
		arrival.Quantity = 11
		_, err := w.Receive(As("dina"), arrival)
		w.Refused(fault.KindConflict, err)
		if n := w.Left(a, "beras"); n != 110 {
			t.Fatalf("there are %d", n)
		}

		tr, err := w.Send(As("dina"), goods.Transfer{From: a.ID, To: b.ID, Item: "beras", Planned: 60})
		w.OK(err)
		_, err = w.Send(As("dina"), goods.Transfer{From: a.ID, To: b.ID, Item: "beras", Planned: 51})
		w.Refused(fault.KindConflict, err)
		w.OK(w.Arrive(As("oki"), tr.ID, 40, "k1", ""))
		w.OK(w.Arrive(As("oki"), tr.ID, 40, "k1", ""))
		w.Refused(fault.KindInvalid, w.Arrive(As("oki"), tr.ID, 21, "k2", ""))
		w.Refused(fault.KindForbidden, w.WriteOff(As("dina"), tr.ID, "basah"))
		w.OK(w.WriteOff(As("mira"), tr.ID, "basah"))
		w.Refused(fault.KindConflict, w.WriteOff(As("maya"), tr.ID, "basah"))
		if n, m := w.Left(a, "beras"), w.Left(b, "beras"); n != 50 || m != 40 {
			t.Fatalf("%d and %d", n, m)
		}

		_, err = w.Count(As("oki"), a.ID, "beras", "", 50, "opname")
		w.Refused(fault.KindInvalid, err)
		count, err := w.Count(As("oki"), a.ID, "beras", "", 47, "dimakan tikus")
		w.OK(err)
		w.Refused(fault.KindForbidden, w.Decide(As("oki"), count.ID, true))
		w.OK(w.Decide(As("mira"), count.ID, true))
		w.Refused(fault.KindConflict, w.Decide(As("maya"), count.ID, true))
		_, _, card, err := w.Card(As("aulia"), a.ID, "beras")
		w.OK(err)
		if last := card[len(card)-1]; last.After != 47 || last.Approver != "mira" || last.Actor != "oki" {
			t.Fatalf("the card ends with %+v", last)
		}
		if p := w.Proved(); p.Movements != int64(len(card)+1) {
			t.Fatalf("%d movements", p.Movements)
		}
		if all, err := w.Stock(As("otto"), goods.StockFilter{}); err != nil || len(all) != 0 {
			t.Fatalf("another village sees %v, %v", all, err)
		}
	})
}

// TestTheDatabaseHoldsTheInvariants goes past the service.
func TestTheDatabaseHoldsTheInvariants(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d)
		w.Item("beras", goods.Food, goods.Bulk)
		w.Item("kursi-roda", goods.Device, goods.Serial)
		a, b, l := w.Depot("a", goods.Warehouse), w.Depot("b", goods.Warehouse), w.Depot("l", goods.Lumbung)
		w.Stocked(a, "beras", 5)
		w.Stocked(l, "beras", 5)
		_, err := w.Receive(As("dina"), goods.Arrival{Depot: a.ID, Piece: goods.Piece{Item: "kursi-roda", Lot: "S1", Size: "M"}, Quantity: 1, Document: "SJ"})
		w.OK(err)
		n := 0
		insert := func(depot goods.Depot, item, lot, kind string, quantity int64) error {
			n++
			return d.Write(As("dina"), func(ctx context.Context) error {
				_, err := db.From(ctx).Exec(ctx, `INSERT INTO goods_movement (id, key, depot_id, area, item, lot, kind, quantity, day, at, actor, document, note)
					VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '2026-02-02', 1, 'x', '', '')`, w.IDs.New(), string(rune('A'+n)), depot.ID, Village, item, lot, kind, quantity)
				return err
			})
		}
		for name, err := range map[string]error{
			"below zero":              insert(a, "beras", "", "issue", -6),
			"a second of one number":  insert(b, "kursi-roda", "S1", "receive", 1),
			"two of one number":       insert(a, "kursi-roda", "S1", "receive", 1),
			"a number for bulk":       insert(a, "beras", "L1", "receive", 1),
			"no number":               insert(a, "kursi-roda", "", "receive", 1),
			"a correction by one":     insert(a, "beras", "", "adjust", 1),
			"out of a closed lumbung": insert(l, "beras", "", "issue", -1),
			"in with a minus":         insert(a, "beras", "", "receive", -1),
			"arrived from nowhere":    insert(a, "beras", "", "transfer_in", 1),
			"allotted to no list":     insert(a, "beras", "", "allot", -1),
		} {
			if !db.IsConstraint(err) {
				t.Errorf("%s: %v", name, err)
			}
		}
		for _, statement := range []string{"UPDATE goods_movement AS m SET quantity = 9 WHERE {scope m.area}", "DELETE FROM goods_movement AS m WHERE {scope m.area}"} {
			err := d.Write(As("dina"), func(ctx context.Context) error { _, err := db.From(ctx).Exec(ctx, statement); return err })
			if !db.IsConstraint(err) {
				t.Errorf("%s: %v", statement, err)
			}
		}
		w.Proved()
	})
}

func TestLumbungOpensInAnEmergencyOnly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d)
		w.Item("beras", goods.Food, goods.Bulk)
		l := w.Depot("lumbung", goods.Lumbung)
		w.Stocked(l, "beras", 600)
		give := goods.Giving{Key: "g1", Depot: l.ID, Item: "beras", Quantity: 200, To: "Dapur umum RW 04"}
		_, err := w.Give(As("oki"), give)
		w.Refused(fault.KindConflict, err)
		e, err := w.Declare(As("dina"), goods.Emergency{Decree: "SK 12/2026", SignedBy: "Wali Kota", Cause: "Banjir rob", Area: "3172", From: Today, To: Today.AddDays(6)})
		w.OK(err)
		_, err = w.Order(As("dina"), e.ID, l.ID, "")
		w.Refused(fault.KindForbidden, err)
		_, err = w.Order(As("mira"), e.ID, l.ID, "Buka")
		w.OK(err)
		_, err = w.Give(As("oki"), give)
		w.OK(err)
		_, err = w.Give(As("oki"), give)
		w.OK(err)
		account, err := w.Account(As("oki"), e.ID)
		w.OK(err)
		if len(account.Given) != 1 || account.Given[0].Quantity != 200 || account.Given[0].Left != 400 {
			t.Fatalf("given is %+v", account.Given)
		}
		if len(account.Restock) != 1 || account.Restock[0].Missing() != 100 {
			t.Fatalf("to restock: %+v", account.Restock)
		}
		w.Refused(fault.KindConflict, w.Report(As("dina"), e.ID, "selesai"))
		w.Clock.Advance(8 * 24 * time.Hour)
		_, err = w.Give(As("oki"), goods.Giving{Key: "g2", Depot: l.ID, Item: "beras", Quantity: 1, To: "x"})
		w.Refused(fault.KindConflict, err)
		w.OK(w.Report(As("dina"), e.ID, "200 kg untuk 3 dapur umum"))
		w.Proved()
	})
}

func TestOrders(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d)
		w.Item("kursi-roda", goods.Device, goods.Serial)
		w.Item("kambing", goods.Livestock, goods.Serial)
		w.OK(w.AddItem(As("dina"), goods.Item{Code: "susu", Name: "Susu", Kind: goods.Food, Unit: "dus", Tracking: goods.Lot, Expires: true}))
		a := w.Depot("a", goods.Centre)
		o, err := w.Request(As("dina"), goods.Order{Depot: a.ID, Source: goods.Workshop, Reason: "Permintaan 3 warga", Lines: []goods.OrderLine{
			{Item: "kursi-roda", Quantity: 3, Price: 1500000}, {Item: "susu", Quantity: 20, Price: 50000}, {Item: "kambing", Quantity: 1, Price: 2000000}}})
		w.OK(err)
		if o.Total() != 7500000 {
			t.Errorf("it costs %d", o.Total())
		}
		chairs := goods.Inspection{Key: "r1", Order: o.ID, Line: 1, Accepted: 2, Rejected: 1, Reason: "roda goyah", Document: "SJ-9",
			Pieces: []goods.Piece{{Lot: "KR-1", Size: "M", Maker: "Bengkel Sentra"}, {Lot: "KR-2", Size: "S", Maker: "Bengkel Sentra"}}}
		w.Refused(fault.KindConflict, w.Inspect(As("dina"), chairs)) // not yet ordered
		w.Refused(fault.KindForbidden, w.Approve(As("dina"), o.ID, "Sentra", "K-1"))
		w.OK(w.Approve(As("mira"), o.ID, "Sentra Mulya Jaya", "K-1"))
		w.OK(w.Inspect(As("dina"), chairs))
		w.OK(w.Inspect(As("dina"), chairs)) // sent twice
		bad := chairs
		bad.Key, bad.Accepted, bad.Rejected = "r2", 1, 0
		bad.Pieces = []goods.Piece{{Lot: "KR-1", Size: "M"}}
		w.Refused(fault.KindConflict, w.Inspect(As("dina"), bad)) // a number that came already
		bad.Pieces = []goods.Piece{{Lot: "KR-3"}}
		w.Refused(fault.KindInvalid, w.Inspect(As("dina"), bad)) // no size
		bad.Pieces = []goods.Piece{{Lot: "KR-3", Size: "L"}, {Lot: "KR-4", Size: "L"}}
		bad.Accepted = 2
		w.Refused(fault.KindConflict, w.Inspect(As("dina"), bad)) // more than ordered
		bad.Pieces, bad.Accepted = bad.Pieces[:1], 1
		w.OK(w.Inspect(As("dina"), bad))
		late := Today.AddDays(-1)
		w.Refused(fault.KindInvalid, w.Inspect(As("dina"), goods.Inspection{Key: "m0", Order: o.ID, Line: 2, Accepted: 20, Document: "SJ-9", Pieces: []goods.Piece{{Lot: "L1", Expires: &late}}}))
		good := Today.AddDays(90)
		w.OK(w.Inspect(As("dina"), goods.Inspection{Key: "m1", Order: o.ID, Line: 2, Accepted: 20, Document: "SJ-9", Pieces: []goods.Piece{{Lot: "L1", Expires: &good}}}))
		w.Refused(fault.KindInvalid, w.Inspect(As("dina"), goods.Inspection{Key: "k", Order: o.ID, Line: 3, Accepted: 1, Document: "SJ", Pieces: []goods.Piece{{Lot: "ET-7"}}}))
		w.OK(w.Inspect(As("dina"), goods.Inspection{Key: "k", Order: o.ID, Line: 3, Accepted: 1, Document: "SJ", Pieces: []goods.Piece{{Lot: "ET-7", Health: "Sehat, vaksin PMK"}}}))
		got, receipts, err := w.OrderByID(As("aulia"), o.ID)
		w.OK(err)
		if got.Status != goods.Received || len(receipts) != 4 || got.Lines[0].Rejected != 1 {
			t.Fatalf("the order is %s with %d receipts: %+v", got.Status, len(receipts), got.Lines)
		}
		w.OK(w.LogCare(As("oki"), goods.Care{Item: "kursi-roda", Lot: "KR-1", Day: Today, Kind: "fitting", Note: "Sandaran dinaikkan", Cost: 20000}))
		u, err := w.UnitHistory(As("oki"), "kursi-roda", "KR-1")
		w.OK(err)
		if u.Depot == nil || u.Depot.ID != a.ID || len(u.Care) != 1 || u.Piece.Source != goods.Workshop || u.Piece.Maker != "Bengkel Sentra" {
			t.Fatalf("the chair is %+v", u)
		}
		_, err = w.UnitHistory(As("otto"), "kursi-roda", "KR-1")
		w.Refused(fault.KindNotFound, err)
		w.Proved()
	})
}

func TestReorder(t *testing.T) {
	w := New(t, dbtest.SQLite(t))
	w.Item("beras", goods.Food, goods.Bulk)
	a := w.Depot("a", goods.Lumbung)
	w.Stocked(a, "beras", 120)
	o, err := w.Request(As("dina"), goods.Order{Depot: a.ID, Source: goods.Purchase, Reason: "isi ulang", Lines: []goods.OrderLine{{Item: "beras", Quantity: 300, Price: 12000}}})
	w.OK(err)
	w.OK(w.Approve(As("mira"), o.ID, "Bulog", "K-2"))
	needs, err := w.Reorder(As("dina"))
	w.OK(err)
	if len(needs) != 1 || needs[0].Minimum != 500 || needs[0].Have != 120 || needs[0].Coming != 300 || needs[0].Missing() != 80 {
		t.Fatalf("needs are %+v", needs)
	}
}
