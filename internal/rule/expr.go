package rule

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"gotong/internal/indicator"
)

// op is an operation of the typed form.
type op uint8

const (
	opConst op = iota // value
	opFact            // a fact of the family or of the variable in slot
	opAnd
	opOr
	opNot
	opEq // of any two of the same kind
	opLt // of numbers or days
	opLe
	opIn // args[0] is one of set
	opAdd
	opSub
	opMul
	opDiv
	opMod
	opNeg
	opMin // the lesser of two numbers
	opMax
	opChoose // args[0] ? args[1] : args[2]
	opReduce // over the members, see reduction
)

var opNames = [...]string{
	"const", "fact", "and", "or", "not", "eq", "lt", "le", "in",
	"add", "sub", "mul", "div", "mod", "neg", "min", "max", "choose", "reduce",
}

// reduction says how opReduce makes one value of those of a family's members.
type reduction uint8

const (
	reduceAny reduction = iota // args[0] holds for one
	reduceAll                  // args[0] holds for each
	reduceCount
	reduceSum // of args[0]
	reduceMin
	reduceMax
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
	op   op
	kind Kind
	uses slots
	args []*expr

	value     int64                // opConst
	fact      *indicator.Indicator // opFact, and the choice an Option is of
	slot      int                  // opFact at person level, opReduce: the variable
	set       []int64              // opIn, sorted
	reduction reduction            // opReduce
	filters   []*expr              // opReduce: only members for which all hold, in order
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
	case opConst:
		fmt.Fprintf(b, "%s:%d", e.kind, e.value)
		return
	case opFact:
		if e.fact.Level == indicator.Family {
			fmt.Fprintf(b, "family.%s", e.fact.Code)
		} else {
			fmt.Fprintf(b, "$%d.%s", e.slot, e.fact.Code)
		}
		return
	}
	b.WriteByte('(')
	if e.op == opReduce {
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
	if e.op == opIn {
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

// contains reports whether sorted set holds v.
func contains(set []int64, v int64) bool {
	_, ok := slices.BinarySearch(set, v)
	return ok
}
