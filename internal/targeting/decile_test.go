package targeting

import (
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// The cuts of the two passes give each family the decile of the definition,
// whatever the order and however the families are parted.
func TestDecilesAreExact(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		spread := rapid.SampledFrom([]int64{3, 100, 1 << 20, 40 * Micro}).Draw(rt, "spread")
		low := rapid.Int64Range(-40*Micro, 0).Draw(rt, "low")
		list := rapid.SliceOfN(rapid.Int64Range(low, low+spread), 0, 200).Draw(rt, "scores")
		parts := make([][]int64, rapid.IntRange(1, 5).Draw(rt, "parts"))
		for _, s := range list {
			i := rapid.IntRange(0, len(parts)-1).Draw(rt, "part")
			parts[i] = append(parts[i], s)
		}
		cuts := cutsOf(low, low+spread, parts)
		for _, s := range list {
			lower := 0
			for _, o := range list {
				if o < s {
					lower++
				}
			}
			if got, want := cuts.Decile(s), int64(1+10*lower/len(list)); got != want {
				rt.Fatalf("score %d has decile %d, want %d, of %v", s, got, want, list)
			}
		}
	})
}

func cutsOf(low, high int64, parts [][]int64) Cuts {
	coarse := NewCoarse(low, high)
	for _, p := range parts {
		c := NewCoarse(low, high)
		for _, s := range p {
			c.add(s)
		}
		coarse.Merge(c)
	}
	fine := coarse.Fine()
	for _, p := range parts {
		f := fine.Clone()
		for _, s := range p {
			f.Add(s)
		}
		fine.Merge(f)
	}
	return fine.Cuts()
}

func TestDecilesOfManyAreTenths(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	list := make([]int64, 100_000)
	for i := range list {
		list[i] = r.Int64N(40 * Micro)
	}
	cuts := cutsOf(0, 40*Micro, [][]int64{list})
	var counts [10]int
	for _, s := range list {
		counts[cuts.Decile(s)-1]++
	}
	for d, n := range counts {
		if n < 9_950 || n > 10_050 {
			t.Errorf("decile %d has %d of 100,000 families", d+1, n)
		}
	}
}

// add counts one score.
func (c *Coarse) add(score int64) {
	c.counts[uint64(score-c.low)>>c.shift]++
	c.total++
}
