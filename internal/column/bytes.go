package column

import (
	"encoding/binary"

	"gotong/internal/vector"
)

// Spot returns where Bytes puts a row's code, and which row's code is at a
// spot: the two are the same question.
func Spot(row int) int { return vector.Spot(row) }

// Bytes writes the codes of word w's 64 rows into a byte each: those of up to
// eight planes, the first of them in the lowest bit. The code of row i is at
// Spot(i).
func Bytes(into *[64]byte, planes []Bitmap, w int) {
	var x [8]uint64
	if len(planes) == 8 {
		p := (*[8]Bitmap)(planes)
		x = [8]uint64{p[0][w], p[1][w], p[2][w], p[3][w], p[4][w], p[5][w], p[6][w], p[7][w]}
	} else {
		for k, plane := range planes {
			x[k&7] = plane[w]
		}
	}
	vector.PutBytes(into, &x)
}

// Gather is the way back from Bytes: word k is that of plane k.
func Gather(from *[64]byte) (x [8]uint64) {
	for i := range x {
		x[i] = binary.LittleEndian.Uint64(from[8*i:])
	}
	x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7] = vector.Turn(x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7])
	return x
}
