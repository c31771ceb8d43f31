package sheet

import (
	"errors"
	"fmt"
	"io"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"

	"gotong/internal/civil"
)

// columnar reads the rows of a Parquet file.
type columnar struct {
	groups  []parquet.RowGroup
	rows    parquet.Rows
	room    []parquet.Row
	have    []parquet.Row
	columns []column
	row     int // of the file, as a spreadsheet would show it
	err     error
	text    []byte
	done    bool
}

// column is a column of a Parquet file.
type column struct {
	name string
	read func(b []byte, v parquet.Value) ([]byte, Kind)
}

// parquetRows is how many rows are read at a time.
const parquetRows = 256

func openParquet(r io.ReaderAt, size int64) (rows Rows, problem Problem, err error) {
	defer func() {
		if recover() != nil { // a damaged file, for which the library has no error
			rows, problem, err = nil, CutShort, nil
		}
	}()
	view := &unsized{ReaderAt: r}
	f, err := parquet.OpenFile(view, size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true), parquet.WithDecryption(keyless{}))
	switch {
	case errors.Is(err, errKeyless):
		return nil, Encrypted, nil
	case err != nil:
		return nil, CutShort, nil //nolint:nilerr // the file's fault
	case f.Metadata().EncryptionAlgorithm.Value != nil:
		return nil, Encrypted, nil
	case tooMuch(f, size):
		return nil, Bomb, nil
	}
	c := &columnar{room: make([]parquet.Row, parquetRows)}
	for _, g := range f.RowGroups() {
		if g.NumRows() > 0 { // an empty one has no pages
			c.groups = append(c.groups, g)
		}
	}
	for _, field := range f.Schema().Fields() {
		if !field.Leaf() || field.Repeated() {
			return nil, Nested, nil
		}
		c.columns = append(c.columns, columnFor(field))
	}
	if problem := (&pages{r: r, size: size, view: view}).check(f.Metadata().RowGroups); problem != "" {
		return nil, problem, nil
	}
	view.inOrder()
	return c, "", nil
}

// keyless has no key for any file.
type keyless struct{}

var errKeyless = errors.New("sheet: no key")

func (keyless) FooterKey([]byte) ([]byte, error) { return nil, errKeyless }

func (keyless) ColumnKey([]string, []byte) ([]byte, error) { return nil, errKeyless }

// tooMuch reports whether a file unpacks to more than a table does: every row
// has a key of its own, which takes a byte at least.
func tooMuch(f *parquet.File, size int64) bool {
	if f.NumRows() > size || f.NumRows() < 0 {
		return true
	}
	for _, g := range f.Metadata().RowGroups {
		for i := range g.Columns {
			m := &g.Columns[i].MetaData
			if m.TotalUncompressedSize > bombFrom && m.TotalUncompressedSize/bombRatio > m.TotalCompressedSize || m.TotalUncompressedSize < 0 {
				return true
			}
		}
	}
	return false
}

func columnFor(field parquet.Field) column {
	c := column{name: field.Name(), read: plainValue}
	t := field.Type().LogicalType()
	if t == nil {
		return c
	}
	switch l := t.Value.(type) {
	case *format.DateType:
		c.read = func(b []byte, v parquet.Value) ([]byte, Kind) {
			return append(b, civil.Date(v.Int32()).String()...), Dated
		}
	case *format.TimestampType:
		c.read = func(b []byte, v parquet.Value) ([]byte, Kind) {
			return appendInstant(b, instant(l, v.Int64()), l.IsAdjustedToUTC)
		}
	case *format.DecimalType:
		c.read = func(b []byte, v parquet.Value) ([]byte, Kind) { return appendDecimal(b, v, int(l.Scale)) }
	case *format.IntType:
		if !l.IsSigned {
			c.read = func(b []byte, v parquet.Value) ([]byte, Kind) {
				if v.Kind() == parquet.Int32 {
					return strconv.AppendUint(b, uint64(v.Uint32()), 10), Figure
				}
				return strconv.AppendUint(b, v.Uint64(), 10), Figure
			}
		}
	}
	return c
}

func instant(t *format.TimestampType, n int64) time.Time {
	switch t.Unit.Value.(type) {
	case *format.MilliSeconds:
		return time.UnixMilli(n).UTC()
	case *format.MicroSeconds:
		return time.UnixMicro(n).UTC()
	}
	return time.Unix(0, n).UTC()
}

// zonesFrom and zonesTo are how many hours the country's clocks are ahead of
// UTC, in the west and in the east.
const zonesFrom, zonesTo = 7, 9

// appendInstant writes the day of a point in time. One that is kept in UTC
// may be midnight here, where the day has just begun; at other times it is a
// day only where it is the same day in UTC and all over the country.
func appendInstant(b []byte, t time.Time, utc bool) ([]byte, Kind) {
	day := civil.OfTime(t)
	if !utc || t.Equal(day.Time()) {
		return append(b, day.String()...), Dated
	}
	for zone := zonesFrom; zone <= zonesTo; zone++ {
		here := t.Add(time.Duration(zone) * time.Hour)
		if d := civil.OfTime(here); here.Equal(d.Time()) {
			return append(b, d.String()...), Dated
		}
	}
	if civil.OfTime(t.Add(zonesTo*time.Hour)) != day {
		return t.AppendFormat(b, time.RFC3339), Written
	}
	return append(b, day.String()...), Dated
}

// appendJulian writes the day of a time of 96 bits: nanoseconds of the day,
// and the day as astronomers count.
func appendJulian(b []byte, v parquet.Value) ([]byte, Kind) {
	const of1970 = 2440588
	x := v.Int96()
	nanos := time.Duration(uint64(x[0]) | uint64(x[1])<<32)
	if nanos < 0 || nanos >= 24*time.Hour {
		return append(b, '?'), Written
	}
	return appendInstant(b, time.Unix((int64(x[2])-of1970)*secondsOfDay, 0).UTC().Add(nanos), true)
}

const secondsOfDay = 24 * 60 * 60

// appendDecimal writes a decimal number with all its digits. Zeros behind the
// point say nothing, and are left out with it.
func appendDecimal(b []byte, v parquet.Value, scale int) ([]byte, Kind) {
	n := new(big.Int)
	switch v.Kind() {
	case parquet.Int32:
		n.SetInt64(int64(v.Int32()))
	case parquet.Int64:
		n.SetInt64(v.Int64())
	case parquet.ByteArray, parquet.FixedLenByteArray:
		raw := v.ByteArray()
		if n.SetBytes(raw); len(raw) > 0 && raw[0] >= 0x80 { // negative, in two's complement
			n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(raw))))
		}
	default:
		return append(b, '?'), Written
	}
	if n.Sign() < 0 {
		b = append(b, '-')
		n.Neg(n)
	}
	const most = 64 // digits behind the point that any format has
	digits := n.Text(10)
	if scale <= 0 || scale > most {
		return append(b, digits...), Figure
	}
	if short := scale + 1 - len(digits); short > 0 {
		digits = strings.Repeat("0", short) + digits
	}
	whole, parts := digits[:len(digits)-scale], strings.TrimRight(digits[len(digits)-scale:], "0")
	if b = append(b, whole...); parts != "" {
		b = append(append(b, '.'), parts...)
	}
	return b, Figure
}

// plainValue writes a value by the way it is stored.
func plainValue(b []byte, v parquet.Value) ([]byte, Kind) {
	switch v.Kind() {
	case parquet.Boolean:
		if v.Boolean() {
			return append(b, "ya"...), Written
		}
		return append(b, "tidak"...), Written
	case parquet.Int32:
		return strconv.AppendInt(b, int64(v.Int32()), 10), Figure
	case parquet.Int64:
		return strconv.AppendInt(b, v.Int64(), 10), Figure
	case parquet.Float:
		text, kind := figure(strconv.FormatFloat(float64(v.Float()), 'f', -1, 32))
		return append(b, text...), kind
	case parquet.Double:
		text, kind := figure(strconv.FormatFloat(v.Double(), 'f', -1, 64))
		return append(b, text...), kind
	case parquet.Int96:
		return appendJulian(b, v)
	case parquet.ByteArray, parquet.FixedLenByteArray:
		return append(b, v.ByteArray()...), Written
	}
	return append(b, '?'), Broken
}

func (c *columnar) Err() error { return c.err }

func (c *columnar) Close() error {
	if c.rows == nil {
		return nil
	}
	return c.rows.Close()
}

// Next hands out the heading, which is the names of the columns, and then
// every row that is not empty.
func (c *columnar) Next(rec *Record) bool {
	rec.Fields, rec.Kinds, rec.Problem = rec.Fields[:0], rec.Kinds[:0], ""
	if c.row == 0 {
		c.row = 1
		rec.Row = 1
		for _, col := range c.columns {
			rec.Fields = append(rec.Fields, col.name)
		}
		return true
	}
	for !c.done {
		if len(c.have) == 0 && !c.read(rec) {
			return rec.Problem != ""
		}
		row := c.have[0]
		c.have = c.have[1:]
		c.row++
		if c.fields(rec, row) {
			rec.Row = c.row
			return true
		}
	}
	return false
}

// read reads on. Where the file is damaged, rec says so.
func (c *columnar) read(rec *Record) (more bool) {
	damaged := func() {
		c.done = true
		rec.Row, rec.Problem = c.row+1, CutShort
	}
	defer func() {
		if recover() != nil {
			damaged()
			more = false
		}
	}()
	for {
		if c.rows == nil {
			if len(c.groups) == 0 {
				c.done = true
				return false
			}
			c.rows = c.groups[0].Rows()
			c.groups = c.groups[1:]
		}
		n, err := c.rows.ReadRows(c.room)
		if err != nil && !errors.Is(err, io.EOF) {
			damaged()
			return false
		}
		if err != nil || n == 0 {
			closed := c.rows.Close()
			c.rows = nil
			if closed != nil {
				c.err, c.done = fmt.Errorf("sheet: %w", closed), true
				return false
			}
		}
		if n > 0 {
			c.have = c.room[:n]
			return true
		}
	}
}

// fields sets a row's fields, and reports whether one of them is filled.
func (c *columnar) fields(rec *Record, row parquet.Row) bool {
	c.text = c.text[:0]
	ends := make([]int, len(c.columns))
	for range c.columns {
		rec.Kinds = append(rec.Kinds, Written)
	}
	at := 0
	for _, v := range row {
		i := v.Column()
		if i < 0 || i >= len(c.columns) {
			continue
		}
		for ; at < i; at++ {
			ends[at] = len(c.text)
		}
		if !v.IsNull() {
			c.text, rec.Kinds[i] = c.columns[i].read(c.text, v)
		}
		ends[i] = len(c.text)
		at = i + 1
	}
	for ; at < len(ends); at++ {
		ends[at] = len(c.text)
	}
	text := string(c.text)
	from := 0
	for _, to := range ends {
		rec.Fields = append(rec.Fields, text[from:max(from, to)])
		from = max(from, to)
	}
	return filled(text)
}
