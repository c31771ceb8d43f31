package seal

import (
	"testing"
)

// Every key that a bed hands out is the one that the tree has at the
// position, and no position comes twice.
func TestABedHandsOutTheKeysOfTheTree(t *testing.T) {
	whole := newTree()
	var b bed
	seen := map[uint64]bool{}
	for i := range 3*bedSize + 100 {
		nonce, key := b.take(whole)
		position, _ := Position(append(nonce[:], 0))
		if seen[position] {
			t.Fatalf("position %x comes twice", position)
		}
		seen[position] = true
		if i%97 != 0 && i > 600 { // the tree itself is slow
			continue
		}
		if want, err := whole.key(position); err != nil || want != key {
			t.Fatalf("the key at %x, number %d, differs: %v", position, i, err)
		}
	}
}

func TestABedIsLeftWhenKeysAreDestroyed(t *testing.T) {
	k := load(t, t.TempDir())
	gone := k.Seal("a", "Rukmini")
	p, _ := Position(gone)
	if err := k.Shred([]uint64{p}); err != nil {
		t.Fatal(err)
	}
	next := k.Seal("a", "Sutrisno")
	if q, _ := Position(next); q&^(bedSize-1) == p&^(bedSize-1) {
		t.Error("the next value lies in the bed of a destroyed key")
	}
	if got, err := k.Open("a", next); err != nil || got != "Sutrisno" {
		t.Errorf("opens as %q, %v", got, err)
	}
	if _, ok := k.tree.branch(p, bedDepth); ok {
		t.Error("the branch of a destroyed key is still there to be walked from")
	}
}

func BenchmarkBlind(b *testing.B) {
	k := load(b, b.TempDir())
	for b.Loop() {
		k.Blind("nik", "3172045505900001")
	}
}
