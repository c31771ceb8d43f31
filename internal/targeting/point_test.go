package targeting

import (
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestAlongIsTheLineBetweenPoints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfNDistinct(rapid.Int64Range(-maxPoint, maxPoint), 1, 6, rapid.ID).Draw(t, "values")
		slices.Sort(values)
		var points []Point
		for _, v := range values {
			points = append(points, Point{v, rapid.Int64Range(-maxCoefficient, maxCoefficient).Draw(t, "add")})
		}
		for _, p := range points {
			if got := along(points, p.Value); got != p.Add {
				t.Fatalf("at point %v: %d", p, got)
			}
		}
		v := rapid.Int64Range(-maxPoint, maxPoint).Draw(t, "v")
		got := along(points, v)
		k := slices.IndexFunc(points, func(p Point) bool { return p.Value >= v })
		switch {
		case k == 0:
			if got != points[0].Add {
				t.Fatalf("before the first: %d", got)
			}
		case k < 0:
			if got != points[len(points)-1].Add {
				t.Fatalf("after the last: %d", got)
			}
		default:
			a, b := points[k-1], points[k]
			exact := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(b.Add-a.Add), big.NewInt(v-a.Value)), big.NewInt(b.Value-a.Value))
			exact.Add(exact, new(big.Rat).SetInt64(a.Add-got))
			if exact.Abs(exact).Cmp(big.NewRat(1, 1)) >= 0 {
				t.Fatalf("between %v and %v at %d: %d", a, b, v, got)
			}
		}
	})
}

func TestRising(t *testing.T) {
	for _, c := range []struct {
		points []Point
		want   bool
	}{{nil, false}, {[]Point{{1, 0}}, true}, {[]Point{{1, 0}, {2, 0}}, true}, {[]Point{{2, 0}, {2, 1}}, false}, {[]Point{{2, 0}, {1, 1}}, false}} {
		if got := rising(c.points); got != c.want {
			t.Errorf("rising(%v) = %v", c.points, got)
		}
	}
}
