package rule

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
	r.numbers(n)
	onesBits(r.known, n)
	for i := range r.nums {
		r.nums[i] = s.value
	}
}

// indexOf returns, for each row of a widened value, the row that it repeats.
func (f *frame) indexOf(s *step) []int32 {
	switch {
	case s.rows == pairRows && s.inner:
		return f.inner
	case s.rows == pairRows:
		return f.outer
	}
	return f.familyOf
}

func (f *frame) widen(s *step, r *register, n int) {
	index, a := f.indexOf(s), f.arg(s, 0)
	if s.kind == Bool {
		r.bools(n)
		gatherBits(r.yes, a.yes, index)
		gatherBits(r.no, a.no, index)
		return
	}
	r.numbers(n)
	gatherBits(r.known, a.known, index)
	for i, from := range index {
		r.nums[i] = a.nums[from]
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
		if a.nums == nil {
			f.boolIn(s, r, a)
			return
		}
		among(r.yes, a.nums, s.set)
		known(r, a.known, a.known)
		return
	}
	b := f.arg(s, 1)
	if a.nums == nil { // equality of truths
		for w := range r.yes {
			r.yes[w] = a.yes[w]&b.yes[w] | a.no[w]&b.no[w]
			r.no[w] = a.yes[w]&b.no[w] | a.no[w]&b.yes[w]
		}
		return
	}
	switch s.op {
	case OpEq:
		equalEach(r.yes, a.nums, b.nums)
	case OpLt:
		lessEach(r.yes, a.nums, b.nums)
	default: // a ≤ b is not b < a
		lessEach(r.yes, b.nums, a.nums)
		invert(r.yes)
	}
	known(r, a.known, b.known)
}

func (f *frame) compareConst(s *step, r *register, n int) {
	r.bools(n)
	a := f.arg(s, 0)
	switch s.op {
	case opEqConst:
		equalConst(r.yes, a.nums, s.value)
	case opLtConst:
		lessConst(r.yes, a.nums, s.value)
	default:
		greaterConst(r.yes, a.nums, s.value)
	}
	if s.inverted {
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
	r.numbers(n)
	for w := range r.known {
		r.known[w] = c.yes[w]&a.known[w] | c.no[w]&b.known[w]
	}
	for i := range r.nums {
		if c.yes[i>>6]>>uint(i&63)&1 != 0 {
			r.nums[i] = a.nums[i]
		} else {
			r.nums[i] = b.nums[i]
		}
	}
}

// compute does arithmetic. What leaves 64 bits or divides by zero is unknown.
func (f *frame) compute(s *step, r *register, n int) {
	r.numbers(n)
	a := f.arg(s, 0)
	if s.op == OpNeg {
		for i, x := range a.nums {
			v, ok := neg(x)
			r.put(i, v, ok)
		}
		and(r.known, a.known)
		return
	}
	b := f.arg(s, 1)
	do := binary[s.op]
	for i, x := range a.nums {
		v, ok := do(x, b.nums[i])
		r.put(i, v, ok)
	}
	and(r.known, a.known)
	and(r.known, b.known)
}

var binary = map[Op]func(a, b int64) (int64, bool){
	OpAdd: add, OpSub: sub, OpMul: mul, OpDiv: div, OpMod: mod,
	OpMin: func(a, b int64) (int64, bool) { return min(a, b), true },
	OpMax: func(a, b int64) (int64, bool) { return max(a, b), true },
}

func (r *register) put(i int, v int64, ok bool) {
	r.nums[i] = v
	r.known[i>>6] |= bit(ok) << uint(i&63)
}

func and(dst, src []uint64) {
	for w := range dst {
		dst[w] &= src[w]
	}
}
