package delivery

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"gotong/internal/fault"
	"gotong/internal/intact"
)

// Outbox keeps order files until they are handed over, and after.
type Outbox interface {
	// Put has a file on disk, whole and durable, under its name. at is told
	// after each step.
	Put(name string, b []byte, at Failpoint) error
	// Read returns a file; fault.NotFound when it is not there.
	Read(name string) ([]byte, error)
}

// Folder is an Outbox in a folder of the data directory.
type Folder string

// Put has the file on disk before it gives it its name, so that nobody ever
// reads half a file.
func (d Folder) Put(name string, b []byte, at Failpoint) error {
	path, err := d.path(name)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(string(d), 0o700); err != nil {
		return fmt.Errorf("delivery: %w", err)
	}
	if err := intact.Keep(path, b, func() { at(FailCutTemporary) }); err != nil {
		return fmt.Errorf("delivery: writing %s: %w", name, err)
	}
	return nil
}

// Read returns a file.
func (d Folder) Read(name string) ([]byte, error) {
	path, err := d.path(name)
	if err != nil {
		return nil, err
	}
	b, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fault.NotFound("delivery.file_missing", "name", name)
	}
	if err != nil {
		return nil, fmt.Errorf("delivery: %w", err)
	}
	return b, nil
}

func (d Folder) path(name string) (string, error) {
	if name == "" || strings.ContainsAny(name, "/\\\x00") || strings.HasPrefix(name, ".") {
		return "", fmt.Errorf("delivery: %q is no file's name", name)
	}
	return filepath.Join(string(d), name), nil
}
