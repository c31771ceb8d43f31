package rule

import (
	"math/rand/v2"
	"testing"

	"gotong/internal/column"
)

// benchRule is the shape of a programme's heaviest clause.
const benchRule = `family.decile <= params.few && members.exists(m, m.pregnant || m.age < 7 || m.school in ["sd", "smp", "sma"] || m.age >= 60)`

// benchBatch draws n families of three members each, a tenth of the facts
// missing.
func benchBatch(n int) *column.Batch {
	r := rand.New(rand.NewPCG(1, 2))
	b := &column.Batch{Families: column.NewTable(n), Members: column.NewTable(3 * n), Offsets: make([]int32, n+1)}
	for i := range n + 1 {
		b.Offsets[i] = int32(3 * i)
	}
	fill := func(t *column.Table, code string, most int64) {
		c := t.Add(code)
		for i := range t.Rows {
			if r.IntN(10) > 0 {
				c.Set(i, r.Int64N(most))
			}
		}
	}
	fill(b.Families, "decile", 11)
	fill(b.Members, "pregnant", 2)
	fill(b.Members, "age", 90)
	fill(b.Members, "school", 6)
	return b
}

func BenchmarkKernel(b *testing.B) {
	r, err := testEnv(b).Compile(Source{Text: benchRule}, Family, Bool)
	if err != nil {
		b.Fatal(err)
	}
	batch := benchBatch(100_000)
	for b.Loop() {
		r.Kernel().Truths(batch)
	}
	b.ReportMetric(float64(batch.Families.Rows)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mfamilies/s")
}

func BenchmarkInterpreter(b *testing.B) {
	r, err := testEnv(b).Compile(Source{Text: benchRule}, Family, Bool)
	if err != nil {
		b.Fatal(err)
	}
	batch := benchBatch(1000)
	for b.Loop() {
		for i := range batch.Families.Rows {
			r.Interpreter().Ask(batch, i, NoMember)
		}
	}
	b.ReportMetric(float64(batch.Families.Rows)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mfamilies/s")
}

func BenchmarkCompile(b *testing.B) {
	e := testEnv(b)
	for b.Loop() {
		if _, err := e.Compile(Source{Text: benchRule}, Family, Bool); err != nil {
			b.Fatal(err)
		}
	}
}
