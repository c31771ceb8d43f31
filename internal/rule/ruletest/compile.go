package ruletest

import (
	"gotong/internal/column"
	"gotong/internal/rule"
)

// TB is what rapid's tests and the standard ones have in common.
type TB interface {
	Helper()
	Fatalf(format string, args ...any)
}

// Rule compiles a random rule, and reports whether it can ever be computed.
func Rule(t TB, e *rule.Env, pick Pick, of rule.Subject, kind rule.Kind) (*rule.Rule, bool) {
	t.Helper()
	text := Text(pick, of, kind)
	r, err := e.Compile(rule.Source{Text: text}, of, kind)
	problems, ok := rule.AsProblems(err)
	if err != nil && !ok {
		t.Fatalf("%s\n%v", text, err)
	}
	for _, p := range problems {
		switch p.Key {
		case "rule.overflow", "rule.by_zero", "rule.syntax": // that of -(-9223372036854775808)
		case "rule.units": // a count of persons times another
		default:
			t.Fatalf("%s\n%v", text, err)
		}
	}
	return r, err == nil
}

// Subjects lists the family and member of each row of a rule's answers.
func Subjects(r *rule.Rule, b *column.Batch) (rows [][2]int) {
	for f := range b.Families.Rows {
		if !r.Subject().EachMember() {
			rows = append(rows, [2]int{f, rule.NoMember})
			continue
		}
		from, to := b.MembersOf(f)
		for m := range to - from {
			rows = append(rows, [2]int{f, m})
		}
	}
	return rows
}
