// Package determinationdb keeps determinations, their outcomes and notices in
// the database.
package determinationdb

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"gotong/internal/db"
	"gotong/internal/determination"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// Store implements determination.Store.
type Store struct{}

var _ determination.Store = Store{}

// kept are the determinations that are written to the end.
const kept = `(SELECT * FROM determination d WHERE NOT EXISTS
	(SELECT 1 FROM determination_writing w WHERE w.determination_id = d.id)) AS determination`

// Begin implements determination.Store.
func (s Store) Begin(ctx context.Context, h determination.Header) (determination.Header, int, error) {
	tx := db.From(ctx)
	var id ident.ID
	var done sql.NullInt64
	err := tx.QueryRow(ctx, `SELECT d.id, w.done FROM determination d LEFT JOIN determination_writing w ON w.determination_id = d.id
		WHERE d.digest = $1`, h.Digest).Scan(&id, &done)
	switch {
	case err == nil && !done.Valid:
		return h, 0, fault.Conflict("determination.twice")
	case err == nil && done.Int64 == abandoned:
		return h, 0, fault.Conflict("determination.written_elsewhere")
	case err == nil:
		h, err = scanHeader(tx.QueryRow(ctx, "SELECT "+headerColumns+" FROM determination WHERE id = $1", id))
		return h, int(done.Int64), err
	case !errors.Is(err, sql.ErrNoRows):
		return h, 0, err
	}
	content, err := json.Marshal(h.Content)
	if err != nil {
		return h, 0, err
	}
	_, err = tx.Exec(ctx, `INSERT INTO determination (id, snapshot_id, ranking_id, state, created_at, created_by, note, digest, content)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		h.ID, h.SnapshotID, h.RankingID, string(h.State), h.CreatedAt.UnixMilli(), h.CreatedBy, h.Note, h.Digest, string(content))
	if db.IsUnique(err) {
		return h, 0, fault.Conflict("determination.twice").Because(err)
	}
	if err == nil {
		_, err = tx.Exec(ctx, "INSERT INTO determination_writing (determination_id, done) VALUES ($1, 0)", h.ID)
	}
	return h, 0, err
}

// AddRows implements determination.Store.
func (s Store) AddRows(ctx context.Context, id ident.ID, from int, rows func(yield func(determination.Row) error) (int, error),
	sums func() ([]determination.Tally, []determination.Obstacle)) (int, error) {
	tx := db.From(ctx)
	bulk := tx.NewBulk("outcome", "determination_id", "programme", "area", "family_id", "subject_id", "outcome", "answers",
		"queue", "uncertain", "annual", "lines")
	to, err := rows(func(r determination.Row) error {
		lines, err := packLines(r.Lines)
		if err != nil {
			return err
		}
		return bulk.Add(ctx, id, r.Programme, r.Area, r.FamilyID, r.Place().SubjectID, int64(r.Outcome), int64(r.Answers),
			positive(r.Queue), db.Flag(r.Uncertain), int64(r.Annual), lines)
	})
	if err != nil {
		return from, err
	}
	if err := bulk.Flush(ctx); err != nil {
		if db.IsUnique(err) {
			err = fault.Conflict("determination.written_elsewhere").Because(err)
		}
		return from, err
	}
	if err := addSums(ctx, id, sums); err != nil {
		return from, err
	}
	moved, err := tx.Exec(ctx, "UPDATE determination_writing SET done = $3 WHERE determination_id = $1 AND done = $2", id, from, to)
	if err != nil {
		return from, err
	}
	if n, err := moved.RowsAffected(); err != nil || n != 1 {
		return from, fault.Conflict("determination.written_elsewhere").Because(err)
	}
	return to, nil
}

// Finish implements determination.Store.
func (s Store) Finish(ctx context.Context, id ident.ID) error {
	res, err := db.From(ctx).Exec(ctx, "DELETE FROM determination_writing WHERE determination_id = $1 AND done <> $2", id, abandoned)
	return taken(res, err)
}

func addSums(ctx context.Context, id ident.ID, sums func() ([]determination.Tally, []determination.Obstacle)) error {
	tallies, obstacles := sums()
	tx := db.From(ctx)
	counts := tx.NewBulk("outcome_count", "determination_id", "programme", "area", "outcome", "subjects", "annual")
	for _, t := range tallies {
		if err := counts.Add(ctx, id, t.Programme, t.Area, int64(t.Outcome), t.Subjects, int64(t.Annual)); err != nil {
			return err
		}
	}
	if err := counts.Flush(ctx); err != nil {
		return err
	}
	reasons := tx.NewBulk("outcome_reason", "determination_id", "programme", "area", "item", "blocks", "still_open", "alone")
	for _, o := range obstacles {
		if err := reasons.Add(ctx, id, o.Programme, o.Area, int64(o.Item), o.Blocks, o.Open, o.Alone); err != nil {
			return err
		}
	}
	return reasons.Flush(ctx)
}

// positive stores no place in a queue as NULL.
func positive(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}

func packLines(lines []determination.GivenLine) (any, error) {
	if len(lines) == 0 {
		return nil, nil
	}
	b, err := json.Marshal(lines)
	return string(b), err
}

const headerColumns = `id, snapshot_id, ranking_id, state, created_at, created_by, proposed_at, proposed_by,
	decided_at, decided_by, note, digest, content`

func scanHeader(row interface{ Scan(...any) error }) (determination.Header, error) {
	var h determination.Header
	var state, content string
	var created int64
	var proposedAt, decidedAt sql.NullInt64
	var proposedBy, decidedBy sql.NullString
	err := row.Scan(&h.ID, &h.SnapshotID, &h.RankingID, &state, &created, &h.CreatedBy, &proposedAt, &proposedBy,
		&decidedAt, &decidedBy, &h.Note, &h.Digest, &content)
	if err != nil {
		return h, err
	}
	h.State, h.CreatedAt = determination.State(state), time.UnixMilli(created).UTC()
	h.ProposedAt, h.ProposedBy = instant(proposedAt), proposedBy.String
	h.DecidedAt, h.DecidedBy = instant(decidedAt), decidedBy.String
	return h, json.Unmarshal([]byte(content), &h.Content)
}

func instant(n sql.NullInt64) time.Time {
	if !n.Valid {
		return time.Time{}
	}
	return time.UnixMilli(n.Int64).UTC()
}

func one(ctx context.Context, where string, args ...any) (determination.Header, error) {
	h, err := scanHeader(db.From(ctx).QueryRow(ctx, "SELECT "+headerColumns+" FROM "+kept+" "+where, args...))
	return h, db.NoRows(err, "determination.missing")
}

// Header implements determination.Store.
func (Store) Header(ctx context.Context, id ident.ID) (determination.Header, error) {
	return one(ctx, "WHERE id = $1", id)
}

// ByDigest implements determination.Store.
func (Store) ByDigest(ctx context.Context, digest string) (determination.Header, error) {
	return one(ctx, "WHERE digest = $1", digest)
}

// Current implements determination.Store.
func (Store) Current(ctx context.Context) (determination.Header, error) {
	return one(ctx, "WHERE state = 'enacted' ORDER BY decided_at DESC, id DESC LIMIT 1")
}

// Headers implements determination.Store.
func (Store) Headers(ctx context.Context, limit int) ([]determination.Header, error) {
	var hs []determination.Header
	rows, err := db.From(ctx).Query(ctx, "SELECT "+headerColumns+" FROM "+kept+" ORDER BY created_at DESC, id DESC LIMIT $1", limit)
	return hs, db.Each(rows, err, func(rows *sql.Rows) error {
		h, err := scanHeader(rows)
		hs = append(hs, h)
		return err
	})
}

// Move implements determination.Store.
func (Store) Move(ctx context.Context, from determination.State, h determination.Header) error {
	res, err := db.From(ctx).Exec(ctx, `UPDATE determination SET state = $1, proposed_at = $2, proposed_by = $3,
		decided_at = $4, decided_by = $5, note = $6 WHERE id = $7 AND state = $8`,
		string(h.State), milli(h.ProposedAt), text(h.ProposedBy), milli(h.DecidedAt), text(h.DecidedBy), h.Note, h.ID, string(from))
	if db.IsConstraint(err) {
		return fault.Conflict("determination.same_person").Because(err)
	}
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return fault.Conflict("determination.state_changed", "state", string(from))
}

func milli(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}
