// Package vector holds the few operations that carry a nation's determination:
// arithmetic on columns of numbers, comparisons that make bitmaps, planes
// turned into numbers, and sums of what tables say of rows' codes; and those
// that carry the check of files: places in a text, and what cells say.
//
// Each is here twice. The portable form is the reference and runs anywhere.
// The other takes 8, 16 or 64 rows at a time by the AVX-512 of an amd64
// processor that has it, which is found out when the program starts; the tag
// purego leaves it out. Tests hold the two to the same bits. See ADRs 0040 and
// 0046.
//
// Bitmaps hold row i in bit i%64 of word i/64. Slices of operands are as long
// as what they are written to, unless it is said otherwise.
package vector

// word is how many rows a word of a bitmap has; the fast forms take whole
// words, and the portable ones what is left.
const word = 64

// whole returns how many of n rows are in whole words, where the processor
// has the fast forms.
func whole(n int) int {
	if !fast {
		return 0
	}
	return n &^ (word - 1)
}
