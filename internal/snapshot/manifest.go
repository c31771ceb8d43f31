package snapshot

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"path/filepath"
	"time"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/indicator"
)

// Format is the version of the files' layout and of what is derived in them.
const Format = 3

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

// Manifest describes a snapshot; its file is signed.
type Manifest struct {
	Content
	Register  Mark      `json:"register"`
	CreatedAt time.Time `json:"created_at"`
	Digest    string    `json:"digest"` // of Content
}

const (
	manifestFile = "manifest.json"
	manifestKind = "snapshot manifest"
)

func (m *Manifest) write(dir string, signer Signer) error {
	m.Digest = m.Content.Digest()
	return WriteSigned(filepath.Join(dir, manifestFile), manifestKind, m, signer)
}

func readManifest(dir string, key ed25519.PublicKey) (Manifest, error) {
	var m Manifest
	if err := ReadSigned(filepath.Join(dir, manifestFile), manifestKind, &m, key); err != nil {
		return m, err
	}
	if m.Format != Format {
		return m, fault.Invalid("snapshot.format", "have", m.Format, "want", Format)
	}
	if m.Content.Digest() != m.Digest {
		return m, fault.Invalid("snapshot.manifest_changed", "file", manifestFile)
	}
	return m, nil
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
