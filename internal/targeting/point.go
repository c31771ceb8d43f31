package targeting

import (
	"math/bits"
	"sort"

	"go.yaml.in/yaml/v3"
)

// Point is what a number adds to the score at one value.
type Point struct{ Value, Add int64 }

// maxPoint bounds a point's value: a number of a survey may be rupiah, and
// the distance of two still fits 64 bits many times over.
const maxPoint = 1_000_000_000_000_000

// along returns what v adds: on the straight line between the points around
// it, rounded toward the lower point's side, and at an end beyond it.
func along(points []Point, v int64) int64 {
	first, last := points[0], points[len(points)-1]
	switch {
	case v <= first.Value:
		return first.Add
	case v >= last.Value:
		return last.Add
	}
	k := sort.Search(len(points), func(i int) bool { return points[i].Value > v })
	from, to := points[k-1], points[k]
	rise, sign := to.Add-from.Add, int64(1)
	if rise < 0 {
		rise, sign = -rise, -1
	}
	// The quotient is at most rise, since v lies between the two.
	hi, lo := bits.Mul64(uint64(rise), uint64(v-from.Value))
	part, _ := bits.Div64(hi, lo, uint64(to.Value-from.Value))
	return from.Add + sign*int64(part)
}

// rising reports whether each point's value is above the one before.
func rising(points []Point) bool {
	for i := 1; i < len(points); i++ {
		if points[i].Value <= points[i-1].Value {
			return false
		}
	}
	return len(points) > 0
}

// points reads a list of pairs [value, add].
func (r modelReader) points(n *yaml.Node) []Point {
	points := []Point{}
	r.each(n, func(n *yaml.Node) {
		if n.Kind != yaml.SequenceNode || len(n.Content) != 2 {
			r.bad(n, "point")
			return
		}
		var p Point
		r.number(&p.Value, maxPoint)(n.Content[0])
		r.number(&p.Add, maxCoefficient)(n.Content[1])
		points = append(points, p)
	})
	return points
}
