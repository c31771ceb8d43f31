package insightdb

import (
	"context"
	"database/sql"
	"fmt"

	"gotong/internal/civil"
	"gotong/internal/db"
	"gotong/internal/determination"
	"gotong/internal/ident"
	"gotong/internal/insight"
	"gotong/internal/region"
)

// digestLetters is how much of a digest names a determination on a page.
const digestLetters = 12

// enacted is a determination that counts.
type enacted struct {
	id   ident.ID
	name string
	asOf civil.Date
}

// determinations returns the enacted determinations, the newest first.
func determinations(ctx context.Context, tx *db.Tx) ([]enacted, error) {
	var all []enacted
	rows, err := tx.Query(ctx, `SELECT d.id, d.digest, r.as_of FROM determination d JOIN ranking r ON r.id = d.ranking_id
		WHERE d.state = $1 ORDER BY d.decided_at DESC, d.id DESC`, string(determination.Enacted))
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var e enacted
		err := rows.Scan(&e.id, &e.name, &e.asOf)
		e.name = e.name[:min(digestLetters, len(e.name))]
		all = append(all, e)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("insightdb: reading determinations: %w", err)
	}
	return all, nil
}

// determined counts by query, whose $1 is a determination, the newest enacted
// determination of each regency: an office decides for its own areas, so
// another office's newer determination says nothing of them.
func determined(ctx context.Context, tx *db.Tx, query string, emit func(insight.Figure)) ([]insight.Source, error) {
	all, err := determinations(ctx, tx)
	if err != nil {
		return nil, err
	}
	var sources []insight.Source
	by := map[string]ident.ID{}
	for _, d := range all {
		err := gather(ctx, tx, query, func(f insight.Figure) {
			regency := regencyOf(f.Area)
			newest, ok := by[regency]
			if !ok {
				by[regency], newest = d.id, d.id
				sources = append(sources, insight.Source{Area: regency, Name: d.name, AsOf: d.asOf})
			}
			if newest != d.id {
				return
			}
			f.Split = outcomeName(f.Split)
			emit(f)
		}, d.id)
		if err != nil {
			return nil, err
		}
	}
	return sources, nil
}

// outcomeName turns the number of an outcome into its name.
func outcomeName(number string) string {
	for _, o := range determination.Outcomes {
		if fmt.Sprint(uint8(o)) == number {
			return o.String()
		}
	}
	return number
}

// regencyOf returns the regency that holds an area, by the code alone.
func regencyOf(area string) string {
	for l, ok := region.LevelOf(area); ok && l > region.Regency; l, ok = region.LevelOf(area) {
		area = region.ParentOf(area)
	}
	return area
}

const coverageQuery = `SELECT c.area, c.programme, CAST(c.outcome AS TEXT), c.subjects, c.annual
	FROM outcome_count c WHERE {scope c.area} AND c.determination_id = $1`

// reachedQuery counts families, of which several members may be entitled. Its
// outcomes are determination.Entitled and Undetermined.
const reachedQuery = `SELECT o.area, '', CAST(o.outcome AS TEXT), COUNT(DISTINCT o.family_id), 0
	FROM outcome o WHERE {scope o.area} AND o.determination_id = $1 AND o.outcome IN (1, 4) GROUP BY o.area, o.outcome`
