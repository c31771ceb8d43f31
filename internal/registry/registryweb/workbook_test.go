package registryweb

import (
	"bytes"
	"mime/multipart"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"gotong/internal/registry"
	"gotong/internal/registry/registrytest"
	"gotong/internal/web/webtest"
)

func bookForm(t *testing.T, data []byte) (*bytes.Buffer, string) {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	part, err := m.CreateFormFile("buku", "keluarga.xlsx")
	if err == nil {
		_, err = part.Write(data)
	}
	if err == nil {
		err = m.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return &b, m.FormDataContentType()
}

// A workbook is downloaded, edited, compared cell by cell, and taken; the
// pages on the way are looked at in a browser.
func TestAWorkbookIsEditedAndTaken(t *testing.T) {
	s := newSite(t)
	registrytest.Bring(t, s.bench, registrytest.NewOffice(4, 31, "3674011001"))
	expect(t, s.get("auditor@*", "/buku"), 403)
	w := s.get(operator, "/buku/unduh?wilayah=3674011001")
	if w.Code != 200 || w.Header().Get("Content-Type") != workbookType {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	f, err := excelize.OpenReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	registrytest.Edit(t, f, "keluarga", "alamat", 2, "Jl. Kenanga 5 <b>")
	upload := func() string {
		var data bytes.Buffer
		if err := f.Write(&data); err != nil {
			t.Fatal(err)
		}
		body, kind := bookForm(t, data.Bytes())
		w := s.send(operator, "POST", "/buku", body, kind)
		expect(t, w, 303)
		return w.Header().Get("Location")
	}
	good := upload()
	expect(t, s.get(operator, good), 200, "Jl. Kenanga 5 &lt;b&gt;", "Simpan 1 perubahan")
	expect(t, s.get(officer, good), 404) // somebody else's
	registrytest.Edit(t, f, "keluarga", "floor", 3, "emas")
	bad := upload()
	expect(t, s.get(operator, bad), 200, "1 kesalahan", "emas")
	expect(t, s.post(operator, bad, url.Values{"sumber": {"office"}, "bukti": {"x"}}), 422, "Tidak ada yang disimpan")
	if w := s.get(operator, bad+"/kesalahan"); w.Code != 200 || !strings.HasPrefix(w.Body.String(), "PK") {
		t.Errorf("no workbook with the errors: %d", w.Code)
	}
	files := registrytest.NewOffice(2, 32, "3674011001").Files()
	heading := strings.Replace(string(registrytest.Content(files.Member)), "tanggal_lahir", "Tgl Lahir", 1)
	heading = strings.Replace(heading, "nama_ibu", "Ibunda", 1)
	files.Member = registry.NewFile("anggota.csv", []byte(heading))
	body, kind := form(t, files)
	to := s.send(officer, "POST", "/impor", body, kind)
	expect(t, to, 303)
	columns := to.Header().Get("Location")
	expect(t, s.get(officer, columns), 200, "Ibunda", "belum dikenal", "Tgl Lahir", "tebakan")
	server := httptest.NewServer(s.router)
	t.Cleanup(server.Close)
	webtest.Look(t, server.URL, map[string]string{"gotong_sesi": operator}, map[string]string{"book": "/buku", "book-good": good, "book-bad": bad})
	webtest.Look(t, server.URL, map[string]string{"gotong_sesi": officer}, map[string]string{"mapping-columns": columns, "mappings": "/impor/pemetaan"})
	// One heading is taken for the mother's name, and the mapping saved.
	at := strings.Count(heading[:strings.Index(heading, "Ibunda")], ",")
	day := strings.Count(heading[:strings.Index(heading, "Tgl Lahir")], ",")
	expect(t, s.post(officer, columns, url.Values{fieldOf(registry.MemberFile, day): {"tanggal_lahir"}, fieldOf(registry.MemberFile, at): {"tanggal_lahir"}, "nama": {"x"}}), 422, "dipilih dua kali")
	expect(t, s.post(officer, columns, url.Values{fieldOf(registry.MemberFile, day): {"tanggal_lahir"}, fieldOf(registry.MemberFile, at): {"nama_ibu"}, "nama": {"dinas"}}), 303)
	checked, _ := RunLink(s.runs.last)
	expect(t, s.get(officer, checked), 200, "Semua baris baik")
	expect(t, s.get(officer, "/impor"), 200, "dinas")
	expect(t, s.post(officer, MappingPath, url.Values{"nama": {"dinas"}}), 303)
	expect(t, s.post(operator, good, url.Values{"sumber": {"office"}, "bukti": {"formulir 3"}}), 303)
	expect(t, s.get(operator, good), 404)
	if got := s.families()[0].Family.Address; got != "Jl. Kenanga 5 <b>" {
		t.Errorf("the address is %s", got)
	}
}

// One family's workbook is downloaded from its page, edited, and comes back.
func TestOneFamilyGoesRoundByWorkbook(t *testing.T) {
	s := newSite(t)
	registrytest.Bring(t, s.bench, registrytest.NewOffice(3, 33, "3674011001"))
	id := s.families()[1].Family.ID
	page := To(id) + "/buku"
	expect(t, s.get(operator, To(id)), 200, `href="`+page+`"`)
	expect(t, s.get(outsider, page), 404)
	expect(t, s.get("auditor@*", page), 403)
	w := s.get(operator, page)
	if w.Code != 200 || w.Header().Get("Content-Type") != workbookType {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	f, err := excelize.OpenReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows("keluarga")
	if err != nil || len(rows) != 2 {
		t.Fatalf("%d rows of one family, %v", len(rows), err)
	}
	registrytest.Edit(t, f, "keluarga", "alamat", 2, "Jl. Anggrek 9")
	var data bytes.Buffer
	if err := f.Write(&data); err != nil {
		t.Fatal(err)
	}
	body, kind := bookForm(t, data.Bytes())
	back := s.send(operator, "POST", "/buku", body, kind)
	expect(t, back, 303)
	diff := back.Header().Get("Location")
	expect(t, s.get(operator, diff), 200, "Jl. Anggrek 9", "Simpan 1 perubahan")
	expect(t, s.post(operator, diff, url.Values{"sumber": {"office"}, "bukti": {"formulir 4"}}), 303)
	for _, r := range s.families() {
		if changed := r.Family.Address == "Jl. Anggrek 9"; changed != (r.Family.ID == id) {
			t.Errorf("family %s lives at %s", r.Family.ID, r.Family.Address)
		}
	}
}
