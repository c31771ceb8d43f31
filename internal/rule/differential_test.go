package rule

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"gotong/internal/civil"
	"gotong/internal/column"
	"gotong/internal/indicator"
)

var (
	edge      = civil.MustParse("2024-02-29")
	edgeParam = []Param{
		{Name: "few", Kind: Number, Value: 4},
		{Name: "many", Kind: Number, Value: math.MaxInt64 - 2, Money: true},
		{Name: "on", Kind: Bool, Value: 1},
		{Name: "since", Kind: Date, Value: int64(edge)},
		{Name: "stage", Kind: Option, Texts: []string{"sma"}},
		{Name: "stages", Kind: Option, List: true, Texts: []string{"sd", "smp"}},
	}
	numbersHere = []int64{0, 1, -1, 3, 4, 5, 59, 60, 61, math.MaxInt64, math.MinInt64, math.MaxInt64 - 2, 1 << 40}
)

// writer writes random rules that are well typed.
type writer struct {
	t    *rapid.T
	vars []string
}

func (w *writer) pick(options ...func() string) string {
	return options[rapid.IntRange(0, len(options)-1).Draw(w.t, "branch")]()
}

func (w *writer) of(words ...string) string { return rapid.SampledFrom(words).Draw(w.t, "word") }

// fact returns a fact of the family or of a member in scope.
func (w *writer) fact(family, person []string) string {
	var all []string
	for _, c := range family {
		all = append(all, "family."+c)
	}
	for _, v := range w.vars {
		for _, c := range person {
			all = append(all, v+"."+c)
		}
	}
	return w.of(all...)
}

func (w *writer) flag() string {
	return w.fact([]string{"urban", "received_pkh"}, []string{"pregnant", "working"})
}
func (w *writer) count() string {
	return w.fact([]string{"decile", "income_total", "floor_area"}, []string{"age", "income"})
}
func (w *writer) when() string { return w.fact([]string{"last_pkh", "last_bpnt"}, []string{"born"}) }

func (w *writer) bool(depth int) string {
	leaves := []func() string{
		w.flag,
		w.flag,
		func() string { return w.of("true", "false", "params.on") },
		func() string {
			return "(" + w.fact([]string{"floor"}, nil) + w.of(" == ", " != ") + w.of(`"earth"`, `"ceramic"`) + ")"
		},
		func() string { return "(" + w.fact([]string{"floor"}, nil) + ` in ["earth", "bamboo"])` },
		func() string {
			return "(" + w.when() + w.of(" < ", " <= ", " == ", " >= ", " > ") + w.of("params.since", `date("2024-02-28")`, w.when()) + ")"
		},
	}
	if len(w.vars) > 0 {
		leaves = append(leaves, func() string {
			v := w.of(w.vars...)
			return "(" + v + w.of(`.school in params.stages`, `.school == params.stage`, `.school != "sma"`,
				`.difficulty_sight == `+w.of(w.vars...)+`.difficulty_walking`) + ")"
		})
	}
	if depth == 0 {
		return w.pick(leaves...)
	}
	more := []func() string{
		func() string { return "(" + w.bool(depth-1) + w.of(" && ", " || ") + w.bool(depth-1) + ")" },
		func() string { return "(" + w.bool(depth-1) + w.of(" && ", " || ") + w.bool(depth-1) + ")" },
		func() string { return "!(" + w.bool(depth-1) + ")" },
		func() string {
			return "(" + w.number(depth-1) + w.of(" < ", " <= ", " == ", " != ", " >= ", " > ") + w.number(depth-1) + ")"
		},
		func() string { return "(" + w.number(depth-1) + " in [3, params.few, -1])" },
		func() string {
			return "(" + w.bool(depth-1) + " ? " + w.bool(depth-1) + " : " + w.bool(depth-1) + ")"
		},
		func() string { return "(" + w.bool(depth-1) + w.of(" == ", " != ") + w.bool(depth-1) + ")" },
		func() string { return "(" + w.bool(depth-1) + " in [true])" },
	}
	if len(w.vars) < maxSlots {
		more = append(more, func() string {
			how := w.of("exists", "all", "exists_one")
			return w.members(depth) + "." + how + w.over(func() string { return w.bool(depth - 1) })
		})
	}
	return w.pick(append(more, leaves...)...)
}

func (w *writer) number(depth int) string {
	leaves := []func() string{
		w.count,
		w.count,
		func() string {
			return fmt.Sprintf("(%d)", rapid.SampledFrom(numbersHere).Draw(w.t, "number"))
		},
		func() string { return w.of("params.few", "params.many") },
	}
	if depth == 0 {
		return w.pick(leaves...)
	}
	more := []func() string{
		func() string {
			return "(" + w.number(depth-1) + w.of(" + ", " - ", " * ", " / ", " % ") + w.number(depth-1) + ")"
		},
		func() string { return "-(" + w.number(depth-1) + ")" },
		func() string { return w.of("min", "max") + "(" + w.number(depth-1) + ", " + w.number(depth-1) + ")" },
		func() string {
			return "(" + w.bool(depth-1) + " ? " + w.number(depth-1) + " : " + w.number(depth-1) + ")"
		},
	}
	if len(w.vars) < maxSlots {
		more = append(more,
			func() string { return w.members(depth) + ".size()" },
			func() string {
				how := w.of("sum", "min", "max")
				return w.members(depth) + ".map" + w.over(func() string { return w.number(depth - 1) }) + "." + how + "()"
			})
	}
	return w.pick(append(more, leaves...)...)
}

// members writes what is walked over.
func (w *writer) members(depth int) string {
	s := "members"
	for range rapid.IntRange(0, 2).Draw(w.t, "filters") {
		s += ".filter" + w.over(func() string { return w.bool(depth - 1) })
	}
	return s
}

// over writes (x, …) with a new name for the member.
func (w *writer) over(body func() string) string {
	name := []string{"x", "y", "z"}[len(w.vars)]
	w.vars = append(w.vars, name)
	defer func() { w.vars = w.vars[:len(w.vars)-1] }()
	return "(" + name + ", " + body() + ")"
}

// codes are the facts that writer uses, with the values that decide.
var codes = map[indicator.Level]map[string][]int64{
	indicator.Family: {
		"urban": {0, 1}, "received_pkh": {0, 1}, "floor": {2, 7, 8, 77},
		"decile": {1, 3, 4, 5, 10}, "income_total": numbersHere, "floor_area": numbersHere,
		"last_pkh": {int64(edge) - 1, int64(edge), int64(edge) + 1}, "last_bpnt": {int64(edge)},
	},
	indicator.Person: {
		"pregnant": {0, 1}, "working": {0, 1}, "school": {0, 2, 4, 99}, "age": {0, 4, 59, 60, 61},
		"income": numbersHere, "born": {int64(edge), int64(edge) - 1},
		"difficulty_sight": {1, 4}, "difficulty_walking": {1, 4},
	},
}

// drawBatch draws families of zero to five members, with facts and columns
// missing.
func drawBatch(t *rapid.T) *column.Batch {
	sizes := rapid.SliceOfN(rapid.IntRange(0, 5), 1, 40).Draw(t, "sizes")
	b := &column.Batch{Offsets: []int32{0}}
	n := 0
	for _, s := range sizes {
		n += s
		b.Offsets = append(b.Offsets, int32(n))
	}
	b.Families, b.Members = column.NewTable(len(sizes)), column.NewTable(n)
	fill := func(table *column.Table, facts map[string][]int64) {
		names := make([]string, 0, len(facts))
		for c := range facts {
			names = append(names, c)
		}
		slices.Sort(names)
		for _, code := range names {
			if rapid.IntRange(0, 9).Draw(t, code+" asked") == 0 {
				continue
			}
			c := table.Add(code)
			for i := range table.Rows {
				if v := rapid.IntRange(-2, len(facts[code])-1).Draw(t, code); v >= 0 {
					c.Set(i, facts[code][v])
				}
			}
		}
	}
	fill(b.Families, codes[indicator.Family])
	fill(b.Members, codes[indicator.Person])
	return b
}

func testEnv(t testing.TB) *Env {
	e, err := NewEnv(indicator.Default(), edgeParam)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// draw draws a rule, or skips where it can never be computed.
func draw(t *rapid.T, e *Env, of Subject, want Kind) *Rule {
	w := &writer{t: t}
	if of.EachMember() {
		w.vars = []string{of.variable}
	}
	text := ""
	if depth := rapid.IntRange(1, 3).Draw(t, "depth"); want == Bool {
		text = w.bool(depth)
	} else {
		text = w.number(depth)
	}
	r, err := e.Compile(Source{Text: text}, of, want)
	if p, ok := AsProblems(err); ok {
		for _, problem := range p {
			if problem.Key != "rule.overflow" && problem.Key != "rule.by_zero" && problem.Key != "rule.syntax" {
				t.Fatalf("%s\n%v", text, err)
			}
		}
		t.Skip(text)
	} else if err != nil {
		t.Fatalf("%s\n%v", text, err)
	}
	return r
}

// subjects lists the family and member of each row of a rule's answers.
func subjects(r *Rule, b *column.Batch) (rows [][2]int) {
	for f := range b.Families.Rows {
		if !r.Subject().EachMember() {
			rows = append(rows, [2]int{f, NoMember})
			continue
		}
		from, to := b.MembersOf(f)
		for m := range to - from {
			rows = append(rows, [2]int{f, m})
		}
	}
	return rows
}

func TestBothReadersGiveTheSameAnswers(t *testing.T) {
	e := testEnv(t)
	rapid.Check(t, func(t *rapid.T) {
		of := rapid.SampledFrom([]Subject{Family, Person, Member}).Draw(t, "subject")
		kind := rapid.SampledFrom([]Kind{Bool, Number}).Draw(t, "kind")
		r, b := draw(t, e, of, kind), drawBatch(t)
		var truths Truths
		var numbers *column.Column
		var failed column.Bitmap
		if kind == Bool {
			truths = r.Kernel().Truths(b)
			failed = truths.Failed
		} else {
			numbers, failed = r.Kernel().Numbers(b)
		}
		for row, s := range subjects(r, b) {
			want := r.Interpreter().Ask(b, s[0], s[1])
			if !want.Known && !want.Incomputable && len(want.Missing) == 0 {
				t.Fatalf("%s\nfamily %d member %d: unknown, and nothing to collect", r.Text(), s[0], s[1])
			}
			if bad := failed != nil && failed.Get(row); bad != want.Incomputable {
				t.Fatalf("%s\n%s\nfamily %d member %d: kernel failed %v, interpreter %v, missing %v, from %v", r.Text(), r.root, s[0], s[1], bad, want.Incomputable, want.Missing, want.Read)
			}
			if kind == Bool {
				if got := truths.At(row); got != want.Truth {
					t.Fatalf("%s\n%s\nfamily %d member %d: kernel %s, interpreter %s, from %v", r.Text(), r.root, s[0], s[1], got, want.Truth, want.Read)
				}
				continue
			}
			if v, ok := numbers.At(row); v != want.Value || ok != want.Known {
				t.Fatalf("%s\n%s\nfamily %d member %d: kernel %d %v, interpreter %d %v, from %v", r.Text(), r.root, s[0], s[1], v, ok, want.Value, want.Known, want.Read)
			}
		}
	})
}

// A known answer must not depend on what is missing: whatever the missing
// facts turn out to be, it stays.
func TestWhatIsMissingDoesNotChangeAKnownAnswer(t *testing.T) {
	e := testEnv(t)
	rapid.Check(t, func(t *rapid.T) {
		r, b := draw(t, e, Family, Bool), drawBatch(t)
		before := r.Kernel().Truths(b)
		fillIn(t, b.Families, codes[indicator.Family])
		fillIn(t, b.Members, codes[indicator.Person])
		after := r.Kernel().Truths(b)
		for i := range b.Families.Rows {
			if was, is := before.At(i), after.At(i); was != Unknown && was != is {
				t.Fatalf("%s\nfamily %d was %s and is %s", r.Text(), i, was, is)
			}
		}
	})
}

func fillIn(t *rapid.T, table *column.Table, facts map[string][]int64) {
	for _, code := range slices.Sorted(func(yield func(string) bool) {
		for c := range facts {
			if !yield(c) {
				return
			}
		}
	}) {
		c := table.Add(code)
		for i := range table.Rows {
			if _, known := c.At(i); !known {
				c.Set(i, rapid.SampledFrom(facts[code]).Draw(t, code))
			}
		}
	}
}

// Blocks are an affair of the kernel: a batch of many gives each family the
// answer it has alone.
func TestAnswersDoNotDependOnBlocks(t *testing.T) {
	e := testEnv(t)
	rapid.Check(t, func(t *rapid.T) {
		of := rapid.SampledFrom([]Subject{Family, Person}).Draw(t, "subject")
		r, small := draw(t, e, of, Bool), drawBatch(t)
		large, times := repeat(small, 2*blockFamilies/small.Families.Rows+2)
		one, all := r.Kernel().Truths(small), r.Kernel().Truths(large)
		n := r.Kernel().Rows(small)
		for i := range n * times {
			if got, want := all.At(i), one.At(i%n); got != want {
				t.Fatalf("%s\nrow %d of copy %d: %s, alone %s", r.Text(), i%n, i/n, got, want)
			}
		}
	})
}

func repeat(b *column.Batch, times int) (*column.Batch, int) {
	r := &column.Batch{Offsets: []int32{0}, Families: column.NewTable(b.Families.Rows * times), Members: column.NewTable(b.Members.Rows * times)}
	for range times {
		base := r.Offsets[len(r.Offsets)-1]
		for _, o := range b.Offsets[1:] {
			r.Offsets = append(r.Offsets, base+o)
		}
	}
	copyTable := func(dst, src *column.Table) {
		for code, c := range src.Columns {
			to := dst.Add(code)
			for i := range dst.Rows {
				if v, known := c.At(i % src.Rows); known {
					to.Set(i, v)
				}
			}
		}
	}
	copyTable(r.Families, b.Families)
	copyTable(r.Members, b.Members)
	return r, times
}
