package bank

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/money"
)

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
	at, err := time.ParseInLocation("2006-01-02 15:04", row[atTime], civil.WIB)
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
