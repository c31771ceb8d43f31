package snapshot

import (
	"encoding/binary"
	"math/bits"

	"gotong/internal/column"
)

// A plane is a bitmap as it lies in a file, by whichever of these ways takes
// the least room, the first of those that take the same.
const (
	planeZeros  = iota // no bit is one; no bytes
	planeOnes          // every bit is one; no bytes
	planeRaw           // a bit a row
	planeRare          // the places of the ones, as distances in Rice's code
	planeCommon        // the places of the zeros, likewise
	planeKinds
)

// plane says how a bitmap lies in a file.
type plane struct {
	kind  uint8
	size  int   // bytes
	count int   // of planeRare and planeCommon: how many distances,
	shift uint8 // and how many bits of each are written out
}

// packPlane appends n bits to out.
func packPlane(out []byte, b column.Bitmap, n int) (plane, []byte) {
	ones := b.Count()
	raw := (n + 7) / 8
	switch ones {
	case 0:
		return plane{kind: planeZeros}, out
	case n:
		return plane{kind: planeOnes}, out
	}
	kind, few, flip := uint8(planeRare), ones, uint64(0)
	if ones > n-ones {
		kind, few, flip = planeCommon, n-ones, ^uint64(0)
	}
	if few < n/4 { // else Rice's code cannot be shorter
		from, shift := len(out), uint8(bits.Len(uint(n/few))-1)
		if rice, ok := appendRice(out, b, n, flip, shift, raw); ok {
			return plane{kind, len(rice) - from, few, shift}, rice
		}
	}
	for w := range (n + 63) / 64 {
		out = binary.LittleEndian.AppendUint64(out, b[w])
	}
	return plane{kind: planeRaw, size: raw}, out[:len(out)-(n+63)/64*8+raw]
}

// appendRice writes the distance from each of the first n bits that is one,
// after flipping, to the one before: its quotient by 2^shift, in ones that a
// zero ends, and then its rest in shift bits; the lowest bit of a byte first.
// It gives up once that takes most bytes.
func appendRice(out []byte, b column.Bitmap, n int, flip uint64, shift uint8, most int) (all []byte, ok bool) {
	w := bitWriter{out: out}
	from, last := len(out), -1
	for i := range (n + 63) / 64 {
		word := b[i] ^ flip
		if left := n - i*64; left < 64 {
			word &= 1<<uint(left) - 1
		}
		for ; word != 0; word &= word - 1 {
			at := i<<6 + bits.TrailingZeros64(word)
			d := uint64(at - last - 1)
			last = at
			q := d >> shift
			for ; q >= 32; q -= 32 {
				w.put(1<<32-1, 32)
			}
			w.put(1<<q-1, uint(q)+1)
			w.put(d&(1<<shift-1), uint(shift))
		}
		if len(w.out)-from >= most {
			return out, false
		}
	}
	if w.have > 0 {
		w.out = append(w.out, byte(w.bits))
	}
	return w.out, len(w.out)-from < most
}

// bitWriter appends bits to bytes, the lowest of each first.
type bitWriter struct {
	out  []byte
	bits uint64
	have uint
}

// put writes n bits, of at most 56.
func (w *bitWriter) put(v uint64, n uint) {
	w.bits |= v << w.have
	for w.have += n; w.have >= 8; w.have -= 8 {
		w.out = append(w.out, byte(w.bits))
		w.bits >>= 8
	}
}

// unpack reads n bits; ok is false where the bytes say anything else.
func (p plane) unpack(data []byte, n int) (b column.Bitmap, ok bool) {
	b = column.NewBitmap(n)
	if len(data) != p.size {
		return b, false
	}
	switch p.kind {
	case planeZeros:
		return b, p.size == 0
	case planeOnes:
		b.Fill(n)
		return b, p.size == 0
	case planeRaw:
		if p.size != (n+7)/8 {
			return b, false
		}
		w := 0
		for ; len(data) >= 8; data = data[8:] {
			b[w] = binary.LittleEndian.Uint64(data)
			w++
		}
		for i, x := range data {
			b[w] |= uint64(x) << (8 * i)
		}
		return b, n%64 == 0 || b[len(b)-1]>>(uint(n)%64) == 0
	}
	ok = p.readRice(data, b, n)
	if p.kind == planeCommon {
		full := column.NewBitmap(n)
		full.Fill(n)
		for w := range b {
			b[w] ^= full[w]
		}
	}
	return b, ok
}

// readRice sets the bits at the places that the distances lead to.
func (p plane) readRice(data []byte, b column.Bitmap, n int) bool {
	if p.count > n || p.shift > 40 {
		return false
	}
	r := bitReader{data: data}
	for at := 0; p.count > 0; p.count-- {
		q, ok := r.ones(n)
		if !ok || !r.fill(uint(p.shift)) {
			return false
		}
		at += q<<p.shift | int(r.take(uint(p.shift)))
		if at >= n || at < 0 {
			return false
		}
		b[at>>6] |= 1 << (uint(at) & 63)
		at++
	}
	return len(r.data) == 0 && r.have < 8 && r.bits == 0
}

// bitReader reads bytes as bits, the lowest of each first.
type bitReader struct {
	data []byte
	bits uint64
	have uint
}

// fill makes n bits ready, of at most 56, if there are so many.
func (r *bitReader) fill(n uint) bool {
	if r.have >= n {
		return true
	}
	if len(r.data) >= 8 {
		r.bits |= binary.LittleEndian.Uint64(r.data) << r.have
		bytes := (63 - r.have) / 8
		r.data, r.have = r.data[bytes:], r.have+bytes*8
		r.bits &= 1<<r.have - 1
		return true
	}
	for r.have <= 56 && len(r.data) > 0 {
		r.bits |= uint64(r.data[0]) << r.have
		r.data, r.have = r.data[1:], r.have+8
	}
	return r.have >= n
}

// take returns n bits that are ready.
func (r *bitReader) take(n uint) uint64 {
	v := r.bits & (1<<n - 1)
	r.bits, r.have = r.bits>>n, r.have-n
	return v
}

// ones counts ones, of at most so many, up to the zero that ends them.
func (r *bitReader) ones(most int) (q int, ok bool) {
	for q <= most {
		if !r.fill(1) {
			return 0, false
		}
		n := min(uint(bits.TrailingZeros64(^r.bits)), r.have)
		q += int(n)
		ended := n < r.have
		if n++; !ended {
			n--
		}
		r.bits, r.have = r.bits>>n, r.have-n
		if ended {
			return q, q <= most
		}
	}
	return 0, false
}
