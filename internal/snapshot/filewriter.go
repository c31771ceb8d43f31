package snapshot

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"gotong/internal/column"
)

// FileWriter gathers the columns of one file, in the order they are added.
type FileWriter struct {
	index index
	masks map[[sha256.Size]byte]int // by digest: place in the index, from 1
	parts [2][][]byte               // of masks and of fields
}

// Add puts a column into the file. A column in which nothing is known is
// left out, since a reader takes an absent column for that.
func (w *FileWriter) Add(name string, n *Narrow) {
	if n.unknown == n.rows {
		return
	}
	c := codingOf(n)
	planes, rows := c.cut(n)
	f := field{name: name, coding: c}
	if n.unknown > 0 {
		f.mask = w.mask(n.knownBits(), n.rows)
	}
	w.add(f, planes, rows)
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
	w.add(field{name: name, coding: c}, []column.Bitmap{b}[:c.Bits], rows)
}

// AddPlanes puts a column that is in planes already into the file.
func (w *FileWriter) AddPlanes(name string, p *column.Planes) {
	rows := p.Known.Count()
	if rows == 0 {
		return
	}
	f := field{name: name, coding: coding{Rows: p.Rows, Base: p.Base, Step: p.Step, Bits: len(p.Bits)}}
	planes := p.Bits
	if rows < p.Rows {
		f.mask = w.mask(p.Known, p.Rows)
		planes = make([]column.Bitmap, len(p.Bits))
		for k, b := range p.Bits {
			planes[k] = collect(b, p.Known, rows)
		}
	}
	w.add(f, planes, rows)
}

// mask returns the place, from 1, of a mask, which it adds if it is new.
func (w *FileWriter) mask(known column.Bitmap, rows int) int {
	p, b := packPlane(nil, known, rows)
	m := mask{rows: rows, plane: p, sum: sha256.Sum256(b)}
	sum := sha256.Sum256(m.append(nil))
	if at, ok := w.masks[sum]; ok {
		return at
	}
	if w.masks == nil {
		w.masks = map[[sha256.Size]byte]int{}
	}
	w.index.masks = append(w.index.masks, m)
	w.parts[0] = append(w.parts[0], b)
	w.masks[sum] = len(w.index.masks)
	return len(w.index.masks)
}

func (w *FileWriter) add(f field, planes []column.Bitmap, rows int) {
	var out []byte
	for _, b := range planes {
		var p plane
		p, out = packPlane(out, b, rows)
		f.planes = append(f.planes, p)
	}
	f.sum = sha256.Sum256(out)
	w.index.fields = append(w.index.fields, f)
	w.parts[1] = append(w.parts[1], out)
}

// Sum says how a written file can be known again.
type Sum struct {
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"` // of the file up to its first column, hex
}

// Write writes the file to path, and returns its sum. A Folder has it on the
// disk as well.
func (w *FileWriter) Write(path string) (Sum, error) {
	f, err := create(path)
	if err != nil {
		return Sum{}, err
	}
	sum, err := w.emit(f)
	if err := errors.Join(err, f.Close()); err != nil {
		return Sum{}, fmt.Errorf("snapshot: writing %s: %w", path, err)
	}
	return sum, nil
}

// Sum returns the sum that the file would have.
func (w *FileWriter) Sum() (Sum, error) { return w.emit(io.Discard) }

func (w *FileWriter) emit(to io.Writer) (Sum, error) {
	head := w.index.append(make([]byte, 16, 4096))
	copy(head, magic)
	binary.LittleEndian.PutUint64(head[8:], uint64(len(head)-16))
	sum := Sum{Size: int64(len(head)), SHA256: hexSum(sha256.Sum256(head))}
	buffer := bufio.NewWriterSize(to, 1<<16)
	for _, parts := range [][][]byte{{head}, w.parts[0], w.parts[1]} {
		for _, part := range parts {
			if _, err := buffer.Write(part); err != nil {
				return Sum{}, err
			}
		}
	}
	for _, parts := range w.parts {
		for _, part := range parts {
			sum.Size += int64(len(part))
		}
	}
	return sum, buffer.Flush()
}

func hexSum(sum [sha256.Size]byte) string { return hex.EncodeToString(sum[:]) }
