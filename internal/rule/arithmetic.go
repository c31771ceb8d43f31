package rule

import (
	"math"
	"math/bits"
)

// The whole-number arithmetic of the typed form. Each returns whether the
// result can be computed in 64 bits.

func add(a, b int64) (int64, bool) {
	s := a + b
	return s, (a^s)&(b^s) >= 0
}

func sub(a, b int64) (int64, bool) {
	d := a - b
	return d, (a^b)&(a^d) >= 0
}

func mul(a, b int64) (int64, bool) {
	if a == 0 || b == 0 {
		return 0, true
	}
	if a == -1 && b == math.MinInt64 || b == -1 && a == math.MinInt64 {
		return 0, false
	}
	p := a * b
	return p, p/b == a
}

func div(a, b int64) (int64, bool) {
	if b == 0 || a == math.MinInt64 && b == -1 {
		return 0, false
	}
	return a / b, true
}

func mod(a, b int64) (int64, bool) {
	if b == 0 || a == math.MinInt64 && b == -1 {
		return 0, false
	}
	return a % b, true
}

func neg(a int64) (int64, bool) { return -a, a != math.MinInt64 }

// total is a sum of 128 bits: whether a sum fits must not depend on the order
// in which the members of a family happen to stand.
type total struct {
	high int64
	low  uint64
}

func (t *total) add(x int64) {
	var carry uint64
	t.low, carry = bits.Add64(t.low, uint64(x), 0)
	t.high += x>>63 + int64(carry)
}

// value returns the sum, and whether it can be kept in 64 bits.
func (t total) value() (int64, bool) {
	v := int64(t.low)
	return v, t.high == v>>63
}
