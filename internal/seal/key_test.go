package seal

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"

	"gotong/internal/fault"
)

// A key is told by its root and all sixteen steps to it, as it was when the
// values of today's databases were sealed: each step hashes the node and the
// nibble.
func TestAKeyHangsOnItsRootAndOnEveryStep(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		root := [32]byte(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "root"))
		position := rapid.Uint64().Draw(t, "position")
		want := root
		for depth := range 16 {
			want = sha256.Sum256(append(want[:], byte(position>>(60-4*depth)&15)))
		}
		whole := &tree{nodes: map[branch]seed{{}: root}}
		if got, err := whole.key(position); err != nil || got != seed(want) {
			t.Fatalf("the key at %x is %x, %v, and should be %x", position, got, err, want)
		}
	})
}

// The branch beside a destroyed key is there to be walked from.
func TestTheBranchBesideADestroyedKeyIsKnown(t *testing.T) {
	cut := newTree()
	const gone = uint64(0x1234_5678_9abc_def0)
	beside := gone ^ 1<<(60-4*(bedDepth-1)) // leaves the way with its last step to a bed
	want, ok := cut.branch(beside, bedDepth)
	if !ok {
		t.Fatal("a whole tree does not know a branch")
	}
	cut.puncture([]uint64{gone})
	if got, ok := cut.branch(beside, bedDepth); !ok || got != want {
		t.Errorf("the branch beside is %x, %v", got, ok)
	}
}

// Two installations have no key in common, and a blind index is the HMAC of
// kind and value under a key that only one of them has, however often and
// from wherever it is asked.
func TestTwoInstallationsShareNoKey(t *testing.T) {
	one, two := load(t, t.TempDir()), load(t, t.TempDir())
	for name, pair := range map[string][2][]byte{
		"index": {one.blind, two.blind}, "signing": {one.sign, two.sign}, "sealed": {one.Seal("a", "Sari")[12:], two.Seal("a", "Sari")[12:]},
	} {
		if len(pair[0]) == 0 || bytes.Equal(pair[0], pair[1]) {
			t.Errorf("%s: %x of one and %x of the other", name, pair[0], pair[1])
		}
	}
	if got, err := two.Open("a", one.Seal("a", "Sari")); err == nil {
		t.Errorf("the other opens %q", got)
	}
	for _, value := range []string{"3172045505900001", "", "3172045505900001", "3674016112850002"} {
		h := hmac.New(sha256.New, one.blind)
		h.Write([]byte("nik\x00" + value))
		want := h.Sum(nil)[:BlindSize]
		for range 3 {
			if got := one.Blind("nik", value); !bytes.Equal(got, want) {
				t.Errorf("%q has the index %x, and %x by hand", value, got, want)
			}
		}
	}
	if len(one.blind) != 32 {
		t.Errorf("the index key has %d bytes", len(one.blind))
	}
}

// No two keys are wrapped under one nonce, which would give both away.
func TestEachKeyIsWrappedUnderANonceOfItsOwn(t *testing.T) {
	dir := t.TempDir()
	load(t, dir)
	seen := map[string]string{hex.EncodeToString(make([]byte, 12)): "nothing"}
	take := func(name string, b []byte) {
		if len(b) < 12 {
			t.Fatalf("%s is %x", name, b)
		}
		nonce := hex.EncodeToString(b[:12])
		if other := seen[nonce]; other != "" {
			t.Errorf("%s has the nonce of %s", name, other)
		}
		seen[nonce] = name
	}
	for _, name := range []string{keyringFile, indexFile} {
		var w wrapped
		if err := json.Unmarshal(read(t, filepath.Join(dir, name)), &w); err != nil {
			t.Fatal(err)
		}
		if name == indexFile {
			take("the index key", w.Blind)
			continue
		}
		take("the data key", w.Data)
		take("the signing key", w.Sign)
	}
	take("the tree", read(t, filepath.Join(dir, treeFile)))
}

// What is too short to be sealed is told, wherever it lies.
func TestWhatIsTooShortIsNoSealedValue(t *testing.T) {
	k := load(t, t.TempDir())
	for n := 1; n < 30; n++ {
		if got, err := k.Open("a", make([]byte, n)); err == nil {
			t.Errorf("%d bytes open as %q", n, got)
		}
	}
	if p, ok := Position(bytes.Repeat([]byte{1}, 11)); ok || p != 0 {
		t.Errorf("11 bytes have the position %x", p)
	}
	if p, ok := Position([]byte{0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6}); !ok || p != 0x0102 {
		t.Errorf("a nonce has the position %x, %v", p, ok)
	}
}

// A key file that was cut or spoilt is refused, and nothing is put in its place.
func TestASpoiltKeyFileIsRefused(t *testing.T) {
	short := []byte(`{"blind":"AAECAwQFBgcICQo="}`) // eleven bytes
	nonce := []byte(`{"blind":"AAECAwQFBgcICQoL"}`) // a nonce and nothing behind it
	for name, tc := range map[string]struct {
		file string
		as   []byte
	}{
		"an index key shorter than a nonce": {indexFile, short},
		"an index key that is a nonce":      {indexFile, nonce},
		"an empty tree":                     {treeFile, nil},
		"a tree shorter than a nonce":       {treeFile, make([]byte, 11)},
		"a tree that is a nonce":            {treeFile, make([]byte, 12)},
	} {
		dir := t.TempDir()
		load(t, dir)
		path := filepath.Join(dir, tc.file)
		if err := os.WriteFile(path, tc.as, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(dir, ""); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("%s: %v", name, err)
		}
		if !bytes.Equal(read(t, path), tc.as) {
			t.Errorf("%s: something else was put in its place", name)
		}
	}
	for _, b := range [][]byte{make([]byte, nodeSize-1), make([]byte, nodeSize+1), append([]byte{nibbles + 1}, make([]byte, nodeSize-1)...)} {
		if _, err := unpack(b); err == nil {
			t.Errorf("a tree of %d bytes that begins with %d is read", len(b), b[0])
		}
	}
}

// The old file of keys is overwritten, not merely let go: another name of it
// holds nothing any more.
func TestTheOldTreeIsOverwritten(t *testing.T) {
	dir := t.TempDir()
	k := load(t, dir)
	gone, kept := k.Seal("a", "Rukmini"), k.Seal("a", "Sutrisno")
	if got, err := k.Open("a", gone); err != nil || got != "Rukmini" {
		t.Fatalf("opens as %q, %v", got, err)
	}
	old := filepath.Join(dir, "still-open")
	if err := os.Link(filepath.Join(dir, treeFile), old); err != nil {
		t.Skip("no second name for a file here:", err)
	}
	p, _ := Position(gone)
	if err := k.Shred([]uint64{p}); err != nil {
		t.Fatal(err)
	}
	if b := read(t, old); len(b) == 0 || !bytes.Equal(b, make([]byte, len(b))) {
		t.Errorf("%d bytes of the old tree are still there", len(bytes.Trim(b, "\x00")))
	}
	if got, err := k.Open("a", kept); err != nil || got != "Sutrisno" {
		t.Errorf("opens as %q, %v", got, err)
	}
}

// A tree that cannot be written destroys nothing and says so: an erasure that
// is told done is done.
func TestATreeThatCannotBeWrittenDestroysNothing(t *testing.T) {
	dir := t.TempDir()
	k := load(t, dir)
	sealed := k.Seal("a", "Rukmini")
	p, _ := Position(sealed)
	inTheWay := filepath.Join(dir, treeFile+".new", "x")
	if err := os.MkdirAll(inTheWay, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := k.Shred([]uint64{p}); err == nil {
		t.Error("it is said to be done")
	}
	for name, ring := range map[string]*Keyring{"this process": k, "the next": load(t, dir)} {
		if got, err := ring.Open("a", sealed); err != nil || got != "Rukmini" {
			t.Errorf("%s opens it as %q, %v", name, got, err)
		}
	}
	if err := os.RemoveAll(filepath.Dir(inTheWay)); err != nil {
		t.Fatal(err)
	}
	if err := k.Shred([]uint64{p}); err != nil || !k.Shredded(p) {
		t.Errorf("once there is room: %v", err)
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
