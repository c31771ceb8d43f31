package qualitydb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gotong/internal/civil"
	"gotong/internal/db"
	"gotong/internal/ident"
	"gotong/internal/quality"
	"gotong/internal/registry"
)

// List implements quality.Store. What moved out of the place in which it was
// measured, or was erased since, stays in the list as it was counted, but is
// not named.
func (Store) List(ctx context.Context, turn int64, f quality.Filter, after registry.Place, limit int) ([]quality.Row, error) {
	w := filtered(turn, f)
	if !after.ID.IsZero() {
		w.add("(q.area, q.family_id) > (" + w.bind(after.Area) + ", " + w.bind(after.ID) + ")")
	}
	var all []quality.Row
	rows, err := db.From(ctx).Query(ctx, `SELECT q.area, q.family_id, q.issues, q.known, q.missing, q.warnings, q.programmes, q.step, q.observed_on,
		COALESCE(f.head_name, ''), COALESCE(f.address, ''), COALESCE(f.rt, ''), COALESCE(f.rw, '')
		FROM quality_family q LEFT JOIN family f ON f.id = q.family_id AND f.area = q.area
		WHERE `+w.String()+" ORDER BY q.area, q.family_id LIMIT "+w.bind(limit), w.args...)
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var r quality.Row
		var missing, warnings, programmes string
		err := rows.Scan(&r.Area, &r.Family, &r.Issues, &r.Known, &missing, &warnings, &programmes, &r.Step, &r.ObservedOn,
			&r.HeadName, &r.Address, &r.RT, &r.RW)
		r.Missing, r.Warnings, r.Programmes = quality.Parted(missing), quality.Parted(warnings), quality.Parted(programmes)
		all = append(all, r)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("qualitydb: listing families: %w", err)
	}
	return all, nil
}

// Count implements quality.Store.
func (Store) Count(ctx context.Context, turn int64, f quality.Filter) (int64, error) {
	w := filtered(turn, f)
	var n int64
	err := db.From(ctx).QueryRow(ctx, "SELECT count(*) FROM quality_family q WHERE "+w.String(), w.args...).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("qualitydb: counting families: %w", err)
	}
	return n, nil
}

// Regencies implements quality.Store. It skips from one to the next, as a
// register has far more families than regencies.
func (Store) Regencies(ctx context.Context) ([]string, error) {
	var all []string
	after := ""
	for {
		var area string
		err := db.From(ctx).QueryRow(ctx, "SELECT f.area FROM family f WHERE {scope f.area} AND f.area >= $1 ORDER BY f.area LIMIT 1", after).Scan(&area)
		if errors.Is(err, sql.ErrNoRows) {
			return all, nil
		}
		if err != nil {
			return nil, fmt.Errorf("qualitydb: regencies: %w", err)
		}
		all = append(all, area[:4])
		after = area[:4] + ":" // the first text behind every code that begins so
	}
}

// Around implements quality.Store.
func (Store) Around(ctx context.Context, sources []string, from civil.Date) (*quality.Around, error) {
	a := &quality.Around{Twice: map[ident.ID]bool{}, Visited: map[ident.ID]bool{}, Waiting: map[ident.ID][]string{}}
	for _, side := range []string{"left", "right"} {
		err := into(ctx, a.Twice, "SELECT DISTINCT d."+side+"_family FROM duplicate_pair d WHERE {scope d."+side+"_area} AND d.status = 'open'")
		if err != nil {
			return nil, fmt.Errorf("qualitydb: open duplicates: %w", err)
		}
	}
	args := []any{from}
	places := make([]string, len(sources))
	for i, s := range sources {
		args = append(args, s)
		places[i] = "$" + strconv.Itoa(len(args))
	}
	err := into(ctx, a.Visited, `SELECT DISTINCT o.family_id FROM family f JOIN observation o ON o.family_id = f.id
		WHERE {scope f.area} AND o.observed_on >= $1 AND o.source IN (`+strings.Join(places, ", ")+")", args...)
	if err != nil {
		return nil, fmt.Errorf("qualitydb: visits: %w", err)
	}
	// What an import observed of a family that has not changed since, its own
	// row tells.
	if slices.Contains(sources, "import") {
		err := into(ctx, a.Visited, "SELECT f.id FROM family f WHERE {scope f.area} AND f.origin IS NOT NULL AND f.observed_on >= $1", from)
		if err != nil {
			return nil, fmt.Errorf("qualitydb: imports: %w", err)
		}
	}
	return a, waiting(ctx, a.Waiting)
}

func into(ctx context.Context, set map[ident.ID]bool, query string, args ...any) error {
	rows, err := db.From(ctx).Query(ctx, query, args...)
	return db.Each(rows, err, func(rows *sql.Rows) error {
		var id ident.ID
		err := rows.Scan(&id)
		set[id] = true
		return err
	})
}

// waiting reads for whom the newest enacted determination of the area could
// not decide. Outcome 4 is determination.Undetermined.
func waiting(ctx context.Context, of map[ident.ID][]string) error {
	var newest ident.ID
	err := db.From(ctx).QueryRow(ctx, `SELECT d.id FROM determination d WHERE d.state = 'enacted'
		AND EXISTS (SELECT 1 FROM outcome_count c WHERE {scope c.area} AND c.determination_id = d.id)
		ORDER BY d.decided_at DESC, d.id DESC LIMIT 1`).Scan(&newest)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("qualitydb: the determination in force: %w", err)
	}
	rows, err := db.From(ctx).Query(ctx, `SELECT DISTINCT o.family_id, o.programme FROM outcome o
		WHERE {scope o.area} AND o.determination_id = $1 AND o.outcome = 4 ORDER BY o.family_id, o.programme`, newest)
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var id ident.ID
		var programme string
		err := rows.Scan(&id, &programme)
		of[id] = append(of[id], programme)
		return err
	})
	if err != nil {
		return fmt.Errorf("qualitydb: who waits: %w", err)
	}
	return nil
}
