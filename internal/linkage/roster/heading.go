package roster

import (
	"strings"

	"gotong/internal/fault"
	"gotong/internal/indicator"
)

// columns are where the roles stand in a file; −1 where a role is missing.
type columns struct {
	at    map[Role]int
	width int // of the heading, without the empty columns that a spreadsheet adds
}

// bind finds the columns of a mapping in a heading. Capitals and blanks
// around a heading do not matter.
func bind(file string, heading []string, m Mapping) (columns, error) {
	c := columns{at: map[Role]int{}, width: len(heading)}
	for c.width > 0 && strings.TrimSpace(heading[c.width-1]) == "" {
		c.width--
	}
	names := make([]string, c.width)
	for i := range names {
		names[i] = strings.TrimSpace(heading[i])
	}
	for _, role := range Roles {
		c.at[role] = -1
		if m[role] == "" {
			continue
		}
		at, err := find(file, names, m[role])
		if err != nil {
			return c, err
		}
		c.at[role] = at
	}
	return c, nil
}

// find returns where a column stands: under this very heading or, failing
// that, under one that differs in capitals alone.
func find(file string, names []string, column string) (int, error) {
	for _, same := range []func(a, b string) bool{func(a, b string) bool { return a == b }, strings.EqualFold} {
		at := -1
		for i, name := range names {
			if !same(name, column) {
				continue
			}
			if at >= 0 {
				return 0, fault.Invalid("linkage.list.column_twice", "file", file, "column", column)
			}
			at = i
		}
		if at >= 0 {
			return at, nil
		}
	}
	if near := indicator.NearestOf(column, names); near != "" {
		return 0, fault.Invalid("linkage.list.column_near", "file", file, "column", column, "nearest", near)
	}
	return 0, fault.Invalid("linkage.list.column", "file", file, "column", column, "columns", strings.Join(names, ", "))
}
