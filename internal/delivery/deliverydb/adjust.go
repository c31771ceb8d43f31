package deliverydb

import (
	"context"
	"database/sql"
	"fmt"

	"gotong/internal/db"
	"gotong/internal/delivery"
	"gotong/internal/ident"
)

// Serialise has others who make lists of a programme wait.
func (s *Store) Serialise(ctx context.Context, programme string) error {
	_, err := db.From(ctx).Exec(ctx, `INSERT INTO pay_list_number (programme, period, last) VALUES ($1, 'one at a time', 0)
		ON CONFLICT (programme, period) DO UPDATE SET last = pay_list_number.last`, programme)
	if err != nil {
		return fmt.Errorf("deliverydb: waiting for others: %w", err)
	}
	return nil
}

const adjustmentQuery = `SELECT a.family_id, a.ref, a.kind, a.beneficiary_id, a.component, a.period, a.percent, a.amount FROM instruction_adjustment a
	JOIN instruction i ON i.list_id = a.list_id AND i.line_no = a.line_no AND i.family_id = a.family_id WHERE {scope i.area} AND `

func adjustments(ctx context.Context, fn func(family ident.ID, a delivery.Adjustment), where string, args ...any) error {
	rows, err := db.From(ctx).Query(ctx, adjustmentQuery+where, args...)
	return db.Each(rows, err, func(rows *sql.Rows) error {
		var family ident.ID
		var a delivery.Adjustment
		var period string
		err := rows.Scan(&family, &a.Ref, &a.Kind, &a.Beneficiary, &a.Component, &period, &a.Percent, &a.Amount)
		if err != nil {
			return err
		}
		if a.Period, err = delivery.ParsePeriod(period); err == nil {
			fn(family, a)
		}
		return err
	})
}

// Adjustments gives all living adjustments of a programme, and what a bank
// credited after it was remitted: that back pay reached its family.
func (s *Store) Adjustments(ctx context.Context, programme string, fn func(ident.ID, delivery.Adjustment)) error {
	if err := adjustments(ctx, fn, `a.programme = $1 AND (a.live = 1 OR a.kind = 'repaid' AND i.status = 'remitted' AND EXISTS (
		SELECT 1 FROM payment_exception x WHERE x.list_id = a.list_id AND x.line_no = a.line_no AND x.code = $2))`, programme, string(delivery.CreditAfterRemit)); err != nil {
		return fmt.Errorf("deliverydb: reading adjustments: %w", err)
	}
	return nil
}

// Adjusted adds up a list's living adjustments that moved money, by kind.
func (s *Store) Adjusted(ctx context.Context, list ident.ID) (map[delivery.AdjustmentKind]delivery.Sum, error) {
	all := map[delivery.AdjustmentKind]delivery.Sum{}
	rows, err := db.From(ctx).Query(ctx, `SELECT a.kind, COUNT(*), CAST(SUM(a.amount) AS BIGINT) FROM instruction_adjustment a
		JOIN instruction i ON i.list_id = a.list_id AND i.line_no = a.line_no AND i.family_id = a.family_id
		WHERE a.list_id = $1 AND a.live = 1 AND a.amount > 0 AND {scope i.area} GROUP BY a.kind`, list)
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var kind delivery.AdjustmentKind
		var n delivery.Sum
		err := rows.Scan(&kind, &n.Lines, &n.Total)
		all[kind] = n
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("deliverydb: adding up adjustments: %w", err)
	}
	return all, nil
}

// fillAdjusted fills in what was kept back and paid back of a line.
func (s *Store) fillAdjusted(ctx context.Context, i *delivery.Instruction) error {
	return adjustments(ctx, func(_ ident.ID, a delivery.Adjustment) { i.Adjusted = append(i.Adjusted, a) },
		"a.list_id = $1 AND a.line_no = $2 ORDER BY a.beneficiary_id, a.component, a.kind, a.ref", i.ListID, i.LineNo)
}

// scanPart reads a part after what else stands before it.
func scanPart(scan func(...any) error, p *delivery.Part, before ...any) error {
	var period string
	if err := scan(append(before, &p.Beneficiary, &p.Component, &p.Amount, &period)...); err != nil || period == "" {
		return err
	}
	var err error
	p.Period, err = delivery.ParsePeriod(period)
	return err
}
