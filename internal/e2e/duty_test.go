package e2e

import (
	"bytes"
	"encoding/csv"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gotong/internal/condition"
	"gotong/internal/delivery"
	"gotong/internal/run"
)

var asked = regexp.MustCompile(`name="((?:jawab|ukur)_[0-9a-f-]{36})"`)

// answers are the names of a page's questions, one a duty: its measure where
// it has one.
func answers(page string) []string {
	var names []string
	for _, m := range asked.FindAllStringSubmatch(page, -1) {
		id := m[1][strings.Index(m[1], "_")+1:]
		i := slices.IndexFunc(names, func(n string) bool { return strings.HasSuffix(n, id) })
		switch {
		case i < 0:
			names = append(names, m[1])
		case strings.HasPrefix(m[1], "ukur_"):
			names[i] = m[1]
		}
	}
	return names
}

func post(t *testing.T, c *http.Client, url string, form url.Values) (int, string) {
	t.Helper()
	answer, err := c.PostForm(url, form)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(b)
}

// TestAFamilysMonthAtTheDoor verifies a family's month as a telephone without
// script does: by plain forms.
func TestAFamilysMonthAtTheDoor(t *testing.T) {
	s := open(t)
	c := s.client(t, "pendamping")
	path := s.resolve(t, "pendamping", "/kewajiban?bulan=2026-03&verifikasi=belum*?bulan=2026-03")
	address, _, _ := strings.Cut(path, "?")
	_, page := body(t, c, s.url+path)
	names := answers(page)
	if len(names) == 0 {
		t.Fatal("the family is asked nothing")
	}
	good, bad := url.Values{"bulan": {"2026-03"}, "catatan": {"Di rumah"}}, url.Values{"bulan": {"2026-03"}}
	for _, n := range names {
		if strings.HasPrefix(n, "ukur_") {
			good.Set(n, "95")
			bad.Set(n, "950")
		} else {
			good.Set(n, "met")
			bad.Set(n, "not_applicable") // which needs a note
		}
	}
	status, page := post(t, c, s.url+address, bad)
	if status != http.StatusUnprocessableEntity || !strings.Contains(page, "Periksa") && !strings.Contains(page, "catatan") {
		t.Errorf("what cannot be is answered %d", status)
	}
	if _, page = body(t, c, s.url+path); strings.Contains(page, "sudah diverifikasi") {
		t.Fatal("what cannot be was verified")
	}
	if status, page = post(t, c, s.url+address, good); status != http.StatusSeeOther {
		t.Fatalf("verifying is answered %d: %s", status, page)
	}
	if _, page = body(t, c, s.url+path); !strings.Contains(page, "sudah diverifikasi") || !strings.Contains(page, "Di rumah") {
		t.Error("the page does not say that the month is verified")
	}
	if status, _ = post(t, c, s.url+address, good); status != http.StatusUnprocessableEntity {
		t.Errorf("verifying again is answered %d", status)
	}
}

// TestAFacilitysListGoesOutAndComesBack downloads a health post's list, fills
// it in and uploads it: with one wrong row nothing is kept.
func TestAFacilitysListGoesOutAndComesBack(t *testing.T) {
	s := open(t)
	c := s.client(t, "pendamping")
	path := s.resolve(t, "pendamping", "/kewajiban/tempat?bulan=2026-02&jenis=health*")
	status, text := body(t, c, s.url+path+"/lembar?bulan=2026-02&berkas=csv")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || status != http.StatusOK || len(rows) < 3 {
		t.Fatalf("the list is answered %d: %d rows, %v", status, len(rows), err)
	}
	result := slices.Index(rows[0], condition.ColumnResult)
	filled := 0
	for _, row := range rows[1:] {
		if row[result] == "" {
			row[result] = "ya"
			filled++
		}
	}
	rows[1][result] = "barangkali"
	if status, page := bringList(t, c, s.url+path+"/lembar", rows); status != http.StatusUnprocessableEntity || !strings.Contains(page, "Baris 2") {
		t.Errorf("a wrong row is answered %d", status)
	}
	_, again := body(t, c, s.url+path+"/lembar?bulan=2026-02&berkas=csv")
	if again != text {
		t.Fatal("a file with a wrong row was kept in part")
	}
	rows[1][result] = ""
	if status, page := bringList(t, c, s.url+path+"/lembar", rows); status != http.StatusSeeOther {
		t.Fatalf("the list is answered %d: %s", status, page)
	}
	_, again = body(t, c, s.url+path+"/lembar?bulan=2026-02&berkas=csv")
	if n := strings.Count(again, ",ya,"); n < filled-1 {
		t.Errorf("%d of %d came back", n, filled)
	}
}

func bringList(t *testing.T, c *http.Client, url string, rows [][]string) (int, string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	_ = w.WriteField("bulan", "2026-02")
	f, err := w.CreateFormFile("lembar", "daftar.csv")
	if err != nil {
		t.Fatal(err)
	}
	out := csv.NewWriter(f)
	if err := out.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	answer, err := c.Post(url, w.FormDataContentType(), &b)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	page, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(page)
}

// TestAnUpheldAppealIsPaidByTheNextList has the head of the office uphold the
// appeal that waits, and the treasurer make the next list.
func TestAnUpheldAppealIsPaidByTheNextList(t *testing.T) {
	s := open(t)
	all, err := s.app.Conditions.Effects(s.as(t, "dinas"), condition.EffectFilter{Appeal: condition.Filed})
	if err != nil || len(all) != 1 {
		t.Fatalf("%d appeals wait: %v", len(all), err)
	}
	e := all[0]
	at := s.url + "/kewajiban/akibat/" + e.ID.String() + "/putusan"
	form := url.Values{"lakukan": {"terima"}, "alasan": {"Surat puskesmas sesuai"}}
	if status, _ := post(t, s.client(t, "pendamping"), at, form); status != http.StatusForbidden {
		t.Errorf("who filed the appeal is answered %d", status)
	}
	if status, page := post(t, s.client(t, "kepala"), at, form); status != http.StatusSeeOther {
		t.Fatalf("upholding is answered %d: %s", status, page)
	}
	order := delivery.Order{Programme: "pkh", Period: delivery.Period{Year: 2026, No: 3}, Area: "3172"}
	for range 2 { // made, given up, and made again
		l, err := s.app.Delivery.MakePayList(s.as(t, "bendahara"), order, run.Silent{})
		if err != nil {
			t.Fatal(err)
		}
		lines, err := s.app.Delivery.OfFamily(s.as(t, "bendahara"), "payment", e.FamilyID)
		if err != nil {
			t.Fatal(err)
		}
		var back, kept int64
		for _, line := range lines {
			for _, a := range line.Adjusted {
				switch {
				case a.Ref == e.ID && a.Kind == delivery.Repaid && line.ListID == l.ID:
					back += int64(a.Amount)
				case a.Ref == e.ID && a.Kind == delivery.Withheld:
					kept += int64(a.Amount)
				}
			}
		}
		if back == 0 || back != kept {
			t.Errorf("%d was kept back and %d is paid back", kept, back)
		}
		_, page := body(t, s.client(t, "dinas"), s.url+"/keluarga/"+e.FamilyID.String())
		for _, want := range []string{"karena keberatan diterima", "karena kewajiban tidak dipenuhi", "Dicabut (keberatan)"} {
			if !strings.Contains(page, want) {
				t.Errorf("the family's page does not say %q", want)
			}
		}
		if _, err := s.app.Delivery.Discard(s.as(t, "bendahara"), l.ID, "Hanya dicoba"); err != nil {
			t.Fatal(err)
		}
	}
}
