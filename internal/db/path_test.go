package db_test

import (
	"os"
	"path/filepath"
	"testing"

	"gotong/internal/db"
)

// TestAFolderMayBeCalledAnything opens the database where it was told to, and
// not in a folder of a shorter name.
func TestAFolderMayBeCalledAnything(t *testing.T) {
	for _, name := range []string{"desa #1", "benar?", "100%", "50%23", "a b"} {
		dir := filepath.Join(t.TempDir(), name)
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		d, err := db.Open(t.Context(), db.Config{Dir: dir})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := d.Close(); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(filepath.Join(dir, "gotong.db")); err != nil {
			t.Error(err)
		}
	}
}
