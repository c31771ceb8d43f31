package seal

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"slices"
	"sync"
)

// tree gives every sealed value a key of its own that can be destroyed. A key
// lies at a position of 64 bits, under a root from which it is derived step by
// step; to destroy it, each node on its way is replaced by the nodes beside
// the way. What is left derives every key but that one, and nothing leads back
// (the puncturable function of Goldreich, Goldwasser and Micali).
//
// So a value needs no stored key, and its copies, wherever they lie, are
// unreadable once its position is punctured.
type tree struct {
	mu    sync.RWMutex
	nodes map[branch]seed

	number uint64   // how often keys were destroyed
	at     uint64   // when last, in milliseconds of Unix time
	told   []Erased // whom that erased
}

// seed derives all keys below a branch.
type seed [32]byte

// branch is a node: the first depth nibbles of the positions below it, the
// other bits zero.
type branch struct {
	depth uint8
	path  uint64
}

const (
	nibbles = 16 // of a position
	arity   = 16
)

// errShredded is why a value whose key was destroyed does not open.
var errShredded = errors.New("its key was destroyed")

func newTree() *tree { return &tree{nodes: map[branch]seed{{}: seed(randomKey())}} }

// nibble returns the step that the way to a position takes at a depth.
func nibble(position uint64, depth int) byte { return byte(position>>(60-4*depth)) & 15 }

// at returns the branch of a depth on the way to a position.
func at(position uint64, depth int) branch {
	return branch{uint8(depth), position &^ (^uint64(0) >> (4 * depth))}
}

func (s seed) child(step byte) seed {
	var b [33]byte
	copy(b[:], s[:])
	b[32] = step
	return sha256.Sum256(b[:])
}

// nearest returns the deepest known node on the way to a position.
func (t *tree) nearest(position uint64) (depth int, s seed, ok bool) {
	for depth := 0; depth <= nibbles; depth++ {
		if s, ok := t.nodes[at(position, depth)]; ok {
			return depth, s, true
		}
	}
	return 0, seed{}, false
}

// key returns the key of a position, or errShredded.
func (t *tree) key(position uint64) (seed, error) {
	t.mu.RLock()
	depth, s, ok := t.nearest(position)
	t.mu.RUnlock()
	if !ok {
		return seed{}, errShredded
	}
	for ; depth < nibbles; depth++ {
		s = s.child(nibble(position, depth))
	}
	return s, nil
}

// branch returns the seed of the branch at a depth on the way to a position,
// false where keys below it are destroyed.
func (t *tree) branch(position uint64, depth int) (seed, bool) {
	t.mu.RLock()
	known, s, ok := t.nearest(position)
	t.mu.RUnlock()
	if !ok || known > depth {
		return seed{}, false
	}
	for ; known < depth; known++ {
		s = s.child(nibble(position, known))
	}
	return s, true
}

// puncture destroys the keys of positions. A key that is destroyed already
// stays so.
func (t *tree) puncture(positions []uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, position := range positions {
		depth, s, ok := t.nearest(position)
		if !ok {
			continue
		}
		delete(t.nodes, at(position, depth))
		for ; depth < nibbles; depth++ {
			step := nibble(position, depth)
			for beside := range byte(arity) {
				if beside != step {
					path := at(position, depth).path | uint64(beside)<<(60-4*depth)
					t.nodes[branch{uint8(depth + 1), path}] = s.child(beside)
				}
			}
			s = s.child(step)
		}
	}
}

const nodeSize = 1 + 8 + 32

// pack writes the tree: nodes in order, each its depth, path and seed; and
// what it remembers.
func (t *tree) pack() []byte {
	t.mu.RLock()
	defer t.mu.RUnlock()
	branches := make([]branch, 0, len(t.nodes))
	for b := range t.nodes {
		branches = append(branches, b)
	}
	slices.SortFunc(branches, func(a, b branch) int {
		if a.path != b.path {
			if a.path < b.path {
				return -1
			}
			return 1
		}
		return int(a.depth) - int(b.depth)
	})
	out := make([]byte, 0, len(branches)*nodeSize)
	for _, b := range branches {
		out = appendNode(out, b, t.nodes[b])
	}
	return t.packTold(out)
}

func appendNode(out []byte, b branch, s seed) []byte {
	out = append(out, b.depth)
	out = binary.BigEndian.AppendUint64(out, b.path)
	return append(out, s[:]...)
}

// unpack reads what pack wrote.
func unpack(b []byte) (*tree, error) {
	if len(b)%nodeSize != 0 {
		return nil, errors.New("seal: the tree of keys is cut short")
	}
	t := &tree{nodes: make(map[branch]seed, len(b)/nodeSize)}
	for ; len(b) > 0; b = b[nodeSize:] {
		node, s := branch{b[0], binary.BigEndian.Uint64(b[1:])}, seed(b[9:nodeSize])
		switch {
		case t.unpackTold(node, s):
		case node.depth > nibbles:
			return nil, errors.New("seal: the tree of keys is damaged")
		default:
			t.nodes[node] = s
		}
	}
	return t, nil
}
