package rule

import (
	"errors"
	"fmt"
	"slices"

	"github.com/google/cel-go/common"
	celast "github.com/google/cel-go/common/ast"
)

// maxText is the length in bytes beyond which an expression is refused: what
// nobody can read, nobody can check.
const maxText = 10_000

// Compile checks an expression that is asked of a subject and has answers of
// the kind want, or of any kind. What is wrong comes back as Problems, all of
// it at once; any other error is a failure of the program.
func (e *Env) Compile(src Source, of Subject, want Kind) (*Rule, error) {
	if len(src.Text) > maxText {
		return nil, Problems{src.Problem(0, "rule.too_long", "most", maxText)}
	}
	checker := e.checkers[of]
	parsed, issues := checker.ParseSource(common.NewTextSource(src.Text))
	if issues.Err() != nil {
		return nil, syntaxProblems(src, issues)
	}
	// Names first: the checker's words about an unknown field help nobody.
	names := &nameChecker{env: e, src: src, info: parsed.NativeRep().SourceInfo()}
	names.walk(parsed.NativeRep().Expr(), scopeOf(of))
	checked, issues := checker.Check(parsed)
	if problems := append(names.problems, typeProblems(src, issues, len(names.problems) > 0)...); len(problems) > 0 {
		return nil, InOrder(problems)
	}

	t := &translator{env: e, src: src, ast: checked.NativeRep()}
	if of.EachMember() {
		t.variables = []string{of.variable}
	}
	root := t.expr(checked.NativeRep().Expr())
	if root != nil && want != Any && root.kind != want {
		t.problem(root.offset, "rule.result."+want.String())
	}
	if len(t.problems) > 0 {
		return nil, t.sorted()
	}
	r := &Rule{source: src, subject: of, root: root, meaning: of.variable + " " + root.String(), ast: checked, env: e, facts: t.facts, literals: t.literals}
	var err error
	if r.interpreter, err = newInterpreter(r); err != nil {
		return nil, fmt.Errorf("rule: planning %q: %w", src.Text, err)
	}
	r.kernel = newKernel(root, of)
	return r, nil
}

// InOrder returns the problems of one file in the order of their places.
func InOrder(p Problems) Problems {
	arg := func(i int, name string) int {
		for j := 0; j+1 < len(p[i].Args); j += 2 {
			if p[i].Args[j] == name {
				return p[i].Args[j+1].(int)
			}
		}
		return 0
	}
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		if d := arg(a, "line") - arg(b, "line"); d != 0 {
			return d
		}
		return arg(a, "column") - arg(b, "column")
	})
	sorted := make(Problems, len(p))
	for i, j := range order {
		sorted[i] = p[j]
	}
	return sorted
}

// offsetOf returns the rune offset of a location that the parser gives.
func offsetOf(src Source, at common.Location) int {
	if at == nil || at.Line() < 1 {
		return 0
	}
	line := 1
	runes := []rune(src.Text)
	for i, r := range runes {
		if line == at.Line() {
			return min(i+at.Column(), len(runes))
		}
		if r == '\n' {
			line++
		}
	}
	return len(runes)
}

// startOf returns the rune offset of a node, and for a selection that of the
// field's name, where the parser gives the dot.
func startOf(src Source, info *celast.SourceInfo, e celast.Expr) int {
	offset := offsetOf(src, info.GetStartLocation(e.ID()))
	if e.Kind() != celast.SelectKind {
		return offset
	}
	runes := []rune(src.Text)
	for offset < len(runes) && (runes[offset] == '.' || runes[offset] == ' ' || runes[offset] == '\n' || runes[offset] == '\t') {
		offset++
	}
	return offset
}

// AsProblems returns the problems in err's chain, and whether there are any.
func AsProblems(err error) (Problems, bool) {
	var p Problems
	ok := errors.As(err, &p)
	return p, ok
}

func scopeOf(of Subject) map[string]bool {
	if of.EachMember() {
		return map[string]bool{of.variable: true}
	}
	return map[string]bool{}
}
