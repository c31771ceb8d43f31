package registryweb

import (
	"context"
	"slices"

	"gotong/internal/registry"
	"gotong/internal/web"
)

// fateRow is what became of one place of a record that was erased.
type fateRow struct {
	Place, Gone, Kept, Why string
}

// fateRows say what an erasure took away and what it left, in the words of the
// page. The same place of two records of one person stands twice.
func fateRows(ctx context.Context, all []registry.Fate) []fateRow {
	none := web.T(ctx, "event.fate.none")
	count := func(n int) string {
		if n == 0 {
			return none
		}
		return web.Number(ctx, n)
	}
	var rows []fateRow
	for _, f := range all {
		r := fateRow{Place: web.T(ctx, "event.fate."+string(f.Place)), Gone: count(f.Gone), Kept: count(f.Kept)}
		if f.Kept > 0 {
			r.Why = web.T(ctx, "event.why_kept."+string(f.Place))
		}
		if f.Until != 0 {
			r.Kept += ", " + web.T(ctx, "event.fate.until", "until", web.Day(ctx, f.Until))
		}
		rows = append(rows, r)
	}
	return rows
}

// fateTable is the rows for a page.
func fateTable(ctx context.Context, rows []fateRow) web.List[fateRow] {
	return web.List[fateRow]{Caption: web.T(ctx, "event.fate.title"), Rows: slices.Clip(rows), Columns: []web.Column[fateRow]{
		{Name: "tempat", Label: web.T(ctx, "event.fate.place"), Value: func(r fateRow) any { return r.Place }},
		{Name: "dihapus", Label: web.T(ctx, "event.fate.went"), Value: func(r fateRow) any { return r.Gone }},
		{Name: "disimpan", Label: web.T(ctx, "event.fate.stays"), Value: func(r fateRow) any { return r.Kept }},
		{Name: "sebab", Label: web.T(ctx, "event.fate.why"), Value: func(r fateRow) any { return r.Why }},
	}}
}
