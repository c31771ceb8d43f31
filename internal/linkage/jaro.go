package linkage

import "math/bits"

// maxLetters is how many letters of a text are compared.
const maxLetters = 64

// winkler returns the Jaro–Winkler similarity of two short texts of plain
// letters and digits (a–z, 0–9) in thousandths, in whole-number arithmetic, so that all
// machines agree. It sees the first 64 letters and allocates nothing: the
// letters of b stand as bit masks, as in Myers' string matching.
func winkler[T string | []byte](a, b T) int {
	if len(a) > maxLetters {
		a = a[:maxLetters]
	}
	if len(b) > maxLetters {
		b = b[:maxLetters]
	}
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	var where ['z' - '0' + 1]uint64
	for i := 0; i < len(b); i++ {
		where[b[i]-'0'] |= 1 << i
	}
	window := max(len(a), len(b))/2 - 1
	window = max(window, 0)
	var hitA, hitB uint64
	for i := 0; i < len(a); i++ {
		near := where[a[i]-'0'] &^ hitB & span(i-window, i+window)
		if near != 0 {
			hitB |= near & -near
			hitA |= 1 << i
		}
	}
	m := bits.OnesCount64(hitA)
	if m == 0 {
		return 0
	}
	out := 0
	for x, y := hitA, hitB; x != 0; x, y = x&(x-1), y&(y-1) {
		if a[bits.TrailingZeros64(x)] != b[bits.TrailingZeros64(y)] {
			out++
		}
	}
	la, lb := len(a), len(b)
	jaro := 1000 * (m*m*lb + m*m*la + (m-out/2)*la*lb) / (3 * m * la * lb)
	prefix := 0
	for prefix < 4 && prefix < la && prefix < lb && a[prefix] == b[prefix] {
		prefix++
	}
	if jaro <= 700 {
		return jaro
	}
	return jaro + prefix*(1000-jaro)/10
}

// span returns a mask of the bits from through to.
func span(from, to int) uint64 {
	from, to = max(from, 0), min(to, 63)
	if from > to {
		return 0
	}
	return ^uint64(0) << from & (^uint64(0) >> (63 - to))
}

// slip reports whether a and b differ by one typing error: a character
// wrong, left out or doubled, or two neighbours exchanged. Equal texts do not.
func slip(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 || a == b {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	if a[i+1:] == b[i+1:] {
		return true
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}
