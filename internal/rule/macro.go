package rule

import (
	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common"
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"
	"github.com/google/cel-go/parser"

	"gotong/internal/civil"
)

// keep is the step of our filter: it puts an element that passes at the end
// of the list so far. The standard filter steps by ?:, which forgets the
// missing facts of earlier elements once it meets a later one.
const keep = "@keep"

var macros = []cel.Macro{
	parser.ExistsMacro,
	parser.AllMacro,
	parser.MapMacro,
	cel.ReceiverMacro("filter", 2, expandFilter),
	cel.ReceiverMacro("exists_one", 2, expandExistsOne),
}

func expandFilter(f cel.MacroExprFactory, target ast.Expr, args []ast.Expr) (ast.Expr, *common.Error) {
	if args[0].Kind() != ast.IdentKind {
		return nil, f.NewError(args[0].ID(), "the first word in filter(…) must be a name for the member")
	}
	step := f.NewCall(keep, f.NewAccuIdent(), args[1], args[0])
	return f.NewComprehension(target, args[0].AsIdent(), f.AccuIdentName(),
		f.NewList(), f.NewLiteral(types.True), step, f.NewAccuIdent()), nil
}

func expandExistsOne(f cel.MacroExprFactory, target ast.Expr, args []ast.Expr) (ast.Expr, *common.Error) {
	kept, err := expandFilter(f, target, args)
	if err != nil {
		return nil, err
	}
	return f.NewCall(operators.Equals, f.NewMemberCall("size", kept), f.NewLiteral(types.Int(1))), nil
}

var (
	element = cel.TypeParamType("T")
	numbers = cel.ListType(cel.IntType)
)

// functions are those added to CEL's own.
var functions = []cel.EnvOption{
	cel.Function(keep, cel.Overload("keep",
		[]*cel.Type{cel.ListType(element), cel.BoolType, element}, cel.ListType(element),
		cel.FunctionBinding(keepElement))),
	cel.Function("sum", cel.MemberOverload("list_sum", []*cel.Type{numbers}, cel.IntType,
		cel.UnaryBinding(sumNumbers))),
	cel.Function("min",
		cel.MemberOverload("list_min", []*cel.Type{numbers}, cel.IntType, cel.UnaryBinding(leastNumber(lesser))),
		cel.Overload("two_min", []*cel.Type{cel.IntType, cel.IntType}, cel.IntType, cel.BinaryBinding(pair(lesser)))),
	cel.Function("max",
		cel.MemberOverload("list_max", []*cel.Type{numbers}, cel.IntType, cel.UnaryBinding(leastNumber(greater))),
		cel.Overload("two_max", []*cel.Type{cel.IntType, cel.IntType}, cel.IntType, cel.BinaryBinding(pair(greater)))),
	cel.Function("date", cel.Overload("date_of_text", []*cel.Type{cel.StringType}, dateType,
		cel.UnaryBinding(dateOfText))),
	cel.Function(operators.Less, comparing("less_date")),
	cel.Function(operators.LessEquals, comparing("less_equals_date")),
	cel.Function(operators.Greater, comparing("greater_date")),
	cel.Function(operators.GreaterEquals, comparing("greater_equals_date")),
}

// comparing declares an overload for days; CEL's own binding of the operator
// serves every type that can be compared.
func comparing(id string) cel.FunctionOpt {
	return cel.Overload(id, []*cel.Type{dateType, dateType}, cel.BoolType)
}

func keepElement(args ...ref.Val) ref.Val {
	if args[1] != types.True {
		return args[0]
	}
	return args[0].(traits.Adder).Add(types.NewRefValList(types.DefaultTypeAdapter, args[2:]))
}

// sumNumbers adds up a list. Only the whole sum must fit 64 bits, so that the
// order of the members does not matter.
func sumNumbers(v ref.Val) ref.Val {
	sum := total{}
	for it := v.(traits.Lister).Iterator(); it.HasNext() == types.True; {
		sum.add(int64(it.Next().(types.Int)))
	}
	if n, ok := sum.value(); ok {
		return types.Int(n)
	}
	return types.NewErr("the sum leaves 64 bits")
}

// leastNumber takes the number of a list that better prefers to all others.
// Of no numbers there is none.
func leastNumber(better func(a, b types.Int) ref.Val) func(ref.Val) ref.Val {
	return func(v ref.Val) ref.Val {
		it := v.(traits.Lister).Iterator()
		if it.HasNext() != types.True {
			return types.NewErr("no numbers to choose from")
		}
		best := it.Next()
		for it.HasNext() == types.True {
			best = better(best.(types.Int), it.Next().(types.Int))
		}
		return best
	}
}

func pair(f func(a, b types.Int) ref.Val) func(a, b ref.Val) ref.Val {
	return func(a, b ref.Val) ref.Val { return f(a.(types.Int), b.(types.Int)) }
}

func lesser(a, b types.Int) ref.Val  { return min(a, b) }
func greater(a, b types.Int) ref.Val { return max(a, b) }

func dateOfText(v ref.Val) ref.Val {
	d, err := civil.Parse(string(v.(types.String)))
	if err != nil {
		return types.WrapErr(err)
	}
	return day(d)
}
