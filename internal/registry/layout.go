package registry

import (
	"cmp"
	"slices"
	"strings"

	"gotong/internal/indicator"
	"gotong/internal/registry/sheet"
)

// cell checks the text of one cell, which is not empty, and sets it in a row.
type cell[R any] func(c *checker, row *R, text string)

// field is a column of a layout.
type field[R any] struct {
	name     string
	required bool // the column must be there
	filled   bool // and no cell may be empty
	read     cell[R]
}

// layout is what a file may hold: fields of its own and the indicators of a
// level.
type layout[R any] struct {
	file   FileKind
	fields []field[R]
	level  indicator.Level
	facts  func(*R) *indicator.Facts
}

// bound is a column of a file, tied to what reads it.
type bound[R any] struct {
	field[R]
	at    int // index of the column in the file
	order int // indicators are read by No, so that facts are sorted as they come
}

// bind ties a heading to the layout. Problems are of row 1.
func (l *layout[R]) bind(s *Service, heading []string) ([]bound[R], []Problem) {
	var columns []bound[R]
	var problems []Problem
	report := func(column, name string, args ...any) {
		p := Problem{File: l.file, Row: 1, Column: redacted(column)}
		p.sentence(name, append([]any{"column", column, "file", string(l.file)}, args...))
		problems = append(problems, p)
	}
	seen := map[string]bool{}
	for at, written := range heading {
		name := strings.ToLower(strings.TrimSpace(written))
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
		b.at = at
		columns = append(columns, b)
	}
	for _, f := range l.fields {
		if f.required && !seen[f.name] {
			report(f.name, "column_missing")
		}
	}
	slices.SortStableFunc(columns, func(a, b bound[R]) int { return cmp.Compare(a.order, b.order) })
	return columns, problems
}

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
		return bound[R]{field: field[R]{name: name, read: l.fact(i)}, order: i.No}, ""
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

// fact reads the cell of an indicator.
func (l *layout[R]) fact(i *indicator.Indicator) cell[R] {
	if i.Kind == indicator.Date {
		return func(c *checker, row *R, text string) {
			facts := l.facts(row)
			c.day(text, func(d sheet.Day) {
				// A day that the column's habit settles comes later than its
				// neighbours, so it is put in its place.
				facts.Set(i.No, int64(d.Date))
			})
		}
	}
	return func(c *checker, row *R, text string) {
		seen := c.seen[c.column]
		v, ok := seen[text]
		if !ok {
			var err error
			if v, err = i.Parse(text); err != nil {
				c.fault(err, "value", text)
				return
			}
			if len(seen) < seenMost {
				seen[text] = v
			}
		}
		facts := l.facts(row)
		*facts = append(*facts, indicator.Fact{No: i.No, Value: v})
	}
}

// seenMost bounds what is remembered of a column's texts: all options of a
// choice, and the usual values of a number.
const seenMost = 256

// columnLetters names a column as a spreadsheet does: A, B, … Z, AA.
func columnLetters(at int) string {
	s := ""
	for at++; at > 0; at = (at - 1) / 26 {
		s = string(rune('A'+(at-1)%26)) + s
	}
	return s
}
