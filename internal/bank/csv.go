package bank

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"gotong/internal/fault"
	"gotong/internal/money"
)

// The kinds of row.
const (
	detail = "D"
	total  = "T"
)

// reader reads the rows of one kind of file, and knows the line it is on.
type reader struct {
	csv  *csv.Reader
	line int
}

// newReader checks the header row. It returns fault.Invalid naming the line
// for anything that is not the expected file.
func newReader(r io.Reader, header []string) (*reader, error) {
	rd := &reader{csv: csv.NewReader(r)}
	rd.csv.FieldsPerRecord = len(header)
	rd.csv.ReuseRecord = true
	row, err := rd.next()
	if err != nil {
		return nil, err
	}
	if row == nil {
		return nil, fault.Invalid("bank.file.empty")
	}
	row[0] = strings.TrimPrefix(row[0], "\ufeff")
	for i := range header {
		if row[i] != header[i] {
			return nil, fault.Invalid("bank.file.header", "line", rd.line, "want", strings.Join(header, ","))
		}
	}
	return rd, nil
}

// next returns the next row, or nil at the end.
func (r *reader) next() ([]string, error) {
	row, err := r.csv.Read()
	if errors.Is(err, io.EOF) {
		return nil, nil
	}
	if err != nil {
		var broken *csv.ParseError
		if !errors.As(err, &broken) {
			return nil, err // the stream failed, not the file
		}
		return nil, fault.Invalid("bank.file.malformed", "line", broken.Line).Because(err)
	}
	r.line, _ = r.csv.FieldPos(0)
	for _, cell := range row {
		if !utf8.ValidString(cell) {
			return nil, fault.Invalid("bank.file.encoding", "line", r.line)
		}
	}
	return row, nil
}

// most is the largest amount of one payment or one file that is believed:
// twice the state's yearly budget.
const most = 10_000_000_000_000_000

func (r *reader) amount(cell string) (money.Rupiah, error) {
	a, err := money.Parse(cell)
	if err != nil || a < 0 || a > most || cell[0] == '+' {
		return 0, fault.Invalid("bank.file.amount", "line", r.line, "value", cell)
	}
	return a, nil
}

func (r *reader) currency(cell string) error {
	if cell != Currency {
		return fault.Invalid("bank.file.currency", "line", r.line, "value", cell)
	}
	return nil
}

// writer writes rows with plain line ends, the same bytes for the same rows.
type writer struct {
	buffer bytes.Buffer
	csv    *csv.Writer
}

func newWriter(header []string) *writer {
	w := &writer{}
	w.csv = csv.NewWriter(&w.buffer)
	w.row(header...)
	return w
}

func (w *writer) row(cells ...string) { _ = w.csv.Write(cells) } // a buffer takes everything

func (w *writer) bytes() []byte {
	w.csv.Flush()
	return w.buffer.Bytes()
}

// tidy makes a free text safe for whoever opens the file in a spreadsheet:
// no line ends or control characters, and no beginning that makes a formula.
func tidy(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
	s = strings.TrimLeftFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("=+-@", r) })
	return strings.TrimSpace(s)
}
