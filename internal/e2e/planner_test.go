package e2e

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"testing"

	"github.com/xuri/excelize/v2"

	"gotong/internal/web/webtest"
)

// TestPlanner looks into the map, reads it in English and takes the figures
// along, without ever seeing a name.
func TestPlanner(t *testing.T) {
	s := open(t)
	v := s.visitor(t, webtest.Start(t), "perencana")
	v.press("Dasbor")
	city, err := s.app.Insight.Overview(s.as(t, "perencana"), "3674")
	if err != nil {
		t.Fatal(err)
	}
	v.reads("Dasbor Kota Tangerang Selatan", "Keluarga menurut desil", "Jangkauan program", "Sumber: register keluarga")
	v.line("Keluarga", dotted(city.Active()))
	v.Follow(`#peta a[href="/dasbor?wilayah=367401"]`)
	v.reads("Dasbor Serpong", "Menurut wilayah")
	district, err := s.app.Insight.Overview(s.as(t, "perencana"), "367401")
	if err != nil {
		t.Fatal(err)
	}
	v.line("Keluarga", dotted(district.Active()))

	v.press("EN")
	v.reads("Dashboard of Serpong", "Families by decile", "Exact figures of your area")
	v.readsNot("Keluarga")

	file := s.download(t, "perencana", "/dasbor?wilayah=367401&berkas=xlsx")
	book, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := book.GetRows(book.GetSheetName(0))
	if err != nil || len(rows) != len(district.Children)+1 {
		t.Fatalf("the file has %d rows for %d villages: %v", len(rows), len(district.Children), err)
	}
	at := 0
	for i, heading := range rows[0] {
		if heading == "Keluarga" {
			at = i
		}
	}
	for i, village := range district.Children {
		if got, want := rows[i+1][at], strconv.FormatInt(village.Active(), 10); got != want {
			t.Errorf("row %d of the file says %s families, not %s", i+2, got, want)
		}
	}

	for _, path := range []string{"/keluarga", "/penetapan", "/daftar-bayar", "/dasbor?wilayah=3172"} {
		if status, _ := body(t, s.client(t, "perencana"), s.url+path); status != http.StatusForbidden && status != http.StatusNotFound {
			t.Errorf("a planner who opens %s is answered %d", path, status)
		}
	}
}

// dotted writes a number as Indonesian does: 1.030.
func dotted(n int64) string {
	if n < 1000 {
		return strconv.FormatInt(n, 10)
	}
	return dotted(n/1000) + fmt.Sprintf(".%03d", n%1000)
}

// download returns a file as a member of staff gets it.
func (s *site) download(t *testing.T, login, path string) []byte {
	t.Helper()
	status, text := body(t, s.client(t, login), s.url+path)
	if status != http.StatusOK {
		t.Fatalf("%s answers %d", path, status)
	}
	return []byte(text)
}
