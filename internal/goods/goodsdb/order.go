package goodsdb

import (
	"context"
	"database/sql"
	"time"

	"gotong/internal/db"
	"gotong/internal/goods"
	"gotong/internal/ident"
)

// AddOrder adds an order with its lines.
func (Store) AddOrder(ctx context.Context, o goods.Order) error {
	err := db.Exec(ctx, "goodsdb: adding an order", `INSERT INTO goods_order (id, number, depot_id, area, source, supplier, status, reason, maker, made_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, o.ID, o.Number, o.Depot, o.Area, string(o.Source), o.Supplier, string(o.Status), o.Reason, o.Maker, o.MadeAt.UnixMilli())
	for _, l := range o.Lines {
		if err == nil {
			err = db.Exec(ctx, "goodsdb: adding an order's line", "INSERT INTO goods_order_line (order_id, line_no, item, quantity, price) VALUES ($1, $2, $3, $4, $5)",
				o.ID, l.No, l.Item, l.Quantity, int64(l.Price))
		}
	}
	return err
}

const orderQuery = `SELECT o.id, o.number, o.depot_id, d.name, o.area, o.source, o.supplier, o.contract, o.status, o.reason, o.maker, o.made_at, o.approver, o.approved_at
	FROM goods_order o JOIN goods_depot d ON d.id = o.depot_id WHERE {scope o.area}`

func scanOrder(scan db.Scanner, o *goods.Order) error {
	var made int64
	var approver sql.NullString
	var approved sql.NullInt64
	err := scan(&o.ID, &o.Number, &o.Depot, &o.DepotName, &o.Area, &o.Source, &o.Supplier, &o.Contract, &o.Status, &o.Reason, &o.Maker, &made, &approver, &approved)
	o.MadeAt, o.Approver, o.ApprovedAt = time.UnixMilli(made).UTC(), approver.String, db.Instant(approved)
	return err
}

// Order returns an order with its lines.
func (s Store) Order(ctx context.Context, order ident.ID) (goods.Order, error) {
	o, err := db.One(ctx, "goodsdb: reading an order", "goods.no_order", orderQuery+" AND o.id = $1", scanOrder, order)
	if err != nil {
		return o, err
	}
	o.Lines, err = s.lines(ctx, order)
	return o, err
}

func (Store) lines(ctx context.Context, order ident.ID) ([]goods.OrderLine, error) {
	return db.All(ctx, "goodsdb: reading an order's lines", `SELECT l.line_no, l.item, l.quantity, l.price, l.accepted, l.rejected FROM goods_order_line l
		JOIN goods_order o ON o.id = l.order_id WHERE l.order_id = $1 AND {scope o.area} ORDER BY l.line_no`, func(scan db.Scanner, l *goods.OrderLine) error {
		return scan(&l.No, &l.Item, &l.Quantity, &l.Price, &l.Accepted, &l.Rejected)
	}, order)
}

// LockOrder returns an order and has others wait for it.
func (s Store) LockOrder(ctx context.Context, order ident.ID) (goods.Order, error) {
	if err := db.Exec(ctx, "goodsdb: locking an order", "UPDATE goods_order AS o SET reason = reason WHERE o.id = $1 AND {scope o.area}", order); err != nil {
		return goods.Order{}, err
	}
	return s.Order(ctx, order)
}

// SaveOrder writes what may change of an order.
func (Store) SaveOrder(ctx context.Context, o goods.Order) error {
	return db.Change(ctx, "goodsdb: saving an order", "goods.no_order", `UPDATE goods_order AS o SET supplier = $2, contract = $3, status = $4, approver = $5, approved_at = $6
		WHERE o.id = $1 AND {scope o.area}`, o.ID, o.Supplier, o.Contract, string(o.Status), db.Text(o.Approver), db.Millis(o.ApprovedAt))
}

// Orders lists orders, newest first.
func (s Store) Orders(ctx context.Context, status goods.OrderStatus) ([]goods.Order, error) {
	list, err := db.All(ctx, "goodsdb: listing orders", orderQuery+" AND ($1 = '' OR o.status = $1) ORDER BY o.made_at DESC, o.id DESC", scanOrder, string(status))
	for i := range list {
		if err == nil {
			list[i].Lines, err = s.lines(ctx, list[i].ID)
		}
	}
	return list, err
}

// AddReceipt adds an inspection.
func (Store) AddReceipt(ctx context.Context, r goods.Receipt) error {
	return db.Exec(ctx, "goodsdb: recording an inspection", `INSERT INTO goods_receipt (id, key, order_id, line_no, area, lot, accepted, rejected, reason, document, inspector, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		r.ID, r.Key, r.Order, r.Line, r.Area, r.Lot, r.Accepted, r.Rejected, r.Reason, r.Document, r.Inspector, r.At.UnixMilli())
}

const receiptQuery = `SELECT r.id, r.key, r.order_id, r.line_no, r.area, r.lot, r.accepted, r.rejected, r.reason, r.document, r.inspector, r.at
	FROM goods_receipt r WHERE {scope r.area}`

func scanReceipt(scan db.Scanner, r *goods.Receipt) error {
	var at int64
	err := scan(&r.ID, &r.Key, &r.Order, &r.Line, &r.Area, &r.Lot, &r.Accepted, &r.Rejected, &r.Reason, &r.Document, &r.Inspector, &at)
	r.At = time.UnixMilli(at).UTC()
	return err
}

// ReceiptByKey returns the inspection of a key.
func (Store) ReceiptByKey(ctx context.Context, key string) (goods.Receipt, error) {
	return db.One(ctx, "goodsdb: finding an inspection", "goods.no_line", receiptQuery+" AND r.key = $1", scanReceipt, key)
}

// Receipts lists an order's inspections, oldest first.
func (Store) Receipts(ctx context.Context, order ident.ID) ([]goods.Receipt, error) {
	return db.All(ctx, "goodsdb: listing inspections", receiptQuery+" AND r.order_id = $1 ORDER BY r.at, r.id", scanReceipt, order)
}

// AddCare adds to a thing's log.
func (Store) AddCare(ctx context.Context, c goods.Care) error {
	return db.Exec(ctx, "goodsdb: logging care", `INSERT INTO goods_maintenance (id, item, lot, area, day, kind, note, cost, actor, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, c.ID, c.Item, c.Lot, c.Area, c.Day, c.Kind, c.Note, int64(c.Cost), c.Actor, c.At.UnixMilli())
}

// CareOf returns a thing's log, newest first.
func (Store) CareOf(ctx context.Context, item, lot string) ([]goods.Care, error) {
	return db.All(ctx, "goodsdb: reading care", `SELECT c.id, c.item, c.lot, c.area, c.day, c.kind, c.note, c.cost, c.actor, c.at FROM goods_maintenance c
		WHERE c.item = $1 AND c.lot = $2 AND {scope c.area} ORDER BY c.day DESC, c.id DESC`, func(scan db.Scanner, c *goods.Care) error {
		var at int64
		err := scan(&c.ID, &c.Item, &c.Lot, &c.Area, &c.Day, &c.Kind, &c.Note, &c.Cost, &c.Actor, &at)
		c.At = time.UnixMilli(at).UTC()
		return err
	}, item, lot)
}

// HandedUnit returns under which handing over a thing left.
func (s Store) HandedUnit(ctx context.Context, item, lot string) (*goods.Handover, error) {
	h, err := db.One(ctx, "goodsdb: finding who has a thing", "goods.no_handover", handoverQuery+` AND h.id = (SELECT x.handover_id FROM goods_handed x WHERE x.item = $1 AND x.lot = $2
		ORDER BY x.handover_id DESC LIMIT 1)`, scanHandover, item, lot)
	if err != nil {
		return nil, err
	}
	return &h, nil
}

// Units lists numbered things by item and number.
func (Store) Units(ctx context.Context) ([]goods.Numbered, error) {
	return db.All(ctx, "goodsdb: listing numbered things", "SELECT "+itemColumns+`, l.lot, l.size, l.health, l.source,
			COALESCE((SELECT MIN(d.name) FROM goods_balance b JOIN goods_depot d ON d.id = b.depot_id
				WHERE b.item = l.item AND b.lot = l.lot AND b.quantity > 0 AND {scope d.area}), ''),
			(SELECT MAX(h.at) FROM goods_handed x JOIN goods_handover h ON h.id = x.handover_id WHERE x.item = l.item AND x.lot = l.lot AND {scope h.area}),
			(SELECT MAX(c.day) FROM goods_maintenance c WHERE c.item = l.item AND c.lot = l.lot AND {scope c.area})
		FROM goods_lot l JOIN goods_item i ON i.code = l.item
		WHERE l.serial = 1 AND EXISTS (SELECT 1 FROM goods_movement m WHERE m.item = l.item AND m.lot = l.lot AND {scope m.area})
		ORDER BY l.item, l.lot`, func(scan db.Scanner, u *goods.Numbered) error {
		var handed sql.NullInt64
		var cared sql.NullString
		if err := scan(append(itemInto(&u.Item), &u.Number, &u.Size, &u.Health, &u.Source, &u.Depot, &handed, &cared)...); err != nil {
			return err
		}
		if handed.Valid {
			at := db.Instant(handed)
			u.Handed = &at
		}
		d, err := date(cared)
		if d != nil {
			u.Cared = *d
		}
		return err
	})
}
