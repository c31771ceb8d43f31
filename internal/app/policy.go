package app

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
)

// overlay is a folder of policy files: those of the data folder first, then
// those built in, so that an office changes a programme by putting a file of
// the same name into its own folder.
type overlay struct{ upper, lower fs.FS }

// policy returns the files of one kind (programmes, models, …) in force for
// an installation.
func policy(dataDir, kind string, builtIn fs.FS) fs.FS {
	dir := filepath.Join(dataDir, kind)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return builtIn
	}
	return overlay{upper: os.DirFS(dir), lower: builtIn}
}

// Open opens a file of the upper folder, or of the lower one.
func (o overlay) Open(name string) (fs.File, error) {
	if name == "." {
		return o.lower.Open(name)
	}
	f, err := o.upper.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return o.lower.Open(name)
	}
	return f, err
}

// ReadDir lists both folders, each name once.
func (o overlay) ReadDir(name string) ([]fs.DirEntry, error) {
	seen := map[string]fs.DirEntry{}
	for _, layer := range []fs.FS{o.lower, o.upper} {
		entries, err := fs.ReadDir(layer, name)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		for _, e := range entries {
			seen[e.Name()] = e
		}
	}
	all := make([]fs.DirEntry, 0, len(seen))
	for _, e := range seen {
		all = append(all, e)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Name() < all[j].Name() })
	return all, nil
}

// Glob matches names in both folders, as fs.Glob does by ReadDir.
func (o overlay) Glob(pattern string) ([]string, error) {
	entries, err := o.ReadDir(".")
	if err != nil {
		return nil, err
	}
	var all []string
	for _, e := range entries {
		ok, err := filepath.Match(pattern, e.Name())
		if err != nil {
			return nil, err
		}
		if ok {
			all = append(all, e.Name())
		}
	}
	return all, nil
}
