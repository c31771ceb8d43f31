package condition

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/registry/sheet"
)

// Problem is what is wrong with a row of a file, by its number in it.
type Problem struct {
	Row  int
	What *fault.Error
}

// table is a file of rows below headings, CSV or workbook, in any order of
// columns.
type table struct {
	columns []string // by name
	labels  string   // key below which a workbook's headings stand, by name
	needed  []string // columns that cannot be left out
}

// tableRow is a row of a table.
type tableRow struct {
	no    int // in the file
	at    map[string]int
	cells []string
}

// cell returns what stands in a column; "" where the file has none of it.
func (r tableRow) cell(column string) string {
	i, ok := r.at[column]
	if !ok || i >= len(r.cells) {
		return ""
	}
	return strings.TrimSpace(sheet.Unharmed(r.cells[i]))
}

// read gives every row below the headings. It returns fault.Invalid for a file
// that is none, or lacks a column.
func (t table) read(r io.ReaderAt, size int64, fn func(tableRow)) error {
	in, problem, err := sheet.Open(r, size, "")
	switch {
	case err != nil:
		return fmt.Errorf("condition: %w", err)
	case problem == sheet.EmptyFile:
		return fault.Invalid("condition.file_empty")
	case problem != "":
		return fault.Invalid("condition.file_unreadable")
	}
	defer in.Close()
	var at map[string]int
	var rec sheet.Record
	for in.Next(&rec) {
		if rec.Problem != "" {
			return fault.Invalid("condition.file_unreadable")
		}
		if at == nil {
			if at, err = t.heading(rec.Fields); err != nil {
				return err
			}
			continue
		}
		fn(tableRow{rec.Row, at, rec.Fields})
	}
	if err := in.Err(); err != nil {
		return fault.Invalid("condition.file_unreadable").Because(err)
	}
	if at == nil {
		return fault.Invalid("condition.file_empty")
	}
	return nil
}

// heading finds the columns by their names, or by what a workbook calls them.
func (t table) heading(cells []string) (map[string]int, error) {
	at := map[string]int{}
	for i, cell := range cells {
		called := strings.ToLower(strings.TrimSpace(cell))
		for _, c := range t.columns {
			if called == c || slices.ContainsFunc([]i18n.Lang{i18n.ID, i18n.EN}, func(l i18n.Lang) bool { return called == strings.ToLower(i18n.T(l, t.labels+c)) }) {
				at[c] = i
			}
		}
	}
	for _, c := range t.needed {
		if _, ok := at[c]; !ok {
			return nil, fault.Invalid("condition.file_columns", "column", c)
		}
	}
	return at, nil
}
