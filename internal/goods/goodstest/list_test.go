package goodstest

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
	"gotong/internal/goods"
)

// opened makes and opens a list for the town's people: two kilos each.
func (w *World) opened(most int) (goods.List, goods.Depot) {
	w.T.Helper()
	w.Item("beras", goods.Food, goods.Bulk)
	d := w.Depot("gudang", goods.Warehouse)
	w.Stocked(d, "beras", 100)
	l, err := w.MakeList(As("dina"), goods.Draft{Title: "Beras", Programme: "permakanan", Depot: d.ID, Area: Village, Day: Today, Place: "Balai", Items: []goods.ListItem{{Item: "beras", Each: 2}}, Most: most})
	w.OK(err)
	w.Refused(fault.KindForbidden, w.Open(As("dina"), l.ID))
	w.OK(w.Open(As("mira"), l.ID))
	return l, d
}

func give(l goods.List, no int64) goods.Giveaway {
	return goods.Giveaway{Key: fmt.Sprintf("desk/%d", no), List: l.ID, No: no, Receiver: "Siti", Relation: goods.Self, Photo: Photo(byte(no))}
}

func TestADistributionDay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d)
		w.Town.Folk[3].Gone, w.Town.Folk[3].Dead = true, true
		l, depot := w.opened(0)
		if n := w.Left(depot, "beras"); n != 100-11*2 {
			t.Fatalf("the store holds %d after the list was opened", n)
		}
		_, err := w.HandOver(As("oki"), give(l, 4))
		w.Refused(fault.KindConflict, err) // dead on record
		g := give(l, 1)
		for name, bad := range map[string]func(*goods.Giveaway){
			"no proof":        func(g *goods.Giveaway) { g.Photo = nil },
			"no receiver":     func(g *goods.Giveaway) { g.Receiver = "" },
			"no letter":       func(g *goods.Giveaway) { g.Relation = goods.Representative },
			"no relation":     func(g *goods.Giveaway) { g.Relation = "neighbour" },
			"off the globe":   func(g *goods.Giveaway) { g.Spot = &goods.Spot{Latitude: 91e6} },
			"not a picture":   func(g *goods.Giveaway) { g.Photo = []byte("%PDF-1.7") },
			"nobody's number": func(g *goods.Giveaway) { g.Key = "" },
		} {
			x := g
			bad(&x)
			if _, err := w.HandOver(As("oki"), x); !fault.Is(err, fault.KindInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		h, err := w.HandOver(As("oki"), g)
		w.OK(err)
		again, err := w.HandOver(As("oki"), g) // the same desk, sent twice
		w.OK(err)
		if h.ID != again.ID {
			t.Error("the same desk got another record")
		}
		g.Key = "another desk"
		_, err = w.HandOver(As("dina"), g)
		w.Refused(fault.KindConflict, err)
		_, err = w.HandOver(As("otto"), give(l, 2))
		w.Refused(fault.KindNotFound, err)
		_, err = w.HandOver(As("aulia"), give(l, 2))
		w.Refused(fault.KindForbidden, err)

		rec, err := w.Record(As("oki"), h.ID)
		w.OK(err)
		if rec.Recipient.Status != goods.Handed || len(rec.Photo) == 0 || rec.Signature != nil || rec.Items["beras"].Unit != "buah" {
			t.Errorf("the record is %+v", rec.Recipient)
		}
		if diff := cmp.Diff([]goods.HandedItem{{Item: "beras", Quantity: 2}}, rec.Handover.Items); diff != "" {
			t.Error(diff)
		}
		for _, sealed := range w.Box {
			if bytes.Contains(sealed, []byte("JFIF")) {
				t.Error("a photo lies in clear")
			}
		}
		got, err := w.OfFamily(As("oki"), w.Town.Folk[0].FamilyID)
		w.OK(err)
		if len(got) != 1 || got[0].Receiver != "Siti" {
			t.Errorf("the family got %+v", got)
		}
		w.OK(w.Close(As("dina"), l.ID))
		w.Refused(fault.KindConflict, w.Close(As("dina"), l.ID))
		_, err = w.HandOver(As("oki"), give(l, 2))
		w.Refused(fault.KindConflict, err)
		if n := w.Left(depot, "beras"); n != 98 {
			t.Errorf("the store holds %d after the list was closed", n)
		}
		if p := w.Proved(); p.Handovers != 1 {
			t.Errorf("%d handovers", p.Handovers)
		}
	})
}

// TestFindingSomebody looks for people as a desk does.
func TestFindingSomebody(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d)
		l, _ := w.opened(0)
		for text, want := range map[string]int64{"orang 0": 10, "ORANG  07": 1, "kode-0003": 1, "kode 0003": 1, "KODE-0099": 0, "%": 12, "_": 12, "Badu": 0} {
			people, n, err := w.Desk(As("oki"), goods.RecipientFilter{List: l.ID, Text: text, Limit: 5}, access.PurposePayment)
			w.OK(err)
			if n != want || int64(len(people)) != min(n, 5) {
				t.Errorf("%q finds %d, shows %d, want %d", text, n, len(people), want)
			}
		}
		_, _, err := w.Desk(As("otto"), goods.RecipientFilter{List: l.ID}, access.PurposePayment)
		w.Refused(fault.KindNotFound, err)
	})
}

// TestWhoWaitsStandsOnNoOtherList: a programme's second list has whom the
// first left out, and nobody twice.
func TestWhoWaitsStandsOnNoOtherList(t *testing.T) {
	w := New(t, dbtest.SQLite(t))
	l, depot := w.opened(7)
	again := goods.Draft{Title: "Lagi", Programme: "permakanan", Depot: depot.ID, Area: Village, Day: Today, Place: "Balai", Items: []goods.ListItem{{Item: "beras", Each: 1}}}
	second, err := w.MakeList(As("dina"), again)
	w.OK(err)
	if got, _, err := w.ListByID(As("dina"), second.ID); err != nil || got.Recipients != 5 {
		t.Fatalf("the second list has %d: %v", got.Recipients, err)
	}
	_, err = w.MakeList(As("dina"), again)
	w.Refused(fault.KindConflict, err)
	w.OK(w.Close(As("dina"), second.ID)) // a draft is cancelled
	w.OK(w.Close(As("dina"), l.ID))
	third, err := w.MakeList(As("dina"), again)
	w.OK(err)
	if got, _, err := w.ListByID(As("dina"), third.ID); err != nil || got.Recipients != 12 {
		t.Fatalf("the third list has %d: %v", got.Recipients, err)
	}
}

// TestTwoDesksAtOnce has many desks hand the same people their goods at the
// same time: everybody receives once.
func TestTwoDesksAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d)
		l, _ := w.opened(3)
		const desks = 4
		var mutex sync.Mutex
		given := map[int64]int{}
		var all sync.WaitGroup
		for desk := range desks {
			all.Go(func() {
				for no := int64(1); no <= 3; no++ {
					g := give(l, no)
					g.Key = fmt.Sprintf("%d/%d", desk, no)
					_, err := w.HandOver(As([]string{"oki", "dina"}[desk%2]), g)
					if err == nil {
						mutex.Lock()
						given[no]++
						mutex.Unlock()
					} else if !fault.Is(err, fault.KindConflict) {
						t.Errorf("desk %d: %v", desk, err)
					}
				}
			})
		}
		all.Wait()
		if diff := cmp.Diff(map[int64]int{1: 1, 2: 1, 3: 1}, given); diff != "" {
			t.Error(diff)
		}
		w.Proved()
	})
}

// TestALumbungGivesToAListOnlyInAnEmergency goes past the service as well.
func TestALumbungGivesToAListOnlyInAnEmergency(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d)
		w.Item("beras", goods.Food, goods.Bulk)
		store := w.Depot("lumbung", goods.Lumbung)
		w.Stocked(store, "beras", 50)
		draft := goods.Draft{Title: "Banjir", Depot: store.ID, Area: Village, Day: Today, Place: "Balai", Items: []goods.ListItem{{Item: "beras", Each: 5}},
			Named: []goods.Named{{Name: "Sumiati", Address: "RT 1"}, {Name: "Kasmin"}}}
		_, err := w.MakeList(As("dina"), draft)
		w.Refused(fault.KindConflict, err)
		e, err := w.Declare(As("dina"), goods.Emergency{Decree: "SK 1", SignedBy: "Bupati", Cause: "Banjir", Area: Village, From: Today, To: Today.AddDays(2)})
		w.OK(err)
		_, err = w.Order(As("mira"), e.ID, store.ID, "")
		w.OK(err)
		twice := draft
		twice.Named = append(twice.Named, goods.Named{Name: " sumiati ", Address: "rt  1"})
		_, err = w.MakeList(As("dina"), twice)
		w.Refused(fault.KindInvalid, err)
		l, err := w.MakeList(As("dina"), draft)
		w.OK(err)
		w.Clock.Advance(5 * 24 * time.Hour)
		w.Refused(fault.KindConflict, w.Open(As("mira"), l.ID)) // the emergency is over
		other := w.Depot("b", goods.Warehouse)
		for name, insert := range map[string]string{
			"allotted":  "allot",
			"sent away": "transfer_out",
		} {
			err := d.Write(As("dina"), func(ctx context.Context) error {
				var list, transfer any
				if insert == "allot" {
					list = l.ID
				} else {
					id := w.IDs.New()
					transfer = id
					if _, err := db.From(ctx).Exec(ctx, `INSERT INTO goods_transfer (id, from_id, to_id, from_area, area, item, lot, planned, actor, at, note)
						VALUES ($1, $2, $3, $4, $4, 'beras', '', 1, 'x', 1, '')`, id, store.ID, other.ID, Village); err != nil {
						return err
					}
				}
				_, err := db.From(ctx).Exec(ctx, `INSERT INTO goods_movement (id, key, depot_id, area, item, lot, kind, quantity, day, at, actor, document, note, list_id, transfer_id)
					VALUES ($1, $2, $3, $4, 'beras', '', $5, -1, '2026-02-07', 1, 'x', '', '', $6, $7)`, w.IDs.New(), "k"+insert, store.ID, Village, insert, list, transfer)
				return err
			})
			if !db.IsConstraint(err) {
				t.Errorf("%s: %v", name, err)
			}
		}
		w.Proved()
	})
}

// TestHandingOverByNumber hands a person the wheelchair that was fitted.
func TestHandingOverByNumber(t *testing.T) {
	w := New(t, dbtest.SQLite(t))
	w.Item("kursi-roda", goods.Device, goods.Serial)
	depot := w.Depot("sentra", goods.Centre)
	for _, no := range []string{"KR-1", "KR-2"} {
		_, err := w.Receive(As("dina"), goods.Arrival{Depot: depot.ID, Piece: goods.Piece{Item: "kursi-roda", Lot: no, Size: "M"}, Quantity: 1, Document: "SJ"})
		w.OK(err)
	}
	l, err := w.MakeList(As("dina"), goods.Draft{Title: "Kursi", Programme: "permakanan", Most: 2, Depot: depot.ID, Area: Village, Day: Today, Place: "Sentra", Items: []goods.ListItem{{Item: "kursi-roda", Each: 1}}})
	w.OK(err)
	w.OK(w.Open(As("mira"), l.ID))
	g := give(l, 1)
	g.Serials = map[string]string{"kursi-roda": "KR-9"}
	_, err = w.HandOver(As("oki"), g)
	w.Refused(fault.KindConflict, err)
	g.Serials["kursi-roda"] = "KR-2"
	_, err = w.HandOver(As("oki"), g)
	w.OK(err)
	units, err := w.Units(As("oki"))
	w.OK(err)
	if len(units) != 2 || units[0].Handed != nil || units[1].Handed == nil || units[1].Number != "KR-2" {
		t.Errorf("the chairs are %+v", units)
	}
	u, err := w.UnitHistory(As("oki"), "kursi-roda", "KR-2")
	w.OK(err)
	if u.Handed == nil || u.Handed.No != 1 || u.Depot != nil {
		t.Errorf("the chair is %+v", u)
	}
	_, err = w.Receive(As("dina"), goods.Arrival{Depot: depot.ID, Piece: goods.Piece{Item: "kursi-roda", Lot: "KR-2", Size: "M"}, Quantity: 1, Document: "SJ"})
	w.Refused(fault.KindConflict, err) // a number comes in once
	w.Proved()
}

// TestAListOfAWiderArea is made for a regency: whoever hands over in a village
// of it sees those of the village, and gives them theirs; nobody else does.
func TestAListOfAWiderArea(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d)
		w.Item("beras", goods.Food, goods.Bulk)
		depot := w.Depot("gudang", goods.Warehouse)
		w.Stocked(depot, "beras", 100)
		l, err := w.MakeList(As("dina"), goods.Draft{Title: "Beras", Programme: "permakanan", Depot: depot.ID, Area: "3172", Day: Today, Place: "Balai",
			Items: []goods.ListItem{{Item: "beras", Each: 2}}})
		w.OK(err)
		w.OK(w.Open(As("mira"), l.ID))
		all, err := w.Lists(As("oki"), "")
		w.OK(err)
		if len(all) != 1 || all[0].Recipients != int64(len(w.Town.Folk)) {
			t.Fatalf("the village sees %+v", all)
		}
		if _, stock, err := w.ListByID(As("oki"), l.ID); err != nil || len(stock) != 1 {
			t.Errorf("what lies at the desk: %v %v", stock, err)
		}
		_, err = w.HandOver(As("oki"), give(l, 1))
		w.OK(err)
		if all, err = w.Lists(As("otto"), ""); err != nil || len(all) != 0 {
			t.Errorf("a village elsewhere sees %d lists: %v", len(all), err)
		}
		_, err = w.HandOver(As("otto"), give(l, 2))
		w.Refused(fault.KindNotFound, err)
		w.Refused(fault.KindForbidden, w.Close(As("oki"), l.ID))
		w.OK(w.Close(As("dina"), l.ID))
	})
}
