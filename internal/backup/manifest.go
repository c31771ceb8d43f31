// Package backup makes copies of an installation while it is at work, goes
// back to one, and keeps what follows from going back: payments stand still
// until two people of an area have said which files went out since the copy.
//
// A copy is a folder with the database, the files that belong with it and a
// signed manifest. It holds none of the keys that open it (ADR 0016, 0052).
package backup

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"gotong/internal/fault"
)

// Manifest says what a copy holds, and of what state.
type Manifest struct {
	Format  int       `json:"format"`
	Program string    `json:"program"` // version that made it
	At      time.Time `json:"at"`      // what happened later may not be in it
	Engine  string    `json:"engine"`  // of the database
	Schema  string    `json:"schema"`  // its newest step
	Keys    string    `json:"keys"`    // mark of the keys that it is sealed under
	Tree    uint64    `json:"tree"`    // number of the tree of keys: an older one opens what was destroyed by then
	Entries int64     `json:"entries"` // of the audit log, at least
	Root    string    `json:"root"`    // of these, hex
	Files   []File    `json:"files"`   // by name
	Seal    []byte    `json:"seal,omitempty"`
}

// File is a file of a copy.
type File struct {
	Name   string `json:"name"` // with slashes, in the data folder
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"` // hex
}

// format is the form of copies that this program writes and reads.
const format = 1

const manifestFile = "manifest.json"

// Message returns what the installation's seal is over.
func (m *Manifest) Message() ([]byte, error) {
	bare := *m
	bare.Seal = nil
	b, err := json.Marshal(bare)
	return append([]byte("gotong copy\n"), b...), err
}

// Size returns the bytes of all files.
func (m *Manifest) Size() (n int64) {
	for _, f := range m.Files {
		n += f.Size
	}
	return n
}

// Read reads the manifest of a copy. It returns fault.NotFound where there is
// none, as in a copy that did not come to its end, and fault.Invalid for one
// that this program does not understand.
func Read(dir string) (*Manifest, error) {
	b, err := os.ReadFile(filepath.Join(dir, manifestFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.NotFound("backup.no_manifest", "folder", dir)
	}
	if err != nil {
		return nil, err
	}
	var m Manifest
	if err := json.Unmarshal(b, &m); err != nil {
		return nil, fault.Invalid("backup.bad_manifest", "folder", dir).Because(err)
	}
	if m.Format > format {
		return nil, fault.Invalid("backup.newer", "program", m.Program)
	}
	local := func(f File) bool { return filepath.IsLocal(filepath.FromSlash(f.Name)) && f.Size >= 0 }
	sorted := slices.IsSortedFunc(m.Files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	if m.Format < 1 || len(m.Files) == 0 || !sorted || slices.ContainsFunc(m.Files, func(f File) bool { return !local(f) }) {
		return nil, fault.Invalid("backup.bad_manifest", "folder", dir)
	}
	return &m, nil
}

// Compare holds a copy's folder to having the files of its manifest and no
// others. It returns fault.Conflict and names one.
func (m *Manifest) Compare(dir string) error {
	there := map[string]bool{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		there[filepath.ToSlash(name)] = true
		return err
	})
	if err != nil {
		return err
	}
	delete(there, manifestFile)
	for _, f := range m.Files {
		if !there[f.Name] {
			return fault.Conflict("backup.missing", "file", f.Name)
		}
		delete(there, f.Name)
	}
	for name := range there {
		return fault.Conflict("backup.too_many", "file", name, "count", len(there))
	}
	return nil
}
