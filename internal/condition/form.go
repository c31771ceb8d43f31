package condition

import (
	"io"
	"strconv"
	"strings"

	"gotong/internal/fault"
	"gotong/internal/ident"
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
	f := formReader{known: make(map[ident.ID]Duty, len(list)), seen: map[ident.ID]bool{}}
	for _, d := range list {
		f.known[d.ID] = d
	}
	err := formTable.read(r, size, func(row tableRow) {
		x, says, what := f.row(row)
		switch {
		case what != nil:
			b.Problems = append(b.Problems, Problem{row.no, what})
		case says:
			b.Reports, b.Rows = append(b.Reports, x), append(b.Rows, row.no)
		default:
			b.Silent++
		}
	})
	if err != nil {
		return Brought{}, err
	}
	return b, nil
}

var formTable = table{Columns, "condition.form.", []string{ColumnDuty, ColumnResult}}

// formReader reads the rows of one file.
type formReader struct {
	known map[ident.ID]Duty
	seen  map[ident.ID]bool
}

// row reads what a row says of its duty.
func (f *formReader) row(row tableRow) (Report, bool, *fault.Error) {
	id, err := ident.Parse(row.cell(ColumnDuty))
	d, known := f.known[id]
	switch {
	case err != nil || !known:
		return Report{}, false, fault.Invalid("condition.file_duty")
	case f.seen[id]:
		return Report{}, false, fault.Invalid("condition.file_twice")
	}
	f.seen[id] = true
	x := Report{Duty: id, Note: row.cell(ColumnNote)}
	result, excuse := strings.ToLower(row.cell(ColumnResult)), row.cell(ColumnExcuse)
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
