package outcomeweb

import (
	"context"
	"encoding/csv"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit/auditdb"
	"gotong/internal/clock"
	"gotong/internal/db/dbtest"
	"gotong/internal/determination/determinationdb"
	"gotong/internal/determination/determinationtest"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/outcome"
	"gotong/internal/outcome/outcomedb"
	"gotong/internal/outcome/outcometest"
	"gotong/internal/region"
	"gotong/internal/snapshot/snapshotdb"
	"gotong/internal/targeting/targetingdb"
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

type work struct{ asked []outcome.Args }

func (w *work) Measure(_ context.Context, a outcome.Args) (string, error) {
	w.asked = append(w.asked, a)
	return "/pekerjaan/1", nil
}

const sari, budi, rina = "sari:manager@*", "budi:manager@*", "rina:planner@*"

type site struct {
	t      *testing.T
	office *outcometest.Office
	work   *work
	router *web.Router
}

func newSite(t *testing.T) *site {
	s := &site{t: t, work: &work{}}
	s.office = outcometest.New(t, determinationtest.Stores{Unit: dbtest.SQLite(t), Audit: auditdb.New(), Snapshots: snapshotdb.Store{},
		Rankings: targetingdb.Store{}, Determinations: determinationdb.Store{}}, outcomedb.Store{}, outcometest.Families(21, 60))
	s.router = web.NewRouter(web.Config{Sessions: sessions{}, SignIn: "/masuk"})
	s.router.Add(New(Deps{Service: s.office.Service, Atlas: region.Default(), Work: s.work, Clock: clock.NewStepping(time.Date(2026, 1, 3, 0, 0, 0, 0, time.UTC), 0),
		FamilyPage: func(id ident.ID) string { return "/keluarga/" + id.String() },
		Programme:  func(code string) i18n.Text { return i18n.Text{ID: "Program " + code, EN: "Programme " + code} }}).Routes()...)
	return s
}

func (s *site) send(who, method, path string, status int, pairs ...string) string {
	s.t.Helper()
	form := url.Values{"x": {""}}
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
	if w.Code != status {
		s.t.Errorf("%s %s as %s: %d, want %d: %.300s", method, path, who, w.Code, status, w.Body)
	}
	return w.Body.String()
}

func (s *site) holds(page string, parts ...string) {
	s.t.Helper()
	for _, p := range parts {
		if !strings.Contains(page, p) {
			s.t.Errorf("the page lacks %q", p)
		}
	}
}

func TestPages(t *testing.T) {
	s := newSite(t)
	s.holds(s.send(rina, "GET", Path, 200), "Belum ada pengukuran")
	ctx := determinationtest.Staff("sari", access.Nation(), access.Manager)
	m := s.office.Measured(t, ctx)
	page := s.send(rina, "GET", Path, 200)
	s.holds(page, "Keluar dari kemiskinan", "Tidak mendapat apa-apa", "/hasil?wilayah=31", m.Digest)
	if strings.Contains(page, ListPath) {
		t.Error("a planner is led to names")
	}
	s.send(rina, "GET", ListPath+"?daftar=left", 403)
	page = s.send(sari, "GET", Path, 200)
	s.holds(page, "daftar=left&amp;jalan=", ListPath+"?daftar=due")
	s.holds(s.send(sari, "GET", Path+"?wilayah=3674", 200), "Tangerang Selatan")

	rows, err := csv.NewReader(strings.NewReader(s.send(sari, "GET", ListPath+"?daftar=left&berkas=csv", 200))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	n, err := s.office.Count(ctx, outcome.Filter{Measure: m.ID, List: outcome.Left})
	if err != nil || int(n) != len(rows)-1 || n == 0 {
		t.Errorf("%d families in the file, %d counted, %v", len(rows)-1, n, err)
	}
	for _, list := range []string{"left", "stayed_poor", "fell", "nothing", "engine_idle", "twice_fed", "conflict", "maybe_same", "due"} {
		s.send(sari, "GET", ListPath+"?daftar="+list, 200)
	}
	s.send(sari, "GET", ListPath+"?daftar=stayed_out", 404)
	s.send(sari, "GET", ListPath+"?daftar=left&setelah=xyz", 200)

	s.send(sari, "POST", measurePath, 422, "dari", "kemarin")
	s.send(sari, "POST", measurePath, 303, "dari", "2025-01-01")
	if len(s.work.asked) != 1 || s.work.asked[0].From.String() != "2025-01-01" {
		t.Errorf("asked %+v", s.work.asked)
	}
	s.send(rina, "POST", measurePath, 403)
	graduates(t, s, ctx, m)
}

func graduates(t *testing.T, s *site, ctx context.Context, m outcome.Measure) {
	t.Helper()
	rows, _, err := s.office.List(ctx, access.PurposeDetermination, outcome.Filter{Measure: m.ID, List: outcome.Due}, outcome.Place{}, 1)
	if err != nil || len(rows) == 0 {
		t.Fatalf("%d due, %v", len(rows), err)
	}
	x := rows[0]
	asked := outcome.Asked{FamilyID: x.FamilyID, PersonID: x.PersonID, Programme: x.Programme, Exit: string(x.Road), Measure: m.ID}
	s.holds(s.send(sari, "GET", proposeAddress(asked), 200), "Usulkan berhenti", "Ditemukan pada pengukuran")
	form := []string{"keluarga", x.FamilyID.String(), "program", x.Programme, "jalan_keluar", string(x.Road), "ukuran", m.ID.String(), "mulai", "2026-02-01"}
	if !x.PersonID.IsZero() {
		form = append(form, "orang", x.PersonID.String())
	}
	bad := append([]string{}, form...)
	bad[9] = "2020-01-01"
	s.holds(s.send(sari, "POST", proposePath, 422, bad...), "sudah lewat")
	s.send(sari, "POST", proposePath, 303, form...)
	s.holds(s.send(sari, "POST", proposePath, 422, form...), "sudah diusulkan")
	page := s.send(sari, "GET", GraduationPath, 200)
	if strings.Contains(page, "/putuskan") {
		t.Error("the proposer may decide")
	}
	page = s.send(budi, "GET", GraduationPath+"?status=proposed", 200)
	_, after, found := strings.Cut(page, GraduationPath+"/")
	if !found || len(after) < 36 {
		t.Fatal("nothing to decide")
	}
	to := GraduationPath + "/" + after[:36] + "/putuskan"
	s.holds(s.send(budi, "POST", to, 422, "putusan", "rejected"), "Tulis alasannya")
	s.send("lina:officer@*", "POST", to, 403, "putusan", "approved")
	s.send(budi, "POST", to, 303, "putusan", "approved")
	s.holds(s.send(sari, "GET", GraduationPath, 200), "Disetujui", "budi")
	s.holds(s.send(sari, "GET", GraduationPath+"?berkas=csv", 200), "budi")
}
