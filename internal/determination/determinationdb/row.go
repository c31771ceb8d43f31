package determinationdb

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"gotong/internal/db"
	"gotong/internal/determination"
	"gotong/internal/ident"
	"gotong/internal/money"
)

const rowColumns = "o.programme, o.area, o.family_id, o.subject_id, o.outcome, o.answers, o.queue, o.uncertain, o.annual, o.lines"

// scanRow scans rowColumns and whatever follows them.
func scanRow(rows *sql.Rows, more ...any) (determination.Row, error) {
	var r determination.Row
	var subject ident.ID
	var outcome, answers, uncertain, annual int64
	var queue sql.NullInt64
	var lines sql.NullString
	into := append([]any{&r.Programme, &r.Area, &r.FamilyID, &subject, &outcome, &answers, &queue, &uncertain, &annual, &lines}, more...)
	if err := rows.Scan(into...); err != nil {
		return r, err
	}
	if subject != r.FamilyID {
		r.PersonID = subject
	}
	r.Outcome, r.Answers = determination.Outcome(outcome), determination.Answers(answers)
	r.Queue, r.Uncertain, r.Annual = queue.Int64, uncertain != 0, money.Rupiah(annual)
	if lines.Valid {
		return r, json.Unmarshal([]byte(lines.String), &r.Lines)
	}
	return r, nil
}

// conditions writes a filter as SQL. Its placeholders begin at $1.
func conditions(f determination.Filter) (where string, args []any) {
	where = "{scope o.area}"
	add := func(condition string, v any) {
		args = append(args, v)
		where += " AND " + condition + " $" + strconv.Itoa(len(args))
	}
	add("o.determination_id =", f.Determination)
	if f.Programme != "" {
		add("o.programme =", f.Programme)
	}
	if f.Outcome != 0 {
		// Written out, so that SQLite sees that the indexes outcome_open and
		// outcome_waiting fit.
		where += " AND o.outcome = " + strconv.Itoa(int(f.Outcome))
	}
	if f.Area != "" {
		add("o.area >=", f.Area)
		add("o.area <", f.Area+":") // the character after 9
	}
	if f.Uncertain {
		where += " AND o.uncertain = 1"
	}
	return where, args
}

// Rows implements determination.Store.
func (Store) Rows(ctx context.Context, f determination.Filter, after determination.Place, limit int) ([]determination.Row, error) {
	where, args := conditions(f)
	order := "o.programme, o.area, o.family_id, o.subject_id"
	place := []any{after.Programme, after.Area, after.FamilyID, after.SubjectID}
	switch {
	case f.ByFamily():
		order = "o.area, o.family_id, o.subject_id, o.programme"
		place = []any{after.Area, after.FamilyID, after.SubjectID, after.Programme}
	case f.ByQueue():
		order = "o.programme, o.queue, o.area, o.family_id, o.subject_id"
		place = []any{after.Programme, after.Queue, after.Area, after.FamilyID, after.SubjectID}
	}
	if after.Area != "" {
		var holes []string
		for _, v := range place {
			args = append(args, v)
			holes = append(holes, "$"+strconv.Itoa(len(args)))
		}
		where += " AND (" + order + ") > (" + strings.Join(holes, ", ") + ")"
	}
	args = append(args, limit)
	rows, err := db.From(ctx).Query(ctx, `SELECT `+rowColumns+`, COALESCE(f.head_name, ''), COALESCE(f.address, ''), COALESCE(p.name, '')
		FROM outcome o LEFT JOIN family f ON f.id = o.family_id AND {scope f.area}
		LEFT JOIN person p ON p.family_id = o.family_id AND p.id = o.subject_id AND {scope p.area}
		WHERE `+where+` ORDER BY `+order+` LIMIT $`+strconv.Itoa(len(args)), args...)
	var all []determination.Row
	return all, db.Each(rows, err, func(rows *sql.Rows) error {
		var head, address, person string
		r, err := scanRow(rows, &head, &address, &person)
		r.HeadName, r.Address, r.PersonName = head, address, person
		all = append(all, r)
		return err
	})
}

// Count implements determination.Store.
func (Store) Count(ctx context.Context, f determination.Filter) (int64, error) {
	where, args := conditions(f)
	var n int64
	err := db.From(ctx).QueryRow(ctx, "SELECT COUNT(*) FROM outcome o WHERE "+where, args...).Scan(&n)
	return n, err
}

// CountFamilies implements determination.Store.
func (Store) CountFamilies(ctx context.Context, f determination.Filter) (int64, error) {
	where, args := conditions(f)
	var n int64
	err := db.From(ctx).QueryRow(ctx, "SELECT COUNT(DISTINCT o.family_id) FROM outcome o WHERE "+where, args...).Scan(&n)
	return n, err
}

// MemberNames implements determination.Store.
func (Store) MemberNames(ctx context.Context, families []ident.ID) (map[ident.ID]string, error) {
	names := map[ident.ID]string{}
	for some := range slices.Chunk(families, 500) {
		args, places := make([]any, len(some)), make([]string, len(some))
		for i, id := range some {
			args[i], places[i] = id, "$"+strconv.Itoa(i+1)
		}
		rows, err := db.From(ctx).Query(ctx, `SELECT p.id, p.name FROM person p
			WHERE {scope p.area} AND p.family_id IN (`+strings.Join(places, ", ")+`)`, args...)
		err = db.Each(rows, err, func(rows *sql.Rows) error {
			var id ident.ID
			var name string
			err := rows.Scan(&id, &name)
			names[id] = name
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return names, nil
}

// OfFamily implements determination.Store.
func (Store) OfFamily(ctx context.Context, id, family ident.ID) ([]determination.Row, error) {
	rows, err := db.From(ctx).Query(ctx, `SELECT `+rowColumns+` FROM outcome o
		WHERE {scope o.area} AND o.family_id = $1 AND o.determination_id = $2 ORDER BY o.programme, o.subject_id`, family, id)
	var all []determination.Row
	return all, db.Each(rows, err, func(rows *sql.Rows) error {
		r, err := scanRow(rows)
		all = append(all, r)
		return err
	})
}

// Past implements determination.Store.
func (Store) Past(ctx context.Context, family ident.ID) ([]determination.PastRow, error) {
	rows, err := db.From(ctx).Query(ctx, `SELECT `+rowColumns+`, d.id, d.content FROM outcome o
		JOIN determination d ON d.id = o.determination_id
		WHERE {scope o.area} AND o.family_id = $1 AND d.state = 'enacted'
		ORDER BY d.decided_at DESC, d.id DESC, o.programme, o.subject_id`, family)
	var all []determination.PastRow
	return all, db.Each(rows, err, func(rows *sql.Rows) error {
		var past determination.PastRow
		var content string
		r, err := scanRow(rows, &past.Determination, &content)
		if err != nil {
			return err
		}
		past.Row = r
		var c determination.Content
		err = json.Unmarshal([]byte(content), &c)
		past.AsOf = c.AsOf
		all = append(all, past)
		return err
	})
}

// Tallies implements determination.Store.
func (Store) Tallies(ctx context.Context, id ident.ID, area string, digits int) ([]determination.Tally, error) {
	rows, err := db.From(ctx).Query(ctx, `SELECT o.programme, substr(o.area, 1, $1) AS part, o.outcome,
		CAST(SUM(o.subjects) AS BIGINT), CAST(SUM(o.annual) AS BIGINT) FROM outcome_count o
		WHERE {scope o.area} AND o.determination_id = $2 AND o.area >= $3 AND o.area < $4
		GROUP BY o.programme, part, o.outcome ORDER BY o.programme, part, o.outcome`, digits, id, area, area+":")
	var all []determination.Tally
	return all, db.Each(rows, err, func(rows *sql.Rows) error {
		var t determination.Tally
		var outcome, annual int64
		err := rows.Scan(&t.Programme, &t.Area, &outcome, &t.Subjects, &annual)
		t.Outcome, t.Annual = determination.Outcome(outcome), money.Rupiah(annual)
		all = append(all, t)
		return err
	})
}

// Obstacles implements determination.Store.
func (Store) Obstacles(ctx context.Context, id ident.ID, area string) ([]determination.Obstacle, error) {
	rows, err := db.From(ctx).Query(ctx, `SELECT o.programme, o.item, CAST(SUM(o.blocks) AS BIGINT), CAST(SUM(o.still_open) AS BIGINT),
		CAST(SUM(o.alone) AS BIGINT) FROM outcome_reason o
		WHERE {scope o.area} AND o.determination_id = $1 AND o.area >= $2 AND o.area < $3
		GROUP BY o.programme, o.item ORDER BY o.programme, o.item`, id, area, area+":")
	var all []determination.Obstacle
	return all, db.Each(rows, err, func(rows *sql.Rows) error {
		o := determination.Obstacle{Area: area}
		err := rows.Scan(&o.Programme, &o.Item, &o.Blocks, &o.Open, &o.Alone)
		all = append(all, o)
		return err
	})
}
