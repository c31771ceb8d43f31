package e2e

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"gotong/internal/access"
)

// logins of the demo's staff; "" is nobody.
var logins = []string{"", "operator", "pendamping", "dinas", "pengelola", "bendahara", "ppk", "kpa", "perencana", "pemeriksa", "admin"}

var placeholder = regexp.MustCompile(`\{[^}]*\}`)

// TestRoutesAndRoles walks every route as every role, with an id that does
// not exist: who may not open a page is told so before it is looked for, and
// who may is not.
func TestRoutesAndRoles(t *testing.T) {
	s := open(t)
	routes := s.app.Site().Table()
	if len(routes) < 30 {
		t.Fatalf("only %d routes", len(routes))
	}
	for _, login := range logins {
		var actor *access.Actor
		if login != "" {
			a, err := s.app.Access.ActAs(t.Context(), login)
			if err != nil {
				t.Fatal(err)
			}
			actor = &a
		}
		c := s.client(t, login)
		for _, route := range routes {
			if strings.HasPrefix(route.Pattern, "/keluar") && !strings.HasPrefix(route.Pattern, "/keluarga") {
				continue // would sign the client out
			}
			if route.Limit != nil && login != "" {
				continue // open to anybody at a pace, which other tests here need too
			}
			path := strings.NewReplacer("{id}", "018bcfe5-6800-7000-8000-000000000001", "{$}", "").Replace(route.Pattern)
			path = placeholder.ReplaceAllString(path, "x")
			var answer *http.Response
			var err error
			if route.Method == http.MethodPost {
				answer, err = c.PostForm(s.url+path, url.Values{})
			} else {
				answer, err = c.Get(s.url + path)
			}
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			kept := answer.StatusCode == http.StatusForbidden ||
				answer.StatusCode == http.StatusSeeOther && strings.HasPrefix(answer.Header.Get("Location"), "/masuk")
			// A service may refuse more than the route does, never less.
			stricter := answer.StatusCode == http.StatusForbidden && (route.Method == http.MethodPost || route.Permission == access.Export)
			if allowed := route.Allows(actor); allowed == kept && !(allowed && stricter) {
				t.Errorf("%s %s as %q: %d, though allowed is %v", route.Method, route.Pattern, login, answer.StatusCode, allowed)
			}
			if answer.StatusCode >= 500 {
				t.Errorf("%s %s as %q fails with %d", route.Method, route.Pattern, login, answer.StatusCode)
			}
		}
	}
}

// TestNoIdentifierInAnAddress holds every route to carrying ids only.
func TestNoIdentifierInAnAddress(t *testing.T) {
	for _, route := range open(t).app.Site().Table() {
		for _, name := range []string{"{nik}", "{kk}", "{nama}", "{rekening}"} {
			if strings.Contains(route.Pattern, name) {
				t.Errorf("%s carries %s", route.Pattern, name)
			}
		}
	}
}

// TestAnotherAreasFamilyIsNotThere opens a family of the neighbouring city
// as a village operator: by page, by file and by the JSON interface.
func TestAnotherAreasFamilyIsNotThere(t *testing.T) {
	s := open(t)
	office := s.client(t, "dinas")
	_, page := body(t, office, s.url+"/keluarga?wilayah=3674")
	id := firstFamily.FindStringSubmatch(page)
	if id == nil {
		t.Fatal("no family of Tangerang Selatan is listed")
	}
	operator := s.client(t, "operator")
	if status, _ := body(t, operator, s.url+"/keluarga/"+id[1]); status != http.StatusNotFound {
		t.Errorf("a family of another area answers %d", status)
	}
	for _, path := range []string{"/keluarga?wilayah=3674", "/keluarga?wilayah=3674&berkas=csv", "/keluarga"} {
		if _, page := body(t, operator, s.url+path); strings.Contains(page, id[1]) {
			t.Errorf("%s shows it", path)
		}
	}
}
