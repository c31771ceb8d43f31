package targeting

import "gotong/internal/column"

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
	var counted [16]int64
	for w := range into.Known {
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
