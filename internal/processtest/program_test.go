package processtest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	policyfiles "gotong/policy"

	"gotong/internal/app"
	"gotong/internal/db/dbtest"
	"gotong/internal/run"
)

// soak returns how often something is done: seldom with every test, often
// with GOTONG_SOAK=1, and N times with GOTONG_SOAK=N.
func soak(seldom, often int) int {
	switch n, err := strconv.Atoi(os.Getenv("GOTONG_SOAK")); {
	case err != nil:
		return seldom
	case n > 1:
		return n
	default:
		return often
	}
}

var folder string // of what all tests of the package share

func TestMain(m *testing.M) {
	var err error
	if folder, err = os.MkdirTemp("", "gotong-process-"); err != nil {
		panic(err)
	}
	code := dbtest.Run(m)
	_ = os.RemoveAll(folder)
	os.Exit(code)
}

// program builds the program and returns where it lies.
var program = sync.OnceValues(func() (string, error) {
	path := filepath.Join(folder, "gotong")
	out, err := exec.Command("go", "build", "-buildvcs=false", "-trimpath", "-o", path, "gotong/cmd/gotong").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

// home is a data folder with its database: the embedded one in the folder, or
// one of a PostgreSQL server.
type home struct{ dir, url string }

// district is a demo district that every test begins on a copy of.
var district = sync.OnceValues(func() (string, error) {
	h := home{dir: filepath.Join(folder, "district")}
	return h.dir, h.settle()
})

// settle fills a home with a demo district whose bank answers at once.
func (h home) settle() error {
	dir := h.dir
	if err := os.MkdirAll(filepath.Join(dir, "policy"), 0o700); err != nil {
		return err
	}
	err := fs.WalkDir(policyfiles.Files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(policyfiles.Files, path)
		if err != nil {
			return err
		}
		if path == "simulated_bank.yaml" {
			b = regexp.MustCompile(`first_file_hours: \d+`).ReplaceAll(b, []byte("first_file_hours: 0"))
		}
		return os.WriteFile(filepath.Join(dir, "policy", path), b, 0o600)
	})
	if err != nil {
		return err
	}
	c, err := h.config()
	if err != nil {
		return err
	}
	const families = 240
	_, err = app.RunDemo(context.Background(), app.DemoOptions{Config: c, Log: slog.New(slog.DiscardHandler), Families: families, Seed: 5}, run.Silent{})
	return err
}

func (h home) config() (app.Config, error) {
	return app.LoadConfig("", nil, map[string]string{"data": h.dir, "db": h.url})
}

// copyOf returns a copy of the district, and the passwords of its staff.
func copyOf(t *testing.T) (dir string, passwords map[string]string) {
	t.Helper()
	from, err := district()
	if err != nil {
		t.Fatal(err)
	}
	dir = filepath.Join(t.TempDir(), "data")
	if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return dir, passwordsIn(t, dir)
}

// onPostgres returns a district of its own in a PostgreSQL database.
func onPostgres(t *testing.T) (h home, passwords map[string]string) {
	t.Helper()
	h = home{filepath.Join(t.TempDir(), "data"), dbtest.PostgresURL(t)}
	if err := h.settle(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(h.dir, "gotong.db")); err == nil {
		t.Fatal("the district is in an embedded database")
	}
	return h, passwordsIn(t, h.dir)
}

// passwordsIn reads the passwords of a demo's staff.
func passwordsIn(t *testing.T, dir string) map[string]string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, "demo", "sign-ins.txt"))
	if err != nil {
		t.Fatal(err)
	}
	passwords := map[string]string{}
	gap := regexp.MustCompile(` {2,}`)
	for line := range strings.Lines(string(b)) {
		cells := gap.Split(line, -1)
		passwords[cells[0]] = cells[1]
	}
	return passwords
}

// open is look until the test's end.
func open(t *testing.T, h home) *app.App {
	t.Helper()
	a, closing := look(t, h)
	t.Cleanup(closing)
	return a
}

// look opens a data folder in the test's own process, to see what stands.
func look(t *testing.T, h home) (a *app.App, closing func()) {
	t.Helper()
	c, err := h.config()
	if err != nil {
		t.Fatal(err)
	}
	a, err = app.Open(t.Context(), app.Options{Config: c, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return a, func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}
}

// server is the program, serving.
type server struct {
	command *exec.Cmd
	url     string
}

// serve starts the program on a data folder and waits until it serves.
func serve(h home) (*server, error) {
	path, err := program()
	if err != nil {
		return nil, err
	}
	c := exec.Command(path, "serve", "--data", h.dir, "--db", h.url, "--listen", "127.0.0.1:0", "--lang", "en")
	c.Stderr = nil // it is killed; what it logs is of no use
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.Start(); err != nil {
		return nil, err
	}
	address := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(out).ReadString('\n')
		address <- line
	}()
	const patience = 5 * time.Minute
	select {
	case line := <-address:
		if url := regexp.MustCompile(`http://[0-9.:]+\d`).FindString(line); url != "" {
			return &server{c, url}, nil
		}
		return nil, errors.Join(fmt.Errorf("the server says %q", line), c.Process.Kill(), ignore(c.Wait()))
	case <-time.After(patience):
		return nil, errors.Join(errors.New("the server does not start"), c.Process.Kill(), ignore(c.Wait()))
	}
}

// kill ends the program by SIGKILL: it has no say in it.
func (s *server) kill() error {
	err := s.command.Process.Kill()
	_ = s.command.Wait() // says that it was killed
	return err
}

func ignore(error) error { return nil }
