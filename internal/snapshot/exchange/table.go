package exchange

import (
	"cmp"
	"io"
	"maps"
	"os"
	"slices"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"

	"gotong/internal/column"
	"gotong/internal/indicator"
)

// table is the layout of the families' files or of the members'.
type table struct {
	name       string
	indicators []*indicator.Indicator // by code
	schema     *parquet.Schema
}

// tableOf is the table of a level, of those columns that only lets through, or
// of all.
func tableOf(c *indicator.Catalogue, l indicator.Level, only func(*indicator.Indicator) bool) *table {
	t := &table{name: "families"}
	root := parquet.Group{"family": parquet.Required(parquet.Int(64))}
	if l == indicator.Person {
		t.name = "members"
		root["member"] = parquet.Required(parquet.Int(64))
	}
	for _, i := range c.All() {
		if i.Level != l || left(i) || only != nil && !only(i) {
			continue
		}
		t.indicators = append(t.indicators, i)
		root[i.Code] = parquet.Compressed(parquet.Optional(nodeOf(i)), &zstd.Codec{})
	}
	slices.SortFunc(t.indicators, func(a, b *indicator.Indicator) int { return cmp.Compare(a.Code, b.Code) })
	t.schema = parquet.NewSchema(t.name, root)
	return t
}

// nodeOf is the type of an indicator's column: options by their codes.
func nodeOf(i *indicator.Indicator) parquet.Node {
	switch i.Kind {
	case indicator.Bool:
		return parquet.Leaf(parquet.BooleanType)
	case indicator.Choice:
		return parquet.Encoded(parquet.String(), &parquet.RLEDictionary)
	case indicator.Date:
		return parquet.Date()
	}
	return parquet.Int(64)
}

func (t *table) meanings() []Meaning {
	var all []Meaning
	for _, i := range t.indicators {
		all = append(all, Meaning{Table: t.name, Column: i.Code, Kind: i.Kind.String(), Unit: i.Unit, Decimals: i.Decimals, ID: i.Name.ID, EN: i.Name.EN, Derived: i.Derived})
	}
	return all
}

// writer writes one file, a stretch of rows at a time and column by column.
type writer struct {
	table  *table
	file   *os.File
	out    *parquet.GenericWriter[any]
	sum    *counted
	entry  File
	inside int64 // rows in the row group so far
	values []parquet.Value
}

// groupRows is how many rows a row group has at least, so that readers can
// work on several at once; memory holds one.
const groupRows = 65_536

func (w *writer) begin(to io.Writer, facts map[string]string) {
	options := []parquet.WriterOption{w.table.schema}
	for _, key := range slices.Sorted(maps.Keys(facts)) {
		options = append(options, parquet.KeyValueMetadata(key, facts[key]))
	}
	w.out = parquet.NewGenericWriter[any](to, options...)
}

// rows appends some rows of a table; given are the columns that are not in it.
func (w *writer) rows(from *column.Table, rows []int, given map[string][]int64) error {
	columns := w.out.ColumnWriters()
	for at, path := range w.table.schema.Columns() {
		w.values = w.values[:0]
		if own, ok := given[path[0]]; ok {
			for _, v := range own {
				w.values = append(w.values, parquet.Int64Value(v).Level(0, 0, at))
			}
		} else {
			w.facts(at, w.table.indicatorOf(path[0]), from.Columns[path[0]], rows)
		}
		if _, err := columns[at].WriteRowValues(w.values); err != nil {
			return err
		}
	}
	w.entry.Rows += int64(len(rows))
	if w.inside += int64(len(rows)); w.inside >= groupRows {
		w.inside = 0
		return w.out.Flush()
	}
	return nil
}

func (t *table) indicatorOf(code string) *indicator.Indicator {
	at, _ := slices.BinarySearchFunc(t.indicators, code, func(i *indicator.Indicator, code string) int { return cmp.Compare(i.Code, code) })
	return t.indicators[at]
}

// facts lists the values of a column at some rows.
func (w *writer) facts(at int, i *indicator.Indicator, c *column.Column, rows []int) {
	for _, row := range rows {
		v, known := c.At(row)
		if !known {
			w.values = append(w.values, parquet.Value{}.Level(0, 0, at))
			continue
		}
		w.values = append(w.values, valueOf(i, v).Level(0, 1, at))
	}
}

func valueOf(i *indicator.Indicator, v int64) parquet.Value {
	switch i.Kind {
	case indicator.Bool:
		return parquet.BooleanValue(v != 0)
	case indicator.Choice:
		return parquet.ByteArrayValue([]byte(i.Text(v)))
	case indicator.Date:
		return parquet.Int32Value(int32(v))
	}
	return parquet.Int64Value(v)
}

// close has the file on disk and says how it can be known again.
func (w *writer) close() (File, error) {
	if err := w.out.Close(); err != nil {
		return File{}, err
	}
	if err := w.file.Sync(); err != nil {
		return File{}, err
	}
	w.entry.Size, w.entry.SHA256 = w.sum.n, w.sum.String()
	return w.entry, w.file.Close()
}

// abandon closes the file where close has not.
func (w *writer) abandon() { _ = w.file.Close() }
