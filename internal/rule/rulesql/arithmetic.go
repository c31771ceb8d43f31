package rulesql

import (
	"fmt"
	"math"

	"gotong/internal/rule"
)

var symbols = map[rule.Op]string{rule.OpAdd: "+", rule.OpSub: "-", rule.OpMul: "*", rule.OpDiv: "/", rule.OpMod: "%"}

// arithmetic writes an operation on whole numbers of 64 bits that is NULL
// where its result leaves them or where it divides by zero.
func (q *query) arithmetic(op rule.Op, args []string) string {
	a := args[0]
	if op == rule.OpNeg {
		return fmt.Sprintf("CASE WHEN %s = %s THEN NULL ELSE -%s END", a, q.number(math.MinInt64), a)
	}
	b := args[1]
	switch op {
	case rule.OpMin: // the functions of the engines differ on NULL
		return fmt.Sprintf("CASE WHEN %s <= %s THEN %s WHEN %s < %s THEN %s END", a, b, a, b, a, b)
	case rule.OpMax:
		return fmt.Sprintf("CASE WHEN %s >= %s THEN %s WHEN %s > %s THEN %s END", a, b, a, b, a, b)
	case rule.OpDiv, rule.OpMod: // the only quotient that leaves 64 bits is that of the least number and -1
		return fmt.Sprintf("CASE WHEN %s = 0 OR (%s = %s AND %s = -1) THEN NULL ELSE %s %s %s END",
			b, a, q.number(math.MinInt64), b, a, symbols[op], b)
	}
	if q.dialect == Postgres { // which fails on a number that is too large, so it is widened first
		return fmt.Sprintf("CASE WHEN CAST(%s AS NUMERIC) %s CAST(%s AS NUMERIC) BETWEEN %s AND %s THEN %s %s %s END",
			a, symbols[op], b, q.number(math.MinInt64), q.number(math.MaxInt64), a, symbols[op], b)
	}
	// SQLite makes a fraction of a number that is too large.
	return fmt.Sprintf("CASE typeof(%s %s %s) WHEN 'integer' THEN %s %s %s END", a, symbols[op], b, a, symbols[op], b)
}
