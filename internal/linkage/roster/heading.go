package roster

import (
	"strings"

	"gotong/internal/fault"
	"gotong/internal/indicator"
)

// columns are where the roles stand in a file; −1 where a role is missing.
type columns struct {
	id, given, family, name, mother, born, sex, area, address, place, postcode, phone, identifier, on, household int

	width int // of the heading, without the empty columns that a spreadsheet adds
}

// of returns where the place of a role is kept.
func (c *columns) of(role Role) *int {
	switch role {
	case ID:
		return &c.id
	case Given:
		return &c.given
	case Family:
		return &c.family
	case Name:
		return &c.name
	case Mother:
		return &c.mother
	case Born:
		return &c.born
	case Sex:
		return &c.sex
	case Area:
		return &c.area
	case Address:
		return &c.address
	case Place:
		return &c.place
	case Postcode:
		return &c.postcode
	case Phone:
		return &c.phone
	case Identifier:
		return &c.identifier
	case On:
		return &c.on
	case Household:
		return &c.household
	}
	panic("roster: no column for role " + string(role))
}

// bind finds the columns of a mapping in a heading. Capitals and blanks
// around a heading do not matter.
func bind(file string, heading []string, m Mapping) (columns, error) {
	c := columns{width: len(heading)}
	for c.width > 0 && strings.TrimSpace(heading[c.width-1]) == "" {
		c.width--
	}
	names := make([]string, c.width)
	for i := range names {
		names[i] = strings.TrimSpace(heading[i])
	}
	for _, role := range Roles {
		*c.of(role) = -1
		if m[role] == "" {
			continue
		}
		at, err := find(file, names, m[role])
		if err != nil {
			return c, err
		}
		*c.of(role) = at
	}
	return c, c.once(file, names)
}

// compared reports whether two records are compared by what a role tells.
func compared(role Role) bool { return role != ID && role != Household && role != On }

// once returns fault.Invalid where one column has two roles that are compared:
// what agrees in it would count twice. A number may name its row as well.
func (c *columns) once(file string, names []string) error {
	roles := make([]Role, len(names))
	for _, role := range Roles {
		at := *c.of(role)
		if at < 0 || !compared(role) {
			continue
		}
		if roles[at] != "" {
			return fault.Invalid("linkage.list.column_shared", "file", file, "column", names[at], "first", roles[at], "second", role)
		}
		roles[at] = role
	}
	return nil
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
