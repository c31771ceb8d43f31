package snapshot

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/indicator"
)

// Format is the version of the files' layout and of what is derived in them.
const Format = 1

// Part is one partition: the families of one regency or city.
type Part struct {
	Area     string `json:"area"` // four digits
	File     string `json:"file"` // name in the folder
	Families int    `json:"families"`
	Members  int    `json:"members"`
	Sum
}

// Mark says how far the register had come when it was read, whatever the
// status of its families and persons. Every change of a family adds one to
// Changes, so a register that has moved on has another mark.
type Mark struct {
	Families int64 `json:"families"`
	Persons  int64 `json:"persons"`
	Changes  int64 `json:"changes"`
}

// Content is what a snapshot holds: all that its digest covers.
type Content struct {
	Format    int        `json:"format"`
	AsOf      civil.Date `json:"as_of"`
	Scope     string     `json:"scope"`     // areas it was built of, "*" for the nation
	Catalogue string     `json:"catalogue"` // digest of the indicators and their definitions
	Families  int64      `json:"families"`
	Members   int64      `json:"members"`
	Parts     []Part     `json:"parts"`
}

// Digest returns the hex SHA-256 of the content.
func (c Content) Digest() string { return Digest("snapshot", c) }

// Digest returns the hex SHA-256 of v as JSON, under a name for its kind so
// that no two kinds of thing share a digest.
func Digest(kind string, v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic("snapshot: no JSON of a " + kind + ": " + err.Error()) // plain structs always have one
	}
	sum := sha256.Sum256(append([]byte("gotong "+kind+"\n"), b...))
	return hex.EncodeToString(sum[:])
}

// Manifest describes a snapshot and vouches for it.
type Manifest struct {
	Content
	Register  Mark      `json:"register"`
	CreatedAt time.Time `json:"created_at"`
	Digest    string    `json:"digest"`    // of Content
	Signature []byte    `json:"signature"` // Ed25519, of everything else
}

// Signer signs manifests and says whose signatures it trusts.
type Signer interface {
	Sign(message []byte) []byte
	Public() ed25519.PublicKey
}

func (m Manifest) message() ([]byte, error) {
	m.Signature = nil
	b, err := json.Marshal(m)
	return append([]byte("gotong snapshot manifest\n"), b...), err
}

// verify holds a manifest against itself and its signature.
func (m Manifest) verify(key ed25519.PublicKey) error {
	message, err := m.message()
	if err != nil {
		return err
	}
	if m.Format != Format {
		return fault.Invalid("snapshot.format", "have", m.Format, "want", Format)
	}
	if m.Content.Digest() != m.Digest || !ed25519.Verify(key, message, m.Signature) {
		return fault.Invalid("snapshot.manifest_changed")
	}
	return nil
}

const manifestFile = "manifest.json"

func (m *Manifest) write(dir string, signer Signer) error {
	m.Digest = m.Content.Digest()
	message, err := m.message()
	if err != nil {
		return err
	}
	m.Signature = signer.Sign(message)
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	return WriteSynced(filepath.Join(dir, manifestFile), append(b, '\n'))
}

func readManifest(dir string, key ed25519.PublicKey) (Manifest, error) {
	var m Manifest
	path := filepath.Join(dir, manifestFile)
	b, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return m, fault.NotFound("snapshot.file_missing", "file", short(path)).Because(err)
	}
	if err != nil {
		return m, fmt.Errorf("snapshot: %w", err)
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		return m, fault.Invalid("snapshot.manifest_changed").Because(err)
	}
	return m, m.verify(key)
}

// WriteSynced writes a new file and has it on disk.
func WriteSynced(path string, b []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("snapshot: writing %s: %w", path, err)
	}
	return nil
}

// SyncDir has the names in a folder on disk.
func SyncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	return errors.Join(f.Sync(), f.Close())
}

// short leaves the machine's own folders out of a message.
func short(path string) string {
	return filepath.Join(filepath.Base(filepath.Dir(path)), filepath.Base(path))
}

// CatalogueDigest names the meaning of the columns: every indicator, and the
// definitions in force on a day.
func CatalogueDigest(c *indicator.Catalogue, asOf civil.Date) string {
	d, _ := c.Derivations(asOf)
	return Digest("catalogue", struct {
		Indicators  []*indicator.Indicator
		Derivations *indicator.Derivations
	}{c.All(), d})
}
