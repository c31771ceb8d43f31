// Package goodsdb keeps goods, lists, meals and shop checks in the database.
package goodsdb

import (
	"context"
	"database/sql"
	"fmt"

	"gotong/internal/civil"
	"gotong/internal/db"
	"gotong/internal/fault"
	"gotong/internal/goods"
	"gotong/internal/ident"
)

// Store is goods.Store on the database of the context's transaction.
type Store struct{}

// New returns a Store.
func New() Store { return Store{} }

var _ goods.Store = Store{}

// id is NULL for the zero id.
func id(i ident.ID) any {
	if i.IsZero() {
		return nil
	}
	return i
}

// day is NULL for no day.
func day(d *civil.Date) any {
	if d == nil {
		return nil
	}
	return d.String()
}

func date(s sql.NullString) (*civil.Date, error) {
	if !s.Valid {
		return nil, nil
	}
	d, err := civil.Parse(s.String)
	return &d, err
}

// spot splits a place into its columns.
func spot(p *goods.Spot) (latitude, longitude any) {
	if p == nil {
		return nil, nil
	}
	return p.Latitude, p.Longitude
}

func spotOf(latitude, longitude sql.NullInt64) *goods.Spot {
	if !latitude.Valid || !longitude.Valid {
		return nil
	}
	return &goods.Spot{Latitude: latitude.Int64, Longitude: longitude.Int64}
}

// first runs a statement that changes one row as long as nobody else has; whoever
// was second at the same moment is told by key.
func first(ctx context.Context, what, key, query string, args ...any) error {
	err := db.Change(ctx, what, key, query, args...)
	if fault.Is(err, fault.KindNotFound) {
		return fault.Conflict(key)
	}
	return err
}

// Number returns the next number of a sort of papers.
func (Store) Number(ctx context.Context, sort string) (int, error) {
	var n int
	err := db.From(ctx).QueryRow(ctx, `INSERT INTO pay_list_number (programme, period, last) VALUES ($1, 'goods', 1)
		ON CONFLICT (programme, period) DO UPDATE SET last = pay_list_number.last + 1 RETURNING last`, "goods/"+sort).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("goodsdb: numbering: %w", err)
	}
	return n, nil
}
