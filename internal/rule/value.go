package rule

import (
	"fmt"
	"reflect"

	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
)

// day is a civil.Date, counted as facts count days, as a value of CEL.
type day int64

// Compare implements traits.Comparer.
func (d day) Compare(other ref.Val) ref.Val {
	o, ok := other.(day)
	switch {
	case !ok:
		return types.MaybeNoSuchOverloadErr(other)
	case d < o:
		return types.IntNegOne
	case d > o:
		return types.IntOne
	}
	return types.IntZero
}

// Equal implements ref.Val.
func (d day) Equal(other ref.Val) ref.Val { return types.Bool(d == other) }

// Type implements ref.Val.
func (d day) Type() ref.Type { return dateType }

// Value implements ref.Val.
func (d day) Value() any { return int64(d) }

// ConvertToType implements ref.Val.
func (d day) ConvertToType(ref.Type) ref.Val { return types.NewErr("a day is no other kind of value") }

// ConvertToNative implements ref.Val.
func (d day) ConvertToNative(t reflect.Type) (any, error) {
	return nil, fmt.Errorf("rule: a day is not a %s", t)
}
