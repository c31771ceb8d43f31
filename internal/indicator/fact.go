package indicator

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"slices"
)

// Fact is one observed value of the indicator numbered No.
type Fact struct {
	No    int
	Value int64
}

// Facts are what is known of one family or person, by No, each No once.
type Facts []Fact

// Get returns the value of the indicator numbered no and whether it is known.
func (f Facts) Get(no int) (int64, bool) {
	i, ok := f.find(no)
	if !ok {
		return 0, false
	}
	return f[i].Value, true
}

// Set makes the indicator numbered no known with value v.
func (f *Facts) Set(no int, v int64) {
	i, ok := f.find(no)
	if ok {
		(*f)[i].Value = v
		return
	}
	*f = slices.Insert(*f, i, Fact{no, v})
}

// Unset makes the indicator numbered no not known.
func (f *Facts) Unset(no int) {
	if i, ok := f.find(no); ok {
		*f = slices.Delete(*f, i, i+1)
	}
}

func (f Facts) find(no int) (int, bool) {
	return slices.BinarySearchFunc(f, no, func(a Fact, no int) int { return a.No - no })
}

// packVersion is the first byte of packed facts.
const packVersion = 1

// maxNo bounds an indicator's number, so that a damaged blob is refused
// instead of read as a far-off indicator.
const maxNo = 1 << 20

// Pack writes the facts as a blob: the byte 1, the count, then for each fact
// the step from the No before it and the value, all as varints (values
// zigzag). Equal facts give equal bytes.
func (f Facts) Pack() []byte { return f.AppendPack(make([]byte, 0, 2+3*len(f))) }

// AppendPack appends the blob to b.
func (f Facts) AppendPack(b []byte) []byte {
	b = append(b, packVersion)
	b = binary.AppendUvarint(b, uint64(len(f)))
	last := 0
	for _, x := range f {
		b = binary.AppendUvarint(b, uint64(x.No-last))
		b = binary.AppendVarint(b, x.Value)
		last = x.No
	}
	return b
}

// Unpack reads what Pack wrote. A blob that Pack would not have written is an
// error, so that equal facts always have equal bytes.
func Unpack(b []byte) (Facts, error) { return UnpackInto(nil, b) }

// UnpackInto is Unpack into the room of dst, for scans of many rows.
func UnpackInto(dst Facts, b []byte) (Facts, error) {
	if len(b) == 0 || b[0] != packVersion {
		return nil, fmt.Errorf("indicator: packed facts of an unknown version")
	}
	r := packReader{rest: b[1:]}
	n := r.uvarint()
	if n > uint64(len(r.rest))/2 {
		return nil, fmt.Errorf("indicator: packed facts are cut short")
	}
	f := slices.Grow(dst[:0], int(n))
	no := uint64(0)
	for range n {
		step := r.uvarint()
		value := r.uvarint()
		no += step
		if r.bad || step == 0 || step > maxNo || no > maxNo {
			return nil, fmt.Errorf("indicator: packed facts are damaged after indicator %d", no-step)
		}
		f = append(f, Fact{int(no), int64(value>>1) ^ -int64(value&1)})
	}
	if r.bad || len(r.rest) > 0 {
		return nil, fmt.Errorf("indicator: packed facts have %d bytes too many", len(r.rest))
	}
	return f, nil
}

// packReader reads varints and remembers whether one was malformed.
type packReader struct {
	rest []byte
	bad  bool
}

func (r *packReader) uvarint() uint64 {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 || n != max(1, (bits.Len64(v)+6)/7) { // cut short, too large, or padded
		r.bad = true
		r.rest = nil
		return 0
	}
	r.rest = r.rest[n:]
	return v
}
