package deliverydb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"gotong/internal/db"
	"gotong/internal/delivery"
	"gotong/internal/money"
)

// MoveAll moves every line from one status to another.
func (s *Store) MoveAll(ctx context.Context, a *delivery.Act, from, to delivery.Status) error {
	if err := s.note(ctx, a, from, to); err != nil {
		return err
	}
	result, err := db.From(ctx).Exec(ctx, `UPDATE instruction AS i SET status = $3
		WHERE i.list_id = $1 AND i.status = $2 AND {scope i.area}`, a.ListID, string(from), string(to))
	if err != nil {
		return fmt.Errorf("deliverydb: moving lines: %w", err)
	}
	n, err := result.RowsAffected()
	if err != nil {
		return err
	}
	return s.add(ctx, a, n)
}

// Mark notes the lines of a status under an act.
func (s *Store) Mark(ctx context.Context, a *delivery.Act, status delivery.Status) error {
	return s.note(ctx, a, status, status)
}

// note writes the events of the lines that are about to move.
func (s *Store) note(ctx context.Context, a *delivery.Act, from, to delivery.Status) error {
	if err := s.begin(ctx, a); err != nil {
		return err
	}
	_, err := db.From(ctx).Exec(ctx, `INSERT INTO instruction_event (list_id, line_no, act, family_id, status, code, amount)
		SELECT i.list_id, i.line_no, CAST($2 AS BIGINT), i.family_id, CAST($4 AS TEXT), i.code, i.amount - i.short FROM instruction i
		WHERE i.list_id = $1 AND i.status = $3 AND {scope i.area}`, a.ListID, a.No, string(from), string(to))
	if err != nil {
		return fmt.Errorf("deliverydb: noting events: %w", err)
	}
	return nil
}

// add adds up the events of an act so far, which must be as many as the lines
// that moved.
func (s *Store) add(ctx context.Context, a *delivery.Act, moved int64) error {
	before := a.Sum.Lines
	err := db.From(ctx).QueryRow(ctx, `SELECT COUNT(*), CAST(COALESCE(SUM(e.amount), 0) AS BIGINT) FROM instruction_event e
		JOIN pay_list l ON l.id = e.list_id WHERE e.list_id = $1 AND e.act = $2 AND {scope l.area}`, a.ListID, a.No).
		Scan(&a.Sum.Lines, &a.Sum.Total)
	if err != nil {
		return fmt.Errorf("deliverydb: adding up an act: %w", err)
	}
	if a.Sum.Lines-before != moved {
		return fmt.Errorf("deliverydb: %d lines moved, %d events noted", moved, a.Sum.Lines-before)
	}
	return nil
}

// MoveLines moves some lines, each with a code.
func (s *Store) MoveLines(ctx context.Context, a *delivery.Act, from, to delivery.Status, moves []delivery.LineMove) error {
	if len(moves) == 0 {
		return nil
	}
	if err := s.begin(ctx, a); err != nil {
		return err
	}
	tx := db.From(ctx)
	event, err := tx.Prepare(ctx, `INSERT INTO instruction_event (list_id, line_no, act, family_id, status, code, amount)
		SELECT i.list_id, i.line_no, CAST($2 AS BIGINT), i.family_id, CAST($4 AS TEXT), CAST($5 AS TEXT), i.amount - i.short FROM instruction i
		WHERE i.list_id = $1 AND i.line_no = $6 AND i.status = $3 AND {scope i.area} RETURNING amount`)
	if err != nil {
		return fmt.Errorf("deliverydb: moving lines: %w", err)
	}
	update, err := tx.Prepare(ctx, `UPDATE instruction AS i SET status = $3, code = $4, short = i.short + $6
		WHERE i.list_id = $1 AND i.line_no = $5 AND i.status = $2 AND {scope i.area}`)
	if err != nil {
		return fmt.Errorf("deliverydb: moving lines: %w", err)
	}
	for _, m := range moves {
		var amount money.Rupiah
		err := event.QueryRowContext(ctx, a.ListID, a.No, string(from), string(to), string(m.Code), m.LineNo).Scan(&amount)
		if errors.Is(err, sql.ErrNoRows) {
			continue // it stands elsewhere: the sum tells
		}
		if err != nil {
			return fmt.Errorf("deliverydb: noting line %d: %w", m.LineNo, err)
		}
		if _, err := update.ExecContext(ctx, a.ListID, string(from), string(to), string(m.Code), m.LineNo, int64(m.Short)); err != nil {
			return fmt.Errorf("deliverydb: moving line %d: %w", m.LineNo, err)
		}
		a.Sum = delivery.Sum{Lines: a.Sum.Lines + 1, Total: a.Sum.Total + amount}
	}
	return nil
}

// matched says which of a return file's lines move those that stand in $3,
// and what they become.
const (
	becomes = `CASE r.status WHEN 'KREDIT' THEN 'credited' WHEN 'TARIK' THEN 'withdrawn' ELSE 'returned' END`
	matched = `r.file_id = $2 AND r.verdict = 'matched' AND i.list_id = $1 AND i.line_no = r.line_no AND i.status = $3
		AND (r.status = 'TARIK') = (i.status = 'credited') AND {scope i.area}`
)

// Settle moves the lines in one status that a return file matched.
func (s *Store) Settle(ctx context.Context, a *delivery.Act, from delivery.Status) error {
	if err := s.begin(ctx, a); err != nil {
		return err
	}
	tx := db.From(ctx)
	_, err := tx.Exec(ctx, `INSERT INTO instruction_event (list_id, line_no, act, family_id, status, code, amount)
		SELECT i.list_id, i.line_no, CAST($4 AS BIGINT), i.family_id, `+becomes+`, r.code, i.amount - i.short
		FROM return_line r, instruction i WHERE `+matched, a.ListID, a.FileID, string(from), a.No)
	if err != nil {
		return fmt.Errorf("deliverydb: noting what is settled: %w", err)
	}
	result, err := tx.Exec(ctx, `UPDATE instruction AS i SET status = `+becomes+`, code = r.code, settled_at = r.at
		FROM return_line r WHERE `+matched, a.ListID, a.FileID, string(from))
	if err != nil {
		return fmt.Errorf("deliverydb: settling: %w", err)
	}
	n, err := result.RowsAffected()
	if err != nil {
		return err
	}
	return s.add(ctx, a, n)
}
