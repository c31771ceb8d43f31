package e2e

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"gotong/internal/access"
)

// TestNoPageWaitsForAWriter opens the pages that an office works with while
// one transaction writes and does not end, as an import of a city does: each
// answers, and what each shows is on record and told of, though it cannot be
// in the log yet.
func TestNoPageWaitsForAWriter(t *testing.T) {
	s := open(t)
	staff := map[string]*http.Client{} // signed in before: a sign-in is a change
	for _, login := range []string{"dinas", "kpa", "pemeriksa"} {
		staff[login] = s.client(t, login)
		staff[login].Timeout = 5 * time.Minute // a page that waits would never come
	}
	public := &http.Client{Timeout: 5 * time.Minute}
	release := s.hold(t)
	defer release()
	for path, form := range map[string]url.Values{ // what is asked by a form, and changes nothing
		"/cek":        {"nik": {"3172041212129999"}, "kode": {"AAAAAAAAAA"}},
		"/verifikasi": {"kode": {"0000-0000-0000-0000"}},
	} {
		answer, err := public.PostForm(s.url+path, form)
		if err != nil {
			t.Fatal(err)
		}
		if answer.Body.Close(); answer.StatusCode >= http.StatusInternalServerError {
			t.Errorf("%s answers %d while others write", path, answer.StatusCode)
		}
	}
	reached := map[string]bool{}
	for login, from := range map[string][]string{
		"dinas":     {"/", "/keluarga", "/hak"},
		"kpa":       {"/", "/daftar-bayar", "/tagihan"},
		"pemeriksa": {"/", "/audit"},
	} {
		w := s.walk(t, login, staff[login], reached)
		for _, path := range from {
			for _, link := range w.open(path) {
				if firstFamily.MatchString(`href="` + link + `"`) {
					w.open(link)
				}
			}
		}
	}
	const least = 3
	if len(reached) < least {
		t.Errorf("only %d pages with personal data were opened", len(reached))
	}
	release()
	system := access.With(t.Context(), access.System("test"))
	if _, err := s.app.Audit.Checkpoint(system); err != nil {
		t.Fatal(err)
	}
	if r, err := s.app.Audit.Verify(system); err != nil || !r.Verified() || r.Waiting != 0 {
		t.Errorf("%+v, %v", r, err)
	}
}

// hold begins a transaction that writes until release is called.
func (s *site) hold(t *testing.T) (release func()) {
	t.Helper()
	begun, ended, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	taken := errors.New("taken back")
	go func() {
		done <- s.app.DB.Write(context.Background(), func(context.Context) error {
			close(begun)
			<-ended
			return taken
		})
	}()
	<-begun
	return sync.OnceFunc(func() {
		close(ended)
		if err := <-done; !errors.Is(err, taken) {
			t.Error(err)
		}
	})
}
