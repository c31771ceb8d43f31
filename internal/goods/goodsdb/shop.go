package goodsdb

import (
	"context"
	"database/sql"
	"time"

	"gotong/internal/civil"
	"gotong/internal/db"
	"gotong/internal/goods"
	"gotong/internal/ident"
)

// AddShop adds a shop.
func (Store) AddShop(ctx context.Context, x goods.Shop) error {
	return db.Exec(ctx, "goodsdb: adding a shop", "INSERT INTO shop (id, name, owner, area, address, edc, active, actor, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
		x.ID, x.Name, x.Owner, x.Area, x.Address, x.EDC, db.Flag(x.Active), x.Actor, x.At.UnixMilli())
}

const shopQuery = `SELECT x.id, x.name, x.owner, x.area, x.address, x.edc, x.active, x.actor, x.at,
		(SELECT MAX(c.day) FROM shop_check c WHERE c.shop_id = x.id),
		(SELECT COUNT(*) FROM shop_finding f WHERE f.shop_id = x.id AND f.status = 'open'),
		(SELECT COUNT(*) FROM shop_finding f WHERE f.shop_id = x.id AND f.status = 'open' AND f.due < $1)
	FROM shop x WHERE {scope x.area}`

func scanShop(scan db.Scanner, x *goods.Shop) error {
	var at int64
	var last sql.NullString
	err := scan(&x.ID, &x.Name, &x.Owner, &x.Area, &x.Address, &x.EDC, &x.Active, &x.Actor, &at, &last, &x.Open, &x.Late)
	if err == nil {
		x.At = time.UnixMilli(at).UTC()
		x.Last, err = date(last)
	}
	return err
}

// Shop returns a shop.
func (Store) Shop(ctx context.Context, shop ident.ID) (goods.Shop, error) {
	return db.One(ctx, "goodsdb: reading a shop", "goods.no_shop", shopQuery+" AND x.id = $2", scanShop, "", shop)
}

// Shops lists shops, by area and name.
func (Store) Shops(ctx context.Context, today civil.Date) ([]goods.Shop, error) {
	return db.All(ctx, "goodsdb: listing shops", shopQuery+" ORDER BY x.area, x.name, x.id", scanShop, today)
}

// AddCheck records a visit and its findings.
func (Store) AddCheck(ctx context.Context, c goods.ShopCheck, found []goods.Finding) error {
	err := db.Exec(ctx, "goodsdb: recording a shop check", `INSERT INTO shop_check (id, shop_id, area, day, edc_works, only_allowed, package_forced, card_kept, note, actor, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`, c.ID, c.Shop, c.Area, c.Day, db.Flag(c.EDCWorks), db.Flag(c.OnlyAllowed), db.Flag(c.PackageForced),
		db.Flag(c.CardKept), c.Note, c.Actor, c.At.UnixMilli())
	for _, p := range c.Prices {
		if err == nil {
			err = db.Exec(ctx, "goodsdb: recording a price", "INSERT INTO shop_price (check_id, item, price, market) VALUES ($1, $2, $3, $4)", c.ID, p.Item, int64(p.Price), int64(p.Market))
		}
	}
	for _, f := range found {
		if err == nil {
			err = db.Exec(ctx, "goodsdb: recording a finding", `INSERT INTO shop_finding (id, check_id, shop_id, area, code, detail, due, status)
				VALUES ($1, $2, $3, $4, $5, $6, $7, 'open')`, f.ID, f.Check, f.Shop, f.Area, string(f.Code), f.Detail, f.Due)
		}
	}
	return err
}

// Checks lists a shop's visits, newest first.
func (Store) Checks(ctx context.Context, shop ident.ID) ([]goods.ShopCheck, error) {
	list, err := db.All(ctx, "goodsdb: listing shop checks", `SELECT c.id, c.shop_id, c.area, c.day, c.edc_works, c.only_allowed, c.package_forced, c.card_kept, c.note, c.actor, c.at
		FROM shop_check c WHERE c.shop_id = $1 AND {scope c.area} ORDER BY c.day DESC`, func(scan db.Scanner, c *goods.ShopCheck) error {
		var at int64
		err := scan(&c.ID, &c.Shop, &c.Area, &c.Day, &c.EDCWorks, &c.OnlyAllowed, &c.PackageForced, &c.CardKept, &c.Note, &c.Actor, &at)
		c.At = time.UnixMilli(at).UTC()
		return err
	}, shop)
	for i := range list {
		if err == nil {
			list[i].Prices, err = db.All(ctx, "goodsdb: reading prices", `SELECT p.item, p.price, p.market FROM shop_price p JOIN shop_check c ON c.id = p.check_id
				WHERE p.check_id = $1 AND {scope c.area} ORDER BY p.item`, func(scan db.Scanner, p *goods.Price) error { return scan(&p.Item, &p.Price, &p.Market) }, list[i].ID)
		}
	}
	return list, err
}

const findingQuery = `SELECT f.id, f.check_id, f.shop_id, x.name, f.area, f.code, f.detail, f.due, f.status, f.follow_up, f.closer, f.closed_at
	FROM shop_finding f JOIN shop x ON x.id = f.shop_id WHERE {scope f.area}`

func scanFinding(scan db.Scanner, f *goods.Finding) error {
	var status string
	var closer sql.NullString
	var closed sql.NullInt64
	err := scan(&f.ID, &f.Check, &f.Shop, &f.ShopName, &f.Area, &f.Code, &f.Detail, &f.Due, &status, &f.FollowUp, &closer, &closed)
	f.Closed, f.Closer, f.ClosedAt = status == "closed", closer.String, db.Instant(closed)
	return err
}

// Finding returns a finding.
func (Store) Finding(ctx context.Context, finding ident.ID) (goods.Finding, error) {
	return db.One(ctx, "goodsdb: reading a finding", "goods.no_finding", findingQuery+" AND f.id = $1", scanFinding, finding)
}

// SaveFinding writes what was done about a finding.
func (Store) SaveFinding(ctx context.Context, f goods.Finding) error {
	return first(ctx, "goodsdb: closing a finding", "goods.decided_already", `UPDATE shop_finding AS f SET status = 'closed', follow_up = $2, closer = $3, closed_at = $4
		WHERE f.id = $1 AND f.status <> 'closed' AND {scope f.area}`, f.ID, f.FollowUp, db.Text(f.Closer), db.Millis(f.ClosedAt))
}

// Findings lists findings, those open first.
func (Store) Findings(ctx context.Context, shop ident.ID) ([]goods.Finding, error) {
	query, args := findingQuery, []any(nil)
	if !shop.IsZero() {
		query, args = query+" AND f.shop_id = $1", []any{shop}
	}
	return db.All(ctx, "goodsdb: listing findings", query+" ORDER BY CASE f.status WHEN 'open' THEN 0 ELSE 1 END, f.due, f.id", scanFinding, args...)
}
