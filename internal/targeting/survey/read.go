package survey

import (
	"cmp"
	"io"
	"slices"
	"strings"

	"gotong/internal/fault"
	"gotong/internal/indicator"
	"gotong/internal/registry/sheet"
)

// Table is a survey as it was read: the columns that were asked for.
type Table struct {
	Rows    int
	numbers []int // of the rows, as a spreadsheet shows them
	columns map[string]*column
}

// column is a column of texts, each different text once.
type column struct {
	name  string
	words []string
	codes []int32 // of words, a row each; missing where nothing was said
}

const missing = -1

// nothing is what programs write where nothing was said.
var nothing = []string{"", ".", "-", "na", "n/a", "nan", "null", "#n/a", "<na>"}

func silent(word string) bool { return slices.Contains(nothing, strings.ToLower(word)) }

// Read reads the columns of these names from a CSV file of any usual kind, a
// workbook or a Parquet file. It returns fault.Invalid that names a column
// which is not there, with the one that is spelt most like it.
func Read(r io.ReaderAt, size int64, names []string) (*Table, error) {
	rows, problem, err := sheet.Open(r, size, "")
	if err != nil {
		return nil, err
	}
	if problem != "" {
		return nil, fault.Invalid("targeting.survey.file." + string(problem))
	}
	defer rows.Close()
	var rec sheet.Record
	if !rows.Next(&rec) {
		return nil, cmp.Or(rows.Err(), error(fault.Invalid("targeting.survey.file.empty_file")))
	}
	t := &Table{columns: map[string]*column{}}
	at, err := t.heading(rec.Fields, names)
	if err != nil {
		return nil, err
	}
	width := len(rec.Fields)
	words := make([]map[string]int32, len(at))
	for i := range words {
		words[i] = map[string]int32{}
	}
	for rows.Next(&rec) {
		if rec.Problem != "" {
			return nil, fault.Invalid("targeting.survey.row."+string(rec.Problem), "row", rec.Row)
		}
		if len(rec.Fields) > width {
			return nil, fault.Invalid("targeting.survey.row.wide", "row", rec.Row, "cells", len(rec.Fields), "columns", width)
		}
		t.numbers = append(t.numbers, rec.Row)
		for i, a := range at {
			word := ""
			if a.at < len(rec.Fields) {
				word = strings.TrimSpace(rec.Fields[a.at])
			}
			a.column.add(words[i], word)
		}
	}
	t.Rows = len(t.numbers)
	if rows.Err() == nil && t.Rows == 0 {
		return nil, fault.Invalid("targeting.survey.no_rows")
	}
	return t, rows.Err()
}

type place struct {
	at     int
	column *column
}

// heading finds the columns.
func (t *Table) heading(fields, names []string) ([]place, error) {
	headings := make([]string, len(fields))
	for i, f := range fields {
		headings[i] = strings.TrimSpace(f)
	}
	var all []place
	for _, name := range names {
		if t.columns[name] != nil {
			continue
		}
		at := slices.Index(headings, name)
		if at < 0 {
			at = slices.IndexFunc(headings, func(h string) bool { return strings.EqualFold(h, name) })
		}
		if at < 0 {
			return nil, noColumn(name, headings)
		}
		if twice := slices.Index(headings[at+1:], headings[at]); twice >= 0 {
			return nil, fault.Invalid("targeting.survey.column_twice", "column", name)
		}
		c := &column{name: name}
		t.columns[name] = c
		all = append(all, place{at, c})
	}
	return all, nil
}

func noColumn(name string, headings []string) error {
	if near := indicator.NearestOf(name, headings); near != "" {
		return fault.Invalid("targeting.survey.no_column_near", "column", name, "nearest", near)
	}
	shown := headings
	if len(shown) > 20 {
		shown = append(slices.Clone(shown[:20]), "…")
	}
	return fault.Invalid("targeting.survey.no_column", "column", name, "columns", strings.Join(shown, ", "))
}

func (c *column) add(words map[string]int32, word string) {
	code, ok := words[word]
	if !ok {
		code = missing
		if !silent(word) {
			code = int32(len(c.words))
			c.words = append(c.words, strings.Clone(word))
		}
		words[strings.Clone(word)] = code
	}
	c.codes = append(c.codes, code)
}

// rowsOf returns the numbers of the rows for which is holds, at most so many,
// as a message shows them, and how many there are.
func (t *Table) rowsOf(is func(i int) bool) (shown string, count int) {
	const most = 10
	var b strings.Builder
	for i := range t.Rows {
		if !is(i) {
			continue
		}
		if count++; count <= most {
			if count > 1 {
				b.WriteString(", ")
			}
			b.WriteString(itoa(t.numbers[i]))
		}
	}
	if count > most {
		b.WriteString(", …")
	}
	return b.String(), count
}
