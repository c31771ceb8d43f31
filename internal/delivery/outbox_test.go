package delivery

import (
	"os"
	"path/filepath"
	"testing"

	"gotong/internal/fault"
)

func TestFolder(t *testing.T) {
	dir := Folder(filepath.Join(t.TempDir(), "outbox"))
	if _, err := dir.Read("a.csv"); !fault.Is(err, fault.KindNotFound) {
		t.Fatalf("a file that is not there: %v", err)
	}
	for _, content := range []string{"one", "two, longer", ""} {
		steps := 0
		if err := dir.Put("a.csv", []byte(content), func(string) { steps++ }); err != nil {
			t.Fatal(err)
		}
		if b, err := dir.Read("a.csv"); err != nil || string(b) != content || steps != 1 {
			t.Errorf("%q came back as %q after %d steps: %v", content, b, steps, err)
		}
	}
	entries, err := os.ReadDir(string(dir))
	if err != nil || len(entries) != 1 {
		t.Errorf("something is left behind: %v %v", entries, err)
	}
	for _, name := range []string{"", "../a", "a/b", ".a", "a\x00", `a\b`} {
		if err := dir.Put(name, nil, func(string) {}); err == nil {
			t.Errorf("%q is taken for a name", name)
		}
		if _, err := dir.Read(name); err == nil {
			t.Errorf("%q is read", name)
		}
	}
}

func TestFolderThatCannotBeWritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Folder(file).Put("a.csv", []byte("x"), func(string) {}); err == nil {
		t.Error("a file stood where the folder should")
	}
}
