package web_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/web"
)

// say answers with a page that holds text.
func say(text string) web.Handler {
	return func(_ context.Context, r *web.Request) (web.Response, error) {
		return web.Page(with(web.Layout(r.Base(text)), templ.Raw("<h1>"+text+"</h1>"))), nil
	}
}

func failing(err error) web.Handler {
	return func(context.Context, *web.Request) (web.Response, error) { return nil, err }
}

// site is a router with a route of every sort.
func site(log io.Writer) *web.Router {
	rt := web.NewRouter(web.Config{
		Log:      slog.New(slog.NewTextHandler(log, nil)),
		Sessions: sessions{}, SignIn: "/masuk", SignOut: "/keluar", Search: "/cari",
		Nav: []web.NavGroup{{Items: []web.NavItem{{Key: "core.app", Href: "/"}, {Key: "web.layout.inbox", Href: "/uang", Permission: access.SeeMoney}}}},
	})
	rt.Add(
		web.Route{Method: "GET", Pattern: "/cek", Public: true, Handle: say("cek")},
		web.Route{Method: "GET", Pattern: "/{$}", AnyStaff: true, Handle: say("beranda")},
		web.Route{Method: "GET", Pattern: "/uang/{id}", Permission: access.SeeMoney, Handle: say("uang")},
		web.Route{Method: "GET", Pattern: "/keluarga", Permission: access.SeeFamilies, PersonalData: true, Purpose: access.PurposeService, Handle: say("keluarga")},
		web.Route{Method: "GET", Pattern: "/tiada", Public: true, Handle: failing(fault.NotFound("core.error.not_found"))},
		web.Route{Method: "GET", Pattern: "/bentrok", Public: true, Handle: failing(fault.Conflict("core.error.conflict"))},
		web.Route{Method: "GET", Pattern: "/rusak", Public: true, Handle: failing(errors.New("secret of the database"))},
		web.Route{Method: "GET", Pattern: "/panik", Public: true, Handle: func(context.Context, *web.Request) (web.Response, error) { panic("3172041004000001") }},
		web.Route{Method: "GET", Pattern: "/separuh", Public: true, Handle: func(_ context.Context, r *web.Request) (web.Response, error) {
			return web.Page(templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
				_, _ = io.WriteString(w, "half a page")
				return errors.New("cannot go on")
			})), nil
		}},
		web.Route{Method: "POST", Pattern: "/simpan", AnyStaff: true, Handle: func(_ context.Context, r *web.Request) (web.Response, error) {
			if r.Text("n") == "" { // reads the body, whose size is limited
				if err := r.ParseForm(); err != nil {
					return nil, err
				}
			}
			return web.SeeOther("/", web.Done("web.table.count", "n", "3")), nil
		}},
	)
	return rt
}

type ask struct {
	method, path, role string
	header             map[string]string
	cookies            map[string]string
	body               string
}

func send(t *testing.T, h http.Handler, a ask) *http.Response {
	t.Helper()
	if a.method == "" {
		a.method = http.MethodGet
	}
	r := httptest.NewRequest(a.method, a.path, strings.NewReader(a.body))
	if a.body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for k, v := range a.header {
		r.Header.Set(k, v)
	}
	if a.role != "" {
		r.AddCookie(&http.Cookie{Name: "gotong_sesi", Value: a.role})
	}
	for k, v := range a.cookies {
		r.AddCookie(&http.Cookie{Name: k, Value: v})
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func text(t *testing.T, res *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestWhoMayOpenWhat(t *testing.T) {
	rt := site(io.Discard)
	for _, c := range []struct {
		path, role string
		want       int
	}{
		{"/cek", "", 200},
		{"/cek", "officer", 200},
		{"/", "", 303},
		{"/", "planner", 200},
		{"/", "nobody", 303}, // a token that is no session
		{"/uang/1", "", 303},
		{"/uang/1", "treasurer", 200},
		{"/uang/1", "operator", 403},
		{"/keluarga", "operator", 200},
		{"/keluarga", "treasurer", 403},
		{"/nothing-here", "officer", 404},
		{"/tiada", "", 404},
		{"/bentrok", "", 409},
		{"/rusak", "", 500},
		{"/panik", "", 500},
		{"/separuh", "", 500},
	} {
		if res := send(t, rt, ask{path: c.path, role: c.role}); res.StatusCode != c.want {
			t.Errorf("%s as %q: %d, want %d", c.path, c.role, res.StatusCode, c.want)
		}
	}
}

func TestAnotherMethodIsNamed(t *testing.T) {
	rt := site(io.Discard)
	for _, c := range []struct{ method, path, want string }{
		{"GET", "/simpan", "POST"},
		{"PUT", "/cek", "GET"},
		{"DELETE", "/simpan", "POST"},
	} {
		res := send(t, rt, ask{method: c.method, path: c.path, role: "officer", header: map[string]string{"Sec-Fetch-Site": "same-origin"}})
		if res.StatusCode != http.StatusMethodNotAllowed || res.Header.Get("Allow") != c.want {
			t.Errorf("%s %s: %d, allowed %q", c.method, c.path, res.StatusCode, res.Header.Get("Allow"))
		}
	}
}

// The matrix that app walks over the whole site, here over this one.
func TestTableAgreesWithWhatIsServed(t *testing.T) {
	rt := site(io.Discard)
	for _, route := range rt.Table() {
		if route.Method != http.MethodGet || !route.Public && !route.AnyStaff && route.Permission == "" {
			continue
		}
		path := strings.NewReplacer("{$}", "", "{id}", "1").Replace(route.Pattern)
		for _, role := range access.Roles {
			actor := access.Actor{Roles: []access.Role{role}}
			res := send(t, rt, ask{path: path, role: string(role)})
			if allowed := res.StatusCode != http.StatusForbidden; allowed != route.Allows(&actor) {
				t.Errorf("%s as %s: %d, but the table says %v", path, role, res.StatusCode, route.Allows(&actor))
			}
		}
	}
}

func TestAddRefusesRoutesThatDoNotSayWhoMayOpenThem(t *testing.T) {
	ok := web.Route{Method: "GET", Pattern: "/x", Public: true, Handle: say("x")}
	for name, spoil := range map[string]func(*web.Route){
		"nobody":                         func(r *web.Route) { r.Public = false },
		"two ways":                       func(r *web.Route) { r.AnyStaff = true },
		"data without a purpose":         func(r *web.Route) { r.PersonalData = true },
		"a purpose of its own":           func(r *web.Route) { r.PersonalData, r.Purpose = true, "curiosity" },
		"no handler":                     func(r *web.Route) { r.Handle = nil },
		"a method that pages do not use": func(r *web.Route) { r.Method = "PUT" },
	} {
		route := ok
		spoil(&route)
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: accepted", name)
				}
			}()
			site(io.Discard).Add(route)
		}()
	}
}

func TestSignInIsAskedAndRemembersTheWay(t *testing.T) {
	rt := site(io.Discard)
	res := send(t, rt, ask{path: "/keluarga?desil=1"})
	if got, want := res.Header.Get("Location"), "/masuk?kembali="+url.QueryEscape("/keluarga?desil=1"); got != want {
		t.Errorf("Location %q, want %q", got, want)
	}
	res = send(t, rt, ask{path: "/keluarga", header: map[string]string{"HX-Request": "true"}})
	if got := res.Header.Get("HX-Redirect"); got != "/masuk" {
		t.Errorf("htmx is sent to %q", got)
	}
}

func TestSafeReturn(t *testing.T) {
	for path, want := range map[string]string{
		"/keluarga?x=1": "/keluarga?x=1", "": "/", "//evil.example": "/", "https://evil.example": "/",
		`/\evil.example`: "/", "/a\r\nSet-Cookie: x": "/", "javascript:alert(1)": "/",
	} {
		if got := web.SafeReturn(path, "/"); got != want {
			t.Errorf("SafeReturn(%q) = %q", path, got)
		}
	}
}

func TestForgedFormsAreRefused(t *testing.T) {
	rt := site(io.Discard)
	form := ask{method: "POST", path: "/simpan", role: "officer", body: "n=3"}
	for site, want := range map[string]int{"same-origin": 303, "cross-site": 403, "same-site": 403} {
		form.header = map[string]string{"Sec-Fetch-Site": site}
		res := send(t, rt, form)
		if res.StatusCode != want {
			t.Errorf("%s: %d, want %d", site, res.StatusCode, want)
		}
		if want == 403 && !strings.Contains(text(t, res), i18n.T(i18n.ID, "web.error.cross_origin")) {
			t.Errorf("%s: the page does not say why", site)
		}
	}
}

func TestTooLargeAForm(t *testing.T) {
	res := send(t, site(io.Discard), ask{method: "POST", path: "/simpan", role: "officer", body: "n=" + strings.Repeat(" ", 1<<20)})
	if res.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("status %d", res.StatusCode)
	}
}

func TestFlashIsShownOnce(t *testing.T) {
	rt := site(io.Discard)
	res := send(t, rt, ask{method: "POST", path: "/simpan", role: "officer", body: "n=3"})
	var carried string
	for _, c := range res.Cookies() {
		if c.Name == "gotong_pesan" {
			carried = c.Value
		}
	}
	page := send(t, rt, ask{path: "/", role: "officer", cookies: map[string]string{"gotong_pesan": carried}})
	if !strings.Contains(text(t, page), "3 baris") {
		t.Error("the message is not shown")
	}
	cleared := false
	for _, c := range page.Cookies() {
		cleared = cleared || c.Name == "gotong_pesan" && c.MaxAge < 0
	}
	if !cleared {
		t.Error("the message is not cleared")
	}
	// {"k":"not.a.key"}: somebody else's words are not shown
	forged := send(t, rt, ask{path: "/", role: "officer", cookies: map[string]string{"gotong_pesan": "W3siayI6Im5vdC5hLmtleSJ9XQ"}})
	if strings.Contains(text(t, forged), "not.a.key") {
		t.Error("a forged message is shown")
	}
}

func TestLanguageIsChosenByAddressAndKept(t *testing.T) {
	rt := site(io.Discard)
	res := send(t, rt, ask{path: "/tiada?lang=en"})
	if body := text(t, res); !strings.Contains(body, `<html lang="en"`) || !strings.Contains(body, "Not found") {
		t.Error("the page is not in English")
	}
	kept := map[string]string{}
	for _, c := range res.Cookies() {
		kept[c.Name] = c.Value
	}
	if diff := cmp.Diff(map[string]string{"gotong_bahasa": "en"}, kept); diff != "" {
		t.Error(diff)
	}
	if body := text(t, send(t, rt, ask{path: "/tiada", cookies: kept})); !strings.Contains(body, "Not found") {
		t.Error("the choice is not kept")
	}
	if body := text(t, send(t, rt, ask{path: "/tiada"})); !strings.Contains(body, "Tidak ditemukan") {
		t.Error("Indonesian is not the default")
	}
}

func TestMenuShowsWhatTheActorMayOpen(t *testing.T) {
	rt := site(io.Discard)
	treasurer, operator := text(t, send(t, rt, ask{path: "/uang/7", role: "treasurer"})), text(t, send(t, rt, ask{path: "/", role: "operator"}))
	if !strings.Contains(treasurer, `<a href="/uang" aria-current="page">`) {
		t.Error("the treasurer's place in the menu is not marked")
	}
	if strings.Contains(operator, `href="/uang"`) {
		t.Error("the operator is shown the way to the money")
	}
	if !strings.Contains(operator, "317204") {
		t.Error("the banner does not say what area is seen")
	}
}

func TestFailuresTellNothingAndLeaveNoHalfPage(t *testing.T) {
	var log bytes.Buffer
	rt := site(&log)
	for _, path := range []string{"/rusak", "/panik", "/separuh"} {
		log.Reset()
		res := send(t, rt, ask{path: path})
		body := text(t, res)
		for _, secret := range []string{"secret", "half a page", "3172041004000001", "goroutine"} {
			if strings.Contains(body, secret) {
				t.Errorf("%s shows %q", path, secret)
			}
		}
		id := res.Header.Get("X-Request-Id")
		if id == "" || !strings.Contains(body, id) || !strings.Contains(log.String(), id) {
			t.Errorf("%s: the incident number %q does not join page and log", path, id)
		}
	}
}

func TestHtmxGetsAMessageInPlaceOfAPage(t *testing.T) {
	res := send(t, site(io.Discard), ask{path: "/bentrok", header: map[string]string{"HX-Request": "true"}})
	body := text(t, res)
	if res.StatusCode != 409 || strings.Contains(body, "<html") || !strings.Contains(body, `id="galat"`) {
		t.Errorf("%d: %s", res.StatusCode, body)
	}
	if res.Header.Get("HX-Retarget") != "#pesan" || res.Header.Get("HX-Reselect") != "#galat" {
		t.Error("the message would replace a part of the page")
	}
}

func TestLogHoldsNoPath(t *testing.T) {
	var log bytes.Buffer
	send(t, site(&log), ask{path: "/uang/3172041004000001?nama=Rukmini", role: "treasurer"})
	line := log.String()
	if strings.Contains(line, "3172041004000001") || strings.Contains(line, "Rukmini") {
		t.Errorf("logged: %s", line)
	}
	if !strings.Contains(line, "route=/uang/{id}") || !strings.Contains(line, "status=200") {
		t.Errorf("logged: %s", line)
	}
}

func TestHeaders(t *testing.T) {
	h := send(t, site(io.Discard), ask{path: "/cek"}).Header
	policy := h.Get("Content-Security-Policy")
	if strings.Contains(policy, "unsafe") || !strings.Contains(policy, "default-src 'none'") {
		t.Errorf("policy %q", policy)
	}
	if h.Get("Cache-Control") != "no-store" || h.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("headers %v", h)
	}
}

// TestNothingIsServedThatIsNotOnRecord has looks gathered for pages with
// personal data alone, and nothing of a page sent when they cannot be kept.
func TestNothingIsServedThatIsNotOnRecord(t *testing.T) {
	var settled error
	gathered := 0
	rt := web.NewRouter(web.Config{Log: slog.New(slog.DiscardHandler), Sessions: sessions{}, SignIn: "/masuk",
		Gather: func(ctx context.Context) (context.Context, func() error) {
			gathered++
			return ctx, func() error { return settled }
		}})
	rt.Add(web.Route{Method: "GET", Pattern: "/cek", Public: true, Handle: say("cek")},
		web.Route{Method: "GET", Pattern: "/nama", Public: true, PersonalData: true, Purpose: access.PurposeService, Handle: say("Rukmini")})
	for _, tc := range []struct {
		path     string
		settled  error
		gathered int
		status   int
		shows    bool
	}{{"/cek", nil, 0, 200, false}, {"/nama", nil, 1, 200, true}, {"/nama", errors.New("disk"), 1, 500, false}} {
		gathered, settled = 0, tc.settled
		w := httptest.NewRecorder()
		rt.ServeHTTP(w, httptest.NewRequest(http.MethodGet, tc.path, nil))
		if shows := strings.Contains(w.Body.String(), "Rukmini"); w.Code != tc.status || shows != tc.shows || gathered != tc.gathered {
			t.Errorf("%+v: %d, gathered %d, shows %v", tc, w.Code, gathered, shows)
		}
	}
}
