package snapshot

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"gotong/internal/column"
	"gotong/internal/fault"
)

// A column file is
//
//	"gotcols3"                      8 bytes
//	length of the index             8 bytes, little endian
//	the index, see index.go
//	the masks' bytes, then each field's bytes, with nothing between
//
// A mask says which rows of a field are known; fields of the same rows share
// one. A field's planes hold its known rows alone, and each plane lies as it
// takes the least room. The index holds the SHA-256 of each mask's and field's
// bytes, and the file is known by the SHA-256 of all up to the first of them.
// So a reader that wants a few columns reads and verifies those alone, and no
// bit of the file is outside a digest.
const magic = "gotcols3"

// File is a column file of which some columns are in memory, each verified.
// It is safe for concurrent use.
type File struct {
	cells map[string]Cells
	left  map[string]bool // columns that the file has and that were not read
	bytes int64           // that were read
}

// ReadFile reads all of the file at path and holds it against its sum. It
// returns fault.Invalid when it is not, to the bit, the one that was written.
func ReadFile(path string, want Sum) (*File, error) {
	return readFile(path, want, func(string) bool { return true })
}

// ReadSome is ReadFile for some of the columns: no others are read.
func ReadSome(path string, want Sum, columns ...string) (*File, error) {
	return readFile(path, want, func(name string) bool { return slices.Contains(columns, name) })
}

// readFile is ReadFile for some of the columns.
func readFile(path string, want Sum, chosen func(name string) bool) (f *File, err error) {
	err = openFile(path, want, func(r io.ReaderAt) (err error) {
		f, err = parseFile(r, want.Size, want.SHA256, chosen)
		return err
	})
	return f, err
}

// proveFile holds every byte of the file at path against its sum.
func proveFile(path string, want Sum) error {
	return openFile(path, want, func(r io.ReaderAt) error {
		head, x, err := readIndex(r, want.Size, want.SHA256)
		if err != nil {
			return err
		}
		if head+x.bytes() != want.Size {
			return errLength
		}
		in, at := fileReader{r: r}, head
		for _, m := range x.masks {
			if _, err := in.read(at, m.size, m.sum); err != nil {
				return err
			}
			at += int64(m.size)
		}
		for i := range x.fields {
			f := &x.fields[i]
			if _, err := in.read(at, f.bytes(), f.sum); err != nil {
				return fmt.Errorf("column %q: %w", f.name, err)
			}
			at += int64(f.bytes())
		}
		return nil
	})
}

// openFile opens a file for reading, and says of which file it is that bytes
// have changed.
func openFile(path string, want Sum, read func(io.ReaderAt) error) error {
	r, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return fault.NotFound("snapshot.file_missing", "file", short(path)).Because(err)
	}
	if err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	defer r.Close()
	info, err := r.Stat()
	if err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	changed := fault.Invalid("snapshot.file_changed", "file", short(path))
	if info.Size() != want.Size {
		return changed
	}
	if err = read(r); errors.Is(err, errChanged) {
		return changed.Because(err)
	}
	if err != nil {
		return fmt.Errorf("snapshot: %s: %w", path, err)
	}
	return nil
}

// errChanged is of bytes that are not those that were written.
var errChanged = errors.New("not the bytes that were written")

var errLength = errors.New("the file has another length than its index says")

func parseFile(r io.ReaderAt, size int64, digest string, chosen func(name string) bool) (*File, error) {
	head, x, err := readIndex(r, size, digest)
	if err != nil {
		return nil, err
	}
	if head+x.bytes() != size {
		return nil, errLength
	}
	f := &File{cells: make(map[string]Cells, len(x.fields)), left: map[string]bool{}, bytes: head}
	in := fileReader{r: r, x: x, known: map[[2]int]column.Bitmap{}}
	starts, planes := x.starts(head), make([]*column.Planes, len(x.fields))
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range x.fields {
		field := &x.fields[i]
		if !chosen(field.name) {
			f.left[field.name] = true
			continue
		}
		known, err := in.mask(field, head)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("column %q: %w", field.name, err), g.Wait())
		}
		g.Go(func() (err error) {
			if planes[i], err = in.field(field, starts[i], known); err != nil {
				return fmt.Errorf("column %q: %w", field.name, err)
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	for i, p := range planes {
		if p != nil {
			f.cells[x.fields[i].name] = Cells{p}
		}
	}
	f.bytes += in.bytes.Load()
	return f, nil
}

// fileReader reads fields and what they share.
type fileReader struct {
	r     io.ReaderAt
	x     index
	known map[[2]int]column.Bitmap // by mask and rows
	bytes atomic.Int64
}

// field reads and verifies a field, and lays its known rows out among all.
// Several may be read at once.
func (r *fileReader) field(f *field, at int64, known column.Bitmap) (*column.Planes, error) {
	rows := known.Count()
	b, err := r.read(at, f.bytes(), f.sum)
	if err != nil {
		return nil, err
	}
	p := &column.Planes{Rows: f.Rows, Base: f.Base, Step: f.Step, Known: known}
	for _, x := range f.planes {
		bits, ok := x.unpack(b[:x.size], rows)
		if !ok {
			return nil, errChanged
		}
		b = b[x.size:]
		if rows < f.Rows {
			bits = deposit(bits, known)
		}
		p.Bits = append(p.Bits, bits)
	}
	return p, nil
}

// mask returns the known rows of a field.
func (r *fileReader) mask(f *field, head int64) (column.Bitmap, error) {
	key := [2]int{f.mask, f.Rows}
	if known, ok := r.known[key]; ok {
		return known, nil
	}
	known := column.Bitmap(nil)
	if f.mask == 0 {
		known = column.NewBitmap(f.Rows)
		known.Fill(f.Rows)
	} else {
		m := &r.x.masks[f.mask-1]
		at := head
		for i := range r.x.masks[:f.mask-1] {
			at += int64(r.x.masks[i].size)
		}
		b, err := r.read(at, m.size, m.sum)
		if err != nil {
			return nil, err
		}
		var ok bool
		if known, ok = m.unpack(b, m.rows); !ok || m.rows != f.Rows {
			return nil, errChanged
		}
	}
	r.known[key] = known
	return known, nil
}

// read reads and verifies bytes.
func (r *fileReader) read(at int64, n int, sum [sha256.Size]byte) ([]byte, error) {
	b := make([]byte, n)
	if n == 0 {
		return b, nil
	}
	if _, err := r.r.ReadAt(b, at); err != nil {
		return nil, err
	}
	if sha256.Sum256(b) != sum {
		return nil, errChanged
	}
	r.bytes.Add(int64(n))
	return b, nil
}

// readIndex reads and verifies all up to the first mask.
func readIndex(r io.ReaderAt, size int64, digest string) (head int64, x index, err error) {
	start := make([]byte, 16)
	if size < 16 {
		return 0, x, errChanged
	}
	if _, err := r.ReadAt(start, 0); err != nil {
		return 0, x, err
	}
	n := binary.LittleEndian.Uint64(start[8:])
	if string(start[:8]) != magic || n > uint64(size-16) {
		return 0, x, errChanged
	}
	b := make([]byte, 16+n)
	if _, err := r.ReadAt(b, 0); err != nil {
		return 0, x, err
	}
	if hexSum(sha256.Sum256(b)) != digest {
		return 0, x, errChanged
	}
	if x, err = parseIndex(b[16:]); err != nil {
		return 0, x, fmt.Errorf("the index: %w", err)
	}
	return int64(len(b)), x, nil
}

// Has reports whether anything is known in a column.
func (f *File) Has(name string) bool {
	_, ok := f.cells[name]
	return ok || f.left[name]
}

// Column returns rows from to to of a column, all unknown where the file has none.
func (f *File) Column(name string, from, to int) *column.Column {
	c := column.New(to - from)
	f.ReadInto(c, name, from)
	return c
}

// ReadInto fills a column with rows from `from` on.
func (f *File) ReadInto(into *column.Column, name string, from int) { f.Cells(name).read(into, from) }

// Cells returns a column as it lies. It panics on one that was left out when
// the file was read, which is not the same as one that is unknown.
func (f *File) Cells(name string) Cells {
	c, ok := f.cells[name]
	if !ok && f.left[name] {
		panic("snapshot: column " + name + " was not read")
	}
	return c
}

// Bits returns a column of yes and no as a bitmap of all its rows; what is
// not known is no. It is not to be written to.
func (f *File) Bits(name string) column.Bitmap {
	p := f.Cells(name).planes
	switch {
	case p == nil:
		return nil
	case len(p.Bits) == 0 && p.Base == 1:
		return p.Known
	case len(p.Bits) == 1 && p.Base == 0 && p.Step == 1:
		return p.Bits[0]
	}
	b := column.NewBitmap(p.Rows)
	p.Equal(b, 0)
	for w := range b {
		b[w] = p.Known[w] &^ b[w]
	}
	return b
}
