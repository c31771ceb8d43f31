package rule

import (
	"slices"

	"gotong/internal/indicator"
)

var rupiah = &indicator.Indicator{Kind: indicator.Money}

// shownAs tells sums of rupiah from other numbers.
func shownAs(o op, args []*expr) *indicator.Indicator {
	isMoney := func(x *expr) bool { return x.shown != nil && x.shown.Kind == indicator.Money }
	switch o {
	case opAdd, opSub, opMul, opNeg, opMin, opMax, opChoose, opReduce:
		if slices.ContainsFunc(args, isMoney) {
			return rupiah
		}
	case opDiv, opMod:
		if isMoney(args[0]) && !isMoney(args[1]) {
			return rupiah
		}
	}
	return nil
}

// fold computes a node all of whose parts are constant.
func fold(x *expr) (int64, bool) {
	truth := func(b bool) (int64, bool) {
		if b {
			return 1, true
		}
		return 0, true
	}
	v := [3]int64{}
	for i, a := range x.args {
		v[i] = a.value
	}
	switch x.op {
	case opAnd:
		return v[0] & v[1], true
	case opOr:
		return v[0] | v[1], true
	case opNot:
		return 1 - v[0], true
	case opEq:
		return truth(v[0] == v[1])
	case opLt:
		return truth(v[0] < v[1])
	case opLe:
		return truth(v[0] <= v[1])
	case opAdd:
		return add(v[0], v[1])
	case opSub:
		return sub(v[0], v[1])
	case opMul:
		return mul(v[0], v[1])
	case opDiv:
		return div(v[0], v[1])
	case opMod:
		return mod(v[0], v[1])
	case opNeg:
		return neg(v[0])
	case opMin:
		return min(v[0], v[1]), true
	case opMax:
		return max(v[0], v[1]), true
	default: // opChoose
		if v[0] != 0 {
			return v[1], true
		}
		return v[2], true
	}
}
