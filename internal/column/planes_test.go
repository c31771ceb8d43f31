package column_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gotong/internal/column"
)

// drawn draws a column of rows that are near one another, or anywhere.
func drawn(t *rapid.T) *column.Column {
	value := rapid.SampledFrom([]*rapid.Generator[int64]{rapid.Int64Range(0, 1), rapid.Int64Range(-3, 12), rapid.Int64Range(0, 70_000), rapid.Int64()}).Draw(t, "kind")
	values := rapid.SliceOfN(rapid.Ptr(value, true), 0, 300).Draw(t, "values")
	c := column.New(len(values))
	for i, v := range values {
		if v != nil {
			c.Set(i, *v)
		}
	}
	return c
}

// Cut into planes and read again, whole or in any part, a column is the same.
func TestPlanesRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawn(t)
		p := column.Cut(c)
		if diff := cmp.Diff(c, p.Column()); diff != "" {
			t.Fatal(diff)
		}
		from := rapid.IntRange(0, len(c.Values)).Draw(t, "from")
		n := rapid.IntRange(0, len(c.Values)-from).Draw(t, "n")
		var part column.Planes
		for _, at := range []int{0, from} { // the second uses the first's memory
			p.Slice(&part, at, n)
		}
		got := part.Column()
		for i := range n {
			v, known := c.At(from + i)
			if w, k := got.At(i); w != v || k != known {
				t.Fatalf("row %d of %d from %d: %d %v, want %d %v", i, n, from, w, k, v, known)
			}
			if w, k := part.At(i); w != v || k != known {
				t.Fatalf("At(%d) of %d from %d: %d %v, want %d %v", i, n, from, w, k, v, known)
			}
		}
		if n%64 != 0 && part.Known[n/64]>>(uint(n)%64) != 0 {
			t.Fatal("bits past the last row")
		}
		if diff := cmp.Diff(c, p.Column()); diff != "" {
			t.Fatal("slicing changed the column: ", diff)
		}
	})
}

// Planes compare as numbers do.
func TestPlanesCompare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawn(t)
		p := column.Cut(c)
		if step := rapid.Int64Range(1, 5).Draw(t, "step"); step > 1 && len(p.Bits) < 40 && p.Base > -1<<40 && p.Base < 1<<40 {
			p.Step = step
			c = p.Column()
		}
		v := rapid.OneOf(rapid.Int64(), rapid.Int64Range(-5, 15), rapid.SampledFrom([]int64{math.MinInt64, math.MaxInt64, p.Base, p.Base + 1})).Draw(t, "v")
		less, equal := column.NewBitmap(p.Rows), column.NewBitmap(p.Rows)
		p.Less(less, v)
		p.Equal(equal, v)
		low, high := p.Bounds()
		for i, x := range c.Values {
			known := c.Known.Get(i)
			if less.Get(i) != (known && x < v) || equal.Get(i) != (known && x == v) {
				t.Fatalf("row %d holds %d (%v): less than %d %v, equal %v", i, x, known, v, less.Get(i), equal.Get(i))
			}
			if known && (x < low || x > high) {
				t.Fatalf("%d lies outside %d to %d", x, low, high)
			}
		}
	})
}

func TestBytesAndBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		planes := make([]column.Bitmap, rapid.IntRange(0, 8).Draw(t, "planes"))
		for k := range planes {
			planes[k] = column.Bitmap{rapid.Uint64().Draw(t, "word")}
		}
		var codes [64]byte
		column.Bytes(&codes, planes, 0)
		for row := range codes {
			code := codes[column.Spot(row)]
			for k := range 8 {
				want := byte(0)
				if k < len(planes) {
					want = byte(planes[k][0] >> row & 1)
				}
				if got := code >> k & 1; got != want {
					t.Fatalf("row %d has %d in plane %d, want %d", row, got, k, want)
				}
			}
		}
		for k, got := range column.Gather(&codes) {
			if want := append(planes, make([]column.Bitmap, 8-len(planes))...)[k]; want != nil && got != want[0] || want == nil && got != 0 {
				t.Fatalf("plane %d: %x, want %v", k, got, want)
			}
		}
	})
}
