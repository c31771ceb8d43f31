package backupweb

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"gotong/internal/access"
	"gotong/internal/backup"
	"gotong/internal/backup/backuptest"
	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/region"
	"gotong/internal/web"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// sessions takes a token "login:role@area" for somebody with that role there.
type sessions struct{}

func (sessions) Actor(_ context.Context, token string) (access.Actor, error) {
	who, area, _ := strings.Cut(token, "@")
	login, role, _ := strings.Cut(who, ":")
	if !access.Role(role).Valid() {
		return access.Actor{}, fault.Forbidden("access.signed_out")
	}
	return access.Actor{Login: login, Name: login, Roles: []access.Role{access.Role(role)}, Scope: access.ParseScope(area)}, nil
}

const (
	tari  = "tari:treasurer@3674"
	rudi  = "rudi:releaser@3674"
	other = "lina:releaser@3172"
)

type site struct {
	*backuptest.World
	t      *testing.T
	router *web.Router
}

func newSite(t *testing.T) site {
	s := site{backuptest.New(t, dbtest.SQLite(t)), t, web.NewRouter(web.Config{Sessions: sessions{}, SignIn: "/masuk"})}
	s.router.Add((&Handlers{Service: s.Service, Atlas: region.Default()}).Routes()...)
	return s
}

func (s site) send(who, method, path string, status int, pairs ...string) string {
	s.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.AddCookie(&http.Cookie{Name: "gotong_sesi", Value: who})
	w := httptest.NewRecorder()
	s.router.ServeHTTP(w, r)
	body := w.Body.String()
	if w.Code != status {
		s.t.Fatalf("%s %s as %s: %d, want %d: %.600s", method, path, who, w.Code, status, body)
	}
	if at := strings.Index(body, "[backup."); at >= 0 {
		s.t.Errorf("a sentence is missing: %.60s", body[at:])
	}
	return body
}

func (s site) says(body string, parts ...string) {
	s.t.Helper()
	for _, p := range parts {
		if !strings.Contains(body, p) {
			s.t.Errorf("the page does not say %q", p)
		}
	}
}

func (s site) silent(body string, parts ...string) {
	s.t.Helper()
	for _, p := range parts {
		if strings.Contains(body, p) {
			s.t.Errorf("the page says %q", p)
		}
	}
}

// waiting has the treasurer say which lists went out, and returns the statement.
func (s site) waiting(gone ...string) string {
	s.t.Helper()
	x, err := s.Say(backuptest.As("tari", access.Treasurer, "3674"), backup.Statement{Restoration: s.Restoration.ID, Area: "3674", Gone: gone, Reason: "rekening koran 3 Juni"})
	if err != nil {
		s.t.Fatal(err)
	}
	return x.ID.String()
}

func TestTwoPeopleLiftTheBarByThePage(t *testing.T) {
	s := newSite(t)
	s.says(s.send(tari, "GET", Path, 200), "Pembayaran berhenti", "Nyatakan daftar yang sudah keluar", `value="3674"`)
	s.silent(s.send(rudi, "GET", Path, 200), SayPath)
	s.send(tari, "POST", SayPath, 303, "pulih", s.Restoration.ID.String(), "wilayah", "3674", "keluar", "pkh-2026-01-01\r\nPKH-2026-01-02", "dasar", "rekening koran 3 Juni")
	s.silent(s.send(tari, "GET", Path, 200), DecidePath) // one's own
	body := s.send(rudi, "GET", Path, 200)
	s.says(body, "PKH-2026-01-01, PKH-2026-01-02", "rekening koran 3 Juni", DecidePath, "menunggu", "Pembayaran berhenti")
	_, id, _ := strings.Cut(body, `name="pernyataan" value="`)
	id, _, _ = strings.Cut(id, `"`)
	s.send(rudi, "POST", DecidePath, 303, "pernyataan", id, "tindak", "setuju")
	if s.Barred(t, "3674") {
		t.Error("it is approved, and barred")
	}
	body = s.send(rudi, "GET", Path, 200)
	s.says(body, "Pembayaran berjalan", "disetujui")
	s.silent(body, "Pembayaran berhenti", DecidePath)
	s.says(s.send(rudi, "POST", DecidePath, 422, "pernyataan", id, "tindak", "tolak"), "sudah diputuskan")
	body = s.send(other, "GET", Path, 200)
	s.says(body, "Pembayaran berhenti")
	s.silent(body, "PKH-2026-01-01", "rekening koran 3 Juni")
	s.says(s.send(tari, "GET", Path+"?berkas=csv", 200), "PKH-2026-01-01", "rudi")
	s.silent(s.send(tari, "GET", Path+"?status=waiting", 200), "PKH-2026-01-02")
}

func TestWhoMayNotDecideByThePage(t *testing.T) {
	s := newSite(t)
	id := s.waiting()
	s.says(s.send("tari:releaser@3674", "POST", DecidePath, 403, "pernyataan", id, "tindak", "setuju"), "Anda buat sendiri")
	s.send("susi:treasurer@3674", "POST", DecidePath, 403, "pernyataan", id, "tindak", "setuju")
	s.send(other, "POST", DecidePath, 404, "pernyataan", id, "tindak", "setuju")
	s.send("oki:operator@3674", "GET", Path, 403)
	// What is no decision is none: neither approved nor turned down.
	s.says(s.send(rudi, "POST", DecidePath, 422, "pernyataan", id), "Pilih: setujui atau tolak")
	s.send(rudi, "POST", DecidePath, 422, "pernyataan", id, "tindak", "SETUJU")
	s.send(rudi, "POST", DecidePath, 404, "pernyataan", "xyz", "tindak", "setuju")
	s.send(rudi, "POST", DecidePath, 404, "pernyataan", ident.ID{7}.String(), "tindak", "setuju")
	if !s.Barred(t, "3674") {
		t.Error("one of them lifted it")
	}
	s.send(rudi, "POST", DecidePath, 303, "pernyataan", id, "tindak", "tolak")
	s.says(s.send(rudi, "GET", Path, 200), "ditolak", "Pembayaran berhenti")
}

func TestBadInputOfThePageIsNamed(t *testing.T) {
	s := newSite(t)
	at := s.Restoration.ID.String()
	for sentence, form := range map[string][]string{
		"Tulis dasarnya":            {"pulih", at, "wilayah", "3674"},
		"bukan nomor daftar bayar":  {"pulih", at, "wilayah", "3674", "keluar", "pkh", "dasar", "x"},
		"Alasan terlalu panjang":    {"pulih", at, "wilayah", "3674", "dasar", strings.Repeat("a", 501)},
		"Pilih wilayah":             {"pulih", at, "dasar", "x"},
		"Pilih wilayah yang dinyat": {"pulih", at, "wilayah", "3172", "dasar", "x"},
	} {
		s.says(s.send(tari, "POST", SayPath, 422, form...), sentence)
	}
	// Who answers for the nation has not said that it is for the nation.
	s.says(s.send("tari:treasurer@*", "POST", SayPath, 422, "pulih", at, "dasar", "x"), "Pilih wilayah")
	s.send("tari:treasurer@*", "POST", SayPath, 303, "pulih", at, "wilayah", "semua", "dasar", "x")
	s.send(tari, "POST", SayPath, 404, "pulih", "xyz", "wilayah", "3674", "dasar", "x")
	s.send(tari, "POST", SayPath, 404, "pulih", ident.ID{7}.String(), "wilayah", "3674", "dasar", "x")
	s.send(rudi, "POST", SayPath, 403, "pulih", at, "wilayah", "3674", "dasar", "x")
}
