package targeting

import (
	"math/big"
	"math/bits"

	"gotong/internal/money"
)

// Consumption returns e to the power of a score, in whole rupiah rounded
// down: the predicted monthly consumption per person. It is computed in
// fixed point from tables of e, so every machine gives the same rupiah. The
// relative error is below 2⁻⁵⁵, less than a rupiah for any real income. A
// score below zero gives 0; one above what 64 bits hold gives the most they
// hold.
func Consumption(score int64) money.Rupiah {
	if score < 0 {
		return 0
	}
	whole, fraction := score/Micro, score%Micro
	if whole >= int64(len(expWhole)) {
		return 1<<63 - 1
	}
	// e^fraction, in units of 2⁻⁶¹, is the product of one table entry for
	// each decimal digit; it stays below e, so three bits are room enough.
	m := uint64(1) << 61
	for place := range expDigit {
		digit := fraction / pow10[place] % 10
		hi, lo := bits.Mul64(m, expDigit[place][digit])
		m = hi<<3 | lo>>61
	}
	w := expWhole[whole]
	hi, lo := bits.Mul64(m, w.mantissa)
	// m·mantissa is e^score in units of 2^(exponent-61).
	shift := uint(61 - w.exponent)
	if shift >= 64 {
		return clampRupiah(hi >> (shift - 64))
	}
	if hi>>shift != 0 {
		return 1<<63 - 1
	}
	return clampRupiah(hi<<(64-shift) | lo>>shift)
}

func clampRupiah(v uint64) money.Rupiah {
	if v > 1<<63-1 {
		return 1<<63 - 1
	}
	return money.Rupiah(v)
}

var pow10 = [6]int64{100_000, 10_000, 1_000, 100, 10, 1}

// power is mantissa × 2^exponent with a mantissa of 63 bits.
type power struct {
	mantissa uint64
	exponent int
}

var (
	expDigit [6][10]uint64 // e^(digit × 10^-(place+1)), in units of 2⁻⁶¹
	expWhole [44]power     // e^0 to e^43
)

func init() {
	for place, unit := range pow10 {
		for digit := range int64(10) {
			expDigit[place][digit] = bigExp(big.NewRat(digit*unit, Micro), 61).Uint64()
		}
	}
	for n := range expWhole {
		v := bigExp(big.NewRat(int64(n), 1), 128)
		cut := v.BitLen() - 63
		expWhole[n] = power{v.Rsh(v, uint(cut)).Uint64(), cut - 128}
	}
}

// bigExp returns e^x in units of 2^-places, rounded down, by its power series
// with guard bits to spare.
func bigExp(x *big.Rat, places uint) *big.Int {
	const guard = 64
	one := new(big.Int).Lsh(big.NewInt(1), places+guard)
	sum, term := new(big.Int).Set(one), new(big.Int).Set(one)
	for n := int64(1); term.Sign() > 0; n++ {
		term.Mul(term, x.Num())
		term.Quo(term, new(big.Int).Mul(x.Denom(), big.NewInt(n)))
		sum.Add(sum, term)
	}
	return sum.Rsh(sum, guard)
}
