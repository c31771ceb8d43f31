package sheet

import (
	"archive/zip"
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"gotong/internal/civil"
)

// Format is a kind of file that tables are written as.
type Format string

// The formats.
const (
	CSV     Format = "csv"
	XLSX    Format = "xlsx"
	Parquet Format = "parquet"
)

// Formats lists the formats.
var Formats = []Format{CSV, XLSX, Parquet}

// ColumnKind says what a column of a table that is written holds.
type ColumnKind uint8

// The kinds of column.
const (
	TextColumn   ColumnKind = iota // also identifiers: digits that are not counted with
	WholeColumn                    // whole numbers
	DayColumn                      // days
	HiddenColumn                   // text for the program, not for people
	LockedColumn                   // text that people read and do not change
)

// Column is a column of a table that is written.
type Column struct {
	Name  string
	Kind  ColumnKind
	Width int // in characters; 0 is as usual
}

// Value is a cell of a table that is written: text, or a number of its
// column's kind.
type Value struct {
	Known  bool
	Text   string
	Number int64 // of Whole; of Day a civil.Date
}

// T is a text, or nothing where it is "".
func T(s string) Value { return Value{Known: s != "", Text: s} }

// N is a whole number.
func N(n int64) Value { return Value{Known: true, Number: n} }

// D is a day.
func D(d civil.Date) Value { return Value{Known: true, Number: int64(d)} }

// String writes a value as text: a number as digits, a day as 1990-08-17.
func (v Value) String(k ColumnKind) string {
	switch {
	case !v.Known:
		return ""
	case k == WholeColumn:
		return strconv.FormatInt(v.Number, 10)
	case k == DayColumn:
		return civil.Date(v.Number).String()
	}
	return v.Text
}

// Book writes a workbook, sheet by sheet and row by row. Text is typed as
// text, so that no spreadsheet takes it for a formula.
type Book struct {
	zip    *zip.Writer
	w      *bufio.Writer
	names  []string
	row    int
	kinds  []ColumnKind
	buf    []byte
	failed error
}

// NewBook begins a workbook.
func NewBook(w io.Writer) *Book { return &Book{zip: zip.NewWriter(w)} }

// rowsMost is how many rows a sheet of a workbook has, the heading included.
const rowsMost = 1 << 20

// ErrFull says that a sheet has all the rows that a workbook can have.
var ErrFull = fmt.Errorf("sheet: a sheet holds %d rows at most", rowsMost)

// Sheet begins the next sheet, with its heading.
func (b *Book) Sheet(name string, columns []Column) error {
	if err := b.endSheet(); err != nil {
		return err
	}
	b.names = append(b.names, name)
	part, err := b.zip.Create("xl/worksheets/sheet" + strconv.Itoa(len(b.names)) + ".xml")
	if err != nil {
		return err
	}
	b.w, b.row, b.kinds = bufio.NewWriterSize(part, 64<<10), 0, b.kinds[:0]
	b.put(xmlHead + `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>`)
	heading := make([]Value, len(columns))
	for i, c := range columns {
		b.kinds = append(b.kinds, LockedColumn)
		heading[i] = T(c.Name)
		width, style, hidden := c.Width, styleOf(c.Kind), ""
		if width == 0 {
			width = 16
		}
		if c.Kind == HiddenColumn {
			hidden = ` hidden="1"`
		}
		b.put(fmt.Sprintf(`<col min="%d" max="%d" width="%d" style="%d" customWidth="1"%s/>`, i+1, i+1, width, style, hidden))
	}
	b.put(`</cols><sheetData>`)
	if err := b.Row(heading); err != nil {
		return err
	}
	for i, c := range columns {
		b.kinds[i] = c.Kind
	}
	return nil
}

// The numbers of cell styles in stylesPart.
const (
	styleText, styleDay, styleHeading = 1, 2, 3
)

func styleOf(k ColumnKind) int {
	switch k {
	case WholeColumn:
		return 0
	case DayColumn:
		return styleDay
	case LockedColumn:
		return styleHeading
	}
	return styleText
}

// Row writes a row with a value for each column.
func (b *Book) Row(values []Value) error {
	if b.row++; b.row > rowsMost {
		return ErrFull
	}
	out := append(b.buf[:0], `<row r="`...)
	out = strconv.AppendInt(out, int64(b.row), 10)
	out = append(out, `">`...)
	for i, v := range values {
		if !v.Known {
			continue
		}
		out = append(out, `<c r="`...)
		out = appendColumn(out, i)
		out = strconv.AppendInt(out, int64(b.row), 10)
		out = append(out, `" s="`...)
		out = strconv.AppendInt(out, int64(styleOf(b.kinds[i])), 10)
		switch b.kinds[i] {
		case WholeColumn:
			out = append(out, `"><v>`...)
			out = strconv.AppendInt(out, v.Number, 10)
			out = append(out, `</v></c>`...)
		case DayColumn:
			out = append(out, `"><v>`...)
			out = strconv.AppendInt(out, v.Number-int64(since1900), 10)
			out = append(out, `</v></c>`...)
		default:
			out = append(out, `" t="inlineStr"><is><t xml:space="preserve">`...)
			out = appendEscaped(out, v.Text)
			out = append(out, `</t></is></c>`...)
		}
	}
	b.buf = append(out, `</row>`...)
	_, err := b.w.Write(b.buf)
	return err
}

func (b *Book) put(s string) {
	if _, err := b.w.WriteString(s); err != nil && b.failed == nil {
		b.failed = err
	}
}

func (b *Book) endSheet() error {
	if b.w == nil {
		return nil
	}
	b.put(`</sheetData></worksheet>`)
	if err := b.w.Flush(); err != nil {
		return err
	}
	return b.failed
}

// Close ends the workbook.
func (b *Book) Close() error {
	if err := b.endSheet(); err != nil {
		return err
	}
	var types, sheets, links strings.Builder
	for i, name := range b.names {
		n := i + 1
		fmt.Fprintf(&types, `<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`, n)
		fmt.Fprintf(&sheets, `<sheet name="%s" sheetId="%d" r:id="rId%d"/>`, appendEscaped(nil, name), n, n)
		fmt.Fprintf(&links, `<Relationship Id="rId%d" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet%d.xml"/>`, n, n)
	}
	n := len(b.names) + 1
	fmt.Fprintf(&links, `<Relationship Id="rId%d" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>`, n)
	for _, part := range [][2]string{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>` + types.String() + `</Types>`},
		{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>` + sheets.String() + `</sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` + links.String() + `</Relationships>`},
		{"xl/styles.xml", stylesPart},
	} {
		w, err := b.zip.Create(part[0])
		if err == nil {
			_, err = io.WriteString(w, xmlHead+part[1])
		}
		if err != nil {
			return err
		}
	}
	return b.zip.Close()
}

const xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

const stylesPart = `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FFE8ECEF"/><bgColor indexed="64"/></patternFill></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4"><xf/><xf numFmtId="49" applyNumberFormat="1"/><xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="49" fontId="1" fillId="2" applyNumberFormat="1" applyFont="1" applyFill="1"/></cellXfs></styleSheet>`

func appendColumn(b []byte, at int) []byte {
	if at >= 26 {
		b = appendColumn(b, at/26-1)
	}
	return append(b, byte('A'+at%26))
}

// appendEscaped writes text as XML has it. What XML cannot hold is left out.
func appendEscaped(b []byte, s string) []byte {
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == '&':
			b = append(b, "&amp;"...)
		case c == '<':
			b = append(b, "&lt;"...)
		case c == '>':
			b = append(b, "&gt;"...)
		case c == '"':
			b = append(b, "&quot;"...)
		case c < ' ' && c != '\t' && c != '\n' && c != '\r':
		case c < utf8.RuneSelf:
			b = append(b, c)
		default:
			r, n := utf8.DecodeRuneInString(s[i:])
			if r != utf8.RuneError || n > 1 {
				b = append(b, s[i:i+n]...)
			}
			i += n
			continue
		}
		i++
	}
	return b
}
