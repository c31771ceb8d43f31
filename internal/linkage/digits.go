package linkage

import "math/bits"

// Numbers and days are compared digit by digit, so their digits are kept side
// by side, four bits each: the digits that differ are then found at once.

// packedMost is how many digits have room.
const packedMost = 16

// packDigits writes a number of packedMost digits or fewer, four bits a digit.
func packDigits(v uint64) uint64 {
	packed := uint64(0)
	for shift := 0; v > 0; shift += 4 {
		packed |= v % 10 << shift
		v /= 10
	}
	return packed
}

// oneSlip reports whether two numbers of as many digits differ in one digit or
// in the order of two neighbours.
func oneSlip(a, b uint64) bool {
	x := a ^ b
	wrong := (x | x>>1 | x>>2 | x>>3) & 0x1111111111111111 // a bit a digit
	first := wrong & -wrong
	switch wrong {
	case 0:
		return false
	case first:
		return true
	case first | first<<4:
		at := bits.TrailingZeros64(first)
		p, q := a>>at&255, b>>at&255
		return p == q>>4|q<<4&255
	}
	return false
}

// slippedDigits reports whether two numbers that differ, neither of them 0, are
// a typing error apart: as oneSlip has it or, of one digit more, by leaving one
// out.
func slippedDigits(a, b uint64) bool {
	low, high := min(a, b), max(a, b)
	short, long := digitsOf(low), digitsOf(high)
	switch long - short {
	case 0:
		return oneSlip(a, b)
	case 1:
		before := short - digitsOf(low^high>>4) // digits that are the same in front
		behind := bits.TrailingZeros64(low^high) / 4
		return before+behind >= short
	}
	return false
}

// digitsOf returns how many digits a number has.
func digitsOf(packed uint64) int { return (bits.Len64(packed) + 3) / 4 }
