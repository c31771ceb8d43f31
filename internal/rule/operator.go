package rule

import (
	"slices"

	celast "github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"
	"github.com/google/cel-go/common/types"
)

// arithmetics are CEL's operators on two numbers.
var arithmetics = map[string]Op{
	operators.Add: OpAdd, operators.Subtract: OpSub, operators.Multiply: OpMul,
	operators.Divide: OpDiv, operators.Modulo: OpMod, "min": OpMin, "max": OpMax,
}

func (t *translator) call(e celast.Expr) *expr {
	c := e.AsCall()
	name := c.FunctionName()
	if c.IsMemberFunction() || name == "size" {
		return t.reducing(e)
	}
	args := c.Args()
	switch name {
	case operators.LogicalAnd:
		return t.logic(e, OpAnd)
	case operators.LogicalOr:
		return t.logic(e, OpOr)
	case operators.LogicalNot:
		return t.build(e, OpNot, Bool, t.expr(args[0]))
	case operators.Equals:
		return t.equal(e, args[0], args[1])
	case operators.NotEquals:
		return t.build(e, OpNot, Bool, t.equal(e, args[0], args[1]))
	case operators.Less:
		return t.order(e, OpLt, args[0], args[1])
	case operators.LessEquals:
		return t.order(e, OpLe, args[0], args[1])
	case operators.Greater:
		return t.order(e, OpLt, args[1], args[0])
	case operators.GreaterEquals:
		return t.order(e, OpLe, args[1], args[0])
	case operators.In:
		return t.in(e, args[0], args[1])
	case operators.Conditional:
		return t.choose(e)
	case operators.Negate:
		return t.number(e, OpNeg, args...)
	case "date":
		return t.dateLiteral(e)
	}
	if o, ok := arithmetics[name]; ok {
		return t.number(e, o, args...)
	}
	if symbol, ok := operators.FindReverse(name); ok && symbol != "" {
		name = symbol
	}
	return t.unsupported(e, name)
}

// logic joins the terms of && or ||. All are looked at, for their problems.
func (t *translator) logic(e celast.Expr, o Op) *expr {
	args := e.AsCall().Args()
	joined := t.expr(args[0])
	for _, a := range args[1:] {
		joined = t.build(e, o, Bool, joined, t.expr(a))
	}
	return joined
}

func (t *translator) number(e celast.Expr, o Op, args ...celast.Expr) *expr {
	parts := make([]*expr, len(args))
	for i, a := range args {
		if parts[i] = t.expr(a); parts[i] != nil && parts[i].kind != Number {
			parts[i] = t.problem(parts[i].offset, "rule.not_number")
		}
	}
	return t.build(e, o, Number, parts...)
}

func (t *translator) order(e celast.Expr, o Op, a, b celast.Expr) *expr {
	x, y := t.expr(a), t.expr(b)
	for _, p := range []*expr{x, y} {
		if p != nil && p.kind != Number && p.kind != Date {
			return t.problem(p.offset, "rule.no_order")
		}
	}
	return t.build(e, o, Bool, x, y)
}

func (t *translator) equal(e, a, b celast.Expr) *expr {
	if _, ok := t.text(a); ok {
		a, b = b, a
	}
	x := t.expr(a)
	codes, isText := t.text(b)
	if !isText {
		y := t.expr(b)
		if x != nil && y != nil && x.kind == Option && !sameOptions(x.fact, y.fact) {
			return t.problem(t.at(e), "rule.different_choices", "left", x.fact.Code, "right", y.fact.Code)
		}
		return t.build(e, OpEq, Bool, x, y)
	}
	if x == nil || x.kind != Option {
		return nil // noted already
	}
	return t.build(e, OpEq, Bool, x, t.option(b, x.fact, codes[0]))
}

// in is true where x is one of a list that is written out or is a parameter.
func (t *translator) in(e, a, list celast.Expr) *expr {
	x := t.expr(a)
	if x == nil {
		return nil
	}
	var set []int64
	whole := true
	add := func(member *expr) {
		switch {
		case member == nil:
			whole = false
		case member.op != OpConst:
			t.problem(member.offset, "rule.list")
			whole = false
		case x.kind == Number && !x.unit.fits(member.unit):
			t.problem(member.offset, "rule.units", "left", x.unit.String(), "right", member.unit.String())
			whole = false
		default:
			set = append(set, member.value)
		}
	}
	if codes, ok := t.text(list); ok && x.kind == Option {
		for _, c := range codes {
			add(t.option(list, x.fact, c))
		}
	} else if list.Kind() != celast.ListKind {
		return t.problem(t.at(list), "rule.list")
	} else {
		for _, m := range list.AsList().Elements() {
			if codes, ok := t.text(m); ok && x.kind == Option {
				add(t.option(m, x.fact, codes[0]))
			} else {
				add(t.expr(m))
			}
		}
	}
	if !whole {
		return nil
	}
	slices.Sort(set)
	set = slices.Compact(set)
	if x.op == OpConst {
		v := types.Bool(contains(set, x.value))
		return t.constant(e, Bool, boolValue(bool(v)))
	}
	return &expr{op: OpIn, kind: Bool, args: []*expr{x}, set: set, uses: x.uses, fallible: x.fallible, offset: t.at(e)}
}

func (t *translator) choose(e celast.Expr) *expr {
	args := e.AsCall().Args()
	c, a, b := t.expr(args[0]), t.expr(args[1]), t.expr(args[2])
	if a == nil || b == nil {
		return nil
	}
	if a.kind == Option {
		return t.unsupported(e, "?:")
	}
	return t.build(e, OpChoose, a.kind, c, a, b)
}

func boolValue(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
