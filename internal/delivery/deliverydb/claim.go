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

// AddClaim adds a claim.
func (s *Store) AddClaim(ctx context.Context, c *delivery.Claim) error {
	_, err := db.From(ctx).Exec(ctx, `INSERT INTO recoverable (id, area, list_id, line_no, family_id, exception_id, cause, debtor, source, amount, entry,
			opened_at, proposer, approver, status)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		c.ID, c.Area, c.ListID, c.LineNo, c.FamilyID, c.ExceptionID, string(c.Cause), string(c.Debtor), string(c.Source), int64(c.Amount), c.Entry,
		c.OpenedAt.UnixMilli(), c.Proposer, c.Approver, string(c.Status))
	if err != nil {
		return fmt.Errorf("deliverydb: adding a claim: %w", err)
	}
	return nil
}

const claimColumns = `c.id, c.area, c.list_id, l.number, l.fund, c.line_no, c.family_id, c.exception_id, c.cause, c.debtor, c.source, c.amount, c.paid, c.entry,
	c.opened_at, c.proposer, c.approver, c.status, c.waiver, c.waived_by, c.waived_note, c.waived_entry`

func scanClaim(scan func(...any) error, c *delivery.Claim) error {
	var opened int64
	var waiver, by sql.NullString
	var entry sql.NullInt64
	err := scan(&c.ID, &c.Area, &c.ListID, &c.Number, &c.Fund, &c.LineNo, &c.FamilyID, &c.ExceptionID, &c.Cause, &c.Debtor, &c.Source, &c.Amount, &c.Paid, &c.Entry,
		&opened, &c.Proposer, &c.Approver, &c.Status, &waiver, &by, &c.WaivedNote, &entry)
	c.OpenedAt, c.Waiver, c.WaivedBy, c.WaivedEntry = time.UnixMilli(opened).UTC(), waiver.String, by.String, entry.Int64
	return err
}

// LockClaim returns a claim that nobody else moves.
func (s *Store) LockClaim(ctx context.Context, id ident.ID) (*delivery.Claim, error) {
	// An update takes the row's lock in both engines.
	result, err := db.From(ctx).Exec(ctx, "UPDATE recoverable AS c SET waived_note = c.waived_note WHERE c.id = $1 AND {scope c.area}", id)
	if err := one(result, err); err != nil {
		if fault.Is(err, fault.KindNotFound) {
			err = fault.NotFound("delivery.claim.none")
		}
		return nil, fmt.Errorf("deliverydb: locking a claim: %w", err)
	}
	return s.Claim(ctx, id)
}

// Claim returns a claim.
func (s *Store) Claim(ctx context.Context, id ident.ID) (*delivery.Claim, error) {
	var c delivery.Claim
	row := db.From(ctx).QueryRow(ctx, "SELECT "+claimColumns+" FROM recoverable c JOIN pay_list l ON l.id = c.list_id WHERE c.id = $1 AND {scope c.area}", id)
	if err := scanClaim(row.Scan, &c); err != nil {
		return nil, fmt.Errorf("deliverydb: reading a claim: %w", db.NoRows(err, "delivery.claim.none"))
	}
	return &c, nil
}

// SaveClaim writes what may change of a claim.
func (s *Store) SaveClaim(ctx context.Context, c *delivery.Claim) error {
	err := one(db.From(ctx).Exec(ctx, `UPDATE recoverable AS c SET status = $2, paid = $3, waiver = $4, waived_by = $5, waived_note = $6, waived_entry = $7
		WHERE c.id = $1 AND {scope c.area}`, c.ID, string(c.Status), int64(c.Paid), db.Text(c.Waiver), db.Text(c.WaivedBy), c.WaivedNote, number(c.WaivedEntry)))
	if err != nil {
		return fmt.Errorf("deliverydb: saving a claim: %w", err)
	}
	return nil
}

// Claims returns claims, oldest first.
func (s *Store) Claims(ctx context.Context, f delivery.ClaimFilter) ([]delivery.Claim, delivery.Sum, error) {
	w := where{}
	w.is("c.status = $%d", string(f.Status))
	w.is("c.debtor = $%d", string(f.Debtor))
	w.is("c.area LIKE $%d || '%%'", f.Area)
	tx := db.From(ctx)
	var sum delivery.Sum
	err := tx.QueryRow(ctx, "SELECT COUNT(*), CAST(COALESCE(SUM(CASE c.status WHEN 'open' THEN c.amount - c.paid ELSE 0 END), 0) AS BIGINT) FROM recoverable c WHERE {scope c.area}"+w.text.String(), w.args...).
		Scan(&sum.Lines, &sum.Total)
	if err != nil {
		return nil, sum, fmt.Errorf("deliverydb: counting claims: %w", err)
	}
	rows, err := tx.Query(ctx, "SELECT "+claimColumns+" FROM recoverable c JOIN pay_list l ON l.id = c.list_id WHERE {scope c.area}"+
		w.page(" ORDER BY c.opened_at, c.id", f.Limit, f.Offset), w.args...)
	var all []delivery.Claim
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var c delivery.Claim
		err := scanClaim(rows.Scan, &c)
		all = append(all, c)
		return err
	})
	if err != nil {
		return nil, sum, fmt.Errorf("deliverydb: listing claims: %w", err)
	}
	return all, sum, nil
}

// Repayments returns a claim's instalments by number.
func (s *Store) Repayments(ctx context.Context, id ident.ID) ([]delivery.Repayment, error) {
	rows, err := db.From(ctx).Query(ctx, `SELECT p.no, p.amount, p.paid_on, p.document, p.proposer, p.proposed_at, p.status, p.approver, p.approved_at, p.entry
		FROM repayment p JOIN recoverable c ON c.id = p.recoverable_id WHERE p.recoverable_id = $1 AND {scope c.area} ORDER BY p.no`, id)
	var all []delivery.Repayment
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var p delivery.Repayment
		var proposed int64
		var approver sql.NullString
		var approved, entry sql.NullInt64
		err := rows.Scan(&p.No, &p.Amount, &p.PaidOn, &p.Document, &p.Proposer, &proposed, &p.Status, &approver, &approved, &entry)
		p.ProposedAt, p.Approver, p.ApprovedAt, p.Entry = time.UnixMilli(proposed).UTC(), approver.String, db.Instant(approved), entry.Int64
		all = append(all, p)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("deliverydb: reading instalments: %w", err)
	}
	return all, nil
}

// AddRepayment adds an instalment.
func (s *Store) AddRepayment(ctx context.Context, claim ident.ID, p *delivery.Repayment) error {
	_, err := db.From(ctx).Exec(ctx, `INSERT INTO repayment (recoverable_id, no, amount, paid_on, document, proposer, proposed_at, status)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, claim, p.No, int64(p.Amount), p.PaidOn, p.Document, p.Proposer, p.ProposedAt.UnixMilli(), string(p.Status))
	if db.IsUnique(err) {
		return fault.Conflict("delivery.claim.slip_used", "document", p.Document).Because(err)
	}
	if err != nil {
		return fmt.Errorf("deliverydb: adding an instalment: %w", err)
	}
	return nil
}

// SaveRepayment writes what was decided of an instalment.
func (s *Store) SaveRepayment(ctx context.Context, claim ident.ID, p *delivery.Repayment) error {
	err := one(db.From(ctx).Exec(ctx, `UPDATE repayment AS p SET status = $3, approver = $4, approved_at = $5, entry = $6
		FROM recoverable c WHERE c.id = p.recoverable_id AND p.recoverable_id = $1 AND p.no = $2 AND {scope c.area}`,
		claim, p.No, string(p.Status), db.Text(p.Approver), db.Millis(p.ApprovedAt), number(p.Entry)))
	if err != nil {
		return fmt.Errorf("deliverydb: saving an instalment: %w", err)
	}
	return nil
}

// OpenClaims counts what is still claimed back from a family.
func (s *Store) OpenClaims(ctx context.Context, family ident.ID) (int64, error) {
	var n int64
	err := db.From(ctx).QueryRow(ctx, "SELECT count(*) FROM recoverable c WHERE {scope c.area} AND c.family_id = $1 AND c.status = 'open'", family).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("deliverydb: counting claims: %w", err)
	}
	return n, nil
}
