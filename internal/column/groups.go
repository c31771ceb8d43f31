package column

import "math/bits"

// Groups of rows that follow one another, such as the members of families:
// those of group i end before row ends[i] - base, and begin where those of the
// one before end.

// AnyIn sets in dst the bit of each group in which some bit of src is one, and
// no others.
func AnyIn(dst, src Bitmap, ends []int32, base int) {
	from := 0
	for w := range dst {
		var word uint64
		for j, e := range ends[w*64 : min(len(ends), w*64+64)] {
			end := int(e) - base
			var hit uint64
			for from < end {
				at, n := from&63, min(64-from&63, end-from)
				hit |= src[from>>6] >> uint(at) << uint(64-n)
				from += n
			}
			word |= (hit | -hit) >> 63 << uint(j&63)
		}
		dst[w] = word
	}
}

// Repeat sets in dst, which is all zeros, the bits of all rows of each group
// whose bit in src is one.
func Repeat(dst, src Bitmap, ends []int32, base int) {
	for w, word := range src {
		for ; word != 0; word &= word - 1 {
			i := w<<6 + bits.TrailingZeros64(word)
			from, to := 0, int(ends[i])-base
			if i > 0 {
				from = int(ends[i-1]) - base
			}
			for from < to {
				n := min(to-from, 64-from&63)
				dst[from>>6] |= ^uint64(0) >> uint(64-n) << (uint(from) & 63)
				from += n
			}
		}
	}
}

// Ends returns where the members of each family end, for AnyIn and Repeat.
func (b *Batch) Ends() []int32 { return b.Offsets[1:] }
