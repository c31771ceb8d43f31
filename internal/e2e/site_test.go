// Package e2e uses the whole program as people do: a demo district, the
// server, and a real Chromium.
package e2e

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gotong/internal/access"
	"gotong/internal/app"
	"gotong/internal/run"
)

// site is a running server on a demo district, shared by the tests of this
// package. Tests that change something do it to things of their own.
type site struct {
	dir       string
	app       *app.App
	clock     *clock
	url       string
	passwords map[string]string // by login
	stop      func() error
}

// families of the shared district: small enough to be made in seconds, large
// enough for every programme, duplicate and return to occur.
const families = 1200

var shared = sync.OnceValues(func() (*site, error) {
	dir, err := os.MkdirTemp("", "gotong-e2e-")
	if err != nil {
		return nil, err
	}
	return start(dir, families)
})

func TestMain(m *testing.M) {
	code := m.Run()
	if s, err := shared(); err == nil && s.stop != nil {
		if err := s.stop(); err != nil {
			fmt.Fprintln(os.Stderr, "stopping the server:", err)
			code = 1
		}
		_ = os.RemoveAll(s.dir)
	}
	os.Exit(code)
}

// open returns the shared site.
func open(t *testing.T) *site {
	t.Helper()
	s, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func config(dir string) (app.Config, error) {
	return app.LoadConfig("", nil, map[string]string{"data": dir, "listen": "127.0.0.1:0"})
}

func start(dir string, families int) (*site, error) {
	c, err := config(dir)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	written, err := os.Create(filepath.Join(dir, "log.txt")) // where canaries are sought; open until the program ends
	if err != nil {
		return nil, err
	}
	quiet := slog.New(slog.NewTextHandler(written, &slog.HandlerOptions{Level: slog.LevelDebug}))
	ctx := context.Background()
	if _, err := app.RunDemo(ctx, app.DemoOptions{Config: c, Log: quiet, Families: families, Seed: 3}, run.Silent{}); err != nil {
		return nil, err
	}
	s := &site{dir: dir, clock: newClock(), passwords: map[string]string{}}
	if err := s.readSignIns(); err != nil {
		return nil, err
	}
	if s.app, err = app.Open(ctx, app.Options{Config: c, Log: quiet, Clock: s.clock, Turn: 10 * time.Minute}); err != nil {
		return nil, err
	}
	serving, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	ready := make(chan string, 1)
	go func() { ended <- s.app.Serve(serving, func(url string) { ready <- url }) }()
	s.stop = func() error {
		stop()
		if err := <-ended; err != nil {
			return err
		}
		return s.app.Close()
	}
	select {
	case s.url = <-ready:
		return s, nil
	case err := <-ended:
		return nil, err
	case <-time.After(5 * time.Minute):
		return nil, fmt.Errorf("the server does not start")
	}
}

// clock is the machine's, but never before the demo's own days, and a test can
// turn it on: a bank answers in hours.
type clock struct{ ahead atomic.Int64 }

// afterDemo is a day when all of the demo has happened.
var afterDemo = time.Date(2026, time.July, 13, 1, 0, 0, 0, time.UTC)

func newClock() *clock {
	var c clock
	if early := time.Until(afterDemo); early > 0 {
		c.turn(early)
	}
	return &c
}

func (c *clock) Now() time.Time { return time.Now().UTC().Add(time.Duration(c.ahead.Load())) }

// turn turns the clock on by d. Who was signed in may have to sign in again.
func (c *clock) turn(d time.Duration) { c.ahead.Add(int64(d)) }

// as returns a context in which a member of staff acts, to ask the services
// what the pages should say.
func (s *site) as(t *testing.T, login string) context.Context {
	t.Helper()
	a, err := s.app.Access.ActAs(t.Context(), login)
	if err != nil {
		t.Fatal(err)
	}
	return access.With(t.Context(), a)
}

var gap = regexp.MustCompile(` {2,}`)

func (s *site) readSignIns() error {
	f, err := os.Open(filepath.Join(s.dir, "demo", "sign-ins.txt"))
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		cells := gap.Split(lines.Text(), -1)
		s.passwords[cells[0]] = cells[1]
	}
	return lines.Err()
}

// client is an HTTP client that is signed in, without a browser.
func (s *site) client(t *testing.T, login string) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if login == "" {
		return c
	}
	answer, err := c.PostForm(s.url+"/masuk", url.Values{"login": {login}, "sandi": {s.passwords[login]}})
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusSeeOther {
		t.Fatalf("signing %s in answers %d", login, answer.StatusCode)
	}
	return c
}

// body returns the status and body of a page.
func body(t *testing.T, c *http.Client, url string) (int, string) {
	t.Helper()
	answer, err := c.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, strings.TrimSpace(string(b))
}
