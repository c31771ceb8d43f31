// Package roster links the lists that offices keep as CSV files: it reads
// them by a mapping of columns, has package linkage find the records of one
// person, and writes the pairs.
//
// Lists are taken as they come. What cannot be read (a day, a sex) is counted
// and not compared; what would make the answer wrong (two rows of one id, a
// broken row, another encoding) is refused, with its row.
package roster

import (
	"maps"
	"slices"
	"strings"

	"gotong/internal/fault"
	"gotong/internal/indicator"
)

// Role is what a column tells of a person.
type Role string

// The roles.
const (
	ID         Role = "id" // names the row in the answer; the row's number where there is none
	Given      Role = "given"
	Family     Role = "family"
	Name       Role = "name" // the whole name, where it stands in one column
	Mother     Role = "mother"
	Born       Role = "born"
	Sex        Role = "sex"
	Area       Role = "area" // official code of the place
	Address    Role = "address"
	Place      Role = "place"
	Postcode   Role = "postcode"
	Phone      Role = "phone"
	Identifier Role = "identifier"
	On         Role = "on"        // the day of what the list tells, such as a death; not compared
	Household  Role = "household" // same for the people of one family, who are not each other's duplicates
)

// Roles lists the roles, as help texts show them.
var Roles = []Role{ID, Given, Family, Name, Mother, Born, Sex, Area, Address, Place, Postcode, Phone, Identifier, On, Household}

// Mapping says which column has which role.
type Mapping map[Role]string

// ParseMapping reads role=column pairs parted by commas. A column whose
// heading holds a comma is understood too.
//
// It returns fault.Invalid for an unknown role, one given twice, none at all,
// and where nothing that tells people apart is mapped.
func ParseMapping(texts ...string) (Mapping, error) {
	m, err := parse(texts)
	if err != nil {
		return nil, err
	}
	return m, m.check()
}

func parse(texts []string) (Mapping, error) {
	m := Mapping{}
	for _, text := range texts {
		for _, pair := range split(text) {
			name, column, ok := strings.Cut(pair, "=")
			role := Role(strings.ToLower(strings.TrimSpace(name)))
			column = strings.TrimSpace(column)
			switch {
			case !ok || column == "":
				return nil, fault.Invalid("linkage.list.pair", "pair", strings.TrimSpace(pair))
			case !slices.Contains(Roles, role):
				return nil, unknownRole(string(role))
			case m[role] != "":
				return nil, fault.Invalid("linkage.list.role_twice", "role", role)
			}
			m[role] = column
		}
	}
	return m, nil
}

// Changed returns the mapping of a second list, which differs from m in what
// texts say.
func (m Mapping) Changed(texts ...string) (Mapping, error) {
	if len(texts) == 0 {
		return m, nil
	}
	changes, err := parse(texts)
	if err != nil {
		return nil, err
	}
	out := maps.Clone(m)
	maps.Copy(out, changes)
	return out, out.check()
}

// split parts a text at the commas that a role and an equals sign follow.
func split(text string) []string {
	var pairs []string
	for _, part := range strings.Split(text, ",") {
		if strings.Contains(part, "=") || len(pairs) == 0 {
			pairs = append(pairs, part)
			continue
		}
		pairs[len(pairs)-1] += "," + part
	}
	return pairs
}

func unknownRole(name string) error {
	if near := indicator.NearestOf(name, roleNames()); near != "" {
		return fault.Invalid("linkage.list.role_near", "role", name, "nearest", near)
	}
	return fault.Invalid("linkage.list.role", "role", name, "roles", strings.Join(roleNames(), ", "))
}

func roleNames() []string {
	names := make([]string, len(Roles))
	for i, r := range Roles {
		names[i] = string(r)
	}
	return names
}

func (m Mapping) check() error {
	if m[Name] != "" && (m[Given] != "" || m[Family] != "") {
		return fault.Invalid("linkage.list.name_twice")
	}
	for role := range m {
		if compared(role) && role != Sex {
			return nil
		}
	}
	return fault.Invalid("linkage.list.nothing")
}
