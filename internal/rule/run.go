package rule

import (
	"math"

	"gotong/internal/column"
	"gotong/internal/vector"
)

// run computes the register of a step for the block's rows.
func (f *frame) run(s *step, r *register) {
	n := f.rows[s.rows]
	switch s.op {
	case OpFact:
		f.load(s, r)
	case OpConst:
		constant(s, r, n)
	case opWiden:
		f.widen(s, r, n)
	case OpReduce:
		f.reduce(s, r, n)
	case OpAnd, OpOr, OpNot:
		f.logic(s, r, n)
	case OpEq, OpLt, OpLe, OpIn:
		f.compare(s, r, n)
	case opEqConst, opLtConst, opGtConst:
		f.compareConst(s, r, n)
	case OpChoose:
		f.choose(s, r, n)
	default:
		f.compute(s, r, n)
	}
	if s.fallible {
		f.fail(s, r, n)
	}
}

func (f *frame) arg(s *step, i int) *register { return &f.registers[s.args[i]] }

func constant(s *step, r *register, n int) {
	if s.kind == Bool {
		r.bools(n)
		if s.value != 0 {
			onesBits(r.yes, n)
		} else {
			onesBits(r.no, n)
		}
		return
	}
	had := cap(r.ownNums)
	r.make(n)
	onesBits(r.known, n)
	r.low, r.high = s.value, s.value
	if cap(r.ownNums) != had {
		r.constants = 0
	}
	for i := r.constants; i < n; i++ {
		r.nums[i] = s.value
	}
	r.constants = max(r.constants, n)
}

// widen repeats a family's value for each of its members, or a member's for
// each of the pairs that it is in.
func (f *frame) widen(s *step, r *register, n int) {
	a := f.arg(s, 0)
	if s.rows == pairRows {
		f.widenPairs(s, r, a, n)
		return
	}
	if s.kind == Bool {
		r.bools(n)
		f.repeat(r.yes, a.yes)
		f.repeat(r.no, a.no)
		return
	}
	r.make(n)
	r.low, r.high = a.low, a.high
	f.repeat(r.known, a.known)
	nums, at := a.numbers(), 0
	for i, end := range f.memberEnds {
		v := nums[i]
		for ; at < int(end)-f.firstMember; at++ {
			r.nums[at] = v
		}
	}
}

// repeat sets the bits of the members of each family whose bit is one.
func (f *frame) repeat(dst, src []uint64) { column.Repeat(dst, src, f.memberEnds, f.firstMember) }

func (f *frame) widenPairs(s *step, r, a *register, n int) {
	index := f.outer
	if s.inner {
		index = f.inner
	}
	if s.kind == Bool {
		r.bools(n)
		gatherBits(r.yes, a.yes, index)
		gatherBits(r.no, a.no, index)
		return
	}
	r.make(n)
	r.low, r.high = a.low, a.high
	gatherBits(r.known, a.known, index)
	nums := a.numbers()
	for i, from := range index {
		r.nums[i] = nums[from]
	}
}

func gatherBits(dst, src []uint64, index []int32) {
	for i, from := range index {
		dst[i>>6] |= src[from>>6] >> uint(from&63) & 1 << uint(i&63)
	}
}

// logic is Kleene's: a conjunction is no once a term is no, and yes when all
// terms are yes.
func (f *frame) logic(s *step, r *register, n int) {
	r.bools(n)
	a := f.arg(s, 0)
	switch s.op {
	case OpNot:
		copy(r.yes, a.no)
		copy(r.no, a.yes)
	case OpAnd:
		b := f.arg(s, 1)
		for w := range r.yes {
			r.yes[w] = a.yes[w] & b.yes[w]
			r.no[w] = a.no[w] | b.no[w]
		}
	default:
		b := f.arg(s, 1)
		for w := range r.yes {
			r.yes[w] = a.yes[w] | b.yes[w]
			r.no[w] = a.no[w] & b.no[w]
		}
	}
}

func (f *frame) compare(s *step, r *register, n int) {
	r.bools(n)
	a := f.arg(s, 0)
	if s.op == OpIn {
		f.in(s, r, a)
		return
	}
	b := f.arg(s, 1)
	if a.isBool() { // equality of truths
		for w := range r.yes {
			r.yes[w] = a.yes[w]&b.yes[w] | a.no[w]&b.no[w]
			r.no[w] = a.yes[w]&b.no[w] | a.no[w]&b.yes[w]
		}
		return
	}
	switch s.op {
	case OpEq:
		vector.Equal(r.yes, a.numbers(), b.numbers())
	case OpLt:
		vector.Less(r.yes, a.numbers(), b.numbers())
	default: // a ≤ b is not b < a
		vector.Less(r.yes, b.numbers(), a.numbers())
		invert(r.yes)
	}
	known(r, a.known, b.known)
}

// few is how many numbers are quicker looked for in planes one by one.
const few = 16

func (f *frame) in(s *step, r, a *register) {
	switch {
	case a.isBool():
		f.boolIn(s, r, a)
		return
	case a.planes != nil && len(s.set) <= few:
		for _, v := range s.set {
			a.planes.Equal(r.yes, v)
		}
	default:
		among(r.yes, a.numbers(), s.set)
	}
	known(r, a.known, a.known)
}

func (f *frame) compareConst(s *step, r *register, n int) {
	r.bools(n)
	a, inverted := f.arg(s, 0), s.inverted
	switch p := a.planes; {
	case p != nil && s.op == opEqConst:
		p.Equal(r.yes, s.value)
	case p != nil && s.op == opLtConst:
		p.Less(r.yes, s.value)
	case p != nil && s.value < math.MaxInt64: // x > c is not x < c + 1
		p.Less(r.yes, s.value+1)
		inverted = !inverted
	case p != nil: // nothing is greater
	case s.op == opEqConst:
		vector.EqualTo(r.yes, a.nums, s.value)
	case s.op == opLtConst:
		vector.LessThan(r.yes, a.nums, s.value)
	default:
		vector.MoreThan(r.yes, a.nums, s.value)
	}
	if inverted {
		invert(r.yes)
	}
	known(r, a.known, a.known)
}

func (f *frame) boolIn(s *step, r, a *register) {
	yes, no := contains(s.set, 1), contains(s.set, 0)
	for w := range r.yes {
		if yes {
			r.yes[w] |= a.yes[w]
		} else {
			r.no[w] |= a.yes[w]
		}
		if no {
			r.yes[w] |= a.no[w]
		} else {
			r.no[w] |= a.no[w]
		}
	}
}

func invert(v []uint64) {
	for w := range v {
		v[w] = ^v[w]
	}
}

// known leaves r's yes and no only where both operands are known.
func known(r *register, a, b []uint64) {
	for w := range r.yes {
		k := a[w] & b[w]
		r.no[w] = k &^ r.yes[w]
		r.yes[w] &= k
	}
}

func (f *frame) choose(s *step, r *register, n int) {
	c, a, b := f.arg(s, 0), f.arg(s, 1), f.arg(s, 2)
	if s.kind == Bool {
		r.bools(n)
		for w := range r.yes {
			r.yes[w] = c.yes[w]&a.yes[w] | c.no[w]&b.yes[w]
			r.no[w] = c.yes[w]&a.no[w] | c.no[w]&b.no[w]
		}
		return
	}
	r.make(n)
	r.low, r.high = min(a.low, b.low), max(a.high, b.high)
	for w := range r.known {
		r.known[w] = c.yes[w]&a.known[w] | c.no[w]&b.known[w]
	}
	vector.Choose(r.nums, a.numbers(), b.numbers(), c.yes)
}
