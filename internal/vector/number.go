package vector

// Add writes a + b, of which each fits.
func Add(dst, a, b []int64) {
	n := whole(len(dst))
	if n > 0 {
		addFast(&dst[0], &a[0], &b[0], n)
	}
	addEach(dst[n:], a[n:], b[n:])
}

// Sub writes a - b, of which each fits.
func Sub(dst, a, b []int64) {
	n := whole(len(dst))
	if n > 0 {
		subFast(&dst[0], &a[0], &b[0], n)
	}
	subEach(dst[n:], a[n:], b[n:])
}

// Mul writes a × b, of which each fits.
func Mul(dst, a, b []int64) {
	n := whole(len(dst))
	if n > 0 {
		mulFast(&dst[0], &a[0], &b[0], n)
	}
	mulEach(dst[n:], a[n:], b[n:])
}

// Min writes the lesser of a and b.
func Min(dst, a, b []int64) {
	n := whole(len(dst))
	if n > 0 {
		minFast(&dst[0], &a[0], &b[0], n)
	}
	minEach(dst[n:], a[n:], b[n:])
}

// Max writes the greater of a and b.
func Max(dst, a, b []int64) {
	n := whole(len(dst))
	if n > 0 {
		maxFast(&dst[0], &a[0], &b[0], n)
	}
	maxEach(dst[n:], a[n:], b[n:])
}

// Choose writes a where the bit of pick is one, and b elsewhere.
func Choose(dst, a, b []int64, pick []uint64) {
	n := whole(len(dst))
	if n > 0 {
		chooseFast(&dst[0], &a[0], &b[0], &pick[0], n)
	}
	chooseEach(dst[n:], a[n:], b[n:], pick[n/word:])
}

func addEach(dst, a, b []int64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] + b[i]
	}
}

func subEach(dst, a, b []int64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] - b[i]
	}
}

func mulEach(dst, a, b []int64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] * b[i]
	}
}

func minEach(dst, a, b []int64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = min(a[i], b[i])
	}
}

func maxEach(dst, a, b []int64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = max(a[i], b[i])
	}
}

func chooseEach(dst, a, b []int64, pick []uint64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		all := -int64(pick[i>>6] >> uint(i&63) & 1)
		dst[i] = b[i] ^ (a[i]^b[i])&all
	}
}
