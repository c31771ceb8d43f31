package condition

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/registry/sheet"
)

// The columns of a facility's list as a file. It goes out filled with what is
// known and comes back with what the facility says.
const (
	ColumnDuty   = "id_kewajiban"
	ColumnName   = "nama"
	ColumnAsks   = "kewajiban"
	ColumnMonth  = "bulan"
	ColumnLeast  = "paling_sedikit"
	ColumnUnit   = "satuan"
	ColumnResult = "hasil"
	ColumnExcuse = "alasan"
	ColumnNote   = "catatan"
)

// Columns lists the columns of the file, in order.
var Columns = []string{ColumnDuty, ColumnName, ColumnAsks, ColumnMonth, ColumnLeast, ColumnUnit, ColumnResult, ColumnExcuse, ColumnNote}

// The words of the column hasil, beside numbers.
const (
	wordMet     = "ya"
	wordMissed  = "tidak"
	wordExcused = "dimaklumi"
)

// Cells writes a duty as a row of the file; asks says what it asks.
func (d *Duty) Cells(asks string) []string {
	least, result := "", ""
	if d.AtLeast != nil {
		least = strconv.FormatInt(*d.AtLeast, 10)
	}
	switch {
	case d.Status == Excused:
		result = wordExcused
	case d.Measure != nil:
		result = strconv.FormatInt(*d.Measure, 10)
	case d.Status == Met:
		result = wordMet
	case d.Status == Missed:
		result = wordMissed
	}
	return []string{d.ID.String(), d.Name, asks, d.Due.String(), least, d.Unit, result, string(d.Excuse), d.Note}
}

// Problem is what is wrong with a row of a file, by its number in it.
type Problem struct {
	Row  int
	What *fault.Error
}

// Brought is a file as it was read: what it says, or what is wrong with it.
type Brought struct {
	Reports  []Report
	Rows     []int // where each report stands in the file
	Problems []Problem
	Silent   int // rows that say nothing
}

// ReadForm reads a facility's list, CSV or workbook, whatever its columns'
// order. Rows without a result say nothing; a row that is on another list, or
// twice on this one, is a problem. It returns fault.Invalid for a file that is
// none, or lacks a column.
func ReadForm(r io.ReaderAt, size int64, list []Duty) (Brought, error) {
	var b Brought
	in, problem, err := sheet.Open(r, size, "")
	if err != nil {
		return b, fmt.Errorf("condition: %w", err)
	}
	switch problem {
	case "":
	case sheet.EmptyFile:
		return b, fault.Invalid("condition.file_empty")
	default:
		return b, fault.Invalid("condition.file_unreadable")
	}
	defer in.Close()
	f := formReader{known: make(map[ident.ID]Duty, len(list)), seen: map[ident.ID]bool{}}
	for _, d := range list {
		f.known[d.ID] = d
	}
	var rec sheet.Record
	for in.Next(&rec) {
		if rec.Problem != "" {
			return b, fault.Invalid("condition.file_unreadable")
		}
		if f.at == nil {
			if err := f.heading(rec.Fields); err != nil {
				return b, err
			}
			continue
		}
		x, says, what := f.row(rec.Fields)
		switch {
		case what != nil:
			b.Problems = append(b.Problems, Problem{rec.Row, what})
		case says:
			b.Reports, b.Rows = append(b.Reports, x), append(b.Rows, rec.Row)
		default:
			b.Silent++
		}
	}
	if err := in.Err(); err != nil {
		return b, fault.Invalid("condition.file_unreadable").Because(err)
	}
	if f.at == nil {
		return b, fault.Invalid("condition.file_empty")
	}
	return b, nil
}

// formReader reads the rows of one file.
type formReader struct {
	at    map[string]int // place of each column
	known map[ident.ID]Duty
	seen  map[ident.ID]bool
}

// heading finds the columns by their names, or by what a workbook calls them.
func (f *formReader) heading(cells []string) error {
	called := map[string]string{}
	for _, c := range Columns {
		called[c] = c
		for _, l := range []i18n.Lang{i18n.ID, i18n.EN} {
			called[strings.ToLower(i18n.T(l, "condition.form."+c))] = c
		}
	}
	at := map[string]int{}
	for i, cell := range cells {
		if c, ok := called[strings.ToLower(strings.TrimSpace(cell))]; ok {
			at[c] = i
		}
	}
	for _, c := range []string{ColumnDuty, ColumnResult} {
		if _, ok := at[c]; !ok {
			return fault.Invalid("condition.file_columns", "column", c)
		}
	}
	f.at = at
	return nil
}

func (f *formReader) cell(cells []string, column string) string {
	i, ok := f.at[column]
	if !ok || i >= len(cells) {
		return ""
	}
	return strings.TrimSpace(sheet.Unharmed(cells[i]))
}

// row reads what a row says of its duty.
func (f *formReader) row(cells []string) (Report, bool, *fault.Error) {
	id, err := ident.Parse(f.cell(cells, ColumnDuty))
	d, known := f.known[id]
	switch {
	case err != nil || !known:
		return Report{}, false, fault.Invalid("condition.file_duty")
	case f.seen[id]:
		return Report{}, false, fault.Invalid("condition.file_twice")
	}
	f.seen[id] = true
	x := Report{Duty: id, Note: f.cell(cells, ColumnNote)}
	result, excuse := strings.ToLower(f.cell(cells, ColumnResult)), f.cell(cells, ColumnExcuse)
	switch {
	case result == "" && excuse == "":
		return x, false, nil
	case result == wordExcused || result == "" && excuse != "":
		if x.Excuse = Excuse(strings.ToLower(excuse)); x.Excuse == "" || !excusable(x.Excuse) {
			return x, false, fault.Invalid("condition.file_excuse", "value", excuse)
		}
		x.Status = Excused
	case d.AtLeast != nil:
		v, err := strconv.ParseInt(strings.TrimSuffix(result, " %"), 10, 64)
		if err != nil {
			return x, false, fault.Invalid("condition.file_number", "value", result)
		}
		x.Measure = &v
	case result == wordMet:
		x.Status = Met
	case result == wordMissed:
		x.Status = Missed
	default:
		return x, false, fault.Invalid("condition.file_status")
	}
	return x, true, nil
}

func excusable(e Excuse) bool {
	for _, x := range Excuses {
		if x == e {
			return true
		}
	}
	return false
}
