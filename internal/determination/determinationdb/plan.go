package determinationdb

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"gotong/internal/civil"
	"gotong/internal/db"
	"gotong/internal/decree"
	"gotong/internal/determination"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// answered is what a scenario came to, as it is kept.
type answered struct {
	AsOf     civil.Date                      `json:"as_of"`
	Families int64                           `json:"families"`
	Change   determination.ProgrammeChange   `json:"change"`
	Others   []determination.ProgrammeChange `json:"others"`
}

// AddScenario implements determination.Store.
func (Store) AddScenario(ctx context.Context, c determination.Scenario) error {
	question, err := json.Marshal(c.Question)
	if err != nil {
		return err
	}
	answer, err := json.Marshal(answered{c.AsOf, c.Families, c.Change, c.Others})
	if err != nil {
		return err
	}
	_, err = db.From(ctx).Exec(ctx, `INSERT INTO what_if (id, name, determination_id, question, answer, created_at, created_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, c.ID, c.Name, c.Question.Determination, string(question), string(answer), c.CreatedAt.UnixMilli(), c.CreatedBy)
	return err
}

// Scenarios implements determination.Store.
func (Store) Scenarios(ctx context.Context) ([]determination.Scenario, error) {
	var all []determination.Scenario
	rows, err := db.From(ctx).Query(ctx, "SELECT id, name, question, answer, created_at, created_by FROM what_if ORDER BY created_at DESC, id DESC")
	return all, db.Each(rows, err, func(rows *sql.Rows) error {
		var c determination.Scenario
		var question, answer string
		var at int64
		if err := rows.Scan(&c.ID, &c.Name, &question, &answer, &at, &c.CreatedBy); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(question), &c.Question); err != nil {
			return err
		}
		var a answered
		if err := json.Unmarshal([]byte(answer), &a); err != nil {
			return err
		}
		c.AsOf, c.Families, c.Change, c.Others, c.CreatedAt = a.AsOf, a.Families, a.Change, a.Others, time.UnixMilli(at).UTC()
		all = append(all, c)
		return nil
	})
}

// DropScenario implements determination.Store.
func (Store) DropScenario(ctx context.Context, id ident.ID) error {
	_, err := db.From(ctx).Exec(ctx, "DELETE FROM what_if WHERE id = $1", id)
	return err
}

const versionColumns = `id, programme, valid_from, base, title, published, edit, text, digest, state, proposed_at, proposed_by, decided_at, decided_by, note`

// AddVersion implements determination.Store.
func (Store) AddVersion(ctx context.Context, v determination.Version) error {
	edit, err := json.Marshal(v.Edit)
	if err != nil {
		return err
	}
	_, err = db.From(ctx).Exec(ctx, "INSERT INTO programme_version ("+versionColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, NULL, NULL, $13)`,
		v.ID, v.Programme, v.From, v.Base, v.Title, v.On, string(edit), v.Text, v.Digest, string(v.State), v.ProposedAt.UnixMilli(), v.ProposedBy, v.Note)
	if db.IsUnique(err) {
		return fault.Conflict("determination.version.waiting", "programme", v.Programme).Because(err)
	}
	return err
}

func scanVersion(row interface{ Scan(...any) error }) (determination.Version, error) {
	var v determination.Version
	var edit, state string
	var proposed int64
	var decidedAt sql.NullInt64
	var decidedBy sql.NullString
	err := row.Scan(&v.ID, &v.Programme, &v.From, &v.Base, &v.Title, &v.On, &edit, &v.Text, &v.Digest, &state, &proposed, &v.ProposedBy, &decidedAt, &decidedBy, &v.Note)
	if err != nil {
		return v, err
	}
	v.State, v.ProposedAt, v.DecidedAt, v.DecidedBy = decree.State(state), time.UnixMilli(proposed).UTC(), instant(decidedAt), decidedBy.String
	return v, json.Unmarshal([]byte(edit), &v.Edit)
}

// Versions implements determination.Store.
func (Store) Versions(ctx context.Context) ([]determination.Version, error) {
	var all []determination.Version
	rows, err := db.From(ctx).Query(ctx, "SELECT "+versionColumns+" FROM programme_version ORDER BY proposed_at DESC, id DESC")
	return all, db.Each(rows, err, func(rows *sql.Rows) error {
		v, err := scanVersion(rows)
		all = append(all, v)
		return err
	})
}

// Version implements determination.Store.
func (Store) Version(ctx context.Context, id ident.ID) (determination.Version, error) {
	v, err := scanVersion(db.From(ctx).QueryRow(ctx, "SELECT "+versionColumns+" FROM programme_version WHERE id = $1", id))
	return v, db.NoRows(err, "determination.version.missing")
}

// DecideVersion implements determination.Store.
func (Store) DecideVersion(ctx context.Context, v determination.Version) error {
	res, err := db.From(ctx).Exec(ctx, `UPDATE programme_version SET state = $1, decided_at = $2, decided_by = $3, note = $4 WHERE id = $5 AND state = 'proposed'`,
		string(v.State), v.DecidedAt.UnixMilli(), v.DecidedBy, v.Note, v.ID)
	switch {
	case db.IsUnique(err):
		return fault.Conflict("determination.version.base_changed", "programme", v.Programme).Because(err)
	case db.IsConstraint(err):
		return fault.Forbidden("decree.same_person").Because(err)
	case err != nil:
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return fault.Conflict("decree.decided")
}
