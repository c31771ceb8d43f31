package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
)

// swaps are the operators that a mistake puts in another's place.
var swaps = map[token.Token]token.Token{
	token.LSS: token.LEQ, token.LEQ: token.LSS, token.GTR: token.GEQ, token.GEQ: token.GTR, token.EQL: token.NEQ, token.NEQ: token.EQL,
	token.ADD: token.SUB, token.SUB: token.ADD, token.MUL: token.QUO, token.QUO: token.MUL, token.LAND: token.LOR, token.LOR: token.LAND,
}

func (p *planter) walk() {
	ast.Inspect(p.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GenDecl:
			// What a constant or a type says must be known when it is built.
			return n.Tok == token.VAR
		case *ast.ArrayType:
			return false
		case *ast.IndexExpr: // of a type, or a slice whose bound is a constant
			return true
		case *ast.BinaryExpr:
			p.operator(n)
		case *ast.BasicLit:
			p.constant(n)
		case *ast.BlockStmt:
			for _, s := range n.List {
				p.statement(s)
			}
		case *ast.CaseClause:
			for _, s := range n.Body {
				p.statement(s)
			}
		}
		return true
	})
}

func (p *planter) offset(at token.Pos) int { return p.fset.Position(at).Offset }

// text is a piece of the source as it was.
func (p *planter) text(n ast.Node) string { return string(p.src[p.offset(n.Pos()):p.offset(n.End())]) }

// add plants a mistake in the place of an expression of a type.
func (p *planter) add(n ast.Expr, wrong, what string) {
	v := p.info.Types[n]
	if v.Type == nil {
		return
	}
	name, ok := p.named(v.Type)
	if !ok || v.Value != nil && !isLiteral(n) {
		return
	}
	no := p.number(n, what)
	p.edits = append(p.edits, edit{p.offset(n.Pos()), p.offset(n.End()), func(inner string) string {
		return fmt.Sprintf("func() %s { if mutated(%d) { return %s }; return %s }()", name, no, wrong, inner)
	}})
}

func isLiteral(n ast.Expr) bool { _, ok := n.(*ast.BasicLit); return ok }

func (p *planter) number(n ast.Node, what string) int {
	no := *p.next
	*p.next++
	p.found = append(p.found, mutant{no, p.name, p.fset.Position(n.Pos()).Line, what})
	return no
}

// named writes a type as this file may write it.
func (p *planter) named(t types.Type) (string, bool) {
	if b, ok := t.(*types.Basic); ok {
		if b.Kind() == types.UntypedBool {
			return "bool", true
		}
		return b.Name(), b.Info()&types.IsUntyped == 0
	}
	named, ok := t.(*types.Named)
	if !ok {
		return "", false
	}
	if named.Obj().Pkg() == p.pkg {
		return named.Obj().Name(), named.TypeArgs().Len() == 0
	}
	for _, i := range p.file.Imports {
		if path, _ := strconv.Unquote(i.Path.Value); i.Name == nil && named.Obj().Pkg() != nil && path == named.Obj().Pkg().Path() {
			return named.Obj().Pkg().Name() + "." + named.Obj().Name(), named.TypeArgs().Len() == 0
		}
	}
	return "", false
}

func (p *planter) operator(n *ast.BinaryExpr) {
	other, ok := swaps[n.Op]
	if !ok {
		return
	}
	if b, basic := p.info.Types[n.X].Type.Underlying().(*types.Basic); basic && b.Info()&types.IsString != 0 && n.Op == token.ADD {
		return
	}
	p.add(n, p.text(n.X)+" "+other.String()+" "+p.text(n.Y), fmt.Sprintf("%s becomes %s in %s", n.Op, other, p.text(n)))
}

func (p *planter) constant(n *ast.BasicLit) {
	if n.Kind == token.INT {
		p.add(n, n.Value+" + 1", n.Value+" becomes one more")
	}
}

// statement leaves out a call or an assignment.
func (p *planter) statement(s ast.Stmt) {
	switch x := s.(type) {
	case *ast.ExprStmt, *ast.IncDecStmt:
	case *ast.AssignStmt:
		if x.Tok == token.DEFINE {
			return
		}
	default:
		return
	}
	what := p.text(s)
	no := p.number(s, fmt.Sprintf("without %.60s", what))
	p.edits = append(p.edits, edit{p.offset(s.Pos()), p.offset(s.End()), func(inner string) string {
		return fmt.Sprintf("if !mutated(%d) { %s }", no, inner)
	}})
}
