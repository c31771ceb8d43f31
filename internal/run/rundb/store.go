// Package rundb keeps runs and their queue in the database.
package rundb

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"gotong/internal/access"
	"gotong/internal/db"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/run"
)

// Store keeps runs.
type Store struct{}

// New returns a Store that works in the transaction of its context.
func New() *Store { return &Store{} }

// actorJSON is how an actor is kept: the roles and areas at the time of asking.
type actorJSON struct {
	ID    ident.ID      `json:"id"`
	Login string        `json:"login"`
	Name  string        `json:"name"`
	Roles []access.Role `json:"roles"`
	Scope string        `json:"scope"`
	Unit  string        `json:"unit"`
}

func encodeActor(a access.Actor) (string, error) {
	b, err := json.Marshal(actorJSON{a.ID, a.Login, a.Name, a.Roles, a.Scope.String(), a.Unit})
	return string(b), err
}

func decodeActor(s string) (access.Actor, error) {
	var a actorJSON
	err := json.Unmarshal([]byte(s), &a)
	return access.Actor{ID: a.ID, Login: a.Login, Name: a.Name, Roles: a.Roles, Scope: access.ParseScope(a.Scope), Unit: a.Unit}, err
}

// Add keeps a new run.
func (s *Store) Add(ctx context.Context, r run.Run) error {
	actor, err := encodeActor(r.Actor)
	if err != nil {
		return err
	}
	_, err = db.From(ctx).Exec(ctx, `INSERT INTO run
		(id, kind, state, dry, args, actor, progress, result, failure, cancel, attempt, asked_at, started_at, beat_at, ended_at)
		VALUES ($1, $2, $3, $4, $5, $6, '{}', '', '', 0, 0, $7, 0, 0, 0)`,
		r.ID, string(r.Kind), string(r.State), db.Flag(r.Dry), string(r.Args), actor, r.AskedAt.UnixMilli())
	if err != nil {
		return fmt.Errorf("rundb: adding a run: %w", err)
	}
	return nil
}

// Claim makes a queued run running.
func (s *Store) Claim(ctx context.Context, id ident.ID, now time.Time) (run.Run, error) {
	result, err := db.From(ctx).Exec(ctx, `UPDATE run SET state = 'running', attempt = attempt + 1, started_at = $1, beat_at = $1
		WHERE id = $2 AND state = 'queued'`, now.UnixMilli(), id)
	if err != nil {
		return run.Run{}, fmt.Errorf("rundb: claiming a run: %w", err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return run.Run{}, fault.Conflict("core.error.conflict")
	}
	return s.ByID(ctx, id)
}

// Beat saves progress and tells whether to stop.
func (s *Store) Beat(ctx context.Context, id ident.ID, attempt int, p run.Snapshot, now time.Time) (bool, error) {
	b, err := json.Marshal(p)
	if err != nil {
		return false, err
	}
	var cancel int
	err = db.From(ctx).QueryRow(ctx, `UPDATE run SET progress = $1, beat_at = $2
		WHERE id = $3 AND state = 'running' AND attempt = $4 RETURNING cancel`, string(b), now.UnixMilli(), id, attempt).Scan(&cancel)
	if errors.Is(err, sql.ErrNoRows) {
		return false, fault.Conflict("run.taken")
	}
	if err != nil {
		return false, fmt.Errorf("rundb: beating: %w", err)
	}
	return cancel == 1, nil
}

// End saves the outcome.
func (s *Store) End(ctx context.Context, r run.Run) error {
	progress, err := json.Marshal(r.Progress)
	if err != nil {
		return err
	}
	failure := ""
	if r.Failure != nil {
		b, err := json.Marshal(r.Failure)
		if err != nil {
			return err
		}
		failure = string(b)
	}
	_, err = db.From(ctx).Exec(ctx, `UPDATE run SET state = $1, progress = $2, result = $3, failure = $4, ended_at = $5
		WHERE id = $6 AND state = 'running' AND attempt = $7`,
		string(r.State), string(progress), string(r.Result), failure, r.EndedAt.UnixMilli(), r.ID, r.Attempt)
	if err != nil {
		return fmt.Errorf("rundb: ending a run: %w", err)
	}
	return nil
}

// AskCancel asks to stop a run.
func (s *Store) AskCancel(ctx context.Context, id ident.ID, now time.Time) error {
	_, err := db.From(ctx).Exec(ctx, `UPDATE run SET cancel = 1,
		ended_at = CASE state WHEN 'queued' THEN $1 ELSE ended_at END,
		state = CASE state WHEN 'queued' THEN 'cancelled' ELSE state END
		WHERE id = $2 AND state IN ('queued', 'running')`, now.UnixMilli(), id)
	if err != nil {
		return fmt.Errorf("rundb: cancelling a run: %w", err)
	}
	return nil
}

// Orphans queues runs again whose process shows no life.
func (s *Store) Orphans(ctx context.Context, before time.Time) ([]ident.ID, error) {
	var ids []ident.ID
	rows, err := db.From(ctx).Query(ctx, `UPDATE run SET state = 'queued'
		WHERE state = 'running' AND beat_at < $1 RETURNING id`, before.UnixMilli())
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var id ident.ID
		err := rows.Scan(&id)
		ids = append(ids, id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("rundb: finding orphans: %w", err)
	}
	return ids, nil
}

const columns = `id, kind, state, dry, args, actor, progress, result, failure, cancel, attempt, asked_at, started_at, beat_at, ended_at`

// ByID returns a run.
func (s *Store) ByID(ctx context.Context, id ident.ID) (run.Run, error) {
	r, err := scan(db.From(ctx).QueryRow(ctx, `SELECT `+columns+` FROM run WHERE id = $1`, id).Scan)
	if err != nil {
		return run.Run{}, fmt.Errorf("rundb: %w", db.NoRows(err, "core.error.not_found"))
	}
	return r, nil
}

// withoutResult are the columns of a list, which does not show results: a
// ranking's alone is a hundred kilobytes.
var withoutResult = strings.Replace(columns, " result,", " '',", 1)

// Recent returns the newest runs first, without their results.
func (s *Store) Recent(ctx context.Context, limit int) ([]run.Run, error) {
	var all []run.Run
	rows, err := db.From(ctx).Query(ctx, `SELECT `+withoutResult+` FROM run ORDER BY asked_at DESC, id DESC LIMIT $1`, limit)
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		r, err := scan(rows.Scan)
		all = append(all, r)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("rundb: listing runs: %w", err)
	}
	return all, nil
}

func scan(scan func(into ...any) error) (run.Run, error) {
	var r run.Run
	var kind, state, args, actor, progress, result, failure string
	var dry, cancel int
	var asked, started, beat, ended int64
	err := scan(&r.ID, &kind, &state, &dry, &args, &actor, &progress, &result, &failure, &cancel, &r.Attempt,
		&asked, &started, &beat, &ended)
	if err != nil {
		return r, err
	}
	r.Kind, r.State, r.Dry, r.Cancel = run.Kind(kind), run.State(state), dry == 1, cancel == 1
	r.Args, r.Result = json.RawMessage(args), json.RawMessage(result)
	r.AskedAt, r.StartedAt, r.BeatAt, r.EndedAt = instant(asked), instant(started), instant(beat), instant(ended)
	if r.Actor, err = decodeActor(actor); err != nil {
		return r, err
	}
	if failure != "" {
		r.Failure = &run.Failure{}
		if err := json.Unmarshal([]byte(failure), r.Failure); err != nil {
			return r, err
		}
	}
	return r, json.NewDecoder(strings.NewReader(progress)).Decode(&r.Progress)
}

func instant(milli int64) time.Time {
	if milli == 0 {
		return time.Time{}
	}
	return time.UnixMilli(milli).UTC()
}
