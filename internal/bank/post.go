package bank

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"gotong/internal/civil"
	"gotong/internal/fault"
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

// PostPackage is what a payer of the post office brings back: a filled sheet,
// alone as a workbook, or in a ZIP with the pictures that it names. Lines
// without a result are not paid yet; they may come in a later package.
type PostPackage struct{ Rule Rule }

// Limits of a package, in bytes and files.
const (
	packageFiles  = 2_000
	packageBytes  = 256 << 20
	pictureBytes  = 4 << 20
	sheetBytes    = 8 << 20
	workbookBytes = 64 << 20
)

// Name returns "pos".
func (PostPackage) Name() string { return "pos" }

// Mine reports whether a file is a ZIP.
func (PostPackage) Mine(file []byte) bool { return bytes.HasPrefix(file, []byte("PK\x03\x04")) }

// Read reads the file. A package is of one sheet: it is read whole before its
// first line is given.
func (f PostPackage) Read(from io.Reader, each func(Result) error) (Return, error) {
	file, err := io.ReadAll(from)
	if err != nil {
		return Return{}, err
	}
	r, err := f.whole(file)
	if err != nil {
		return Return{}, err
	}
	for _, one := range r.Results {
		if err := each(one); err != nil {
			return Return{}, err
		}
	}
	r.Results = nil
	return r, nil
}

func (f PostPackage) whole(file []byte) (Return, error) {
	p := &packageReader{rule: f.Rule, files: map[string]*zip.File{}}
	if err := p.unpack(file); err != nil {
		return Return{}, err
	}
	rows, err := p.sheet(file)
	if err != nil {
		return Return{}, err
	}
	return p.read(rows)
}

type packageReader struct {
	rule  Rule
	files map[string]*zip.File
	line  int
}

// unpack looks at what a package holds before any of it is read.
func (p *packageReader) unpack(file []byte) error {
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return fault.Invalid("bank.post.broken").Because(err)
	}
	if len(z.File) > packageFiles {
		return fault.Invalid("bank.post.too_much", "most", packageBytes>>20)
	}
	var size uint64
	for _, f := range z.File {
		if f.UncompressedSize64 > packageBytes {
			return fault.Invalid("bank.post.too_much", "most", packageBytes>>20)
		}
		size += f.UncompressedSize64
		switch name := f.Name; {
		case size > packageBytes:
			return fault.Invalid("bank.post.too_much", "most", packageBytes>>20)
		case strings.HasSuffix(name, "/"):
		case !utf8.ValidString(name) || name != path.Clean(name) || path.IsAbs(name) || strings.HasPrefix(name, "..") || strings.ContainsAny(name, "\\:\x00") || p.files[name] != nil:
			return fault.Invalid("bank.post.name", "name", shown(name))
		default:
			p.files[name] = f
		}
	}
	return nil
}

// open returns the bytes of a file of the package.
func (p *packageReader) open(name string, most int) ([]byte, error) {
	f := p.files[name]
	if f.UncompressedSize64 > uint64(most) {
		return nil, fault.Invalid("bank.post.too_big", "name", shown(name), "most", most>>20)
	}
	r, err := f.Open()
	if err != nil {
		return nil, fault.Invalid("bank.post.broken").Because(err)
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, int64(most)+1))
	if err != nil || len(b) > most {
		return nil, fault.Invalid("bank.post.broken").Because(err)
	}
	return b, nil
}

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

// read reads the rows of a sheet, which must be whole as it was given out.
func (p *packageReader) read(rows [][]string) (Return, error) {
	var f Return
	var sum money.Rupiah
	lines := 0
	seen := map[string]bool{}
	for i, row := range rows {
		p.line = i + 1
		if len(row) != len(sheetHeader) {
			return Return{}, fault.Invalid("bank.file.header", "line", p.line, "want", strings.Join(sheetHeader, ","))
		}
		for k := range row {
			if row[k] = strings.TrimSpace(row[k]); !utf8.ValidString(row[k]) {
				return Return{}, fault.Invalid("bank.file.encoding", "line", p.line)
			}
			if i == 0 && row[k] != sheetHeader[k] {
				return Return{}, fault.Invalid("bank.file.header", "line", p.line, "want", strings.Join(sheetHeader, ","))
			}
		}
		if i == 0 {
			continue
		}
		if f.Batch == "" {
			f.Batch = row[atBatch]
		}
		amount, err := wholeRupiah(p.line, row[atAmount], 0)
		switch {
		case err != nil:
			return Return{}, err
		case row[atBatch] != f.Batch || f.Batch == "":
			return Return{}, fault.Invalid("bank.file.other_batch", "line", p.line, "batch", shown(row[atBatch]))
		case row[atCurrency] != Currency:
			return Return{}, fault.Invalid("bank.file.currency", "line", p.line, "value", shown(row[atCurrency]))
		case row[atKind] == total:
			r := reader{line: p.line}
			if i+1 < len(rows) {
				return Return{}, fault.Invalid("bank.file.after_total", "line", p.line+1)
			}
			return f, r.sums(row[atReference], amount, lines, sum)
		case row[atKind] != detail:
			return Return{}, fault.Invalid("bank.file.row", "line", p.line, "value", shown(row[atKind]))
		case seen[row[atReference]] || row[atReference] == "":
			return Return{}, fault.Invalid("bank.file.twice", "line", p.line, "reference", shown(row[atReference]))
		}
		seen[row[atReference]] = true
		lines++
		var fits bool
		if sum, fits = sum.Add(amount); !fits || sum > most {
			return Return{}, fault.Invalid("bank.file.amount", "line", p.line, "value", amount)
		}
		r, err := p.result(row, amount)
		if err != nil {
			return Return{}, err
		}
		if r != nil {
			f.Results = append(f.Results, *r)
			if r.At.After(f.At) {
				f.At = r.At
			}
		}
	}
	return Return{}, fault.Invalid("bank.file.truncated", "line", p.line)
}

// Unproved is what is said of a payment that nothing shows.
const Unproved Status = "TANPA BUKTI"

// result reads what a payer says of one line; nil where nothing is said yet.
func (p *packageReader) result(row []string, amount money.Rupiah) (*Result, error) {
	if row[atResult] == "" {
		return nil, nil
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", row[atTime], westernTime)
	if err != nil {
		at, err = time.Parse(time.RFC3339, row[atTime])
	}
	if err != nil || at.Year() < 2000 || at.Year() > 9000 {
		return nil, fault.Invalid("bank.file.time", "line", p.line, "value", shown(row[atTime]))
	}
	r := &Result{Line: p.line, Reference: row[atReference], Amount: amount, At: at.UTC(), Status: Status(shown(row[atResult]))}
	means, ok := p.rule.Post.Results[strings.ToLower(row[atResult])]
	if !ok {
		return r, nil // for people to look at
	}
	r.Status, r.Code = means.Status, means.Code
	proof := &Proof{At: r.At}
	if proof.Photo, err = p.picture(row[atPhoto]); err != nil {
		return nil, err
	}
	if proof.Signature, err = p.picture(row[atSignature]); err != nil {
		return nil, err
	}
	if proof.Lat, err = p.degrees(row[atLat], 90); err != nil {
		return nil, err
	}
	if proof.Lon, err = p.degrees(row[atLon], 180); err != nil {
		return nil, err
	}
	if r.Status == Pending {
		return r, nil
	}
	r.Proof = proof
	if r.Status == Credited && (proof.Photo == nil || proof.Signature == nil || proof.Lat == "" || proof.Lon == "") {
		r.Status = Unproved
	}
	return r, nil
}

// picture returns a picture that a line names; nil where it names none.
func (p *packageReader) picture(name string) ([]byte, error) {
	if name == "" {
		return nil, nil
	}
	if p.files[name] == nil {
		return nil, fault.Invalid("bank.post.no_picture", "line", p.line, "name", shown(name))
	}
	b, err := p.open(name, pictureBytes)
	if err != nil {
		return nil, err
	}
	if kind := http.DetectContentType(b); kind != "image/jpeg" && kind != "image/png" {
		return nil, fault.Invalid("bank.post.no_image", "line", p.line, "name", shown(name))
	}
	return b, nil
}

func (p *packageReader) degrees(text string, most float64) (string, error) {
	if text == "" {
		return "", nil
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || !(n >= -most && n <= most) {
		return "", fault.Invalid("bank.post.place", "line", p.line, "value", shown(text))
	}
	return strconv.FormatFloat(n, 'f', 6, 64), nil
}
