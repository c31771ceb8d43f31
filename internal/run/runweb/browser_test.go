package runweb

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
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

// A page that stands open shows the end of the run without being touched: it
// asks the server for the whole page by itself.
func TestTheOpenPageLearnsOfTheEnd(t *testing.T) {
	s := newSite(t)
	r, done := s.begin(false)
	var ended atomic.Bool
	anew := make(chan struct{}, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		s.router.ServeHTTP(w, q)
		if ended.Load() && q.URL.Path == To(r) && q.Header.Get("HX-Request") == "" {
			select {
			case anew <- struct{}{}:
			default:
			}
		}
	}))
	t.Cleanup(server.Close)
	page := webtest.Start(t).Page(t, webtest.View{Cookies: map[string]string{"gotong_sesi": string(access.Officer)}}, server.URL)
	page.Go(server.URL + To(r))
	if text := page.Text("#jalan"); !strings.Contains(text, "1.000 dari 2.000") {
		t.Errorf("while it goes on the page says %q", text)
	}
	done(nil)
	ended.Store(true)
	select {
	case <-anew:
	case <-time.After(20 * time.Second):
		t.Fatal("the page never asked anew")
	}
	time.Sleep(300 * time.Millisecond) // the browser has the answer and is putting it in place
	page.Settle()
	if text := page.Text("main"); !strings.Contains(text, "Buka hasilnya") {
		t.Errorf("after its end the page says %q", text)
	}
}
