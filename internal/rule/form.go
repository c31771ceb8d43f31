package rule

import (
	"fmt"
	"strings"

	"gotong/internal/column"
	"gotong/internal/indicator"
)

// Form is a part of a rule's typed form, as another reader sees it: an
// operation on values of known kinds. It has no names and no loops.
type Form struct{ expr *expr }

// Form returns the whole of the rule.
func (r *Rule) Form() Form { return Form{r.root} }

// Op returns the operation.
func (f Form) Op() Op { return f.expr.op }

// Kind returns the kind of the value.
func (f Form) Kind() Kind { return f.expr.kind }

// Args returns the operands.
func (f Form) Args() []Form { return forms(f.expr.args) }

// Filters returns, of an OpReduce, the conditions that a member must meet to
// be walked over, in their order.
func (f Form) Filters() []Form { return forms(f.expr.filters) }

// Value returns the value of an OpConst.
func (f Form) Value() int64 { return f.expr.value }

// Set returns the numbers of an OpIn, sorted.
func (f Form) Set() []int64 { return f.expr.set }

// Fact returns the indicator of an OpFact.
func (f Form) Fact() *indicator.Indicator { return f.expr.fact }

// Slot returns the variable of an OpFact of a member, or the one that an
// OpReduce walks with: 0 for the outer, 1 for one walked inside it.
func (f Form) Slot() int { return f.expr.slot }

// Reduction returns what an OpReduce makes of the members.
func (f Form) Reduction() Reduction { return f.expr.reduction }

// Uses reports whether the value depends on the member in a slot.
func (f Form) Uses(slot int) bool { return f.expr.uses>>slot&1 != 0 }

// Fallible reports whether the value may be impossible to compute though no
// fact is missing.
func (f Form) Fallible() bool { return f.expr.fallible }

// Key returns a text that is the same for forms with the same value in every
// row. With one variable it does not tell which of the two that is, since
// each stands for a member all the same.
func (f Form) Key() string {
	key := f.expr.String()
	if f.expr.uses == 2 {
		key = strings.ReplaceAll(key, "$1", "$0")
	}
	return fmt.Sprintf("%d %s", f.expr.uses.rows(), key)
}

func forms(es []*expr) []Form {
	all := make([]Form, len(es))
	for i, e := range es {
		all[i] = Form{e}
	}
	return all
}

// Values are a rule's answers for every row of a batch, from any reader.
type Values struct {
	Truths Truths         // of a Bool rule
	Column *column.Column // of a rule of any other kind
	Failed column.Bitmap  // rows that cannot be computed though no fact is missing; nil for none
}

// Values evaluates a rule of any kind over a batch.
func (k *Kernel) Values(b *column.Batch) Values {
	if k.kind == Bool {
		t := k.Truths(b)
		return Values{Truths: t, Failed: t.Failed}
	}
	c, failed := k.Numbers(b)
	return Values{Column: c, Failed: failed}
}
