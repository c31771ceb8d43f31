package bank

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/xuri/excelize/v2"

	"gotong/internal/civil"
	"gotong/internal/money"
)

// Sheet is what a payer of the post office takes along: families to be paid
// on one day at one place. It is filled in without signal.
type Sheet struct {
	Batch string
	No    int // of the batch's sheets, from 1
	Day   civil.Date
	Place string
	Lines []SheetLine
}

// SheetLine is one family on a sheet.
type SheetLine struct {
	Reference string
	Name      string
	Amount    money.Rupiah
}

// Total returns the sum of the lines.
func (s *Sheet) Total() money.Rupiah {
	var sum money.Rupiah
	for i := range s.Lines {
		sum += s.Lines[i].Amount
	}
	return sum
}

// Proof is what a payer shows for a payment.
type Proof struct {
	At               time.Time
	Lat, Lon         string // degrees, as the payer's device gave them
	Photo, Signature []byte // JPEG or PNG
}

// Digest names a proof by its content.
func (p *Proof) Digest() [32]byte {
	photo, signature := sha256.Sum256(p.Photo), sha256.Sum256(p.Signature)
	return sha256.Sum256(fmt.Appendf(nil, "%d\n%s\n%s\n%x\n%x", p.At.UnixMilli(), p.Lat, p.Lon, photo, signature))
}

var sheetHeader = []string{"jenis", "batch", "referensi", "nama", "jumlah", "mata_uang", "tanggal", "tempat",
	"hasil", "waktu", "lintang", "bujur", "foto", "tanda_tangan"}

// where the columns of a sheet stand.
const (
	atKind = iota
	atBatch
	atReference
	atName
	atAmount
	atCurrency
	atDay
	atPlace
	atResult
	atTime
	atLat
	atLon
	atPhoto
	atSignature
)

func (s *Sheet) rows() [][]string {
	rows := [][]string{sheetHeader}
	day := s.Day.String()
	for _, l := range s.Lines {
		rows = append(rows, []string{detail, s.Batch, l.Reference, tidy(l.Name), rupiah(l.Amount), Currency, day, tidy(s.Place), "", "", "", "", "", ""})
	}
	return append(rows, []string{total, s.Batch, strconv.Itoa(len(s.Lines)), "", rupiah(s.Total()), Currency, day, tidy(s.Place), "", "", "", "", "", ""})
}

// sheetName is the name of the sheet within a package, without ending.
const sheetName = "bayar"

// Package returns the package that a payer takes along: the sheet as a
// workbook, as CSV and as JSON, each of which can be filled in. The same sheet
// has the same bytes.
func (s *Sheet) Package() ([]byte, error) {
	book, err := s.workbook()
	if err != nil {
		return nil, err
	}
	var table bytes.Buffer
	w := csv.NewWriter(&table)
	if err := w.WriteAll(s.rows()); err != nil {
		return nil, fmt.Errorf("bank: %w", err)
	}
	list, err := json.MarshalIndent(s.objects(), "", " ")
	if err != nil {
		return nil, fmt.Errorf("bank: %w", err)
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, f := range []struct {
		name string
		b    []byte
	}{{sheetName + ".xlsx", book}, {sheetName + ".csv", table.Bytes()}, {sheetName + ".json", list}} {
		// Without a time, so that the bytes depend on the sheet alone.
		to, err := z.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Deflate})
		if err == nil {
			_, err = to.Write(f.b)
		}
		if err != nil {
			return nil, fmt.Errorf("bank: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("bank: %w", err)
	}
	return out.Bytes(), nil
}

// objects are the rows by their headings.
func (s *Sheet) objects() []map[string]string {
	var all []map[string]string
	for _, row := range s.rows()[1:] {
		o := map[string]string{}
		for i, cell := range row {
			o[sheetHeader[i]] = cell
		}
		all = append(all, o)
	}
	return all
}

func (s *Sheet) workbook() ([]byte, error) {
	f := excelize.NewFile()
	defer f.Close()
	if err := f.SetSheetName("Sheet1", sheetName); err != nil {
		return nil, fmt.Errorf("bank: %w", err)
	}
	w, err := f.NewStreamWriter(sheetName)
	if err != nil {
		return nil, fmt.Errorf("bank: %w", err)
	}
	if err := w.SetColWidth(1, len(sheetHeader), 16); err != nil {
		return nil, fmt.Errorf("bank: %w", err)
	}
	for i, row := range s.rows() {
		cells := make([]any, len(row))
		for k := range row {
			cells[k] = row[k]
		}
		if err := w.SetRow("A"+strconv.Itoa(i+1), cells); err != nil {
			return nil, fmt.Errorf("bank: %w", err)
		}
	}
	var out bytes.Buffer
	if err := errors.Join(w.Flush(), f.Write(&out)); err != nil {
		return nil, fmt.Errorf("bank: %w", err)
	}
	return out.Bytes(), nil
}
