package insightdb

import (
	"context"
	"database/sql"
	"fmt"

	"gotong/internal/db"
	"gotong/internal/insight"
	"gotong/internal/region"
)

// Gather implements insight.Store.
func (Store) Gather(ctx context.Context, m insight.Measure, emit func(insight.Figure)) ([]insight.Source, error) {
	tx := db.From(ctx)
	today := []insight.Source{{}}
	switch m {
	case insight.Families, insight.Persons, insight.Money:
		return today, gather(ctx, tx, queries[m], emit)
	case insight.Deciles:
		return ranked(ctx, tx, emit)
	case insight.Poverty:
		return poverty(ctx, tx, emit)
	case insight.Duplicates:
		return today, duplicates(ctx, tx, emit)
	case insight.Coverage:
		return determined(ctx, tx, coverageQuery, emit)
	case insight.Reached:
		return determined(ctx, tx, reachedQuery, emit)
	}
	return nil, fmt.Errorf("insightdb: nothing counts %q", m)
}

// queries count in one statement each. Their columns: area, part, split,
// count, amount.
var queries = map[insight.Measure]string{
	insight.Families: `SELECT f.area, '', f.status, COUNT(*), 0 FROM family f WHERE {scope f.area} GROUP BY f.area, f.status`,

	// family.size is how many members on record are active; see package registry.
	insight.Persons: `SELECT f.area, '', f.status, CAST(SUM(f.size) AS BIGINT), 0 FROM family f WHERE {scope f.area} GROUP BY f.area, f.status`,

	insight.Money: `SELECT i.area, l.programme, i.status, COUNT(*), CAST(SUM(i.amount) AS BIGINT)
		FROM instruction i JOIN pay_list l ON l.id = i.list_id
		WHERE {scope i.area} GROUP BY i.area, l.programme, i.status`,
}

func gather(ctx context.Context, tx *db.Tx, query string, emit func(insight.Figure), args ...any) error {
	rows, err := tx.Query(ctx, query, args...)
	return db.Each(rows, err, func(rows *sql.Rows) error {
		var f insight.Figure
		if err := rows.Scan(&f.Area, &f.Part, &f.Split, &f.Count, &f.Amount); err != nil {
			return err
		}
		emit(f)
		return nil
	})
}

// duplicates counts each pair once, in the smallest area that holds both.
func duplicates(ctx context.Context, tx *db.Tx, emit func(insight.Figure)) error {
	rows, err := tx.Query(ctx, `SELECT d.left_area, d.right_area, d.status, COUNT(*) FROM duplicate_pair d
		WHERE {scope d.left_area} GROUP BY d.left_area, d.right_area, d.status`)
	return db.Each(rows, err, func(rows *sql.Rows) error {
		var f insight.Figure
		var left, right string
		if err := rows.Scan(&left, &right, &f.Split, &f.Count); err != nil {
			return err
		}
		f.Area = common(left, right)
		emit(f)
		return nil
	})
}

// common returns the smallest area that holds two areas.
func common(a, b string) string {
	for !region.Within(b, a) {
		a = region.ParentOf(a)
	}
	return a
}
