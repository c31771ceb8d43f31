// Package seal encrypts identifiers at rest and makes the keyed digests by
// which they are found again.
//
// A plain hash of a NIK is the NIK: all plausible numbers can be hashed in
// minutes. So numbers are stored twice: sealed with AES-256-GCM, to be
// opened by who may, and as a blind index, an HMAC-SHA-256 under a key of
// its own, to be looked up. All keys are wrapped by a master key, which lives
// outside the database; the index key lives in a file of its own, which no
// backup takes along.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"gotong/internal/fault"
	"gotong/internal/intact"
)

// Keyring holds the opened keys. It is safe for concurrent use.
type Keyring struct {
	data   cipher.AEAD // of what was sealed before values had keys of their own
	tree   *tree
	bed    bed
	master cipher.AEAD
	dir    string

	blind []byte
	macs  sync.Pool // of *mac
	sign  ed25519.PrivateKey
}

// BlindSize is the length of a blind index, in bytes.
const BlindSize = 16

// Seal encrypts plain. The label (such as "person.nik") is bound to the
// result: what was sealed as one thing does not open as another.
func (k *Keyring) Seal(label, plain string) []byte {
	nonce, key := k.bed.take(k.tree)
	c, err := key.cipher()
	if err != nil {
		panic("seal: " + err.Error()) // a key of 32 bytes fits
	}
	sealed := make([]byte, len(nonce), len(nonce)+len(plain)+c.Overhead())
	copy(sealed, nonce[:])
	return c.Seal(sealed, nonce[:], []byte(plain), []byte(label))
}

// Open decrypts what Seal made under the same label. A nil or empty sealed
// value opens as the empty text, as an absent identifier is stored as NULL.
func (k *Keyring) Open(label string, sealed []byte) (string, error) {
	if len(sealed) == 0 {
		return "", nil
	}
	n := k.data.NonceSize()
	if len(sealed) < n {
		return "", errors.New("seal: a sealed value is too short")
	}
	plain, err := k.open(sealed[:n], sealed[n:], label)
	if err != nil {
		return "", fmt.Errorf("seal: a value sealed as %s does not open: %w", label, err)
	}
	return string(plain), nil
}

func (k *Keyring) open(nonce, sealed []byte, label string) ([]byte, error) {
	c, err := k.valueCipher(nonce)
	if err != nil {
		return nil, err
	}
	plain, err := c.Open(nil, nonce, sealed, []byte(label))
	if err != nil {
		return k.data.Open(nil, nonce, sealed, []byte(label))
	}
	return plain, nil
}

// Blind returns the blind index of value: BlindSize bytes by which equal
// values of one kind are found, and from which nothing is learnt without
// the key.
func (k *Keyring) Blind(kind, value string) []byte {
	m, _ := k.macs.Get().(*mac)
	if m == nil {
		m = &mac{Hash: hmac.New(sha256.New, k.blind)}
	}
	m.Reset() // to the state behind the key, which it remembers
	m.text = append(append(append(m.text[:0], kind...), 0), value...)
	m.Write(m.text)
	m.sum = m.Sum(m.sum[:0])
	blind := append(make([]byte, 0, BlindSize), m.sum[:BlindSize]...)
	k.macs.Put(m)
	return blind
}

// mac is an HMAC under the index key, with room for what goes in and out.
type mac struct {
	hash.Hash
	text, sum []byte
}

// Pseudonym returns a name for a subject that the audit log can hold: equal
// for the same subject, meaningless without the key.
func (k *Keyring) Pseudonym(subject string) string {
	return hex.EncodeToString(k.Blind("pseudonym", subject))
}

// Sign signs message with the installation's Ed25519 key.
func (k *Keyring) Sign(message []byte) []byte { return ed25519.Sign(k.sign, message) }

// Public returns the installation's public key, which a verifier takes along.
func (k *Keyring) Public() ed25519.PublicKey { return k.sign.Public().(ed25519.PublicKey) }

// Mark returns a text that is equal for equal keys and tells nothing of them,
// by which data can name the keys that they are sealed under.
func (k *Keyring) Mark() string {
	own := append([]byte("mark"), k.Public()...)
	return hex.EncodeToString(k.Blind("mark", string(own)))
}

// wrapped is a key file: each key sealed by the master key.
type wrapped struct {
	Data  []byte `json:"data,omitempty"`
	Sign  []byte `json:"sign,omitempty"`
	Blind []byte `json:"blind,omitempty"`
	Tree  bool   `json:"tree,omitempty"` // that a tree of keys was planted
}

// Apart lists the files of a key folder that no copy of the data takes along:
// each opens, or finds, what the copy holds.
var Apart = []string{masterFile, indexFile, treeFile}

// Kept is the file of a key folder that copies take along.
const Kept = keyringFile

// Files of a key folder.
const (
	masterFile  = "master.key"   // hex; kept out of every backup, or given by the environment
	keyringFile = "keyring.json" // data and signing keys, wrapped
	indexFile   = "index.json"   // blind-index key, wrapped; kept out of every backup; and treeFile
)

// Missing returns the first key file that dir lacks, "" when it holds all.
// Load would make it anew, which must not happen once data are sealed: ask
// before.
func Missing(dir string) string {
	for _, name := range []string{keyringFile, indexFile} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			return name
		}
	}
	return ""
}

// Load opens the key folder dir, or makes one where there is none. master is
// the hex master key given by the operator, or empty to keep it in dir.
// It returns fault.Invalid for a malformed master key and fault.Forbidden
// when the master key does not open the keys.
func Load(dir, master string) (*Keyring, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	kek, err := masterKey(dir, master)
	if err != nil {
		return nil, err
	}
	ring, err := readWrapped(dir, keyringFile, kek)
	if err != nil {
		return nil, err
	}
	index, err := readWrapped(dir, indexFile, kek)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(ring.Data)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	data, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	values, err := loadTree(dir, kek, ring.Tree)
	if err != nil {
		return nil, err
	}
	if !ring.Tree {
		ring.Tree = true
		if err := ring.write(filepath.Join(dir, keyringFile), keyringFile, kek); err != nil {
			return nil, err
		}
	}
	return &Keyring{data: data, tree: values, master: kek, dir: dir, blind: index.Blind, sign: ed25519.NewKeyFromSeed(ring.Sign)}, nil
}

func masterKey(dir, given string) (cipher.AEAD, error) {
	if given == "" {
		path := filepath.Join(dir, masterFile)
		b, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			if b, err = newMaster(dir, path); err != nil {
				return nil, err
			}
		} else if err != nil {
			return nil, fmt.Errorf("seal: %w", err)
		}
		given = string(b)
	}
	key, err := hex.DecodeString(strings.TrimSpace(given))
	if err != nil || len(key) != 32 {
		return nil, fault.Invalid("seal.bad_master")
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return cipher.NewGCM(block)
}

// newMaster makes a master key, but never beside keys that another master
// key has wrapped: that would make their data unreadable for good.
func newMaster(dir, path string) ([]byte, error) {
	if _, err := os.Stat(filepath.Join(dir, keyringFile)); err == nil {
		return nil, fault.Forbidden("seal.master_missing", "file", masterFile)
	}
	b := []byte(hex.EncodeToString(randomKey()) + "\n")
	return b, writeFile(path, b)
}

func randomKey() []byte {
	key := make([]byte, 32)
	_, _ = rand.Read(key)
	return key
}

func readWrapped(dir, name string, kek cipher.AEAD) (wrapped, error) {
	path := filepath.Join(dir, name)
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return newWrapped(path, name, kek)
	}
	if err != nil {
		return wrapped{}, fmt.Errorf("seal: %w", err)
	}
	var w wrapped
	if err := json.Unmarshal(b, &w); err != nil {
		return wrapped{}, fmt.Errorf("seal: %s: %w", name, err)
	}
	for _, key := range []*[]byte{&w.Data, &w.Sign, &w.Blind} {
		if *key == nil {
			continue
		}
		n := kek.NonceSize()
		if len(*key) < n {
			return wrapped{}, fault.Forbidden("seal.wrong_master")
		}
		opened, err := kek.Open(nil, (*key)[:n], (*key)[n:], []byte(name))
		if err != nil {
			return wrapped{}, fault.Forbidden("seal.wrong_master").Because(err)
		}
		*key = opened
	}
	return w, nil
}

func newWrapped(path, name string, kek cipher.AEAD) (wrapped, error) {
	w := wrapped{Data: randomKey(), Sign: randomKey()}
	if name == indexFile {
		w = wrapped{Blind: randomKey()}
	}
	return w, w.write(path, name, kek)
}

// write puts the keys, wrapped, in the place of a file of them.
func (w wrapped) write(path, name string, kek cipher.AEAD) error {
	b, err := json.MarshalIndent(wrapped{wrap(kek, w.Data, name), wrap(kek, w.Sign, name), wrap(kek, w.Blind, name), w.Tree}, "", "  ")
	if err != nil {
		return err
	}
	return replaceFile(path, b)
}

// replaceFile puts a file in the place of another, whole or not at all.
func replaceFile(path string, b []byte) error {
	fresh := path + ".new"
	if err := os.Remove(fresh); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("seal: %w", err)
	}
	if err := writeFile(fresh, b); err != nil {
		return err
	}
	if err := os.Rename(fresh, path); err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	if err := intact.SyncFolder(filepath.Dir(path)); err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	return nil
}

func wrap(kek cipher.AEAD, key []byte, name string) []byte {
	if key == nil {
		return nil
	}
	nonce := make([]byte, kek.NonceSize())
	_, _ = rand.Read(nonce)
	return kek.Seal(nonce, nonce, key, []byte(name))
}

// writeFile writes a new file for the owner alone, and has it on disk before
// anything is sealed with what it holds.
func writeFile(path string, b []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	if _, err := f.Write(b); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := f.Sync(); err != nil {
		return errors.Join(err, f.Close())
	}
	return f.Close()
}
