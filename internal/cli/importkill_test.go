package cli_test

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// gotong runs the program itself, in a process of its own.
func gotong(t *testing.T, data string, args ...string) *exec.Cmd {
	t.Helper()
	c := exec.CommandContext(t.Context(), "gotong", append(args, "--data", data, "--json")...)
	c.Env = append(os.Environ(), "GOTONG_LANG=en")
	return c
}

// TestAKilledImportLeavesNothing kills imports while they read and while they
// write, and looks for what they left.
func TestAKilledImportLeavesNothing(t *testing.T) {
	dir, data := t.TempDir(), t.TempDir()
	if out, err := gotong(t, data, "generate", "--families", "6000", "--seed", "4", "--out", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	files := []string{filepath.Join(dir, "keluarga.csv"), filepath.Join(dir, "anggota.csv")}
	number, name := someone(t, files[1])
	imported := func(more ...string) *exec.Cmd {
		return gotong(t, data, append(append([]string{"import", "--queue-duplicates"}, files...), more...)...)
	}
	for _, moment := range []struct {
		stage string
		later time.Duration
	}{{"import_read", 0}, {"import_read", 50 * time.Millisecond}, {"import_write", 0}, {"import_write", 30 * time.Millisecond}, {"import_write", 90 * time.Millisecond}} {
		for tries := 1; !killAt(t, imported(), moment.stage, moment.later); tries++ { // a busy machine lets who kills it wait
			if tries == 50 {
				t.Fatalf("the import was done before it was killed %s into %s", moment.later, moment.stage)
			}
			data = t.TempDir()
		}
		if n := families(t, data); n != 0 {
			t.Fatalf("killed %s into %s, it left %d families", moment.later, moment.stage, n)
		}
		for _, word := range []string{number, name} {
			if at := holding(t, data, word); at != "" {
				t.Errorf("killed %s into %s, it left %s in %s", moment.later, moment.stage, word, at)
			}
		}
	}
	if out, err := imported().Output(); err != nil || !bytes.Contains(out, []byte(`"new":6000,`)) {
		t.Fatalf("the import that goes through says %s, %v", out, err)
	}
	if families(t, data) == 0 {
		t.Error("at last there are no families")
	}
	if at := holding(t, data, number); at != "" {
		t.Errorf("a number stands in clear in %s", at)
	}
	if out, err := imported().Output(); err != nil || !bytes.Contains(out, []byte(`"repeated":true`)) {
		t.Errorf("the same files again: %s, %v", out, err)
	}
}

// killAt starts an import and kills it some time after it says that a stage
// has begun. It reports whether it was killed before it was done.
func killAt(t *testing.T, c *exec.Cmd, stage string, later time.Duration) bool {
	t.Helper()
	says, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(says); lines.Scan(); {
		if strings.Contains(lines.Text(), `"stage":"`+stage+`"`) {
			time.Sleep(later)
			_ = c.Process.Kill() // unless it is done
		}
	}
	return c.Wait() != nil && c.ProcessState.ExitCode() == -1
}

// someone returns the number and name of the first person of a file.
func someone(t *testing.T, path string) (number, name string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows := csv.NewReader(f)
	for {
		row, err := rows.Read()
		if err != nil {
			t.Fatal(err)
		}
		if len(row[1]) == 16 && strings.Contains(row[2], " ") {
			return row[1], row[2]
		}
	}
}

// families returns how many families a list shows at first.
func families(t *testing.T, data string) (n int) {
	t.Helper()
	out, err := gotong(t, data, "family", "list").Output()
	if c := (*exec.ExitError)(nil); errors.As(err, &c) && bytes.Contains(append(out, c.Stderr...), []byte("holds no data")) {
		return 0 // killed before there was an installation
	}
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var list struct {
		Families []struct{} `json:"families"`
	}
	if err := json.Unmarshal(out, &list); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return len(list.Families)
}

// holding returns a file that holds a word, "" for none.
func holding(t *testing.T, dir, word string) (found string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if bytes.Contains(b, []byte(word)) {
			found = fmt.Sprint(path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
