// Package spill keeps what does not fit into memory in a file that nobody
// else can read: it is encrypted under a key that lives in memory alone, and
// its name is taken away as soon as it is open, so that a killed program
// leaves nothing.
package spill

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"
)

// Parts are byte strings that grow at their ends, each on its own. They stay
// in memory until they are more than the room they were given. They are for one
// goroutine; once nothing is appended any more, several may load them.
type Parts struct {
	dir   string
	room  int
	held  int // bytes in memory
	aead  cipher.AEAD
	file  *os.File
	end   int64
	parts []part

	sealed []byte // room for what is written
}

type part struct {
	open   []byte
	chunks []chunk
	size   int
}

type chunk struct {
	at int64
	n  int
}

// NewParts returns n empty parts, which hold about room bytes in memory and
// the rest in a file in dir ("" is the system's folder for such files).
func NewParts(dir string, n, room int) *Parts {
	var key [32]byte
	_, _ = rand.Read(key[:]) // never fails since Go 1.24
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic("spill: " + err.Error()) // a key of 32 bytes always fits
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic("spill: " + err.Error())
	}
	return &Parts{dir: dir, room: room, aead: aead, parts: make([]part, n)}
}

// Len returns how many parts there are.
func (p *Parts) Len() int { return len(p.parts) }

// Size returns how many bytes a part has.
func (p *Parts) Size(i int) int { return p.parts[i].size }

const leastRoom = 1 << 10 // bytes of a part that has any

// Append adds b to the end of a part.
func (p *Parts) Append(i int, b []byte) error {
	x := &p.parts[i]
	if len(x.open)+len(b) > cap(x.open) {
		x.open = slices.Grow(x.open, max(len(x.open), len(b), leastRoom))
	}
	x.open = append(x.open, b...)
	x.size += len(b)
	p.held += len(b)
	if p.held <= p.room {
		return nil
	}
	return p.spill()
}

// spill writes the fuller half of what is in memory into the file.
func (p *Parts) spill() error {
	fair := p.held / len(p.parts)
	for i := range p.parts {
		if x := &p.parts[i]; len(x.open) >= fair {
			if err := p.write(x); err != nil {
				return fmt.Errorf("spill: %w", err)
			}
		}
	}
	return nil
}

func (p *Parts) write(x *part) error {
	if p.file == nil {
		if err := p.create(); err != nil {
			return err
		}
	}
	p.sealed = p.aead.Seal(p.sealed[:0], p.nonce(p.end), x.open, nil)
	if _, err := p.file.WriteAt(p.sealed, p.end); err != nil {
		return err
	}
	x.chunks = append(x.chunks, chunk{p.end, len(p.sealed)})
	p.end += int64(len(p.sealed))
	p.held -= len(x.open)
	x.open = x.open[:0]
	return nil
}

// nonce is the place in the file, where nothing is written twice.
func (p *Parts) nonce(at int64) []byte {
	nonce := make([]byte, p.aead.NonceSize())
	binary.BigEndian.PutUint64(nonce, uint64(at))
	return nonce
}

func (p *Parts) create() error {
	if p.dir != "" {
		if err := os.MkdirAll(p.dir, 0o700); err != nil {
			return err
		}
	}
	f, err := os.CreateTemp(p.dir, "spill-")
	if err != nil {
		return err
	}
	p.file = f
	return os.Remove(f.Name())
}

// Load returns the content of a part, which is not to be changed.
func (p *Parts) Load(i int) ([]byte, error) {
	x := &p.parts[i]
	if len(x.chunks) == 0 {
		return x.open, nil
	}
	b := make([]byte, 0, x.size)
	var sealed []byte
	for _, c := range x.chunks {
		if cap(sealed) < c.n {
			sealed = make([]byte, c.n)
		}
		sealed = sealed[:c.n]
		if _, err := p.file.ReadAt(sealed, c.at); err != nil {
			return nil, fmt.Errorf("spill: %w", err)
		}
		var err error
		if b, err = p.aead.Open(b, p.nonce(c.at), sealed, nil); err != nil {
			return nil, errors.Join(errors.New("spill: the file was changed"), err)
		}
	}
	return append(b, x.open...), nil
}

// Close drops everything.
func (p *Parts) Close() error {
	p.parts = nil
	if p.file == nil {
		return nil
	}
	return p.file.Close()
}
