package cli

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"

	"gotong/internal/fault"
	"gotong/internal/intact"
)

// answer is a file that is written as a whole or not at all: what stood there
// stays until all of the new one is written beside it.
type answer struct {
	path  string // as it was given
	file  *os.File
	whole *intact.File // nil for what is no file of a disk, such as a terminal
}

// newAnswer opens a file to be written, so that it is known before long work
// is begun that it can be. It returns fault.Invalid where it cannot.
func newAnswer(path string) (*answer, error) {
	place := path
	if real, err := filepath.EvalSymlinks(path); err == nil {
		place = real
	}
	a := &answer{path: path}
	was, err := os.Stat(path)
	switch {
	case err == nil && !was.Mode().IsRegular():
		a.file, err = os.OpenFile(path, os.O_WRONLY, 0)
	case err == nil:
		if err = changeable(path); err == nil {
			err = a.beside(place, was.Mode().Perm())
		}
	case errors.Is(err, os.ErrNotExist):
		err = a.beside(place, 0o644)
	}
	if err != nil {
		return nil, unwritable(path, err)
	}
	return a, nil
}

func (a *answer) beside(place string, mode os.FileMode) (err error) {
	if a.whole, err = intact.Beside(place, mode); err == nil {
		a.file = a.whole.File
	}
	return err
}

// changeable returns why a file that is there cannot be written; a folder that
// can would let it be replaced.
func changeable(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return f.Close()
}

func unwritable(path string, err error) error {
	return fault.Invalid("cli.unwritable", "file", path).Because(err)
}

// write writes the file, which is not yet in its place.
func (a *answer) write(fn func(io.Writer) error) error {
	if err := errors.Join(fn(a.file), a.file.Close()); err != nil {
		return unwritable(a.path, err)
	}
	return nil
}

// settle puts a file that was written in its place.
func (a *answer) settle() error {
	if a.whole == nil {
		return nil
	}
	if err := a.whole.Settle(); err != nil {
		return unwritable(a.path, err)
	}
	return nil
}

// drop removes what was written, unless it is in its place.
func (a *answer) drop() {
	if a.whole != nil {
		a.whole.Drop()
		return
	}
	_ = a.file.Close() // closed already where it was written
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
