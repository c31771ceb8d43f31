package survey

import (
	"math"
	"slices"
	"sort"
)

// A household is described by hats. A number has one for each of a few of
// its values, its knots: between two knots the two hats share 1 as the value
// is near the one or the other, so what the hats add is a line through the
// knots. A choice has one hat an option. Each has one for not being known.
// Few hats of a household are not zero, so sums over a million are quick;
// smooth shapes are then made of hats by shape.go.

// Limits of what is estimated from so many rows.
const (
	knotsAll    = 12   // a number of no more values has a knot at each
	optionLeast = 5    // an option of fewer households is pooled with the other rare ones
	mostHats    = 3000 // all the sums of one fit then need a gigabyte at most
)

// knotShares are where the knots of a number of many values lie: these
// shares of the households are below. What lies beyond the outer ones counts
// as they do, so that one strange value does not tilt the line.
var knotShares = []float64{0.005, 0.1, 0.25, 0.5, 0.75, 0.9, 0.995}

// block is the hats of one feature.
type block struct {
	feature *feature
	first   int           // hat
	knots   []int64       // of a number
	level   map[int64]int // hat by option
	other   int           // hat of the options pooled; 0 for none
	unknown int           // hat of not being known; 0 for none
	size    int
}

// blocks lays out the hats of the features, as the rows of a training set
// show them. Hat 0 is 1 for every household; the last is the outcome.
func blocks(features []*feature, rows []int32) (all []*block, hats int) {
	shares := knotShares
	if len(features)*len(shares) > mostHats/2 {
		shares = []float64{0.005, 0.995}
	}
	hats = 1
	for _, f := range features {
		b := &block{feature: f, first: hats}
		var values []int64
		for _, r := range rows {
			if v, ok := f.facts.At(int(r)); ok {
				values = append(values, v)
			}
		}
		slices.Sort(values)
		if f.choice() {
			b.levels(values)
		} else {
			b.size = b.cutKnots(values, shares)
		}
		if len(rows)-len(values) >= optionLeast {
			b.unknown = hats + b.size
			b.size++
		}
		hats += b.size
		all = append(all, b)
	}
	return all, hats + 1
}

func (b *block) levels(sorted []int64) {
	b.level = map[int64]int{}
	pooled := 0
	for len(sorted) > 0 {
		n := sort.Search(len(sorted), func(i int) bool { return sorted[i] > sorted[0] })
		if n < optionLeast {
			pooled += n
		} else {
			b.level[sorted[0]] = b.first + b.size
			b.size++
		}
		sorted = sorted[n:]
	}
	if pooled > 0 {
		b.other = b.first + b.size
		b.size++
	}
}

func (b *block) cutKnots(sorted []int64, shares []float64) int {
	if len(sorted) == 0 {
		b.knots = []int64{0}
		return 1
	}
	distinct := 1
	for i := 1; i < len(sorted) && distinct <= knotsAll; i++ {
		if sorted[i] != sorted[i-1] {
			distinct++
		}
	}
	if distinct > knotsAll || len(shares) < len(knotShares) {
		for _, s := range shares {
			b.knots = append(b.knots, sorted[int(s*float64(len(sorted)-1)+0.5)])
		}
	} else {
		// A value of few households leans on its neighbours.
		for i := 0; i < len(sorted); {
			n := sort.Search(len(sorted)-i, func(k int) bool { return sorted[i+k] > sorted[i] })
			if n >= optionLeast {
				b.knots = append(b.knots, sorted[i])
			}
			i += n
		}
	}
	if len(b.knots) < 2 { // nearly all are alike: the ends may still tell something
		b.knots = append(b.knots, sorted[0], sorted[len(sorted)-1])
		slices.Sort(b.knots)
	}
	b.knots = slices.Compact(b.knots)
	return len(b.knots)
}

// hat is one hat of a household and how much of it.
type hat struct {
	at    int32
	share float64
}

// put appends the hats of a household.
func (b *block) put(hats []hat, row int32) []hat {
	v, known := b.feature.facts.At(int(row))
	switch {
	case !known && b.unknown > 0:
		return append(hats, hat{int32(b.unknown), 1})
	case !known:
		return hats
	case b.level != nil:
		if at, ok := b.level[v]; ok {
			return append(hats, hat{int32(at), 1})
		}
		if b.other > 0 {
			return append(hats, hat{int32(b.other), 1})
		}
		return hats
	}
	last := len(b.knots) - 1
	switch {
	case v <= b.knots[0]:
		return append(hats, hat{int32(b.first), 1})
	case v >= b.knots[last]:
		return append(hats, hat{int32(b.first + last), 1})
	}
	k := 1
	for b.knots[k] < v {
		k++
	}
	part := float64(v-b.knots[k-1]) / float64(b.knots[k]-b.knots[k-1])
	return append(hats, hat{int32(b.first + k - 1), 1 - part}, hat{int32(b.first + k), part})
}

// shape is one column that is estimated: how much it is at each hat of its
// block. Less what it is on average, so that a household of which the
// feature is not known counts as the average.
type shape struct {
	block  int // place among the blocks
	at     []int32
	value  []float64
	bend   bool // departs from a straight line, and is held back more
	spread float64
}

// shapes makes straight lines, bends and options of the hats, given the
// weight of each hat. One that does not vary is left out.
func shapes(all []*block, weight []float64) []shape {
	var out []shape
	add := func(b int, at []int32, value []float64, bend bool) {
		s := shape{block: b, at: at, value: value, bend: bend}
		if s.centre(weight) {
			out = append(out, s)
		}
	}
	for k, b := range all {
		var known []int32
		for h := b.first; h < b.first+b.size; h++ {
			if h != b.unknown {
				known = append(known, int32(h))
			}
		}
		if b.knots != nil {
			line := make([]float64, len(b.knots))
			for i, v := range b.knots {
				line[i] = float64(v - b.knots[0])
			}
			add(k, known, line, false)
			for j := 1; j < len(b.knots)-1; j++ {
				bend := make([]float64, len(b.knots))
				for i, v := range b.knots {
					bend[i] = math.Max(0, float64(v-b.knots[j]))
				}
				add(k, known, against(bend, line, known, weight), true)
			}
		} else if len(known) > 1 {
			for i := range known {
				one := make([]float64, len(known))
				one[i] = 1
				add(k, known, one, false)
			}
		}
		if b.unknown > 0 {
			out = append(out, shape{block: k, at: []int32{int32(b.unknown)}, value: []float64{1},
				spread: math.Sqrt(weight[b.unknown] / weight[0])})
		}
	}
	return out
}

// centre takes away the average and finds the spread, over all households;
// false when it does not vary.
func (s *shape) centre(weight []float64) bool {
	sum, of, square, largest := 0.0, 0.0, 0.0, 0.0
	for i, h := range s.at {
		sum += weight[h] * s.value[i]
		of += weight[h]
		largest = max(largest, math.Abs(s.value[i]))
	}
	if of == 0 {
		return false
	}
	for i, h := range s.at {
		s.value[i] -= sum / of
		square += weight[h] * s.value[i] * s.value[i]
	}
	s.spread = math.Sqrt(square / weight[0])
	return s.spread > 1e-9*largest
}

// against takes from a bend what a straight line explains of it.
func against(bend, line []float64, at []int32, weight []float64) []float64 {
	var n, sb, sl, sbl, sll float64
	for i, h := range at {
		w := weight[h]
		n += w
		sb += w * bend[i]
		sl += w * line[i]
		sbl += w * bend[i] * line[i]
		sll += w * line[i] * line[i]
	}
	if n == 0 || n*sll-sl*sl <= 0 {
		return bend
	}
	slope := (n*sbl - sb*sl) / (n*sll - sl*sl)
	for i := range bend {
		bend[i] -= slope * line[i]
	}
	return bend
}
