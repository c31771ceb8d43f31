package seal

import (
	"bytes"
	"crypto/ed25519"
	"os"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"

	"gotong/internal/fault"
)

func load(t testing.TB, dir string) *Keyring {
	t.Helper()
	k, err := Load(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestSealOpensOnlyUnderItsLabel(t *testing.T) {
	k := load(t, t.TempDir())
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.String().Draw(t, "plain")
		sealed := k.Seal("person.nik", plain)
		if got, err := k.Open("person.nik", sealed); err != nil || got != plain {
			t.Fatalf("opens as %q, %v", got, err)
		}
		if _, err := k.Open("family.kk", sealed); err == nil {
			t.Fatal("opened under another label")
		}
		i := rapid.IntRange(0, len(sealed)-1).Draw(t, "byte")
		sealed[i] ^= 1
		if _, err := k.Open("person.nik", sealed); err == nil {
			t.Fatalf("opened with byte %d changed", i)
		}
	})
	if bytes.Equal(k.Seal("a", "x"), k.Seal("a", "x")) {
		t.Error("equal values must not seal to equal bytes")
	}
}

func TestKeysSurviveReopening(t *testing.T) {
	dir := t.TempDir()
	k := load(t, dir)
	sealed, blind := k.Seal("a", "3172045505900001"), k.Blind("nik", "3172045505900001")
	again := load(t, dir)
	if got, err := again.Open("a", sealed); err != nil || got != "3172045505900001" {
		t.Fatalf("opens as %q, %v", got, err)
	}
	if !bytes.Equal(blind, again.Blind("nik", "3172045505900001")) {
		t.Error("the blind index changed")
	}
	if bytes.Equal(blind, again.Blind("kk", "3172045505900001")) {
		t.Error("two kinds share a blind index")
	}
	if !ed25519.Verify(k.Public(), []byte("m"), again.Sign([]byte("m"))) {
		t.Error("the signature does not verify")
	}
}

func TestALostOrWrongMasterKeyIsRefused(t *testing.T) {
	dir := t.TempDir()
	load(t, dir)
	if _, err := Load(dir, "00"); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("a short master key: %v", err)
	}
	wrong := "00000000000000000000000000000000000000000000000000000000000000ff"
	if _, err := Load(dir, wrong); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("a wrong master key: %v", err)
	}
	if err := os.Remove(filepath.Join(dir, masterFile)); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(dir, ""); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("a lost master key must not be replaced: %v", err)
	}
}

func TestMissingNamesALostKeyFile(t *testing.T) {
	for _, lost := range []string{"", keyringFile, indexFile} {
		dir := t.TempDir()
		load(t, dir)
		if lost != "" {
			if err := os.Remove(filepath.Join(dir, lost)); err != nil {
				t.Fatal(err)
			}
		}
		if got := Missing(dir); got != lost {
			t.Errorf("without %q: %q is said to be missing", lost, got)
		}
	}
}

func TestMarkTellsKeysApart(t *testing.T) {
	dir := t.TempDir()
	first := load(t, dir).Mark()
	if again := load(t, dir).Mark(); again != first {
		t.Errorf("the mark changes: %s, %s", first, again)
	}
	if other := load(t, t.TempDir()).Mark(); other == first {
		t.Error("other keys have the same mark")
	}
}

func TestKeyFilesAreForTheOwnerAlone(t *testing.T) {
	dir := t.TempDir()
	load(t, dir)
	for _, name := range []string{masterFile, keyringFile, indexFile} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", name, info.Mode())
		}
	}
}
