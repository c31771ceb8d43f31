// Package insightdb keeps figures in the database, and counts them there.
//
// Counting reads the tables of other slices by SQL, which no other *db
// package does: a figure over millions of rows has to be made where the rows
// are. It reads them only to add up, never a row of a family by itself, and
// what it relies on is listed in gather.go, with the tests to hold it.
package insightdb

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"gotong/internal/db"
	"gotong/internal/insight"
	"gotong/internal/region"
)

// Store implements insight.Store.
type Store struct{}

var _ insight.Store = Store{}

// New returns a Store that works in the transaction of its context.
func New() Store { return Store{} }

// Replace implements insight.Store.
func (Store) Replace(ctx context.Context, m insight.Measure, figures []insight.Figure, sources []insight.Source) error {
	tx := db.From(ctx)
	if _, err := tx.Exec(ctx, "DELETE FROM insight_figure WHERE measure = $1 AND {scope area}", string(m)); err != nil {
		return fmt.Errorf("insightdb: removing %s: %w", m, err)
	}
	rows := tx.NewBulk("insight_figure", "measure", "parent", "area", "part", "split", "n", "amount")
	for _, f := range figures {
		if err := rows.Add(ctx, string(m), parentOf(f.Area), f.Area, f.Part, f.Split, f.Count, f.Amount); err != nil {
			return fmt.Errorf("insightdb: keeping %s: %w", m, err)
		}
	}
	if err := rows.Flush(ctx); err != nil {
		return fmt.Errorf("insightdb: keeping %s: %w", m, err)
	}
	if _, err := tx.Exec(ctx, "DELETE FROM insight_source WHERE measure = $1", string(m)); err != nil {
		return fmt.Errorf("insightdb: removing the sources of %s: %w", m, err)
	}
	for _, s := range sources {
		_, err := tx.Exec(ctx, "INSERT INTO insight_source (measure, area, name, as_of, computed_at) VALUES ($1, $2, $3, $4, $5)",
			string(m), s.Area, s.Name, s.AsOf, s.ComputedAt.UnixMilli())
		if err != nil {
			return fmt.Errorf("insightdb: keeping the sources of %s: %w", m, err)
		}
	}
	return nil
}

// parentOf is region.ParentOf, with a word for what holds the nation, so
// that the nation does not stand among the provinces.
func parentOf(area string) string {
	if area == "" {
		return "-"
	}
	return region.ParentOf(area)
}

const columns = "i.area, i.measure, i.part, i.split, i.n, i.amount"

func collect(into *[]insight.Figure, rows *sql.Rows, err error) error {
	return db.Each(rows, err, func(rows *sql.Rows) error {
		var f insight.Figure
		err := rows.Scan(&f.Area, &f.Measure, &f.Part, &f.Split, &f.Count, &f.Amount)
		*into = append(*into, f)
		return err
	})
}

// Figures implements insight.Store.
func (Store) Figures(ctx context.Context, areas []string) ([]insight.Figure, error) {
	tx := db.From(ctx)
	var all []insight.Figure
	for _, area := range areas {
		for _, m := range insight.Measures {
			rows, err := tx.Query(ctx, "SELECT "+columns+` FROM insight_figure i
				WHERE {scope i.area} AND i.measure = $1 AND i.parent = $2 AND i.area = $3 ORDER BY i.part, i.split`,
				string(m), parentOf(area), area)
			if err := collect(&all, rows, err); err != nil {
				return nil, fmt.Errorf("insightdb: reading figures: %w", err)
			}
		}
	}
	return all, nil
}

// Below implements insight.Store.
func (Store) Below(ctx context.Context, parent string) ([]insight.Figure, error) {
	tx := db.From(ctx)
	var all []insight.Figure
	for _, m := range insight.Measures {
		rows, err := tx.Query(ctx, "SELECT "+columns+` FROM insight_figure i
			WHERE {scope i.area} AND i.measure = $1 AND i.parent = $2 ORDER BY i.area, i.part, i.split`, string(m), parent)
		if err := collect(&all, rows, err); err != nil {
			return nil, fmt.Errorf("insightdb: reading figures: %w", err)
		}
	}
	return all, nil
}

// Regencies implements insight.Store.
func (Store) Regencies(ctx context.Context, m insight.Measure) ([]insight.Figure, error) {
	var all []insight.Figure
	rows, err := db.From(ctx).Query(ctx, "SELECT "+columns+` FROM insight_figure i
		WHERE {scope i.area} AND i.measure = $1 AND length(i.parent) = 2 ORDER BY i.area, i.part, i.split`, string(m))
	if err := collect(&all, rows, err); err != nil {
		return nil, fmt.Errorf("insightdb: reading regencies: %w", err)
	}
	return all, nil
}

// Sources implements insight.Store.
func (Store) Sources(ctx context.Context) ([]insight.Source, error) {
	var all []insight.Source
	rows, err := db.From(ctx).Query(ctx, "SELECT measure, area, name, as_of, computed_at FROM insight_source ORDER BY measure, area, name, as_of")
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var s insight.Source
		var at int64
		err := rows.Scan(&s.Measure, &s.Area, &s.Name, &s.AsOf, &at)
		s.ComputedAt = time.UnixMilli(at).UTC()
		all = append(all, s)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("insightdb: reading sources: %w", err)
	}
	return all, nil
}
