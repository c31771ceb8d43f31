package rule

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"gotong/internal/indicator"
)

// Op is an operation of the typed form.
type Op uint8

// The operations.
const (
	OpConst Op = iota // value
	OpFact            // a fact of the family or of the variable in slot
	OpAnd
	OpOr
	OpNot
	OpEq // of any two of the same kind
	OpLt // of numbers or days
	OpLe
	OpIn // args[0] is one of set
	OpAdd
	OpSub
	OpMul
	OpDiv
	OpMod
	OpNeg
	OpMin // the lesser of two numbers
	OpMax
	OpChoose // args[0] ? args[1] : args[2]
	OpReduce // over the members, see reduction
)

var opNames = [...]string{
	"const", "fact", "and", "or", "not", "eq", "lt", "le", "in",
	"add", "sub", "mul", "div", "mod", "neg", "min", "max", "choose", "reduce",
}

// Reduction says how OpReduce makes one value of those of a family's members.
type Reduction uint8

// The reductions.
const (
	ReduceAny Reduction = iota // args[0] holds for one
	ReduceAll                  // args[0] holds for each
	ReduceCount
	ReduceSum // of args[0]
	ReduceMin
	ReduceMax
)

var reductionNames = [...]string{"any", "all", "count", "sum", "min", "max"}

// slots is the set of member variables that a value depends on: bit 0 for
// the outer one, bit 1 for one walked inside it. The value has one row a
// family without any, one a member with either, and one for each pair of
// members of a family with both.
type slots uint8

const maxSlots = 2

func (s slots) rows() rowKind { return rowKind(bits.OnesCount8(uint8(s))) }

// rowKind is what the rows of a value stand for.
type rowKind uint8

const (
	familyRows rowKind = iota
	memberRows
	pairRows
)

// expr is a node of the typed form: an operation on values of known kinds,
// with options already turned into their numbers and days into counts.
type expr struct {
	op   Op
	kind Kind
	uses slots
	args []*expr

	value     int64                // OpConst
	fact      *indicator.Indicator // OpFact, and the choice an Option is of
	slot      int                  // OpFact at person level, OpReduce: the variable
	set       []int64              // OpIn, sorted
	reduction Reduction            // OpReduce
	filters   []*expr              // OpReduce: only members for which all hold, in order
	unit      unit                 // of a Number
	fallible  bool                 // it may be impossible to compute though all facts are there
	offset    int                  // rune offset in the source

	// shown says how people are to read the value, where that is known: the
	// indicator or parameter that it is, or a rupiah amount.
	shown *indicator.Indicator
}

// String writes e the Lisp way, for tests and for finding equal parts.
func (e *expr) String() string {
	var b strings.Builder
	e.write(&b)
	return b.String()
}

func (e *expr) write(b *strings.Builder) {
	switch e.op {
	case OpConst:
		fmt.Fprintf(b, "%s:%d", e.kind, e.value)
		return
	case OpFact:
		if e.fact.Level == indicator.Family {
			fmt.Fprintf(b, "family.%s", e.fact.Code)
		} else {
			fmt.Fprintf(b, "$%d.%s", e.slot, e.fact.Code)
		}
		return
	}
	b.WriteByte('(')
	if e.op == OpReduce {
		fmt.Fprintf(b, "%s $%d", reductionNames[e.reduction], e.slot)
		for _, f := range e.filters {
			b.WriteString(" if ")
			f.write(b)
		}
	} else {
		b.WriteString(opNames[e.op])
	}
	for _, a := range e.args {
		b.WriteByte(' ')
		a.write(b)
	}
	if e.op == OpIn {
		fmt.Fprintf(b, " %v", e.set)
	}
	b.WriteByte(')')
}

// usesOf returns the union of what the expressions depend on.
func usesOf(es ...*expr) slots {
	var u slots
	for _, e := range es {
		u |= e.uses
	}
	return u
}

// mayFail reports whether an operation may fail by itself, or a part of it.
func mayFail(e *expr) bool {
	for _, part := range append(slices.Clone(e.args), e.filters...) {
		if part.fallible {
			return true
		}
	}
	switch e.op {
	case OpAdd, OpSub, OpMul, OpNeg:
		return true
	case OpDiv, OpMod:
		by := e.args[1]
		return by.op != OpConst || by.value == 0 || by.value == -1
	case OpReduce:
		return e.reduction >= ReduceSum
	}
	return false
}

// contains reports whether sorted set holds v.
func contains(set []int64, v int64) bool {
	_, ok := slices.BinarySearch(set, v)
	return ok
}
