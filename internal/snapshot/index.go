package snapshot

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
)

// index is the head of a column file: where its masks and fields lie, each
// after the one before, and how they can be known again. All numbers are
// varints:
//
//	masks:  how many; of each rows, plane, SHA-256
//	fields: how many; of each length of name, name, rows, base (zigzag), step,
//	        mask (its place from 1; 0 where all rows are known), bits, as many
//	        planes, SHA-256
//	plane:  kind, size; of planeRare and planeCommon also count and shift
type index struct {
	masks  []mask
	fields []field
}

// mask says which of so many rows are known.
type mask struct {
	rows int
	plane
	sum [sha256.Size]byte
}

// field is a column.
type field struct {
	name string
	coding
	mask   int
	planes []plane // of the known rows alone
	sum    [sha256.Size]byte
}

// bytes returns how many bytes a field has.
func (f *field) bytes() (n int) {
	for _, p := range f.planes {
		n += p.size
	}
	return n
}

// bytes returns how many bytes follow the index.
func (x *index) bytes() (n int64) {
	for i := range x.masks {
		n += int64(x.masks[i].size)
	}
	for i := range x.fields {
		n += int64(x.fields[i].bytes())
	}
	return n
}

// starts returns where each field begins in a file with so long a head.
func (x *index) starts(head int64) []int64 {
	all := make([]int64, len(x.fields))
	at := head
	for i := range x.masks {
		at += int64(x.masks[i].size)
	}
	for i := range x.fields {
		all[i] = at
		at += int64(x.fields[i].bytes())
	}
	return all
}

func (x *index) append(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(len(x.masks)))
	for i := range x.masks {
		b = x.masks[i].append(b)
	}
	b = binary.AppendUvarint(b, uint64(len(x.fields)))
	for i := range x.fields {
		f := &x.fields[i]
		b = append(binary.AppendUvarint(b, uint64(len(f.name))), f.name...)
		b = binary.AppendVarint(binary.AppendUvarint(b, uint64(f.Rows)), f.Base)
		for _, n := range []uint64{uint64(f.Step), uint64(f.mask), uint64(f.Bits)} {
			b = binary.AppendUvarint(b, n)
		}
		for _, p := range f.planes {
			b = p.append(b)
		}
		b = append(b, f.sum[:]...)
	}
	return b
}

func (m *mask) append(b []byte) []byte {
	return append(m.plane.append(binary.AppendUvarint(b, uint64(m.rows))), m.sum[:]...)
}

func (p plane) append(b []byte) []byte {
	b = binary.AppendUvarint(append(b, p.kind), uint64(p.size))
	if p.kind == planeRare || p.kind == planeCommon {
		b = append(binary.AppendUvarint(b, uint64(p.count)), p.shift)
	}
	return b
}

// errIndex is of an index that no writer writes.
var errIndex = errors.New("not an index")

// indexReader reads an index, and nothing once something was wrong.
type indexReader struct {
	b   []byte
	bad bool
}

// maxRows bounds rows, counts and sizes, so that none of them can ask for more
// memory than any machine has, or leave an int.
const maxRows = 1 << 40

func (r *indexReader) number() int {
	v, n := binary.Uvarint(r.b)
	if n <= 0 || v > maxRows {
		r.bad = true
		return 0
	}
	r.b = r.b[n:]
	return int(v)
}

func (r *indexReader) take(n int) []byte {
	if n > len(r.b) {
		r.bad = true
		n = 0
	}
	b := r.b[:n]
	r.b = r.b[n:]
	return b
}

func (r *indexReader) byte() uint8 {
	if b := r.take(1); len(b) == 1 {
		return b[0]
	}
	return 0
}

func (r *indexReader) sum() (s [sha256.Size]byte) {
	copy(s[:], r.take(len(s)))
	return s
}

func (r *indexReader) plane() plane {
	p := plane{kind: r.byte(), size: r.number()}
	if p.kind == planeRare || p.kind == planeCommon {
		p.count, p.shift = r.number(), r.byte()
	}
	r.bad = r.bad || p.kind >= planeKinds
	return p
}

func (r *indexReader) field() field {
	f := field{name: string(r.take(r.number()))}
	f.Rows = r.number()
	base, n := binary.Varint(r.b)
	r.bad = r.bad || n <= 0
	r.take(max(n, 0))
	step, n := binary.Uvarint(r.b)
	r.bad = r.bad || n <= 0 || step == 0 || step > 1<<62
	r.take(max(n, 0))
	f.Base, f.Step, f.mask, f.Bits = base, int64(step), r.number(), r.number()
	r.bad = r.bad || f.Bits > 64
	for i := 0; i < f.Bits && !r.bad; i++ {
		f.planes = append(f.planes, r.plane())
	}
	f.sum = r.sum()
	return f
}

// parseIndex reads an index and holds it against the file that it is of. Rows
// that take no bytes are believed only up to maxFree.
func parseIndex(b []byte) (x index, err error) {
	r := indexReader{b: b}
	for n := r.number(); n > 0 && !r.bad; n-- {
		x.masks = append(x.masks, mask{rows: r.number(), plane: r.plane(), sum: r.sum()})
	}
	for n := r.number(); n > 0 && !r.bad; n-- {
		f := r.field()
		r.bad = r.bad || f.mask > len(x.masks) || f.mask > 0 && x.masks[f.mask-1].rows != f.Rows || f.Rows > maxFree
		x.fields = append(x.fields, f)
	}
	if r.bad || len(r.b) > 0 {
		return index{}, errIndex
	}
	return x, nil
}

// maxFree is more members than any regency has.
const maxFree = 1 << 24
