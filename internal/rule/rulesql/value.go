package rulesql

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"gotong/internal/indicator"
	"gotong/internal/rule"
)

// space is what the rows of a stage stand for.
type space int

const (
	families space = iota
	members
	pairs // of members of one family
)

// column is a column of a stage: a fact, or a value with, where it may fail,
// whether it lacks a fact.
type column struct {
	name    string
	fact    *indicator.Indicator // nil of a computed one
	space   space
	level   int // of the first stage that has it; facts are of level 0
	last    int // level of the last stage that is made from it
	value   string
	missing string // "" where it cannot fail
	group   *group // of a reduction
	uses    *use
}

// scope says in which stage a text is evaluated, and by which alias it reaches
// the member of each slot.
type scope struct {
	space space
	alias [2]string
}

// scopeOf returns the scope of a value's own stage.
func scopeOf(slot0, slot1 bool) scope {
	switch {
	case slot0 && slot1:
		return scope{pairs, [2]string{"a", "b"}}
	case slot0:
		return scope{members, [2]string{"m", ""}}
	case slot1:
		return scope{members, [2]string{"", "m"}}
	}
	return scope{space: families}
}

// use gathers what a text is made from.
type use struct {
	columns map[*column]bool
	aliases map[string]bool
}

func newUse() *use { return &use{map[*column]bool{}, map[string]bool{}} }

// level returns the level of the first stage that can be made from it.
func (u *use) level() int {
	level := 0
	for c := range u.columns {
		level = max(level, c.level)
	}
	return level + 1
}

// keep has the columns kept up to the stage of a level.
func (u *use) keep(level int) {
	for c := range u.columns {
		c.last = max(c.last, level)
	}
}

// of returns the alias of the stage that has a form's value.
func (s scope) of(f rule.Form) string {
	switch {
	case f.Uses(0) && f.Uses(1):
		return "p"
	case f.Uses(0):
		return s.alias[0]
	case f.Uses(1):
		return s.alias[1]
	}
	return "f"
}

func (u *use) ref(c *column, alias, name string) string {
	u.columns[c], u.aliases[alias] = true, true
	return alias + "." + name
}

// value returns the text of a form's value: NULL where it is not known.
func (q *query) value(f rule.Form, s scope, u *use) string {
	switch {
	case f.Op() == rule.OpConst:
		return q.constant(f)
	case f.Op() == rule.OpFact:
		c := q.factColumn(f.Fact())
		name := u.ref(c, s.of(f), c.name)
		if f.Kind() == rule.Bool {
			return "(" + name + " <> 0)"
		}
		return name
	case inline(f):
		return q.operation(f, s, u)
	}
	c := q.stage(f)
	return u.ref(c, s.of(f), c.name)
}

// missing returns the text of whether a form's value lacks a fact. It is
// never NULL.
func (q *query) missing(f rule.Form, s scope, u *use) string {
	if !f.Fallible() {
		return "(" + q.value(f, s, u) + " IS NULL)"
	}
	c := q.stage(f)
	return u.ref(c, s.of(f), c.name+"m")
}

// inline reports whether a value needs no column of its own: its text names
// each of its parts once.
func inline(f rule.Form) bool {
	switch f.Op() {
	case rule.OpAnd, rule.OpOr, rule.OpNot, rule.OpEq, rule.OpLt, rule.OpLe, rule.OpIn:
		return !f.Fallible()
	}
	return false
}

func (q *query) constant(f rule.Form) string {
	v := f.Value()
	switch {
	case f.Kind() == rule.Bool && v != 0:
		return "TRUE"
	case f.Kind() == rule.Bool:
		return "FALSE"
	}
	return q.number(v)
}

// number writes a whole number of 64 bits.
func (q *query) number(v int64) string {
	switch {
	case q.dialect == Postgres:
		return "CAST('" + strconv.FormatInt(v, 10) + "' AS BIGINT)"
	case v == math.MinInt64:
		return "(-9223372036854775807 - 1)" // its digits alone are no whole number
	}
	return "(" + strconv.FormatInt(v, 10) + ")"
}

func (q *query) factColumn(i *indicator.Indicator) *column {
	key := "fact " + Column(i)
	if c := q.known[key]; c != nil {
		return c
	}
	c := &column{name: Column(i), fact: i, space: families}
	if i.Level == indicator.Person {
		c.space = members
	}
	return q.keep(key, c)
}

func (q *query) keep(key string, c *column) *column {
	q.known[key] = c
	q.columns = append(q.columns, c)
	return c
}

// stage returns the column of a form, planning it where there is none.
func (q *query) stage(f rule.Form) *column {
	if c := q.known[f.Key()]; c != nil {
		return c
	}
	if f.Op() == rule.OpReduce {
		return q.reduce(f)
	}
	s := scopeOf(f.Uses(0), f.Uses(1))
	c := &column{space: s.space, uses: newUse()}
	c.value = q.operation(f, s, c.uses)
	if f.Fallible() {
		c.missing = q.lacking(f, s, c.uses)
	}
	return q.place(f, c)
}

// place gives a planned column its name and its level.
func (q *query) place(f rule.Form, c *column) *column {
	c.name = fmt.Sprintf("c%d", len(q.columns))
	c.level = c.uses.level()
	c.uses.keep(c.level)
	return q.keep(f.Key(), c)
}

// operation writes an operation on the values of its parts.
func (q *query) operation(f rule.Form, s scope, u *use) string {
	args := make([]string, len(f.Args()))
	for i, a := range f.Args() {
		args[i] = q.value(a, s, u)
	}
	switch f.Op() {
	case rule.OpAnd:
		return paren(args, " AND ")
	case rule.OpOr:
		return paren(args, " OR ")
	case rule.OpNot:
		return "(NOT " + args[0] + ")"
	case rule.OpEq:
		return paren(args, " = ")
	case rule.OpLt:
		return paren(args, " < ")
	case rule.OpLe:
		return paren(args, " <= ")
	case rule.OpIn:
		return q.in(f, args[0])
	case rule.OpChoose:
		return fmt.Sprintf("CASE WHEN %s THEN %s WHEN NOT %s THEN %s END", args[0], args[1], args[0], args[2])
	}
	return q.arithmetic(f.Op(), args)
}

// in writes that x is one of a set; NULL where x is not known.
func (q *query) in(f rule.Form, x string) string {
	set := f.Set()
	if f.Args()[0].Kind() == rule.Bool {
		return inBools(x, set)
	}
	if len(set) == 0 {
		return "(CASE WHEN " + x + " IS NOT NULL THEN FALSE END)"
	}
	texts := make([]string, len(set))
	for i, v := range set {
		texts[i] = q.number(v)
	}
	return "(" + x + " IN (" + strings.Join(texts, ", ") + "))"
}

func inBools(x string, set []int64) string {
	has := func(v int64) string {
		for _, s := range set {
			if s == v {
				return "TRUE"
			}
		}
		return "FALSE"
	}
	return fmt.Sprintf("(CASE WHEN %s THEN %s WHEN NOT %s THEN %s END)", x, has(1), x, has(0))
}

// lacking writes whether an operation that may fail lacks a fact.
func (q *query) lacking(f rule.Form, s scope, u *use) string {
	of := make([]string, len(f.Args()))
	for i, a := range f.Args() {
		of[i] = q.missing(a, s, u)
	}
	switch f.Op() {
	case rule.OpAnd, rule.OpOr: // decided by one term, whatever the other lacks
		return "(" + q.operation(f, s, u) + " IS NULL AND " + paren(of, " OR ") + ")"
	case rule.OpChoose: // by the condition, and then by the branch that it chose
		c := q.value(f.Args()[0], s, u)
		return fmt.Sprintf("CASE WHEN %s THEN %s WHEN NOT %s THEN %s ELSE %s END", c, of[1], c, of[2], of[0])
	}
	return paren(of, " OR ")
}
