package vector

// Expand writes base + step × code of each row, bit k of whose code is in
// plane k, and zero where it is not known. There are at most 64 planes.
func Expand[B ~[]uint64](dst []int64, planes []B, known B, base, step int64) {
	n := whole(len(dst))
	if n > 0 {
		var at [64]*uint64
		for k, p := range planes {
			at[k] = &p[0]
		}
		expandFast(&dst[0], &at[0], len(planes), &known[0], base, step, n)
	}
	expandEach(dst, planes, known, base, step, n/word)
}

// expandEach is Expand from a word of rows on: eight planes at a time become
// a byte a row.
func expandEach[B ~[]uint64](dst []int64, planes []B, known B, base, step int64, from int) {
	var codes [64]byte
	for w := from; w*word < len(dst); w++ {
		into := dst[w*word : min(len(dst), w*word+word)]
		clear(into)
		for at := 0; at < len(planes); at += 8 {
			var x [8]uint64
			for k, p := range planes[at:min(at+8, len(planes))] {
				x[k&7] = p[w]
			}
			PutBytes(&codes, &x)
			for i := range into {
				into[i] |= int64(codes[Spot(i)]) << (uint(at) & 63)
			}
		}
		there := known[w]
		for i, code := range into {
			into[i] = int64(uint64(base)+uint64(step)*uint64(code)) & -int64(there>>uint(i)&1)
		}
	}
}
