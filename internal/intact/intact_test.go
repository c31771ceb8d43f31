package intact

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// folder returns the names in a folder of a file, with what each holds.
func folder(t *testing.T, place string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(place))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(filepath.Dir(place), e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all[e.Name()] = string(b)
	}
	return all
}

func is(t *testing.T, place, want string, names int) {
	t.Helper()
	all := folder(t, place)
	if got := all[filepath.Base(place)]; got != want || len(all) != names {
		t.Errorf("%q is there, want %q; in the folder: %v", got, want, all)
	}
}

func TestAFileIsThereWholeOrAsItWas(t *testing.T) {
	place := filepath.Join(t.TempDir(), "list.csv")
	write := func(text string) *File {
		t.Helper()
		f, err := Beside(place, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteString(text); err != nil {
			t.Fatal(err)
		}
		return f
	}
	f := write("one, longer")
	is(t, place, "", 1)
	if err := errors.Join(f.Close(), f.Settle()); err != nil {
		t.Fatal(err)
	}
	is(t, place, "one, longer", 1)
	f.Drop() // in its place: it stays
	is(t, place, "one, longer", 1)
	write("half of").Drop()
	is(t, place, "one, longer", 1)
	write("left behind") // as by a process that was killed
	f = write("two")
	if err := errors.Join(f.Close(), f.Settle()); err != nil {
		t.Fatal(err)
	}
	is(t, place, "two", 1)
	info, err := os.Stat(place)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if _, err := Beside(filepath.Join(place, "below", "a.file"), 0o600); err == nil {
		t.Error("opened below a file")
	}
}

func TestAFileIsKept(t *testing.T) {
	place := filepath.Join(t.TempDir(), "order.txt")
	between := func() { is(t, place, "", 1) }
	if err := Keep(place, []byte("first"), between); err != nil {
		t.Fatal(err)
	}
	is(t, place, "first", 1)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if err := Keep(place, []byte("again"), nil); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	is(t, place, "again", 1)
	if err := Keep(filepath.Join(place, "x"), nil, nil); err == nil {
		t.Error("kept below a file")
	}
	if err := SyncFolder(filepath.Join(filepath.Dir(place), "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder that is not there: %v", err)
	}
}
