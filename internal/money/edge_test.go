package money

import (
	"math"
	"testing"
)

// TestEdges holds sums and products to saying where 64 bits end, and to giving
// nothing where they do not fit.
func TestEdges(t *testing.T) {
	const most, least = Rupiah(math.MaxInt64), Rupiah(math.MinInt64)
	for _, c := range []struct {
		a, b, sum Rupiah
		fits      bool
	}{
		{most, 0, most, true}, {most, 1, least, false}, {most - 1, 1, most, true}, {least, 0, least, true}, {least, -1, most, false},
		{least + 1, -1, least, true}, {most, least, -1, true}, {0, 0, 0, true}, {-5, 5, 0, true}, {5, -5, 0, true},
	} {
		if sum, fits := c.a.Add(c.b); sum != c.sum || fits != c.fits {
			t.Errorf("%d + %d is %d, %v", c.a, c.b, sum, fits)
		}
	}
	for _, c := range []struct {
		a    Rupiah
		n    int64
		want Rupiah
		fits bool
	}{
		{most, 1, most, true}, {most, -1, -most, true}, {most, 2, 0, false}, {1 << 32, 1 << 32, 0, false}, {1 << 33, 1 << 32, 0, false},
		{0, 5, 0, true}, {0, -5, 0, true}, {5, 0, 0, true}, {-5, 0, 0, true}, {-3, -4, 12, true}, {-3, 4, -12, true}, {3, -4, -12, true},
		{least, 1, 0, false}, {1 << 31, 1 << 32, 0, false}, {1 << 31, 1<<32 - 1, 1<<63 - 1<<31, true},
	} {
		if got, fits := c.a.Times(c.n); got != c.want || fits != c.fits {
			t.Errorf("%d times %d is %d, %v", c.a, c.n, got, fits)
		}
	}
	if got, err := Parse("1.000"); got != 0 || err == nil {
		t.Errorf("%d %v", got, err)
	}
}
