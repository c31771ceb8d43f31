package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"gotong/internal/column"
	"gotong/internal/indicator"
	"gotong/internal/rule"
	"gotong/internal/run"
	"gotong/internal/seal"
	"gotong/internal/snapshot"
	"gotong/internal/snapshot/exchange"
	"gotong/internal/targeting"
)

// jobRules are ten rules of the job, in CEL and in SQL, over facts of the
// family and its decile.
var jobRules = []struct{ cel, sql string }{
	{"family.decile <= 4", "decile <= 4"},
	{"family.decile <= 5 && family.size >= 4", "decile <= 5 AND size >= 4"},
	{"family.decile <= 2 || family.lone_elderly", "decile <= 2 OR lone_elderly"},
	{"family.elderly >= 1 && family.decile <= 6", "elderly >= 1 AND decile <= 6"},
	{"family.disabled >= 1 && family.decile <= 8", "disabled >= 1 AND decile <= 8"},
	{"family.floor_area < 8 * family.size", "floor_area < 8 * size"},
	{"family.children >= 1 && !family.fridge", "children >= 1 AND NOT fridge"},
	{"family.decile <= 3 && family.head_female", "decile <= 3 AND head_female"},
	{"family.second_engine_adults >= 1 && family.decile <= 7", "second_engine_adults >= 1 AND decile <= 7"},
	{"family.house_damaged || family.homeless", "house_damaged OR homeless"},
}

// The amount of the job: what children, pupils and the old add up to.
const (
	jobAmountCEL = "family.decile <= 4 ? min(family.children, 2) * 3000000 + min(family.at_school, 3) * 1500000 + min(family.elderly, 4) * 2400000 : 0"
	jobAmountSQL = "CASE WHEN decile <= 4 AND children + at_school + elderly IS NOT NULL THEN least(children, 2) * 3000000 + least(at_school, 3) * 1500000 + least(elderly, 4) * 2400000 ELSE 0 END"
)

func benchJob(e *env) *cobra.Command {
	b := &decideBench{env: e}
	var out string
	c := &cobra.Command{
		Use: "job", Short: "Score, cut deciles and answer ten rules for N families, to hold against another engine", Args: cobra.NoArgs,
		Long: `Computes a proxy means score, exact deciles, ten rules and an amount for each
of N synthetic families, from a snapshot to one row each in memory. With --out
it leaves the same families as Parquet there, the job as SQL, and what came
out, for scripts/bench-duckdb.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			b.regions = []string{"32", "33", "35"}
			return inFolder(func(dir string) error { return b.job(cmd.Context(), dir, out) })
		},
	}
	c.Flags().IntVar(&b.families, "families", 1_000_000, "how many families")
	c.Flags().Uint64Var(&b.seed, "seed", 1, "seed")
	c.Flags().StringVar(&out, "out", "", "folder for the Parquet files, the SQL and the result")
	return c
}

// jobResult is what both engines must come to.
type jobResult struct {
	Families int64   `json:"families"`
	Ranked   int64   `json:"ranked"`
	Yes      []int64 `json:"yes"` // by rule
	Amount   int64   `json:"amount"`
	Seconds  float64 `json:"seconds"`
}

func (b *decideBench) job(ctx context.Context, dir, out string) error {
	b.seconds, b.cpu = map[string]float64{}, map[string]float64{}
	if err := b.policy(); err != nil {
		return err
	}
	keys, err := seal.Load(filepath.Join(dir, "keys"), "")
	if err != nil {
		return err
	}
	if err := b.freeze(ctx, filepath.Join(dir, "snapshot"), keys); err != nil {
		return err
	}
	j, err := newJob(b)
	if err != nil {
		return err
	}
	var best jobResult
	for range 3 {
		began := time.Now()
		r, err := j.run(ctx)
		if err != nil {
			return err
		}
		if r.Seconds = time.Since(began).Seconds(); best.Seconds == 0 || r.Seconds < best.Seconds {
			best = r
		}
	}
	b.printf("gotong: %d families, %d ranked, in %.3f s, the best of three: %.1f million families/s\n", best.Families, best.Ranked, best.Seconds, float64(best.Families)/best.Seconds/1e6)
	if out != "" {
		if err := j.leave(ctx, out, best); err != nil {
			return err
		}
	}
	return b.result(best)
}

// job is the job made ready.
type job struct {
	*decideBench
	rules  []*rule.Rule
	amount *rule.Rule
	choice snapshot.Columns
}

func newJob(b *decideBench) (*job, error) {
	env, err := rule.NewEnv(indicator.Default(), nil)
	if err != nil {
		return nil, err
	}
	j := &job{decideBench: b, choice: snapshot.Only()}
	for _, r := range jobRules {
		compiled, err := env.Compile(rule.Source{Text: r.cel}, rule.Family, rule.Bool)
		if err != nil {
			return nil, err
		}
		j.rules = append(j.rules, compiled)
	}
	if j.amount, err = env.Compile(rule.Source{Text: jobAmountCEL}, rule.Family, rule.Number); err != nil {
		return nil, err
	}
	for _, r := range append(slices.Clone(j.rules), j.amount) {
		for _, f := range r.Facts() {
			j.choice.With(f.Level, f.Code)
		}
	}
	for _, i := range b.model.Indicators() {
		j.choice.With(i.Level, i.Code)
	}
	return j, nil
}

// run reads the snapshot twice: for the scores, and for the rules.
func (j *job) run(ctx context.Context) (jobResult, error) {
	ranks, err := os.MkdirTemp("", "gotong-job-")
	if err != nil {
		return jobResult{}, err
	}
	defer os.RemoveAll(ranks)
	content, err := targeting.Compute(ctx, j.snap, targeting.Policy{Model: j.model, Lines: j.lines}, ranks, run.Silent{})
	if err != nil {
		return jobResult{}, err
	}
	ranking := content.In(ranks)
	r := jobResult{Families: j.snap.Families, Ranked: content.Nation.Ranked, Yes: make([]int64, len(j.rules))}
	files := make([]func() (*targeting.Ranks, error), len(j.snap.Parts))
	for i := range files {
		files[i] = sync.OnceValues(func() (*targeting.Ranks, error) { return ranking.Ranks(i) })
	}
	var mu sync.Mutex
	err = j.snap.Each(ctx, runtime.GOMAXPROCS(0), snapshot.Stretch, j.choice, func(part int, f *snapshot.Families) error {
		of, err := files[part]()
		if err != nil {
			return err
		}
		of.Fill(f)
		yes := make([]int64, len(j.rules))
		for i, x := range j.rules {
			yes[i] = int64(x.Kernel().Truths(&f.Batch).Yes.Count())
		}
		sum := total(j.amount.Kernel().Column(&f.Batch))
		mu.Lock()
		defer mu.Unlock()
		for i, n := range yes {
			r.Yes[i] += n
		}
		r.Amount += sum
		return nil
	})
	return r, err
}

func total(c *column.Column) (sum int64) {
	for _, v := range c.Values { // zero where it is not known
		sum += v
	}
	return sum
}

// leave writes what another engine needs.
func (j *job) leave(ctx context.Context, out string, r jobResult) error {
	if _, err := exchange.Write(ctx, j.snap, indicator.Default(), filepath.Join(out, "parquet"), run.Silent{}); err != nil {
		return err
	}
	text, err := json.Marshal(map[string]any{"score": j.scoreSQL(), "columns": j.columns(), "rules": sqlRules(), "amount": jobAmountSQL, "gotong": r})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(out, "job.json"), text, 0o644)
}

func sqlRules() (all []string) {
	for _, r := range jobRules {
		all = append(all, r.sql)
	}
	return all
}

// columns are the family's facts in the job, each as the narrowest type that
// another engine is quick with: choices as numbers.
func (j *job) columns() map[string]string {
	all := map[string]string{}
	add := func(i *indicator.Indicator) {
		switch {
		case i.Level != indicator.Family || strings.HasPrefix(i.Code, "decile"):
		case i.Kind == indicator.Choice:
			var cases strings.Builder
			for _, o := range i.Options {
				fmt.Fprintf(&cases, " WHEN '%s' THEN %d", o.Code, o.No)
			}
			all[i.Code] = fmt.Sprintf("CAST(CASE %s%s END AS SMALLINT)", i.Code, cases.String())
		case i.Kind == indicator.Bool:
			all[i.Code] = i.Code
		default:
			all[i.Code] = fmt.Sprintf("CAST(%s AS INTEGER)", i.Code)
		}
	}
	for _, i := range j.model.Indicators() {
		add(i)
	}
	for _, r := range append(slices.Clone(j.rules), j.amount) {
		for _, f := range r.Facts() {
			if i, ok := indicator.Default().Lookup(f.Level, f.Code); ok {
				add(i)
			}
		}
	}
	return all
}

// scoreSQL writes the model as one sum.
func (j *job) scoreSQL() string {
	terms := []string{fmt.Sprint(j.model.Intercept)}
	for i := range j.model.Terms {
		terms = append(terms, termSQL(&j.model.Terms[i]))
	}
	return strings.Join(terms, " + ")
}

func termSQL(t *targeting.Term) string {
	col := t.Indicator.Code
	if t.Indicator.Kind == indicator.Bool {
		col = "CAST(" + col + " AS SMALLINT)"
	}
	// DuckDB's least and greatest pass over what is missing.
	x := fmt.Sprintf("CASE WHEN %[2]s IS NOT NULL THEN %[1]d * least(greatest(%[2]s, %[3]d), %[4]d) END", t.Each, t.Indicator.Code, t.From, t.To)
	if t.Options != nil {
		var cases strings.Builder
		for _, no := range slices.Sorted(maps.Keys(t.Options)) {
			fmt.Fprintf(&cases, " WHEN %d THEN %d", no, t.Options[no])
		}
		x = fmt.Sprintf("CASE WHEN %s IS NULL THEN NULL ELSE CASE %s%s ELSE %d END END", t.Indicator.Code, col, cases.String(), t.Other)
	}
	if w := t.When; w != nil {
		values := strings.Trim(strings.ReplaceAll(fmt.Sprint(w.Values), " ", ", "), "[]")
		of := w.Indicator.Code
		if w.Indicator.Kind == indicator.Bool {
			of = "CAST(" + of + " AS SMALLINT)"
		}
		x = fmt.Sprintf("CASE WHEN %s IS NULL THEN NULL WHEN %s IN (%s) THEN %s ELSE 0 END", w.Indicator.Code, of, values, x)
	}
	if t.Missing != nil {
		x = fmt.Sprintf("coalesce(%s, %d)", x, *t.Missing)
	}
	return "(" + x + ")"
}
