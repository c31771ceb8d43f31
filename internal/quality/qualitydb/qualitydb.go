// Package qualitydb keeps the figures of the register's quality, and reads
// by SQL what other slices know of families: who may be on record twice, who
// was visited, and for whom a programme waits. Of those tables it reads ids
// and codes alone.
package qualitydb

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gotong/internal/civil"
	"gotong/internal/db"
	"gotong/internal/quality"
	"gotong/internal/region"
)

// Store implements quality.Store.
type Store struct{}

var _ quality.Store = Store{}

// New returns a Store that works in the transaction of its context.
func New() Store { return Store{} }

// parentOf is region.ParentOf, with a word for what holds the nation, so
// that the nation does not stand among the provinces.
func parentOf(area string) string {
	if area == "" {
		return "-"
	}
	return region.ParentOf(area)
}

// Days implements quality.Store.
func (Store) Days(ctx context.Context) ([]quality.Day, error) {
	var all []quality.Day
	rows, err := db.From(ctx).Query(ctx, "SELECT day, at, turn, families FROM quality_day ORDER BY day DESC")
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var d quality.Day
		var at int64
		err := rows.Scan(&d.On, &at, &d.Turn, &d.Families)
		d.At = time.UnixMilli(at).UTC()
		all = append(all, d)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("qualitydb: reading days: %w", err)
	}
	return all, nil
}

// Begin implements quality.Store.
func (Store) Begin(ctx context.Context, day civil.Date, turn int64) error {
	return exec(ctx, "beginning", statement{"DELETE FROM quality_figure WHERE {scope area} AND day = $1", []any{day}},
		statement{"DELETE FROM quality_day WHERE day = $1", []any{day}},
		statement{"DELETE FROM quality_family WHERE {scope area} AND turn = $1", []any{turn}})
}

type statement struct {
	query string
	args  []any
}

func exec(ctx context.Context, what string, all ...statement) error {
	for _, s := range all {
		if _, err := db.From(ctx).Exec(ctx, s.query, s.args...); err != nil {
			return fmt.Errorf("qualitydb: %s: %w", what, err)
		}
	}
	return nil
}

// KeepFigures implements quality.Store.
func (Store) KeepFigures(ctx context.Context, day civil.Date, figures []quality.Figure) error {
	rows := db.From(ctx).NewBulk("quality_figure", "parent", "day", "area", "measure", "part", "n", "of_all")
	for _, f := range figures {
		if err := rows.Add(ctx, parentOf(f.Area), day.String(), f.Area, string(f.Measure), f.Part, f.N, f.Of); err != nil {
			return fmt.Errorf("qualitydb: keeping figures: %w", err)
		}
	}
	if err := rows.Flush(ctx); err != nil {
		return fmt.Errorf("qualitydb: keeping figures: %w", err)
	}
	return nil
}

// KeepStates implements quality.Store.
func (Store) KeepStates(ctx context.Context, turn int64, states []quality.State) error {
	rows := db.From(ctx).NewBulk("quality_family", "turn", "area", "family_id", "issues", "known", "missing", "warnings", "programmes", "step", "observed_on")
	for i := range states {
		s := &states[i]
		err := rows.Add(ctx, turn, s.Area, s.Family, int64(s.Issues), s.Known, quality.Joined(s.Missing), quality.Joined(s.Warnings),
			quality.Joined(s.Programmes), int64(s.Step), s.ObservedOn.String())
		if err != nil {
			return fmt.Errorf("qualitydb: keeping families: %w", err)
		}
	}
	if err := rows.Flush(ctx); err != nil {
		return fmt.Errorf("qualitydb: keeping families: %w", err)
	}
	return nil
}

// Finish implements quality.Store.
func (Store) Finish(ctx context.Context, d quality.Day) error {
	return exec(ctx, "finishing", statement{"INSERT INTO quality_day (day, at, turn, families) VALUES ($1, $2, $3, $4)",
		[]any{d.On, d.At.UnixMilli(), d.Turn, d.Families}})
}

// DropDays implements quality.Store.
func (Store) DropDays(ctx context.Context, days []civil.Date) error {
	for _, d := range days {
		err := exec(ctx, "dropping a day", statement{"DELETE FROM quality_figure WHERE {scope area} AND day = $1", []any{d}},
			statement{"DELETE FROM quality_day WHERE day = $1", []any{d}})
		if err != nil {
			return err
		}
	}
	return nil
}

// dropAtOnce is how many notes are removed in one transaction.
const dropAtOnce = 20000

// DropStates implements quality.Store.
func (Store) DropStates(ctx context.Context, before int64) (bool, error) {
	done, err := db.From(ctx).Exec(ctx, `DELETE FROM quality_family WHERE {scope area} AND (turn, area, family_id) IN
		(SELECT q.turn, q.area, q.family_id FROM quality_family q WHERE q.turn < $1 LIMIT $2)`, before, dropAtOnce)
	if err != nil {
		return false, fmt.Errorf("qualitydb: dropping families: %w", err)
	}
	n, err := done.RowsAffected()
	return n == dropAtOnce, err
}

const figureColumns = "q.area, q.measure, q.part, q.n, q.of_all"

func collect(into *[]quality.Figure, rows *sql.Rows, err error) error {
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var f quality.Figure
		err := rows.Scan(&f.Area, &f.Measure, &f.Part, &f.N, &f.Of)
		*into = append(*into, f)
		return err
	})
	if err != nil {
		return fmt.Errorf("qualitydb: reading figures: %w", err)
	}
	return nil
}

// Figures implements quality.Store.
func (Store) Figures(ctx context.Context, day civil.Date, areas []string) ([]quality.Figure, error) {
	var all []quality.Figure
	for _, area := range areas {
		rows, err := db.From(ctx).Query(ctx, "SELECT "+figureColumns+` FROM quality_figure q
			WHERE {scope q.area} AND q.parent = $1 AND q.day = $2 AND q.area = $3 ORDER BY q.measure, q.part`, parentOf(area), day, area)
		if err := collect(&all, rows, err); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Below implements quality.Store.
func (Store) Below(ctx context.Context, day civil.Date, parent string) ([]quality.Figure, error) {
	var all []quality.Figure
	rows, err := db.From(ctx).Query(ctx, "SELECT "+figureColumns+` FROM quality_figure q
		WHERE {scope q.area} AND q.parent = $1 AND q.day = $2 ORDER BY q.area, q.measure, q.part`, parent, day)
	return all, collect(&all, rows, err)
}

// where collects conditions and what is bound in them.
type where struct {
	conditions []string
	args       []any
}

func (w *where) bind(v any) string {
	w.args = append(w.args, v)
	return "$" + strconv.Itoa(len(w.args))
}

func (w *where) add(condition string) { w.conditions = append(w.conditions, condition) }

// filtered writes a filter of quality_family q.
func filtered(turn int64, f quality.Filter) *where {
	w := &where{}
	w.add("{scope q.area}")
	w.add("q.turn = " + w.bind(turn))
	if f.Area != "" {
		w.add("q.area >= " + w.bind(f.Area) + " AND q.area < " + w.bind(f.Area+":"))
	}
	if f.Issue != 0 {
		w.add("(q.issues & " + w.bind(int64(f.Issue)) + ") <> 0")
	}
	for column, code := range map[string]string{"q.missing": f.Missing, "q.warnings": f.Warning, "q.programmes": f.Programme} {
		if code != "" {
			w.add(column + ` LIKE ` + w.bind("%|"+wild.Replace(code)+"|%") + ` ESCAPE '\'`)
		}
	}
	if f.Step >= 0 {
		w.add("q.step = " + w.bind(int64(f.Step)))
	}
	return w
}

// wild keeps a code from holding for others.
var wild = strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`)

func (w *where) String() string { return strings.Join(w.conditions, " AND ") }
