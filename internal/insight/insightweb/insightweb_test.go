package insightweb

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"gotong/internal/access"
	"gotong/internal/clock"
	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/insight"
	"gotong/internal/insight/insightdb"
	"gotong/internal/insight/insighttest"
	"gotong/internal/region"
	"gotong/internal/run"
	"gotong/internal/web"
	"gotong/policy"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// sessions takes a token of a role, and of areas after a colon; Jakarta Utara
// and Tangerang Selatan without.
type sessions struct{}

func (sessions) Actor(_ context.Context, token string) (access.Actor, error) {
	role, areas, found := strings.Cut(token, ":")
	if !access.Role(role).Valid() {
		return access.Actor{}, fault.Forbidden("access.signed_out")
	}
	scope := access.Areas("3172", "3674")
	if found {
		scope = access.ParseScope(areas)
	}
	return access.Actor{Login: role, Name: "Bu " + role, Roles: []access.Role{access.Role(role)}, Scope: scope}, nil
}

// town is a store whose slices hold a made-up town.
type town struct{ insightdb.Store }

func (town) Gather(_ context.Context, m insight.Measure, emit func(insight.Figure)) ([]insight.Source, error) {
	each := func(part, split string, count, amount int64) {
		for i, area := range []string{"3172041001", "3172041004", "3172051001", "3674011001"} {
			n := count * int64(4-i)
			emit(insight.Figure{Area: area, Part: part, Split: split, Count: n, Amount: amount * n})
		}
	}
	switch m {
	case insight.Families:
		each("", "active", 500, 0)
		each("", "duplicate", 3, 0)
	case insight.Persons:
		each("", "active", 1800, 0)
	case insight.Deciles:
		for i, n := range []int64{120, 90, 70, 60, 50, 40, 30, 20, 10, 5} {
			each("", strconv.Itoa(i+1), n, 0)
		}
		each("", insight.Unknown, 5, 0)
	case insight.Coverage:
		each("pkh", "entitled", 130, 2_400_000)
		each("pkh", "waitlisted", 20, 0)
		each("pkh", "undetermined", 15, 0)
		each("pkh", "refused", 335, 0)
		emit(insight.Figure{Area: "3674011001", Part: "rst", Split: "entitled", Count: 3, Amount: 60_000_000})
	case insight.Reached:
		each("", "entitled", 140, 0)
		each("", "undetermined", 15, 0)
	case insight.Money:
		each("pkh", "credited", 120, 600_000)
		each("pkh", "returned", 4, 600_000)
		each("pkh", "sent", 6, 600_000)
		emit(insight.Figure{Area: "3674011001", Part: "rst", Split: "credited", Count: 3, Amount: 60_000_000})
	case insight.Duplicates:
		each("", "open", 2, 0)
		each("", "confirmed", 5, 0)
	case insight.Poverty:
		emit(insight.Figure{Area: "3172", Split: insight.PovertyPersons, Count: 16200})
		emit(insight.Figure{Area: "3172", Split: insight.PovertyPoor, Count: 1620})
		emit(insight.Figure{Area: "3172", Split: insight.PovertyGap, Amount: 324_000_000})
	}
	return []insight.Source{{Name: "pmt_demo"}}, nil
}

type site struct {
	t        *testing.T
	router   *web.Router
	handlers *Handlers
}

func names(code string) i18n.Text {
	return map[string]i18n.Text{"pkh": {ID: "Program Keluarga Harapan", EN: "Family Hope Programme"}, "rst": {ID: "Rumah Sejahtera Terpadu", EN: "Integrated Prosperous Home"}}[code]
}

// newSite is the pages on a real database with the town's figures, or
// without any.
func newSite(t *testing.T, filled bool) *site {
	t.Helper()
	rules, err := insight.LoadDisclosures(policy.Files)
	if err != nil {
		t.Fatal(err)
	}
	c := clock.NewStepping(time.Date(2025, 11, 22, 1, 0, 0, 0, time.UTC), 0)
	s := insight.NewService(dbtest.SQLite(t), town{insightdb.New()}, c, rules)
	if filled {
		if _, err := s.Refresh(insighttest.As(access.Nation()), run.Silent{}); err != nil {
			t.Fatal(err)
		}
	}
	h := New(Deps{Service: s, Atlas: region.Default(), Programme: names, Check: "/cek", Ask: "/hak-saya", Enter: "/masuk",
		Tasks: []Tasks{FigureTasks(s, "/penetapan?hasil=undetermined", "/keluarga?desil=kosong")},
		Doors: []Door{{"families", "/keluarga", access.SeeFamilies}, {"dashboard", DashboardPath, access.SeeDashboard}, {"users", "/petugas", access.ManageUsers}}})
	router := web.NewRouter(web.Config{Sessions: sessions{}, SignIn: "/masuk", Inbox: h.Inbox,
		Nav: []web.NavGroup{{Items: []web.NavItem{{Key: "home.title", Href: HomePath}, {Key: "insight.nav", Href: DashboardPath, Permission: access.SeeDashboard}}}}})
	router.Add(h.Routes()...)
	return &site{t: t, router: router, handlers: h}
}

func (s *site) send(token, path string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	if token != "" {
		r.AddCookie(&http.Cookie{Name: "gotong_sesi", Value: token})
	}
	w := httptest.NewRecorder()
	s.router.ServeHTTP(w, r)
	return w
}

// get returns a page, which holds every text that is wanted.
func (s *site) get(token, path string, wanted ...string) string {
	s.t.Helper()
	w := s.send(token, path)
	if w.Code != http.StatusOK {
		s.t.Fatalf("%s as %q: %d %s", path, token, w.Code, w.Body)
	}
	for _, text := range wanted {
		if !strings.Contains(w.Body.String(), text) {
			s.t.Errorf("%s as %q lacks %q", path, token, text)
		}
	}
	if i := strings.Index(w.Body.String(), "["); i >= 0 && strings.Contains(w.Body.String(), "[insight.") || strings.Contains(w.Body.String(), "[home.") {
		s.t.Errorf("%s has a key without a sentence", path)
	}
	return w.Body.String()
}

func TestTheDashboardSaysItsFiguresAndTheirSources(t *testing.T) {
	s := newSite(t, true)
	page := s.get("planner:3172", DashboardPath,
		"Dasbor Kota Administrasi Jakarta Utara", "4.500", "16.200 jiwa", "45 sudah diputus", // families and persons of three villages
		"Program Keluarga Harapan", "Rp648,00 juta", "1.080 perintah", // credited
		"10,00%", "2,00%", // P0, P1
		"Sumber: pemeringkatan (pmt_demo). Per 22 November 2025. Dihitung 22 November 2025, 08.00 WIB.",
		"Cilincing", DashboardPath+"?wilayah=317204", "berkas=xlsx")
	if strings.Contains(page, "Rumah Sejahtera Terpadu") || strings.Contains(page, "Tangerang") {
		t.Error("another regency's figures show")
	}
	if page := s.get("planner:3172", DashboardPath+"?wilayah=31.72.04.1004"); strings.Contains(page, `id="peta"`) || !strings.Contains(page, "dihitung per kabupaten/kota") {
		t.Error("a village has a map, or a poverty figure that nobody computed")
	}
	s.get("planner:*", DashboardPath, "Dasbor Indonesia", "5.000")
	s.get("planner", DashboardPath, "Dasbor wilayah Anda", "5.000", DashboardPath+"?wilayah=3674")
	s.get("planner:*", DashboardPath+"?lang=en", "Dashboard of Indonesia", "Family Hope Programme", "5,000")
}

func TestTheMapIsColouredByWhatTheAddressSays(t *testing.T) {
	s := newSite(t, true)
	for measure, want := range map[string]string{"keluarga": "3.500", "desil": "42,4%", "terjangkau": "28,0%", "rupiah": "Rp504,00 juta", "": "3.500"} {
		page := s.get("planner:3172", DashboardPath+"?peta="+measure)
		_, tiles, _ := strings.Cut(page, "tile-map")
		tiles, _, _ = strings.Cut(tiles, "</svg></div>")
		if !strings.Contains(tiles, want) {
			t.Errorf("%q shows no %s: %s", measure, want, tiles)
		}
	}
}

func TestTheTableBelowIsAFileToo(t *testing.T) {
	s := newSite(t, true)
	w := s.send("planner:3172", DashboardPath+"?berkas=csv")
	want := "wilayah,kode,keluarga,jiwa,desil_1_2,menerima,belum_ditetapkan,diperintahkan,masuk,dikembalikan\r\n" +
		"Cilincing,31.72.04,3500,12600,1470,980,105,546000000,504000000,16800000\r\n"
	if !strings.HasPrefix(w.Body.String(), want) {
		t.Errorf("%s", w.Body)
	}
	if w := s.send("admin:3172", DashboardPath+"?berkas=csv"); w.Code != http.StatusForbidden {
		t.Errorf("who may not take data out: %d", w.Code)
	}
}

func TestAnotherAreaIsNotFound(t *testing.T) {
	s := newSite(t, true)
	for _, area := range []string{"31", "3674", "36.74.01.1001", "99", "abc", "' OR 1=1"} {
		if w := s.send("planner:3172", DashboardPath+"?wilayah="+strings.ReplaceAll(area, " ", "+")); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", area, w.Code)
		}
	}
}

func TestAnEmptyDashboardSaysWhatToDo(t *testing.T) {
	s := newSite(t, false)
	s.get("planner", DashboardPath, "Belum ada angka untuk wilayah ini")
	s.get("", StatisticsPath, "Belum ada kabupaten atau kota")
}

func TestStatisticsHideSmallGroups(t *testing.T) {
	s := newSite(t, true)
	page := s.get("", StatisticsPath+"?wilayah=3674", "Statistik Kota Tangerang Selatan", "kurang dari 13", "tidak ditampilkan", "di bawah 13", "kelipatan 5",
		"Rp72.000.000", "Sumber: register keluarga")
	if strings.Contains(page, "Rp60.000.000") || strings.Contains(page, "Rp132.000.000") || strings.Contains(page, "<script") {
		t.Error("the page tells of three houses, or carries script")
	}
	w := s.send("", StatisticsPath+"?wilayah=3674&berkas=csv")
	for _, line := range []string{"36.74,Keluarga,500,", "36.74,Rumah Sejahtera Terpadu: Berhak,,", "36.74,Desil 10,,", "36.74,Desil 9,,"} {
		if !strings.Contains(w.Body.String(), line) {
			t.Errorf("the file lacks %q:\n%s", line, w.Body)
		}
	}
	for _, area := range []string{"36", "3674011001", "3671", "99"} {
		if w := s.send("", StatisticsPath+"?wilayah="+area); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", area, w.Code)
		}
	}
	s.get("", StatisticsPath, "Tangerang Selatan", `value="3172"`)
}

func TestHomeShowsWhatWaitsByRole(t *testing.T) {
	s := newSite(t, true)
	for token, wanted := range map[string][]string{
		"operator:3172041004": {"Selamat datang, Bu operator", "45", "perlu dikunjungi", "/penetapan?hasil=undetermined", "/keluarga", DashboardPath},
		"planner:3172041004":  {"Tidak ada yang menunggu", DashboardPath},
		"admin:3172041004":    {"Tidak ada yang menunggu", "/petugas"},
	} {
		page := s.get(token, HomePath, wanted...)
		if strings.HasPrefix(token, "planner") && (strings.Contains(page, `href="/keluarga"`) || strings.Contains(page, `href="/petugas"`)) {
			t.Error("a planner is shown to what is not theirs")
		}
	}
	page := s.get("", HomePath, "Satu data keluarga", `href="/cek"`, `href="/hak-saya"`, `href="`+StatisticsPath+`"`, `href="/masuk"`)
	if strings.Contains(page, "Menunggu Anda") || strings.Contains(page, "<script") {
		t.Error("the public page is not only for the public")
	}
	if w := s.send("operator", TasksPath); w.Header().Get("Location") != HomePath {
		t.Errorf("%d to %q", w.Code, w.Header().Get("Location"))
	}
}

func TestACountThatFailsTakesNoPageAway(t *testing.T) {
	s := newSite(t, true)
	s.handlers.Deps.Tasks = append(s.handlers.Deps.Tasks, TasksFunc(func(context.Context, access.Actor) ([]Task, error) {
		return []Task{{Key: "home.task.check", Href: "/bayar", Count: 3}}, errors.New("the table is gone")
	}))
	page := s.get("operator:3172041004", HomePath, "Sebagian tugas tidak dapat dihitung", "perlu dikunjungi")
	if strings.Contains(page, "the table is gone") || strings.Contains(page, "/bayar") {
		t.Error("the page shows what failed")
	}
}

func TestWhoMayOpenWhat(t *testing.T) {
	s := newSite(t, true)
	for path, want := range map[string]int{HomePath: 200, StatisticsPath: 200, DashboardPath: 303, TasksPath: 303} {
		if w := s.send("", path); w.Code != want {
			t.Errorf("%s by nobody: %d", path, w.Code)
		}
	}
	for _, role := range access.Roles {
		for path, want := range map[string]int{HomePath: 200, StatisticsPath: 200, DashboardPath: 200, TasksPath: 303} {
			if w := s.send(string(role), path); w.Code != want {
				t.Errorf("%s as %s: %d", path, role, w.Code)
			}
		}
	}
	if w := s.send("", "/no-such-page"); w.Code != http.StatusNotFound {
		t.Errorf("a page that is not there: %d", w.Code)
	}
}
