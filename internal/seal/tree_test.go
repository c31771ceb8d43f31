package seal

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"

	"gotong/internal/fault"
)

func TestPuncturingTakesOneKeyAndNoOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole := newTree()
		cut, err := unpack(whole.pack())
		if err != nil {
			t.Fatal(err)
		}
		gone := rapid.SliceOfN(rapid.Uint64(), 1, 6).Draw(t, "gone")
		cut.puncture(gone)
		cut.puncture(gone[:1]) // once more changes nothing
		if cut, err = unpack(cut.pack()); err != nil {
			t.Fatal(err)
		}
		for _, p := range gone {
			if _, err := cut.key(p); err == nil {
				t.Fatalf("the key at %x is still there", p)
			}
		}
		others := rapid.SliceOfN(rapid.Uint64(), 0, 20).Draw(t, "others")
		for _, p := range gone { // the nearest neighbours suffer first
			others = append(others, p^1, p^(1<<63), p^(1<<4))
		}
		for _, p := range others {
			isGone := false
			for _, g := range gone {
				isGone = isGone || g == p
			}
			if isGone {
				continue
			}
			want, _ := whole.key(p)
			if got, err := cut.key(p); err != nil || got != want {
				t.Fatalf("the key at %x changed: %v", p, err)
			}
		}
	})
}

func TestShreddedStaysShreddedAndTheRestOpens(t *testing.T) {
	dir := t.TempDir()
	k := load(t, dir)
	other := load(t, dir) // a second process
	gone, kept, theirs := k.Seal("a", "Rukmini"), k.Seal("a", "Sutrisno"), k.Seal("a", "Wayan")
	copied := bytes.Clone(gone) // in a backup
	before, err := os.ReadFile(filepath.Join(dir, treeFile))
	if err != nil {
		t.Fatal(err)
	}
	p, _ := Position(gone)
	if err := k.Shred([]uint64{p}); err != nil {
		t.Fatal(err)
	}
	q, _ := Position(theirs)
	if err := other.Shred([]uint64{q}); err != nil {
		t.Fatal(err)
	}
	for name, ring := range map[string]*Keyring{"another process": other, "a new one": load(t, dir)} {
		for _, sealed := range [][]byte{copied, theirs} {
			if got, err := ring.Open("a", sealed); !IsShredded(err) {
				t.Errorf("%s opens %q, %v", name, got, err)
			}
		}
		if got, err := ring.Open("a", kept); err != nil || got != "Sutrisno" {
			t.Errorf("%s opens what was kept as %q, %v", name, got, err)
		}
	}
	if !k.Shredded(p) || k.Shredded(p+1) {
		t.Error("what is destroyed is told wrongly")
	}
	after, _ := os.ReadFile(filepath.Join(dir, treeFile))
	if bytes.Equal(before, after) {
		t.Error("the file did not change")
	}
}

func TestValuesOfTheTimeBeforeTheTreeOpen(t *testing.T) {
	k := load(t, t.TempDir())
	nonce := bytes.Repeat([]byte{7}, 12)
	old := k.data.Seal(bytes.Clone(nonce), nonce, []byte("3172045505900001"), []byte("person.nik"))
	if got, err := k.Open("person.nik", old); err != nil || got != "3172045505900001" {
		t.Errorf("opens as %q, %v", got, err)
	}
}

func TestALostTreeIsNotPlantedAnew(t *testing.T) {
	dir := t.TempDir()
	load(t, dir)
	if err := os.Remove(filepath.Join(dir, treeFile)); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(dir, ""); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("a lost tree: %v", err)
	}
}

func BenchmarkSeal(b *testing.B) {
	k, err := Load(b.TempDir(), "")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		k.Seal("person.nik", "3172045505900001")
	}
}
