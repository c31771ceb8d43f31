package snapshot

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"gotong/internal/column"
	"gotong/internal/fault"
)

// A column file is
//
//	"gotcols2"                      8 bytes
//	length of the index             8 bytes, little endian
//	the index: JSON of []field
//	padding to 8 bytes, then each field's bytes, each padded to 8 bytes
//
// The index holds the SHA-256 of each field's bytes, and the file is known by
// the SHA-256 of all up to the first field. So a reader that wants a few
// columns reads and verifies those alone, and no bit of the file is outside a
// digest.
const magic = "gotcols2"

// field says where a column lies in a file and how it can be known again.
// Offsets count from the end of the padded index.
type field struct {
	Name string `json:"name"`
	coding
	At     int    `json:"at"`
	SHA256 string `json:"sha256"` // of the bytes with their padding, hex
}

// FileWriter gathers the columns of one file, in the order they are added.
type FileWriter struct {
	fields []field
	parts  [][]byte
	size   int
}

// Add puts a column into the file. A column in which nothing is known is
// left out, since a reader takes an absent column for that.
func (w *FileWriter) Add(name string, n *Narrow) {
	if n.unknown == n.rows {
		return
	}
	c := codingOf(n)
	w.add(name, c, c.pack(n))
}

// AddBits puts a column of yes and no, all of them known, into the file.
func (w *FileWriter) AddBits(name string, b column.Bitmap, rows int) {
	c := coding{Rows: rows, Step: 1, Bits: 1}
	switch b.Count() {
	case 0:
		c.Bits = 0
	case rows:
		c.Bits, c.Base = 0, 1
	}
	var out []byte
	if c.Bits > 0 {
		out = make([]byte, 0, len(b)*8)
		for _, word := range b {
			out = binary.LittleEndian.AppendUint64(out, word)
		}
		out = out[:c.bytes()]
	}
	w.add(name, c, out)
}

func (w *FileWriter) add(name string, c coding, b []byte) {
	for len(b)%8 != 0 {
		b = append(b, 0)
	}
	sum := sha256.Sum256(b)
	w.fields = append(w.fields, field{Name: name, coding: c, At: w.size, SHA256: hex.EncodeToString(sum[:])})
	w.parts = append(w.parts, b)
	w.size += len(b)
}

func pad(n int) int { return (n + 7) &^ 7 }

// Sum says how a written file can be known again.
type Sum struct {
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"` // of the file up to its first column, hex
}

// Write writes the file to path, has it on disk, and returns its sum.
func (w *FileWriter) Write(path string) (Sum, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return Sum{}, fmt.Errorf("snapshot: %w", err)
	}
	sum, err := w.emit(f)
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return Sum{}, fmt.Errorf("snapshot: writing %s: %w", path, err)
	}
	return sum, nil
}

// Sum returns the sum that the file would have.
func (w *FileWriter) Sum() (Sum, error) { return w.emit(io.Discard) }

func (w *FileWriter) emit(to io.Writer) (Sum, error) {
	index, err := json.Marshal(w.fields)
	if err != nil {
		return Sum{}, err
	}
	head := make([]byte, 16+pad(len(index)))
	copy(head, magic)
	binary.LittleEndian.PutUint64(head[8:], uint64(len(index)))
	copy(head[16:], index)
	sum := sha256.Sum256(head)
	for _, p := range append([][]byte{head}, w.parts...) {
		if _, err := to.Write(p); err != nil {
			return Sum{}, err
		}
	}
	return Sum{Size: int64(len(head) + w.size), SHA256: hex.EncodeToString(sum[:])}, nil
}

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

// readFile is ReadFile for some of the columns.
func readFile(path string, want Sum, chosen func(name string) bool) (*File, error) {
	r, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fault.NotFound("snapshot.file_missing", "file", short(path)).Because(err)
	}
	if err != nil {
		return nil, fmt.Errorf("snapshot: %w", err)
	}
	defer r.Close()
	info, err := r.Stat()
	if err != nil {
		return nil, fmt.Errorf("snapshot: %w", err)
	}
	changed := fault.Invalid("snapshot.file_changed", "file", short(path))
	if info.Size() != want.Size {
		return nil, changed
	}
	f, err := parseFile(r, info.Size(), want.SHA256, chosen)
	if errors.Is(err, errChanged) {
		return nil, changed.Because(err)
	}
	if err != nil {
		return nil, fmt.Errorf("snapshot: %s: %w", path, err)
	}
	return f, nil
}

// errChanged is of bytes that are not those that were written.
var errChanged = errors.New("not the bytes that were written")

func parseFile(r io.ReaderAt, size int64, digest string, chosen func(name string) bool) (*File, error) {
	head, fields, err := readIndex(r, size, digest)
	if err != nil {
		return nil, err
	}
	f := &File{cells: make(map[string]Cells, len(fields)), left: map[string]bool{}, bytes: head}
	for _, x := range fields {
		if !x.fits(size - head) {
			return nil, fmt.Errorf("column %q lies outside the file", x.Name)
		}
		if !chosen(x.Name) {
			f.left[x.Name] = true
			continue
		}
		b := make([]byte, pad(x.bytes())+slack)[:pad(x.bytes())]
		if err := readAt(r, b, head+int64(x.At)); err != nil {
			return nil, err
		}
		if sum := sha256.Sum256(b); hex.EncodeToString(sum[:]) != x.SHA256 {
			return nil, fmt.Errorf("column %q: %w", x.Name, errChanged)
		}
		f.bytes += int64(len(b))
		f.cells[x.Name] = Cells{x.coding, b[:len(b)+slack]}
	}
	return f, nil
}

func readAt(r io.ReaderAt, b []byte, at int64) error {
	if len(b) == 0 {
		return nil
	}
	_, err := r.ReadAt(b, at)
	return err
}

// readIndex reads and verifies all up to the first column.
func readIndex(r io.ReaderAt, size int64, digest string) (head int64, fields []field, err error) {
	start := make([]byte, 16)
	if size < 16 {
		return 0, nil, errChanged
	}
	if _, err := r.ReadAt(start, 0); err != nil {
		return 0, nil, err
	}
	n := binary.LittleEndian.Uint64(start[8:])
	if string(start[:8]) != magic || n > uint64(size-16) || int64(pad(int(n))) > size-16 {
		return 0, nil, errChanged
	}
	b := make([]byte, 16+pad(int(n)))
	if _, err := r.ReadAt(b, 0); err != nil {
		return 0, nil, err
	}
	if sum := sha256.Sum256(b); hex.EncodeToString(sum[:]) != digest {
		return 0, nil, errChanged
	}
	d := json.NewDecoder(bytes.NewReader(b[16 : 16+n]))
	d.DisallowUnknownFields()
	if err := d.Decode(&fields); err != nil {
		return 0, nil, fmt.Errorf("the index: %w", err)
	}
	return int64(len(b)), fields, nil
}

// fits guards the reads above against an index that lies.
func (x field) fits(size int64) bool {
	if x.Bits < 0 || x.Bits > 64 || x.Rows < 0 || x.Rows > 1<<40 || x.At < 0 || x.Null && x.Bits == 0 {
		return false
	}
	return int64(x.At) <= size-int64(pad(x.bytes()))
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
func (f *File) ReadInto(into *column.Column, name string, from int) {
	c := f.Cells(name)
	if from+len(into.Values) > c.Rows {
		c = Cells{}
	}
	c.read(into, from)
}

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
// not known is no.
func (f *File) Bits(name string) column.Bitmap {
	c := f.Cells(name)
	b := column.NewBitmap(c.Rows)
	switch {
	case c.Bits == 0 && c.Base == 1 && !c.Mask:
		b.Fill(c.Rows)
	case c.Bits == 1 && c.Base == 0 && !c.Mask:
		readBits(b, c.data, 0, c.Rows)
	default:
		for i := range c.Rows {
			if v, known := c.At(i); known && v != 0 {
				b.Set(i)
			}
		}
	}
	return b
}

// Rows returns how many rows a column has; none where nothing is known.
func (f *File) Rows(name string) int { return f.Cells(name).Rows }
