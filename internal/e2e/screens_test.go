package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"gotong/internal/web/webtest"
)

// screensEnv names the folder that TestScreens puts pictures into.
const screensEnv = "GOTONG_SCREENS"

// screens are the pages that docs/screens shows, by name, with who looks.
// A path with a star is the first link on that page whose address begins so.
var screens = []struct{ name, login, path string }{
	{"01-mulai", "", "/"},
	{"02-masuk", "", "/masuk"},
	{"03-beranda-operator", "operator", "/"},
	{"04-beranda-dinas", "dinas", "/"},
	{"05-keluarga", "dinas", "/keluarga"},
	{"06-satu-keluarga", "dinas", "/keluarga*"},
	{"07-impor", "dinas", "/impor"},
	{"08-dasbor", "dinas", "/dasbor"},
	{"09-statistik", "", "/statistik"},
	{"10-pekerjaan", "dinas", "/pekerjaan"},
	{"20-catatan-audit", "pemeriksa", "/audit"},
	{"21-petugas", "admin", "/petugas"},
}

// TestScreens looks at every page at a desk and on a telephone: no
// accessibility violation, no complaint of the browser, nothing wider than
// the window. With GOTONG_SCREENS it keeps the pictures.
func TestScreens(t *testing.T) {
	s := open(t)
	browser := webtest.Start(t)
	for _, screen := range screens {
		t.Run(screen.name, func(t *testing.T) {
			phone := webtest.Phone
			phone.Dark = true
			for look, view := range map[string]webtest.View{"": {}, "-hp": phone} {
				p := browser.Page(t, view, s.url)
				if screen.login != "" {
					s.signIn(p, screen.login)
				}
				p.Go(s.url + s.resolve(t, screen.login, screen.path))
				p.Settle()
				for _, v := range p.Axe() {
					t.Errorf("axe: %v", v)
				}
				for _, c := range p.Complaints() {
					t.Errorf("the browser: %s", c)
				}
				if p.Overflows() {
					t.Errorf("%swider than the window", look)
				}
				if folder := os.Getenv(screensEnv); folder != "" {
					p.Picture(filepath.Join(folder, screen.name+look+".png"))
				}
			}
		})
	}
}

// resolve turns a path with a star into the first such link on the page.
func (s *site) resolve(t *testing.T, login, path string) string {
	t.Helper()
	if path[len(path)-1] != '*' {
		return path
	}
	list := path[:len(path)-1]
	_, page := body(t, s.client(t, login), s.url+list)
	link := regexp.MustCompile(`href="(` + regexp.QuoteMeta(list) + `/[0-9a-f-]{36})"`).FindStringSubmatch(page)
	if link == nil {
		t.Fatalf("%s links to nothing below it", list)
	}
	return link[1]
}
