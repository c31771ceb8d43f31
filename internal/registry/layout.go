package registry

import (
	"cmp"
	"slices"
	"strings"

	"gotong/internal/civil"
	"gotong/internal/indicator"
)

// cell checks the text of one cell, which is not empty, and sets it in a row.
type cell[R any] func(c *checker, row *R, text string)

// field is a column of a layout.
type field[R any] struct {
	name     string
	required bool // the column must be there
	filled   bool // and no cell may be empty
	read     cell[R]
	day      func(row *R, d civil.Date) // instead of read, in a column of days
	fact     *indicator.Indicator       // instead of read, in a column of facts
}

// layout is what a file may hold: fields of its own and the indicators of a
// level.
type layout[R any] struct {
	file   FileKind
	fields []field[R]
	level  indicator.Level
	facts  func(*R) *packed
}

// bound is a column of a file, tied to what reads it.
type bound[R any] struct {
	field[R]
	heading string // as the file has it
	at      int    // index of the column in the file
	order   int    // indicators are read by No, so that facts are sorted as they come
}

// bind ties a heading to the layout, by way of the mapping where there is
// one. Problems are of row 1.
func (l *layout[R]) bind(s *Service, heading []string, m *Mapping) ([]bound[R], []Problem) {
	var columns []bound[R]
	var problems []Problem
	report := func(column, name string, args ...any) {
		p := Problem{File: l.file, Row: 1, Column: redacted(column)}
		p.sentence(name, append([]any{"column", column, "file", string(l.file)}, args...))
		problems = append(problems, p)
	}
	seen := map[string]bool{}
	for at, written := range heading {
		name := headingKey(written)
		if ours, mapped := m.column(l.file, name); mapped {
			if name = ours; name == "" {
				continue // the office has it for itself
			}
		} else if strings.HasPrefix(name, ownColumn) {
			continue // for the program: see Workbook
		}
		switch {
		case name == "":
			if strings.TrimSpace(strings.Join(heading[at:], "")) != "" {
				report("#"+columnLetters(at), "heading_empty")
			}
			continue
		case seen[name]:
			report(name, "column_twice")
			continue
		}
		seen[name] = true
		b, problem := l.column(s, name)
		if problem != "" {
			report(name, problem, "nearest", l.nearest(s, name))
			continue
		}
		b.at, b.heading = at, strings.TrimSpace(written)
		columns = append(columns, b)
	}
	for _, f := range l.fields {
		if f.required && !seen[f.name] {
			report(f.name, "column_missing")
		}
	}
	if l.swapped(s, heading, m) {
		p := Problem{File: l.file, Row: 1}
		p.sentence("file.swapped", []any{"file", string(l.file), "other", string(l.file.other())})
		return nil, []Problem{p}
	}
	slices.SortStableFunc(columns, func(a, b bound[R]) int { return cmp.Compare(a.order, b.order) })
	return columns, problems
}

// swapped reports whether a heading is that of the other file: it has all
// that the other one must have, and not what this one must.
func (l *layout[R]) swapped(s *Service, heading []string, m *Mapping) bool {
	return !s.heads(l.file, heading, m) && s.heads(l.file.other(), heading, m)
}

// heads reports whether a row has all headings that a file must have.
func (s *Service) heads(file FileKind, row []string, m *Mapping) bool {
	seen := map[string]bool{}
	for _, written := range row {
		name := headingKey(written)
		if ours, mapped := m.column(file, name); mapped {
			name = ours
		}
		seen[name] = true
	}
	return !slices.ContainsFunc(s.required(file), func(name string) bool { return !seen[name] })
}

// ownColumn begins the headings of columns that the program wrote for itself.
const ownColumn = "_"

// column finds what a heading stands for, or names the problem.
func (l *layout[R]) column(s *Service, name string) (bound[R], string) {
	for _, f := range l.fields {
		if f.name == name {
			return bound[R]{field: f}, ""
		}
	}
	i, ok := s.catalogue.Lookup(l.level, name)
	switch {
	case ok && i.Derived:
		return bound[R]{}, "column_derived"
	case ok:
		return bound[R]{field: l.factField(i, name), order: i.No}, ""
	}
	other := indicator.Family
	if l.level == other {
		other = indicator.Person
	}
	if i, ok := s.catalogue.Lookup(other, name); ok && !i.Derived {
		return bound[R]{}, "column_other_file"
	}
	if l.nearest(s, name) == "" {
		return bound[R]{}, "column_unknown"
	}
	return bound[R]{}, "column_unknown_near"
}

func (l *layout[R]) nearest(s *Service, name string) string {
	var names []string
	for _, f := range l.fields {
		names = append(names, f.name)
	}
	for _, i := range s.catalogue.Stored(l.level) {
		names = append(names, i.Code)
	}
	return indicator.NearestOf(name, names)
}

// factField is the field of an indicator.
func (l *layout[R]) factField(i *indicator.Indicator, name string) field[R] {
	f := field[R]{name: name, fact: i}
	if i.Kind == indicator.Date {
		// For a day that the column's habit settles, later than its neighbours.
		f.day = func(row *R, d civil.Date) { l.facts(row).set(i.No, int64(d)) }
	}
	return f
}

// readFact reads the cell of a fact in full.
func (c *checker) readFact(i *indicator.Indicator, text string) {
	v, err := i.Parse(text)
	if err != nil {
		c.fault(err, "value", text)
		return
	}
	c.seen[c.column].learn(text, v)
	c.facts = append(c.facts, indicator.Fact{No: i.No, Value: v})
}

// columnLetters names a column as a spreadsheet does: A, B, … Z, AA.
func columnLetters(at int) string {
	s := ""
	for at++; at > 0; at = (at - 1) / 26 {
		s = string(rune('A'+(at-1)%26)) + s
	}
	return s
}
