package runweb

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

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

// A page that stands open shows the end of the run without being touched.
func TestTheOpenPageLearnsOfTheEnd(t *testing.T) {
	s := newSite(t)
	r, done := s.begin(false)
	server := httptest.NewServer(s.router)
	t.Cleanup(server.Close)
	page := webtest.Start(t).Page(t, webtest.View{Cookies: map[string]string{"gotong_sesi": string(access.Officer)}}, server.URL)
	page.Go(server.URL + To(r))
	if text := page.Text("#jalan"); text == "" {
		t.Error("no progress is shown")
	}
	done(nil)
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		page.Settle()
		if strings.Contains(page.Text("main"), "Buka hasilnya") {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the page still says %q", page.Text("main"))
		}
	}
}
