package rule

import (
	celast "github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"
)

// quantifier reads members.exists(m, …) and members.all(m, …).
func (t *translator) quantifier(e celast.Expr) *expr {
	c := e.AsComprehension()
	step := c.LoopStep()
	if step.Kind() != celast.CallKind {
		return t.unsupported(e, "members")
	}
	var how Reduction
	switch step.AsCall().FunctionName() {
	case operators.LogicalOr:
		how = ReduceAny
	case operators.LogicalAnd:
		how = ReduceAll
	default:
		// A list of members or of their values, with nothing made of it.
		return t.problem(t.at(e), "rule.list_alone")
	}
	w, ok := t.walkOver(c.IterRange())
	if !ok {
		return nil
	}
	body := t.inside(e, c.IterVar(), step.AsCall().Args()[1])
	return t.reduce(e, w, how, Bool, body)
}

// reducing reads x.size(), size(x), x.sum(), x.min() and x.max(), where x is
// members, a filter of them, or a map of numbers.
func (t *translator) reducing(e celast.Expr) *expr {
	c := e.AsCall()
	of := c.Target()
	if !c.IsMemberFunction() {
		of = c.Args()[0]
	}
	hows := map[string]Reduction{"sum": ReduceSum, "min": ReduceMin, "max": ReduceMax}
	how, overNumbers := hows[c.FunctionName()]
	switch {
	case c.FunctionName() == "size":
		w, ok := t.walkOver(of)
		if !ok {
			return nil
		}
		return t.reduce(e, w, ReduceCount, Number)
	case !overNumbers:
		return t.unsupported(e, c.FunctionName())
	case of.Kind() != celast.ComprehensionKind || !isMap(of.AsComprehension()):
		return t.problem(t.at(e), "rule.no_map", "function", c.FunctionName())
	}
	m := of.AsComprehension()
	w, ok := t.walkOver(m.IterRange())
	if !ok {
		return nil
	}
	value := m.LoopStep().AsCall().Args()[1].AsList().Elements()[0]
	body := t.inside(of, m.IterVar(), value)
	if body != nil && body.kind != Number {
		return t.problem(body.offset, "rule.not_number")
	}
	return t.reduce(e, w, how, Number, body)
}

// isMap reports whether a comprehension is map(m, x): its step adds [x].
func isMap(c celast.ComprehensionExpr) bool {
	step := c.LoopStep()
	if step.Kind() != celast.CallKind || step.AsCall().FunctionName() != operators.Add {
		return false
	}
	list := step.AsCall().Args()[1]
	return list.Kind() == celast.ListKind && list.AsList().Size() == 1
}

// walkOver reads members, or a filter of them, or a filter of a filter: the
// conditions that a member must meet, in order.
func (t *translator) walkOver(e celast.Expr) (filters []*expr, ok bool) {
	switch e.Kind() {
	case celast.IdentKind:
		if e.AsIdent() == "members" {
			return nil, true
		}
	case celast.ComprehensionKind:
		c := e.AsComprehension()
		step := c.LoopStep()
		if step.Kind() != celast.CallKind || step.AsCall().FunctionName() != keep {
			break
		}
		before, ok := t.walkOver(c.IterRange())
		if !ok {
			return nil, false
		}
		f := t.inside(e, c.IterVar(), step.AsCall().Args()[1])
		return append(before, f), f != nil
	}
	t.problem(t.at(e), "rule.range")
	return nil, false
}

// inside translates e with one more name that stands for a member.
func (t *translator) inside(at celast.Expr, name string, e celast.Expr) *expr {
	if len(t.variables) == maxSlots {
		return t.problem(t.at(at), "rule.too_deep")
	}
	t.variables = append(t.variables, name)
	defer func() { t.variables = t.variables[:len(t.variables)-1] }()
	return t.expr(e)
}

func (t *translator) reduce(e celast.Expr, filters []*expr, how Reduction, k Kind, args ...*expr) *expr {
	for _, a := range args {
		if a == nil {
			return nil
		}
	}
	slot := len(t.variables)
	if slot == maxSlots {
		return t.problem(t.at(e), "rule.too_deep")
	}
	uses := usesOf(args...) | usesOf(filters...)
	x := &expr{
		op: OpReduce, kind: k, args: args, filters: filters, reduction: how,
		slot: slot, uses: uses &^ (1 << slot), offset: t.at(e), shown: shownAs(OpReduce, args),
	}
	x.fallible = mayFail(x)
	switch {
	case how == ReduceCount:
		x.unit.name = personUnit
	case k == Number:
		x.unit = args[0].unit
	}
	return x
}
