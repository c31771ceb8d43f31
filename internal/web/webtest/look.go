package webtest

import (
	"os"
	"path/filepath"
	"testing"
)

// picturesEnv names the environment variable with the folder that pictures
// are put into; without it none are kept.
const picturesEnv = "GOTONG_PICTURES"

// Look opens pages of the site at base, by name and path, at a desk by day
// and on a telephone by night. It reports what axe-core finds, what the
// browser complains of, and a page that is wider than its window; and keeps
// a picture of each where GOTONG_PICTURES names a folder.
func Look(t *testing.T, base string, cookies, pages map[string]string) {
	t.Helper()
	browser := Start(t)
	phone := Phone
	phone.Dark = true
	for look, view := range map[string]View{"desk": {}, "phone": phone} {
		view.Cookies = cookies
		tab := browser.Page(t, view, base)
		for name, path := range pages {
			tab.Go(base + path)
			tab.Settle()
			if folder := os.Getenv(picturesEnv); folder != "" {
				tab.Picture(filepath.Join(folder, name+"-"+look+".png"))
			}
			for _, v := range tab.Axe() {
				t.Errorf("%s on a %s: %v", name, look, v)
			}
			for _, c := range tab.Complaints() {
				t.Errorf("%s on a %s: %s", name, look, c)
			}
			if tab.Overflows() {
				t.Errorf("%s on a %s is wider than the window", name, look)
			}
		}
	}
}
