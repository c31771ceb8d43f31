package processtest

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"gotong/internal/backup"
)

// TestKilledCopying kills the program by SIGKILL while it copies an
// installation, and while it goes back to the copy, each at any moment. What
// has a copy's name is whole, and both come to their end when they are called
// again.
func TestKilledCopying(t *testing.T) {
	dir, _ := copyOf(t)
	chance := rand.New(rand.NewPCG(3, 4))
	for n := range soak(2, 100) {
		out, back := filepath.Join(t.TempDir(), "copy"), filepath.Join(t.TempDir(), "back")
		killedAt(t, out+".part", chance.IntN(12), "backup", "--data", dir, "--out", out)
		if _, err := os.Stat(out); err != nil {
			finished(t, "backup", "--data", dir, "--out", out)
		}
		m, err := backup.Read(out)
		if err != nil {
			t.Fatal(n, err)
		}
		if err := m.Compare(out); err != nil {
			t.Fatal(n, err)
		}
		restore := []string{"restore", "--from", out, "--data", back, "--keys", filepath.Join(dir, "keys")}
		killedAt(t, filepath.Join(back, backup.Restoring), chance.IntN(20), restore...)
		if backup.Unfinished(back) || !there(filepath.Join(back, "gotong.db")) {
			finished(t, restore...)
		}
		judgeRestored(t, home{dir: back})
	}
}

func judgeRestored(t *testing.T, h home) {
	t.Helper()
	a, closing := look(t, h)
	defer closing()
	auditor := as(t, a, "pemeriksa")
	if report, err := a.Audit.Verify(auditor); err != nil || !report.Verified() {
		t.Errorf("the audit log: %+v %v", report, err)
	}
	all, err := a.Backups.Restorations(as(t, a, "bendahara"))
	if err != nil || len(all) != 1 {
		t.Errorf("it went back %d times, %v", len(all), err)
	}
}

func there(place string) bool {
	_, err := os.Stat(place)
	return err == nil
}

// killedAt starts the program and kills it once so many files and folders are
// in a folder, or leaves it when it has ended before.
func killedAt(t *testing.T, folder string, files int, args ...string) {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(path, args...)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = c.Wait() // says that it was killed, or nothing
		close(ended)
	}()
	for {
		select {
		case <-ended:
			return
		default:
		}
		if there(folder) && within(folder) >= files {
			_ = c.Process.Kill() // unless it has ended this moment
			<-ended
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// within counts what lies in a folder, which may go meanwhile.
func within(folder string) (n int) {
	_ = filepath.WalkDir(folder, func(place string, _ fs.DirEntry, err error) error {
		if err == nil && place != folder {
			n++
		}
		return nil
	})
	return n
}

// finished runs the program, which must come to a good end.
func finished(t *testing.T, args ...string) {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(path, args...).CombinedOutput(); err != nil {
		t.Fatal(fmt.Errorf("%v: %w: %s", args, err, out))
	}
}
