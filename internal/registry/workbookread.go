package registry

import (
	"fmt"
	"slices"
	"strings"

	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/registry/sheet"
)

// bookRow is a row of a workbook that came back.
type bookRow struct {
	kind    FileKind
	row     int
	family  ident.ID
	person  ident.ID // zero in the families' sheet
	version int      // that the row was made of
	cells   map[string]bookCell
}

type bookCell struct {
	text string
	kind sheet.Kind
}

// bookRead are the rows of a workbook that came back, and what is wrong with
// it as a file.
type bookRead struct {
	s        *Service
	rows     []bookRow
	problems []Problem
	seen     map[string]int
}

func (b *bookRead) problem(kind FileKind, row int, column, value, name string, args ...any) {
	p := Problem{File: kind, Row: row, Column: column, Value: redacted(value)}
	p.sentence(name, append([]any{"column", column, "file", string(kind)}, args...))
	b.problems = append(b.problems, p)
}

// readBook reads both sheets of a workbook that came back.
func (s *Service) readBook(f File) (*bookRead, error) {
	b := &bookRead{s: s, seen: map[string]int{}}
	for _, kind := range []FileKind{FamilyFile, MemberFile} {
		rows, problem, err := sheet.Open(f.Data, f.Size, string(kind))
		if err != nil {
			return nil, fmt.Errorf("registry: reading a workbook: %w", err)
		}
		if problem != "" {
			b.problem(kind, 0, "", "", "file."+string(problem))
			return b, nil
		}
		err = b.sheet(kind, rows)
		if closed := rows.Close(); err == nil {
			err = closed
		}
		if err != nil {
			return nil, fmt.Errorf("registry: reading a workbook: %w", err)
		}
	}
	return b, nil
}

func (b *bookRead) sheet(kind FileKind, rows sheet.Rows) error {
	var rec sheet.Record
	if !rows.Next(&rec) {
		b.problem(kind, 0, "", "", "file.empty_file")
		return rows.Err()
	}
	var heading []string
	marked := 0
	for _, written := range rec.Fields {
		name := headingKey(written)
		heading = append(heading, name)
		if name == columnID || name == columnVersion {
			marked++
		}
	}
	if marked < 2 {
		b.problem(kind, 1, "", "", "file.not_ours")
		return nil
	}
	b.headings(kind, heading)
	const rowsMost = WorkbookMost * 20 // members of the families that a workbook holds
	for rows.Next(&rec) {
		if rec.Problem != "" {
			b.problem(kind, rec.Row, "", "", "row."+string(rec.Problem))
			continue
		}
		if len(b.rows) >= rowsMost {
			b.problem(kind, rec.Row, "", "", "file.too_rich")
			return nil
		}
		b.row(kind, heading, &rec)
	}
	return rows.Err()
}

// headings notes headings that are there twice or spelt nearly as one of ours:
// what was edited beneath would be passed over. All others are the office's.
func (b *bookRead) headings(kind FileKind, heading []string) {
	t, seen := b.s.tables(false, true), map[string]bool{}
	columns := t.familyColumns()
	if kind == MemberFile {
		columns = t.memberColumns()
	}
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	for _, name := range heading {
		nearest := indicator.NearestOf(name, names)
		switch {
		case name == "" || strings.HasPrefix(name, ownColumn):
		case seen[name]:
			b.problem(kind, 1, name, "", "column_twice")
		case !slices.Contains(names, name) && nearest != "" && !slices.Contains(heading, nearest):
			b.problem(kind, 1, name, "", "column_unknown_near", "nearest", nearest)
		}
		seen[name] = true
	}
}

// row takes a row whose mark is right.
func (b *bookRead) row(kind FileKind, heading []string, rec *sheet.Record) {
	r := bookRow{kind: kind, row: rec.Row, cells: map[string]bookCell{}}
	for at, name := range heading {
		if name == "" {
			continue
		}
		c := bookCell{}
		if at < len(rec.Fields) {
			c = bookCell{sheet.Unharmed(strings.TrimSpace(legible(rec.Fields[at]))), rec.Kind(at)}
		}
		if _, twice := r.cells[name]; !twice {
			r.cells[name] = c
		}
	}
	id := r.cells[columnID].text
	if id == "" {
		b.problem(kind, rec.Row, "", "", "row.unmarked")
		return
	}
	family, person, _ := strings.Cut(id, ".")
	var err error
	subject := &r.family
	if r.family, err = ident.Parse(family); err == nil && kind == MemberFile {
		subject = &r.person
		r.person, err = ident.Parse(person)
	}
	ok := err == nil
	if ok {
		r.version, ok = b.s.readVersionMark(*subject, r.cells[columnVersion].text)
	}
	switch first, twice := b.seen[id]; {
	case !ok:
		b.problem(kind, rec.Row, "", "", "row.mark_broken")
	case twice:
		b.problem(kind, rec.Row, "", "", "row.again", "row", first)
	default:
		b.seen[id] = rec.Row
		b.rows = append(b.rows, r)
	}
}
