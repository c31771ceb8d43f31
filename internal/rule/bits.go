package rule

// Bits of rows that need not begin at a word's edge, and comparisons that
// make bits. All leave the bits past the last row zero.

// copyBits sets dst to n bits of src from bit from on.
func copyBits(dst, src []uint64, from, n int) {
	for w := range dst {
		dst[w] = bitsAt(src, from+w*64, min(64, n-w*64))
	}
}

// bitsAt returns n bits of src from bit from on; n is from 1 to 64.
func bitsAt(src []uint64, from, n int) uint64 {
	w, shift := from>>6, uint(from)&63
	v := src[w] >> shift
	if int(shift)+n > 64 {
		v |= src[w+1] << (64 - shift)
	}
	return v & (^uint64(0) >> uint(64-n))
}

// orBits adds the first n bits of src to dst from bit at on.
func orBits(dst []uint64, at int, src []uint64, n int) {
	for w := 0; w*64 < n; w++ {
		v := bitsAt(src, w*64, min(64, n-w*64))
		i, shift := (at+w*64)>>6, uint(at)&63
		dst[i] |= v << shift
		if high := v >> (64 - shift); shift > 0 && high != 0 {
			dst[i+1] |= high
		}
	}
}

// onesBits sets the first n bits of dst, which is long enough for no more.
func onesBits(dst []uint64, n int) {
	for w := range dst {
		dst[w] = ^uint64(0) >> uint(64-min(64, n-w*64))
	}
}

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// block returns the up to 64 numbers whose bits are in word w.
func block(a []int64, w int) []int64 { return a[w*64 : min(len(a), w*64+64)] }

func notEqualConst(dst []uint64, a []int64, c int64) {
	for w := range dst {
		var v uint64
		for j, x := range block(a, w) {
			v |= bit(x != c) << uint(j&63)
		}
		dst[w] = v
	}
}

// among sets the bits of the numbers that are in a sorted set.
func among(dst []uint64, a []int64, set []int64) {
	small := len(set) > 0 && set[0] >= 0 && set[len(set)-1] < 64
	var mask uint64
	if small {
		for _, x := range set {
			mask |= 1 << uint(x)
		}
	}
	for w := range dst {
		var v uint64
		for j, x := range block(a, w) {
			hit := small && uint64(x) < 64 && mask>>uint(x&63)&1 != 0 || !small && contains(set, x)
			v |= bit(hit) << uint(j&63)
		}
		dst[w] = v
	}
}
