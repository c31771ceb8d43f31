package insightdb

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"gotong/internal/civil"
	"gotong/internal/db"
	"gotong/internal/ident"
	"gotong/internal/insight"
	"gotong/internal/targeting"
)

// ranking is a ranking with the regencies for which it is the newest.
type ranking struct {
	id      ident.ID
	model   string
	asOf    civil.Date
	regions map[string]targeting.Region // by regency
}

// rankings returns the rankings that count, the newest first: an office
// ranks its own areas, so another office's newer ranking says nothing of them.
func rankings(ctx context.Context, tx *db.Tx) ([]ranking, error) {
	var all []ranking
	taken := map[string]bool{}
	rows, err := tx.Query(ctx, "SELECT id, model, as_of, summary FROM ranking ORDER BY created_at DESC, id DESC")
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		r := ranking{regions: map[string]targeting.Region{}}
		var summary string
		if err := rows.Scan(&r.id, &r.model, &r.asOf, &summary); err != nil {
			return err
		}
		var s struct {
			Regions []targeting.Region `json:"regions"`
		}
		if err := json.Unmarshal([]byte(summary), &s); err != nil {
			return err
		}
		for _, region := range s.Regions {
			if !taken[region.Area] {
				taken[region.Area] = true
				r.regions[region.Area] = region
			}
		}
		if len(r.regions) > 0 {
			all = append(all, r)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("insightdb: reading rankings: %w", err)
	}
	return all, nil
}

func (r ranking) sources() []insight.Source {
	var all []insight.Source
	for area := range r.regions {
		all = append(all, insight.Source{Area: area, Name: r.model, AsOf: r.asOf})
	}
	return all
}

// ranked counts families by decile.
func ranked(ctx context.Context, tx *db.Tx, emit func(insight.Figure)) ([]insight.Source, error) {
	all, err := rankings(ctx, tx)
	if err != nil {
		return nil, err
	}
	var sources []insight.Source
	for _, r := range all {
		err := gather(ctx, tx, `SELECT f.area, '', COALESCE(CAST(f.decile AS TEXT), '`+insight.Unknown+`'), COUNT(*), 0
			FROM family_rank f WHERE {scope f.area} AND f.ranking_id = $1 GROUP BY f.area, f.decile`, func(f insight.Figure) {
			if _, ok := r.regions[regencyOf(f.Area)]; ok {
				emit(f)
			}
		}, r.id)
		if err != nil {
			return nil, err
		}
		sources = append(sources, r.sources()...)
	}
	return sources, nil
}

// poverty takes what each ranking measured, by regency.
func poverty(ctx context.Context, tx *db.Tx, emit func(insight.Figure)) ([]insight.Source, error) {
	all, err := rankings(ctx, tx)
	if err != nil {
		return nil, err
	}
	var sources []insight.Source
	for _, r := range all {
		for area, region := range r.regions {
			for _, f := range insight.PovertyFigures(area, region.Measure) {
				emit(f)
			}
		}
		sources = append(sources, r.sources()...)
	}
	return sources, nil
}
