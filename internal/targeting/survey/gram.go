package survey

import (
	"math"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"
)

// gram is the sums of products of the hats of some households, and of their
// communities' means. Sums of parts add up.
type gram struct {
	n       int // hats
	all     []float64
	between []float64 // of the communities' means, each as often as it has households
}

func newGram(n int) *gram { return &gram{n, make([]float64, n*n), make([]float64, n*n)} }

func (g *gram) add(o *gram, sign float64) {
	for i, v := range o.all {
		g.all[i] += sign * v
	}
	for i, v := range o.between {
		g.between[i] += sign * v
	}
}

// sums gathers the grams of the parts of a training set.
type sums struct {
	data    *Data
	blocks  []*block
	hats    int
	parts   [][]int32 // rows, those of a community side by side
	outcome []float64 // by row; what is estimated, which outliers are drawn in of
	grams   []*gram
}

// gather fills the grams; with onlyOutcome just the outcome's products,
// which is quicker.
func (s *sums) gather(onlyOutcome bool) {
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	if !onlyOutcome {
		s.grams = make([]*gram, len(s.parts))
	}
	for p := range s.parts {
		g.Go(func() error {
			if !onlyOutcome {
				s.grams[p] = newGram(s.hats)
			}
			s.part(s.parts[p], s.grams[p], onlyOutcome)
			return nil
		})
	}
	_ = g.Wait() // no part can fail
}

func (s *sums) part(rows []int32, g *gram, onlyOutcome bool) {
	n, y := g.n, int32(g.n-1)
	if onlyOutcome {
		for i := range n {
			g.all[i*n+n-1], g.between[i*n+n-1] = 0, 0
		}
	}
	var hats []hat
	mean, weight := make([]float64, n), 0.0
	for k, row := range rows {
		hats = s.row(hats[:0], row)
		hats = append(hats, hat{y, s.outcome[row]})
		w := s.data.weight[row]
		weight += w
		for i, a := range hats {
			mean[a.at] += w * a.share
			if onlyOutcome {
				g.all[int(a.at)*n+n-1] += w * a.share * s.outcome[row]
				continue
			}
			line := g.all[int(a.at)*n : int(a.at)*n+n]
			for _, b := range hats[i:] {
				line[b.at] += w * a.share * b.share
			}
		}
		if k+1 < len(rows) && s.data.group[rows[k+1]] == s.data.group[row] {
			continue
		}
		g.community(mean, weight, onlyOutcome)
		clear(mean)
		weight = 0
	}
	if onlyOutcome {
		return
	}
	for i := range n { // blocks are in the order of their hats, so only one half was filled
		for j := range i {
			g.all[i*n+j], g.between[i*n+j] = g.all[j*n+i], g.between[j*n+i]
		}
	}
}

func (g *gram) community(sum []float64, weight float64, onlyOutcome bool) {
	if weight == 0 {
		return
	}
	n := g.n
	for i, a := range sum {
		switch {
		case a == 0:
		case onlyOutcome:
			g.between[i*n+n-1] += a * sum[n-1] / weight
		default:
			line := g.between[i*n : i*n+n]
			for j := i; j < n; j++ {
				line[j] += a * sum[j] / weight
			}
		}
	}
}

// row appends the hats of a household, without the outcome.
func (s *sums) row(hats []hat, row int32) []hat {
	hats = append(hats, hat{0, 1})
	for _, b := range s.blocks {
		hats = b.put(hats, row)
	}
	return hats
}

// total is the gram of the whole training set.
func (s *sums) total() *gram {
	t := newGram(s.hats)
	for _, g := range s.grams {
		t.add(g, 1)
	}
	return t
}

// reduced is a gram of the shapes, each in units of its spread: 1 first, the
// outcome last.
type reduced struct {
	n            int
	all, between []float64
}

func reduce(g *gram, s []shape) *reduced {
	r := &reduced{n: len(s) + 2}
	r.all, r.between = reduceOne(g.all, g.n, s), reduceOne(g.between, g.n, s)
	return r
}

func reduceOne(g []float64, n int, s []shape) []float64 {
	p := len(s) + 2
	half := make([]float64, n*p) // g times the shapes
	for i := range n {
		line, out := g[i*n:i*n+n], half[i*p:i*p+p]
		out[0], out[p-1] = line[0], line[n-1]
		for k := range s {
			sum := 0.0
			for j, at := range s[k].at {
				sum += line[at] * s[k].value[j]
			}
			out[k+1] = sum / s[k].spread
		}
	}
	out := make([]float64, p*p)
	copy(out[:p], half[:p])
	copy(out[(p-1)*p:], half[(n-1)*p:n*p])
	for k := range s {
		line := out[(k+1)*p : (k+2)*p]
		for j, at := range s[k].at {
			f := s[k].value[j] / s[k].spread
			for c, v := range half[int(at)*p : int(at)*p+p] {
				line[c] += f * v
			}
		}
	}
	// The outcome's line of a gram that gathered only its column is stale.
	for i := range p {
		out[(p-1)*p+i] = out[i*p+p-1]
	}
	return out
}

// without returns r less o.
func (r *reduced) without(o *reduced) *reduced {
	d := &reduced{r.n, slices.Clone(r.all), slices.Clone(r.between)}
	for i := range d.all {
		d.all[i] -= o.all[i]
		d.between[i] -= o.between[i]
	}
	return d
}

// loss returns the sum of squared errors of b, within communities or over all.
func (r *reduced) loss(b []float64, within bool) float64 {
	e := append(slices.Clone(b), -1)
	sum := 0.0
	for i := range r.n {
		line := 0.0
		for j := range r.n {
			v := r.all[i*r.n+j]
			if within {
				v -= r.between[i*r.n+j]
			}
			line += v * e[j]
		}
		sum += line * e[i]
	}
	return math.Max(sum, 0)
}
