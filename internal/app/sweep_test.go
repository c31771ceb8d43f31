package app

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestOnlyOldUnfinishedFoldersAreSwept(t *testing.T) {
	a := &App{Dir: t.TempDir()}
	now := time.Now()
	for name, age := range map[string]time.Duration{"building-old": 3 * leftover, "building-new": time.Minute, "finished": 3 * leftover} {
		dir := filepath.Join(a.Dir, "snapshots", name)
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(dir, now.Add(-age), now.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.sweep(now); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"building-old": false, "building-new": true, "finished": true} {
		if _, err := os.Stat(filepath.Join(a.Dir, "snapshots", name)); (err == nil) != want {
			t.Errorf("%s is there: %v", name, err == nil)
		}
	}
}
