package rule

import (
	"fmt"
	"slices"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"

	"gotong/internal/column"
	"gotong/internal/indicator"
)

// Truth is an answer of three.
type Truth uint8

// The answers. The zero Truth is Unknown, so that what was never asked is
// never taken for a refusal.
const (
	Unknown Truth = iota
	No
	Yes
)

// String returns unknown, no or yes.
func (t Truth) String() string { return [...]string{"unknown", "no", "yes"}[t] }

// MarshalText writes the answer's name.
func (t Truth) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// Of returns Yes or No.
func Of(b bool) Truth {
	if b {
		return Yes
	}
	return No
}

// Not is Kleene's negation.
func (t Truth) Not() Truth { return [...]Truth{Unknown, Yes, No}[t] }

// And is Kleene's conjunction.
func (t Truth) And(u Truth) Truth {
	switch {
	case t == No || u == No:
		return No
	case t == Yes && u == Yes:
		return Yes
	}
	return Unknown
}

// Or is Kleene's disjunction.
func (t Truth) Or(u Truth) Truth { return t.Not().And(u.Not()).Not() }

// NoMember is the member of a family's own fact.
const NoMember = -1

// Reading is a fact that was looked at.
type Reading struct {
	Indicator *indicator.Indicator
	Member    int // place among the family's members, from 0; NoMember for a family's fact
	Value     int64
	Known     bool
}

// Answer is what a rule says of one family or member, and from what.
type Answer struct {
	Truth Truth // of a Bool rule
	Value int64 // of any other, where Known
	Known bool  // false for Unknown

	// Read are the facts looked at, in the order of looking. A conjunction
	// that fails early does not look at its later terms.
	Read []Reading
	// Missing are those of Read whose absence made the answer unknown: what
	// to collect.
	Missing []Reading
	// Incomputable is true where facts are all there and the arithmetic fails.
	Incomputable bool
}

// Interpreter answers a rule for one family, by cel-go. It is safe for
// concurrent use.
type Interpreter struct {
	rule    *Rule
	program cel.Program
}

func newInterpreter(r *Rule) (*Interpreter, error) {
	p, err := r.env.checkers[r.subject].Program(r.ast,
		cel.EvalOptions(cel.OptOptimize), cel.CustomDecoratorV2(askAll))
	return &Interpreter{rule: r, program: p}, err
}

// Ask answers the rule for a family of a batch; for a rule that is asked of
// each member, for the member at a place among its family's, from 0.
func (in *Interpreter) Ask(b *column.Batch, family, member int) Answer {
	q := newQuestion(in.rule, b, family, member)
	// An error is already the value, as are unknowns.
	v, _, _ := in.program.Eval(q)
	return q.answer(v)
}

// question is an activation of one family's facts that notes what is read.
type question struct {
	rule    *Rule
	family  *row
	members []*row
	subject *row
	seen    map[int64]int // place in read, by factID
	read    []Reading
}

func newQuestion(r *Rule, b *column.Batch, family, member int) *question {
	q := &question{rule: r, seen: map[int64]int{}}
	q.family = &row{question: q, table: b.Families, at: family, member: NoMember}
	from, to := b.MembersOf(family)
	for i := from; i < to; i++ {
		q.members = append(q.members, &row{question: q, table: b.Members, at: i, member: i - from})
	}
	if r.subject.EachMember() {
		q.subject = q.members[member]
	}
	return q
}

// ResolveName implements cel.Activation.
func (q *question) ResolveName(name string) (any, bool) {
	switch name {
	case "family", "params": // parameters are the same in every row
		return q.family, true
	case "members":
		vals := make([]ref.Val, len(q.members))
		for i, m := range q.members {
			vals[i] = m
		}
		return types.NewRefValList(q.rule.env.provider, vals), true
	case q.rule.subject.variable:
		return q.subject, q.subject != nil
	}
	return nil, false
}

// Parent implements cel.Activation.
func (q *question) Parent() cel.Activation { return nil }

func (q *question) answer(v ref.Val) Answer {
	a := Answer{Read: q.read}
	switch v := v.(type) {
	case types.Bool:
		a.Truth, a.Known = Of(bool(v)), true
	case types.Int:
		a.Value, a.Known = int64(v), true
	case day:
		a.Value, a.Known = int64(v), true
	case types.String:
		o, ok := q.rule.root.fact.OptionCode(string(v))
		a.Value, a.Known = o.No, ok
	case *types.Unknown:
		for _, id := range v.IDs() {
			a.Missing = append(a.Missing, q.read[q.seen[id]])
		}
		slices.SortStableFunc(a.Missing, func(x, y Reading) int { return q.seen[x.id()] - q.seen[y.id()] })
	default:
		a.Incomputable = true
	}
	return a
}

// id numbers a fact of a member or of the family, as cel-go's unknowns carry it.
func (r Reading) id() int64 { return int64(r.Member+1)<<32 | int64(r.Indicator.No) }

// String writes a reading as rules name it, with its value or a question mark.
func (r Reading) String() string {
	value := "?"
	if r.Known {
		value = fmt.Sprint(r.Value)
	}
	if r.Member == NoMember {
		return fmt.Sprintf("family.%s=%s", r.Indicator.Code, value)
	}
	return fmt.Sprintf("members[%d].%s=%s", r.Member, r.Indicator.Code, value)
}
