// Package rulesql writes rules as SQL: the third reader, which answers inside
// the database. It makes text and knows no driver.
//
// The facts stand in two tables, a row a family and a row a member; NULL is
// what nobody has observed. SQL's AND and OR are then Kleene's, as the rules'
// are. Two things SQL does differently, and engines differently from one
// another: arithmetic that leaves 64 bits, and division by zero. Both are
// guarded, so that they give NULL and never a wrong number or a failed
// statement; beside each value that may fail stands whether it lacks a fact,
// which tells the two reasons for NULL apart.
//
// The text is made of stages, never of nests: every value that is used more
// than once, and every value of members that is made one of a family, is a
// column of a materialised stage. The length of the text and the work are then
// in proportion to the rule.
package rulesql

import (
	"fmt"
	"slices"
	"strings"

	"gotong/internal/indicator"
	"gotong/internal/rule"
)

// Dialect is a database's way of speaking.
type Dialect int

// The dialects.
const (
	SQLite Dialect = iota
	Postgres
)

// The tables that a program reads. FamilyTable has the column n, the row of
// the family in its batch; MemberTable has n, and i, the row of the member.
// Both have a column for each fact, named by Column.
const (
	FamilyTable = "rule_family"
	MemberTable = "rule_member"
)

// Column returns the name of a fact's column.
func Column(i *indicator.Indicator) string { return fmt.Sprintf("v%d", i.No) }

// Program is a set of rules as SQL.
type Program struct {
	Facts   []*indicator.Indicator // columns that the tables must have, in order of their numbers
	Queries []Query
}

// Query answers some of the rules, all of the same subject. Its rows begin
// with the row of the family, or of the member where EachMember. Then, for
// each rule, comes for a Bool rule one column that is one of the Answer
// constants; for any other kind two, the value, NULL where it is not known,
// and an Answer: Yes where it is known, Failed or Unknown.
type Query struct {
	Text       string
	EachMember bool
	Rules      []int // places in the rules that were given
}

// The answers of a rule in a row.
const (
	Unknown = 0
	No      = 1
	Yes     = 2
	Failed  = 3
)

// maxColumns bounds the columns of one query, since engines do (SQLite at
// 2000, PostgreSQL at 1664), and keeps its stages narrow.
const maxColumns = 300

// Write writes rules as a program.
func Write(d Dialect, rules []*rule.Rule) Program {
	var p Program
	for _, each := range []bool{false, true} {
		var q *query
		flush := func() {
			if q != nil {
				p.Queries = append(p.Queries, q.write())
				p.Facts = append(p.Facts, q.facts()...)
			}
			q = nil
		}
		for i, r := range rules {
			if r.Subject().EachMember() != each {
				continue
			}
			if q == nil {
				q = newQuery(d, each)
			}
			if q.add(i, r); len(q.columns) > maxColumns {
				flush()
			}
		}
		flush()
	}
	slices.SortFunc(p.Facts, func(a, b *indicator.Indicator) int { return a.No - b.No })
	p.Facts = slices.Compact(p.Facts)
	return p
}

// query is a query while it is being planned.
type query struct {
	dialect Dialect
	each    bool
	rules   []int
	outputs []string
	output  *use
	columns []*column
	known   map[string]*column // by form
}

func newQuery(d Dialect, each bool) *query {
	return &query{dialect: d, each: each, output: newUse(), known: map[string]*column{}}
}

// add plans a rule.
func (q *query) add(place int, r *rule.Rule) {
	q.rules = append(q.rules, place)
	s := scope{space: families}
	if q.each {
		s = scope{space: members, alias: [2]string{"m", ""}}
	}
	f := r.Form()
	v := q.value(f, s, q.output)
	failed := ""
	if f.Fallible() {
		failed = fmt.Sprintf(" WHEN NOT %s THEN %d", q.missing(f, s, q.output), Failed)
	}
	if f.Kind() == rule.Bool {
		q.outputs = append(q.outputs, fmt.Sprintf("CASE WHEN %s THEN %d WHEN NOT %s THEN %d%s ELSE %d END", v, Yes, v, No, failed, Unknown))
		return
	}
	q.outputs = append(q.outputs, v, fmt.Sprintf("CASE WHEN %s IS NOT NULL THEN %d%s ELSE %d END", v, Yes, failed, Unknown))
}

// facts lists the facts that the query reads.
func (q *query) facts() []*indicator.Indicator {
	var all []*indicator.Indicator
	for _, c := range q.columns {
		if c.fact != nil {
			all = append(all, c.fact)
		}
	}
	return all
}

func paren(parts []string, with string) string { return "(" + strings.Join(parts, with) + ")" }
