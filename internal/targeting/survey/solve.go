package survey

import "math"

// held says how firmly the estimates are held: line and bend are added to
// the diagonal of the normal equations in units of spread, and share is how
// much of a community's mean is taken away before fitting. With share 0 and
// nothing held it is ordinary least squares.
//
// own says of each block how many times as firmly its bends are held; nil is
// once for all.
type held struct {
	line, bend, share float64
	own               []float64
}

// bends returns what is added for a bend of a block.
func (h held) bends(block int) float64 {
	if h.own == nil {
		return h.bend
	}
	return h.bend * h.own[block]
}

// solve returns the estimates, the constant first. Shapes that are out are
// held at zero.
func (r *reduced) solve(s []shape, h held, out []bool) []float64 {
	p := r.n - 1
	cut := 1 - (1-h.share)*(1-h.share)
	weight := r.all[0]
	a, b := make([]float64, p*p), make([]float64, p)
	for i := range p {
		for j := range p {
			a[i*p+j] = (r.all[i*r.n+j] - cut*r.between[i*r.n+j]) / weight
		}
		b[i] = (r.all[i*r.n+p] - cut*r.between[i*r.n+p]) / weight
	}
	for i := 1; i < p; i++ {
		a[i*p+i] += h.line + least
		if s[i-1].bend {
			a[i*p+i] += h.bends(s[i-1].block)
		}
		if out != nil && out[s[i-1].block] {
			a[i*p+i] += never
		}
	}
	factor(a, p)
	substitute(a, b, p)
	// The constant makes the errors of all households sum to zero.
	b[0] = r.all[p]
	for i := 1; i < p; i++ {
		b[0] -= b[i] * r.all[i]
	}
	b[0] /= weight
	return b
}

const (
	least = 1e-9 // keeps the equations of columns that repeat each other solvable
	never = 1e12 // holds at zero
)

// factor replaces a symmetric positive definite matrix by its Cholesky
// factor, lower triangle. A pivot that rounding has made zero is lifted.
func factor(a []float64, p int) {
	for i := range p {
		ri := a[i*p : i*p+p]
		for j := 0; j <= i; j++ {
			rj := a[j*p : j*p+p]
			sum := ri[j]
			for k := range j {
				sum -= ri[k] * rj[k]
			}
			if i == j {
				ri[i] = math.Sqrt(math.Max(sum, 1e-12))
			} else {
				ri[j] = sum / rj[j]
			}
		}
	}
}

// substitute solves with a factor, in place.
func substitute(a, b []float64, p int) {
	for i := range p {
		for k := range i {
			b[i] -= a[i*p+k] * b[k]
		}
		b[i] /= a[i*p+i]
	}
	for i := p - 1; i >= 0; i-- {
		for k := i + 1; k < p; k++ {
			b[i] -= a[k*p+i] * b[k]
		}
		b[i] /= a[i*p+i]
	}
}

// repeated returns the blocks that the blocks before them already say: of no
// straight line or option of theirs is more than next to nothing left once
// those are known.
func (r *reduced) repeated(s []shape, blocks int) []bool {
	of := make([]bool, blocks)
	for i := range of {
		of[i] = true
	}
	var taken []int // shapes
	var rows [][]float64
	for i := range s {
		if s[i].bend {
			continue
		}
		row := make([]float64, len(taken)+1)
		left := r.all[(i+1)*r.n+i+1]
		for k, t := range taken {
			sum := r.all[(i+1)*r.n+t+1]
			for j := range k {
				sum -= row[j] * rows[k][j]
			}
			row[k] = sum / rows[k][k]
			left -= row[k] * row[k]
		}
		if left < 1e-7*r.all[(i+1)*r.n+i+1] {
			continue
		}
		row[len(taken)] = math.Sqrt(left)
		taken, rows = append(taken, i), append(rows, row)
		of[s[i].block] = false
	}
	return of
}
