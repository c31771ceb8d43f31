package cli

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gotong/internal/fault"
	"gotong/internal/intact"
)

// through is how a list that comes in, or an answer that goes out, is called
// where it is no file.
const through = "-"

// answer is a file that is written as a whole or not at all: what stood there
// stays until all of the new one is written beside it.
type answer struct {
	path  string // as it was given
	file  *os.File
	whole *intact.File // nil for what is no file of a disk, such as a terminal
	out   io.Writer    // in place of a file, where the answer goes out; else nil
}

// answer opens a file to be written, so that it is known before long work is
// begun that it can be. It returns fault.Invalid where it cannot.
func (e *env) answer(path string) (*answer, error) {
	if path == through {
		return &answer{path: called(path), out: e.out}, nil
	}
	place := path
	if real, err := filepath.EvalSymlinks(path); err == nil {
		place = real
	}
	a := &answer{path: path}
	was, err := os.Stat(path)
	switch {
	case err == nil && (!was.Mode().IsRegular() || handedOver(path)):
		a.file, err = os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
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

// handedOver reports whether a path leads to what whoever began this program
// opened for it: that goes on where it is, also where it is a file.
func handedOver(path string) bool {
	return path == "/dev/stderr" || strings.HasPrefix(path, "/dev/fd/") || strings.HasPrefix(path, "/proc/")
}

// called is how messages call the file of an answer.
func called(path string) string {
	if path == through {
		return "stdout"
	}
	return path
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
	if a.out != nil {
		if err := fn(a.out); err != nil {
			return unwritable(a.path, err)
		}
		return nil
	}
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
	if a.file != nil {
		_ = a.file.Close() // closed already where it was written
	}
}

// answers opens the files of an answer. None may be one of the files that are
// read, or another of the answer.
func (e *env) answers(read, written []string) (all []*answer, err error) {
	defer func() {
		if err != nil {
			dropAll(all)
			all = nil
		}
	}()
	for i, path := range written {
		others := written[:i]
		if path != through {
			others = slices.Concat(read, others)
		}
		for _, other := range others {
			if sameFile(path, other) {
				return all, fault.Invalid("cli.link_same_file", "file", path)
			}
		}
		a, err := e.answer(path)
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

// samePipe reports whether two paths lead to what can be read but once.
func samePipe(a, b string) bool {
	if a == through && b == through {
		return true
	}
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	return errX == nil && errY == nil && x.Mode()&os.ModeNamedPipe != 0 && os.SameFile(x, y)
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
