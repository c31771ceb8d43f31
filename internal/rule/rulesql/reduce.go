package rulesql

import (
	"fmt"
	"math"
	"strings"

	"gotong/internal/rule"
)

// group is what a reduction counts over the rows of a finer stage, one row
// for each row of its own stage.
type group struct {
	from    scope
	columns []string // expr AS name
}

// alias names the stage of all groups that are made at a level from one space
// for another.
func (g *group) alias(c *column) string {
	return fmt.Sprintf("g%d_%d%d", c.level, g.from.space, c.space)
}

// reduce plans what is made of the members of each family, or of the members
// beside each member.
//
// The members may leave a reduction in doubt in several ways, of which the
// first counts: a filter that lacks a fact or fails, the filters in their
// order, and then the body. Each way has a number, and the least of a
// family's numbers is the way of the family.
func (q *query) reduce(f rule.Form) *column {
	inside := [2]bool{}
	inside[f.Slot()] = true
	for _, part := range append(f.Args(), f.Filters()...) {
		inside[0], inside[1] = inside[0] || part.Uses(0), inside[1] || part.Uses(1)
	}
	own := scopeOf(f.Uses(0), f.Uses(1))
	c := &column{space: own.space, uses: newUse(), group: &group{from: scopeOf(inside[0], inside[1])}}
	r := &reducing{q: q, f: f, c: c, name: fmt.Sprintf("r%d", len(q.columns))}
	r.walk()
	c.level = c.uses.level()
	r.alias = c.group.alias(c) + "."
	r.finish()
	return q.place(f, c)
}

type reducing struct {
	q         *query
	f         rule.Form
	c         *column
	name      string
	alias     string
	selected  string
	ways      []string // WHEN … THEN …
	wants     []int    // ways that lack a fact
	decisive  int      // way of a member that decides
	undecided bool     // there are ways
}

func (r *reducing) gather(text, name string) {
	r.c.group.columns = append(r.c.group.columns, text+" AS "+r.name+name)
}

func (r *reducing) when(cond string, way int) {
	r.ways = append(r.ways, fmt.Sprintf("WHEN %s THEN %d", cond, way))
}

// unknown adds the two ways in which a part is not known.
func (r *reducing) unknown(part rule.Form, way int) {
	s, u := r.c.group.from, r.c.uses
	r.wants = append(r.wants, way)
	r.when(r.q.missing(part, s, u), way)
	if part.Fallible() {
		r.when(r.q.value(part, s, u)+" IS NULL", way+1)
	}
}

func (r *reducing) walk() {
	s, u := r.c.group.from, r.c.uses
	u.aliases[map[space]string{members: "m", pairs: "p"}[s.space]] = true
	var selected []string
	for j, f := range r.f.Filters() {
		r.unknown(f, 2*j)
		v := r.q.value(f, s, u)
		r.ways = append(r.ways, "WHEN NOT "+v+" THEN NULL")
		selected = append(selected, v)
	}
	r.selected = "TRUE"
	if len(selected) > 0 {
		r.selected = paren(selected, " AND ")
	}
	r.decisive = 2 * len(r.f.Filters())
	if len(r.f.Args()) > 0 {
		r.body(r.f.Args()[0], s, u)
	}
	if r.undecided = len(r.wants) > 0; r.undecided {
		r.gather("MIN(CASE "+strings.Join(r.ways, " ")+" END)", "k")
	}
}

func (r *reducing) body(body rule.Form, s scope, u *use) {
	v := r.q.value(body, s, u)
	chosen := "CASE WHEN " + r.selected + " THEN " + v + " END"
	switch r.f.Reduction() {
	case rule.ReduceAny:
		r.when(v, r.decisive)
	case rule.ReduceAll:
		r.when("NOT "+v, r.decisive)
	case rule.ReduceMin:
		r.gather("MIN("+chosen+")", "x")
	case rule.ReduceMax:
		r.gather("MAX("+chosen+")", "x")
	case rule.ReduceSum:
		r.sums(v, chosen)
	}
	r.unknown(body, r.decisive+1)
}

// sums adds up numbers in more than 64 bits, so that only the whole sum has
// to fit: PostgreSQL does by itself, SQLite the two halves of each.
func (r *reducing) sums(v, chosen string) {
	if r.q.dialect == Postgres {
		r.gather("SUM("+chosen+")", "x")
		return
	}
	r.gather("SUM(CASE WHEN "+r.selected+" THEN "+v+" >> 32 END)", "h")
	r.gather("SUM(CASE WHEN "+r.selected+" THEN "+v+" & 4294967295 END)", "l")
}

// finish writes the value from what was gathered. Where a family has no
// members, nothing was.
func (r *reducing) finish() {
	decided := "TRUE"
	if r.undecided {
		decided = r.alias + r.name + "k IS NULL"
	}
	r.c.value = r.result(decided)
	if !r.f.Fallible() {
		return
	}
	r.c.missing = "FALSE"
	if r.undecided {
		ways := make([]string, len(r.wants))
		for i, w := range r.wants {
			ways[i] = fmt.Sprint(w)
		}
		r.c.missing = fmt.Sprintf("COALESCE(%s%sk IN (%s), FALSE)", r.alias, r.name, strings.Join(ways, ", "))
	}
}

func (r *reducing) result(decided string) string {
	at := r.alias + r.name
	switch r.f.Reduction() {
	case rule.ReduceAny, rule.ReduceAll:
		one, other := "TRUE", "FALSE"
		if r.f.Reduction() == rule.ReduceAll {
			one, other = other, one
		}
		return fmt.Sprintf("CASE WHEN %s THEN %s WHEN %sk = %d THEN %s END", decided, other, at, r.decisive, one)
	case rule.ReduceCount:
		r.gather("SUM(CASE WHEN "+r.selected+" THEN 1 ELSE 0 END)", "x")
		return fmt.Sprintf("CASE WHEN %s THEN COALESCE(%sx, 0) END", decided, at)
	case rule.ReduceSum:
		return r.sum(decided, at)
	}
	return fmt.Sprintf("CASE WHEN %s THEN %sx END", decided, at)
}

func (r *reducing) sum(decided, at string) string {
	if r.q.dialect == Postgres {
		return fmt.Sprintf("CASE WHEN %s AND COALESCE(%sx, 0) BETWEEN %s AND %s THEN CAST(COALESCE(%sx, 0) AS BIGINT) END",
			decided, at, r.q.number(math.MinInt64), r.q.number(math.MaxInt64), at)
	}
	high := fmt.Sprintf("(COALESCE(%sh, 0) + (COALESCE(%sl, 0) >> 32))", at, at)
	return fmt.Sprintf("CASE WHEN %s AND %s BETWEEN -2147483648 AND 2147483647 THEN (%s << 32) | (COALESCE(%sl, 0) & 4294967295) END",
		decided, high, high, at)
}
