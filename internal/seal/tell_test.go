package seal

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestTheTreeRemembersWhoWasErased holds the memory to outliving the process,
// to holding each once, and to growing by what another process told.
func TestTheTreeRemembersWhoWasErased(t *testing.T) {
	dir := t.TempDir()
	k, other := load(t, dir), load(t, dir)
	if n, at := k.Number(); n != 0 || !at.IsZero() || k.Told() != nil {
		t.Errorf("a new tree: %d, %v, %v", n, at, k.Told())
	}
	first, second := Erased{[16]byte{1}, [16]byte{9}}, Erased{[16]byte{2}, [16]byte{9}}
	sealed := k.Seal("a", "Rukmini")
	p, _ := Position(sealed)
	for _, told := range [][]Erased{{first}, {first, second}} {
		if err := k.Shred([]uint64{p}, told...); err != nil {
			t.Fatal(err)
		}
	}
	third := Erased{[16]byte{3}, [16]byte{10}}
	if err := other.Shred(nil, third); err != nil { // somebody of whom nothing was sealed
		t.Fatal(err)
	}
	for name, ring := range map[string]*Keyring{"the other process": other, "a new one": load(t, dir)} {
		n, at := ring.Number()
		if diff := cmp.Diff([]Erased{first, second, third}, ring.Told()); diff != "" || n != 3 || at.IsZero() {
			t.Errorf("%s: number %d at %v: %s", name, n, at, diff)
		}
	}
	if got, err := load(t, dir).Open("a", sealed); err == nil {
		t.Errorf("opens as %q", got)
	}
}

func TestATreeOfTheTimeBeforeItRemembered(t *testing.T) {
	whole := newTree()
	whole.puncture([]uint64{7})
	packed := whole.pack()
	if len(packed)%nodeSize != 0 || bytes.IndexByte(packed[:1], depthOfNumber) == 0 {
		t.Fatal("a tree that remembers nothing has another form")
	}
	again, err := unpack(packed)
	if err != nil || again.number != 0 || len(again.nodes) != len(whole.nodes) {
		t.Errorf("%d, %d nodes, %v", again.number, len(again.nodes), err)
	}
}

func TestWhatIsToldIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole := newTree()
		whole.number, whole.at = rapid.Uint64Min(1).Draw(t, "number"), rapid.Uint64().Draw(t, "at")
		for i := range rapid.IntRange(0, 5).Draw(t, "told") {
			whole.told = append(whole.told, Erased{[16]byte{byte(i)}, [16]byte(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "event"))})
		}
		again, err := unpack(whole.pack())
		if err != nil || again.number != whole.number || again.at != whole.at {
			t.Fatalf("%+v, %v", again, err)
		}
		if diff := cmp.Diff(whole.told, again.told); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestFilesKeptApartAreTheKeyFolder(t *testing.T) {
	dir := t.TempDir()
	load(t, dir)
	found, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != len(Apart)+1 {
		t.Errorf("%d files", len(found))
	}
	for _, name := range append([]string{Kept}, Apart...) {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
}
