package generator

import (
	"math"
	"math/rand/v2"
	"sort"
)

// dice is the source of chance. It is thrown anew for every family from the
// seed and the family's number, so that a family does not depend on how many
// draws the ones before it took.
type dice struct {
	*rand.Rand
	pcg *rand.PCG
}

func newDice() *dice {
	pcg := rand.NewPCG(0, 0)
	return &dice{rand.New(pcg), pcg}
}

// Streams keep the draws for different things apart.
const (
	familyStream  = 0x6b656c7561726761 // "keluarga"
	villageStream = 0x64657361000000   // "desa"
)

func (d *dice) reset(seed, stream, number uint64) { d.pcg.Seed(seed^stream, number) }

// chance is true with probability p.
func (d *dice) chance(p float64) bool { return d.Float64() < p }

// between returns a whole number from a to b, both included.
func (d *dice) between(a, b int) int {
	if b <= a {
		return a
	}
	return a + d.IntN(b-a+1)
}

// normal returns a draw of a normal distribution.
func (d *dice) normal(mean, spread float64) float64 { return mean + spread*d.NormFloat64() }

// bell returns a whole number of a normal distribution cut to from … to.
func (d *dice) bell(b Bell) int {
	return min(max(int(math.Round(d.normal(b.Mean, b.Spread))), b.From), b.To)
}

// one returns an item of a list.
func one[T any](d *dice, list []T) T { return list[d.IntN(len(list))] }

// weighted draws values by weight.
type weighted[T any] struct {
	sums   []float64
	values []T
}

func (w *weighted[T]) add(v T, weight float64) {
	last := 0.0
	if len(w.sums) > 0 {
		last = w.sums[len(w.sums)-1]
	}
	w.sums = append(w.sums, last+weight)
	w.values = append(w.values, v)
}

func (w *weighted[T]) draw(d *dice) T {
	x := d.Float64() * w.sums[len(w.sums)-1]
	for i, s := range w.sums {
		if x < s {
			return w.values[i]
		}
	}
	return w.values[len(w.values)-1]
}

// ladder draws the steps of a trait that follows welfare: a standard normal
// made of the family's z and of chance is cut at the quantiles of the shares.
type ladder[T any] struct {
	follow
	cuts   []float64
	values []T
}

// follow mixes welfare and chance to a standard normal that correlates with
// welfare by rho.
type follow struct{ rho, rest float64 }

func newFollow(rho float64) follow { return follow{rho, math.Sqrt(1 - rho*rho)} }

func (f follow) draw(d *dice, z float64) float64 { return f.rho*z + f.rest*d.NormFloat64() }

func newLadder[T any](rho float64, values []T, shares []float64) *ladder[T] {
	total, sum := 0.0, 0.0
	for _, s := range shares {
		total += s
	}
	l := &ladder[T]{follow: newFollow(rho), values: values}
	for _, s := range shares[:len(shares)-1] {
		sum += s
		l.cuts = append(l.cuts, quantile(sum/total))
	}
	return l
}

func (l *ladder[T]) draw(d *dice, z float64) T {
	x := l.follow.draw(d, z)
	return l.values[sort.SearchFloat64s(l.cuts, x)]
}

// odds is a yes or no that follows welfare.
type odds struct {
	follow
	above float64
}

func newOdds(c Chance) odds { return odds{newFollow(c.Rho), quantile(1 - c.Share)} }

func (o odds) draw(d *dice, z float64) bool { return o.follow.draw(d, z) > o.above }

// quantile is the inverse of the standard normal distribution.
func quantile(p float64) float64 { return math.Sqrt2 * math.Erfinv(2*p-1) }
