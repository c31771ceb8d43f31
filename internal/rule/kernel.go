package rule

import (
	"fmt"
	"sync"

	"gotong/internal/column"
	"gotong/internal/indicator"
)

// blockFamilies is how many families a kernel takes at a time: few enough
// that a rule's values stay in the processor's cache, and a multiple of 64,
// so that families' bitmaps can be used where they lie.
const blockFamilies = 1024

// Kernel evaluates a rule over batches. Its answers depend on the batch
// alone, not on blocks or order of work. It is safe for concurrent use.
type Kernel struct {
	steps   []step
	subject Subject
	kind    Kind
	pairs   bool // some step has a row for each pair of members
	frames  sync.Pool
}

// step computes one register from earlier ones, for every row of a block.
type step struct {
	op        Op
	kind      Kind
	rows      rowKind
	uses      slots
	args      []int // registers
	filters   []int // OpReduce
	fact      *indicator.Indicator
	value     int64
	set       []int64
	reduction Reduction
	fallible  bool
	inverted  bool // opLtConst, opGtConst: the answer is the contrary
	inner     bool // opWiden from members to pairs: by the inner variable
}

// Operations that only a kernel has.
const (
	opWiden   = OpReduce + 1 + iota // a value repeated for each row of finer rows
	opEqConst                       // comparison of a number with value
	opLtConst
	opGtConst
)

// Truths are the answers of a Bool rule: row i is yes where Yes has bit i,
// no where only Known has it, and unknown where neither has.
type Truths struct {
	Yes, Known column.Bitmap

	// Failed has the rows that are unknown though no fact is missing: what
	// they say cannot be computed. Nil where the rule cannot fail.
	Failed column.Bitmap
}

// At returns the answer of row i.
func (t Truths) At(i int) Truth {
	switch {
	case t.Yes.Get(i):
		return Yes
	case t.Known.Get(i):
		return No
	}
	return Unknown
}

// And makes t Kleene's conjunction of t and u, row by row.
func (t Truths) And(u Truths) {
	for w := range t.Yes {
		no := t.Known[w]&^t.Yes[w] | u.Known[w]&^u.Yes[w]
		t.Yes[w] &= u.Yes[w]
		t.Known[w] = t.Yes[w] | no
	}
}

// AndNot makes t Kleene's conjunction of t and the contrary of u, row by row.
func (t Truths) AndNot(u Truths) {
	for w := range t.Yes {
		no := t.Known[w]&^t.Yes[w] | u.Yes[w]
		t.Yes[w] &= u.Known[w] &^ u.Yes[w]
		t.Known[w] = t.Yes[w] | no
	}
}

// Rows returns how many answers a kernel has for a batch.
func (k *Kernel) Rows(b *column.Batch) int {
	if k.subject.EachMember() {
		return b.Members.Rows
	}
	return b.Families.Rows
}

// Truths evaluates a Bool rule. It panics on a rule of another kind.
func (k *Kernel) Truths(b *column.Batch) Truths {
	if k.kind != Bool {
		panic(fmt.Sprintf("rule: truths of a rule whose answers are of kind %s", k.kind))
	}
	n := k.Rows(b)
	t := Truths{Yes: column.NewBitmap(n), Known: column.NewBitmap(n)}
	t.Failed = k.failed(n)
	k.each(b, func(at, n int, r *register) {
		if at%64 == 0 { // always so where families are asked about
			yes, known := t.Yes[at/64:at/64+len(r.yes)], t.Known[at/64:at/64+len(r.yes)]
			for w, v := range r.yes {
				yes[w], known[w] = yes[w]|v, known[w]|v|r.no[w]
			}
		} else {
			orBits(t.Yes, at, r.yes, n)
			orBits(t.Known, at, r.yes, n)
			orBits(t.Known, at, r.no, n)
		}
		if r.bad != nil {
			orBits(t.Failed, at, r.bad, n)
		}
	})
	return t
}

// failed returns room for the rows that cannot be computed, or nil where
// there can be none.
func (k *Kernel) failed(n int) column.Bitmap {
	if !k.steps[len(k.steps)-1].fallible {
		return nil
	}
	return column.NewBitmap(n)
}

// Column evaluates a rule of any other kind: numbers, days, or numbers of
// options. It panics on a Bool rule.
func (k *Kernel) Column(b *column.Batch) *column.Column {
	c, _ := k.Numbers(b)
	return c
}

// Numbers is Column with the rows that cannot be computed though no fact is
// missing; nil where the rule cannot fail.
func (k *Kernel) Numbers(b *column.Batch) (*column.Column, column.Bitmap) {
	c := column.New(k.Rows(b))
	return c, k.NumbersInto(c, b)
}

// NumbersInto is Numbers into a column of as many rows of which none is known.
func (k *Kernel) NumbersInto(c *column.Column, b *column.Batch) column.Bitmap {
	if k.kind == Bool {
		panic("rule: column of a rule whose answers are of kind bool")
	}
	failed := k.failed(len(c.Values))
	k.each(b, func(at, n int, r *register) {
		orBits(c.Known, at, r.known, n)
		if r.bad != nil {
			orBits(failed, at, r.bad, n)
		}
		maskInto(c.Values[at:at+n], r.numbers()[:n], r.known)
	})
	return failed
}

// maskInto copies numbers, and zero where they are not known.
func maskInto(out, nums []int64, known []uint64) {
	for w, k := range known {
		from, to := block(nums, w), block(out, w)
		switch k {
		case 0:
			clear(to)
		case ^uint64(0):
			copy(to, from)
		default:
			for i, v := range from {
				to[i] = v & -int64(k>>uint(i&63)&1)
			}
		}
	}
}

// each runs the steps over the blocks of a batch and hands out the answers:
// n rows from row at on.
func (k *Kernel) each(b *column.Batch, answers func(at, n int, r *register)) {
	f, _ := k.frames.Get().(*frame)
	if f == nil {
		f = &frame{registers: make([]register, len(k.steps))}
	}
	defer k.frames.Put(f)
	for from := 0; from < b.Families.Rows; from += blockFamilies {
		f.shape(b, from, min(from+blockFamilies, b.Families.Rows), k.pairs)
		for i := range k.steps {
			f.run(&k.steps[i], &f.registers[i])
		}
		at := from
		if k.subject.EachMember() {
			at = f.firstMember
		}
		answers(at, f.rows[k.steps[len(k.steps)-1].rows], &f.registers[len(k.steps)-1])
	}
	f.release()
}

func newKernel(root *expr, of Subject) *Kernel {
	k := &Kernel{subject: of, kind: root.kind}
	c := &planner{kernel: k, done: map[string]int{}}
	var uses slots
	if of.EachMember() {
		uses = 1
	}
	c.plan(root, uses|root.uses) // the root is no part of itself, so it is the last step
	return k
}

// planner puts the nodes of a typed form in an order in which each comes
// after its parts, and equal ones once.
type planner struct {
	kernel *Kernel
	done   map[string]int
}

// plan returns the register of e with a row for each row of uses.
func (p *planner) plan(e *expr, uses slots) int {
	if e.op == OpConst {
		return p.add(fmt.Sprintf("%s/%d", e, uses.rows()), step{op: OpConst, kind: e.kind, value: e.value, uses: uses})
	}
	key := e.String()
	at, ok := p.done[key]
	if !ok {
		at = p.add(key, p.step(e))
	}
	return p.widen(key, at, uses)
}

func (p *planner) step(e *expr) step {
	s := step{
		op: e.op, kind: e.kind, uses: e.uses, fact: e.fact,
		value: e.value, set: e.set, reduction: e.reduction, fallible: e.fallible,
	}
	inside := e.uses
	switch e.op {
	case OpReduce:
		inside = usesOf(e.args...) | usesOf(e.filters...) | 1<<e.slot
	case OpEq, OpLt, OpLe:
		if s, ok := p.againstConst(e); ok {
			return s
		}
	}
	for _, f := range e.filters {
		s.filters = append(s.filters, p.plan(f, inside))
	}
	for _, a := range e.args {
		s.args = append(s.args, p.plan(a, inside))
	}
	return s
}

// againstConst plans a comparison of numbers of which one is written out: it
// needs no register of that number for every row.
func (p *planner) againstConst(e *expr) (step, bool) {
	x, c := e.args[0], e.args[1]
	swapped := x.op == OpConst
	if swapped {
		x, c = c, x
	}
	if c.op != OpConst || x.op == OpConst || x.kind == Bool {
		return step{}, false
	}
	s := step{op: opLtConst, kind: Bool, uses: e.uses, value: c.value, fallible: e.fallible}
	switch {
	case e.op == OpEq:
		s.op = opEqConst
	case e.op == OpLt && swapped: // c < x
		s.op = opGtConst
	case e.op == OpLe && swapped: // c ≤ x is not x < c
		s.inverted = true
	case e.op == OpLe:
		s.op, s.inverted = opGtConst, true
	}
	s.args = []int{p.plan(x, e.uses)}
	return s, true
}

// widen returns a register that holds that of at for each row of uses.
func (p *planner) widen(key string, at int, uses slots) int {
	s := p.kernel.steps[at]
	if s.rows == uses.rows() {
		return at
	}
	if s.rows == familyRows && uses.rows() == pairRows {
		at = p.widen(key, at, 1)
		s = p.kernel.steps[at]
	}
	inner := s.rows == memberRows && s.uses == 2
	return p.add(fmt.Sprintf("%s>%d%v", key, uses.rows(), inner),
		step{op: opWiden, kind: s.kind, uses: uses, args: []int{at}, inner: inner, fallible: s.fallible})
}

func (p *planner) add(key string, s step) int {
	if at, ok := p.done[key]; ok {
		return at
	}
	s.rows = s.uses.rows()
	p.kernel.pairs = p.kernel.pairs || s.rows == pairRows
	p.kernel.steps = append(p.kernel.steps, s)
	p.done[key] = len(p.kernel.steps) - 1
	return p.done[key]
}
