// Package retentiondb keeps what is proposed to be destroyed, and what is
// held from it.
package retentiondb

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"time"

	"gotong/internal/db"
	"gotong/internal/ident"
	"gotong/internal/retention"
)

// Store implements retention.Store.
type Store struct{}

var _ retention.Store = Store{}

// New returns a Store that works in the transaction of its context.
func New() Store { return Store{} }

// Taken implements retention.Store.
func (Store) Taken(ctx context.Context, c retention.Class, area string) (map[ident.ID]bool, error) {
	ids, err := db.All(ctx, "retentiondb: records that are taken", `SELECT i.subject FROM disposal_item i JOIN disposal d ON d.id = i.disposal_id
		WHERE {scope i.area} AND i.class = $1 AND i.area >= $2 AND i.area < $3
			AND (i.fate = 'destroyed' OR i.fate = 'due' AND d.status IN ('waiting', 'approved') OR i.reason = 'gone_already')`,
		func(scan db.Scanner, id *ident.ID) error { return scan(id) }, string(c), area, area+":")
	taken := make(map[ident.ID]bool, len(ids))
	for _, id := range ids {
		taken[id] = true
	}
	return taken, err
}

// Keep implements retention.Store.
func (Store) Keep(ctx context.Context, p *retention.Proposal, items []retention.Item) error {
	err := db.Exec(ctx, "retentiondb: keeping a proposal", `INSERT INTO disposal (id, class, area, as_of, rule_from, years, status, proposed_by, proposed_at, decided_by, note)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', '')`,
		p.ID, string(p.Class), p.Area, p.AsOf, p.RuleFrom, int64(p.Years), string(p.Status), p.ProposedBy, p.ProposedAt.UnixMilli())
	if err != nil {
		return err
	}
	rows := db.From(ctx).NewBulk("disposal_item", "disposal_id", "no", "class", "subject", "family_id", "area", "since", "until", "fate", "reason")
	for _, x := range items {
		if err := rows.Add(ctx, p.ID, int64(x.No), string(p.Class), x.Subject, x.Family, x.Area, x.Since, x.Until, string(x.Fate), x.Reason); err != nil {
			return fmt.Errorf("retentiondb: keeping a record: %w", err)
		}
	}
	if err := rows.Flush(ctx); err != nil {
		return fmt.Errorf("retentiondb: keeping records: %w", err)
	}
	return nil
}

const proposalColumns = `p.id, p.class, p.area, p.as_of, p.rule_from, p.years, p.status, p.proposed_by, p.proposed_at, p.decided_by, p.decided_at, p.note, p.done_at,
	(SELECT count(*) FROM disposal_item i WHERE i.disposal_id = p.id AND i.fate = 'due'),
	(SELECT count(*) FROM disposal_item i WHERE i.disposal_id = p.id AND i.fate = 'held'),
	(SELECT count(*) FROM disposal_item i WHERE i.disposal_id = p.id AND i.fate = 'destroyed')`

func scanProposal(scan db.Scanner, p *retention.Proposal) error {
	var proposed int64
	var decided, done sql.NullInt64
	err := scan(&p.ID, &p.Class, &p.Area, &p.AsOf, &p.RuleFrom, &p.Years, &p.Status, &p.ProposedBy, &proposed, &p.DecidedBy, &decided, &p.Note, &done,
		&p.Due, &p.Held, &p.Destroyed)
	p.ProposedAt, p.DecidedAt, p.DoneAt = time.UnixMilli(proposed).UTC(), moment(decided), moment(done)
	return err
}

func moment(n sql.NullInt64) time.Time {
	if !n.Valid {
		return time.Time{}
	}
	return time.UnixMilli(n.Int64).UTC()
}

// Proposal implements retention.Store.
func (Store) Proposal(ctx context.Context, id ident.ID) (*retention.Proposal, error) {
	p, err := db.One(ctx, "retentiondb: a proposal", "retention.not_found", "SELECT "+proposalColumns+" FROM disposal p WHERE {scope p.area} AND p.id = $1", scanProposal, id)
	if err != nil {
		return nil, err
	}
	return &p, nil
}

// Proposals implements retention.Store.
func (Store) Proposals(ctx context.Context, f retention.Filter, limit int) ([]retention.Proposal, error) {
	where, args := "{scope p.area} AND p.area >= $1 AND p.area < $2", []any{f.Area, f.Area + ":"}
	for column, value := range map[string]string{"p.status": string(f.Status), "p.class": string(f.Class)} {
		if value != "" {
			args = append(args, value)
			where += " AND " + column + " = $" + strconv.Itoa(len(args))
		}
	}
	return db.All(ctx, "retentiondb: proposals", "SELECT "+proposalColumns+" FROM disposal p WHERE "+where+" ORDER BY p.proposed_at DESC, p.id DESC LIMIT "+strconv.Itoa(limit), scanProposal, args...)
}

// Items implements retention.Store.
func (Store) Items(ctx context.Context, id ident.ID, fate retention.Fate) ([]retention.Item, error) {
	return db.All(ctx, "retentiondb: records of a proposal", `SELECT i.no, i.subject, i.family_id, i.area, i.since, i.until, i.fate, i.reason FROM disposal_item i
		WHERE {scope i.area} AND i.disposal_id = $1 AND ($2 = '' OR i.fate = $2) ORDER BY i.no`,
		func(scan db.Scanner, x *retention.Item) error {
			return scan(&x.No, &x.Subject, &x.Family, &x.Area, &x.Since, &x.Until, &x.Fate, &x.Reason)
		}, id, string(fate))
}

// Decide implements retention.Store.
func (Store) Decide(ctx context.Context, p *retention.Proposal, from retention.Status) (bool, error) {
	var done any
	if !p.DoneAt.IsZero() {
		done = p.DoneAt.UnixMilli()
	}
	result, err := db.From(ctx).Exec(ctx, "UPDATE disposal SET status = $1, decided_by = $2, decided_at = $3, note = $4, done_at = $5 WHERE {scope area} AND id = $6 AND status = $7",
		string(p.Status), p.DecidedBy, p.DecidedAt.UnixMilli(), p.Note, done, p.ID, string(from))
	if err != nil {
		return false, fmt.Errorf("retentiondb: deciding: %w", err)
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

// Mark implements retention.Store.
func (Store) Mark(ctx context.Context, id ident.ID, x *retention.Item) error {
	return db.Change(ctx, "retentiondb: marking a record", "retention.not_found", "UPDATE disposal_item SET fate = $1, reason = $2 WHERE {scope area} AND disposal_id = $3 AND no = $4",
		string(x.Fate), x.Reason, id, int64(x.No))
}

// KeepHold implements retention.Store.
func (Store) KeepHold(ctx context.Context, h *retention.Hold, why []byte) error {
	return db.Exec(ctx, "retentiondb: keeping a hold", "INSERT INTO retention_hold (id, area, family_id, basis, why, by_login, at, ended_by) VALUES ($1, $2, $3, $4, $5, $6, $7, '')",
		h.ID, h.Area, h.Family, h.Basis, why, h.By, h.At.UnixMilli())
}

const holdColumns = "h.id, h.area, h.family_id, h.basis, h.why, h.by_login, h.at, h.ended_by, h.ended_at"

func scanHold(scan db.Scanner, h *retention.Hold) error {
	var at int64
	var ended sql.NullInt64
	var why []byte
	err := scan(&h.ID, &h.Area, &h.Family, &h.Basis, &why, &h.By, &at, &h.EndedBy, &ended)
	h.Why, h.At, h.EndedAt = string(why), time.UnixMilli(at).UTC(), moment(ended)
	return err
}

// Hold implements retention.Store.
func (Store) Hold(ctx context.Context, id ident.ID) (*retention.Hold, error) {
	h, err := db.One(ctx, "retentiondb: a hold", "retention.hold_not_found", "SELECT "+holdColumns+" FROM retention_hold h WHERE {scope h.area} AND h.id = $1", scanHold, id)
	if err != nil {
		return nil, err
	}
	return &h, nil
}

// Holds implements retention.Store.
func (Store) Holds(ctx context.Context, family ident.ID, lasting bool, limit int) ([]retention.Hold, error) {
	where, args := "{scope h.area}", []any{}
	if !family.IsZero() {
		where, args = where+" AND h.family_id = $1", []any{family}
	}
	if lasting {
		where += " AND h.ended_at IS NULL"
	}
	return db.All(ctx, "retentiondb: holds", "SELECT "+holdColumns+" FROM retention_hold h WHERE "+where+
		" ORDER BY CASE WHEN h.ended_at IS NULL THEN 0 ELSE 1 END, h.at DESC, h.id LIMIT "+strconv.Itoa(limit), scanHold, args...)
}

// EndHold implements retention.Store.
func (Store) EndHold(ctx context.Context, id ident.ID, by string, at time.Time) (bool, error) {
	result, err := db.From(ctx).Exec(ctx, "UPDATE retention_hold SET ended_by = $1, ended_at = $2 WHERE {scope area} AND id = $3 AND ended_at IS NULL", by, at.UnixMilli(), id)
	if err != nil {
		return false, fmt.Errorf("retentiondb: ending a hold: %w", err)
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

// Forget empties why the record of a family was held, and returns what was
// sealed.
func (Store) Forget(ctx context.Context, family ident.ID, empty func() []byte) ([][]byte, error) {
	was, err := db.All(ctx, "retentiondb: forgetting", "SELECT h.why FROM retention_hold h WHERE {scope h.area} AND h.family_id = $1",
		func(scan db.Scanner, b *[]byte) error { return scan(b) }, family)
	if err != nil || len(was) == 0 {
		return nil, err
	}
	return was, db.Exec(ctx, "retentiondb: forgetting", "UPDATE retention_hold SET why = $1 WHERE {scope area} AND family_id = $2", empty(), family)
}
