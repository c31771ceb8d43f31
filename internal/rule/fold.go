package rule

import (
	"slices"

	"gotong/internal/indicator"
)

var rupiah = &indicator.Indicator{Kind: indicator.Money}

// shownAs tells sums of rupiah from other numbers.
func shownAs(o Op, args []*expr) *indicator.Indicator {
	isMoney := func(x *expr) bool { return x.shown != nil && x.shown.Kind == indicator.Money }
	switch o {
	case OpAdd, OpSub, OpMul, OpNeg, OpMin, OpMax, OpChoose, OpReduce:
		if slices.ContainsFunc(args, isMoney) {
			return rupiah
		}
	case OpDiv, OpMod:
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
	case OpAnd:
		return v[0] & v[1], true
	case OpOr:
		return v[0] | v[1], true
	case OpNot:
		return 1 - v[0], true
	case OpEq:
		return truth(v[0] == v[1])
	case OpLt:
		return truth(v[0] < v[1])
	case OpLe:
		return truth(v[0] <= v[1])
	case OpAdd:
		return add(v[0], v[1])
	case OpSub:
		return sub(v[0], v[1])
	case OpMul:
		return mul(v[0], v[1])
	case OpDiv:
		return div(v[0], v[1])
	case OpMod:
		return mod(v[0], v[1])
	case OpNeg:
		return neg(v[0])
	case OpMin:
		return min(v[0], v[1]), true
	case OpMax:
		return max(v[0], v[1]), true
	default: // OpChoose
		if v[0] != 0 {
			return v[1], true
		}
		return v[2], true
	}
}
