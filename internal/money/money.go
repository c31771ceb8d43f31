// Package money holds whole rupiah. Indonesia's sen are no longer used in
// public payments, so an amount is an integer and no rounding is hidden.
package money

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"
)

// Rupiah is an amount of whole Indonesian rupiah. It may be negative in a
// ledger entry; an entitlement or instruction is positive.
type Rupiah int64

// Add returns a+b and whether it fits 64 bits.
func (a Rupiah) Add(b Rupiah) (Rupiah, bool) {
	s := a + b
	return s, (s < a) == (b < 0)
}

// Times returns a*n and whether it fits 64 bits.
func (a Rupiah) Times(n int64) (Rupiah, bool) {
	hi, lo := bits.Mul64(magnitude(int64(a)), magnitude(n))
	if hi != 0 || lo > 1<<63-1 {
		return 0, false
	}
	if (a < 0) != (n < 0) {
		return -Rupiah(lo), true
	}
	return Rupiah(lo), true
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return uint64(-(n + 1)) + 1
	}
	return uint64(n)
}

// Split divides a into n instalments that sum to a exactly: each is a/n, and
// the last takes the remainder (2,000,000 in 6 is 5 × 333,333 and 333,335).
// It returns nil when n < 1.
func (a Rupiah) Split(n int) []Rupiah {
	if n < 1 {
		return nil
	}
	parts := make([]Rupiah, n)
	each := a / Rupiah(n)
	for i := range parts {
		parts[i] = each
	}
	parts[n-1] += a - each*Rupiah(n)
	return parts
}

// String writes a the Indonesian way: Rp1.250.000, -Rp500.
func (a Rupiah) String() string { return a.format("Rp", '.') }

// Grouped writes the digits alone, in groups parted by sep.
func (a Rupiah) Grouped(sep byte) string { return a.format("", sep) }

func (a Rupiah) format(symbol string, sep byte) string {
	digits := strconv.FormatUint(magnitude(int64(a)), 10)
	var b strings.Builder
	if a < 0 {
		b.WriteByte('-')
	}
	b.WriteString(symbol)
	for i, d := range []byte(digits) {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(sep)
		}
		b.WriteByte(d)
	}
	return b.String()
}

// Parse reads whole rupiah written as plain digits, with an optional sign.
// Grouped or decimal forms are refused: "1.000" may mean one or a thousand.
func Parse(s string) (Rupiah, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("money: %q is not a whole number of rupiah", s)
	}
	return Rupiah(n), nil
}
