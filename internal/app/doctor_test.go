package app_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"gotong/internal/access"
	"gotong/internal/app"
	"gotong/internal/run"
)

// finding returns what doctor says under a name.
func finding(t *testing.T, c app.Config, name string) app.Finding {
	t.Helper()
	a, err := app.Open(t.Context(), app.Options{Config: c})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	for _, f := range a.Doctor(access.With(t.Context(), access.System("test"))) {
		if f.Name == name {
			return f
		}
	}
	t.Fatalf("doctor says nothing of %s", name)
	return app.Finding{}
}

func TestDoctorSeesChangedFiles(t *testing.T) {
	dir := t.TempDir()
	c, err := app.LoadConfig("", nil, map[string]string{"data": dir})
	if err != nil {
		t.Fatal(err)
	}
	if f := finding(t, c, "files"); !f.OK {
		t.Errorf("without a determination: %+v", f)
	}
	if _, err := app.RunDemo(t.Context(), app.DemoOptions{Config: c, Log: slog.New(slog.DiscardHandler), Families: 60}, run.Silent{}); err != nil {
		t.Fatal(err)
	}
	if f := finding(t, c, "files"); !f.OK {
		t.Fatalf("after the demo: %+v", f)
	}
	for _, folder := range []string{"snapshots", "rankings", "determinations"} {
		found, err := filepath.Glob(filepath.Join(dir, folder, "*", "*.columns"))
		if err != nil || len(found) == 0 {
			t.Fatalf("no files in %s: %v", folder, err)
		}
		was, err := os.ReadFile(found[0])
		if err != nil {
			t.Fatal(err)
		}
		changed := append([]byte(nil), was...)
		changed[len(changed)/2] ^= 1
		write := func(b []byte) {
			if err := os.WriteFile(found[0], b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		write(changed)
		if f := finding(t, c, "files"); f.OK {
			t.Errorf("a changed bit in %s is not seen", found[0])
		}
		write(was)
	}
}
