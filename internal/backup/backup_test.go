package backup_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/backup"
	"gotong/internal/fault"
	"gotong/internal/run"
)

// house makes a data folder with all kinds of files that one can hold.
func house(t *testing.T) (dir string, s backup.Source) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "data")
	for _, name := range []string{"gotong.db", "gotong.db-wal", "aside.db", "gotong.yaml", "keys/master.key", "keys/index.json", "keys/tree.bin", "keys/keyring.json",
		"keys/old.key", "audit/checkpoints.jsonl", "snapshots/a/manifest.json", "snapshots/building-1/x", "delivery/PKH.sealed", "delivery/.1.tmp",
		"policy/payment.yaml", "bank/ledger", "post/x", "demo/sign-ins.txt", "spill/1", "goods/photo.part"} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte("of "+name), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	return dir, backup.Source{Dir: dir, Files: []string{"gotong.db", "aside.db"}, Sign: func(b []byte) []byte { return b[:1] },
		Copy: func(_ context.Context, to string, progress func(done, of int64)) error {
			progress(1<<20, 2<<20)
			return os.WriteFile(filepath.Join(to, "gotong.db"), []byte("a consistent copy"), 0o600)
		}}
}

func names(m *backup.Manifest) (all []string) {
	for _, f := range m.Files {
		all = append(all, f.Name)
	}
	return all
}

func TestACopyHoldsWhatBelongsWithItAndNoKey(t *testing.T) {
	_, s := house(t)
	out := filepath.Join(t.TempDir(), "deep", "copy")
	made, err := s.Make(t.Context(), out, run.Silent{})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"audit/checkpoints.jsonl", "delivery/PKH.sealed", "gotong.db", "keys/keyring.json", "policy/payment.yaml", "snapshots/a/manifest.json"}
	if diff := cmp.Diff(want, names(made)); diff != "" {
		t.Error(diff)
	}
	m, err := backup.Read(out)
	if diff := cmp.Diff(made, m); err != nil || diff != "" {
		t.Fatalf("%v: %s", err, diff)
	}
	if err := m.Compare(out); err != nil {
		t.Error(err)
	}
	if found, _ := filepath.Glob(out + ".*"); len(found) > 0 {
		t.Errorf("left beside it: %v", found)
	}
	if _, err := s.Make(t.Context(), out, run.Silent{}); !fault.Is(err, fault.KindConflict) {
		t.Errorf("over another copy: %v", err)
	}
}

func TestACopyThatFailsLeavesNothing(t *testing.T) {
	dir, s := house(t)
	out := filepath.Join(t.TempDir(), "copy")
	whole := s.Copy
	s.Copy = func(context.Context, string, func(done, of int64)) error { return fault.FullDisk() }
	if _, err := s.Make(t.Context(), out, run.Silent{}); !fault.Is(err, fault.KindUnavailable) {
		t.Errorf("a full disk: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	s.Copy = func(ctx context.Context, to string, progress func(done, of int64)) error {
		cancel()
		return whole(ctx, to, progress)
	}
	if _, err := s.Make(ctx, out, run.Silent{}); !errors.Is(err, context.Canceled) {
		t.Errorf("nobody wants it any more: %v", err)
	}
	if found, _ := filepath.Glob(out + "*"); len(found) > 0 {
		t.Errorf("left: %v", found)
	}
	s.Copy = whole
	if _, err := s.Make(t.Context(), filepath.Join(dir, "copy"), run.Silent{}); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("into itself: %v", err)
	}
	// One that was killed leaves a folder, which the next takes away, and
	// nothing else by that name.
	if err := errors.Join(os.Mkdir(out+".part", 0o700), os.WriteFile(filepath.Join(out+".part", ".begun"), nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	if _, err := backup.Read(out + ".part"); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("taken for a copy: %v", err)
	}
	if _, err := s.Make(t.Context(), out, run.Silent{}); err != nil {
		t.Errorf("after one that was killed: %v", err)
	}
	other := filepath.Join(t.TempDir(), "x")
	if err := os.Mkdir(other+".part", 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Make(t.Context(), other, run.Silent{}); !fault.Is(err, fault.KindConflict) {
		t.Errorf("beside somebody's own folder: %v", err)
	}
}

func TestWhatIsWrongWithACopyIsNamed(t *testing.T) {
	_, s := house(t)
	for name, c := range map[string]struct {
		do  func(dir string) error
		key string
	}{
		"a byte": {func(d string) error {
			return os.WriteFile(filepath.Join(d, "gotong.db"), []byte("b consistent copy"), 0o600)
		}, "backup.changed"},
		"shorter":      {func(d string) error { return os.Truncate(filepath.Join(d, "gotong.db"), 3) }, "backup.changed"},
		"missing":      {func(d string) error { return os.Remove(filepath.Join(d, "policy", "payment.yaml")) }, "backup.missing"},
		"one too many": {func(d string) error { return os.WriteFile(filepath.Join(d, "x"), nil, 0o600) }, "backup.too_many"},
		"no manifest":  {func(d string) error { return os.Remove(filepath.Join(d, "manifest.json")) }, "backup.no_manifest"},
		"no json":      {func(d string) error { return os.WriteFile(filepath.Join(d, "manifest.json"), []byte("{"), 0o600) }, "backup.bad_manifest"},
		"a way out": {func(d string) error {
			return os.WriteFile(filepath.Join(d, "manifest.json"), []byte(`{"format":1,"files":[{"name":"../x"}]}`), 0o600)
		}, "backup.bad_manifest"},
		"newer": {func(d string) error {
			return os.WriteFile(filepath.Join(d, "manifest.json"), []byte(`{"format":2}`), 0o600)
		}, "backup.newer"},
	} {
		out := filepath.Join(t.TempDir(), "copy")
		if _, err := s.Make(t.Context(), out, run.Silent{}); err != nil {
			t.Fatal(err)
		}
		if err := c.do(out); err != nil {
			t.Fatal(err)
		}
		m, err := backup.Read(out)
		if err == nil {
			err = m.Compare(out)
		}
		if err == nil {
			err = m.Unpack(t.Context(), out, t.TempDir(), run.Silent{})
		}
		var f *fault.Error
		if !errors.As(err, &f) || f.Key != c.key {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestGoingBackIntoAnEmptyFolderOnly(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	if err := errors.Join(os.MkdirAll(filepath.Join(data, "keys"), 0o700), os.WriteFile(filepath.Join(data, "keys", "tree.bin"), nil, 0o600),
		os.WriteFile(filepath.Join(data, "gotong.yaml"), nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	stage, err := backup.Stage(data)
	if err != nil || !backup.Unfinished(data) {
		t.Fatal(stage, err)
	}
	if err := os.WriteFile(filepath.Join(stage, "gotong.db"), []byte("half"), 0o600); err != nil { // and then it is killed
		t.Fatal(err)
	}
	if resumed, err := backup.Resume(data); resumed || err != nil {
		t.Errorf("half of it is carried on: %v", err)
	}
	if stage, err = backup.Stage(data); err != nil {
		t.Fatal(err)
	}
	if found, _ := os.ReadDir(stage); len(found) > 0 {
		t.Errorf("the half before is still there: %v", found)
	}
	for _, name := range []string{"gotong.db", "keys/tree.bin", "keys/keyring.json", ".ready"} {
		path := filepath.Join(stage, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte("new"), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Rename(filepath.Join(stage, "gotong.db"), filepath.Join(data, "gotong.db")); err != nil { // killed in the midst of moving
		t.Fatal(err)
	}
	if resumed, err := backup.Resume(data); !resumed || err != nil || backup.Unfinished(data) {
		t.Fatalf("%v, %v", resumed, err)
	}
	if err := os.Mkdir(filepath.Join(data, backup.Restoring), 0o700); err != nil { // killed as the folder itself went
		t.Fatal(err)
	}
	if resumed, err := backup.Resume(data); !resumed || err != nil || backup.Unfinished(data) {
		t.Fatalf("nothing but the folder was left: %v, %v", resumed, err)
	}
	found, _ := filepath.Glob(filepath.Join(data, "*"))
	for i := range found {
		found[i] = filepath.Base(found[i])
	}
	slices.Sort(found)
	if diff := cmp.Diff([]string{"gotong.db", "gotong.yaml", "keys"}, found); diff != "" {
		t.Error(diff)
	}
	if b, _ := os.ReadFile(filepath.Join(data, "keys", "tree.bin")); string(b) != "new" {
		t.Errorf("the keys are %q", b)
	}
	if _, err := backup.Stage(data); !fault.Is(err, fault.KindConflict) {
		t.Errorf("over an installation: %v", err)
	}
}
