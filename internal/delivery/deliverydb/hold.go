package deliverydb

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"gotong/internal/db"
	"gotong/internal/delivery"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// AddHold adds a hold.
func (s *Store) AddHold(ctx context.Context, h *delivery.Hold) error {
	_, err := db.From(ctx).Exec(ctx, `INSERT INTO payment_hold (id, area, family_id, programme, reason, placed_by, placed_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		h.ID, h.Area, someone(h.FamilyID), h.Programme, h.Reason, h.PlacedBy, h.PlacedAt.UnixMilli())
	if err != nil {
		return fmt.Errorf("deliverydb: adding a hold: %w", err)
	}
	return nil
}

// someone stores an id, NULL for nobody.
func someone(id ident.ID) any {
	if id.IsZero() {
		return nil
	}
	return id
}

const holdColumns = "h.id, h.area, h.family_id, h.programme, h.reason, h.placed_by, h.placed_at, h.lifted_by, h.lifted_at, h.lifted_why"

func scanHold(scan func(...any) error, h *delivery.Hold) error {
	var placed int64
	var by sql.NullString
	var lifted sql.NullInt64
	err := scan(&h.ID, &h.Area, &h.FamilyID, &h.Programme, &h.Reason, &h.PlacedBy, &placed, &by, &lifted, &h.LiftedWhy)
	h.PlacedAt, h.LiftedBy, h.LiftedAt = time.UnixMilli(placed).UTC(), by.String, db.Instant(lifted)
	return err
}

// Hold returns a hold.
func (s *Store) Hold(ctx context.Context, id ident.ID) (*delivery.Hold, error) {
	var h delivery.Hold
	row := db.From(ctx).QueryRow(ctx, "SELECT "+holdColumns+" FROM payment_hold h WHERE h.id = $1 AND {scope h.area}", id)
	if err := scanHold(row.Scan, &h); err != nil {
		return nil, fmt.Errorf("deliverydb: reading a hold: %w", db.NoRows(err, "delivery.no_hold"))
	}
	return &h, nil
}

// LiftHold records who lifted a hold, and why.
func (s *Store) LiftHold(ctx context.Context, h *delivery.Hold) error {
	result, err := db.From(ctx).Exec(ctx, `UPDATE payment_hold AS h SET lifted_by = $2, lifted_at = $3, lifted_why = $4
		WHERE h.id = $1 AND h.lifted_by IS NULL AND {scope h.area}`, h.ID, h.LiftedBy, h.LiftedAt.UnixMilli(), h.LiftedWhy)
	if err := one(result, err); err != nil {
		if fault.Is(err, fault.KindNotFound) {
			err = fault.Conflict("delivery.hold_lifted")
		}
		return fmt.Errorf("deliverydb: lifting a hold: %w", err)
	}
	return nil
}

// Holds returns holds, newest first.
func (s *Store) Holds(ctx context.Context, f delivery.HoldFilter) ([]delivery.Hold, int64, error) {
	w := where{}
	w.is("h.area LIKE $%d || '%%'", f.Area)
	if !f.FamilyID.IsZero() {
		w.any("h.family_id = $%d", f.FamilyID)
	}
	if f.Lifted {
		w.text.WriteString(" AND h.lifted_by IS NOT NULL")
	} else {
		w.text.WriteString(" AND h.lifted_by IS NULL")
	}
	tx := db.From(ctx)
	var total int64
	if err := tx.QueryRow(ctx, "SELECT COUNT(*) FROM payment_hold h WHERE {scope h.area}"+w.text.String(), w.args...).Scan(&total); err != nil {
		return nil, 0, fmt.Errorf("deliverydb: counting holds: %w", err)
	}
	rows, err := tx.Query(ctx, "SELECT "+holdColumns+" FROM payment_hold h WHERE {scope h.area}"+w.page(" ORDER BY h.placed_at DESC, h.id", f.Limit, f.Offset), w.args...)
	all, err := scanHolds(rows, err)
	return all, total, err
}

func scanHolds(rows *sql.Rows, err error) ([]delivery.Hold, error) {
	var all []delivery.Hold
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var h delivery.Hold
		err := scanHold(rows.Scan, &h)
		all = append(all, h)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("deliverydb: listing holds: %w", err)
	}
	return all, nil
}

// Standing gives every hold that stands on a programme.
func (s *Store) Standing(ctx context.Context, programme string, fn func(*delivery.Hold) error) error {
	rows, err := db.From(ctx).Query(ctx, "SELECT "+holdColumns+` FROM payment_hold h
		WHERE h.lifted_by IS NULL AND h.programme IN ('', $1) AND {scope h.area} ORDER BY h.id`, programme)
	all, err := scanHolds(rows, err)
	if err != nil {
		return err
	}
	for i := range all {
		if err := fn(&all[i]); err != nil {
			return err
		}
	}
	return nil
}
