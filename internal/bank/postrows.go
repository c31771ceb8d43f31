package bank

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"

	"github.com/xuri/excelize/v2"

	"gotong/internal/fault"
)

// sheet returns the rows of the one sheet that is filled in.
func (p *packageReader) sheet(file []byte) ([][]string, error) {
	if p.files["[Content_Types].xml"] != nil {
		return workbookRows(file)
	}
	var filled, empty [][]string
	for _, form := range []struct {
		ending string
		rows   func([]byte) ([][]string, error)
	}{{".xlsx", workbookRows}, {".csv", tableRows}, {".json", objectRows}} {
		if p.files[sheetName+form.ending] == nil {
			continue
		}
		b, err := p.open(sheetName+form.ending, sheetBytes)
		if err != nil {
			return nil, err
		}
		rows, err := form.rows(b)
		if err != nil {
			return nil, err
		}
		switch {
		case !filledIn(rows):
			empty = rows
		case filled != nil:
			return nil, fault.Invalid("bank.post.two_sheets")
		default:
			filled = rows
		}
	}
	switch {
	case filled != nil:
		return filled, nil
	case empty != nil:
		return empty, nil
	default:
		return nil, fault.Invalid("bank.post.no_sheet")
	}
}

func filledIn(rows [][]string) bool {
	for _, row := range rows[min(1, len(rows)):] {
		if len(row) > atResult && row[atResult] != "" {
			return true
		}
	}
	return false
}

func workbookRows(b []byte) (rows [][]string, err error) {
	f, err := excelize.OpenReader(bytes.NewReader(b), excelize.Options{UnzipSizeLimit: workbookBytes, UnzipXMLSizeLimit: workbookBytes, RawCellValue: true})
	if err != nil {
		return nil, fault.Invalid("bank.post.broken").Because(err)
	}
	defer f.Close()
	if rows, err = f.GetRows(f.GetSheetName(0)); err != nil {
		return nil, fault.Invalid("bank.post.broken").Because(err)
	}
	for i := range rows { // a workbook leaves empty cells at the end away
		for len(rows[i]) < len(sheetHeader) {
			rows[i] = append(rows[i], "")
		}
	}
	return rows, nil
}

func tableRows(b []byte) ([][]string, error) {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff"))))
	r.FieldsPerRecord = len(sheetHeader)
	rows, err := r.ReadAll()
	var broken *csv.ParseError
	if errors.As(err, &broken) {
		return nil, fault.Invalid("bank.file.malformed", "line", broken.Line).Because(err)
	}
	return rows, err
}

func objectRows(b []byte) ([][]string, error) {
	var all []map[string]string
	if err := json.Unmarshal(b, &all); err != nil {
		return nil, fault.Invalid("bank.post.broken").Because(err)
	}
	rows := [][]string{sheetHeader}
	for _, o := range all {
		row := make([]string, len(sheetHeader))
		for i, name := range sheetHeader {
			row[i] = o[name]
		}
		rows = append(rows, row)
	}
	return rows, nil
}
