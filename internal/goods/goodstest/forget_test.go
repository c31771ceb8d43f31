package goodstest

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"gotong/internal/access"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/goods"
	"gotong/internal/goods/goodsdb"
	"gotong/internal/ident"
)

// TestWhoIsErasedIsOnNoList hands goods and brings meals to a family, erases
// it, and looks for its name in every row of goods and meals.
func TestWhoIsErasedIsOnNoList(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d)
		for i := range w.Town.Folk { // a name that nothing else bears
			w.Town.Folk[i].Name = fmt.Sprintf("Qwyzafrin%02d", i)
		}
		l, _ := w.opened(0)
		g := give(l, 1)
		g.Receiver, g.Note, g.Spot = "Qwyzafrin00", "rumah Qwyzafrin00", &goods.Spot{Latitude: -6_200_000, Longitude: 106_800_000}
		_, err := w.HandOver(As("oki"), g)
		w.OK(err)
		meals := w.serving(12)
		_, err = w.Deliver(As("oki"), w.round(meals, goods.Delivered))
		w.OK(err)
		first := w.Town.Folk[0].FamilyID
		system := access.With(t.Context(), access.System("test"))
		if n := w.rows(system, "Qwyzafrin00"); n == 0 {
			t.Fatal("the search itself finds nothing")
		}

		w.OK(d.Read(system, func(ctx context.Context) error {
			last, open, err := goodsdb.New().LastGiven(ctx, first)
			if last == nil || *last != Today || !open {
				t.Errorf("given last on %v, open %v", last, open)
			}
			return err
		}))
		if err := d.Write(system, func(ctx context.Context) error { _, err := goodsdb.New().Forget(ctx, first); return err }); err == nil {
			t.Error("names were blanked though nobody is being erased")
		}
		var n goodsdb.Named
		w.OK(w.erasing(system, first, func(ctx context.Context) (err error) { n, err = goodsdb.New().Forget(ctx, first); return err }))
		if len(n.Pictures) != 1 || len(n.Lists) != 1 || n.Meals != 1 {
			t.Errorf("named in %+v", n)
		}
		if found := w.rows(system, "Qwyzafrin00"); found > 0 {
			t.Errorf("%d rows still name who was erased", found)
		}
		if found := w.rows(system, "Qwyzafrin01"); found == 0 {
			t.Error("a neighbour was erased as well")
		}
		w.Proved()
	})
}

// erasing does something while a family stands in the table of those that are
// erased, as the register does.
func (w *World) erasing(ctx context.Context, family ident.ID, do func(ctx context.Context) error) error {
	return w.DB.Write(ctx, func(ctx context.Context) error {
		if err := db.Exec(ctx, "test", "INSERT INTO erasing (id) VALUES ($1)", family); err != nil {
			return err
		}
		if err := do(ctx); err != nil {
			return err
		}
		return db.Exec(ctx, "test", "DELETE FROM erasing WHERE id = $1", family)
	})
}

// rows counts the rows of goods and meals in which a word stands.
func (w *World) rows(ctx context.Context, word string) int {
	w.T.Helper()
	n := 0
	for table, columns := range map[string]string{"goods_recipient": "name, name_key, address", "goods_handover": "receiver, letter, note", "meal_client": "name, address, why"} {
		rows, err := w.DB.Pool().QueryContext(ctx, "SELECT "+strings.ReplaceAll(columns, ", ", " || ' ' || ")+" FROM "+table)
		w.OK(err)
		for rows.Next() {
			var text string
			w.OK(rows.Scan(&text))
			if strings.Contains(strings.ToLower(text), strings.ToLower(word)) {
				n++
			}
		}
		w.OK(rows.Close())
	}
	return n
}
