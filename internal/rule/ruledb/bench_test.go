package ruledb_test

import (
	"context"
	"testing"

	"gotong/internal/column"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/rule"
	"gotong/internal/rule/ruledb"
	"gotong/internal/rule/ruletest"
)

// benchRules are of the shape of a programme's heaviest clauses.
var benchRules = []string{
	`family.decile <= params.few && members.exists(m, m.pregnant || m.age < 7 || m.school in params.stages || m.age >= 60)`,
	`members.filter(m, m.working).map(m, m.income).sum() / max(1, members.size()) < family.income_total`,
	`!members.all(m, m.age > 4 || m.school == params.stage) && family.floor in ["earth", "bamboo"]`,
}

// BenchmarkAsk loads and asks a stretch of a recheck.
func BenchmarkAsk(b *testing.B) {
	const families = 16_384
	n := 0
	batch := &column.Batch{Families: column.NewTable(families), Members: column.NewTable(3 * families), Offsets: make([]int32, families+1)}
	for i := range families + 1 {
		batch.Offsets[i] = int32(3 * i)
	}
	type fact struct {
		code string
		most int64
	}
	fill := func(t *column.Table, facts ...fact) {
		for _, f := range facts {
			c := t.Add(f.code)
			for i := range t.Rows {
				if n++; n%10 > 0 {
					c.Set(i, int64(n*7919)%f.most)
				}
			}
		}
	}
	fill(batch.Families, fact{"decile", 11}, fact{"income_total", 5_000_000}, fact{"floor", 9})
	fill(batch.Members, fact{"pregnant", 2}, fact{"age", 90}, fact{"school", 6}, fact{"working", 2}, fact{"income", 3_000_000})
	e := ruletest.Env(b)
	var rules []*rule.Rule
	for _, text := range benchRules {
		r, err := e.Compile(rule.Source{Text: text}, rule.Family, rule.Bool)
		if err != nil {
			b.Fatal(err)
		}
		rules = append(rules, r)
	}
	for name, open := range map[string]func(testing.TB) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(name, func(b *testing.B) {
			reader := ruledb.NewReader(open(b))
			for b.Loop() {
				if _, err := reader.Ask(context.Background(), batch, rules); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(families*float64(b.N)/b.Elapsed().Seconds()/1e3, "kfamilies/s")
		})
	}
}
