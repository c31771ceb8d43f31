package targetingdb

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"gotong/internal/db"
	"gotong/internal/decree"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/targeting"
)

var _ targeting.ModelStore = Store{}

const modelColumns = `id, base, code, valid_from, base_digest, title, published, edit, text, digest, state, proposed_at, proposed_by, decided_at, decided_by, note`

// AddModel implements targeting.ModelStore.
func (Store) AddModel(ctx context.Context, v targeting.ModelVersion) error {
	edit, err := json.Marshal(v.Edit)
	if err != nil {
		return err
	}
	_, err = db.From(ctx).Exec(ctx, "INSERT INTO model_version ("+modelColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, NULL, NULL, $14)`,
		v.ID, v.Base, v.Code, v.From, v.BaseDigest, v.Title, v.On, string(edit), v.Text, v.Digest, string(v.State), v.ProposedAt.UnixMilli(), v.ProposedBy, v.Note)
	if db.IsUnique(err) {
		return fault.Conflict("targeting.edit.waiting", "model", v.Base).Because(err)
	}
	return err
}

func scanModel(row interface{ Scan(...any) error }) (targeting.ModelVersion, error) {
	var v targeting.ModelVersion
	var edit, state string
	var proposed int64
	var decidedAt sql.NullInt64
	var decidedBy sql.NullString
	err := row.Scan(&v.ID, &v.Base, &v.Code, &v.From, &v.BaseDigest, &v.Title, &v.On, &edit, &v.Text, &v.Digest, &state, &proposed, &v.ProposedBy, &decidedAt, &decidedBy, &v.Note)
	if err != nil {
		return v, err
	}
	v.State, v.ProposedAt, v.DecidedBy = decree.State(state), time.UnixMilli(proposed).UTC(), decidedBy.String
	if decidedAt.Valid {
		v.DecidedAt = time.UnixMilli(decidedAt.Int64).UTC()
	}
	return v, json.Unmarshal([]byte(edit), &v.Edit)
}

// ModelVersions implements targeting.ModelStore.
func (Store) ModelVersions(ctx context.Context) ([]targeting.ModelVersion, error) {
	var all []targeting.ModelVersion
	rows, err := db.From(ctx).Query(ctx, "SELECT "+modelColumns+" FROM model_version ORDER BY proposed_at DESC, id DESC")
	return all, db.Each(rows, err, func(rows *sql.Rows) error {
		v, err := scanModel(rows)
		all = append(all, v)
		return err
	})
}

// ModelVersion implements targeting.ModelStore.
func (Store) ModelVersion(ctx context.Context, id ident.ID) (targeting.ModelVersion, error) {
	v, err := scanModel(db.From(ctx).QueryRow(ctx, "SELECT "+modelColumns+" FROM model_version WHERE id = $1", id))
	return v, db.NoRows(err, "targeting.edit.missing")
}

// DecideModel implements targeting.ModelStore.
func (Store) DecideModel(ctx context.Context, v targeting.ModelVersion) error {
	res, err := db.From(ctx).Exec(ctx, `UPDATE model_version SET state = $1, decided_at = $2, decided_by = $3, note = $4 WHERE id = $5 AND state = 'proposed'`,
		string(v.State), v.DecidedAt.UnixMilli(), v.DecidedBy, v.Note, v.ID)
	switch {
	case db.IsUnique(err):
		return fault.Conflict("targeting.edit.code_taken", "code", v.Code).Because(err)
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
