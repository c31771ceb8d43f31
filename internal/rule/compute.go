package rule

import (
	"math"

	"gotong/internal/vector"
)

// compute does arithmetic. What leaves 64 bits or divides by zero is unknown;
// where the bounds of both sides rule that out, no row is looked at for it.
func (f *frame) compute(s *step, r *register, n int) {
	r.make(n)
	a := f.arg(s, 0)
	if s.op == OpNeg {
		for i, x := range a.numbers() {
			v, ok := neg(x)
			r.put(i, v, ok)
		}
		and(r.known, a.known)
		return
	}
	b := f.arg(s, 1)
	if low, high, ok := bounds(s.op, a, b); ok {
		onesBits(r.known, n)
		r.low, r.high = low, high
		plain(s.op, r.nums, a.numbers(), b.numbers())
	} else {
		checked(s.op, r, a.numbers(), b.numbers())
	}
	and(r.known, a.known)
	and(r.known, b.known)
}

// bounds returns what the result lies between, and whether every row can be
// computed.
func bounds(o Op, a, b *register) (low, high int64, ok bool) {
	var do func(a, b int64) (int64, bool)
	switch o {
	case OpMin:
		return min(a.low, b.low), min(a.high, b.high), true
	case OpMax:
		return max(a.low, b.low), max(a.high, b.high), true
	case OpAdd:
		low, ok = add(a.low, b.low)
		high, fits := add(a.high, b.high)
		return low, high, ok && fits
	case OpSub:
		low, ok = sub(a.low, b.high)
		high, fits := sub(a.high, b.low)
		return low, high, ok && fits
	case OpMul:
		do = mul
	default:
		return 0, 0, false
	}
	low, high, ok = math.MaxInt64, math.MinInt64, true
	for _, x := range []int64{a.low, a.high} {
		for _, y := range []int64{b.low, b.high} {
			v, fits := do(x, y)
			low, high, ok = min(low, v), max(high, v), ok && fits
		}
	}
	return low, high, ok
}

// plain computes rows that are known to fit.
func plain(o Op, out, a, b []int64) {
	switch o {
	case OpAdd:
		vector.Add(out, a, b)
	case OpSub:
		vector.Sub(out, a, b)
	case OpMul:
		vector.Mul(out, a, b)
	case OpMin:
		vector.Min(out, a, b)
	default: // OpMax
		vector.Max(out, a, b)
	}
}

// checked computes rows of which each may leave 64 bits.
func checked(o Op, r *register, a, b []int64) {
	do := binary[o]
	for i, x := range a {
		v, ok := do(x, b[i])
		r.put(i, v, ok)
	}
}

var binary = map[Op]func(a, b int64) (int64, bool){OpAdd: add, OpSub: sub, OpMul: mul, OpDiv: div, OpMod: mod}

func (r *register) put(i int, v int64, ok bool) {
	r.nums[i] = v
	r.known[i>>6] |= bit(ok) << uint(i&63)
}

func and(dst, src []uint64) {
	for w := range dst {
		dst[w] &= src[w]
	}
}
