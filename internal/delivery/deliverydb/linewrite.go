package deliverydb

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"gotong/internal/db"
	"gotong/internal/delivery"
	"gotong/internal/fault"
)

// writer adds lines and their parts. Parts refer to their line, so they wait
// until their lines are sent.
type writer struct {
	list         *delivery.PayList
	lines, parts *db.Bulk
	adjusted     *db.Bulk
	waiting      []*delivery.Instruction
}

// Writer adds lines to a draft.
func (s *Store) Writer(ctx context.Context, l *delivery.PayList) delivery.LineWriter {
	tx := db.From(ctx)
	return &writer{list: l,
		lines: tx.NewBulk("instruction", "list_id", "line_no", "family_id", "person_id", "payee_id", "area", "bank",
			"number_sealed", "number_blind", "number_masked", "holder", "amount", "status", "code"),
		parts:    tx.NewBulk("instruction_part", "list_id", "line_no", "family_id", "beneficiary_id", "component", "programme", "period", "amount"),
		adjusted: tx.NewBulk("instruction_adjustment", "list_id", "line_no", "family_id", "ref", "kind", "beneficiary_id", "component", "programme", "period", "percent", "amount")}
}

// Add adds a line with its parts.
func (w *writer) Add(ctx context.Context, i *delivery.Instruction) error {
	err := w.lines.Add(ctx, i.ListID, i.LineNo, i.FamilyID, i.PersonID, i.PayeeID, i.Area, i.Bank,
		i.Sealed, i.Blind, i.Masked, i.Holder, int64(i.Amount), string(i.Status), string(i.Code))
	if err != nil {
		return err
	}
	const together = 5000
	if w.waiting = append(w.waiting, i); len(w.waiting) < together {
		return nil
	}
	return w.send(ctx)
}

// send sends the lines, and then their parts.
func (w *writer) send(ctx context.Context) error {
	if err := w.lines.Flush(ctx); err != nil {
		return err
	}
	for _, i := range w.waiting {
		for _, p := range i.Parts {
			period := cmp.Or(p.Period, w.list.Period)
			err := w.parts.Add(ctx, i.ListID, i.LineNo, i.FamilyID, p.Beneficiary, p.Component, w.list.Programme, period.String(), int64(p.Amount))
			if err != nil {
				return w.twice(err)
			}
		}
		for _, a := range i.Adjusted {
			err := w.adjusted.Add(ctx, i.ListID, i.LineNo, i.FamilyID, a.Ref, string(a.Kind), a.Beneficiary, a.Component, w.list.Programme, a.Period.String(), a.Percent, int64(a.Amount))
			if err != nil {
				return w.twice(err)
			}
		}
	}
	w.waiting = w.waiting[:0]
	if err := w.parts.Flush(ctx); err != nil {
		return w.twice(err)
	}
	return w.twice(w.adjusted.Flush(ctx))
}

// Flush sends what is left.
func (w *writer) Flush(ctx context.Context) error { return w.send(ctx) }

// twice says that somebody else has begun to pay the same.
func (w *writer) twice(err error) error {
	if db.IsUnique(err) {
		return fault.Conflict("delivery.paid_already", "programme", w.list.Programme, "period", w.list.Period).Because(err)
	}
	return err
}

// AddHandovers records who took what.
func (s *Store) AddHandovers(ctx context.Context, l *delivery.PayList, by string, at time.Time, all []delivery.Handover) error {
	for _, h := range all {
		_, err := db.From(ctx).Exec(ctx, `INSERT INTO handover (list_id, line_no, family_id, at, actor, receiver, proof)
			SELECT i.list_id, i.line_no, i.family_id, CAST($3 AS BIGINT), CAST($4 AS TEXT), CAST($5 AS TEXT), CAST($6 AS TEXT) FROM instruction i
			WHERE i.list_id = $1 AND i.line_no = $2 AND {scope i.area}`, l.ID, h.LineNo, at.UnixMilli(), by, h.Receiver, h.Proof)
		if err != nil {
			return fmt.Errorf("deliverydb: recording a handover: %w", err)
		}
	}
	return nil
}
