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

// AddRoute adds a route.
func (s *Store) AddRoute(ctx context.Context, r *delivery.Route) error {
	_, err := db.From(ctx).Exec(ctx, `INSERT INTO payee_route (id, area, family_id, programme, kind, holder, relation, bank, number_sealed, number_blind,
			number_masked, evidence, note, proposer, proposed_at, status)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		r.ID, r.Area, r.FamilyID, r.Programme, string(r.Kind), r.Holder, r.Relation, r.Bank, r.Sealed, r.Blind,
		r.Masked, r.Evidence, r.Note, r.Proposer, r.ProposedAt.UnixMilli(), string(r.Status))
	if err != nil {
		return fmt.Errorf("deliverydb: adding a route: %w", err)
	}
	return nil
}

const routeColumns = `r.id, r.area, r.family_id, r.programme, r.kind, r.holder, r.relation, r.bank, r.number_sealed, r.number_blind, r.number_masked,
	r.evidence, r.note, r.proposer, r.proposed_at, r.status, r.approver, r.decided_at`

func scanRoute(scan func(...any) error, r *delivery.Route) error {
	var proposed int64
	var approver sql.NullString
	var decided sql.NullInt64
	err := scan(&r.ID, &r.Area, &r.FamilyID, &r.Programme, &r.Kind, &r.Holder, &r.Relation, &r.Bank, &r.Sealed, &r.Blind, &r.Masked,
		&r.Evidence, &r.Note, &r.Proposer, &proposed, &r.Status, &approver, &decided)
	r.ProposedAt, r.Approver, r.DecidedAt = time.UnixMilli(proposed).UTC(), approver.String, db.Instant(decided)
	return err
}

// LockRoute returns a route that nobody else moves.
func (s *Store) LockRoute(ctx context.Context, id ident.ID) (*delivery.Route, error) {
	// An update takes the row's lock in both engines.
	result, err := db.From(ctx).Exec(ctx, "UPDATE payee_route AS r SET decided_at = r.decided_at WHERE r.id = $1 AND {scope r.area}", id)
	if err := one(result, err); err != nil {
		if fault.Is(err, fault.KindNotFound) {
			err = fault.NotFound("delivery.route.none")
		}
		return nil, fmt.Errorf("deliverydb: locking a route: %w", err)
	}
	var r delivery.Route
	row := db.From(ctx).QueryRow(ctx, "SELECT "+routeColumns+" FROM payee_route r WHERE r.id = $1 AND {scope r.area}", id)
	if err := scanRoute(row.Scan, &r); err != nil {
		return nil, fmt.Errorf("deliverydb: reading a route: %w", db.NoRows(err, "delivery.route.none"))
	}
	return &r, nil
}

// SaveRoute writes what was decided of a route.
func (s *Store) SaveRoute(ctx context.Context, r *delivery.Route) error {
	err := one(db.From(ctx).Exec(ctx, "UPDATE payee_route AS r SET status = $2, approver = $3, decided_at = $4 WHERE r.id = $1 AND {scope r.area}",
		r.ID, string(r.Status), db.Text(r.Approver), db.Millis(r.DecidedAt)))
	if err != nil {
		return fmt.Errorf("deliverydb: saving a route: %w", err)
	}
	return nil
}

// EndRoutes ends a family's approved routes of a programme.
func (s *Store) EndRoutes(ctx context.Context, family ident.ID, programme string) error {
	_, err := db.From(ctx).Exec(ctx, `UPDATE payee_route AS r SET status = 'ended'
		WHERE r.family_id = $1 AND r.programme = $2 AND r.status = 'approved' AND {scope r.area}`, family, programme)
	if err != nil {
		return fmt.Errorf("deliverydb: ending routes: %w", err)
	}
	return nil
}

// Routes returns routes, newest first.
func (s *Store) Routes(ctx context.Context, f delivery.RouteFilter) ([]delivery.Route, int64, error) {
	w := where{}
	w.is("r.status = $%d", string(f.Status))
	w.is("r.kind = $%d", string(f.Kind))
	w.is("r.area LIKE $%d || '%%'", f.Area)
	if !f.FamilyID.IsZero() {
		w.any("r.family_id = $%d", f.FamilyID)
	}
	tx := db.From(ctx)
	var total int64
	if err := tx.QueryRow(ctx, "SELECT COUNT(*) FROM payee_route r WHERE {scope r.area}"+w.text.String(), w.args...).Scan(&total); err != nil {
		return nil, 0, fmt.Errorf("deliverydb: counting routes: %w", err)
	}
	rows, err := tx.Query(ctx, "SELECT "+routeColumns+" FROM payee_route r WHERE {scope r.area}"+w.page(" ORDER BY r.proposed_at DESC, r.id", f.Limit, f.Offset), w.args...)
	var all []delivery.Route
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var r delivery.Route
		err := scanRoute(rows.Scan, &r)
		all = append(all, r)
		return err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("deliverydb: listing routes: %w", err)
	}
	return all, total, nil
}

// RoutesOf returns the approved routes of a programme by family.
func (s *Store) RoutesOf(ctx context.Context, programme string) (map[ident.ID]delivery.Route, error) {
	rows, err := db.From(ctx).Query(ctx, "SELECT "+routeColumns+" FROM payee_route r WHERE r.status = 'approved' AND r.programme = $1 AND {scope r.area}", programme)
	all := map[ident.ID]delivery.Route{}
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var r delivery.Route
		err := scanRoute(rows.Scan, &r)
		all[r.FamilyID] = r
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("deliverydb: reading routes: %w", err)
	}
	return all, nil
}

// Unknown reports whether a payment of a family is on its way.
func (s *Store) Unknown(ctx context.Context, family ident.ID) (bool, error) {
	var n int64
	err := db.From(ctx).QueryRow(ctx, "SELECT COUNT(*) FROM instruction i WHERE i.family_id = $1 AND i.status = 'sent' AND {scope i.area}", family).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("deliverydb: looking for payments on their way: %w", err)
	}
	return n > 0, nil
}
