package seal

import (
	"crypto/rand"
	"encoding/binary"
	"sync"
)

// bed hands out neighbouring positions, each once, with their keys. What they
// share of their way from the root is walked once for all of them, so that a
// key costs one step instead of sixteen. Where a bed lies is drawn at random:
// two beds of 2^16 positions do not meet among 2^48 places.
//
// A position of the bed is fresh: nothing was ever sealed there, so its key
// was never destroyed. Those before it may be, and so a bed is left when keys
// are.
type bed struct {
	mu     sync.Mutex
	way    [nibbles + 1]seed // at each depth, on the way to the last position
	next   uint64            // position
	left   int               // positions that were not handed out
	suffix [4]byte           // of the nonces
}

// What the positions of a bed share, in nibbles, and how many they are.
const (
	bedDepth = 12
	bedSize  = 1 << (4 * (nibbles - bedDepth))
)

// take returns the nonce and the key of a fresh position.
func (b *bed) take(t *tree) (nonce [12]byte, key seed) {
	b.mu.Lock()
	defer b.mu.Unlock()
	from := bedDepth
	if b.left == 0 {
		b.dig(t)
	} else {
		from = nibbles - 1
		for b.next&(1<<(4*(nibbles-from))-1) == 0 { // it leaves the last one's branch there
			from--
		}
	}
	for depth := from; depth < nibbles; depth++ {
		b.way[depth+1] = b.way[depth].child(nibble(b.next, depth))
	}
	binary.BigEndian.PutUint64(nonce[:], b.next)
	copy(nonce[8:], b.suffix[:])
	b.next++
	b.left--
	return nonce, b.way[nibbles]
}

// dig lays the bed anew.
func (b *bed) dig(t *tree) {
	for {
		var at [8]byte
		_, _ = rand.Read(at[:]) // never fails since Go 1.24
		b.next = binary.BigEndian.Uint64(at[:]) &^ (bedSize - 1)
		if s, ok := t.branch(b.next, bedDepth); ok { // few branches have lost a key
			b.way[bedDepth] = s
			break
		}
	}
	_, _ = rand.Read(b.suffix[:])
	b.left = bedSize
}

// leave has the next position be in another bed, and forgets the keys of this
// one.
func (b *bed) leave() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.left, b.way = 0, [nibbles + 1]seed{}
}
