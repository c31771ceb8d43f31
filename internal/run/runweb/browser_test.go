package runweb

import (
	"net/http/httptest"
	"strings"
	"testing"

	"gotong/internal/access"
	"gotong/internal/web/webtest"
)

func TestPagesInABrowser(t *testing.T) {
	s := newSite(t)
	ended, done := s.begin(false)
	done(nil)
	trial, done := s.begin(true)
	defer func() { done(nil) }()
	server := httptest.NewServer(s.router)
	t.Cleanup(server.Close)
	webtest.Look(t, server.URL, map[string]string{"gotong_sesi": string(access.Officer)}, map[string]string{
		"runs": Path, "run-live": To(trial), "run-ended": To(ended),
	})
}

// A page that stands open shows the end of the run without being touched: it
// asks the server for the whole page by itself.
func TestTheOpenPageLearnsOfTheEnd(t *testing.T) {
	s := newSite(t)
	r, done := s.begin(false)
	server := httptest.NewServer(s.router)
	t.Cleanup(server.Close)
	page := webtest.Start(t).Page(t, webtest.View{Cookies: map[string]string{"gotong_sesi": string(access.Officer)}}, server.URL)
	page.Go(server.URL + To(r))
	if text := page.Text("#jalan"); !strings.Contains(text, "1.000 dari 2.000") {
		t.Errorf("while it goes on the page says %q", text)
	}
	done(nil)
	page.Await(`document.querySelector("main")?.innerText.includes("Buka hasilnya") ?? false`)
}
