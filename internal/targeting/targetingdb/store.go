// Package targetingdb keeps rankings, and each family's place in them, in
// the database.
package targetingdb

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"gotong/internal/db"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/targeting"
)

// Store implements targeting.Store.
type Store struct{}

var _ targeting.Store = Store{}

// summary is the part of a header that is read as a whole.
type summary struct {
	Order   *targeting.OrderUse  `json:"order,omitempty"`
	Models  []targeting.ModelUse `json:"models,omitempty"`
	Nation  targeting.Region     `json:"nation"`
	Regions []targeting.Region   `json:"regions"`
}

// Add implements targeting.Store.
func (Store) Add(ctx context.Context, h targeting.Header, rows func(yield func(targeting.FamilyRank) error) error) error {
	tx := db.From(ctx)
	regions, err := json.Marshal(summary{h.Order, h.Models, h.Nation, h.Regions})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO ranking
		(id, snapshot_id, model, model_digest, as_of, digest, summary, created_at, created_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		h.ID, h.SnapshotID, h.Model, h.ModelDigest, h.AsOf, h.Digest, string(regions), h.CreatedAt.UnixMilli(), h.CreatedBy)
	if db.IsUnique(err) {
		return fault.Conflict("targeting.twice").Because(err)
	}
	if err != nil {
		return err
	}
	bulk := tx.NewBulk("family_rank", "family_id", "ranking_id", "area", "score", "decile", "decile_region")
	err = rows(func(r targeting.FamilyRank) error {
		if !r.Known {
			return bulk.Add(ctx, r.FamilyID, h.ID, r.Area, nil, nil, nil)
		}
		return bulk.Add(ctx, r.FamilyID, h.ID, r.Area, r.Score, r.Decile, r.DecileRegion)
	})
	if err != nil {
		return err
	}
	return bulk.Flush(ctx)
}

const columns = "id, snapshot_id, model, model_digest, as_of, digest, summary, created_at, created_by"

func scan(row interface{ Scan(...any) error }) (targeting.Header, error) {
	var h targeting.Header
	var regions string
	var at int64
	if err := row.Scan(&h.ID, &h.SnapshotID, &h.Model, &h.ModelDigest, &h.AsOf, &h.Digest, &regions, &at, &h.CreatedBy); err != nil {
		return h, err
	}
	h.CreatedAt = time.UnixMilli(at).UTC()
	var s summary
	err := json.Unmarshal([]byte(regions), &s)
	h.Order, h.Models, h.Nation, h.Regions = s.Order, s.Models, s.Nation, s.Regions
	return h, err
}

// Header implements targeting.Store.
func (Store) Header(ctx context.Context, id ident.ID) (targeting.Header, error) {
	h, err := scan(db.From(ctx).QueryRow(ctx, "SELECT "+columns+" FROM ranking WHERE id = $1", id))
	return h, db.NoRows(err, "targeting.missing")
}

// ByDigest implements targeting.Store.
func (Store) ByDigest(ctx context.Context, digest string) (targeting.Header, error) {
	h, err := scan(db.From(ctx).QueryRow(ctx, "SELECT "+columns+" FROM ranking WHERE digest = $1", digest))
	return h, db.NoRows(err, "targeting.missing")
}

// Headers implements targeting.Store.
func (Store) Headers(ctx context.Context, limit int) ([]targeting.Header, error) {
	var hs []targeting.Header
	rows, err := db.From(ctx).Query(ctx, "SELECT "+columns+" FROM ranking ORDER BY created_at DESC, id DESC LIMIT $1", limit)
	return hs, db.Each(rows, err, func(rows *sql.Rows) error {
		h, err := scan(rows)
		hs = append(hs, h)
		return err
	})
}

// RanksOf implements targeting.Store.
func (Store) RanksOf(ctx context.Context, family ident.ID) ([]targeting.Place, error) {
	var places []targeting.Place
	rows, err := db.From(ctx).Query(ctx, `SELECT r.id, r.model, r.as_of, f.family_id, f.area, f.score, f.decile, f.decile_region
		FROM family_rank f JOIN ranking r ON r.id = f.ranking_id
		WHERE {scope f.area} AND f.family_id = $1 ORDER BY r.as_of DESC, r.created_at DESC, r.id DESC`, family)
	return places, db.Each(rows, err, func(rows *sql.Rows) error {
		var p targeting.Place
		var score, decile, region sql.NullInt64
		err := rows.Scan(&p.Ranking, &p.Model, &p.AsOf, &p.FamilyID, &p.Area, &score, &decile, &region)
		p.Rank = targeting.Rank{Score: score.Int64, Decile: decile.Int64, DecileRegion: region.Int64, Known: score.Valid}
		places = append(places, p)
		return err
	})
}
