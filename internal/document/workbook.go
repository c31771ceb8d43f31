package document

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// widestSheetName is what a workbook's format allows.
const widestSheetName = 31

// workbook writes the paper's tables, a sheet each: amounts and counts as
// numbers, all else as text. The first lines of each sheet name the paper.
func (p *Paper) workbook(w io.Writer, s Stamp) error {
	f := excelize.NewFile()
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return fmt.Errorf("document: workbook: %w", err)
	}
	number := "#,##0"
	figure, err := f.NewStyle(&excelize.Style{CustomNumFmt: &number})
	if err != nil {
		return fmt.Errorf("document: workbook: %w", err)
	}
	sheets := 0
	for i := range p.Blocks {
		t := p.Blocks[i].Table
		if t == nil {
			continue
		}
		sheets++
		name := sheetName(t.Name, sheets)
		if sheets == 1 {
			err = f.SetSheetName("Sheet1", name)
		} else {
			_, err = f.NewSheet(name)
		}
		if err != nil {
			return fmt.Errorf("document: workbook: %w", err)
		}
		if err := t.sheet(f, name, []string{p.Title[0] + " " + s.Number, FormatCode(s.Code)}, bold, figure); err != nil {
			return fmt.Errorf("document: workbook: %w", err)
		}
	}
	if err := f.Write(w); err != nil {
		return fmt.Errorf("document: workbook: %w", err)
	}
	return f.Close()
}

// sheetName makes a name that a workbook takes, and that no other has.
func sheetName(name string, no int) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]'`, r) {
			return '-'
		}
		return r
	}, name)
	front := strconv.Itoa(no) + " "
	if letters := []rune(front + name); len(letters) > widestSheetName {
		return string(letters[:widestSheetName])
	}
	return front + name
}

func (t *Table) sheet(f *excelize.File, name string, head []string, bold, figure int) error {
	w, err := f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	for i, c := range t.Columns {
		if err := w.SetColWidth(i+1, i+1, float64(c.Width)*0.7+4); err != nil {
			return err
		}
	}
	line := 0
	put := func(cells []any) error {
		line++
		return w.SetRow("A"+strconv.Itoa(line), cells)
	}
	for _, s := range head {
		if err := put([]any{excelize.Cell{StyleID: bold, Value: s}}); err != nil {
			return err
		}
	}
	titles := make([]any, len(t.Columns))
	for i, c := range t.Columns {
		titles[i] = excelize.Cell{StyleID: bold, Value: c.Title}
	}
	if err := put(titles); err != nil {
		return err
	}
	for _, row := range t.Rows {
		if err := put(t.cells(row, figure)); err != nil {
			return err
		}
	}
	if t.Totals != nil {
		if err := put(t.cells(t.Totals, figure)); err != nil {
			return err
		}
	}
	return w.Flush()
}

func (t *Table) cells(row []string, figure int) []any {
	cells := make([]any, len(row))
	for i, s := range row {
		cells[i] = s
		if a := t.Columns[i].Align; a == Amount || a == Count {
			if n, err := strconv.ParseInt(s, 10, 64); err == nil {
				cells[i] = excelize.Cell{StyleID: figure, Value: n}
			}
		}
	}
	return cells
}
