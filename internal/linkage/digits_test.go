package linkage

import (
	"math/bits"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

func TestPackedDigits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Uint64Range(0, 9_999_999_999_999_999).Draw(t, "number")
		packed := packDigits(v)
		if unpackDigits(packed) != v {
			t.Fatalf("%d was packed as %x, and unpacked as %d", v, packed, unpackDigits(packed))
		}
		if v > 0 && digitsOf(packed) != len(strconv.FormatUint(v, 10)) {
			t.Fatalf("%d has %d digits, not %d", v, len(strconv.FormatUint(v, 10)), digitsOf(packed))
		}
	})
}

// slipOf draws a text of digits and one that differs from it a little.
func slipOf(t *rapid.T) (string, string) {
	a := rapid.StringMatching(`[1-9][0-9]{0,15}`).Draw(t, "number")
	b := []byte(a)
	for range rapid.IntRange(0, 2).Draw(t, "errors") {
		at := rapid.IntRange(0, len(b)-1).Draw(t, "at")
		digit := rapid.ByteRange('0', '9').Draw(t, "digit")
		switch kind := rapid.IntRange(0, 3).Draw(t, "kind"); {
		case kind == 0:
			b[at] = digit
		case kind == 1 && at > 0:
			b[at], b[at-1] = b[at-1], b[at]
		case kind == 2 && len(b) > 1:
			b = append(b[:at], b[at+1:]...)
		case len(b) < packedMost:
			b = append(b[:at], append([]byte{digit}, b[at:]...)...)
		}
	}
	return a, string(b)
}

func TestSlipsOfPackedDigitsAreSlipsOfText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := slipOf(t)
		x, _ := strconv.ParseUint(a, 10, 64)
		y, _ := strconv.ParseUint(b, 10, 64)
		if a == b || b[0] == '0' {
			return
		}
		p, q := packDigits(x), packDigits(y)
		if got := slippedDigits(p, q); got != slip(a, b) || slippedDigits(q, p) != got {
			t.Fatalf("%s and %s: a slip is %v of the text, %v of the digits", a, b, slip(a, b), got)
		}
		if len(a) == len(b) && oneSlip(p, q) != slip(a, b) {
			t.Fatalf("%s and %s: a slip is %v of the text, not of the digits", a, b, slip(a, b))
		}
	})
}

// unpackDigits is the inverse of packDigits.
func unpackDigits(packed uint64) uint64 {
	v := uint64(0)
	for shift := (bits.Len64(packed) + 3) &^ 3; shift > 0; shift -= 4 {
		v = v*10 + packed>>(shift-4)&15
	}
	return v
}
