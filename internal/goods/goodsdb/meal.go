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

// AddGroup adds a group with its members.
func (Store) AddGroup(ctx context.Context, g goods.Group) error {
	err := db.Exec(ctx, "goodsdb: adding a group", `INSERT INTO meal_group (id, name, area, leader, bank, account_sealed, account_masked, contract, from_day, to_day, status, maker, made_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		g.ID, g.Name, g.Area, g.Leader, g.Bank, g.Sealed, g.Masked, g.Contract, g.From, g.To, string(g.Status), g.Maker, g.MadeAt.UnixMilli())
	for i, m := range g.Members {
		if err == nil {
			err = db.Exec(ctx, "goodsdb: adding a group's member", "INSERT INTO meal_member (group_id, no, name, task) VALUES ($1, $2, $3, $4)", g.ID, i+1, m.Name, m.Task)
		}
	}
	return err
}

const groupQuery = `SELECT g.id, g.name, g.area, g.leader, g.bank, g.account_sealed, g.account_masked, g.contract, g.from_day, g.to_day, g.status, g.maker, g.made_at,
		g.approver, g.approved_at, (SELECT COUNT(*) FROM meal_client c WHERE c.group_id = g.id AND c.status = 'active')
	FROM meal_group g WHERE {scope g.area}`

func scanGroup(scan db.Scanner, g *goods.Group) error {
	var made int64
	var approver sql.NullString
	var approved sql.NullInt64
	err := scan(&g.ID, &g.Name, &g.Area, &g.Leader, &g.Bank, &g.Sealed, &g.Masked, &g.Contract, &g.From, &g.To, &g.Status, &g.Maker, &made, &approver, &approved, &g.Clients)
	g.MadeAt, g.Approver, g.ApprovedAt = time.UnixMilli(made).UTC(), approver.String, db.Instant(approved)
	return err
}

// Group returns a group with its members.
func (Store) Group(ctx context.Context, group ident.ID) (goods.Group, error) {
	g, err := db.One(ctx, "goodsdb: reading a group", "goods.no_group", groupQuery+" AND g.id = $1", scanGroup, group)
	if err != nil {
		return g, err
	}
	g.Members, err = db.All(ctx, "goodsdb: reading a group's members", `SELECT m.name, m.task FROM meal_member m JOIN meal_group g ON g.id = m.group_id
		WHERE m.group_id = $1 AND {scope g.area} ORDER BY m.no`, func(scan db.Scanner, m *goods.GroupMember) error { return scan(&m.Name, &m.Task) }, group)
	return g, err
}

// LockGroup returns a group and has others wait for it.
func (s Store) LockGroup(ctx context.Context, group ident.ID) (goods.Group, error) {
	if err := db.Exec(ctx, "goodsdb: locking a group", "UPDATE meal_group AS g SET name = name WHERE g.id = $1 AND {scope g.area}", group); err != nil {
		return goods.Group{}, err
	}
	return s.Group(ctx, group)
}

// SaveGroup writes what may change of a group.
func (Store) SaveGroup(ctx context.Context, g goods.Group) error {
	return db.Change(ctx, "goodsdb: saving a group", "goods.no_group", "UPDATE meal_group AS g SET status = $2, approver = $3, approved_at = $4 WHERE g.id = $1 AND {scope g.area}",
		g.ID, string(g.Status), db.Text(g.Approver), db.Millis(g.ApprovedAt))
}

// Groups lists groups, by name.
func (Store) Groups(ctx context.Context) ([]goods.Group, error) {
	return db.All(ctx, "goodsdb: listing groups", groupQuery+" ORDER BY g.name, g.id", scanGroup)
}

// AddClient adds a client.
func (Store) AddClient(ctx context.Context, c goods.Client) error {
	return db.Exec(ctx, "goodsdb: adding a client", `INSERT INTO meal_client (id, group_id, person_id, family_id, area, name, address, from_day, status, replaces, actor, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		c.ID, c.Group, c.Person, c.Family, c.Area, c.Name, c.Address, c.From, string(c.Status), id(c.Replaces), c.Actor, c.At.UnixMilli())
}

const clientQuery = `SELECT c.id, c.group_id, c.person_id, c.family_id, c.area, c.name, c.address, c.from_day, c.status, c.why, c.since, c.replaces, c.actor, c.at,
		(SELECT COUNT(*) FROM meal_client n WHERE n.replaces = c.id)
	FROM meal_client c WHERE {scope c.area}`

func scanClient(scan db.Scanner, c *goods.Client) error {
	var at, replaced int64
	var since sql.NullString
	err := scan(&c.ID, &c.Group, &c.Person, &c.Family, &c.Area, &c.Name, &c.Address, &c.From, &c.Status, &c.Why, &since, &c.Replaces, &c.Actor, &at, &replaced)
	if err != nil {
		return err
	}
	c.At, c.Replaced = time.UnixMilli(at).UTC(), replaced > 0
	d, err := date(since)
	if d != nil {
		c.Since = *d
	}
	return err
}

// Client returns a client.
func (Store) Client(ctx context.Context, client ident.ID) (goods.Client, error) {
	return db.One(ctx, "goodsdb: reading a client", "goods.no_client", clientQuery+" AND c.id = $1", scanClient, client)
}

// SaveClient writes what may change of a client.
func (Store) SaveClient(ctx context.Context, c goods.Client) error {
	var since any
	if c.Since != 0 {
		since = c.Since
	}
	return db.Change(ctx, "goodsdb: saving a client", "goods.no_client", "UPDATE meal_client AS c SET status = $2, why = $3, since = $4 WHERE c.id = $1 AND {scope c.area}",
		c.ID, string(c.Status), c.Why, since)
}

// Clients lists a group's clients, by name.
func (Store) Clients(ctx context.Context, group ident.ID) ([]goods.Client, error) {
	return db.All(ctx, "goodsdb: listing clients", clientQuery+" AND c.group_id = $1 ORDER BY c.name, c.id", scanClient, group)
}

// ClientsOf lists a family's clients, by name.
func (Store) ClientsOf(ctx context.Context, family ident.ID) ([]goods.Client, error) {
	return db.All(ctx, "goodsdb: listing a family's clients", clientQuery+" AND c.family_id = $1 ORDER BY c.name, c.id", scanClient, family)
}

// Served returns whom any group serves in an area, or has served.
func (Store) Served(ctx context.Context, area string) (map[ident.ID]bool, error) {
	list, err := db.All(ctx, "goodsdb: listing who is served", "SELECT c.person_id FROM meal_client c WHERE c.area LIKE $1 || '%' AND {scope c.area}",
		func(scan db.Scanner, p *ident.ID) error { return scan(p) }, area)
	served := make(map[ident.ID]bool, len(list))
	for _, p := range list {
		served[p] = true
	}
	return served, err
}

// AddMeal records a delivery.
func (Store) AddMeal(ctx context.Context, m goods.Meal) error {
	latitude, longitude := spot(m.Spot)
	// The columns stand in the table's order: to name them would name a table
	// that an area owns, and such a statement needs a scope.
	return db.Exec(ctx, "goodsdb: recording a meal", `INSERT INTO meal_delivery VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		m.Client, m.Person, m.Day, m.Group, m.Area, string(m.Outcome), m.Carrier, m.Witness, id(m.Photo), latitude, longitude, int64(m.Price), m.Actor, m.At.UnixMilli(), m.Batch)
}

const mealQuery = `SELECT m.client_id, m.person_id, c.name, m.day, m.group_id, m.area, m.outcome, m.carrier, m.witness, m.photo_id, p.sha256, m.latitude, m.longitude,
		m.price, m.actor, m.at, m.batch
	FROM meal_delivery m JOIN meal_client c ON c.id = m.client_id LEFT JOIN goods_proof p ON p.id = m.photo_id
	WHERE m.group_id = $1 AND m.day BETWEEN $2 AND $3 AND {scope m.area}`

func scanMeal(scan db.Scanner, m *goods.Meal) error {
	var latitude, longitude sql.NullInt64
	var at int64
	err := scan(&m.Client, &m.Person, &m.Name, &m.Day, &m.Group, &m.Area, &m.Outcome, &m.Carrier, &m.Witness, &m.Photo, &m.SHA256, &latitude, &longitude, &m.Price, &m.Actor, &at, &m.Batch)
	m.Spot, m.At = spotOf(latitude, longitude), time.UnixMilli(at).UTC()
	return err
}

// MealsOf lists a group's deliveries of some days.
func (Store) MealsOf(ctx context.Context, group ident.ID, from, to civil.Date) ([]goods.Meal, error) {
	return db.All(ctx, "goodsdb: listing meals", mealQuery+" ORDER BY m.day, c.name, c.id", scanMeal, group, from, to)
}

// SameShots lists deliveries whose photo proves an earlier one too.
func (Store) SameShots(ctx context.Context, group ident.ID, from, to civil.Date) ([]goods.Meal, error) {
	return db.All(ctx, "goodsdb: looking for photos used twice", mealQuery+` AND EXISTS (SELECT 1 FROM meal_delivery o JOIN goods_proof q ON q.id = o.photo_id
		WHERE q.sha256 = p.sha256 AND q.id <> p.id AND (o.day < m.day OR o.day = m.day AND o.person_id < m.person_id)) ORDER BY m.day, c.name, c.id`, scanMeal, group, from, to)
}

// AddCash adds to a group's book.
func (Store) AddCash(ctx context.Context, c goods.Cash) error {
	return db.Exec(ctx, "goodsdb: booking a group's money", `INSERT INTO meal_money (id, key, group_id, area, kind, amount, day, what, document, receipt_id, actor, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		c.ID, c.Key, c.Group, c.Area, string(c.Kind), int64(c.Amount), c.Day, c.What, c.Document, id(c.Receipt), c.Actor, c.At.UnixMilli())
}

const cashQuery = "SELECT c.id, c.key, c.group_id, c.area, c.kind, c.amount, c.day, c.what, c.document, c.receipt_id, c.actor, c.at FROM meal_money c WHERE {scope c.area}"

func scanCash(scan db.Scanner, c *goods.Cash) error {
	var at int64
	err := scan(&c.ID, &c.Key, &c.Group, &c.Area, &c.Kind, &c.Amount, &c.Day, &c.What, &c.Document, &c.Receipt, &c.Actor, &at)
	c.At = time.UnixMilli(at).UTC()
	return err
}

// CashByKey returns the entry of a key.
func (Store) CashByKey(ctx context.Context, key string) (goods.Cash, error) {
	return db.One(ctx, "goodsdb: finding an entry", "goods.no_cash", cashQuery+" AND c.key = $1", scanCash, key)
}

// Cash lists a group's entries of some days, oldest first.
func (Store) Cash(ctx context.Context, group ident.ID, from, to civil.Date) ([]goods.Cash, error) {
	return db.All(ctx, "goodsdb: reading a group's book", cashQuery+" AND c.group_id = $1 AND c.day BETWEEN $2 AND $3 ORDER BY c.day, c.at, c.id", scanCash, group, from, to)
}

// Sums adds up a group's days and money.
func (Store) Sums(ctx context.Context, group ident.ID, from, to civil.Date) (goods.Sums, error) {
	return db.One(ctx, "goodsdb: adding up a group", "goods.no_group", `SELECT
		(SELECT COUNT(*) FROM meal_delivery m WHERE m.group_id = $1 AND m.day BETWEEN $2 AND $3 AND m.outcome = 'delivered' AND {scope m.area}),
		(SELECT COUNT(*) FROM meal_delivery m WHERE m.group_id = $1 AND m.day BETWEEN $2 AND $3 AND m.outcome <> 'delivered' AND {scope m.area}),
		(SELECT CAST(COALESCE(SUM(m.price), 0) AS BIGINT) FROM meal_delivery m WHERE m.group_id = $1 AND m.day BETWEEN $2 AND $3 AND m.outcome = 'delivered' AND {scope m.area}),
		(SELECT CAST(COALESCE(SUM(c.amount), 0) AS BIGINT) FROM meal_money c WHERE c.group_id = $1 AND c.day BETWEEN $2 AND $3 AND c.kind = 'advance' AND {scope c.area}),
		(SELECT CAST(COALESCE(SUM(c.amount), 0) AS BIGINT) FROM meal_money c WHERE c.group_id = $1 AND c.day BETWEEN $2 AND $3 AND c.kind = 'expense' AND {scope c.area}),
		(SELECT CAST(COALESCE(SUM(c.amount), 0) AS BIGINT) FROM meal_money c WHERE c.group_id = $1 AND c.day BETWEEN $2 AND $3 AND c.kind = 'refund' AND {scope c.area})`,
		func(scan db.Scanner, b *goods.Sums) error {
			return scan(&b.Days, &b.Absent, &b.Earned, &b.Advanced, &b.Spent, &b.Refunded)
		}, group, from, to)
}

// AddReport adds a month's report.
func (Store) AddReport(ctx context.Context, r goods.MonthReport, area string) error {
	return db.Exec(ctx, "goodsdb: adding a report", `INSERT INTO meal_report (group_id, month, area, days, earned, advanced, spent, refunded, flags, note, maker, made_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		r.Group, r.Month, area, r.Days, int64(r.Earned), int64(r.Advanced), int64(r.Spent), int64(r.Refunded), r.Flags, r.Note, r.Maker, r.MadeAt.UnixMilli())
}

// Report returns a month's report.
func (Store) Report(ctx context.Context, group ident.ID, month string) (goods.MonthReport, error) {
	return db.One(ctx, "goodsdb: reading a report", "goods.no_report", `SELECT r.group_id, r.month, r.days, r.earned, r.advanced, r.spent, r.refunded, r.flags, r.note, r.maker, r.made_at, r.approver, r.approved_at
		FROM meal_report r WHERE r.group_id = $1 AND r.month = $2 AND {scope r.area}`, func(scan db.Scanner, r *goods.MonthReport) error {
		var made int64
		var approver sql.NullString
		var approved sql.NullInt64
		err := scan(&r.Group, &r.Month, &r.Days, &r.Earned, &r.Advanced, &r.Spent, &r.Refunded, &r.Flags, &r.Note, &r.Maker, &made, &approver, &approved)
		r.MadeAt, r.Approver, r.ApprovedAt = time.UnixMilli(made).UTC(), approver.String, db.Instant(approved)
		return err
	}, group, month)
}

// SaveReport accepts a report.
func (Store) SaveReport(ctx context.Context, r goods.MonthReport) error {
	return db.Change(ctx, "goodsdb: accepting a report", "goods.no_report", "UPDATE meal_report AS r SET approver = $3, approved_at = $4 WHERE r.group_id = $1 AND r.month = $2 AND {scope r.area}",
		r.Group, r.Month, db.Text(r.Approver), db.Millis(r.ApprovedAt))
}

// AddComplaint adds a complaint.
func (Store) AddComplaint(ctx context.Context, c goods.Complaint) error {
	return db.Exec(ctx, "goodsdb: adding a complaint", "INSERT INTO meal_complaint (id, group_id, area, day, text, due, actor, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
		c.ID, c.Group, c.Area, c.Day, c.Text, c.Due, c.Actor, c.At.UnixMilli())
}

const complaintQuery = `SELECT c.id, c.group_id, c.area, c.day, c.text, c.due, c.actor, c.at, c.answer, c.answered_by, c.answered_at FROM meal_complaint c WHERE {scope c.area}`

func scanComplaint(scan db.Scanner, c *goods.Complaint) error {
	var at int64
	var by sql.NullString
	var answered sql.NullInt64
	err := scan(&c.ID, &c.Group, &c.Area, &c.Day, &c.Text, &c.Due, &c.Actor, &at, &c.Answer, &by, &answered)
	c.At, c.AnsweredBy, c.AnsweredAt = time.UnixMilli(at).UTC(), by.String, db.Instant(answered)
	return err
}

// Complaint returns a complaint.
func (Store) Complaint(ctx context.Context, complaint ident.ID) (goods.Complaint, error) {
	return db.One(ctx, "goodsdb: reading a complaint", "goods.no_complaint", complaintQuery+" AND c.id = $1", scanComplaint, complaint)
}

// SaveComplaint writes a complaint's answer.
func (Store) SaveComplaint(ctx context.Context, c goods.Complaint) error {
	return first(ctx, "goodsdb: answering a complaint", "goods.decided_already", "UPDATE meal_complaint AS c SET answer = $2, answered_by = $3, answered_at = $4 WHERE c.id = $1 AND c.answered_at IS NULL AND {scope c.area}",
		c.ID, c.Answer, db.Text(c.AnsweredBy), db.Millis(c.AnsweredAt))
}

// Complaints lists a group's complaints, newest first.
func (Store) Complaints(ctx context.Context, group ident.ID) ([]goods.Complaint, error) {
	return db.All(ctx, "goodsdb: listing complaints", complaintQuery+" AND c.group_id = $1 ORDER BY c.at DESC, c.id", scanComplaint, group)
}
