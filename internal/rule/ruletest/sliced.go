package ruletest

import (
	"slices"

	"gotong/internal/column"
)

// Sliced returns the batch with some of its columns in planes alone, as
// determinations read them.
func Sliced(pick Pick, b *column.Batch) *column.Batch {
	some := func(t *column.Table) *column.Table {
		out := column.NewTable(t.Rows)
		codes := make([]string, 0, len(t.Columns))
		for code := range t.Columns {
			codes = append(codes, code)
		}
		slices.Sort(codes)
		for _, code := range codes {
			if pick(4) == 0 {
				out.Columns[code] = t.Columns[code]
			} else {
				out.Planes[code] = column.Cut(t.Columns[code])
			}
		}
		return out
	}
	return &column.Batch{Families: some(b.Families), Members: some(b.Members), Offsets: b.Offsets}
}
