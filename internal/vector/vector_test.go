package vector

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// operands are columns of the same length and bitmaps over them.
type operands struct {
	a, b   []int64
	x, y   []uint64
	planes [][]uint64
	c      int64
	narrow []int32
}

// draw draws some rows: of any length, of numbers near one another or not.
func draw(t *rapid.T) operands {
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
	n := rapid.IntRange(0, 300).Draw(t, "rows")
	span := rapid.SampledFrom([]int64{2, 9, 1 << 20, 1 << 62}).Draw(t, "span")
	o := operands{c: r.Int64N(span)}
	number := func() int64 { return r.Int64N(span)*2 - span }
	for range n {
		o.a, o.b = append(o.a, number()), append(o.b, number())
		o.narrow = append(o.narrow, r.Int32N(1<<20)-1<<19)
	}
	bits := func() []uint64 {
		all := make([]uint64, (n+63)/64)
		for w := range all {
			all[w] = r.Uint64()
		}
		if n%64 != 0 {
			all[len(all)-1] &= 1<<uint(n%64) - 1
		}
		return all
	}
	o.x, o.y = bits(), bits()
	for range rapid.IntRange(0, 20).Draw(t, "planes") {
		o.planes = append(o.planes, bits())
	}
	return o
}

// Whatever the processor has, the answers are those of the portable forms.
func TestFastIsPortable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := draw(t)
		n := len(o.a)
		numbers := func(name string, fast, portable func(dst []int64)) {
			got, want := make([]int64, n), make([]int64, n)
			fast(got)
			portable(want)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatal(name, diff)
			}
		}
		numbers("add", func(d []int64) { Add(d, o.a, o.b) }, func(d []int64) { addEach(d, o.a, o.b) })
		numbers("sub", func(d []int64) { Sub(d, o.a, o.b) }, func(d []int64) { subEach(d, o.a, o.b) })
		numbers("mul", func(d []int64) { Mul(d, o.a, o.b) }, func(d []int64) { mulEach(d, o.a, o.b) })
		numbers("min", func(d []int64) { Min(d, o.a, o.b) }, func(d []int64) { minEach(d, o.a, o.b) })
		numbers("max", func(d []int64) { Max(d, o.a, o.b) }, func(d []int64) { maxEach(d, o.a, o.b) })
		numbers("choose", func(d []int64) { Choose(d, o.a, o.b, o.x) }, func(d []int64) { chooseEach(d, o.a, o.b, o.x) })
		numbers("expand", func(d []int64) { Expand(d, o.planes, o.x, o.c, 3) }, func(d []int64) { expandEach(d, o.planes, o.x, o.c, 3, 0) })
		bitmap := func(name string, fast, portable func(dst []uint64)) {
			got, want := make([]uint64, len(o.x)), make([]uint64, len(o.x))
			fast(got)
			portable(want)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatal(name, diff)
			}
		}
		bitmap("less", func(d []uint64) { Less(d, o.a, o.b) }, func(d []uint64) { lessEach(d, o.a, o.b) })
		bitmap("equal", func(d []uint64) { Equal(d, o.a, o.b) }, func(d []uint64) { equalEach(d, o.a, o.b) })
		bitmap("less than", func(d []uint64) { LessThan(d, o.a, o.c) }, func(d []uint64) { lessThanEach(d, o.a, o.c) })
		bitmap("more than", func(d []uint64) { MoreThan(d, o.a, o.c) }, func(d []uint64) { moreThanEach(d, o.a, o.c) })
		bitmap("equal to", func(d []uint64) { EqualTo(d, o.a, o.c) }, func(d []uint64) { equalToEach(d, o.a, o.c) })
	})
}

// Sums of tables are what their codes say, row by row, however they are added.
func TestSumsOfTables(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := draw(t)
		words := len(o.a) / 64
		planes := o.planes[:min(8, len(o.planes))]
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "table"), 0))
		var table Table
		adds := make([]int32, 256)
		for code := range adds {
			adds[code] = r.Int32() - 1<<30
			table.Set(code, adds[code])
		}
		start, limit, base := o.narrow[:words*64], uint32(1)<<uint(r.IntN(32)), r.Int32N(1000)-500
		want, known := slices.Clone(start), slices.Clone(o.x[:words])
		for i := range want {
			code := 0
			for k, p := range planes {
				code |= int(p[i>>6]>>uint(i&63)&1) << k
			}
			if want[i] += adds[code]; uint32(want[i]) >= limit {
				known[i>>6] &^= 1 << uint(i&63)
			}
			want[i] += base
			if known[i>>6]>>uint(i&63)&1 == 0 {
				want[i] = 0
			}
		}
		for name, form := range map[string]struct {
			add    func(sums []int32)
			settle func(values, sums []int32, known []uint64, limit uint32, base int32)
		}{
			"fast":     {func(s []int32) { AddTable(s, planes, &table, words) }, Settle},
			"portable": {func(s []int32) { addTableEach(s, planes, &table, words) }, settleEach},
		} {
			sums, values, there := make([]int32, words*64), slices.Clone(start), slices.Clone(o.x[:words])
			form.add(sums)
			form.settle(values, sums, there, limit, base)
			if diff := cmp.Diff([]any{want, known}, []any{values, there}); diff != "" {
				t.Fatal(name, diff)
			}
		}
	})
}

func TestAtLeast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := draw(t)
		cuts := []int32{-1 << 31, -5, 0, int32(o.c), 1 << 18, 1<<31 - 1}
		got, want := make([][]uint64, len(cuts)), make([][]uint64, len(cuts))
		for i := range cuts {
			got[i], want[i] = make([]uint64, len(o.x)), make([]uint64, len(o.x))
		}
		words := AtLeast(got, o.narrow, cuts)
		if words != whole(len(o.narrow))/64 {
			t.Fatalf("%d words of %d rows", words, len(o.narrow))
		}
		for i, c := range cuts {
			for row, v := range o.narrow[:words*64] {
				want[i][row>>6] |= bit(v >= c) << uint(row&63)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

func BenchmarkAddTable(b *testing.B) {
	sums, planes, table := make([]int32, 4096), make([][]uint64, 8), &Table{}
	for k := range planes {
		planes[k] = make([]uint64, 64)
	}
	for b.Loop() {
		AddTable(sums, planes, table, 64)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/4096, "ns/row")
}

func BenchmarkExpand(b *testing.B) {
	values, planes := make([]int64, 4096), make([][]uint64, 5)
	for k := range planes {
		planes[k] = make([]uint64, 64)
	}
	for b.Loop() {
		Expand(values, planes, planes[0], 0, 1)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/4096, "ns/row")
}
