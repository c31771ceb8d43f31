package rule_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"gotong/internal/column"
	"gotong/internal/indicator"
	"gotong/internal/rule"
	"gotong/internal/rule/ruletest"
)

// picked has rapid choose, so that it can find the smallest rule that fails.
func picked(t *rapid.T) ruletest.Pick {
	return func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "pick") }
}

// draw draws a rule, or skips where it can never be computed.
func draw(t *rapid.T, e *rule.Env, of rule.Subject, kind rule.Kind) *rule.Rule {
	r, ok := ruletest.Rule(t, e, picked(t), of, kind)
	if !ok {
		t.Skip("can never be computed")
	}
	return r
}

func TestBothReadersGiveTheSameAnswers(t *testing.T) {
	e := ruletest.Env(t)
	rapid.Check(t, func(t *rapid.T) {
		of := rapid.SampledFrom([]rule.Subject{rule.Family, rule.Person, rule.Member}).Draw(t, "subject")
		kind := rapid.SampledFrom([]rule.Kind{rule.Bool, rule.Number}).Draw(t, "kind")
		r, b := draw(t, e, of, kind), ruletest.Batch(picked(t))
		var truths rule.Truths
		var numbers *column.Column
		var failed column.Bitmap
		read := b
		if rapid.Bool().Draw(t, "in planes") {
			read = ruletest.Sliced(picked(t), b)
		}
		if kind == rule.Bool {
			truths = r.Kernel().Truths(read)
			failed = truths.Failed
		} else {
			numbers, failed = r.Kernel().Numbers(read)
		}
		for row, s := range ruletest.Subjects(r, b) {
			want := r.Interpreter().Ask(b, s[0], s[1])
			if !want.Known && !want.Incomputable && len(want.Missing) == 0 {
				t.Fatalf("%s\nfamily %d member %d: unknown, and nothing to collect", r.Text(), s[0], s[1])
			}
			if bad := failed != nil && failed.Get(row); bad != want.Incomputable {
				t.Fatalf("%s\nfamily %d member %d: kernel failed %v, interpreter %v, missing %v, from %v", r.Text(), s[0], s[1], bad, want.Incomputable, want.Missing, want.Read)
			}
			if kind == rule.Bool {
				if got := truths.At(row); got != want.Truth {
					t.Fatalf("%s\nfamily %d member %d: kernel %s, interpreter %s, from %v", r.Text(), s[0], s[1], got, want.Truth, want.Read)
				}
				continue
			}
			if v, ok := numbers.At(row); v != want.Value || ok != want.Known {
				t.Fatalf("%s\nfamily %d member %d: kernel %d %v, interpreter %d %v, from %v", r.Text(), s[0], s[1], v, ok, want.Value, want.Known, want.Read)
			}
		}
	})
}

// A known answer must not depend on what is missing: whatever the missing
// facts turn out to be, it stays.
func TestWhatIsMissingDoesNotChangeAKnownAnswer(t *testing.T) {
	e := ruletest.Env(t)
	rapid.Check(t, func(t *rapid.T) {
		r, b := draw(t, e, rule.Family, rule.Bool), ruletest.Batch(picked(t))
		before := r.Kernel().Truths(b)
		fillIn(t, b.Families, ruletest.Facts[indicator.Family])
		fillIn(t, b.Members, ruletest.Facts[indicator.Person])
		after := r.Kernel().Truths(b)
		for i := range b.Families.Rows {
			if was, is := before.At(i), after.At(i); was != rule.Unknown && was != is {
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
	e := ruletest.Env(t)
	rapid.Check(t, func(t *rapid.T) {
		of := rapid.SampledFrom([]rule.Subject{rule.Family, rule.Person}).Draw(t, "subject")
		r, small := draw(t, e, of, rule.Bool), ruletest.Batch(picked(t))
		large, times := repeat(small, 2*rule.BlockFamilies/small.Families.Rows+2)
		if rapid.Bool().Draw(t, "in planes") {
			large = ruletest.Sliced(picked(t), large)
		}
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
