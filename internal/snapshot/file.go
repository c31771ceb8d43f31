package snapshot

import (
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
	"gotong/internal/ident"
)

// A column file is
//
//	"gotcols1"                      8 bytes
//	length of the index             8 bytes, little endian
//	the index: JSON of []field
//	padding to 8 bytes, then each field's bytes, each padded to 8 bytes
//
// A field is rows × width bytes of little-endian signed whole numbers (or of
// ids, when its width is 16), then its known bits unless all are known.
const magic = "gotcols1"

// idWidth marks a field of ids.
const idWidth = 16

// field says where a column lies in a file. Offsets count from the end of
// the padded index.
type field struct {
	Name  string `json:"name"`
	Rows  int    `json:"rows"`
	Width int    `json:"width"`
	At    int    `json:"at"`
	Known int    `json:"known"` // offset of the known bits; -1 when all rows are known
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
	f := field{Name: name, Rows: n.rows, Width: n.width, At: w.part(n.data), Known: -1}
	if n.unknown > 0 {
		f.Known = w.part(n.known)
	}
	w.fields = append(w.fields, f)
}

// AddIDs puts a column of ids into the file.
func (w *FileWriter) AddIDs(name string, ids []byte) {
	w.fields = append(w.fields, field{Name: name, Rows: len(ids) / idWidth, Width: idWidth, At: w.part(ids), Known: -1})
}

func (w *FileWriter) part(b []byte) (at int) {
	at = w.size
	w.parts = append(w.parts, b)
	w.size += pad(len(b))
	return at
}

func pad(n int) int { return (n + 7) &^ 7 }

// Sum says how a written file can be known again.
type Sum struct {
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"` // hex
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
	head := make([]byte, 16, 16+pad(len(index)))
	copy(head, magic)
	binary.LittleEndian.PutUint64(head[8:], uint64(len(index)))
	head = append(head, index...)
	hash := sha256.New()
	both := io.MultiWriter(hash, to)
	size := int64(0)
	for _, p := range append([][]byte{head}, w.parts...) {
		for _, b := range [][]byte{p, make([]byte, pad(len(p))-len(p))} {
			n, err := both.Write(b)
			size += int64(n)
			if err != nil {
				return Sum{}, err
			}
		}
	}
	return Sum{Size: size, SHA256: hex.EncodeToString(hash.Sum(nil))}, nil
}

// File is a verified column file in memory. It is safe for concurrent use.
type File struct {
	fields map[string]field
	data   []byte
}

// ReadFile reads the file at path and holds it against its sum. It returns
// fault.Invalid when the file is not, to the bit, the one that was written.
func ReadFile(path string, want Sum) (*File, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fault.NotFound("snapshot.file_missing", "file", short(path)).Because(err)
	}
	if err != nil {
		return nil, fmt.Errorf("snapshot: %w", err)
	}
	sum := sha256.Sum256(b)
	if int64(len(b)) != want.Size || hex.EncodeToString(sum[:]) != want.SHA256 {
		return nil, fault.Invalid("snapshot.file_changed", "file", short(path))
	}
	f, err := parseFile(b)
	if err != nil {
		return nil, fmt.Errorf("snapshot: %s: %w", path, err)
	}
	return f, nil
}

func parseFile(b []byte) (*File, error) {
	if len(b) < 16 || string(b[:8]) != magic {
		return nil, errors.New("not a column file")
	}
	n := binary.LittleEndian.Uint64(b[8:])
	if n > uint64(len(b)-16) || pad(int(n)) > len(b)-16 {
		return nil, errors.New("the index is cut short")
	}
	var fields []field
	if err := json.Unmarshal(b[16:16+n], &fields); err != nil {
		return nil, fmt.Errorf("the index: %w", err)
	}
	f := &File{fields: make(map[string]field, len(fields)), data: b[16+pad(int(n)):]}
	for _, x := range fields {
		if !x.fits(len(f.data)) {
			return nil, fmt.Errorf("column %q lies outside the file", x.Name)
		}
		f.fields[x.Name] = x
	}
	return f, nil
}

// fits guards the reads below against an index that lies.
func (x field) fits(size int) bool {
	switch x.Width {
	case 1, 2, 4, 8, idWidth:
	default:
		return false
	}
	if x.Rows < 0 || x.Rows > size || x.At < 0 || x.At > size-x.Rows*x.Width {
		return false
	}
	return x.Known == -1 || x.Known >= 0 && x.Known <= size-(x.Rows+7)/8
}

// Has reports whether anything is known in a column.
func (f *File) Has(name string) bool {
	_, ok := f.fields[name]
	return ok
}

// Column returns rows from to to of a column, all unknown where the file has none.
func (f *File) Column(name string, from, to int) *column.Column {
	c := column.New(to - from)
	x, ok := f.fields[name]
	if !ok || to > x.Rows {
		return c
	}
	readInts(c.Values, f.data[x.At:x.At+x.Rows*x.Width], x.Width, from)
	if x.Known < 0 {
		c.Known.Fill(to - from)
	} else {
		readBits(c.Known, f.data[x.Known:], from, to-from)
	}
	return c
}

// IDs returns rows from to to of a column of ids.
func (f *File) IDs(name string, from, to int) ([]ident.ID, error) {
	x, ok := f.fields[name]
	if !ok || x.Width != idWidth || to > x.Rows {
		return nil, fmt.Errorf("snapshot: the file has no ids %q up to row %d", name, to)
	}
	ids := make([]ident.ID, to-from)
	for i := range ids {
		copy(ids[i][:], f.data[x.At+(from+i)*idWidth:])
	}
	return ids, nil
}

// Cells is a column where it lies in the file, for reading single rows. The
// zero Cells is wholly unknown.
type Cells struct {
	data, known []byte
	width, rows int
	all         bool // every row is known
}

// Cells returns a column as it lies.
func (f *File) Cells(name string) Cells {
	x, ok := f.fields[name]
	if !ok || x.Width == idWidth {
		return Cells{}
	}
	c := Cells{data: f.data[x.At : x.At+x.Rows*x.Width], width: x.Width, rows: x.Rows, all: x.Known < 0}
	if !c.all {
		c.known = f.data[x.Known:]
	}
	return c
}

// At returns the value of a row and whether it is known.
func (c Cells) At(row int) (int64, bool) {
	if row < 0 || row >= c.rows || !c.all && c.known[row>>3]>>(row&7)&1 == 0 {
		return 0, false
	}
	return readInt(c.data, c.width, row), true
}

// idsWhere returns a column of ids as it lies, or nil where there is none.
func (f *File) idsWhere(name string) []byte {
	x, ok := f.fields[name]
	if !ok || x.Width != idWidth {
		return nil
	}
	return f.data[x.At : x.At+x.Rows*idWidth]
}
