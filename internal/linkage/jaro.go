package linkage

import "math/bits"

// maxLetters is how many letters of a text are compared, mostPrefix how many
// that are the same at the beginning count for more.
const (
	maxLetters = 64
	mostPrefix = 4
)

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
	for prefix < mostPrefix && prefix < la && prefix < lb && a[prefix] == b[prefix] {
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
func slip[T string | []byte](a, b T) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	from := 0
	for from < len(a) && a[from] == b[from] {
		from++
	}
	same := 0 // characters at the end
	for same < len(a)-from && a[len(a)-1-same] == b[len(b)-1-same] {
		same++
	}
	left := len(b) - from - same // of b that a lacks or has otherwise
	switch {
	case len(a) < len(b):
		return left == 1
	case left == 2:
		return a[from] == b[from+1] && a[from+1] == b[from]
	}
	return left == 1
}

// misspelt reports whether two words, one of three letters or more, differ by
// one typing error.
func misspelt[T string | []byte](a, b T) bool {
	return min(len(a), len(b)) >= 2 && max(len(a), len(b)) >= 3 && slip(a, b) && !otherEnd(a, b)
}

// otherEnd reports whether two words differ in the vowel at their end alone.
// That is no typing error: Dina and Dini, Yanto and Yanti are two people.
func otherEnd[T string | []byte](a, b T) bool {
	n := len(a)
	return n == len(b) && n > 1 && vowel(a[n-1]) && vowel(b[n-1]) && a[n-1] != b[n-1] && string(a[:n-1]) == string(b[:n-1])
}
