package rule

import "math/bits"

// fail finds the rows of a step that are unknown although no fact is missing:
// a number that leaves 64 bits, a division by zero, the least of nothing, and
// whatever depends on one of these. A row that lacks a fact as well lacks the
// fact: once it is known, there may be nothing to fail.
func (f *frame) fail(s *step, r *register, n int) {
	r.ownBad = sized(r.ownBad, (n+63)/64)
	r.bad = r.ownBad
	clear(r.bad)
	switch s.op {
	case opWiden:
		switch a := f.arg(s, 0); {
		case a.bad == nil:
		case s.rows == pairRows && s.inner:
			gatherBits(r.bad, a.bad, f.inner)
		case s.rows == pairRows:
			gatherBits(r.bad, a.bad, f.outer)
		default:
			f.repeat(r.bad, a.bad)
		}
	case OpReduce:
		f.failReduce(s, r)
	case OpChoose:
		c := f.arg(s, 0)
		for w := range r.bad {
			r.bad[w] = c.badAt(w) | c.yes[w]&f.arg(s, 1).badAt(w) | c.no[w]&f.arg(s, 2).badAt(w)
		}
	default:
		for w := range r.bad {
			missing := uint64(0)
			for i := range s.args {
				missing |= f.arg(s, i).missingAt(w)
			}
			r.bad[w] = ^r.knownAt(w) &^ missing
		}
	}
}

func (r *register) knownAt(w int) uint64 {
	if r.isBool() {
		return r.yes[w] | r.no[w]
	}
	return r.known[w]
}

func (r *register) badAt(w int) uint64 {
	if r.bad == nil {
		return 0
	}
	return r.bad[w]
}

// missingAt returns the rows of a word that lack a fact. The bits past the
// last row are all ones.
func (r *register) missingAt(w int) uint64 { return ^(r.knownAt(w) | r.badAt(w)) }

// failReduce looks again at the groups for which a reduction is unknown.
func (f *frame) failReduce(s *step, r *register) {
	ends, base := f.groups(s)
	for w := range r.bad {
		unknown := ^r.knownAt(w)
		for ; unknown != 0; unknown &= unknown - 1 {
			i := w<<6 + bits.TrailingZeros64(unknown)
			if i >= len(ends) {
				break
			}
			from := 0
			if i > 0 {
				from = int(ends[i-1]) - base
			}
			if !f.lacks(s, from, int(ends[i])-base) {
				r.bad[w] |= 1 << uint(i&63)
			}
		}
	}
}

// lacks reports whether a reduction over the rows from up to end, which is
// unknown, is so for want of a fact. Filters are looked at in their order,
// each over all rows that passed those before, and the body last.
func (f *frame) lacks(s *step, from, end int) bool {
	passed := func(row, filters int) bool {
		for _, reg := range s.filters[:filters] {
			if !f.registers[reg].has(f.registers[reg].yes, row) {
				return false
			}
		}
		return true
	}
	parts := append(append([]int(nil), s.filters...), s.args...)
	for i, reg := range parts {
		p, unknown := &f.registers[reg], false
		for row := from; row < end; row++ {
			if !passed(row, min(i, len(s.filters))) || p.knownAt(row>>6)>>uint(row&63)&1 != 0 {
				continue
			}
			if !p.has(p.bad, row) {
				return true
			}
			unknown = true
		}
		if unknown {
			return false
		}
	}
	return false
}

func (r *register) has(bits []uint64, row int) bool {
	return bits != nil && bits[row>>6]>>uint(row&63)&1 != 0
}
