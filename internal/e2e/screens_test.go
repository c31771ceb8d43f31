package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
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
	{"03-cek-status", "", "/cek"},
	{"04-statistik", "", "/statistik?wilayah=3674"},
	{"05-beranda-operator", "operator", "/"},
	{"06-beranda-bendahara", "bendahara", "/"},
	{"07-keluarga", "dinas", "/keluarga"},
	{"08-satu-keluarga", "dinas", "/keluarga*"},
	{"09-mengapa", "dinas", "/keluarga*/program/pkh"},
	{"10-surat", "dinas", "/keluarga*/surat"},
	{"11-impor", "dinas", "/impor"},
	{"12-data-ganda", "dinas", "/data-ganda"},
	{"13-satu-pasangan", "dinas", "/data-ganda*"},
	{"14-program", "pengelola", "/program"},
	{"15-satu-program", "pengelola", "/program/pkh/2025-01-01"},
	{"16-penetapan", "pengelola", "/penetapan"},
	{"17-satu-penetapan", "pengelola", "/penetapan*"},
	{"18-daftar-penerima", "pengelola", "/penetapan*/daftar"},
	{"19-tugas-kunjungan", "operator", "/penetapan*/kunjungan"},
	{"20-anggaran", "bendahara", "/uang"},
	{"21-daftar-bayar", "bendahara", "/daftar-bayar"},
	{"22-satu-daftar-bayar", "bendahara", "/daftar-bayar*"},
	{"23-rekonsiliasi", "bendahara", "/rekonsiliasi"},
	{"24-dasbor", "dinas", "/dasbor"},
	{"25-pekerjaan", "dinas", "/pekerjaan"},
	{"26-catatan-audit", "pemeriksa", "/audit"},
	{"27-petugas", "admin", "/petugas"},
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

// resolve turns a path with a star into the first such link on the page
// before the star, with what stands behind it.
func (s *site) resolve(t *testing.T, login, path string) string {
	t.Helper()
	list, rest, ok := strings.Cut(path, "*")
	if !ok {
		return path
	}
	_, page := body(t, s.client(t, login), s.url+list)
	link := regexp.MustCompile(`href="(` + regexp.QuoteMeta(list) + `/[0-9a-f-]{36})["?]`).FindStringSubmatch(page)
	if link == nil {
		t.Fatalf("%s links to nothing below it", list)
	}
	return link[1] + rest
}
