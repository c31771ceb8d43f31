package vector

// Comparisons set the bits of rows for which they hold, and leave those past
// the last row zero.

// Less compares a < b.
func Less(dst []uint64, a, b []int64) {
	n := whole(len(a))
	if n > 0 {
		lessFast(&dst[0], &a[0], &b[0], n)
	}
	lessEach(dst[n/word:], a[n:], b[n:])
}

// Equal compares a = b.
func Equal(dst []uint64, a, b []int64) {
	n := whole(len(a))
	if n > 0 {
		equalFast(&dst[0], &a[0], &b[0], n)
	}
	equalEach(dst[n/word:], a[n:], b[n:])
}

// LessThan compares a < c.
func LessThan(dst []uint64, a []int64, c int64) {
	n := whole(len(a))
	if n > 0 {
		lessThanFast(&dst[0], &a[0], c, n)
	}
	lessThanEach(dst[n/word:], a[n:], c)
}

// MoreThan compares a > c.
func MoreThan(dst []uint64, a []int64, c int64) {
	n := whole(len(a))
	if n > 0 {
		moreThanFast(&dst[0], &a[0], c, n)
	}
	moreThanEach(dst[n/word:], a[n:], c)
}

// EqualTo compares a = c.
func EqualTo(dst []uint64, a []int64, c int64) {
	n := whole(len(a))
	if n > 0 {
		equalToFast(&dst[0], &a[0], c, n)
	}
	equalToEach(dst[n/word:], a[n:], c)
}

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// block returns the up to 64 numbers whose bits are in word w.
func block(a []int64, w int) []int64 { return a[w*word : min(len(a), w*word+word)] }

func lessEach(dst []uint64, a, b []int64) {
	for w := range dst {
		var v uint64
		y := block(b, w)
		for j, x := range block(a, w) {
			v |= bit(x < y[j]) << uint(j&63)
		}
		dst[w] = v
	}
}

func equalEach(dst []uint64, a, b []int64) {
	for w := range dst {
		var v uint64
		y := block(b, w)
		for j, x := range block(a, w) {
			v |= bit(x == y[j]) << uint(j&63)
		}
		dst[w] = v
	}
}

func lessThanEach(dst []uint64, a []int64, c int64) {
	for w := range dst {
		var v uint64
		for j, x := range block(a, w) {
			v |= bit(x < c) << uint(j&63)
		}
		dst[w] = v
	}
}

func moreThanEach(dst []uint64, a []int64, c int64) {
	for w := range dst {
		var v uint64
		for j, x := range block(a, w) {
			v |= bit(x > c) << uint(j&63)
		}
		dst[w] = v
	}
}

func equalToEach(dst []uint64, a []int64, c int64) {
	for w := range dst {
		var v uint64
		for j, x := range block(a, w) {
			v |= bit(x == c) << uint(j&63)
		}
		dst[w] = v
	}
}
