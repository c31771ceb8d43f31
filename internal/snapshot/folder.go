package snapshot

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
)

// Folder is an empty folder that is filled with column files and then put on
// the disk in one go. A nation's outcomes are eleven thousand files: having
// the disk confirm each of them takes longer than deciding what is in them.
// It is safe for concurrent use.
type Folder struct {
	path string
	dir  *os.File // open from the beginning, so that no error of the disk is missed

	creating sync.Mutex // the system would have creators in one folder spin

	mu      sync.Mutex
	unsaved int64 // bytes since the disk was last asked to write
	saving  chan struct{}
	failed  error
}

// saveEvery is how many bytes are left for the disk to write before it is
// asked to, so that little is left at the end.
const saveEvery = 256 << 20

// OpenFolder begins to fill a folder that is there.
func OpenFolder(path string) (*Folder, error) {
	dir, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("snapshot: %w", err)
	}
	return &Folder{path: path, dir: dir}, nil
}

// Write writes a new file of the folder. It is on the disk once Save says so.
func (d *Folder) Write(name string, w *FileWriter) (Sum, error) {
	path := filepath.Join(d.path, name)
	d.creating.Lock()
	f, err := create(path)
	d.creating.Unlock()
	if err != nil {
		return Sum{}, err
	}
	sum, err := w.emit(f)
	if err == nil {
		err = syncFile(f)
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return Sum{}, fmt.Errorf("snapshot: writing %s: %w", path, err)
	}
	d.wrote(sum.Size)
	return sum, nil
}

// wrote has the disk write in the background what has come together.
func (d *Folder) wrote(n int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.unsaved += n; d.unsaved < saveEvery || d.saving != nil {
		return
	}
	d.unsaved = 0
	d.saving = make(chan struct{})
	go func() {
		err := syncAll(d.dir)
		d.mu.Lock()
		defer d.mu.Unlock()
		close(d.saving)
		d.saving, d.failed = nil, errors.Join(d.failed, err)
	}()
}

// Save returns once all files and their names are on the disk.
func (d *Folder) Save() error {
	d.mu.Lock()
	saving := d.saving
	d.mu.Unlock()
	if saving != nil {
		<-saving
	}
	err := errors.Join(syncAll(d.dir), d.dir.Sync())
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := errors.Join(d.failed, err); err != nil {
		return fmt.Errorf("snapshot: writing %s: %w", d.path, err)
	}
	return nil
}

// Close lets go of the folder. Only what was saved is sure to stay.
func (d *Folder) Close() error { return d.dir.Close() }

func create(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("snapshot: %w", err)
	}
	return f, nil
}
