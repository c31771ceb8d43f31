package goodstest

import (
	"fmt"
	"testing"

	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/goods"
)

// TestStockAtOnce has many take from one store at the same moment: it gives
// what it has, once, and whoever sends the same again is given what stands.
func TestStockAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d)
		w.Item("beras", goods.Food, goods.Bulk)
		from, to := w.Depot("gudang", goods.Warehouse), w.Depot("balai", goods.Centre)
		const times = 8
		if n := dbtest.Race(t, times, func(int) error {
			_, err := w.Receive(As("dina"), goods.Arrival{Key: "surat jalan 1", Depot: from.ID, Piece: goods.Piece{Item: "beras"}, Quantity: 100, Document: "SJ-1"})
			return err
		}); n != times || w.Left(from, "beras") != 100 {
			t.Errorf("%d of %d brought the same, the store holds %d", n, times, w.Left(from, "beras"))
		}
		if n := dbtest.Race(t, times, func(int) error {
			_, err := w.Send(As("dina"), goods.Transfer{From: from.ID, To: to.ID, Item: "beras", Planned: 30})
			return err
		}); n != 3 || w.Left(from, "beras") != 10 {
			t.Errorf("%d sent 30 of 100, the store holds %d", n, w.Left(from, "beras"))
		}
		a, err := w.Count(As("oki"), from.ID, "beras", "", 4, "dimakan tikus")
		w.OK(err)
		if n := dbtest.Race(t, times, func(n int) error { return w.Decide(As([]string{"mira", "maya"}[n%2]), a.ID, n%3 == 0) }); n != 1 {
			t.Errorf("a correction was decided %d times", n)
		}
		a, err = w.Adjustment(As("mira"), a.ID)
		w.OK(err)
		if left := w.Left(from, "beras"); left != map[goods.AdjustStatus]int64{goods.AdjustApproved: 4, goods.AdjustRefused: 10}[a.Status] {
			t.Errorf("the correction is %s, the store holds %d", a.Status, left)
		}
		w.Proved()
	})
}

// TestAnswersAtOnce has several answer a complaint at the same moment: one
// answer stands, and it is not written over.
func TestAnswersAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d)
		g := w.serving(1)
		w.OK(w.Complain(As("oki"), g.ID, Today, "Nasi basi"))
		all, err := w.Complaints(As("dina"), g.ID)
		w.OK(err)
		if n := dbtest.Race(t, 8, func(n int) error {
			return w.Answer(As([]string{"dina", "doni"}[n%2]), all[0].ID, fmt.Sprintf("Jawaban %d", n))
		}); n != 1 {
			t.Errorf("%d answers", n)
		}
	})
}
