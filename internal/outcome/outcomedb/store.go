// Package outcomedb keeps measures of outcomes, their rows, and graduations
// in the database.
package outcomedb

import (
	"context"
	"database/sql"
	"encoding/json"
	"strconv"
	"time"

	"gotong/internal/db"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/money"
	"gotong/internal/outcome"
)

// Store implements outcome.Store.
type Store struct{}

var _ outcome.Store = Store{}

// AddRows implements outcome.Store.
func (Store) AddRows(ctx context.Context, id ident.ID, tallies []outcome.Tally, rows func(yield func(outcome.Row) error) error) error {
	tx := db.From(ctx)
	bulk := tx.NewBulk("outcome_row", "measure_id", "list", "area", "family_id", "subject_id", "programme", "road", "detail")
	err := rows(func(r outcome.Row) error {
		detail, err := json.Marshal(r.Detail)
		if err != nil {
			return err
		}
		return bulk.Add(ctx, id, string(r.List), r.Area, r.FamilyID, r.Subject(), r.Programme, string(r.Road), string(detail))
	})
	if err != nil {
		return err
	}
	if err := bulk.Flush(ctx); err != nil {
		return err
	}
	counts := tx.NewBulk("outcome_tally", "measure_id", "list", "programme", "road", "area", "families", "annual")
	for _, t := range tallies {
		if err := counts.Add(ctx, id, string(t.List), t.Programme, string(t.Road), t.Area, t.Families, int64(t.Annual)); err != nil {
			return err
		}
	}
	return counts.Flush(ctx)
}

// Add implements outcome.Store.
func (Store) Add(ctx context.Context, m outcome.Measure) error {
	content, err := json.Marshal(m.Content)
	if err != nil {
		return err
	}
	_, err = db.From(ctx).Exec(ctx, "INSERT INTO outcome_measure (id, digest, content, created_at, created_by) VALUES ($1, $2, $3, $4, $5)",
		m.ID, m.Digest, string(content), m.CreatedAt.UnixMilli(), m.CreatedBy)
	if db.IsUnique(err) {
		return fault.Conflict("outcome.twice").Because(err)
	}
	return err
}

const measureColumns = "id, digest, content, created_at, created_by"

func scanMeasure(row interface{ Scan(...any) error }) (outcome.Measure, error) {
	var m outcome.Measure
	var content string
	var at int64
	if err := row.Scan(&m.ID, &m.Digest, &content, &at, &m.CreatedBy); err != nil {
		return m, err
	}
	m.CreatedAt = time.UnixMilli(at).UTC()
	return m, json.Unmarshal([]byte(content), &m.Content)
}

// ByDigest implements outcome.Store.
func (Store) ByDigest(ctx context.Context, digest string) (outcome.Measure, error) {
	m, err := scanMeasure(db.From(ctx).QueryRow(ctx, "SELECT "+measureColumns+" FROM outcome_measure WHERE digest = $1", digest))
	return m, db.NoRows(err, "outcome.none")
}

// Measure implements outcome.Store.
func (Store) Measure(ctx context.Context, id ident.ID) (outcome.Measure, error) {
	m, err := scanMeasure(db.From(ctx).QueryRow(ctx, "SELECT "+measureColumns+" FROM outcome_measure WHERE id = $1", id))
	return m, db.NoRows(err, "outcome.none")
}

// Measures implements outcome.Store.
func (Store) Measures(ctx context.Context, limit int) ([]outcome.Measure, error) {
	var all []outcome.Measure
	rows, err := db.From(ctx).Query(ctx, "SELECT "+measureColumns+" FROM outcome_measure ORDER BY created_at DESC, id DESC LIMIT $1", limit)
	return all, db.Each(rows, err, func(rows *sql.Rows) error {
		m, err := scanMeasure(rows)
		all = append(all, m)
		return err
	})
}

// where builds conditions with numbered places.
type where struct {
	text string
	args []any
}

func (w *where) add(condition string, v any) {
	w.args = append(w.args, v)
	w.text += " AND " + condition + " $" + strconv.Itoa(len(w.args))
}

func (w *where) within(column, area string) {
	if area != "" {
		w.add(column+" >=", area)
		w.add(column+" <", area+":") // the character after 9
	}
}

func conditions(alias string, f outcome.Filter) *where {
	w := &where{text: "{scope " + alias + ".area}"}
	w.add(alias+".measure_id =", f.Measure)
	if f.List != "" {
		w.add(alias+".list =", string(f.List))
	}
	if f.Programme != "" {
		w.add(alias+".programme =", f.Programme)
	}
	if f.Road != "" {
		w.add(alias+".road =", string(f.Road))
	}
	w.within(alias+".area", f.Area)
	return w
}

const rowColumns = "r.list, r.area, r.family_id, r.subject_id, r.programme, r.road, r.detail"

func scanRow(rows *sql.Rows, more ...any) (outcome.Row, error) {
	var r outcome.Row
	var subject ident.ID
	var list, road, detail string
	if err := rows.Scan(append([]any{&list, &r.Area, &r.FamilyID, &subject, &r.Programme, &road, &detail}, more...)...); err != nil {
		return r, err
	}
	if subject != r.FamilyID {
		r.PersonID = subject
	}
	r.List, r.Road = outcome.List(list), outcome.Road(road)
	return r, json.Unmarshal([]byte(detail), &r.Detail)
}

// Rows implements outcome.Store.
func (Store) Rows(ctx context.Context, f outcome.Filter, after outcome.Place, limit int) ([]outcome.Row, error) {
	w := conditions("r", f)
	if after.Area != "" {
		n := len(w.args)
		w.args = append(w.args, after.Area, after.FamilyID, after.SubjectID, after.Programme, string(after.Road))
		w.text += " AND (r.area, r.family_id, r.subject_id, r.programme, r.road) > ($" + strconv.Itoa(n+1) + ", $" + strconv.Itoa(n+2) +
			", $" + strconv.Itoa(n+3) + ", $" + strconv.Itoa(n+4) + ", $" + strconv.Itoa(n+5) + ")"
	}
	w.args = append(w.args, limit)
	var all []outcome.Row
	rows, err := db.From(ctx).Query(ctx, "SELECT "+rowColumns+`, COALESCE(f.head_name, ''), COALESCE(f.address, ''), COALESCE(p.name, '')
		FROM outcome_row r LEFT JOIN family f ON f.id = r.family_id AND {scope f.area}
		LEFT JOIN person p ON p.family_id = r.family_id AND p.id = r.subject_id AND {scope p.area}
		WHERE `+w.text+` ORDER BY r.area, r.family_id, r.subject_id, r.programme, r.road LIMIT $`+strconv.Itoa(len(w.args)), w.args...)
	return all, db.Each(rows, err, func(rows *sql.Rows) error {
		var head, address, person string
		r, err := scanRow(rows, &head, &address, &person)
		r.HeadName, r.Address, r.PersonName = head, address, person
		all = append(all, r)
		return err
	})
}

// OfFamily implements outcome.Store.
func (Store) OfFamily(ctx context.Context, measure, family ident.ID) ([]outcome.Row, error) {
	var all []outcome.Row
	rows, err := db.From(ctx).Query(ctx, "SELECT "+rowColumns+` FROM outcome_row r
		WHERE {scope r.area} AND r.family_id = $1 AND r.measure_id = $2 ORDER BY r.list, r.subject_id, r.programme, r.road`, family, measure)
	return all, db.Each(rows, err, func(rows *sql.Rows) error {
		r, err := scanRow(rows)
		all = append(all, r)
		return err
	})
}

// Tallies implements outcome.Store.
func (Store) Tallies(ctx context.Context, f outcome.Filter, digits int) ([]outcome.Tally, error) {
	w := conditions("t", f)
	w.args = append(w.args, digits)
	var all []outcome.Tally
	rows, err := db.From(ctx).Query(ctx, `SELECT t.list, t.programme, t.road, substr(t.area, 1, $`+strconv.Itoa(len(w.args))+`) AS part,
		CAST(SUM(t.families) AS BIGINT), CAST(SUM(t.annual) AS BIGINT) FROM outcome_tally t WHERE `+w.text+`
		GROUP BY t.list, t.programme, t.road, part ORDER BY t.list, t.programme, t.road, part`, w.args...)
	return all, db.Each(rows, err, func(rows *sql.Rows) error {
		var t outcome.Tally
		var list, road string
		var annual int64
		err := rows.Scan(&list, &t.Programme, &road, &t.Area, &t.Families, &annual)
		t.List, t.Road, t.Annual = outcome.List(list), outcome.Road(road), money.Rupiah(annual)
		all = append(all, t)
		return err
	})
}
