package goodsdb

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"gotong/internal/db"
	"gotong/internal/goods"
	"gotong/internal/ident"
)

const itemColumns = "i.code, i.name, i.kind, i.unit, i.tracking, i.expires, i.spec, i.value"

func itemInto(i *goods.Item) []any {
	return []any{&i.Code, &i.Name, &i.Kind, &i.Unit, &i.Tracking, &i.Expires, &i.Spec, &i.Value}
}

func scanItem(scan db.Scanner, i *goods.Item) error { return scan(itemInto(i)...) }

// AddItem adds an item.
func (Store) AddItem(ctx context.Context, i goods.Item) error {
	return db.Exec(ctx, "goodsdb: adding an item", `INSERT INTO goods_item (code, name, kind, unit, tracking, expires, spec, value)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, i.Code, i.Name, string(i.Kind), i.Unit, string(i.Tracking), db.Flag(i.Expires), i.Spec, int64(i.Value))
}

// Item returns an item.
func (Store) Item(ctx context.Context, code string) (goods.Item, error) {
	return db.One(ctx, "goodsdb: reading an item", "goods.no_item", "SELECT "+itemColumns+" FROM goods_item i WHERE i.code = $1", scanItem, code)
}

// Items lists the catalogue.
func (Store) Items(ctx context.Context) ([]goods.Item, error) {
	return db.All(ctx, "goodsdb: listing items", "SELECT "+itemColumns+" FROM goods_item i ORDER BY i.code", scanItem)
}

// AddPiece adds a lot or a numbered thing.
func (Store) AddPiece(ctx context.Context, p goods.Piece, at time.Time) error {
	source := p.Source
	if source == "" {
		source = goods.Donation
	}
	return db.Exec(ctx, "goodsdb: adding a lot", `INSERT INTO goods_lot (item, lot, serial, expires, size, health, source, maker, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, p.Item, p.Lot, db.Flag(p.Serial), day(p.Expires), p.Size, p.Health, string(source), p.Maker, at.UnixMilli())
}

// Piece returns a lot or a numbered thing.
func (Store) Piece(ctx context.Context, item, lot string) (goods.Piece, error) {
	return db.One(ctx, "goodsdb: reading a lot", "goods.no_piece", `SELECT l.item, l.lot, l.serial, l.expires, l.size, l.health, l.source, l.maker
		FROM goods_lot l WHERE l.item = $1 AND l.lot = $2`, func(scan db.Scanner, p *goods.Piece) error {
		var expires sql.NullString
		err := scan(&p.Item, &p.Lot, &p.Serial, &expires, &p.Size, &p.Health, &p.Source, &p.Maker)
		if err == nil {
			p.Expires, err = date(expires)
		}
		return err
	}, item, lot)
}

const depotColumns = "d.id, d.code, d.name, d.kind, d.area, d.keeper, d.place"

func depotInto(d *goods.Depot) []any {
	return []any{&d.ID, &d.Code, &d.Name, &d.Kind, &d.Area, &d.Keeper, &d.Place}
}

func scanDepot(scan db.Scanner, d *goods.Depot) error { return scan(depotInto(d)...) }

// AddDepot adds a depot.
func (Store) AddDepot(ctx context.Context, d goods.Depot) error {
	return db.Exec(ctx, "goodsdb: adding a depot", "INSERT INTO goods_depot (id, code, name, kind, area, keeper, place) VALUES ($1, $2, $3, $4, $5, $6, $7)",
		d.ID, d.Code, d.Name, string(d.Kind), d.Area, d.Keeper, d.Place)
}

// Depot returns a depot.
func (Store) Depot(ctx context.Context, depot ident.ID) (goods.Depot, error) {
	return db.One(ctx, "goodsdb: reading a depot", "goods.no_depot", "SELECT "+depotColumns+" FROM goods_depot d WHERE d.id = $1 AND {scope d.area}", scanDepot, depot)
}

// LockDepot has others who would move its stock wait.
func (Store) LockDepot(ctx context.Context, depot ident.ID) error {
	return db.Change(ctx, "goodsdb: locking a depot", "goods.no_depot", "UPDATE goods_depot AS d SET place = place WHERE d.id = $1 AND {scope d.area}", depot)
}

// Depots lists depots.
func (Store) Depots(ctx context.Context) ([]goods.Depot, error) {
	return db.All(ctx, "goodsdb: listing depots", "SELECT "+depotColumns+" FROM goods_depot d WHERE {scope d.area} ORDER BY d.code", scanDepot)
}

// Balances lists what is not zero.
func (Store) Balances(ctx context.Context, f goods.StockFilter) ([]goods.Balance, error) {
	where, args := "", []any{}
	and := func(condition string, v any) {
		args = append(args, v)
		where += fmt.Sprintf(" AND "+condition, len(args))
	}
	if !f.Depot.IsZero() {
		and("b.depot_id = $%d", f.Depot)
	}
	if f.Item != "" {
		and("b.item = $%d", f.Item)
	}
	if f.Kind != "" {
		and("d.kind = $%d", string(f.Kind))
	}
	return db.All(ctx, "goodsdb: listing stock", "SELECT "+depotColumns+", "+itemColumns+`, b.lot, l.expires, b.quantity FROM goods_balance b
		JOIN goods_depot d ON d.id = b.depot_id JOIN goods_item i ON i.code = b.item LEFT JOIN goods_lot l ON l.item = b.item AND l.lot = b.lot
		WHERE b.quantity > 0 AND {scope d.area}`+where+` ORDER BY d.code, i.code, COALESCE(l.expires, '9999'), b.lot`,
		func(scan db.Scanner, b *goods.Balance) error {
			var expires sql.NullString
			err := scan(append(append(depotInto(&b.Depot), itemInto(&b.Item)...), &b.Lot, &expires, &b.Quantity)...)
			if err == nil {
				b.Expires, err = date(expires)
			}
			return err
		}, args...)
}

// Held returns what a depot holds of a lot.
func (Store) Held(ctx context.Context, depot ident.ID, item, lot string) (int64, error) {
	return db.One(ctx, "goodsdb: reading stock", "goods.no_depot", `SELECT CAST(COALESCE(SUM(b.quantity), 0) AS BIGINT) FROM goods_balance b JOIN goods_depot d ON d.id = b.depot_id
		WHERE b.depot_id = $1 AND b.item = $2 AND b.lot = $3 AND {scope d.area}`, func(scan db.Scanner, n *int64) error { return scan(n) }, depot, item, lot)
}

// Coming lists what depots wait for.
func (Store) Coming(ctx context.Context) ([]goods.Coming, error) {
	return db.All(ctx, "goodsdb: listing what is to come", `SELECT o.depot_id, l.item, CAST(SUM(l.quantity - l.accepted) AS BIGINT) FROM goods_order o
		JOIN goods_order_line l ON l.order_id = o.id WHERE o.status = 'ordered' AND {scope o.area} GROUP BY o.depot_id, l.item
		UNION ALL SELECT t.to_id, t.item, CAST(SUM(t.sent - t.received - t.lost) AS BIGINT) FROM goods_transfer t
		WHERE t.sent > t.received + t.lost AND {scope t.area} GROUP BY t.to_id, t.item`,
		func(scan db.Scanner, c *goods.Coming) error { return scan(&c.Depot, &c.Item, &c.Quantity) })
}

// AddMovement adds a movement.
func (Store) AddMovement(ctx context.Context, m goods.Movement) error {
	return db.Exec(ctx, "goodsdb: moving stock", `INSERT INTO goods_movement (id, key, depot_id, area, item, lot, kind, quantity, day, at, actor, approver, document, note,
			transfer_id, release_id, adjustment_id, list_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
		m.ID, m.Key, m.DepotID, m.Area, m.Item, m.Lot, string(m.Kind), m.Quantity, m.Day, m.At.UnixMilli(), m.Actor, db.Text(m.Approver), m.Document, m.Note,
		id(m.TransferID), id(m.ReleaseID), id(m.AdjustID), id(m.ListID))
}

const movementColumns = `m.id, m.key, m.depot_id, m.area, m.item, m.lot, m.kind, m.quantity, m.day, m.at, m.actor, m.approver, m.document, m.note,
	m.transfer_id, m.release_id, m.adjustment_id, m.list_id`

func scanMovement(scan db.Scanner, m *goods.Movement) error {
	var at int64
	var approver sql.NullString
	err := scan(&m.ID, &m.Key, &m.DepotID, &m.Area, &m.Item, &m.Lot, &m.Kind, &m.Quantity, &m.Day, &at, &m.Actor, &approver, &m.Document, &m.Note,
		&m.TransferID, &m.ReleaseID, &m.AdjustID, &m.ListID)
	m.At, m.Approver = time.UnixMilli(at).UTC(), approver.String
	return err
}

// MovementByKey returns the movement of a key.
func (Store) MovementByKey(ctx context.Context, key string) (goods.Movement, error) {
	return db.One(ctx, "goodsdb: finding a movement", "goods.no_movement", "SELECT "+movementColumns+" FROM goods_movement m WHERE m.key = $1 AND {scope m.area}", scanMovement, key)
}

// Movements lists those of an item in a depot.
func (Store) Movements(ctx context.Context, depot ident.ID, item string) ([]goods.Movement, error) {
	return db.All(ctx, "goodsdb: reading a stock card", "SELECT "+movementColumns+" FROM goods_movement m WHERE m.depot_id = $1 AND m.item = $2 AND {scope m.area} ORDER BY m.at, m.id",
		scanMovement, depot, item)
}

// MovementsOf lists those of a lot or numbered thing.
func (Store) MovementsOf(ctx context.Context, item, lot string) ([]goods.Movement, error) {
	return db.All(ctx, "goodsdb: following a lot", "SELECT "+movementColumns+" FROM goods_movement m WHERE m.item = $1 AND m.lot = $2 AND {scope m.area} ORDER BY m.at, m.id",
		scanMovement, item, lot)
}

// AddTransfer adds a transfer.
func (Store) AddTransfer(ctx context.Context, t goods.Transfer) error {
	return db.Exec(ctx, "goodsdb: adding a transfer", `INSERT INTO goods_transfer (id, from_id, to_id, from_area, area, item, lot, planned, actor, at, note)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`, t.ID, t.From, t.To, t.FromArea, t.Area, t.Item, t.Lot, t.Planned, t.Actor, t.At.UnixMilli(), t.Note)
}

const transferQuery = `SELECT t.id, t.from_id, t.to_id, t.from_area, t.area, t.item, t.lot, t.planned, t.sent, t.received, t.lost, t.actor, t.at, t.note, t.lost_by,
		f.name, d.name FROM goods_transfer t JOIN goods_depot f ON f.id = t.from_id JOIN goods_depot d ON d.id = t.to_id
	WHERE ({scope t.area} OR {scope t.from_area})`

func scanTransfer(scan db.Scanner, t *goods.Transfer) error {
	var at int64
	var lostBy sql.NullString
	err := scan(&t.ID, &t.From, &t.To, &t.FromArea, &t.Area, &t.Item, &t.Lot, &t.Planned, &t.Sent, &t.Received, &t.Lost, &t.Actor, &at, &t.Note, &lostBy,
		&t.FromName, &t.ToName)
	t.At, t.LostBy = time.UnixMilli(at).UTC(), lostBy.String
	return err
}

// LockTransfer returns a transfer and has others wait for it.
func (Store) LockTransfer(ctx context.Context, transfer ident.ID) (goods.Transfer, error) {
	// An update takes the row's lock in both engines.
	if err := db.Exec(ctx, "goodsdb: locking a transfer", "UPDATE goods_transfer AS t SET note = note WHERE t.id = $1 AND ({scope t.area} OR {scope t.from_area})", transfer); err != nil {
		return goods.Transfer{}, err
	}
	return db.One(ctx, "goodsdb: reading a transfer", "goods.no_transfer", transferQuery+" AND t.id = $1", scanTransfer, transfer)
}

// SaveTransfer writes what may change of a transfer.
func (Store) SaveTransfer(ctx context.Context, t goods.Transfer) error {
	return db.Change(ctx, "goodsdb: saving a transfer", "goods.no_transfer", `UPDATE goods_transfer AS t SET lost = $2, lost_by = $3, note = $4
		WHERE t.id = $1 AND ({scope t.area} OR {scope t.from_area})`, t.ID, t.Lost, db.Text(t.LostBy), t.Note)
}

// Transfers lists transfers, newest first.
func (Store) Transfers(ctx context.Context) ([]goods.Transfer, error) {
	return db.All(ctx, "goodsdb: listing transfers", transferQuery+" ORDER BY t.at DESC, t.id DESC", scanTransfer)
}

// AddAdjustment adds a correction.
func (Store) AddAdjustment(ctx context.Context, a goods.Adjustment) error {
	return db.Exec(ctx, "goodsdb: proposing a correction", `INSERT INTO goods_adjustment (id, depot_id, area, item, lot, kind, quantity, expected, reason, proposer, at, status)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		a.ID, a.DepotID, a.Area, a.Item, a.Lot, string(a.Kind), a.Quantity, a.Expected, a.Reason, a.Proposer, a.At.UnixMilli(), string(a.Status))
}

const adjustmentQuery = `SELECT a.id, a.depot_id, d.name, a.area, a.item, a.lot, a.kind, a.quantity, a.expected, a.reason, a.proposer, a.at, a.status, a.approver, a.decided_at
	FROM goods_adjustment a JOIN goods_depot d ON d.id = a.depot_id WHERE {scope a.area}`

func scanAdjustment(scan db.Scanner, a *goods.Adjustment) error {
	var at int64
	var approver sql.NullString
	var decided sql.NullInt64
	err := scan(&a.ID, &a.DepotID, &a.DepotName, &a.Area, &a.Item, &a.Lot, &a.Kind, &a.Quantity, &a.Expected, &a.Reason, &a.Proposer, &at, &a.Status, &approver, &decided)
	a.At, a.Approver, a.DecidedAt = time.UnixMilli(at).UTC(), approver.String, db.Instant(decided)
	return err
}

// Adjustment returns a correction.
func (Store) Adjustment(ctx context.Context, adjustment ident.ID) (goods.Adjustment, error) {
	return db.One(ctx, "goodsdb: reading a correction", "goods.no_adjustment", adjustmentQuery+" AND a.id = $1", scanAdjustment, adjustment)
}

// SaveAdjustment decides a correction.
func (Store) SaveAdjustment(ctx context.Context, a goods.Adjustment) error {
	return first(ctx, "goodsdb: deciding a correction", "goods.decided_already", `UPDATE goods_adjustment AS a SET status = $2, approver = $3, decided_at = $4
		WHERE a.id = $1 AND a.status = 'proposed' AND {scope a.area}`, a.ID, string(a.Status), db.Text(a.Approver), db.Millis(a.DecidedAt))
}

// Adjustments lists corrections, those that wait first.
func (Store) Adjustments(ctx context.Context) ([]goods.Adjustment, error) {
	return db.All(ctx, "goodsdb: listing corrections", adjustmentQuery+" ORDER BY CASE a.status WHEN 'proposed' THEN 0 ELSE 1 END, a.at DESC, a.id", scanAdjustment)
}

// AddEmergency adds a declaration.
func (Store) AddEmergency(ctx context.Context, e goods.Emergency) error {
	return db.Exec(ctx, "goodsdb: recording a declaration", `INSERT INTO goods_emergency (id, decree, signed_by, cause, area, from_day, to_day, actor, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, e.ID, e.Decree, e.SignedBy, e.Cause, e.Area, e.From, e.To, e.Actor, e.At.UnixMilli())
}

// A store's keeper must see the emergency that it is opened for, which holds
// in an area around theirs: so whoever sees the release sees the emergency.
const emergencyQuery = `SELECT e.id, e.decree, e.signed_by, e.cause, e.area, e.from_day, e.to_day, e.actor, e.at, e.report, e.reporter, e.reported_at
	FROM goods_emergency e WHERE ({scope e.area} OR EXISTS (SELECT 1 FROM goods_release r WHERE r.emergency_id = e.id AND {scope r.area}))`

func scanEmergency(scan db.Scanner, e *goods.Emergency) error {
	var at int64
	var reporter sql.NullString
	var reported sql.NullInt64
	err := scan(&e.ID, &e.Decree, &e.SignedBy, &e.Cause, &e.Area, &e.From, &e.To, &e.Actor, &at, &e.Report, &reporter, &reported)
	e.At, e.Reporter, e.ReportedAt = time.UnixMilli(at).UTC(), reporter.String, db.Instant(reported)
	return err
}

// Emergency returns a declaration.
func (Store) Emergency(ctx context.Context, emergency ident.ID) (goods.Emergency, error) {
	return db.One(ctx, "goodsdb: reading a declaration", "goods.no_emergency", emergencyQuery+" AND e.id = $1", scanEmergency, emergency)
}

// SaveEmergency writes the report of a declaration.
func (Store) SaveEmergency(ctx context.Context, e goods.Emergency) error {
	return first(ctx, "goodsdb: reporting on an emergency", "goods.reported_already", `UPDATE goods_emergency AS e SET report = $2, reporter = $3, reported_at = $4
		WHERE e.id = $1 AND e.reported_at IS NULL AND {scope e.area}`, e.ID, e.Report, db.Text(e.Reporter), db.Millis(e.ReportedAt))
}

// Emergencies lists declarations, newest first.
func (Store) Emergencies(ctx context.Context) ([]goods.Emergency, error) {
	return db.All(ctx, "goodsdb: listing declarations", emergencyQuery+" ORDER BY e.from_day DESC, e.id", scanEmergency)
}

// AddRelease adds a release.
func (Store) AddRelease(ctx context.Context, r goods.Release) error {
	return db.Exec(ctx, "goodsdb: releasing a store", "INSERT INTO goods_release (id, emergency_id, depot_id, area, note, actor, at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
		r.ID, r.Emergency, r.Depot, r.Area, r.Note, r.Actor, r.At.UnixMilli())
}

// Releases lists releases, newest first.
func (Store) Releases(ctx context.Context, emergency ident.ID) ([]goods.Release, error) {
	query, args := `SELECT r.id, r.emergency_id, r.depot_id, d.name, r.area, r.note, r.actor, r.at FROM goods_release r
		JOIN goods_depot d ON d.id = r.depot_id WHERE {scope r.area}`, []any(nil)
	if !emergency.IsZero() {
		query, args = query+" AND r.emergency_id = $1", []any{emergency}
	}
	return db.All(ctx, "goodsdb: listing releases", query+" ORDER BY r.at DESC, r.id", func(scan db.Scanner, r *goods.Release) error {
		var at int64
		err := scan(&r.ID, &r.Emergency, &r.Depot, &r.DepotName, &r.Area, &r.Note, &r.Actor, &at)
		r.At = time.UnixMilli(at).UTC()
		return err
	}, args...)
}

// Given sums what stores gave out under an emergency's releases: by hand, and
// by lists less what came back.
func (Store) Given(ctx context.Context, emergency ident.ID) ([]goods.Given, error) {
	return db.All(ctx, "goodsdb: summing what was given", "SELECT d.id, d.name, "+itemColumns+`, g.quantity, COALESCE((SELECT CAST(SUM(b.quantity) AS BIGINT) FROM goods_balance b
			WHERE b.depot_id = d.id AND b.item = i.code), 0)
		FROM (SELECT m.depot_id, m.item, CAST(-SUM(m.quantity) AS BIGINT) AS quantity FROM goods_movement m
			LEFT JOIN goods_list x ON x.id = m.list_id JOIN goods_release r ON r.id = COALESCE(m.release_id, x.release_id)
			WHERE r.emergency_id = $1 AND m.kind IN ('issue', 'allot', 'return') AND {scope m.area} GROUP BY m.depot_id, m.item) g
		JOIN goods_depot d ON d.id = g.depot_id JOIN goods_item i ON i.code = g.item ORDER BY d.code, i.code`,
		func(scan db.Scanner, g *goods.Given) error {
			return scan(append(append([]any{&g.Depot, &g.Name}, itemInto(&g.Item)...), &g.Quantity, &g.Left)...)
		}, emergency)
}

// Counts returns how many entries there are.
func (Store) Counts(ctx context.Context) (movements, handovers, meals int64, err error) {
	tx := db.From(ctx)
	for query, into := range map[string]*int64{
		"SELECT COUNT(*) FROM goods_movement m WHERE {scope m.area}": &movements,
		"SELECT COUNT(*) FROM goods_handover h WHERE {scope h.area}": &handovers,
		"SELECT COUNT(*) FROM meal_delivery m WHERE {scope m.area}":  &meals,
	} {
		if err := tx.QueryRow(ctx, query).Scan(into); err != nil {
			return 0, 0, 0, fmt.Errorf("goodsdb: counting: %w", err)
		}
	}
	return movements, handovers, meals, nil
}
