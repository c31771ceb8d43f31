package rule

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/google/cel-go/cel"
	celast "github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"

	"gotong/internal/indicator"
)

// nameChecker finds names that nothing has, and says what was probably meant.
type nameChecker struct {
	env      *Env
	src      Source
	info     *celast.SourceInfo
	problems Problems
}

func (n *nameChecker) problem(e celast.Expr, key string, args ...any) {
	n.problems = append(n.problems, n.src.Problem(startOf(n.src, n.info, e), key, args...))
}

// walk looks at e and below. Members are the names that stand for a member.
func (n *nameChecker) walk(e celast.Expr, members map[string]bool) {
	switch e.Kind() {
	case celast.IdentKind:
		n.ident(e, members)
	case celast.SelectKind:
		n.selection(e, members)
	case celast.CallKind:
		call := e.AsCall()
		if !n.function(e, call.FunctionName()) {
			return // the names inside may be those it would have given
		}
		if call.IsMemberFunction() {
			n.walk(call.Target(), members)
		}
		for _, a := range call.Args() {
			n.walk(a, members)
		}
	case celast.ListKind:
		for _, a := range e.AsList().Elements() {
			n.walk(a, members)
		}
	case celast.ComprehensionKind:
		c := e.AsComprehension()
		n.walk(c.IterRange(), members)
		name := c.IterVar()
		if reserved[name] || members[name] {
			n.problem(e, "rule.taken", "name", name)
			return
		}
		inside := maps.Clone(members)
		inside[name] = true
		n.walk(c.LoopStep(), inside)
	}
}

var reserved = map[string]bool{"family": true, "members": true, "params": true, "person": true}

func (n *nameChecker) ident(e celast.Expr, members map[string]bool) {
	name := e.AsIdent()
	if name == "family" || name == "members" || name == "params" || members[name] || strings.HasPrefix(name, "@") {
		return
	}
	if name == "person" {
		n.problem(e, "rule.no_person")
		return
	}
	known := append(slices.Sorted(maps.Keys(members)), "family", "members", "params")
	n.unknown(e, "rule.unknown_name", name, Nearest(name, known))
}

// walks are the words that need a name for the member, and are no functions
// when they are written without.
var walks = []string{"exists", "all", "exists_one", "filter", "map"}

var functionNames = []string{"size", "sum", "min", "max", "date"}

func (n *nameChecker) function(e celast.Expr, name string) (ok bool) {
	_, operator := operators.FindReverse(name)
	switch {
	case operator || name == keep || slices.Contains(functionNames, name):
		return true
	case name == "has":
		n.problem(e, "rule.has")
	case slices.Contains(walks, name):
		n.problem(e, "rule.walk", "function", name)
	default:
		n.unknown(e, "rule.unknown_function", name, Nearest(name, slices.Concat(walks, functionNames)))
	}
	return false
}

func (n *nameChecker) selection(e celast.Expr, members map[string]bool) {
	s := e.AsSelect()
	if s.Operand().Kind() != celast.IdentKind {
		n.walk(s.Operand(), members)
		return
	}
	switch of, name := s.Operand().AsIdent(), s.FieldName(); {
	case of == "params":
		if _, ok := n.env.params[name]; !ok {
			n.unknown(e, "rule.unknown_param", name, Nearest(name, n.env.names))
		}
	case of == "family":
		n.fact(e, indicator.Family, name)
	case members[of]:
		n.fact(e, indicator.Person, name)
	default:
		n.ident(s.Operand(), members)
	}
}

func (n *nameChecker) fact(e celast.Expr, level indicator.Level, code string) {
	if i, ok := n.env.catalogue.Lookup(level, code); ok {
		switch {
		case !n.env.retired(i):
		case i.Instead != "":
			n.problem(e, "rule.retired_instead", "name", code, "from", i.Retired, "suggestion", i.Instead)
		default:
			n.problem(e, "rule.retired", "name", code, "from", i.Retired)
		}
		return
	}
	other, key := indicator.Person, "rule.fact_of_person"
	if level == indicator.Person {
		other, key = indicator.Family, "rule.fact_of_family"
	}
	if _, ok := n.env.catalogue.Lookup(other, code); ok {
		n.problem(e, key, "name", code)
		return
	}
	n.unknown(e, "rule.unknown_fact", code, n.env.catalogue.Nearest(level, code))
}

func (n *nameChecker) unknown(e celast.Expr, key, name, suggestion string) {
	if suggestion == "" {
		n.problem(e, key, "name", name)
		return
	}
	n.problem(e, key+"_near", "name", name, "suggestion", suggestion)
}

// Nearest returns the candidate that is the fewest edits from name, or
// nothing where all are so far that a suggestion would be a guess.
func Nearest(name string, candidates []string) string {
	best, least := "", len(name)/2+1
	for _, c := range candidates {
		if d := edits(name, c); d < least {
			best, least = c, d
		}
	}
	return best
}

// edits counts the letters to change, add or drop between a and b.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

func syntaxProblems(src Source, issues *cel.Issues) Problems {
	var p Problems
	for _, i := range issues.Errors() {
		p = append(p, src.Problem(offsetOf(src, i.Location), "rule.syntax", "detail", i.Message))
	}
	return InOrder(p)
}

// typeProblems puts the checker's findings into plain words. Where names have
// been found wrong already, its own findings about names are left out.
func typeProblems(src Source, issues *cel.Issues, named bool) Problems {
	var p Problems
	for _, i := range issues.Errors() {
		if named && (strings.HasPrefix(i.Message, "undeclared reference") || strings.HasPrefix(i.Message, "undefined field")) {
			continue // nameChecker has said it better
		}
		offset := offsetOf(src, i.Location)
		function, operands, ok := overload(i.Message)
		if !ok {
			p = append(p, src.Problem(offset, "rule.type", "detail", i.Message))
			continue
		}
		if strings.Contains(operands, "double") {
			p = append(p, src.Problem(offset, "rule.fraction"))
			continue
		}
		p = append(p, src.Problem(offset, "rule.mismatch", "operator", function, "operands", operands))
	}
	return InOrder(p)
}

// overload reads the checker's "found no matching overload for '_<_' applied
// to '(bool, int)'".
func overload(message string) (function, operands string, ok bool) {
	if _, err := fmt.Sscanf(message, "found no matching overload for %s applied to", &function); err != nil {
		return "", "", false
	}
	function = strings.Trim(function, "'")
	if symbol, found := operators.FindReverse(function); found {
		function = symbol
	}
	_, operands, ok = strings.Cut(message, "applied to ")
	operands = strings.Trim(operands, "'")
	for _, w := range []struct{ cel, plain string }{
		{"gotong.Family", "family"}, {"gotong.Person", "person"}, {"gotong.Params", "params"},
		{"gotong.Date", "date"}, {"string", "option"}, {"int", "number"},
	} {
		operands = strings.ReplaceAll(operands, w.cel, w.plain)
	}
	return function, operands, ok
}
