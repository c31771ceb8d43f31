package web

import (
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/money"
)

// Format is a kind of file that a list can be had as.
type Format string

// The formats.
//
// XLSX is for people: headings in their language, amounts and days typed,
// identifiers as text. CSV is for programs and for the import: UTF-8 without
// a byte order mark, commas, RFC 4180 line ends, the columns' stable names
// as headings, plain digits and YYYY-MM-DD. Excel reads such a CSV wrongly
// under Indonesian settings whatever we do (it expects semicolons and turns
// identifiers into floating point), so it is not bent towards Excel.
const (
	XLSX Format = "xlsx"
	CSV  Format = "csv"
)

const xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// Wanted returns the file format that the list's address asks for, and
// whether it asks for one. It answers fault.Forbidden when the actor may not
// take data out.
func (r *Request) Wanted() (Format, bool, error) {
	f := Format(r.URL.Query().Get(formatParam))
	if f != XLSX && f != CSV {
		return "", false, nil
	}
	if !r.MayExport() {
		return "", false, fault.Forbidden("core.error.forbidden")
	}
	return f, true, nil
}

// MayExport reports whether who asks may have a list as a file: on a public
// page everybody.
func (r *Request) MayExport() bool { return r.Route.Public || r.Actor.Can(access.Export) }

// TableFile answers with a list as a file. rows is read once, row by row;
// an error in it ends the file.
func TableFile[R any](f Format, name string, columns []Column[R], rows iter.Seq2[R, error]) Response {
	kind := "text/csv; charset=utf-8"
	if f == XLSX {
		kind = xlsxType
	}
	return File(name+"."+string(f), kind, func(w io.Writer) error {
		return WriteTable(w, f, name, columns, rows)
	})
}

// WriteTable writes rows under their columns to w as a file of format f.
// name becomes the sheet's name. Text that a spreadsheet would take for a
// formula stays text: see safeCSV; in XLSX every text cell is typed as text.
func WriteTable[R any](w io.Writer, f Format, name string, columns []Column[R], rows iter.Seq2[R, error]) error {
	if f == XLSX {
		return writeXLSX(w, name, columns, rows)
	}
	return writeCSV(w, columns, rows)
}

// Rows turns a slice into what WriteTable reads.
func Rows[R any](rows []R) iter.Seq2[R, error] {
	return func(yield func(R, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}

func writeCSV[R any](w io.Writer, columns []Column[R], rows iter.Seq2[R, error]) error {
	c := csv.NewWriter(w)
	c.UseCRLF = true
	record := make([]string, len(columns))
	for i, col := range columns {
		record[i] = col.Name
	}
	if err := c.Write(record); err != nil {
		return fmt.Errorf("web: csv: %w", err)
	}
	for row, err := range rows {
		if err != nil {
			return err
		}
		for i, col := range columns {
			record[i] = csvText(col.Value(row))
		}
		if err := c.Write(record); err != nil {
			return fmt.Errorf("web: csv: %w", err)
		}
	}
	c.Flush()
	if err := c.Error(); err != nil {
		return fmt.Errorf("web: csv: %w", err)
	}
	return nil
}

// csvText writes a value for a program to read: numbers plain, days as
// YYYY-MM-DD, an unknown value as nothing.
func csvText(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return safeCSV(v)
	case money.Rupiah:
		return strconv.FormatInt(int64(v), 10)
	case civil.Date:
		return v.String()
	case time.Time:
		return v.UTC().Format(time.RFC3339)
	case bool:
		if v {
			return "ya"
		}
		return "tidak"
	case int, int32, int64:
		return fmt.Sprint(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case i18n.Text:
		return safeCSV(v.ID)
	default:
		return safeCSV(fmt.Sprint(v))
	}
}

// safeCSV puts an apostrophe before text that a spreadsheet would run as a
// formula (OWASP, "CSV Injection").
func safeCSV(s string) string {
	if s == "" {
		return s
	}
	switch []rune(s)[0] {
	case '=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠':
		return "'" + s
	}
	return s
}

// sheetRows is how many rows a sheet can hold below its heading.
const sheetRows = 1<<20 - 1

func writeXLSX[R any](w io.Writer, name string, columns []Column[R], rows iter.Seq2[R, error]) error {
	book := excelize.NewFile()
	defer book.Close() // its temporary files; the content is written by then
	sheet := sheetName(name)
	if err := book.SetSheetName("Sheet1", sheet); err != nil {
		return fmt.Errorf("web: xlsx: %w", err)
	}
	styles, err := newStyles(book)
	if err != nil {
		return fmt.Errorf("web: xlsx: %w", err)
	}
	// Other readers trust the declared dimension, and a new sheet declares
	// one cell. The rows are not counted yet, so none is declared; it must
	// go before the stream begins.
	if err := book.SetSheetDimension(sheet, ""); err != nil {
		return fmt.Errorf("web: xlsx: %w", err)
	}
	stream, err := book.NewStreamWriter(sheet)
	if err != nil {
		return fmt.Errorf("web: xlsx: %w", err)
	}
	if err := fillSheet(stream, styles, columns, rows); err != nil {
		return err
	}
	if err := stream.Flush(); err != nil {
		return fmt.Errorf("web: xlsx: %w", err)
	}
	if _, err := book.WriteTo(w); err != nil {
		return fmt.Errorf("web: xlsx: %w", err)
	}
	return nil
}

func fillSheet[R any](stream *excelize.StreamWriter, styles styles, columns []Column[R], rows iter.Seq2[R, error]) error {
	cells := make([]any, len(columns))
	for i, col := range columns {
		cells[i] = excelize.Cell{Value: xmlText(col.Label), StyleID: styles.heading}
		if err := stream.SetColWidth(i+1, i+1, columnWidth(col.Kind, col.Label)); err != nil {
			return fmt.Errorf("web: xlsx: %w", err)
		}
	}
	if err := stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return fmt.Errorf("web: xlsx: %w", err)
	}
	if err := stream.SetRow("A1", cells); err != nil {
		return fmt.Errorf("web: xlsx: %w", err)
	}
	n := 0
	for row, err := range rows {
		if err != nil {
			return err
		}
		if n++; n > sheetRows {
			return fault.Invalid("web.export.too_long", "n", sheetRows)
		}
		for i, col := range columns {
			cells[i] = styles.cell(col.Kind, col.Value(row))
		}
		if err := stream.SetRow("A"+strconv.Itoa(n+1), cells); err != nil {
			return fmt.Errorf("web: xlsx: %w", err)
		}
	}
	return nil
}

// styles are the cell formats of a book.
type styles struct{ heading, text, whole, rupiah, day, moment, share int }

func newStyles(book *excelize.File) (styles, error) {
	var s styles
	for _, x := range []struct {
		into  *int
		style excelize.Style
	}{
		{&s.heading, excelize.Style{NumFmt: 49, Font: &excelize.Font{Bold: true}, Border: []excelize.Border{{Type: "bottom", Style: 1, Color: "76827F"}}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}},
		{&s.text, excelize.Style{NumFmt: 49}}, // "@": what is typed over it stays text too
		{&s.whole, excelize.Style{NumFmt: 3}},
		{&s.rupiah, excelize.Style{NumFmt: 3}},
		{&s.day, excelize.Style{CustomNumFmt: new("yyyy-mm-dd")}},
		{&s.moment, excelize.Style{CustomNumFmt: new("yyyy-mm-dd hh:mm")}},
		{&s.share, excelize.Style{CustomNumFmt: new("0.0%")}},
	} {
		id, err := book.NewStyle(&x.style)
		if err != nil {
			return styles{}, err
		}
		*x.into = id
	}
	return s, nil
}

// exact is the largest magnitude that a spreadsheet's floating point holds
// exactly; beyond it a number is written as text, not rounded.
const exact = 1 << 53

// firstDay is the first day that all spreadsheets count alike: before it some
// believe in a 29 February 1900.
var firstDay = civil.Of(1900, time.March, 1)

func (s styles) cell(k Kind, value any) any {
	switch v := value.(type) {
	case nil:
		return nil
	case string:
		return excelize.Cell{Value: xmlText(v), StyleID: s.text}
	case money.Rupiah:
		return s.number(s.rupiah, int64(v))
	case int:
		return s.counted(k, int64(v))
	case int32:
		return s.counted(k, int64(v))
	case int64:
		return s.counted(k, v)
	case float64:
		if k == Share {
			return excelize.Cell{Value: v, StyleID: s.share}
		}
		return excelize.Cell{Value: v}
	case civil.Date:
		if v < firstDay {
			return excelize.Cell{Value: v.String(), StyleID: s.text}
		}
		return excelize.Cell{Value: v.Time(), StyleID: s.day}
	case time.Time:
		return excelize.Cell{Value: v.In(civil.WIB), StyleID: s.moment}
	default:
		return excelize.Cell{Value: xmlText(csvPlain(v)), StyleID: s.text}
	}
}

func (s styles) counted(k Kind, n int64) any {
	if k == Code {
		return excelize.Cell{Value: strconv.FormatInt(n, 10), StyleID: s.text}
	}
	return s.number(s.whole, n)
}

func (s styles) number(style int, n int64) any {
	if n > exact || n < -exact {
		return excelize.Cell{Value: strconv.FormatInt(n, 10), StyleID: s.text}
	}
	return excelize.Cell{Value: n, StyleID: style}
}

// csvPlain is csvText without the guard against formulas, for typed cells.
func csvPlain(value any) string {
	if t, ok := value.(i18n.Text); ok {
		return t.ID
	}
	return strings.TrimPrefix(csvText(value), "'")
}

// xmlText drops the control characters that a sheet cannot hold, and what is
// beyond a cell's 32,767 characters.
func xmlText(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, s)
	if len(s) > excelize.TotalCellChars {
		if runes := []rune(s); len(runes) > excelize.TotalCellChars {
			return string(runes[:excelize.TotalCellChars])
		}
	}
	return s
}

// sheetName makes a name that a sheet may have: 31 characters, none of
// those that addresses use.
func sheetName(name string) string {
	name = strings.Trim(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]`, r) || r < ' ' {
			return '-'
		}
		return r
	}, name), "'")
	if runes := []rune(name); len(runes) > 31 {
		name = string(runes[:31])
	}
	if name == "" {
		return "Data"
	}
	return name
}

func columnWidth(k Kind, label string) float64 {
	width := map[Kind]float64{Words: 24, Code: 20, Count: 12, Amount: 18, Date: 12, Time: 17, Share: 10, YesNo: 9}[k]
	return max(width, min(float64(len([]rune(label))+2), 30))
}
