package app

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func TestAnOfficesFileOverridesTheBuiltInOne(t *testing.T) {
	dir := t.TempDir()
	builtIn := fstest.MapFS{"pkh.yaml": {Data: []byte("built in")}, "rst.yaml": {Data: []byte("built in")}}
	if f := policy(dir, "programmes", builtIn); f == nil {
		t.Fatal("no files without an own folder")
	}
	own := filepath.Join(dir, "programmes")
	if err := os.Mkdir(own, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"pkh.yaml", "lokal.yaml"} {
		if err := os.WriteFile(filepath.Join(own, name), []byte("own"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	files := policy(dir, "programmes", builtIn)
	names, err := fs.Glob(files, "*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, n := range names {
		b, err := fs.ReadFile(files, n)
		if err != nil {
			t.Fatal(err)
		}
		got[n] = string(b)
	}
	want := map[string]string{"lokal.yaml": "own", "pkh.yaml": "own", "rst.yaml": "built in"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	err = fs.WalkDir(files, ".", func(_ string, _ fs.DirEntry, err error) error { return err })
	if err != nil {
		t.Error(err)
	}
}
