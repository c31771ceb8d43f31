package auditdb

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/db"
)

// levels are the lengths of area codes.
var levels = []int{2, 4, 6, 10}

// Around counts acts on many in the areas that hold area: itself, those
// around it, the nation, and staff's several areas of which one is such. It
// skips through the indexes from one sort of act to the next, so that a long
// log with many looks at single families costs no more than a short one.
func (s *Store) Around(ctx context.Context, area string) ([]audit.Many, error) {
	areas := []string{"*"}
	for _, n := range levels {
		if n <= len(area) {
			areas = append(areas, area[:n])
		}
	}
	several, err := severalAreas(ctx, area)
	if err != nil {
		return nil, fmt.Errorf("auditdb: acts on many: %w", err)
	}
	areas = append(areas, several...)
	var all []audit.Many
	for _, a := range areas {
		for _, object := range []bool{false, true} {
			many, err := manyIn(ctx, a, object)
			if err != nil {
				return nil, fmt.Errorf("auditdb: acts on many: %w", err)
			}
			all = append(all, many...)
		}
	}
	if all, err = withWaiting(ctx, all, area, areas); err != nil {
		return nil, fmt.Errorf("auditdb: acts on many: %w", err)
	}
	slices.SortStableFunc(all, func(a, b audit.Many) int { return b.Last.Compare(a.Last) })
	return all, nil
}

// severalAreas returns the lists of several areas in the log of which one
// holds area.
func severalAreas(ctx context.Context, area string) ([]string, error) {
	holds := "instr(e.area, ',') > 0"
	if db.From(ctx).Dialect() == db.Postgres {
		holds = "position(',' IN e.area) > 0"
	}
	return skip(ctx, "e.area", "SELECT e.area FROM audit_entry e WHERE "+holds+" AND e.area > $1 ORDER BY e.area LIMIT 1", nil,
		func(list string) bool { return access.ParseScope(list).Covers(area) })
}

// skip goes from one value of an index to the next, and returns those that are
// wanted. The query takes the value before as its first argument.
func skip(ctx context.Context, what, query string, args []any, wanted func(string) bool) ([]string, error) {
	var all []string
	at := ""
	for {
		err := db.From(ctx).QueryRow(ctx, query, append([]any{at}, args...)...).Scan(&at)
		if errors.Is(err, sql.ErrNoRows) {
			return all, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", what, err)
		}
		if wanted(at) {
			all = append(all, at)
		}
	}
}

// manyIn counts the acts on nobody in particular, or on objects of many, of
// one area.
func manyIn(ctx context.Context, area string, object bool) ([]audit.Many, error) {
	subject := "e.subject = ''" // as the indexes say it
	if object {
		subject = "e.subject <> ''"
	}
	actions, err := skip(ctx, "actions", "SELECT e.action FROM audit_entry e WHERE "+subject+" AND e.area = $2 AND e.action > $1 ORDER BY e.action LIMIT 1",
		[]any{area}, func(action string) bool { return !object || !audit.OfOne(action) })
	if err != nil {
		return nil, err
	}
	var all []audit.Many
	for _, action := range actions {
		var seqs []int64
		first := len(all)
		rows, err := db.From(ctx).Query(ctx, "SELECT e.actor, count(*), max(e.seq) FROM audit_entry e WHERE "+subject+
			" AND e.area = $1 AND e.action = $2 GROUP BY e.actor", area, action)
		err = db.Each(rows, err, func(rows *sql.Rows) error {
			m := audit.Many{Area: area, Action: action}
			var seq int64
			err := rows.Scan(&m.Actor, &m.Times, &seq)
			all, seqs = append(all, m), append(seqs, seq)
			return err
		})
		if err != nil {
			return nil, err
		}
		for i, seq := range seqs {
			if err := lastOf(ctx, seq, &all[first+i]); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

// withWaiting adds the looks that are yet to come into the log.
func withWaiting(ctx context.Context, all []audit.Many, area string, areas []string) ([]audit.Many, error) {
	later, err := waiting(ctx, func(e audit.Entry) bool {
		there := slices.Contains(areas, e.Area) || strings.Contains(e.Area, ",") && access.ParseScope(e.Area).Covers(area)
		return there && (e.Subject == "" || !audit.OfOne(e.Action))
	})
	for _, e := range later {
		i := slices.IndexFunc(all, func(m audit.Many) bool {
			return m.Area == e.Area && m.Action == e.Action && m.Actor == e.Actor
		})
		if i < 0 {
			i, all = len(all), append(all, audit.Many{Actor: e.Actor, Action: e.Action, Area: e.Area})
		}
		m := &all[i]
		m.Times++
		m.Last, m.Roles, m.Purpose, m.Fields = e.At, e.Roles, e.Purpose, e.Fields
	}
	return all, err
}

// lastOf fills in what the last of many acts says.
func lastOf(ctx context.Context, seq int64, m *audit.Many) error {
	var b []byte
	var at int64
	if err := db.From(ctx).QueryRow(ctx, "SELECT at, record FROM audit_entry WHERE seq = $1", seq).Scan(&at, &b); err != nil {
		return err
	}
	var e audit.Entry
	if err := json.Unmarshal(b, &e); err != nil {
		return err
	}
	m.Last, m.Roles, m.Purpose, m.Fields = time.UnixMilli(at).UTC(), e.Roles, e.Purpose, e.Fields
	return nil
}
