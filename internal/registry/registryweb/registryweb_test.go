package registryweb

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"gotong/internal/access"
	"gotong/internal/audit/auditdb"
	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/registry/registrydb"
	"gotong/internal/registry/registrytest"
	"gotong/internal/run"
	"gotong/internal/web"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// sessions takes a token "role@area" for somebody with that role there.
type sessions struct{}

func (sessions) Actor(_ context.Context, token string) (access.Actor, error) {
	role, area, _ := strings.Cut(token, "@")
	if !access.Role(role).Valid() {
		return access.Actor{}, fault.Forbidden("access.signed_out")
	}
	return access.Actor{Login: role, Name: "Bu " + role, Roles: []access.Role{access.Role(role)}, Scope: access.ParseScope(area)}, nil
}

// atOnce does runs in the request, and remembers the last.
type atOnce struct {
	service *registry.Service
	last    run.Run
	failure error
}

func (a *atOnce) Start(ctx context.Context, kind run.Kind, args any, dry bool) (run.Run, error) {
	result, err := a.service.RunImport(ctx, args.(registry.RunArgs), dry, run.Silent{})
	a.failure = err
	b, err := json.Marshal(result)
	a.last = run.Run{Kind: kind, Dry: dry, Result: b}
	return a.last, err
}

type looks struct{}

func (looks) Seen(context.Context, string, string) ([]Look, error) {
	return []Look{{Who: "Petugas dinas sosial", Action: "family.read", Purpose: access.PurposeService, Times: 1}}, nil
}

func (looks) Looks(context.Context, string) (int64, error) { return 7, nil }

type panel struct{}

func (panel) Panel(_ context.Context, _ web.Base, family ident.ID) (templ.Component, error) {
	return templ.Raw("<p>panel of " + family.String() + "</p>"), nil
}

type site struct {
	t      *testing.T
	bench  *registrytest.Bench
	runs   *atOnce
	router *web.Router
}

func newSite(t *testing.T) *site {
	t.Helper()
	bench := registrytest.NewBench(t, registrytest.Backend{Unit: dbtest.SQLite(t), Store: registrydb.New(), Audit: auditdb.New()})
	s := &site{t: t, bench: bench, runs: &atOnce{service: bench.Service}}
	s.router = web.NewRouter(web.Config{Sessions: sessions{}, SignIn: "/masuk", Nav: []web.NavGroup{{Items: Nav}}})
	s.router.Add(New(Deps{Service: bench.Service, Runs: s.runs, Looks: looks{}, Panels: []Panel{panel{}},
		RunPage: func(run.Run) string { return "/pekerjaan/1" }}).Routes()...)
	return s
}

func (s *site) send(who, method, path string, body io.Reader, kind string) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest(method, path, body)
	if who != "" {
		r.AddCookie(&http.Cookie{Name: "gotong_sesi", Value: who})
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	w := httptest.NewRecorder()
	s.router.ServeHTTP(w, r)
	return w
}

func (s *site) get(who, path string) *httptest.ResponseRecorder {
	return s.send(who, "GET", path, nil, "")
}

func (s *site) post(who, path string, form url.Values) *httptest.ResponseRecorder {
	return s.send(who, "POST", path, strings.NewReader(form.Encode()), "application/x-www-form-urlencoded")
}

func (s *site) families() []registry.Record { return registrytest.Everything(s.t, s.bench) }

func expect(t *testing.T, w *httptest.ResponseRecorder, status int, parts ...string) string {
	t.Helper()
	body := w.Body.String()
	if w.Code != status {
		t.Fatalf("status %d, want %d: %.400s", w.Code, status, body)
	}
	for _, p := range parts {
		if !strings.Contains(body, p) {
			t.Errorf("the page does not say %q", p)
		}
	}
	if i := strings.Index(body, "[registry."); i >= 0 {
		t.Errorf("a sentence is missing: %.60s", body[i:])
	}
	return body
}

const (
	officer  = "officer@*"
	operator = "operator@3674011001"
	outsider = "officer@3172"
)

func TestListShowsTheFamiliesOfTheArea(t *testing.T) {
	s := newSite(t)
	o := registrytest.NewOffice(60, 1, "3674011001")
	registrytest.Bring(t, s.bench, o)
	body := expect(t, s.get(officer, "/keluarga"), 200, "60", "setelah=3674011001_", "berkas=xlsx", o.Members[0]["nama"])
	if strings.Count(body, "/keluarga/0") != pageLength {
		t.Errorf("%d families on the page", strings.Count(body, "/keluarga/0"))
	}
	next := body[strings.Index(body, "setelah="):]
	next = next[:strings.IndexAny(next, `"&`)]
	second := expect(t, s.get(officer, "/keluarga?"+next), 200, "sebelum=")
	if strings.Count(second, "/keluarga/0") != 10 {
		t.Errorf("%d families on the second page", strings.Count(second, "/keluarga/0"))
	}
	before := second[strings.Index(second, "sebelum="):]
	before = before[:strings.IndexAny(before, `"&`)]
	if back := s.get(officer, "/keluarga?"+before).Body.String(); strings.Count(back, "/keluarga/0") != pageLength {
		t.Error("the page before is another")
	}
	expect(t, s.get(outsider, "/keluarga"), 200, "Belum ada keluarga")
	expect(t, s.get(officer, "/keluarga?nama=tidakada"), 200, "Tidak ada keluarga yang cocok")
	expect(t, s.get(officer, "/keluarga?setelah=x&wilayah=%27&status=y"), 200)
	expect(t, s.get("planner@*", "/keluarga"), 403)
}

func TestListAsAFileIsThatOfTheAreaToo(t *testing.T) {
	s := newSite(t)
	o := registrytest.NewOffice(3, 1, "3674011001")
	o.Families[0]["alamat"] = "=HYPERLINK(1)"
	registrytest.Bring(t, s.bench, o)
	rows, err := csv.NewReader(s.get(officer, "/keluarga?berkas=csv").Body).ReadAll()
	if err != nil || len(rows) != 4 || rows[1][2] != "36.74.01.1001" || rows[1][3] != "'=HYPERLINK(1)" {
		t.Errorf("%q, %v", rows, err)
	}
	rows, err = csv.NewReader(s.get(outsider, "/keluarga?berkas=csv").Body).ReadAll()
	if err != nil || len(rows) != 1 {
		t.Errorf("%q, %v", rows, err)
	}
	expect(t, s.get("facilitator@*", "/keluarga?berkas=csv"), 403)
}

func TestFamilyPageTellsWhatIsKnownAndFromWhere(t *testing.T) {
	s := newSite(t)
	o := registrytest.NewOffice(2, 2, "3674011001")
	o.Families[0]["floor"] = "ceramic"
	registrytest.Bring(t, s.bench, o)
	o.Families[0]["floor"], o.Families[0]["tanggal_data"] = "earth", "2025-05-01"
	registrytest.Bring(t, s.bench, o)
	f := s.families()[0]
	body := expect(t, s.get(operator, To(f.Family.ID)), 200,
		"Keluarga "+f.Family.HeadName, "36.74.01.1001", "Impor, 1 Mei 2025", "Jenis lantai terluas: Keramik → Tanah.",
		"Keluarga dicatat", "Data baru masuk", "panel of "+f.Family.ID.String(), "7 kali", "367401********", "BRI ********")
	for _, secret := range []string{o.Members[0]["nik"], o.Families[0]["no_kk"], o.Members[0]["rekening"]} {
		if strings.Contains(body, secret) {
			t.Errorf("the page shows %s", secret)
		}
	}
	expect(t, s.get(outsider, To(f.Family.ID)), 404)
	expect(t, s.get(operator, To(ident.ID{1})), 404)
	expect(t, s.get(operator, Path+"/bukan-id"), 404)
	english := s.send(operator, "GET", To(f.Family.ID), nil, "")
	if english.Header().Get("Cache-Control") == "" {
		t.Error("the page may be kept by a cache")
	}
}

func TestLookupByNumberIsAPostAndLeadsToTheFamily(t *testing.T) {
	s := newSite(t)
	o := registrytest.NewOffice(3, 3, "3674011001")
	registrytest.Bring(t, s.bench, o)
	expect(t, s.get(officer, "/keluarga/cari"), 200, `method="post"`)
	nik := o.Members[0]["nik"]
	w := s.post(officer, "/keluarga/cari", url.Values{"jenis": {"nik"}, "nomor": {nik}})
	expect(t, w, 303)
	if to := w.Header().Get("Location"); to != To(s.families()[0].Family.ID) || strings.Contains(to, nik) {
		t.Errorf("it leads to %s", to)
	}
	body := expect(t, s.post(outsider, "/keluarga/cari", url.Values{"jenis": {"nik"}, "nomor": {nik}}), 200, "tidak tercatat di wilayah Anda")
	body += expect(t, s.post(officer, "/keluarga/cari", url.Values{"jenis": {"nik"}, "nomor": {nik + "1"}}), 422, "Nomor harus 16 angka")
	if strings.Contains(body, nik) {
		t.Error("the number is echoed")
	}
}

func TestANumberIsOpenedForAPurposeAndRecorded(t *testing.T) {
	s := newSite(t)
	o := registrytest.NewOffice(1, 4, "3674011001")
	registrytest.Bring(t, s.bench, o)
	f := s.families()[0]
	path := To(f.Family.ID) + "/buka"
	form := expect(t, s.get(officer, path), 200, "367401********", "Melayani keluarga ini")
	if strings.Contains(form, o.Members[0]["nik"]) {
		t.Error("the form shows the number")
	}
	choice := "nik_" + f.Members[0].ID.String()
	expect(t, s.post(officer, path, url.Values{"nomor": {choice}}), 422, "Pilih tujuannya")
	expect(t, s.post(officer, path, url.Values{"nomor": {"nik_" + f.Family.ID.String()}, "tujuan": {"service"}}), 422, "Pilih nomor")
	expect(t, s.post(officer, path, url.Values{"nomor": {choice}, "tujuan": {"system"}}), 422)
	expect(t, s.post(officer, path, url.Values{"nomor": {choice}, "tujuan": {"service"}, "alasan": {"mencocokkan kartu"}}), 200, o.Members[0]["nik"], "sudah dicatat")
	expect(t, s.post(officer, path, url.Values{"nomor": {choice}, "tujuan": {"service"}}), 422, "Tulis alasannya")
	expect(t, s.post(operator, path, url.Values{"nomor": {choice}, "tujuan": {"service"}}), 403)
	expect(t, s.get(officer, To(f.Family.ID)+"/jejak"), 200, "Petugas dinas sosial")
	expect(t, s.get(outsider, To(f.Family.ID)+"/jejak"), 404)
	expect(t, s.post(officer, LiftPath, url.Values{"akun": {"officer"}, "alasan": {"untuk saya"}}), 403)
	expect(t, s.post(officer, LiftPath, url.Values{"akun": {"sri"}}), 422, "Tulis alasannya")
	expect(t, s.post(officer, LiftPath, url.Values{"akun": {"sri"}, "alasan": {"hari koreksi kartu"}}), 303)
	expect(t, s.post(outsider, path, url.Values{"nomor": {choice}, "tujuan": {"service"}}), 404)
}

func TestAStatusIsChangedWithAReason(t *testing.T) {
	s := newSite(t)
	registrytest.Bring(t, s.bench, registrytest.NewOffice(1, 5, "3674011001"))
	f := s.families()[0]
	path := To(f.Family.ID) + "/status"
	expect(t, s.get(operator, path), 200, f.Members[0].Name, "Seluruh keluarga")
	member := f.Members[0].ID.String()
	expect(t, s.post(operator, path, url.Values{"siapa": {member}, "status": {"dead"}}), 422, "Tulis alasan")
	expect(t, s.post(operator, path, url.Values{"siapa": {member}, "status": {"dissolved"}, "alasan": {"x"}}), 422, "Pilih status")
	expect(t, s.post(operator, path, url.Values{"siapa": {"x"}, "status": {"dead"}, "alasan": {"x"}}), 422, "Pilih siapa")
	expect(t, s.post(operator, path, url.Values{"siapa": {member}, "status": {"dead"}, "alasan": {"Meninggal"}, "bukti": {"akta 9"}}), 303)
	expect(t, s.post(operator, path, url.Values{"siapa": {member}, "status": {"dead"}, "alasan": {"Meninggal"}}), 422, "sudah seperti itu")
	expect(t, s.post(officer, path, url.Values{"siapa": {f.Family.ID.String()}, "status": {"dormant"}, "alasan": {"Belum ditemukan"}}), 303)
	expect(t, s.get(operator, To(f.Family.ID)), 200, "Ditidurkan", "Meninggal", "Bukti: akta 9.", "Status keluarga diubah")
	expect(t, s.post("auditor@*", path, url.Values{}), 403)
	expect(t, s.post(outsider, path, url.Values{}), 404)
}

// form is a form with files.
func form(t *testing.T, files registry.Files) (io.Reader, string) {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for name, f := range map[string]registry.File{"keluarga": files.Family, "anggota": files.Member} {
		part, err := m.CreateFormFile(name, f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(registrytest.Content(f)); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	return &b, m.FormDataContentType()
}

func TestAnUploadIsCheckedThenImported(t *testing.T) {
	s := newSite(t)
	expect(t, s.get(officer, "/impor"), 200, "Periksa berkas", "Belum ada impor")
	o := registrytest.NewOffice(4, 6, "3674011001")
	o.Members[0]["nik"] = "9.17E+15"
	body, kind := form(t, o.Files())
	w := s.send(officer, "POST", "/impor", body, kind)
	expect(t, w, 303)
	if to := w.Header().Get("Location"); to != "/pekerjaan/1" || !s.runs.last.Dry || len(s.families()) != 0 {
		t.Fatalf("it leads to %s, dry %v", to, s.runs.last.Dry)
	}
	checked, key := RunLink(s.runs.last)
	if key != "registry.import.open_check" {
		t.Errorf("the run's link says %s", key)
	}
	expect(t, s.get(officer, checked), 200, "1 kesalahan", "9.17E+15", "Excel", "anggota", "Impor 3 keluarga yang baik saja")
	errors := expect(t, s.get(officer, checked+"/kesalahan"), 200, "berkas,baris,kolom,nilai", "anggota,2,nik,9.17E+15,salah")
	if !strings.HasPrefix(errors, "\ufeff") {
		t.Error("a spreadsheet would not know that the file is UTF-8")
	}
	// Another officer may neither see nor import it.
	other := "manager@*"
	expect(t, s.get(other, checked), 403)
	expect(t, s.post(officer, checked, url.Values{"pilihan": {"baik"}}), 303)
	if s.runs.last.Dry || len(s.families()) != 3 {
		t.Fatalf("%d families were imported", len(s.families()))
	}
	done, key := RunLink(s.runs.last)
	if key != "registry.import.open_import" {
		t.Errorf("the run's link says %s", key)
	}
	expect(t, s.get(officer, done), 200, "Tersimpan: 3 keluarga baru", "keluarga.csv · anggota.csv")
	expect(t, s.get(officer, done+"/kesalahan"), 200, "9.17E+15")
	expect(t, s.get(officer, checked), 404) // the upload is gone
	expect(t, s.get(officer, "/impor"), 200, "keluarga.csv, anggota.csv", done)
	expect(t, s.get(officer, "/impor/"+(ident.ID{1}).String()), 404)
}

func TestAnUploadThatIsNoUpload(t *testing.T) {
	s := newSite(t)
	body, kind := form(t, registry.Files{Family: registry.NewFile("a.csv", []byte("x"))})
	expect(t, s.send(officer, "POST", "/impor", body, kind), 422, "Pilih berkas anggota")
	expect(t, s.send(officer, "POST", "/impor", strings.NewReader("x"), "text/plain"), 422)
	expect(t, s.send(officer, "POST", "/impor", strings.NewReader("x"), "multipart/form-data; boundary=b"), 422)
	cut := "--b\r\nContent-Disposition: form-data; name=\"keluarga\"; filename=\"a.csv\"\r\n\r\nid_keluarga\r\nK1"
	expect(t, s.send(officer, "POST", "/impor", strings.NewReader(cut), "multipart/form-data; boundary=b"), 422, "terputus sebelum selesai")
	body, kind = form(t, registry.Files{Family: registry.NewFile("a.xlsx", []byte("PK\x03\x04")), Member: registry.NewFile("b.csv", []byte("nik\n"))})
	expect(t, s.send(officer, "POST", "/impor", body, kind), 303)
	path, _ := RunLink(s.runs.last)
	expect(t, s.get(officer, path), 200, "tidak dapat dibaca", "terpotong", "Kolom nama tidak ada")
	body, kind = form(t, registrytest.NewOffice(1, 1, "3674").Files())
	expect(t, s.send("operator@*", "POST", "/impor", body, kind), 403)
}

func TestEveryStatusHasAWordInBothLanguages(t *testing.T) {
	s := newSite(t)
	registrytest.Bring(t, s.bench, registrytest.NewOffice(1, 7, "3674011001"))
	f := s.families()[0]
	for _, lang := range []string{"id", "en"} {
		for _, path := range []string{"/keluarga", To(f.Family.ID), To(f.Family.ID) + "/status", To(f.Family.ID) + "/buka", "/impor", "/keluarga/cari"} {
			r := httptest.NewRequest("GET", path, nil)
			r.AddCookie(&http.Cookie{Name: "gotong_sesi", Value: officer})
			r.AddCookie(&http.Cookie{Name: "gotong_bahasa", Value: lang})
			w := httptest.NewRecorder()
			s.router.ServeHTTP(w, r)
			expect(t, w, 200, `lang="`+lang+`"`)
		}
	}
}

func TestAreaOptionsStayInTheScope(t *testing.T) {
	atlas := newSite(t).bench.Atlas()
	values := func(own access.Scope, chosen string) []string {
		var v []string
		for _, o := range areaOptions(atlas, own, chosen) {
			v = append(v, o.Value)
		}
		return v
	}
	if v := values(access.Nation(), ""); len(v) != 38 || v[0] != "11" {
		t.Errorf("a nation chooses among %d areas", len(v))
	}
	for _, tc := range []struct {
		own    access.Scope
		chosen string
	}{{access.Areas("3674"), ""}, {access.Areas("3674"), "367401"}, {access.Areas("3674", "317204"), "317204"},
		{access.Areas("3674011001"), "3674011001"}, {access.Areas("3674"), "3172"}, {access.Areas("3674"), "x"}} {
		v := values(tc.own, tc.chosen)
		for _, code := range v {
			if !tc.own.Covers(code) {
				t.Errorf("%v offers %s", tc.own, code)
			}
		}
		if len(v) == 0 {
			t.Errorf("%v offers nothing", tc.own)
		}
	}
	if v := values(access.Areas("3674"), "367401"); len(v) != 1+1+9 {
		t.Errorf("within a district: %v", v)
	}
}
