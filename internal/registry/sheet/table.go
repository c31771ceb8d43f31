package sheet

import (
	"encoding/csv"
	"io"
	"strings"

	"github.com/parquet-go/parquet-go"
)

// Table writes one table row by row.
type Table interface {
	Row(values []Value) error
	Close() error
}

// NewTable begins a file with one table. name is that of a workbook's sheet.
func NewTable(w io.Writer, f Format, name string, columns []Column) (Table, error) {
	switch f {
	case XLSX:
		b := NewBook(w)
		return b, b.Sheet(name, columns)
	case Parquet:
		return newParquetTable(w, columns), nil
	}
	return newTextTable(w, columns)
}

// textTable writes CSV: UTF-8 without a mark, commas, and breaks within
// cells as they are.
type textTable struct {
	w       *csv.Writer
	columns []Column
	record  []string
}

func newTextTable(w io.Writer, columns []Column) (*textTable, error) {
	t := &textTable{w: csv.NewWriter(w), columns: columns, record: make([]string, len(columns))}
	for i, c := range columns {
		t.record[i] = c.Name
	}
	return t, t.w.Write(t.record)
}

func (t *textTable) Row(values []Value) error {
	for i, c := range t.columns {
		t.record[i] = values[i].String(c.Kind)
		if c.Kind != WholeColumn && c.Kind != DayColumn {
			t.record[i] = Harmless(t.record[i])
		}
	}
	return t.w.Write(t.record)
}

func (t *textTable) Close() error {
	t.w.Flush()
	return t.w.Error()
}

// Harmless keeps a spreadsheet from running text as a formula: a quote in
// front makes it text. Unharmed takes it away again.
func Harmless(s string) string {
	if looksActive(s) {
		return "'" + s
	}
	return s
}

// Unharmed takes away the quote that Harmless put in front, and what others
// write around digits so that a spreadsheet keeps them: ="0812".
func Unharmed(s string) string {
	if digits, kept := strings.CutPrefix(s, `="`); kept {
		if digits, kept = strings.CutSuffix(digits, `"`); kept && allDigits(digits) {
			return digits
		}
	}
	if strings.HasPrefix(s, "'") && looksActive(s[1:]) {
		return s[1:]
	}
	return s
}

// looksActive reports whether a spreadsheet would run a text: some skip
// blanks in front, and some take the wide forms of the signs.
func looksActive(s string) bool {
	if s == "" {
		return false
	}
	if strings.IndexByte("\t\r\n", s[0]) >= 0 {
		return true
	}
	s = strings.TrimLeft(s, " \u00a0")
	for _, sign := range []string{"=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠"} {
		if strings.HasPrefix(s, sign) {
			return true
		}
	}
	return false
}

// parquetTable writes Parquet, with columns in the order of their names.
type parquetTable struct {
	w     *parquet.GenericWriter[any]
	kinds []ColumnKind
	at    []int // of each column in the file, its place among the values
	row   parquet.Row
}

// groupRows is how many rows stand together in a Parquet file; the writer
// holds them in memory.
const groupRows = 50_000

func newParquetTable(w io.Writer, columns []Column) *parquetTable {
	group := parquet.Group{}
	place := map[string]int{}
	t := &parquetTable{}
	for i, c := range columns {
		place[c.Name] = i
		t.kinds = append(t.kinds, c.Kind)
		node := parquet.String()
		switch c.Kind {
		case WholeColumn:
			node = parquet.Int(64)
		case DayColumn:
			node = parquet.Date()
		}
		group[c.Name] = parquet.Optional(parquet.Compressed(node, &parquet.Zstd))
	}
	schema := parquet.NewSchema("gotong", group)
	for _, f := range schema.Fields() {
		t.at = append(t.at, place[f.Name()])
	}
	t.w = parquet.NewGenericWriter[any](w, schema, parquet.MaxRowsPerRowGroup(groupRows))
	return t
}

func (t *parquetTable) Row(values []Value) error {
	t.row = t.row[:0]
	for column, at := range t.at {
		v := values[at]
		if !v.Known {
			t.row = append(t.row, parquet.NullValue().Level(0, 0, column))
			continue
		}
		var p parquet.Value
		switch t.kinds[at] {
		case WholeColumn:
			p = parquet.Int64Value(v.Number)
		case DayColumn:
			p = parquet.Int32Value(int32(v.Number))
		default:
			p = parquet.ByteArrayValue([]byte(v.Text))
		}
		t.row = append(t.row, p.Level(0, 1, column))
	}
	_, err := t.w.WriteRows([]parquet.Row{t.row})
	return err
}

func (t *parquetTable) Close() error { return t.w.Close() }
