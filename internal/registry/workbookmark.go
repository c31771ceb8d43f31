package registry

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
)

// MarkWorkbook writes an uploaded workbook with problems marked in it: the
// cells coloured, each with a comment, and a column that says per row what is
// wrong and what to do. file says which of two workbooks of an import.
func (s *Service) MarkWorkbook(ctx context.Context, id ident.ID, file FileKind, problems []Problem, l i18n.Lang, may access.Permission) (func(w io.Writer) error, error) {
	u, err := s.uploadFor(ctx, id, may)
	if err != nil {
		return nil, err
	}
	files := s.filesOf(ctx, u)
	f := files.Family
	if file == MemberFile {
		f = files.Member
	}
	if u.MemberSize == 0 {
		return MarkFile(f, problems, l)
	}
	return MarkFile(f, problems, l, file)
}

// markedMost is how much a workbook may unpack to where problems are marked in
// it: it is held in memory as a whole, and must not go to disk in clear.
const markedMost = 256 << 20

// MarkFile writes a workbook with problems marked in it, as MarkWorkbook does:
// those of some files of an import, or of all that it holds.
func MarkFile(f File, problems []Problem, l i18n.Lang, of ...FileKind) (func(w io.Writer) error, error) {
	if !IsWorkbook(f) || f.Size > bookMost {
		return nil, fault.Invalid("registry.workbook.not_markable", "most", bookMost>>20)
	}
	x, err := excelize.OpenReader(io.NewSectionReader(f.Data, 0, f.Size), excelize.Options{UnzipSizeLimit: markedMost, UnzipXMLSizeLimit: markedMost})
	if err != nil {
		return nil, fault.Invalid("registry.workbook.not_markable", "most", bookMost>>20).Because(err)
	}
	m := &marking{x: x, l: l, both: len(of) == 0, headings: map[string][]string{}, rows: map[string]map[int][]string{}}
	for _, p := range problems {
		if m.both || slices.Contains(of, p.File) {
			if err := m.problem(p); err != nil {
				return nil, fmt.Errorf("registry: marking a workbook: %w", err)
			}
		}
	}
	if err := m.messages(); err != nil {
		return nil, fmt.Errorf("registry: marking a workbook: %w", err)
	}
	return func(w io.Writer) error { _, err := x.WriteTo(w); return err }, nil
}

// UploadedBooks returns which files of an upload are workbooks that problems
// can be marked in.
func (s *Service) UploadedBooks(ctx context.Context, id ident.ID) ([]FileKind, error) {
	u, err := s.upload(ctx, id)
	if err != nil {
		return nil, err
	}
	var books []FileKind
	files := s.filesOf(ctx, u)
	if u.FamilySize <= bookMost && IsWorkbook(files.Family) {
		books = append(books, FamilyFile)
	}
	if u.MemberSize > 0 && u.MemberSize <= bookMost && IsWorkbook(files.Member) {
		books = append(books, MemberFile)
	}
	return books, nil
}

// marking marks problems in a workbook.
type marking struct {
	x        *excelize.File
	l        i18n.Lang
	both     bool
	headings map[string][]string
	rows     map[string]map[int][]string // messages by sheet and row
	comments int
	red      int
}

// commentsMost bounds how many cells get a comment; the column of messages
// has them all.
const commentsMost = 2000

// sheet returns the sheet that a problem's file was read from.
func (m *marking) sheet(kind FileKind) string {
	first := ""
	for _, name := range m.x.GetSheetList() {
		if strings.EqualFold(name, string(kind)) {
			return name
		}
		if visible, err := m.x.GetSheetVisible(name); first == "" && err == nil && visible {
			first = name
		}
	}
	return first
}

func (m *marking) heading(sheet string) ([]string, error) {
	if h, ok := m.headings[sheet]; ok {
		return h, nil
	}
	rows, err := m.x.Rows(sheet)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var h []string
	if rows.Next() {
		if h, err = rows.Columns(); err != nil {
			return nil, err
		}
	}
	m.headings[sheet] = h
	return h, nil
}

func (m *marking) problem(p Problem) error {
	sheet := m.sheet(p.File)
	heading, err := m.heading(sheet)
	if err != nil {
		return err
	}
	text := p.What(m.l) + " " + p.ToDo(m.l)
	row := max(p.Row, 1)
	if m.rows[sheet] == nil {
		m.rows[sheet] = map[int][]string{}
	}
	m.rows[sheet][row] = append(m.rows[sheet][row], text)
	for at, name := range heading {
		if p.Column != "" && headingKey(name) == headingKey(p.Column) {
			return m.cell(sheet, at+1, row, text)
		}
	}
	return nil
}

func (m *marking) cell(sheet string, column, row int, text string) error {
	name, err := excelize.CoordinatesToCellName(column, row)
	if err != nil {
		return err
	}
	if m.red == 0 {
		fill := excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"FFD6D6"}}
		if m.red, err = m.x.NewStyle(&excelize.Style{Fill: fill, NumFmt: 49}); err != nil {
			return err
		}
	}
	if err := m.x.SetCellStyle(sheet, name, name, m.red); err != nil {
		return err
	}
	if m.comments++; m.comments > commentsMost {
		return nil
	}
	return m.x.AddComment(sheet, excelize.Comment{Cell: name, Author: "Gotong", Paragraph: []excelize.RichTextRun{{Text: text}}})
}

// messages writes the column of messages behind the last one.
func (m *marking) messages() error {
	for sheet, rows := range m.rows {
		heading, err := m.heading(sheet)
		if err != nil {
			return err
		}
		column := len(heading) + 1
		for at, name := range heading {
			if headingKey(name) == columnProblems {
				column = at + 1 // of an earlier time
			}
		}
		rows[1] = append([]string{columnProblems}, rows[1]...)
		for row, texts := range rows {
			name, err := excelize.CoordinatesToCellName(column, row)
			if err != nil {
				return err
			}
			text := strings.Join(texts, "\n")
			if row == 1 {
				text = columnProblems // what is wrong with the heading is in comments
			}
			if err := m.x.SetCellStr(sheet, name, text); err != nil {
				return err
			}
		}
	}
	return nil
}

const columnProblems = ownColumn + "masalah"
