package vector

import "encoding/binary"

// Sixty-four rows, of which each has a bit in each of eight planes, are a byte
// a row once rows and planes have changed places. Row 8j+i's bit of plane k
// lies in word k, byte j, bit i. Exchanging the words' number with the bits',
// in three steps of halves, quarters and eighths, is all that is done: the
// byte of row 8j+i then lies in word i, byte j, at Spot(8j+i).

// Spot returns where PutBytes puts a row's code, and which row's code is at a
// spot: the two are the same question.
func Spot(row int) int { return row&7<<3 | row>>3&7 }

// PutBytes writes a byte for each of 64 rows, at its spot: bit k of it is the
// row's in word k.
func PutBytes(into *[64]byte, x *[8]uint64) {
	a, b, c, d, e, f, g, h := Turn(x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7])
	binary.LittleEndian.PutUint64(into[0:], a)
	binary.LittleEndian.PutUint64(into[8:], b)
	binary.LittleEndian.PutUint64(into[16:], c)
	binary.LittleEndian.PutUint64(into[24:], d)
	binary.LittleEndian.PutUint64(into[32:], e)
	binary.LittleEndian.PutUint64(into[40:], f)
	binary.LittleEndian.PutUint64(into[48:], g)
	binary.LittleEndian.PutUint64(into[56:], h)
}

// Turn exchanges, in every byte, the number of the word with that of the bit.
func Turn(a, b, c, d, e, f, g, h uint64) (_, _, _, _, _, _, _, _ uint64) {
	const halves, quarters, eighths = 0x0f0f0f0f0f0f0f0f, 0x3333333333333333, 0x5555555555555555
	a, e = exchange(a, e, 4, halves)
	b, f = exchange(b, f, 4, halves)
	c, g = exchange(c, g, 4, halves)
	d, h = exchange(d, h, 4, halves)
	a, c = exchange(a, c, 2, quarters)
	b, d = exchange(b, d, 2, quarters)
	e, g = exchange(e, g, 2, quarters)
	f, h = exchange(f, h, 2, quarters)
	a, b = exchange(a, b, 1, eighths)
	c, d = exchange(c, d, 1, eighths)
	e, f = exchange(e, f, 1, eighths)
	g, h = exchange(g, h, 1, eighths)
	return a, b, c, d, e, f, g, h
}

// exchange swaps the bits of a that lie so far above a mask's with those of b
// that the mask names.
func exchange(a, b uint64, shift uint, mask uint64) (uint64, uint64) {
	t := (a>>shift ^ b) & mask
	return a ^ t<<shift, b ^ t
}
