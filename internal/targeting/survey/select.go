package survey

import "math"

// selected returns the blocks to leave out: one after the other, the one
// that the Bayesian information criterion is best without, until there is
// none. The rise in the sum of squares is that of a Wald test.
func (f *fitting) selected(r *reduced, h held) []bool {
	out := make([]bool, len(f.blocks))
	p, n := r.n-1, r.all[0]
	for {
		b := r.solve(f.shapes, h, out)
		inverse := r.inverse(f.shapes, h, out)
		squares := math.Max(r.loss(b, false), 1e-9)
		worst, gain := -1, 0.0
		for k := range f.blocks {
			if out[k] {
				continue
			}
			var at []int
			for i := range f.shapes {
				if f.shapes[i].block == k {
					at = append(at, i+1)
				}
			}
			if len(at) == 0 {
				continue
			}
			rise := n * wald(inverse, b, at, p)
			pays := n*math.Log(1+rise/squares) - math.Log(n)*float64(len(at))
			if pays < gain {
				worst, gain = k, pays
			}
		}
		if worst < 0 {
			return out
		}
		out[worst] = true
	}
}

// wald returns bᵀ V⁻¹ b for the estimates at some places, where V is their
// part of the inverse.
func wald(inverse, b []float64, at []int, p int) float64 {
	m := len(at)
	v, x := make([]float64, m*m), make([]float64, m)
	for i, a := range at {
		x[i] = b[a]
		for j, c := range at {
			v[i*m+j] = inverse[a*p+c]
		}
		v[i*m+i] *= 1 + 1e-9
	}
	factor(v, m)
	y := append([]float64(nil), x...)
	substitute(v, y, m)
	sum := 0.0
	for i := range x {
		sum += x[i] * y[i]
	}
	return math.Max(sum, 0)
}

// inverse of the normal equations that solve solves.
func (r *reduced) inverse(s []shape, h held, out []bool) []float64 {
	p := r.n - 1
	a := make([]float64, p*p)
	cut := 1 - (1-h.share)*(1-h.share)
	for i := range p {
		for j := range p {
			a[i*p+j] = (r.all[i*r.n+j] - cut*r.between[i*r.n+j]) / r.all[0]
		}
		if i > 0 {
			a[i*p+i] += h.line + least
			if s[i-1].bend {
				a[i*p+i] += h.bends(s[i-1].block)
			}
			if out[s[i-1].block] {
				a[i*p+i] += never
			}
		}
	}
	factor(a, p)
	inverse := make([]float64, p*p)
	for i := range p {
		line := inverse[i*p : i*p+p]
		line[i] = 1
		substitute(a, line, p)
	}
	return inverse
}
