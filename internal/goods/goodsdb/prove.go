package goodsdb

import (
	"context"
	"fmt"

	"gotong/internal/db"
	"gotong/internal/goods"
)

// checks finds what breaks each invariant; every query names what it found.
var checks = []struct{ invariant, query string }{
	{goods.StockIsTheSum, `SELECT d.code || ' ' || b.item || ' ' || b.lot FROM goods_balance b JOIN goods_depot d ON d.id = b.depot_id
		WHERE {scope d.area} AND b.quantity <> (SELECT COALESCE(SUM(m.quantity), 0) FROM goods_movement m WHERE m.depot_id = b.depot_id AND m.item = b.item AND m.lot = b.lot)`},
	{goods.StockIsTheSum, `SELECT d.code || ' ' || m.item || ' ' || m.lot FROM goods_movement m JOIN goods_depot d ON d.id = m.depot_id
		WHERE {scope m.area} AND NOT EXISTS (SELECT 1 FROM goods_balance b WHERE b.depot_id = m.depot_id AND b.item = m.item AND b.lot = m.lot)`},
	{goods.StockNotNegative, `SELECT d.code || ' ' || b.item || ' ' || b.lot FROM goods_balance b JOIN goods_depot d ON d.id = b.depot_id WHERE {scope d.area} AND b.quantity < 0`},
	{goods.SerialInOnePlace, `SELECT l.item || ' ' || l.lot FROM goods_lot l WHERE l.serial = 1 AND 1 <
		(SELECT COALESCE(SUM(b.quantity), 0) FROM goods_balance b JOIN goods_depot d ON d.id = b.depot_id WHERE b.item = l.item AND b.lot = l.lot AND {scope d.area})
		+ (SELECT COALESCE(SUM(t.sent - t.received - t.lost), 0) FROM goods_transfer t WHERE t.item = l.item AND t.lot = l.lot AND {scope t.area})
		+ (SELECT COALESCE(SUM(h.quantity), 0) FROM goods_handed h JOIN goods_handover o ON o.id = h.handover_id WHERE h.item = l.item AND h.lot = l.lot AND {scope o.area})`},
	{goods.TransfersConserved, `SELECT t.item || ' ' || t.lot FROM goods_transfer t WHERE {scope t.area} AND {scope t.from_area} AND (t.received + t.lost > t.sent
		OR t.sent <> (SELECT COALESCE(-SUM(m.quantity), 0) FROM goods_movement m WHERE m.transfer_id = t.id AND m.kind = 'transfer_out')
		OR t.received <> (SELECT COALESCE(SUM(m.quantity), 0) FROM goods_movement m WHERE m.transfer_id = t.id AND m.kind = 'transfer_in'))`},
	{goods.ListsConserved, `SELECT l.number || ' ' || s.item || ' ' || s.lot FROM goods_list_stock s JOIN goods_list l ON l.id = s.list_id
		WHERE {scope l.area} AND {scope l.depot_area} AND (s.handed + s.returned > s.allotted OR l.status = 'closed' AND s.handed + s.returned <> s.allotted
		OR s.allotted - s.returned <> (SELECT COALESCE(-SUM(m.quantity), 0) FROM goods_movement m WHERE m.list_id = s.list_id AND m.item = s.item AND m.lot = s.lot)
		OR s.handed <> (SELECT COALESCE(SUM(h.quantity), 0) FROM goods_handed h WHERE h.list_id = s.list_id AND h.item = s.item AND h.lot = s.lot))`},
	{goods.HandedOnce, `SELECT l.number || ' ' || CAST(r.no AS TEXT) FROM goods_recipient r JOIN goods_list l ON l.id = r.list_id
		WHERE {scope r.area} AND (SELECT COUNT(*) FROM goods_handover h WHERE h.list_id = r.list_id AND h.no = r.no) <> CASE WHEN r.status = 'handed' THEN 1 ELSE 0 END`},
	{goods.HandedOnce, `SELECT l.number || ' ' || CAST(h.no AS TEXT) || ' ' || i.item FROM goods_handover h JOIN goods_list l ON l.id = h.list_id JOIN goods_list_item i ON i.list_id = l.id
		WHERE {scope h.area} AND i.each <> (SELECT COALESCE(SUM(x.quantity), 0) FROM goods_handed x WHERE x.handover_id = h.id AND x.item = i.item)`},
	{goods.MealsProved, `SELECT m.day || ' ' || m.carrier FROM meal_delivery m WHERE {scope m.area} AND m.outcome = 'delivered' AND m.photo_id IS NULL
		AND (m.witness = '' OR m.witness = m.carrier)`},
	{goods.FourEyes, `SELECT m.item || ' ' || m.day FROM goods_movement m WHERE {scope m.area} AND m.kind IN ('adjust', 'loss', 'expiry')
		AND (m.approver IS NULL OR m.approver = m.actor OR NOT EXISTS (SELECT 1 FROM goods_adjustment a WHERE a.id = m.adjustment_id AND a.status = 'approved' AND a.quantity = m.quantity))`},
	{goods.StoresOpenedByLaw, `SELECT d.code || ' ' || m.day FROM goods_movement m JOIN goods_depot d ON d.id = m.depot_id
		WHERE {scope m.area} AND d.kind = 'lumbung' AND m.kind IN ('issue', 'allot') AND NOT EXISTS (SELECT 1 FROM goods_release r JOIN goods_emergency e ON e.id = r.emergency_id
			WHERE r.id = m.release_id AND r.depot_id = d.id AND m.day BETWEEN e.from_day AND e.to_day)`},
	{goods.OrdersNotExceeded, `SELECT o.number FROM goods_order_line l JOIN goods_order o ON o.id = l.order_id WHERE {scope o.area} AND (l.accepted > l.quantity
		OR l.accepted <> (SELECT COALESCE(SUM(r.accepted), 0) FROM goods_receipt r WHERE r.order_id = l.order_id AND r.line_no = l.line_no))`},
}

// Prove looks for what must not be.
func (Store) Prove(ctx context.Context) ([]goods.Broken, error) {
	var broken []goods.Broken
	for _, c := range checks {
		found, err := db.All(ctx, fmt.Sprintf("goodsdb: proving %s", c.invariant), c.query, func(scan db.Scanner, s *string) error { return scan(s) })
		if err != nil {
			return nil, err
		}
		for _, what := range found {
			broken = append(broken, goods.Broken{Invariant: c.invariant, What: what})
		}
	}
	return broken, nil
}
