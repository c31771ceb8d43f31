package seal

import (
	"encoding/binary"
	"slices"
	"time"
)

// Erased is what the tree of keys remembers of an erasure: random ids, which
// name nobody in the database of today. In an older copy of it they name whom
// to erase again.
type Erased struct {
	Subject [16]byte // family or person
	Event   [16]byte // erasure that took them away
}

// Number counts how often keys were destroyed. Of two copies of one tree the
// one with the smaller number is the older: it opens what has been destroyed
// since. At is when that was last.
func (k *Keyring) Number() (n uint64, at time.Time) {
	k.tree.mu.RLock()
	defer k.tree.mu.RUnlock()
	if k.tree.number == 0 {
		return 0, at
	}
	return k.tree.number, time.UnixMilli(int64(k.tree.at)).UTC()
}

// Told returns the erasures that the tree remembers, in the order in which it
// was told of them.
func (k *Keyring) Told() []Erased {
	k.tree.mu.RLock()
	defer k.tree.mu.RUnlock()
	return slices.Clone(k.tree.told)
}

// What stands in the file of a tree beside its branches has the form of one,
// at a depth that no branch lies at.
const (
	depthOfNumber = 0xff // path: the number; seed: the time, in milliseconds
	depthOfTold   = 0xfe // path: its place among those; seed: subject and event
)

// tell notes that keys are destroyed now, and who was erased. Who is told of
// twice stands there once.
func (t *tree) tell(erased []Erased, at time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.number, t.at = t.number+1, uint64(at.UnixMilli())
	known := make(map[Erased]bool, len(t.told))
	for _, e := range t.told {
		known[e] = true
	}
	for _, e := range erased {
		if !known[e] {
			known[e] = true
			t.told = append(t.told, e)
		}
	}
}

// packTold writes what the tree remembers behind its branches.
func (t *tree) packTold(out []byte) []byte {
	var s seed
	if t.number > 0 {
		binary.BigEndian.PutUint64(s[:], t.at)
		out = appendNode(out, branch{depthOfNumber, t.number}, s)
	}
	for i, e := range t.told {
		copy(s[:16], e.Subject[:])
		copy(s[16:], e.Event[:])
		out = appendNode(out, branch{depthOfTold, uint64(i)}, s)
	}
	return out
}

// unpackTold reads one piece of what packTold wrote; false for what is none.
func (t *tree) unpackTold(b branch, s seed) bool {
	switch b.depth {
	case depthOfNumber:
		t.number, t.at = b.path, binary.BigEndian.Uint64(s[:])
	case depthOfTold:
		t.told = append(t.told, Erased{[16]byte(s[:16]), [16]byte(s[16:])})
	default:
		return false
	}
	return true
}
