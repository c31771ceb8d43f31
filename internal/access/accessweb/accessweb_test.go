package accessweb

import (
	"context"
	"crypto/rand"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"gotong/internal/access"
	"gotong/internal/access/accessdb"
	"gotong/internal/clock"
	"gotong/internal/db/dbtest"
	"gotong/internal/ident"
	"gotong/internal/region"
	"gotong/internal/web"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

const secret = "hujan turun di Cilincing"

type silent struct{}

func (silent) Record(context.Context, string, string, string) error { return nil }

// site is the pages on a real service and database.
type site struct {
	t       *testing.T
	service *access.Service
	clock   *clock.Stepping
	router  *web.Router
}

func newSite(t *testing.T) *site {
	t.Helper()
	c := clock.NewStepping(time.Unix(1_700_000_000, 0), 0)
	s := access.NewService(dbtest.SQLite(t), accessdb.New(), c, ident.NewMaker(c, rand.Reader), silent{})
	router := web.NewRouter(web.Config{Sessions: s, SignIn: SignInPath, SignOut: SignOutPath, Nav: []web.NavGroup{{Items: []web.NavItem{{Key: "access.users", Href: StaffPath, Permission: access.ManageUsers}}}}})
	router.Add(New(s, region.Default(), c).Routes()...)
	return &site{t: t, service: s, clock: c, router: router}
}

func (s *site) hire(login string, scope access.Scope, roles ...access.Role) access.Staff {
	s.t.Helper()
	a, err := s.service.Bootstrap(context.Background(), access.Staff{Login: login, Name: "Bu " + login, Roles: roles, Scope: scope}, secret)
	if err != nil {
		s.t.Fatal(err)
	}
	return a
}

// browser keeps cookies.
type browser struct {
	*site
	cookies map[string]string
}

func (s *site) open() *browser { return &browser{site: s, cookies: map[string]string{}} }

// in returns a browser in which login is signed in.
func (s *site) in(login string) *browser {
	s.t.Helper()
	b := s.open()
	if a := b.post(SignInPath, "login", login, "sandi", secret); a.status != http.StatusSeeOther {
		s.t.Fatalf("signing in as %s: %d", login, a.status)
	}
	return b
}

type answer struct {
	status   int
	location string
	body     string
}

func (b *browser) send(method, path string, body io.Reader) answer {
	r := httptest.NewRequest(method, path, body)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	b.router.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		b.cookies[c.Name] = c.Value
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	return answer{w.Code, w.Header().Get("Location"), w.Body.String()}
}

func (b *browser) get(path string) answer { return b.send(http.MethodGet, path, nil) }

func (b *browser) post(path string, pairs ...string) answer {
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return b.send(http.MethodPost, path, strings.NewReader(form.Encode()))
}

func TestSigningInLeadsBackAndOut(t *testing.T) {
	s := newSite(t)
	s.hire("sri", access.Areas("3674"), access.Operator)
	b := s.open()
	if a := b.get(PasswordPath); a.location != SignInPath+"?kembali=%2Fsandi" {
		t.Fatalf("%d to %q", a.status, a.location)
	}
	if a := b.get(SignInPath + "?kembali=%2Fsandi"); !strings.Contains(a.body, `name="kembali" value="/sandi"`) {
		t.Error("the form forgets where to go")
	}
	if a := b.post(SignInPath, "login", "sri", "sandi", secret, "kembali", "/sandi"); a.status != http.StatusSeeOther || a.location != "/sandi" {
		t.Fatalf("%d to %q", a.status, a.location)
	}
	if a := b.get(SignInPath); a.location != "/" {
		t.Errorf("a form for somebody who is in: %d to %q", a.status, a.location)
	}
	if a := b.get(PasswordPath); a.status != http.StatusOK {
		t.Errorf("signed in: %d", a.status)
	}
	if a := b.post(SignOutPath); a.location != SignInPath {
		t.Errorf("out: %d to %q", a.status, a.location)
	}
	if a := b.get(SignInPath); !strings.Contains(a.body, "Anda sudah keluar.") {
		t.Error("nothing says that one is out")
	}
	if a := b.get(PasswordPath); a.status != http.StatusSeeOther {
		t.Errorf("after signing out: %d", a.status)
	}
}

func TestSigningInNeverLeadsToAnotherSite(t *testing.T) {
	s := newSite(t)
	s.hire("sri", access.Areas("3674"), access.Operator)
	for _, to := range []string{"https://evil.example", "//evil.example", `/\evil.example`, "javascript:alert(1)"} {
		if a := s.open().post(SignInPath, "login", "sri", "sandi", secret, "kembali", to); a.location != "/" {
			t.Errorf("%q leads to %q", to, a.location)
		}
	}
}

func TestAWrongSignInSaysSoAndKeepsNoPassword(t *testing.T) {
	s := newSite(t)
	s.hire("sri", access.Areas("3674"), access.Operator)
	b := s.open()
	a := b.post(SignInPath, "login", "sri", "sandi", "kata sandi keliru")
	if a.status != http.StatusForbidden || !strings.Contains(a.body, "Nama masuk atau kata sandi salah") || !strings.Contains(a.body, `value="sri"`) {
		t.Errorf("%d: %s", a.status, a.body)
	}
	if strings.Contains(a.body, "keliru") {
		t.Error("the page repeats the password")
	}
	for range 4 {
		b.post(SignInPath, "login", "sri", "sandi", "kata sandi keliru")
	}
	if a := b.post(SignInPath, "login", "sri", "sandi", secret); a.status != http.StatusTooManyRequests || !strings.Contains(a.body, "Terlalu banyak percobaan") {
		t.Errorf("the sixth attempt: %d", a.status)
	}
}

func TestANewSignInEndsTheOldSession(t *testing.T) {
	s := newSite(t)
	s.hire("sri", access.Areas("3674"), access.Operator)
	s.hire("ani", access.Areas("3674"), access.Admin)
	b := s.in("sri")
	old := *b
	old.cookies = map[string]string{}
	for k, v := range b.cookies {
		old.cookies[k] = v
	}
	if a := b.post(SignInPath, "login", "ani", "sandi", secret); a.status != http.StatusSeeOther {
		t.Fatal(a.status)
	}
	if a := b.get(StaffPath); a.status != http.StatusOK {
		t.Errorf("ani: %d", a.status)
	}
	if a := old.get(PasswordPath); a.status != http.StatusSeeOther {
		t.Errorf("sri's session goes on: %d", a.status)
	}
}

func TestChangingOnesPassword(t *testing.T) {
	s := newSite(t)
	s.hire("sri", access.Areas("3674"), access.Operator)
	b := s.in("sri")
	const fresh = "angin laut di Kalibaru"
	if a := b.post(PasswordPath, "sekarang", "bukan", "baru", fresh); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `id="isian-sekarang-salah"`) {
		t.Errorf("a wrong present one: %d", a.status)
	}
	if a := b.post(PasswordPath, "sekarang", secret, "baru", "pendek"); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `id="isian-baru-salah"`) {
		t.Errorf("a short new one: %d", a.status)
	}
	if a := b.post(PasswordPath, "sekarang", secret, "baru", fresh); a.location != SignInPath {
		t.Fatalf("%d to %q", a.status, a.location)
	}
	if a := b.post(SignInPath, "login", "sri", "sandi", fresh); a.status != http.StatusSeeOther {
		t.Errorf("the new password: %d", a.status)
	}
}

func TestWhoMayOpenWhat(t *testing.T) {
	s := newSite(t)
	for _, role := range access.Roles {
		s.hire(string(role), access.Areas("3674"), role)
	}
	for _, role := range access.Roles {
		b := s.in(string(role))
		for _, route := range s.router.Table() {
			if route.Pattern == SignInPath || route.Pattern == SignOutPath {
				continue
			}
			path := strings.ReplaceAll(route.Pattern, "{id}", ident.ID{15: 1}.String())
			a := b.send(route.Method, path, strings.NewReader(""))
			want := role == access.Admin || route.Pattern == PasswordPath
			if got := a.status != http.StatusForbidden; got != want {
				t.Errorf("%s %s as %s: %d", route.Method, path, role, a.status)
			}
			if a := s.open().send(route.Method, path, strings.NewReader("")); a.status != http.StatusSeeOther || !strings.HasPrefix(a.location, SignInPath) {
				t.Errorf("%s %s by nobody: %d to %q", route.Method, path, a.status, a.location)
			}
		}
	}
}

func TestHiringAndChanging(t *testing.T) {
	s := newSite(t)
	s.hire("ani", access.Areas("3674", "317204"), access.Admin)
	b := s.in("ani")
	a := b.post(StaffPath+"/baru", "login", "budi", "nama", "Budi", "peran", "operator", "peran", "facilitator", "wilayah", "31.72.04\nSerpong Utara", "sandi", secret)
	if a.status != http.StatusSeeOther {
		t.Fatalf("%d: %s", a.status, a.body)
	}
	if a := b.get(StaffPath); !strings.Contains(a.body, "Akun budi dibuat.") || !strings.Contains(a.body, "Operator desa/kelurahan, Pendamping") || !strings.Contains(a.body, "Cilincing (31.72.04)") {
		t.Errorf("the list: %s", a.body)
	}
	budi := s.account(b, "budi")
	if budi.Scope.String() != "317204,367402" {
		t.Errorf("areas %s", budi.Scope)
	}
	here := StaffPath + "/" + budi.ID.String()
	if a := b.get(here); !strings.Contains(a.body, "Cilincing, Kota Administrasi Jakarta Utara, DKI Jakarta") {
		t.Errorf("the form names no area: %s", a.body)
	}
	for field, pairs := range map[string][]string{
		"nama":    {"nama", "", "peran", "operator", "wilayah", "3674"},
		"peran":   {"nama", "Budi", "peran", "treasurer", "peran", "releaser", "wilayah", "3674"},
		"wilayah": {"nama", "Budi", "peran", "operator", "wilayah", "32.73"},
	} {
		if a := b.post(here, pairs...); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "isian-"+field+"-salah") && !strings.Contains(a.body, "#isian-"+field) {
			t.Errorf("a wrong %s: %d", field, a.status)
		}
	}
	if a := b.post(here, "nama", "Budi Santoso", "peran", "operator", "wilayah", "3674011001"); a.status != http.StatusSeeOther {
		t.Fatalf("%d: %s", a.status, a.body)
	}
	if budi = s.account(b, "budi"); budi.Name != "Budi Santoso" || budi.Scope.String() != "3674011001" {
		t.Errorf("kept %+v", budi)
	}
}

func (s *site) account(b *browser, login string) access.Staff {
	s.t.Helper()
	actor, err := s.service.Actor(context.Background(), b.cookies["gotong_sesi"])
	if err != nil {
		s.t.Fatal(err)
	}
	all, err := s.service.List(access.With(context.Background(), actor))
	if err != nil {
		s.t.Fatal(err)
	}
	for _, a := range all {
		if a.Login == login {
			return a
		}
	}
	s.t.Fatalf("no %s", login)
	return access.Staff{}
}

func TestClosingAsksFirstAndCanBeTakenBack(t *testing.T) {
	s := newSite(t)
	s.hire("ani", access.Areas("3674"), access.Admin)
	sri := s.hire("sri", access.Areas("3674"), access.Operator)
	b, hers := s.in("ani"), s.in("sri")
	here := StaffPath + "/" + sri.ID.String()
	if a := b.get(here + "/tutup"); a.status != http.StatusOK || !strings.Contains(a.body, "tidak dapat dipakai masuk lagi") {
		t.Errorf("the question: %d", a.status)
	}
	if a := b.post(here + "/tutup"); a.status != http.StatusSeeOther {
		t.Fatal(a.status)
	}
	if a := hers.get(PasswordPath); a.status != http.StatusSeeOther {
		t.Errorf("her session goes on: %d", a.status)
	}
	if a := s.open().post(SignInPath, "login", "sri", "sandi", secret); a.status != http.StatusForbidden {
		t.Errorf("a closed account signs in: %d", a.status)
	}
	if a := b.get(StaffPath + "?status=tutup"); !strings.Contains(a.body, "Bu sri") || strings.Contains(a.body, "Bu ani</td>") {
		t.Errorf("the closed ones: %s", a.body)
	}
	if a := b.post(here + "/buka"); a.status != http.StatusSeeOther {
		t.Fatal(a.status)
	}
	if a := s.open().post(SignInPath, "login", "sri", "sandi", secret); a.status != http.StatusSeeOther {
		t.Errorf("an account that was opened again: %d", a.status)
	}
	if a := b.post(here+"/sandi", "sandi", "angin laut di Kalibaru"); a.location != here {
		t.Errorf("a reset: %d to %q", a.status, a.location)
	}
}

func TestFilesNeedTheRightToTakeDataOut(t *testing.T) {
	s := newSite(t)
	s.hire("ani", access.Nation(), access.Admin)
	s.hire("ida", access.Nation(), access.Admin, access.Planner)
	if a := s.in("ani").get(StaffPath + "?berkas=csv"); a.status != http.StatusForbidden {
		t.Errorf("an administrator takes a file: %d", a.status)
	}
	a := s.in("ida").get(StaffPath + "?berkas=csv&peran=planner")
	if want := "login,nama,peran,wilayah,unit,status,diubah\r\nida,Bu ida,"; !strings.HasPrefix(a.body, want) || strings.Contains(a.body, "ani") {
		t.Errorf("the file: %q", a.body)
	}
}
