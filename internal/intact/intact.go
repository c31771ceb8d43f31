// Package intact writes files that are there whole or not at all: beside their
// place, and moved into it once all of them is written.
package intact

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// partial ends the name of a file that is not written to its end yet.
const partial = ".part"

// File is a file that is being written beside its place.
type File struct {
	*os.File
	place string
}

// Beside opens a file to be written, of this mode where it is new. What an
// earlier writer that never came to its end left there is written over.
func Beside(place string, mode fs.FileMode) (*File, error) {
	f, err := os.OpenFile(place+partial, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode)
	if err != nil {
		return nil, err
	}
	return &File{f, place}, nil
}

// Settle puts a file that was written and closed in its place.
func (f *File) Settle() error { return os.Rename(f.Name(), f.place) }

// Drop removes what was written, unless it is in its place.
func (f *File) Drop() {
	_ = f.Close()           // closed already where it was written
	_ = os.Remove(f.Name()) // gone where it was moved
}

// Keep has a file on the disk under its place, by power failures too, for its
// owner alone. Several may keep the same at a time; one of them stays.
// Written, if not nil, is called between the writing and the moving.
func Keep(place string, b []byte, written func()) error {
	dir := filepath.Dir(place)
	f, err := os.CreateTemp(dir, ".*.tmp")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // once moved, it is gone already
	if _, err := f.Write(b); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	if written != nil {
		written()
	}
	if err := os.Rename(f.Name(), place); err != nil {
		return err
	}
	return SyncFolder(dir)
}

// SyncFolder has the names in a folder on the disk.
func SyncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
