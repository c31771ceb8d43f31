package web_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"iter"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/i18n"
	"gotong/internal/money"
	"gotong/internal/web"
)

type record struct {
	nik    string
	name   string
	age    int64
	amount money.Rupiah
	born   civil.Date
	at     time.Time
	share  float64
	able   any
	status i18n.Text
}

var recordColumns = []web.Column[record]{
	{Name: "nik", Label: "NIK", Kind: web.Code, Value: func(r record) any { return r.nik }},
	{Name: "nama", Label: "Nama", Value: func(r record) any { return r.name }},
	{Name: "usia", Label: "Usia", Kind: web.Count, Value: func(r record) any { return r.age }},
	{Name: "jumlah", Label: "Jumlah", Kind: web.Amount, Value: func(r record) any { return r.amount }},
	{Name: "lahir", Label: "Lahir", Kind: web.Date, Value: func(r record) any { return r.born }},
	{Name: "waktu", Label: "Waktu", Kind: web.Time, Value: func(r record) any { return r.at }},
	{Name: "bagian", Label: "Bagian", Kind: web.Share, Value: func(r record) any { return r.share }},
	{Name: "mampu", Label: "Mampu", Kind: web.YesNo, Value: func(r record) any { return r.able }},
	{Name: "status", Label: "Status", Value: func(r record) any { return r.status }},
}

var records = []record{
	{"3172041004000001", "=HYPERLINK(\"http://evil\")", 64, 3_000_000, civil.MustParse("1961-04-21"), time.Date(2025, 11, 3, 2, 5, 0, 0, time.UTC), 0.425, true, i18n.Text{ID: "berhak"}},
	{"0172041004000002", "Siti \"Nur\", S.Pd", -1, -500, civil.MustParse("1899-12-31"), time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC), 0, nil, i18n.Text{ID: "-ditolak"}},
}

func written(t *testing.T, f web.Format, rows iter.Seq2[record, error]) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := web.WriteTable(&b, f, "Keluarga: Cilincing/2025", recordColumns, rows); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestCSVReadBack(t *testing.T) {
	b := written(t, web.CSV, web.Rows(records))
	got, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"nik", "nama", "usia", "jumlah", "lahir", "waktu", "bagian", "mampu", "status"},
		{"3172041004000001", "'=HYPERLINK(\"http://evil\")", "64", "3000000", "1961-04-21", "2025-11-03T02:05:00Z", "0.425", "ya", "berhak"},
		{"0172041004000002", "Siti \"Nur\", S.Pd", "-1", "-500", "1899-12-31", "2025-01-01T00:00:00Z", "0", "", "'-ditolak"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if !bytes.Contains(b, []byte("\r\n")) || bytes.HasPrefix(b, []byte("\xEF\xBB\xBF")) {
		t.Error("not RFC 4180 without a byte order mark")
	}
}

func TestXLSXReadBack(t *testing.T) {
	book, err := excelize.OpenReader(bytes.NewReader(written(t, web.XLSX, web.Rows(records))))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	sheet := book.GetSheetName(0)
	if sheet != "Keluarga- Cilincing-2025" {
		t.Errorf("sheet %q", sheet)
	}
	raw, err := book.GetRows(sheet, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"NIK", "Nama", "Usia", "Jumlah", "Lahir", "Waktu", "Bagian", "Mampu", "Status"},
		{"3172041004000001", "=HYPERLINK(\"http://evil\")", "64", "3000000", "22392", "45964.3784722222", "0.425", "ya", "berhak"},
	}
	for i := range want[1] { // an instant is a fraction of a day: compared roughly
		if i == 5 && strings.HasPrefix(raw[1][i], "45964.378") {
			raw[1][i] = want[1][i]
		}
	}
	if diff := cmp.Diff(want, raw[:2]); diff != "" {
		t.Error(diff)
	}
	// a spreadsheet knows no day before 1900: the day stays text
	if got := raw[2][4]; got != "1899-12-31" {
		t.Errorf("a day before 1900: %q", got)
	}
	for cell, want := range map[string]excelize.CellType{"A2": excelize.CellTypeInlineString, "B2": excelize.CellTypeInlineString, "A3": excelize.CellTypeInlineString} {
		kind, err := book.GetCellType(sheet, cell)
		if err != nil || kind != want {
			t.Errorf("%s is of type %v (%v), want %v", cell, kind, err, want)
		}
		formula, _ := book.GetCellFormula(sheet, cell)
		if formula != "" {
			t.Errorf("%s holds the formula %q", cell, formula)
		}
	}
	shown, err := book.GetCellValue(sheet, "D2")
	if err != nil || shown != "3,000,000" {
		t.Errorf("the amount shows as %q (%v)", shown, err)
	}
	dimension, err := book.GetSheetDimension(sheet)
	if err != nil || dimension == "A1" {
		t.Errorf("the sheet declares the dimension %q (%v): other readers would see one cell", dimension, err)
	}
}

func TestNumbersBeyondASpreadsheetStayExact(t *testing.T) {
	huge := records[0]
	huge.amount = 9_007_199_254_740_993 // 2^53 + 1
	book, err := excelize.OpenReader(bytes.NewReader(written(t, web.XLSX, web.Rows([]record{huge}))))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	if got, err := book.GetCellValue(book.GetSheetName(0), "D2", excelize.Options{RawCellValue: true}); got != "9007199254740993" {
		t.Errorf("written as %q (%v)", got, err)
	}
}

func TestNoCellOfACSVBeginsAFormula(t *testing.T) {
	column := []web.Column[string]{{Name: "x", Value: func(s string) any { return s }}, {Name: "y", Value: func(string) any { return "" }}}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.StringMatching(`[=+\-@\t\r\n＝]?.{0,9}`)).Draw(t, "text")
		var b bytes.Buffer
		if err := web.WriteTable(&b, web.CSV, "", column, web.Rows([]string{s})); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&b).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		cell := rows[1][0]
		if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r\n") {
			t.Fatalf("%q is written as %q", s, cell)
		}
		// encoding/csv reads \r\n in a field as \n
		if clean := strings.ReplaceAll(s, "\r\n", "\n"); cell != clean && cell != "'"+clean && !strings.Contains(s, "\r") {
			t.Fatalf("%q is read back as %q", s, cell)
		}
	})
}

// A list that fails on its way must not look like a whole one.
func TestAFileThatFailsIsNoFile(t *testing.T) {
	broken := func(after int) iter.Seq2[record, error] {
		return func(yield func(record, error) bool) {
			for range after {
				if !yield(records[0], nil) {
					return
				}
			}
			yield(record{}, errors.New("the database went away"))
		}
	}
	for _, after := range []int{0, 20_000} {
		rt := newRouter()
		rt.Add(web.Route{Method: "GET", Pattern: "/daftar", Permission: access.SeeFamilies, Handle: func(context.Context, *web.Request) (web.Response, error) {
			return web.TableFile(web.CSV, "daftar", recordColumns, broken(after)), nil
		}})
		status, cut := 0, false
		func() {
			defer func() { cut = recover() == http.ErrAbortHandler }()
			status = send(t, rt, ask{path: "/daftar", role: "officer"}).StatusCode
		}()
		if !cut && status != 500 {
			t.Errorf("after %s rows: status %d and the connection is not cut", strconv.Itoa(after), status)
		}
	}
}

func TestWantedNeedsThePermissionToExport(t *testing.T) {
	rt := newRouter()
	rt.Add(web.Route{Method: "GET", Pattern: "/daftar", AnyStaff: true, Handle: func(_ context.Context, r *web.Request) (web.Response, error) {
		format, wanted, err := r.Wanted()
		if err != nil {
			return nil, err
		}
		if !wanted {
			return web.Bytes("x", "text/plain", []byte("page")), nil
		}
		return web.TableFile(format, "daftar", recordColumns, web.Rows(records)), nil
	}})
	for _, c := range []struct {
		path, role string
		status     int
		kind       string
	}{
		{"/daftar?berkas=csv", "officer", 200, "text/csv; charset=utf-8"},
		{"/daftar?berkas=xlsx", "officer", 200, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
		{"/daftar?berkas=csv", "admin", 403, "text/html; charset=utf-8"},
		{"/daftar?berkas=pdf", "admin", 200, "text/plain"},
	} {
		res := send(t, rt, ask{path: c.path, role: c.role})
		if res.StatusCode != c.status || res.Header.Get("Content-Type") != c.kind {
			t.Errorf("%s as %s: %d %s", c.path, c.role, res.StatusCode, res.Header.Get("Content-Type"))
		}
	}
}
