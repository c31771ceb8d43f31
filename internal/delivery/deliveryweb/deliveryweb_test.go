package deliveryweb

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"gotong/internal/access"
	"gotong/internal/bank"
	"gotong/internal/db/dbtest"
	"gotong/internal/delivery"
	"gotong/internal/delivery/deliverytest"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/run"
	"gotong/internal/web"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// sessions takes the login of one of the world's people as the token, with
// what they hold there.
type sessions struct{}

func (sessions) Actor(_ context.Context, token string) (access.Actor, error) {
	actor, ok := access.From(deliverytest.As(token))
	if !ok || token == "" {
		return access.Actor{}, fault.Forbidden("access.signed_out")
	}
	return actor, nil
}

// atOnce does runs in the request.
type atOnce struct {
	service *delivery.Service
	runs    map[ident.ID]run.Run
}

func (a *atOnce) Start(ctx context.Context, kind run.Kind, args any, dry bool) (run.Run, error) {
	var result any
	var err error
	switch kind {
	case delivery.MakeRun:
		result, err = a.service.RunMake(ctx, args.(delivery.Order), run.Silent{})
	case delivery.ReconcileRun:
		result, err = a.service.RunReconcile(ctx, args.(delivery.Brought), dry, run.Silent{})
	}
	if err != nil {
		return run.Run{}, err
	}
	r := run.Run{ID: deliverytest.TownID(8, len(a.runs)), Kind: kind, Dry: dry, State: run.Done}
	r.Args, _ = json.Marshal(args)
	r.Result, _ = json.Marshal(result)
	a.runs[r.ID] = r
	return r, nil
}

func (a *atOnce) ByID(_ context.Context, id ident.ID) (run.Run, error) {
	r, ok := a.runs[id]
	if !ok {
		return r, fault.NotFound("core.error.not_found")
	}
	return r, nil
}

type places struct{}

func (places) Name(code string) string { return "Desa " + code }

type site struct {
	t      *testing.T
	world  *deliverytest.World
	router *web.Router
}

func newSite(t *testing.T) *site {
	t.Helper()
	w := deliverytest.New(t, dbtest.SQLite(t), deliverytest.Options{Families: 60, Seed: 4, Bank: bank.Options{Rates: bank.Rates{Blocked: 150, Late: 100}, Later: 48 * time.Hour}})
	w.Town.Missing[w.Town.Families[2].ID] = delivery.NoAccount
	s := &site{t: t, world: w}
	s.router = web.NewRouter(web.Config{Sessions: sessions{}, SignIn: "/masuk", Nav: []web.NavGroup{{Items: Nav}}})
	s.router.Add(New(Deps{Service: w.Service, Runs: &atOnce{w.Service, map[ident.ID]run.Run{}}, Areas: places{}, Clock: w.Clock,
		RunPage: func(r run.Run) string { href, _ := RunLink(r); return href }, FamilyPage: func(id ident.ID) string { return "/keluarga/" + id.String() }, Restored: "/pemulihan"}).Routes()...)
	return s
}

// form makes the values of a form from names and values in turn.
func form(pairs ...string) url.Values {
	f := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.Add(pairs[i], pairs[i+1])
	}
	return f
}

// idIn returns the id at the end of a list's address.
func idIn(t *testing.T, list string) ident.ID {
	t.Helper()
	id, err := ident.Parse(strings.TrimPrefix(list, ListsPath+"/"))
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func (s *site) send(who, method, path string, form url.Values) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.AddCookie(&http.Cookie{Name: "gotong_sesi", Value: who})
	if method == "POST" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	s.router.ServeHTTP(w, r)
	return w
}

// get opens a page that must say all parts.
func (s *site) get(who, path string, parts ...string) string {
	s.t.Helper()
	return s.says(s.send(who, "GET", path, nil), http.StatusOK, parts...)
}

func (s *site) says(w *httptest.ResponseRecorder, status int, parts ...string) string {
	s.t.Helper()
	body := w.Body.String()
	if w.Code != status {
		s.t.Fatalf("status %d, want %d: %.600s", w.Code, status, body)
	}
	for _, p := range parts {
		if !strings.Contains(body, p) {
			s.t.Errorf("the page does not say %q", p)
		}
	}
	for _, prefix := range []string{"[delivery.", "[ledger.", "[bank."} {
		if i := strings.Index(body, prefix); i >= 0 {
			s.t.Errorf("a sentence is missing: %.60s", body[i:])
		}
	}
	if strings.Contains(body, "000000700") {
		s.t.Error("an account number stands in clear")
	}
	return body
}

// post sends a form and returns where it leads.
func (s *site) post(who, path string, pairs ...string) string {
	s.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	w := s.send(who, "POST", path, form)
	if w.Code != http.StatusSeeOther {
		s.t.Fatalf("%s: status %d: %.800s", path, w.Code, w.Body.String())
	}
	return w.Header().Get("Location")
}

// hidden returns the values that a confirmation sends along.
func hidden(body string) []string {
	var pairs []string
	for _, part := range strings.Split(body, `<input type="hidden" name="`)[1:] {
		name, rest, _ := strings.Cut(part, `" value="`)
		value, _, _ := strings.Cut(rest, `"`)
		pairs = append(pairs, name, value)
	}
	return pairs
}

// paid carries a list to the bank, by its pages.
func (s *site) paid() string {
	s.t.Helper()
	s.post("rudi", MoneyPath+"/pagu", "program", "pkh", "tahun", "2026", "jumlah", "1.000.000.000", "dokumen", "DIPA-1")
	list := s.post("tari", ListsPath+"/baru", "program", "pkh", "tahun", "2026", "periode", "1", "wilayah", "3674")
	s.get("tari", list, "PKH-2026-01-01", "Direncanakan", "Belum punya rekening", "••••", "Tahan baris")
	s.post("citra", list+"/periksa", hidden(s.get("citra", list+"/periksa", "Tandatangani 59 baris"))...)
	body := s.get("rudi", list+"/lepas", "Lepas Rp", "untuk 59 baris", "Sisa pagu")
	s.post("rudi", list+"/lepas", hidden(body)...)
	s.post("tari", list+"/potong")
	s.get("tari", list+"/kirim", "Kirim 59 baris", "PKH-2026-01-01.csv")
	s.post("tari", list+"/kirim")
	return list
}

func TestAPayListByItsPages(t *testing.T) {
	s := newSite(t)
	list := s.paid()
	s.get("tari", list, "Dikirim, hasil belum diketahui", "Ambil berkas kembali", "SHA-256")
	s.post("tari", list+"/ambil")
	body := s.get("tari", list, "Masuk rekening", "Retur", "kembali-1.csv", "Berkas kembali dicocokkan")
	if strings.Contains(body, "Lepas uang</a>") {
		t.Error("a sent list offers to be released")
	}
	s.get("aulia", list+"?status=returned", "Rekening tidak aktif atau diblokir")
	for _, path := range []string{list, ListsPath, MoneyPath, ReconcilePath, MoneyPath + "/2026/pkh/3674"} {
		csv := s.send("tari", "GET", path+"?berkas=csv", nil)
		if csv.Code != http.StatusOK || strings.Count(csv.Body.String(), "\n") < 2 || strings.Contains(csv.Body.String(), "000000700") {
			t.Errorf("%s as CSV: %d %.200s", path, csv.Code, csv.Body.String())
		}
		if xlsx := s.send("tari", "GET", path+"?berkas=xlsx", nil); xlsx.Code != http.StatusOK || !bytes.HasPrefix(xlsx.Body.Bytes(), []byte("PK")) {
			t.Errorf("%s as XLSX: %d", path, xlsx.Code)
		}
	}
	file := s.send("tari", "GET", list+"/berkas", nil)
	if o, err := bank.ParseOrder(file.Body); err != nil || len(o.Payments) != 59 {
		t.Errorf("the bank file: %v", err)
	}
}

func TestTheWalkOfARupiah(t *testing.T) {
	s := newSite(t)
	list := s.paid()
	s.post("tari", list+"/ambil")
	// Three clicks: budget, programme, list; and the line.
	s.get("aulia", MoneyPath, `href="/uang/2026/pkh/3674"`, "Sisa pagu (DIPA)")
	s.get("aulia", MoneyPath+"?berkas=csv", "program,diberi,pagu,dicairkan,di_penyalur,masuk,dipakai,retur,tidak_diambil,disetor,tagihan")
	s.get("aulia", MoneyPath+"/2026/pkh/3674", "Rp1.000.000.000", "SPM PKH-2026-01-01", "DIPA-1", `href="`+list+`"`)
	s.get("aulia", list, `href="`+list+`/baris/1"`)
	s.get("aulia", list+"/baris/1", "Daftar disusun", "Uang dilepas (SPM dan SP2D)", "Diserahkan ke penyalur", "Pencatatan 3", "elderly", "/keluarga/")
	s.get("aulia", MoneyPath+"/bukti", "Pembukuan terbukti benar", "Tidak ada yang dibayar dua kali", "Setiap pencatatan berjumlah nol")
	s.says(s.send("aulia", "GET", MoneyPath+"/2025/pkh", nil), http.StatusNotFound)
	s.says(s.send("aulia", "GET", list+"/baris/999", nil), http.StatusNotFound)
}

func (s *site) upload(who string, file []byte) *httptest.ResponseRecorder {
	s.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, _ := form.CreateFormFile("berkas", "kembali.csv")
	_, _ = part.Write(file)
	_ = form.Close()
	r := httptest.NewRequest("POST", ReconcilePath+"/berkas", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.AddCookie(&http.Cookie{Name: "gotong_sesi", Value: who})
	w := httptest.NewRecorder()
	s.router.ServeHTTP(w, r)
	return w
}

func TestReconciliationByItsPages(t *testing.T) {
	s := newSite(t)
	list := s.paid()
	files, err := s.world.Bank.Statements(deliverytest.As("tari"), "PKH-2026-01-01")
	if err != nil {
		t.Fatal(err)
	}
	good := files[0].File
	s.says(s.upload("tari", good[:len(good)/2]), http.StatusUnprocessableEntity, "Baris ")
	s.says(s.upload("tari", nil), http.StatusUnprocessableEntity, "kosong")
	w := s.upload("tari", good)
	if w.Code != http.StatusSeeOther {
		t.Fatalf("%d %.400s", w.Code, w.Body.String())
	}
	result := w.Header().Get("Location")
	s.get("tari", result, "Ini uji coba. Belum ada yang berubah.", "Catat hasilnya", "Semua baris jelas.")
	if strings.Contains(s.get("tari", list), "kembali.csv") {
		t.Error("a trial changed something")
	}
	done := s.post("tari", result)
	s.get("tari", done, "Berkas sudah dicatat.")
	again := s.upload("tari", good).Header().Get("Location")
	s.get("tari", again, "Berkas ini sudah pernah dicatat.")

	body := s.get("tari", ReconcilePath+"?masalah=AC06", "Rekening tidak aktif atau diblokir", "Umur masalah", "PKH-2026-01-01")
	_, at, _ := strings.Cut(body, `class="row-link" href="`+ReconcilePath+"/masalah/")
	id, _, _ := strings.Cut(at, `"`)
	page := ReconcilePath + "/masalah/" + id
	_, at, _ = strings.Cut(s.get("tari", page), ListsPath+"/") // the problem leads to its line, and the line to it
	_, at, _ = strings.Cut(at, ListsPath+"/")
	line, _, _ := strings.Cut(at, `"`)
	s.get("tari", ListsPath+"/"+line, page, "Selesaikan masalahnya")
	s.says(s.send("tari", "POST", ListsPath+"/baru", url.Values{"program": {"pkh"}, "tahun": {"2026"}, "periode": {"1"}, "wilayah": {"3674"}, "cara": {"pos"}}), http.StatusUnprocessableEntity, "Cara bayar pos")
	s.get("tari", page, "Bayar ulang", "Ajak penerima mengaktifkan rekening", "Kirim usul")
	s.says(s.send("tari", "POST", page+"/usul", url.Values{"tindakan": {"reissue"}}), http.StatusUnprocessableEntity, "Tulis alasannya.")
	s.says(s.send("tari", "POST", page+"/usul", url.Values{"alasan": {"x"}}), http.StatusUnprocessableEntity, "tidak berlaku")
	s.post("tari", page+"/usul", "tindakan", "reissue", "alasan", "rekening sudah aktif")
	if body := s.get("tari", page, "rekening sudah aktif"); strings.Contains(body, "Setujui") {
		t.Error("the proposer is offered to approve")
	}
	s.get("citra", page, "tari mengusulkan: Bayar ulang.")
	s.post("citra", page+"/putus", "putusan", "setuju")
	s.get("citra", page, "Disetujui")
	s.get("tari", ReconcilePath+"?status=resolved", "Bayar ulang")
}

func TestHoldAndDiscardByTheirPages(t *testing.T) {
	s := newSite(t)
	list := s.post("tari", ListsPath+"/baru", "program", "pkh", "tahun", "2026", "periode", "1", "wilayah", "3674")
	s.post("citra", list+"/periksa", hidden(s.get("citra", list+"/periksa"))...)
	s.get("tari", list+"/tahan", "Tahan yang dipilih", `name="pilih" value="1"`)
	s.says(s.send("tari", "POST", list+"/tahan", url.Values{"pilih": {"1"}}), http.StatusUnprocessableEntity, "Pilih baris dan tulis alasannya.")
	s.post("tari", list+"/tahan", "pilih", "1", "pilih", "2", "alasan", "nama ragu")
	s.get("tari", list, "Pemeriksaan batal karena daftar diubah", "Ditahan petugas", "nama ragu")
	s.get("tari", list+"/tahan?lepas=1", "Lepas yang dipilih")
	s.post("tari", list+"/tahan", "lepas", "1", "pilih", "1", "alasan", "sudah jelas")
	s.says(s.send("tari", "POST", list+"/batal", nil), http.StatusUnprocessableEntity, "Tulis alasannya.")
	s.post("tari", list+"/batal", "alasan", "salah periode")
	s.get("tari", list, "Daftar dibatalkan")
}

func TestGoodsByTheirPages(t *testing.T) {
	s := newSite(t)
	s.post("rudi", MoneyPath+"/pagu", "program", "permakanan", "tahun", "2026", "jumlah", "1000000000", "dokumen", "DIPA-2")
	list := s.post("tari", ListsPath+"/baru", "program", "permakanan", "tahun", "2026", "periode", "1", "wilayah", "3674")
	s.post("citra", list+"/periksa", hidden(s.get("citra", list+"/periksa"))...)
	s.post("rudi", list+"/lepas", hidden(s.get("rudi", list+"/lepas"))...)
	s.get("tari", list, "Bagikan")
	s.post("tari", list+"/bagikan")
	s.get("tari", list+"/serah", "Sudah diserahkan", "Tidak di tempat")
	s.says(s.send("tari", "POST", list+"/serah", url.Values{"pilih": {"1"}}), http.StatusUnprocessableEntity, "Tulis siapa yang menerima")
	s.post("tari", list+"/serah", "pilih", "1", "penerima", "sendiri", "bukti", "BAST-1")
	s.post("tari", list+"/serah", "pilih", "2", "hasil", "absen")
	s.get("tari", list, "Barang diserahkan", "Tidak di tempat saat pembagian")
}

func TestOrdersThatAreRefused(t *testing.T) {
	s := newSite(t)
	s.get("tari", ListsPath+"/baru", "Program Keluarga Harapan (4 kali setahun)")
	for _, c := range []struct {
		form url.Values
		say  string
	}{
		{url.Values{"tahun": {"2026"}, "periode": {"1"}, "wilayah": {"3674"}}, "Pilih program."},
		{url.Values{"program": {"pkh"}, "tahun": {"26"}, "periode": {"1"}, "wilayah": {"3674"}}, "empat angka"},
		{url.Values{"program": {"pkh"}, "tahun": {"2026"}, "periode": {"5"}, "wilayah": {"3674"}}, "dibayar 4 kali setahun"},
		{url.Values{"program": {"pkh"}, "tahun": {"2026"}, "periode": {"x"}, "wilayah": {"3674"}}, "nomor periode"},
	} {
		s.says(s.send("tari", "POST", ListsPath+"/baru", c.form), http.StatusUnprocessableEntity, c.say)
	}
	s.says(s.send("tari", "POST", ListsPath+"/baru", url.Values{"program": {"pkh"}, "tahun": {"2026"}, "periode": {"1"}, "wilayah": {"3172"}}), http.StatusNotFound)
	for _, c := range []struct {
		form url.Values
		say  string
	}{
		{url.Values{"program": {"pkh"}, "tahun": {"2026"}, "jumlah": {"seribu"}, "dokumen": {"x"}}, "seribu"},
		{url.Values{"program": {"pkh"}, "tahun": {"2026"}, "jumlah": {"0"}, "dokumen": {"x"}}, "Isi jumlah pagu"},
		{url.Values{"program": {"pkh"}, "tahun": {"2026"}, "jumlah": {"5"}}, "nomor dokumennya"},
	} {
		s.says(s.send("rudi", "POST", MoneyPath+"/pagu", c.form), http.StatusUnprocessableEntity, c.say)
	}
}

// TestWhoMayOpenWhat walks every route with every person.
func TestWhoMayOpenWhat(t *testing.T) {
	s := newSite(t)
	list := s.paid()
	id := strings.TrimPrefix(list, ListsPath+"/")
	for _, route := range s.router.Table() {
		path := strings.NewReplacer("{id}", id, "{line}", "1", "{year}", "2026", "{programme}", "pkh").Replace(route.Pattern)
		for _, who := range []string{"tari", "citra", "rudi", "aulia", "oki"} {
			actor, _ := access.From(deliverytest.As(who))
			if route.Allows(&actor) {
				continue // what they can do there is tried above
			}
			if w := s.send(who, route.Method, path, nil); w.Code != http.StatusForbidden {
				t.Errorf("%s %s as %s: %d", route.Method, path, who, w.Code)
			}
		}
		// Of another regency, whatever they hold: it is not there.
		if route.Method == "GET" && strings.Contains(route.Pattern, "{id}") {
			if w := s.send("gita", "GET", path, nil); w.Code != http.StatusNotFound && w.Code != http.StatusForbidden {
				t.Errorf("%s as gita: %d", path, w.Code)
			}
		}
	}
}

func TestTheFamilyPanel(t *testing.T) {
	s := newSite(t)
	list := s.paid()
	s.post("tari", list+"/ambil")
	ctx := web.WithLang(deliverytest.As("oki"), "id")
	c, err := Panel{s.world.Service}.Panel(ctx, web.Base{Lang: "id"}, s.world.Town.Families[0].ID)
	if err != nil || c == nil {
		t.Fatal(c, err)
	}
	var b bytes.Buffer
	if err := c.Render(ctx, &b); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"Program Keluarga Harapan", "2026-01", "Rp1.100.000", "Siti 0"} {
		if !strings.Contains(b.String(), part) {
			t.Errorf("the panel does not say %q", part)
		}
	}
	if strings.Contains(b.String(), "daftar-bayar") {
		t.Error("an operator is led to a page that they may not open")
	}
	none, err := Panel{s.world.Service}.Panel(ctx, web.Base{Lang: "id"}, deliverytest.TownID(1, 9999))
	if err != nil || none != nil {
		t.Errorf("a family without payments: %v %v", none, err)
	}
}

func TestPagesTurn(t *testing.T) {
	s := newSite(t)
	list := s.post("tari", ListsPath+"/baru", "program", "sembako", "tahun", "2026", "periode", "1", "wilayah", "3674")
	first := s.get("tari", list)
	if n := strings.Count(first, "row-link"); n != 50 || !strings.Contains(first, "setelah=50") || strings.Contains(first, "sebelum=") {
		t.Errorf("%d rows on the first page", n)
	}
	second := s.get("tari", list+"?setelah=50")
	if n := strings.Count(second, "row-link"); n != 10 || !strings.Contains(second, "sebelum=51") || strings.Contains(second, "setelah=60") {
		t.Errorf("%d rows on the second page", n)
	}
	back := s.get("tari", list+"?sebelum=51")
	if n := strings.Count(back, "row-link"); n != 50 || !strings.Contains(back, fmt.Sprint("setelah=", 50)) {
		t.Errorf("%d rows on the way back", n)
	}
}
