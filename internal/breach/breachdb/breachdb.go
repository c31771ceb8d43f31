// Package breachdb keeps the register of breaches.
package breachdb

import (
	"context"
	"database/sql"
	"strconv"
	"time"

	"gotong/internal/breach"
	"gotong/internal/db"
	"gotong/internal/ident"
)

// Store implements breach.Store.
type Store struct{}

var _ breach.Store = Store{}

// New returns a Store that works in the transaction of its context.
func New() Store { return Store{} }

func millis(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

func moment(n sql.NullInt64) time.Time {
	if !n.Valid {
		return time.Time{}
	}
	return time.UnixMilli(n.Int64).UTC()
}

// Keep implements breach.Store.
func (Store) Keep(ctx context.Context, b *breach.Breach, what, measure []byte) error {
	return db.Exec(ctx, "breachdb: keeping a breach", `INSERT INTO breach (id, at, due, by_login, what, measure, suspect, from_at, until_at, receipt)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '')`, b.ID, b.At.UnixMilli(), b.Due.UnixMilli(), b.By, what, measure, b.Account, millis(b.From), millis(b.Until))
}

// Save implements breach.Store.
func (Store) Save(ctx context.Context, b *breach.Breach) error {
	return db.Change(ctx, "breachdb: saving a breach", "breach.not_found", "UPDATE breach SET agency_at = $1, receipt = $2, closed_at = $3 WHERE id = $4",
		millis(b.Agency), b.Receipt, millis(b.Closed), b.ID)
}

const query = `SELECT b.id, b.at, b.due, b.by_login, b.what, b.measure, b.suspect, b.from_at, b.until_at, b.agency_at, b.receipt, b.closed_at,
	(SELECT count(*) FROM breach_family f WHERE f.breach_id = b.id AND {scope f.area}),
	(SELECT count(*) FROM breach_family f WHERE f.breach_id = b.id AND {scope f.area} AND f.told_at IS NOT NULL) FROM breach b`

func scan(from db.Scanner, b *breach.Breach) error {
	var at, due int64
	var start, until, agency, closed sql.NullInt64
	var what, measure []byte
	err := from(&b.ID, &at, &due, &b.By, &what, &measure, &b.Account, &start, &until, &agency, &b.Receipt, &closed, &b.Families, &b.Told)
	b.At, b.Due, b.What, b.Measure = time.UnixMilli(at).UTC(), time.UnixMilli(due).UTC(), string(what), string(measure)
	b.From, b.Until, b.Agency, b.Closed = moment(start), moment(until), moment(agency), moment(closed)
	return err
}

// Breach implements breach.Store.
func (Store) Breach(ctx context.Context, id ident.ID) (*breach.Breach, error) {
	b, err := db.One(ctx, "breachdb: a breach", "breach.not_found", query+" WHERE b.id = $1", scan, id)
	if err != nil {
		return nil, err
	}
	return &b, nil
}

// Lock implements breach.Store.
func (s Store) Lock(ctx context.Context, id ident.ID) (*breach.Breach, error) {
	if err := db.Exec(ctx, "breachdb: locking a breach", "UPDATE breach SET receipt = receipt WHERE id = $1", id); err != nil {
		return nil, err
	}
	return s.Breach(ctx, id)
}

// Breaches implements breach.Store.
func (Store) Breaches(ctx context.Context, open bool, limit int) ([]breach.Breach, error) {
	where := ""
	if open {
		where = " WHERE b.closed_at IS NULL"
	}
	return db.All(ctx, "breachdb: breaches", query+where+" ORDER BY CASE WHEN b.closed_at IS NULL THEN 0 ELSE 1 END, b.due, b.id LIMIT "+strconv.Itoa(limit), scan)
}

// AddFamilies implements breach.Store. A family that is there stays once.
func (Store) AddFamilies(ctx context.Context, all []breach.Family) error {
	for _, f := range all {
		err := db.Exec(ctx, "breachdb: adding a family", `INSERT INTO breach_family (id, breach_id, family_id, area) VALUES ($1, $2, $3, $4)
			ON CONFLICT (breach_id, family_id) DO NOTHING`, f.ID, f.Breach, f.Family, f.Area)
		if err != nil {
			return err
		}
	}
	return nil
}

const familyQuery = "SELECT f.id, f.breach_id, f.family_id, f.area, f.told_at FROM breach_family f WHERE {scope f.area}"

func scanFamily(from db.Scanner, f *breach.Family) error {
	var told sql.NullInt64
	err := from(&f.ID, &f.Breach, &f.Family, &f.Area, &told)
	f.ToldAt = moment(told)
	return err
}

// Families implements breach.Store.
func (Store) Families(ctx context.Context, id ident.ID, untold bool, limit int) ([]breach.Family, error) {
	where := " AND f.breach_id = $1"
	if untold {
		where += " AND f.told_at IS NULL"
	}
	return db.All(ctx, "breachdb: families", familyQuery+where+" ORDER BY f.area, f.family_id LIMIT "+strconv.Itoa(limit), scanFamily, id)
}

// Family implements breach.Store.
func (Store) Family(ctx context.Context, id ident.ID) (*breach.Family, error) {
	f, err := db.One(ctx, "breachdb: a family", "breach.not_found", familyQuery+" AND f.id = $1", scanFamily, id)
	if err != nil {
		return nil, err
	}
	return &f, nil
}

// Tell implements breach.Store.
func (Store) Tell(ctx context.Context, id ident.ID, at time.Time) error {
	return db.Change(ctx, "breachdb: telling a family", "breach.not_found", "UPDATE breach_family SET told_at = $1 WHERE {scope area} AND id = $2", at.UnixMilli(), id)
}

// OfFamily returns the entries of a family, which its letters are about.
func (Store) OfFamily(ctx context.Context, family ident.ID) ([]breach.Family, error) {
	return db.All(ctx, "breachdb: entries of a family", familyQuery+" AND f.family_id = $1 ORDER BY f.id", scanFamily, family)
}
