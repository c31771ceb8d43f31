package rule

import (
	"fmt"
	"sync"

	"github.com/google/cel-go/common/operators"
	"github.com/google/cel-go/common/stdlib"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/interpreter"
)

// askAll makes a call whose operands are missing facts name all of them.
// Cel-go names those of the first operand, so that one visit would collect
// one fact, and the next visit the next.
func askAll(i interpreter.InterpretableV2) (interpreter.InterpretableV2, error) {
	call, ok := i.(interpreter.InterpretableCall)
	if !ok || len(call.Args()) < 2 || call.Function() == operators.In {
		return i, nil
	}
	apply, ok := bindings()[call.Function()]
	if !ok {
		return nil, fmt.Errorf("%s has no binding", call.Function())
	}
	return &strictCall{call, apply}, nil
}

// bindings returns cel-go's own functions of two operands by name, and ours.
var bindings = sync.OnceValue(func() map[string]func(...ref.Val) ref.Val {
	two := func(f func(a, b ref.Val) ref.Val) func(...ref.Val) ref.Val {
		return func(v ...ref.Val) ref.Val { return f(v[0], v[1]) }
	}
	all := map[string]func(...ref.Val) ref.Val{
		keep:                keepElement,
		"min":               two(pair(lesser)),
		"max":               two(pair(greater)),
		operators.Equals:    two(types.Equal),
		operators.NotEquals: two(func(a, b ref.Val) ref.Val { return types.Equal(a, b).(types.Bool).Negate() }),
	}
	for _, f := range stdlib.Functions() {
		overloads, err := f.Bindings()
		if err != nil {
			panic(err) // cel-go's own
		}
		for _, o := range overloads {
			if _, taken := all[f.Name()]; !taken && o.Operator == f.Name() && o.Binary != nil {
				all[f.Name()] = two(o.Binary)
			}
		}
	}
	return all
})

type strictCall struct {
	interpreter.InterpretableCall
	apply func(...ref.Val) ref.Val
}

// Exec implements interpreter.InterpretableV2.
func (c *strictCall) Exec(f *interpreter.ExecutionFrame) ref.Val {
	values := make([]ref.Val, len(c.Args()))
	var missing *types.Unknown
	var failed ref.Val
	for i, a := range c.Args() {
		values[i] = a.Exec(f)
		missing, _ = types.MaybeMergeUnknowns(values[i], missing)
		if failed == nil && types.IsError(values[i]) {
			failed = values[i]
		}
	}
	switch {
	case missing != nil:
		return missing
	case failed != nil:
		return failed
	}
	return c.apply(values...)
}

// Eval implements interpreter.Interpretable.
func (c *strictCall) Eval(a interpreter.Activation) ref.Val { return c.Exec(interpreter.AsFrame(a)) }
