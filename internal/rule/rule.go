// Package rule is the language in which policy is written: CEL, checked
// against the indicator catalogue, and read in more than one way.
//
// A rule sees
//
//	family.<code>   a fact of the family
//	members         its members, in their order: exists, all, exists_one,
//	                filter, map(…).sum() .min() .max(), size
//	m.<code>        a fact of a member named in such a walk
//	person.<code>   a fact of the candidate, in a rule asked of each person
//	params.<name>   a parameter of the programme
//
// and joins them with && || ! ?: == != < <= > >= in + - * / % min max and
// date("2025-01-31"). There are whole numbers, rupiah, days, yes or no, and
// options of a choice, which are compared with their codes in quotes. There
// are no fractions, since two machines may round them differently.
//
// What nobody has observed is neither yes nor no. Truth has three values, as
// Kleene's: false && unknown is false, true || unknown is true, exists is
// true once one member is; anything else that needs a missing fact is
// unknown, and so is a sum that leaves 64 bits, a division by zero or the
// least of nothing, which cannot be computed. A rule in which that is certain
// beforehand is refused.
//
// What cannot be computed is told apart from what lacks a fact: collecting
// does not cure it. Where both are true of a rule, it lacks the fact.
//
// A rule has three readers. Interpreter asks cel-go about one family and tells
// which facts were looked at and which were missing; it shares nothing with
// the others but the checked syntax tree. Kernel evaluates our own typed form,
// which has no loops and no names, over a column.Batch, bitmap by bitmap.
// Package rulesql writes the typed form as SQL, and ruledb asks a database.
// Random rules over random families hold the three to the same answers.
package rule

import (
	"github.com/google/cel-go/cel"

	"gotong/internal/fault"
	"gotong/internal/indicator"
)

// Kind is the kind of value a rule or a part of it has.
type Kind uint8

// The kinds. Any is only asked for, never had.
const (
	Any    Kind = iota
	Bool        // yes or no
	Number      // a whole number, or rupiah
	Date        // a day
	Option      // an option of a choice
)

// String returns the kind's name, which is also the end of its message key.
func (k Kind) String() string {
	return [...]string{"any", "bool", "number", "date", "option"}[k]
}

// Subject is what a rule is asked of: each family, or each member of it.
type Subject struct{ variable string }

// The subjects. A rule of Person calls the one it is asked of person, a rule
// of Member calls it m; both have one answer for each member row of a batch.
var (
	Family = Subject{}
	Person = Subject{"person"}
	Member = Subject{"m"}
)

// EachMember reports whether a rule of s is asked of each member rather than
// of the family.
func (s Subject) EachMember() bool { return s.variable != "" }

// Fact names an indicator at its level.
type Fact struct {
	Level indicator.Level
	Code  string
}

// Rule is a checked expression, ready to be read.
type Rule struct {
	meaning  string
	source   Source
	subject  Subject
	root     *expr
	ast      *cel.Ast
	env      *Env
	facts    []Fact
	literals []int

	interpreter *Interpreter
	kernel      *Kernel
}

// Text returns the expression as written.
func (r *Rule) Text() string { return r.source.Text }

// Kind returns the kind of the rule's answers.
func (r *Rule) Kind() Kind { return r.root.kind }

// Subject returns what the rule is asked of.
func (r *Rule) Subject() Subject { return r.subject }

// Facts returns the facts that the rule mentions, in order of their first
// mention.
func (r *Rule) Facts() []Fact { return r.facts }

// Literals returns the rune offsets of the numbers written out in the rule,
// for places in which policy wants every number to be a parameter.
func (r *Rule) Literals() []int { return r.literals }

// Constant returns the rule's value where it depends on no fact.
func (r *Rule) Constant() (int64, bool) { return r.root.value, r.root.op == OpConst }

// Problem returns a problem at a rune offset of the rule's text.
func (r *Rule) Problem(offset int, key string, args ...any) *fault.Error {
	return r.source.Problem(offset, key, args...)
}

// Place returns where the rule is written, for people: file:line:column
// (clause).
func (r *Rule) Place() string {
	line, column := r.source.place(0)
	return At(r.source.File, line, column, r.source.Clause)
}

// Interpreter returns the reader for one family at a time.
func (r *Rule) Interpreter() *Interpreter { return r.interpreter }

// Kernel returns the reader for whole batches.
func (r *Rule) Kernel() *Kernel { return r.kernel }
