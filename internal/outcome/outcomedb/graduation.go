package outcomedb

import (
	"context"
	"database/sql"
	"strconv"
	"time"

	"gotong/internal/db"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/outcome"
)

// orNil stores the zero id as none.
func orNil(id ident.ID) any {
	if id.IsZero() {
		return nil
	}
	return id
}

// Propose implements outcome.Store.
func (Store) Propose(ctx context.Context, g outcome.Graduation) error {
	subject := g.PersonID
	if subject.IsZero() {
		subject = g.FamilyID
	}
	_, err := db.From(ctx).Exec(ctx, `INSERT INTO graduation
		(id, family_id, person_id, subject_id, area, programme, exit, measure_id, valid_from, reason, state, proposed_at, proposed_by, note)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, '')`,
		g.ID, g.FamilyID, orNil(g.PersonID), subject, g.Area, g.Programme, g.Exit, orNil(g.Measure), g.From, g.Reason, string(g.State), g.ProposedAt.UnixMilli(), g.ProposedBy)
	if db.IsUnique(err) {
		return fault.Conflict("outcome.graduation.twice").Because(err)
	}
	return err
}

// Decide implements outcome.Store.
func (Store) Decide(ctx context.Context, g outcome.Graduation) error {
	res, err := db.From(ctx).Exec(ctx, `UPDATE graduation SET state = $1, decided_at = $2, decided_by = $3, note = $4
		WHERE {scope graduation.area} AND id = $5 AND state = 'proposed'`, string(g.State), g.DecidedAt.UnixMilli(), g.DecidedBy, g.Note, g.ID)
	if db.IsConstraint(err) {
		return fault.Conflict("determination.same_person").Because(err)
	}
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return fault.Conflict("outcome.graduation.decided")
}

const graduationColumns = `g.id, g.family_id, g.person_id, g.area, g.programme, g.exit, g.measure_id, g.valid_from, g.reason, g.state, g.proposed_at, g.proposed_by,
	g.decided_at, g.decided_by, g.note, COALESCE(f.head_name, ''), COALESCE(p.name, '')
	FROM graduation g LEFT JOIN family f ON f.id = g.family_id AND {scope f.area}
	LEFT JOIN person p ON p.family_id = g.family_id AND p.id = g.person_id AND {scope p.area}`

func scanGraduation(row interface{ Scan(...any) error }) (outcome.Graduation, error) {
	var g outcome.Graduation
	var person, measure *ident.ID
	var state string
	var proposed int64
	var decidedAt sql.NullInt64
	var decidedBy sql.NullString
	err := row.Scan(&g.ID, &g.FamilyID, &person, &g.Area, &g.Programme, &g.Exit, &measure, &g.From, &g.Reason, &state, &proposed, &g.ProposedBy,
		&decidedAt, &decidedBy, &g.Note, &g.HeadName, &g.PersonName)
	if person != nil {
		g.PersonID = *person
	}
	if measure != nil {
		g.Measure = *measure
	}
	g.State, g.ProposedAt, g.DecidedBy = outcome.State(state), time.UnixMilli(proposed).UTC(), decidedBy.String
	if decidedAt.Valid {
		g.DecidedAt = time.UnixMilli(decidedAt.Int64).UTC()
	}
	return g, err
}

// Graduation implements outcome.Store.
func (Store) Graduation(ctx context.Context, id ident.ID) (outcome.Graduation, error) {
	g, err := scanGraduation(db.From(ctx).QueryRow(ctx, "SELECT "+graduationColumns+" WHERE {scope g.area} AND g.id = $1", id))
	return g, db.NoRows(err, "outcome.graduation.missing")
}

func graduationConditions(f outcome.GraduationFilter) *where {
	w := &where{text: "{scope g.area}"}
	if f.State != "" {
		w.add("g.state =", string(f.State))
	}
	if f.Programme != "" {
		w.add("g.programme =", f.Programme)
	}
	if !f.Family.IsZero() {
		w.add("g.family_id =", f.Family)
	}
	w.within("g.area", f.Area)
	return w
}

// Graduations implements outcome.Store.
func (Store) Graduations(ctx context.Context, f outcome.GraduationFilter, after ident.ID, limit int) ([]outcome.Graduation, error) {
	w := graduationConditions(f)
	if !after.IsZero() {
		w.add("g.id <", after) // ids grow with time
	}
	w.args = append(w.args, limit)
	var all []outcome.Graduation
	rows, err := db.From(ctx).Query(ctx, "SELECT "+graduationColumns+" WHERE "+w.text+" ORDER BY g.id DESC LIMIT $"+strconv.Itoa(len(w.args)), w.args...)
	return all, db.Each(rows, err, func(rows *sql.Rows) error {
		g, err := scanGraduation(rows)
		all = append(all, g)
		return err
	})
}

// CountGraduations implements outcome.Store.
func (Store) CountGraduations(ctx context.Context, f outcome.GraduationFilter) (int64, error) {
	w := graduationConditions(f)
	var n int64
	err := db.From(ctx).QueryRow(ctx, "SELECT COUNT(*) FROM graduation g WHERE "+w.text, w.args...).Scan(&n)
	return n, err
}
