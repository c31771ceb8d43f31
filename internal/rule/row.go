package rule

import (
	"fmt"
	"reflect"
	"strconv"

	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"

	"gotong/internal/column"
	"gotong/internal/indicator"
)

// row is a family or a member of one as a value of CEL.
type row struct {
	question *question
	table    *column.Table
	at       int // in table
	member   int
}

// fact reads a fact and notes the reading. A missing one is an unknown that
// carries the fact's id.
func (r *row) fact(i *indicator.Indicator) ref.Val {
	reading := Reading{Indicator: i, Member: r.member}
	if c := r.table.Columns[i.Code]; c != nil {
		reading.Value, reading.Known = c.At(r.at)
	}
	q := r.question
	if _, seen := q.seen[reading.id()]; !seen {
		q.seen[reading.id()] = len(q.read)
		q.read = append(q.read, reading)
	}
	if !reading.Known {
		return types.NewUnknown(reading.id(), nil)
	}
	switch kindOf(i) {
	case Bool:
		return types.Bool(reading.Value != 0)
	case Date:
		return day(reading.Value)
	case Option:
		return types.String(optionCode(i, reading.Value))
	default:
		return types.Int(reading.Value)
	}
}

// optionCode returns the code of an option. One that the catalogue does not
// have keeps its number, which no code looks like, so that it equals itself
// and nothing that a rule can name.
func optionCode(i *indicator.Indicator, no int64) string {
	if o, ok := i.Option(no); ok {
		return o.Code
	}
	return "#" + strconv.FormatInt(no, 10)
}

// Type implements ref.Val.
func (r *row) Type() ref.Type {
	if r.member == NoMember {
		return familyType
	}
	return personType
}

// Value implements ref.Val.
func (r *row) Value() any { return r }

// Equal implements ref.Val.
func (r *row) Equal(other ref.Val) ref.Val { return types.Bool(r == other) }

// ConvertToType implements ref.Val.
func (r *row) ConvertToType(ref.Type) ref.Val {
	return types.NewErr("a family or member is no other kind of value")
}

// ConvertToNative implements ref.Val.
func (r *row) ConvertToNative(t reflect.Type) (any, error) {
	return nil, fmt.Errorf("rule: a family or member is not a %s", t)
}
