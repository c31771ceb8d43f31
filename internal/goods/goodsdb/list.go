package goodsdb

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"gotong/internal/db"
	"gotong/internal/goods"
	"gotong/internal/ident"
)

// AddProof records a picture.
func (Store) AddProof(ctx context.Context, p goods.Proof) error {
	latitude, longitude := spot(p.Spot)
	return db.Exec(ctx, "goodsdb: recording a picture", `INSERT INTO goods_proof (id, area, kind, sha256, bytes, width, height, latitude, longitude, actor, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		p.ID, p.Area, string(p.Kind), p.SHA256[:], p.Bytes, p.Width, p.Height, latitude, longitude, p.Actor, p.At.UnixMilli())
}

// Proof returns a picture's entry.
func (Store) Proof(ctx context.Context, proof ident.ID) (goods.Proof, error) {
	return db.One(ctx, "goodsdb: reading a picture's entry", "goods.no_proof", `SELECT p.id, p.area, p.kind, p.sha256, p.bytes, p.width, p.height, p.latitude, p.longitude, p.actor, p.at
		FROM goods_proof p WHERE p.id = $1 AND {scope p.area}`, func(scan db.Scanner, p *goods.Proof) error {
		var sum []byte
		var latitude, longitude sql.NullInt64
		var at int64
		err := scan(&p.ID, &p.Area, &p.Kind, &sum, &p.Bytes, &p.Width, &p.Height, &latitude, &longitude, &p.Actor, &at)
		copy(p.SHA256[:], sum)
		p.Spot, p.At = spotOf(latitude, longitude), time.UnixMilli(at).UTC()
		return err
	}, proof)
}

// AddList adds a list with its items and recipients.
func (Store) AddList(ctx context.Context, l goods.List, people []goods.Recipient) error {
	err := db.Exec(ctx, "goodsdb: adding a list", `INSERT INTO goods_list (id, number, title, programme, determination, release_id, depot_id, depot_area, area, day, place, status, maker, made_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		l.ID, l.Number, l.Title, l.Programme, id(l.Determination), id(l.Release), l.Depot, l.DepotArea, l.Area, l.Day, l.Place, string(l.Status), l.Maker, l.MadeAt.UnixMilli())
	if err != nil {
		return err
	}
	for _, i := range l.Items {
		if err := db.Exec(ctx, "goodsdb: adding a list's item", "INSERT INTO goods_list_item (list_id, item, each) VALUES ($1, $2, $3)", l.ID, i.Item, i.Each); err != nil {
			return err
		}
	}
	rows := db.From(ctx).NewBulk("goods_recipient", "list_id", "no", "subject_id", "family_id", "area", "name", "name_key", "address", "code_blind", "status")
	for _, r := range people {
		key := goods.RecipientFilter{Text: r.Name}.Name()
		if err := rows.Add(ctx, l.ID, r.No, r.Subject, id(r.Family), r.Area, r.Name, key, r.Address, r.Code, string(r.Status)); err != nil {
			return fmt.Errorf("goodsdb: adding recipients: %w", err)
		}
	}
	if err := rows.Flush(ctx); err != nil {
		return fmt.Errorf("goodsdb: adding recipients: %w", err)
	}
	return nil
}

// reached chooses the lists that an actor may see: those of the actor's areas,
// and those of a wider area on which somebody of the actor's areas stands. Of
// these only the recipients of the actor's own areas are seen and counted.
const reached = `({scope l.area} OR EXISTS (SELECT 1 FROM goods_recipient m WHERE m.list_id = l.id AND {scope m.area}))`

const listQuery = `SELECT l.id, l.number, l.title, l.programme, l.determination, l.release_id, l.depot_id, d.name, l.depot_area, l.area, l.day, l.place, l.status,
		l.maker, l.made_at, l.opener, l.opened_at, l.closer, l.closed_at,
		(SELECT COUNT(*) FROM goods_recipient r WHERE r.list_id = l.id AND {scope r.area}),
		(SELECT COUNT(*) FROM goods_recipient r WHERE r.list_id = l.id AND r.status = 'handed' AND {scope r.area}),
		(SELECT COUNT(*) FROM goods_recipient r WHERE r.list_id = l.id AND r.status = 'blocked' AND {scope r.area})
	FROM goods_list l JOIN goods_depot d ON d.id = l.depot_id WHERE ` + reached

func scanList(scan db.Scanner, l *goods.List) error {
	var made int64
	var opener, closer sql.NullString
	var opened, closed sql.NullInt64
	err := scan(&l.ID, &l.Number, &l.Title, &l.Programme, &l.Determination, &l.Release, &l.Depot, &l.DepotName, &l.DepotArea, &l.Area, &l.Day, &l.Place, &l.Status,
		&l.Maker, &made, &opener, &opened, &closer, &closed, &l.Recipients, &l.Handed, &l.Blocked)
	l.MadeAt, l.Opener, l.OpenedAt, l.Closer, l.ClosedAt = time.UnixMilli(made).UTC(), opener.String, db.Instant(opened), closer.String, db.Instant(closed)
	return err
}

// List returns a list with its items.
func (s Store) List(ctx context.Context, list ident.ID) (goods.List, error) {
	l, err := db.One(ctx, "goodsdb: reading a list", "goods.no_list", listQuery+" AND l.id = $1", scanList, list)
	if err != nil {
		return l, err
	}
	l.Items, err = db.All(ctx, "goodsdb: reading a list's items", `SELECT i.item, i.each FROM goods_list_item i JOIN goods_list l ON l.id = i.list_id
		WHERE i.list_id = $1 AND `+reached+` ORDER BY i.item`, func(scan db.Scanner, i *goods.ListItem) error { return scan(&i.Item, &i.Each) }, list)
	return l, err
}

// LockList returns a list and has others wait for it.
func (s Store) LockList(ctx context.Context, list ident.ID) (goods.List, error) {
	if err := db.Exec(ctx, "goodsdb: locking a list", "UPDATE goods_list AS l SET place = place WHERE l.id = $1 AND "+reached, list); err != nil {
		return goods.List{}, err
	}
	return s.List(ctx, list)
}

// SaveList writes what may change of a list.
func (Store) SaveList(ctx context.Context, l goods.List) error {
	return db.Change(ctx, "goodsdb: saving a list", "goods.no_list", `UPDATE goods_list AS l SET status = $2, opener = $3, opened_at = $4, closer = $5, closed_at = $6
		WHERE l.id = $1 AND {scope l.area}`, l.ID, string(l.Status), db.Text(l.Opener), db.Millis(l.OpenedAt), db.Text(l.Closer), db.Millis(l.ClosedAt))
}

// Lists lists lists, newest first.
func (Store) Lists(ctx context.Context, status goods.ListStatus) ([]goods.List, error) {
	return db.All(ctx, "goodsdb: listing lists", listQuery+" AND ($1 = '' OR l.status = $1) ORDER BY l.day DESC, l.number DESC", scanList, string(status))
}

// ListStock returns what a list holds, the earliest last day first.
func (Store) ListStock(ctx context.Context, list ident.ID) ([]goods.ListStock, error) {
	return db.All(ctx, "goodsdb: reading a list's stock", `SELECT s.item, s.lot, s.allotted, s.handed, s.returned FROM goods_list_stock s JOIN goods_list l ON l.id = s.list_id
		LEFT JOIN goods_lot x ON x.item = s.item AND x.lot = s.lot WHERE s.list_id = $1 AND `+reached+`
		ORDER BY s.item, COALESCE(x.expires, '9999'), s.lot`, func(scan db.Scanner, x *goods.ListStock) error {
		return scan(&x.Item, &x.Lot, &x.Allotted, &x.Handed, &x.Returned)
	}, list)
}

const recipientColumns = "r.list_id, r.no, r.subject_id, r.family_id, r.area, r.name, r.address, r.status, h.id"

func scanRecipient(scan db.Scanner, r *goods.Recipient) error {
	return scan(&r.List, &r.No, &r.Subject, &r.Family, &r.Area, &r.Name, &r.Address, &r.Status, &r.Handover)
}

// Recipient returns a line of a list.
func (Store) Recipient(ctx context.Context, list ident.ID, no int64) (goods.Recipient, error) {
	return db.One(ctx, "goodsdb: reading a recipient", "goods.no_recipient", "SELECT "+recipientColumns+` FROM goods_recipient r
		LEFT JOIN goods_handover h ON h.list_id = r.list_id AND h.no = r.no WHERE r.list_id = $1 AND r.no = $2 AND {scope r.area}`, scanRecipient, list, no)
}

// Recipients lists lines of a list, and how many there are in all.
func (Store) Recipients(ctx context.Context, f goods.RecipientFilter) ([]goods.Recipient, int64, error) {
	where, args := " FROM goods_recipient r LEFT JOIN goods_handover h ON h.list_id = r.list_id AND h.no = r.no WHERE r.list_id = $1 AND {scope r.area}", []any{f.List}
	if f.Text != "" {
		args = append(args, "%"+strings.NewReplacer("%", "", "_", "").Replace(f.Name())+"%", f.Code())
		where += " AND (r.name_key LIKE $2 OR r.code_blind = $3)"
	}
	if f.Status != "" {
		args = append(args, string(f.Status))
		where += fmt.Sprintf(" AND r.status = $%d", len(args))
	}
	total, err := db.One(ctx, "goodsdb: counting recipients", "goods.no_list", "SELECT COUNT(*)"+where, func(scan db.Scanner, n *int64) error { return scan(n) }, args...)
	if err != nil {
		return nil, 0, err
	}
	page := ""
	if f.Limit > 0 {
		page = fmt.Sprintf(" LIMIT %d OFFSET %d", f.Limit, max(0, f.Offset))
	}
	list, err := db.All(ctx, "goodsdb: listing recipients", "SELECT "+recipientColumns+where+" ORDER BY r.name_key, r.no"+page, scanRecipient, args...)
	return list, total, err
}

// AddHandover records a handing over.
func (Store) AddHandover(ctx context.Context, h goods.Handover) error {
	latitude, longitude := spot(h.Spot)
	err := db.Exec(ctx, "goodsdb: recording a handing over", `INSERT INTO goods_handover (id, key, list_id, no, area, receiver, relation, letter, latitude, longitude,
			photo_id, signature_id, note, actor, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		h.ID, h.Key, h.List, h.No, h.Area, h.Receiver, string(h.Relation), h.Letter, latitude, longitude, id(h.Photo), id(h.Signature), h.Note, h.Actor, h.At.UnixMilli())
	if err != nil {
		return err
	}
	for _, i := range h.Items {
		if err := db.Exec(ctx, "goodsdb: recording what was handed over", "INSERT INTO goods_handed (handover_id, list_id, item, lot, quantity) VALUES ($1, $2, $3, $4, $5)",
			h.ID, h.List, i.Item, i.Lot, i.Quantity); err != nil {
			return err
		}
	}
	return db.Change(ctx, "goodsdb: ticking a recipient", "goods.no_recipient", "UPDATE goods_recipient AS r SET status = 'handed' WHERE r.list_id = $1 AND r.no = $2 AND {scope r.area}", h.List, h.No)
}

const handoverQuery = `SELECT h.id, h.key, h.list_id, h.no, h.area, h.receiver, h.relation, h.letter, h.latitude, h.longitude, h.photo_id, h.signature_id, h.note, h.actor, h.at
	FROM goods_handover h WHERE {scope h.area}`

func scanHandover(scan db.Scanner, h *goods.Handover) error {
	var latitude, longitude sql.NullInt64
	var at int64
	err := scan(&h.ID, &h.Key, &h.List, &h.No, &h.Area, &h.Receiver, &h.Relation, &h.Letter, &latitude, &longitude, &h.Photo, &h.Signature, &h.Note, &h.Actor, &at)
	h.Spot, h.At = spotOf(latitude, longitude), time.UnixMilli(at).UTC()
	return err
}

func scanHanded(scan db.Scanner, i *goods.HandedItem) error {
	return scan(&i.Item, &i.Lot, &i.Quantity)
}

func (Store) handed(ctx context.Context, handover ident.ID) ([]goods.HandedItem, error) {
	return db.All(ctx, "goodsdb: reading what was handed over", `SELECT i.item, i.lot, i.quantity FROM goods_handed i JOIN goods_handover h ON h.id = i.handover_id
		WHERE i.handover_id = $1 AND {scope h.area} ORDER BY i.item, i.lot`, scanHanded, handover)
}

// HandoverOf returns the record of a recipient.
func (s Store) HandoverOf(ctx context.Context, list ident.ID, no int64) (goods.Handover, error) {
	h, err := db.One(ctx, "goodsdb: reading a handing over", "goods.no_handover", handoverQuery+" AND h.list_id = $1 AND h.no = $2", scanHandover, list, no)
	if err != nil {
		return h, err
	}
	h.Items, err = s.handed(ctx, h.ID)
	return h, err
}

// Handover returns a record.
func (s Store) Handover(ctx context.Context, handover ident.ID) (goods.Handover, error) {
	h, err := db.One(ctx, "goodsdb: reading a handing over", "goods.no_handover", handoverQuery+" AND h.id = $1", scanHandover, handover)
	if err != nil {
		return h, err
	}
	h.Items, err = s.handed(ctx, h.ID)
	return h, err
}

// WaitingOf lists on which lists goods wait for a family.
func (Store) WaitingOf(ctx context.Context, family ident.ID) ([]goods.Awaited, error) {
	return db.All(ctx, "goodsdb: listing what a family waits for", `SELECT l.id, l.number, l.title, r.subject_id FROM goods_recipient r JOIN goods_list l ON l.id = r.list_id
		WHERE r.family_id = $1 AND r.status = 'waiting' AND l.status IN ('draft', 'open') AND {scope r.area} ORDER BY l.id, r.no`,
		func(scan db.Scanner, w *goods.Awaited) error { return scan(&w.List, &w.Number, &w.Title, &w.Subject) }, family)
}

// Waits returns who waits on a list of a programme that is not closed yet.
func (Store) Waits(ctx context.Context, programme string) (map[ident.ID]bool, error) {
	list, err := db.All(ctx, "goodsdb: finding who waits", `SELECT r.subject_id FROM goods_recipient r JOIN goods_list l ON l.id = r.list_id
		WHERE l.programme = $1 AND l.status IN ('draft', 'open') AND r.status = 'waiting' AND {scope r.area}`,
		func(scan db.Scanner, i *ident.ID) error { return scan(i) }, programme)
	waits := make(map[ident.ID]bool, len(list))
	for _, i := range list {
		waits[i] = true
	}
	return waits, err
}

// OfFamily lists what a family was handed, newest first.
func (s Store) OfFamily(ctx context.Context, family ident.ID) ([]goods.Got, error) {
	type got struct {
		goods.Got
		handover ident.ID
	}
	list, err := db.All(ctx, "goodsdb: reading what a family got", `SELECT h.list_id, h.no, l.title, l.programme, h.at, h.receiver, h.id FROM goods_recipient r
		JOIN goods_handover h ON h.list_id = r.list_id AND h.no = r.no JOIN goods_list l ON l.id = r.list_id
		WHERE r.family_id = $1 AND {scope r.area} ORDER BY h.at DESC`, func(scan db.Scanner, g *got) error {
		var at int64
		err := scan(&g.List, &g.No, &g.Title, &g.Programme, &at, &g.Receiver, &g.handover)
		g.Day = time.UnixMilli(at).UTC()
		return err
	}, family)
	if err != nil {
		return nil, err
	}
	out := make([]goods.Got, len(list))
	for i, g := range list {
		out[i] = g.Got
		if out[i].Items, err = s.handed(ctx, g.handover); err != nil {
			return nil, err
		}
	}
	return out, nil
}
