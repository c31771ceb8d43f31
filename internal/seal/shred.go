package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"gotong/internal/fault"
)

// treeFile holds the tree of keys, wrapped. A copy of it undoes every
// destruction since the copy was made: it is kept out of every backup of the
// data, and a safe copy is replaced after each erasure.
const treeFile = "tree.bin"

// Position returns where the key of a sealed value lies, by which it can be
// destroyed later; false for what is no sealed value. It tells nothing of the
// value and may be written down.
func Position(sealed []byte) (uint64, bool) {
	if len(sealed) < 12 {
		return 0, false
	}
	return binary.BigEndian.Uint64(sealed), true
}

// Shred destroys the keys at positions for good: no copy of what was sealed
// with them opens again, here or in a backup. The tree remembers who was
// erased by it. It returns after the tree without the keys is on disk and the
// file before it is overwritten.
//
// Two processes must not shred at once; the caller holds a lock that both see,
// such as the database's.
func (k *Keyring) Shred(positions []uint64, erased ...Erased) error {
	if len(positions)+len(erased) == 0 {
		return nil
	}
	// What another process destroyed since this one began stays destroyed.
	disk, err := readTree(k.dir, k.master)
	if err != nil {
		return err
	}
	disk.puncture(positions)
	disk.tell(erased, time.Now())
	if err := writeTree(k.dir, k.master, disk); err != nil {
		return err
	}
	k.tree.mu.Lock()
	k.tree.nodes, k.tree.number, k.tree.at, k.tree.told = disk.nodes, disk.number, disk.at, disk.told
	k.tree.mu.Unlock()
	k.bed.leave()
	return nil
}

// Shredded reports whether the key at a position is destroyed.
func (k *Keyring) Shredded(position uint64) bool {
	_, err := k.tree.key(position)
	return errors.Is(err, errShredded)
}

// IsShredded reports whether a value did not open as its key was destroyed.
func IsShredded(err error) bool { return errors.Is(err, errShredded) }

// valueCipher returns the cipher of the value with a nonce: its first eight
// bytes are the position of its key.
func (k *Keyring) valueCipher(nonce []byte) (cipher.AEAD, error) {
	key, err := k.tree.key(binary.BigEndian.Uint64(nonce))
	if err != nil {
		return nil, err
	}
	return key.cipher()
}

func (s seed) cipher() (cipher.AEAD, error) {
	block, err := aes.NewCipher(s[:])
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return cipher.NewGCM(block)
}

// loadTree opens the tree of keys, or plants it for a keyring that had none.
func loadTree(dir string, kek cipher.AEAD, planted bool) (*tree, error) {
	if _, err := os.Stat(filepath.Join(dir, treeFile)); errors.Is(err, fs.ErrNotExist) {
		if planted {
			return nil, fault.Forbidden("seal.key_file_missing", "file", treeFile, "folder", dir)
		}
		t := newTree()
		return t, writeTree(dir, kek, t)
	}
	return readTree(dir, kek)
}

func readTree(dir string, kek cipher.AEAD) (*tree, error) {
	b, err := os.ReadFile(filepath.Join(dir, treeFile))
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	n := kek.NonceSize()
	if len(b) < n {
		return nil, fault.Forbidden("seal.wrong_master")
	}
	opened, err := kek.Open(nil, b[:n], b[n:], []byte(treeFile))
	if err != nil {
		return nil, fault.Forbidden("seal.wrong_master").Because(err)
	}
	return unpack(opened)
}

// writeTree puts the tree in the place of the one before, whole or not at
// all, and overwrites what the old file held.
func writeTree(dir string, kek cipher.AEAD, t *tree) error {
	path := filepath.Join(dir, treeFile)
	old, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("seal: %w", err)
	}
	if err := replaceFile(path, wrap(kek, t.pack(), treeFile)); err != nil {
		return err
	}
	if old == nil {
		return nil
	}
	return errors.Join(overwrite(old), old.Close())
}

// overwrite puts zeros over a file that is unlinked already.
func overwrite(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if _, err := f.WriteAt(make([]byte, info.Size()), 0); err != nil {
		return err
	}
	return f.Sync()
}
