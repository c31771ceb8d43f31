package targeting

import (
	"math"
	"math/bits"

	"gotong/internal/column"
	"gotong/internal/vector"
)

// deciler tells the decile of many scores: mostly by the bucket that they fall
// into, and by the cuts where one of these lies in it.
type deciler struct {
	cuts    Cuts
	low     int64
	shift   uint
	buckets []uint8 // the decile, or 0
}

func newDeciler(s span, cuts Cuts) *deciler {
	d := &deciler{cuts: cuts, low: s.low, shift: shiftOf(s.low, s.high)}
	d.buckets = make([]uint8, uint64(s.high-s.low)>>d.shift+1)
	at := 0
	for i := range d.buckets {
		first := s.low + int64(i)<<d.shift
		last := first + 1<<d.shift - 1
		for at < len(cuts) && cuts[at] <= first {
			at++
		}
		if at == len(cuts) || cuts[at] > last {
			d.buckets[i] = uint8(at + 1)
		}
	}
	return d
}

func (d *deciler) of(score int64) uint8 {
	if x := d.buckets[uint64(score-d.low)>>d.shift]; x != 0 {
		return x
	}
	return uint8(d.cuts.Decile(score))
}

// decileBits is how many planes deciles take.
const decileBits = 4

func newDecilePlanes(rows int) *column.Planes {
	p := &column.Planes{Rows: rows, Step: 1, Known: column.NewBitmap(rows)}
	for range decileBits {
		p.Bits = append(p.Bits, column.NewBitmap(rows))
	}
	return p
}

// fill writes the deciles of known scores, and counts them.
func (d *deciler) fill(into *column.Planes, values []int32, known column.Bitmap, counts *Deciles) {
	copy(into.Known, known)
	done := d.compare(into, values, counts)
	var counted [16]int64
	for w := done; w < len(into.Known); w++ {
		var deciles [64]byte
		for j, v := range values[w*64 : min(len(values), w*64+64)] {
			x := byte(0)
			if known[w]>>uint(j)&1 != 0 {
				x = d.of(int64(v))
			}
			deciles[column.Spot(j)] = x
			counted[x&15]++
		}
		planes := column.Gather(&deciles)
		for k := range into.Bits {
			into.Bits[k][w] = planes[k&7]
		}
	}
	for i := range counts {
		counts[i] += counted[i+1]
	}
}

// compared is how many words of rows are compared with the cuts at once.
const compared = 64

// compare is fill for as many words as the processor is quick to compare with
// each cut, and returns how many those are.
func (d *deciler) compare(into *column.Planes, values []int32, counts *Deciles) (words int) {
	var cuts []int32
	for _, c := range d.cuts {
		if c > math.MaxInt32 {
			break // nobody reaches it, nor those after it
		}
		cuts = append(cuts, int32(c))
	}
	var room [len(Cuts{})][compared]uint64
	var least [len(Cuts{})][]uint64
	for i := range least {
		least[i] = room[i][:]
	}
	for {
		some := values[words*64 : min(len(values), (words+compared)*64)]
		n := vector.AtLeast(least[:len(cuts)], some, cuts)
		for w := range n {
			d.put(into, words+w, &room, w, counts)
		}
		if words += n; n < compared {
			return words
		}
	}
}

// put writes the deciles of a word of rows, of which it is known for each cut
// who is not below it. A decile is one more than the cuts that are reached, and
// who reaches a cut reaches those before it.
func (*deciler) put(into *column.Planes, at int, least *[len(Cuts{})][compared]uint64, w int, counts *Deciles) {
	known := into.Known[at]
	var a [len(Cuts{}) + 2]uint64 // a[i] has reached decile i+1
	a[0] = known
	for i := range least {
		a[i+1] = least[i][w&(compared-1)] & known
	}
	into.Bits[0][at] = a[0] ^ a[1] ^ a[2] ^ a[3] ^ a[4] ^ a[5] ^ a[6] ^ a[7] ^ a[8] ^ a[9]
	into.Bits[1][at] = a[1] ^ a[3] ^ a[5] ^ a[7] ^ a[9]
	into.Bits[2][at] = a[3] ^ a[7]
	into.Bits[3][at] = a[7]
	for i := range counts {
		counts[i] += int64(bits.OnesCount64(a[i] &^ a[i+1]))
	}
}
