package goodstest

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
	"gotong/internal/goods"
	"gotong/internal/ident"
)

// TestRandomMovementsConserveStock makes random movements, some of which must
// be refused, and holds three stores and the road between them to a sum that
// is kept beside them.
func TestRandomMovementsConserveStock(t *testing.T) {
	w := New(t, dbtest.SQLite(t))
	w.Item("beras", goods.Food, goods.Bulk)
	run := 0
	rapid.Check(t, func(rt *rapid.T) {
		run++
		m := model{w: w, held: map[ident.ID]int64{}}
		for n := range 3 {
			m.depots = append(m.depots, w.Depot(fmt.Sprintf("r%d-%d", run, n), goods.Warehouse))
		}
		for range rapid.IntRange(1, 10).Draw(rt, "steps") {
			m.step(rt)
		}
		for _, d := range m.depots {
			if n := w.Left(d, "beras"); n != m.held[d.ID] {
				rt.Fatalf("%s holds %d, and should hold %d", d.Code, n, m.held[d.ID])
			}
		}
	})
	w.Proved()
}

// model is what the stores must hold.
type model struct {
	w      *World
	depots []goods.Depot
	held   map[ident.ID]int64
	ways   []goods.Transfer
	keys   int
}

func (m *model) step(rt *rapid.T) {
	d := m.depots[rapid.IntRange(0, 2).Draw(rt, "depot")]
	n := rapid.Int64Range(-1, 60).Draw(rt, "quantity")
	m.keys++
	key := fmt.Sprintf("%s/%d", d.Code, m.keys)
	switch rapid.IntRange(0, 4).Draw(rt, "act") {
	case 0:
		_, err := m.w.Receive(As("dina"), goods.Arrival{Key: key, Depot: d.ID, Piece: goods.Piece{Item: "beras"}, Quantity: n, Document: "SJ"})
		m.expect(rt, err, n > 0, func() { m.held[d.ID] += n })
	case 1:
		_, err := m.w.Give(As("oki"), goods.Giving{Key: key, Depot: d.ID, Item: "beras", Quantity: n, To: "Dapur"})
		m.expect(rt, err, n > 0 && n <= m.held[d.ID], func() { m.held[d.ID] -= n })
	case 2:
		to := m.depots[rapid.IntRange(0, 2).Draw(rt, "to")]
		t, err := m.w.Send(As("dina"), goods.Transfer{From: d.ID, To: to.ID, Item: "beras", Planned: n})
		m.expect(rt, err, n > 0 && n <= m.held[d.ID] && to.ID != d.ID, func() { m.held[d.ID] -= n; m.ways = append(m.ways, t) })
	case 3:
		if len(m.ways) == 0 {
			return
		}
		t := &m.ways[rapid.IntRange(0, len(m.ways)-1).Draw(rt, "way")]
		err := m.w.Arrive(As("oki"), t.ID, n, key, "")
		m.expect(rt, err, n > 0 && n <= t.OnTheWay(), func() { t.Received += n; m.held[t.To] += n })
	case 4:
		a, err := m.w.Count(As("oki"), d.ID, "beras", "", n, "hitung")
		m.expect(rt, err, n >= 0 && n != m.held[d.ID], func() {
			m.w.Refused(fault.KindForbidden, m.w.Decide(As("oki"), a.ID, true))
			yes := rapid.Bool().Draw(rt, "approve")
			m.w.OK(m.w.Decide(As("mira"), a.ID, yes))
			if yes {
				m.held[d.ID] = n
			}
		})
	}
}

// expect holds an act to being done, or refused as somebody's mistake.
func (m *model) expect(rt *rapid.T, err error, allowed bool, done func()) {
	switch {
	case err == nil && allowed:
		done()
	case err == nil:
		rt.Fatal("done, and should have been refused")
	case allowed:
		rt.Fatalf("refused: %v", err)
	case !fault.Is(err, fault.KindInvalid) && !fault.Is(err, fault.KindConflict):
		rt.Fatal(err)
	}
}
