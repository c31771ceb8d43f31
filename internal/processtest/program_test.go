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
	code := m.Run()
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

// district is a demo district that every test begins on a copy of. Its bank
// answers at once.
var district = sync.OnceValues(func() (string, error) {
	dir := filepath.Join(folder, "district")
	if err := os.MkdirAll(filepath.Join(dir, "policy"), 0o700); err != nil {
		return "", err
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
		return "", err
	}
	c, err := config(dir)
	if err != nil {
		return "", err
	}
	const families = 240
	_, err = app.RunDemo(context.Background(), app.DemoOptions{Config: c, Log: slog.New(slog.DiscardHandler), Families: families, Seed: 5}, run.Silent{})
	return dir, err
})

func config(dir string) (app.Config, error) {
	return app.LoadConfig("", nil, map[string]string{"data": dir})
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
	b, err := os.ReadFile(filepath.Join(dir, "demo", "sign-ins.txt"))
	if err != nil {
		t.Fatal(err)
	}
	passwords = map[string]string{}
	gap := regexp.MustCompile(` {2,}`)
	for line := range strings.Lines(string(b)) {
		cells := gap.Split(line, -1)
		passwords[cells[0]] = cells[1]
	}
	return dir, passwords
}

// open is look until the test's end.
func open(t *testing.T, dir string) *app.App {
	t.Helper()
	a, closing := look(t, dir)
	t.Cleanup(closing)
	return a
}

// look opens a data folder in the test's own process, to see what stands.
func look(t *testing.T, dir string) (a *app.App, closing func()) {
	t.Helper()
	c, err := config(dir)
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
func serve(dir string) (*server, error) {
	path, err := program()
	if err != nil {
		return nil, err
	}
	c := exec.Command(path, "serve", "--data", dir, "--listen", "127.0.0.1:0", "--lang", "en")
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
	const patience = time.Minute
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
