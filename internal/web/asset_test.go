package web

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
)

func TestStaticFilesAreKeptForEverUnderTheirDigest(t *testing.T) {
	rt := NewRouter(Config{})
	address := rt.assets.url("app.css")
	r := httptest.NewRequest(http.MethodGet, address, nil)
	r.Header.Set("Accept-Encoding", "br, gzip;q=0.8")
	w := httptest.NewRecorder()
	rt.ServeHTTP(w, r)
	res := w.Result()
	if res.StatusCode != 200 || !strings.Contains(res.Header.Get("Cache-Control"), "immutable") || res.Header.Get("Content-Encoding") != "gzip" {
		t.Fatalf("%d %v", res.StatusCode, res.Header)
	}
	z, err := gzip.NewReader(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	css, err := io.ReadAll(z)
	if err != nil || !strings.Contains(string(css), "--brand: #0b5d57") {
		t.Errorf("the sheet does not come back whole (%v)", err)
	}
	w = httptest.NewRecorder()
	rt.ServeHTTP(w, httptest.NewRequest(http.MethodGet, assetPath+"app.000000000000.css", nil))
	if w.Code != http.StatusNotFound {
		t.Errorf("another digest: %d", w.Code)
	}
}

// Pages stand without anything from npm: no script, no typeface, the same
// style.
func TestPagesStandWithoutWhatIsBuilt(t *testing.T) {
	rt := NewRouter(Config{Sessions: everybody{}})
	rt.Add(Gaya())
	for name := range rt.assets.urls {
		if name != "app.css" {
			delete(rt.assets.urls, name)
		}
	}
	r := httptest.NewRequest(http.MethodGet, "/gaya", nil)
	r.AddCookie(&http.Cookie{Name: sessionCookie, Value: "x"})
	w := httptest.NewRecorder()
	rt.ServeHTTP(w, r)
	body := w.Body.String()
	if w.Code != 200 || strings.Contains(body, "<script") || strings.Contains(body, "woff2") || !strings.Contains(body, rt.assets.url("app.css")) {
		t.Errorf("status %d: the page names what was not built", w.Code)
	}
}

func TestCompression(t *testing.T) {
	rt := NewRouter(Config{})
	for accepts, want := range map[string]string{"gzip": "gzip", "br, gzip;q=0.5": "gzip", "gzip;q=0": "", "gzip; q=0": "", "identity": "", "": ""} {
		r := httptest.NewRequest(http.MethodGet, "/nothing", nil)
		r.Header.Set("Accept-Encoding", accepts)
		w := httptest.NewRecorder()
		rt.ServeHTTP(w, r)
		if got := w.Header().Get("Content-Encoding"); got != want {
			t.Errorf("%q is answered in %q", accepts, got)
		}
		if !strings.Contains(strings.Join(w.Header().Values("Vary"), ","), "Accept-Encoding") {
			t.Errorf("%q: a cache is not told", accepts)
		}
	}
}

// The lockfile is what npm ci goes by; it records no registry, so that it
// works wherever an office gets its packages from.
func TestLockfileNamesNoRegistry(t *testing.T) {
	b, err := os.ReadFile("../../package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(b), `"resolved"`) || !strings.Contains(string(b), `"integrity"`) {
		t.Error("package-lock.json: no address and an integrity for each package, please (npm: omit-lockfile-registry-resolved)")
	}
}
