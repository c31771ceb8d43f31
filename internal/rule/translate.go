package rule

import (
	"slices"

	celast "github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/types"

	"gotong/internal/civil"
	"gotong/internal/indicator"
)

// translator turns a checked syntax tree into the typed form. It refuses
// what CEL allows and we do not, and arithmetic that can never be computed.
// A method that meets a problem notes it and returns nil.
type translator struct {
	env       *Env
	src       Source
	ast       *celast.AST
	variables []string // the names that stand for a member, the outer first
	facts     []Fact
	literals  []int // rune offsets of the numbers written out
	problems  Problems
}

func (t *translator) problem(offset int, key string, args ...any) *expr {
	t.problems = append(t.problems, t.src.Problem(offset, key, args...))
	return nil
}

func (t *translator) sorted() Problems { return InOrder(t.problems) }

func (t *translator) at(e celast.Expr) int { return startOf(t.src, t.ast.SourceInfo(), e) }

func (t *translator) unsupported(e celast.Expr, what string) *expr {
	return t.problem(t.at(e), "rule.unsupported", "what", what)
}

func (t *translator) expr(e celast.Expr) *expr {
	switch e.Kind() {
	case celast.LiteralKind:
		return t.literal(e)
	case celast.SelectKind:
		return t.selection(e)
	case celast.CallKind:
		return t.call(e)
	case celast.ComprehensionKind:
		return t.quantifier(e)
	case celast.IdentKind:
		return t.unsupported(e, e.AsIdent())
	case celast.ListKind:
		return t.unsupported(e, "[…]")
	default:
		return t.unsupported(e, "{…}")
	}
}

func (t *translator) literal(e celast.Expr) *expr {
	switch v := e.AsLiteral().(type) {
	case types.Bool:
		n := int64(0)
		if v {
			n = 1
		}
		return t.constant(e, Bool, n)
	case types.Int:
		t.literals = append(t.literals, t.at(e))
		x := t.constant(e, Number, int64(v))
		x.unit.free = true
		return x
	case types.Double:
		return t.problem(t.at(e), "rule.fraction")
	case types.String:
		return t.problem(t.at(e), "rule.text", "text", string(v))
	default:
		return t.unsupported(e, v.Type().TypeName())
	}
}

func (t *translator) constant(e celast.Expr, k Kind, v int64) *expr {
	return &expr{op: OpConst, kind: k, value: v, offset: t.at(e)}
}

func (t *translator) selection(e celast.Expr) *expr {
	s := e.AsSelect()
	if s.IsTestOnly() || s.Operand().Kind() != celast.IdentKind {
		return t.unsupported(e, "."+s.FieldName())
	}
	of := s.Operand().AsIdent()
	if of == "params" {
		p := t.env.params[s.FieldName()]
		if p.Kind == Option {
			return t.problem(t.at(e), "rule.text", "text", "params."+p.Name)
		}
		x := t.constant(e, p.Kind, p.Value)
		x.shown = p.indicator()
		x.unit = unitOf(x.shown)
		return x
	}
	level, slot := indicator.Family, -1
	if of != "family" {
		level, slot = indicator.Person, slices.Index(t.variables, of)
	}
	i, ok := t.env.catalogue.Lookup(level, s.FieldName())
	if !ok || level == indicator.Person && slot < 0 {
		return t.unsupported(e, of+"."+s.FieldName())
	}
	if f := (Fact{level, i.Code}); !slices.Contains(t.facts, f) {
		t.facts = append(t.facts, f)
	}
	x := &expr{op: OpFact, kind: kindOf(i), fact: i, shown: i, unit: unitOf(i), slot: slot, offset: t.at(e)}
	if slot >= 0 {
		x.uses = 1 << slot
	}
	return x
}

// build makes a node of a kind from its parts, and computes it where all of
// them are constant.
func (t *translator) build(e celast.Expr, o Op, k Kind, args ...*expr) *expr {
	if slices.Contains(args, nil) {
		return nil
	}
	x := &expr{op: o, kind: k, args: args, uses: usesOf(args...), offset: t.at(e), shown: shownAs(o, args)}
	var ok bool
	if x.unit, ok = t.measure(x); !ok {
		return nil
	}
	if (o == OpDiv || o == OpMod) && args[1].op == OpConst && args[1].value == 0 {
		return t.problem(x.offset, "rule.by_zero")
	}
	if slices.ContainsFunc(args, func(a *expr) bool { return a.op != OpConst }) {
		x.fallible = mayFail(x)
		return x
	}
	v, ok := fold(x)
	if !ok {
		return t.problem(x.offset, "rule.overflow")
	}
	return &expr{op: OpConst, kind: k, value: v, offset: x.offset, shown: x.shown, unit: x.unit}
}

// dateLiteral reads date("2025-01-31").
func (t *translator) dateLiteral(e celast.Expr) *expr {
	arg := e.AsCall().Args()[0]
	text, ok := arg.AsLiteral().(types.String)
	if arg.Kind() != celast.LiteralKind || !ok {
		return t.unsupported(arg, "date(…)")
	}
	d, err := civil.Parse(string(text))
	if err != nil {
		return t.problem(t.at(arg), "rule.date", "text", string(text))
	}
	return t.constant(e, Date, int64(d))
}

// text returns the option codes that e writes out: a string, a parameter that
// is an option, or a list of either.
func (t *translator) text(e celast.Expr) (codes []string, ok bool) {
	switch e.Kind() {
	case celast.LiteralKind:
		s, ok := e.AsLiteral().(types.String)
		return []string{string(s)}, ok
	case celast.SelectKind:
		s := e.AsSelect()
		if s.Operand().Kind() != celast.IdentKind || s.Operand().AsIdent() != "params" {
			return nil, false
		}
		p := t.env.params[s.FieldName()]
		return p.Texts, p.Kind == Option
	}
	return nil, false
}

// option returns the number of the option that e writes out, for a choice.
func (t *translator) option(e celast.Expr, of *indicator.Indicator, code string) *expr {
	codes := make([]string, len(of.Options))
	for i, o := range of.Options {
		if o.Code == code {
			return &expr{op: OpConst, kind: Option, value: o.No, offset: t.at(e)}
		}
		codes[i] = o.Code
	}
	if near := Nearest(code, codes); near != "" {
		return t.problem(t.at(e), "rule.unknown_option_near", "option", code, "fact", of.Code, "suggestion", near)
	}
	return t.problem(t.at(e), "rule.unknown_option", "option", code, "fact", of.Code)
}

// sameOptions reports whether two choices number and name their options alike.
func sameOptions(a, b *indicator.Indicator) bool {
	return slices.EqualFunc(a.Options, b.Options, func(x, y indicator.Option) bool {
		return x.No == y.No && x.Code == y.Code
	})
}
