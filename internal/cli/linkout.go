package cli

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"

	"gotong/internal/fault"
)

// answer is a file that is written as a whole or not at all: what stood there
// stays until all of the new one is written beside it.
type answer struct {
	path  string // as it was given
	file  *os.File
	moved string // where the file is moved in the end; "" for what is no file of a disk, such as a terminal
}

// newAnswer opens a file to be written, so that it is known before long work
// is begun that it can be. It returns fault.Invalid where it cannot.
func newAnswer(path string) (*answer, error) {
	a := &answer{path: path, moved: path}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		a.moved = real
	}
	was, err := os.Stat(path)
	switch {
	case err == nil && !was.Mode().IsRegular():
		a.moved = ""
		a.file, err = os.OpenFile(path, os.O_WRONLY, 0)
	case err == nil:
		if err = changeable(path); err == nil {
			a.file, err = os.OpenFile(a.moved+partial, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, was.Mode().Perm())
		}
	case errors.Is(err, os.ErrNotExist):
		a.file, err = os.OpenFile(a.moved+partial, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	}
	if err != nil {
		return nil, a.unwritable(err)
	}
	return a, nil
}

// partial ends the name of a file that is not written to its end yet.
const partial = ".part"

// changeable returns why a file that is there cannot be written; a folder that
// can would let it be replaced.
func changeable(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return f.Close()
}

func (a *answer) unwritable(err error) error {
	return fault.Invalid("cli.unwritable", "file", a.path).Because(err)
}

// write writes the file, which is not yet in its place.
func (a *answer) write(fn func(io.Writer) error) error {
	if err := errors.Join(fn(a.file), a.file.Close()); err != nil {
		return a.unwritable(err)
	}
	return nil
}

// settle puts a file that was written in its place.
func (a *answer) settle() error {
	if a.moved == "" {
		return nil
	}
	if err := os.Rename(a.moved+partial, a.moved); err != nil {
		return a.unwritable(err)
	}
	return nil
}

// drop removes what was written, unless it is in its place.
func (a *answer) drop() {
	_ = a.file.Close() // closed already where it was written
	if a.moved != "" {
		_ = os.Remove(a.moved + partial) // gone where it was moved
	}
}

// answers opens the files of an answer. None may be one of the files that are
// read, or another of the answer.
func answers(read, written []string) (all []*answer, err error) {
	defer func() {
		if err != nil {
			dropAll(all)
			all = nil
		}
	}()
	for i, path := range written {
		for _, other := range slices.Concat(read, written[:i]) {
			if sameFile(path, other) {
				return all, fault.Invalid("cli.link_same_file", "file", path)
			}
		}
		a, err := newAnswer(path)
		if err != nil {
			return all, err
		}
		all = append(all, a)
	}
	return all, nil
}

func dropAll(all []*answer) {
	for _, a := range all {
		a.drop()
	}
}

// sameFile reports whether two paths lead to one file of a disk, be it there
// yet or not.
func sameFile(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	if errX == nil && errY == nil {
		return x.Mode().IsRegular() && os.SameFile(x, y)
	}
	p, errP := filepath.Abs(a)
	q, errQ := filepath.Abs(b)
	return errP == nil && errQ == nil && p == q
}
