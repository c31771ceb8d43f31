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
	"time"

	"github.com/spf13/cobra"

	"gotong/internal/generator"
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
of N synthetic families, from facts in memory to a decile, ten answers and an
amount a family in memory, by what ranks and decides in earnest. With --out it
leaves the same facts as Parquet there, the job as SQL, and the digest of what
came out, for scripts/bench-duckdb, which loads them into memory too.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if b.keep != "" {
				return b.job(cmd.Context(), b.keep, out)
			}
			return inFolder(func(dir string) error { return b.job(cmd.Context(), dir, out) })
		},
	}
	c.Flags().IntVar(&b.families, "families", 5_000_000, "how many families")
	c.Flags().Uint64Var(&b.seed, "seed", 1, "seed")
	c.Flags().StringVar(&b.keep, "keep", "", "folder to work in and leave (default: one that goes away); a snapshot that is there is used again")
	c.Flags().StringVar(&b.profile, "profile", "", "write a processor profile of the job to this file")
	c.Flags().StringVar(&out, "out", "", "folder for the Parquet files, the SQL and the result")
	return c
}

// jobResult is what both engines must come to.
type jobResult struct {
	Families int64   `json:"families"`
	Ranked   int64   `json:"ranked"`
	Yes      []int64 `json:"yes"` // by rule
	Amount   int64   `json:"amount"`
	Digest   string  `json:"digest"` // of all rows, see rows.digest
	Cores    int     `json:"cores"`

	Seconds    float64 `json:"seconds"`
	CPUSeconds float64 `json:"cpu_seconds"`
	// FactBytes are the facts as they lie in memory, Bytes what the job reads of
	// columns in both passes, scores among them, and WrittenBytes what it
	// writes. PlainBytes are the facts as plain columns of 16 bits.
	FactBytes    int64 `json:"fact_bytes"`
	Bytes        int64 `json:"bytes"`
	WrittenBytes int64 `json:"written_bytes"`
	PlainBytes   int64 `json:"plain_bytes"`

	// Rates are a second of all cores, if each ran as the processor time says.
	BytesPerSecond float64 `json:"bytes_per_second"`
	Bandwidth      float64 `json:"bandwidth_bytes_per_second"` // measured in the same run
	BandwidthRatio float64 `json:"bandwidth_ratio"`            // of Bytes
	MovedRatio     float64 `json:"moved_bandwidth_ratio"`      // of Bytes and WrittenBytes
	PlainRatio     float64 `json:"plain_bandwidth_ratio"`      // of PlainBytes
}

// jobRuns is how often the job is run; the least times count.
const jobRuns = 5

func (b *decideBench) job(ctx context.Context, dir, out string) error {
	defer roomy()()
	b.seconds, b.cpu, b.regions = map[string]float64{}, map[string]float64{}, []string{generator.Nation}
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
	j, err := newJob(ctx, b)
	if err != nil {
		return err
	}
	best, err := j.best(ctx)
	if err != nil {
		return err
	}
	b.printf("gotong: %d families, %d ranked, in %.3f s, the best of %d (%.3f s of %d processors): %.1f million families/s\n",
		best.Families, best.Ranked, best.Seconds, jobRuns, best.CPUSeconds, best.Cores, float64(best.Families)/best.Seconds/1e6)
	each := func(bytes int64) float64 { return float64(bytes) / float64(best.Families) }
	b.printf("%.1f bytes of columns read a family, %.2f GB/s: %.1f %% of the %.1f GB/s that memory gives (figure: 15 %%); with the %.1f bytes written %.1f %%\n",
		each(best.Bytes), best.BytesPerSecond/1e9, 100*best.BandwidthRatio, best.Bandwidth/1e9, each(best.WrittenBytes), 100*best.MovedRatio)
	b.printf("the facts are %.1f bytes a family in planes; as columns of 16 bits they would be %.1f, and the pace %.1f %% of memory's\n",
		each(best.FactBytes), each(best.PlainBytes), 100*best.PlainRatio)
	if out != "" {
		if err := j.leave(ctx, out, best); err != nil {
			return err
		}
	}
	return b.result(best)
}

// job is the job made ready: its facts are in memory.
type job struct {
	*decideBench
	held   *snapshot.Snapshot
	facts  []*indicator.Indicator
	rules  []*rule.Rule
	amount *rule.Rule
	choice snapshot.Columns // of the rules

	factBytes int64 // bytes of the facts in memory
	reads     int64 // bytes that the job reads
}

func newJob(ctx context.Context, b *decideBench) (*job, error) {
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
	whole := snapshot.Only()
	note := func(i *indicator.Indicator) {
		if !strings.HasPrefix(i.Code, "decile") && !slices.Contains(j.facts, i) {
			j.facts = append(j.facts, i)
			whole.With(i.Level, i.Code)
		}
	}
	wanted := func(i *indicator.Indicator) {
		if note(i); slices.Contains(j.facts, i) { // not the decile, which is beside the snapshot
			j.choice.With(i.Level, i.Code)
		}
	}
	for _, i := range b.model.Indicators() {
		note(i)
	}
	for _, r := range append(slices.Clone(j.rules), j.amount) {
		for _, f := range r.Facts() {
			if i, ok := indicator.Default().Lookup(f.Level, f.Code); ok {
				wanted(i)
			}
		}
	}
	j.choice = j.choice.InPlanes()
	if j.held, err = b.snap.Hold(ctx, whole); err != nil {
		return nil, err
	}
	scored := snapshot.Only()
	for _, i := range b.model.Indicators() {
		scored.With(i.Level, i.Code)
	}
	j.factBytes = j.held.Bytes(whole)
	j.reads = j.held.Bytes(scored) + j.held.Bytes(j.choice) + scoreReads*scoreBytes*j.held.Families
	return j, nil
}

// A score is of so many bytes, and read so often after it is written: twice
// for the cuts of deciles and once for the decile.
const (
	scoreBytes = 4
	scoreReads = 3
)

// writtenBytes is what the job writes of a family: a score, a decile, a bit a
// rule, an amount.
func writtenBytes(families int64) int64 {
	return families*(scoreBytes+8) + families*int64(decilePlanes+1+len(jobRules))/8
}

// best runs the job some times and returns the quickest.
func (j *job) best(ctx context.Context) (best jobResult, err error) {
	stop, err := j.startProfile()
	if err != nil {
		return best, err
	}
	defer stop()
	out := newJobRows(j.held)
	for range jobRuns {
		runtime.GC()
		began, used := time.Now(), cpuSeconds()
		scores, err := j.run(ctx, out)
		if err != nil {
			return best, err
		}
		took, cpu := time.Since(began).Seconds(), cpuSeconds()-used
		if best.Seconds == 0 {
			best = jobResult{Families: j.held.Families, Ranked: scores.Ranked, Seconds: took, CPUSeconds: cpu}
		}
		best.Seconds, best.CPUSeconds = min(best.Seconds, took), min(best.CPUSeconds, cpu)
	}
	best.Yes, best.Amount, best.Digest = out.sums(len(j.rules))
	best.Cores, best.Bandwidth = runtime.GOMAXPROCS(0), readBandwidth()
	best.FactBytes, best.Bytes, best.WrittenBytes = j.factBytes, j.reads, writtenBytes(j.held.Families)
	best.PlainBytes = int64(2*len(j.facts)) * j.held.Families
	rate := func(bytes int64) float64 { return float64(bytes) * float64(best.Cores) / best.CPUSeconds }
	best.BytesPerSecond = rate(best.Bytes)
	best.BandwidthRatio, best.MovedRatio = best.BytesPerSecond/best.Bandwidth, rate(best.Bytes+best.WrittenBytes)/best.Bandwidth
	best.PlainRatio = rate(best.PlainBytes) / best.Bandwidth
	return best, nil
}

// run is the job: it goes over the facts twice, for the scores and for the
// rules.
func (j *job) run(ctx context.Context, out *jobRows) (*targeting.Scores, error) {
	scores, err := targeting.Score(ctx, j.held, targeting.Policy{Model: j.model}, run.Silent{})
	if err != nil {
		return nil, err
	}
	return scores, j.held.Each(ctx, runtime.GOMAXPROCS(0), snapshot.Stretch, j.choice, func(part int, f *snapshot.Families) error {
		scores.FillDeciles(part, f)
		out.take(part, f, j.rules, j.amount)
		return nil
	})
}

// leave writes what another engine needs.
func (j *job) leave(ctx context.Context, out string, r jobResult) error {
	only := func(i *indicator.Indicator) bool { return slices.Contains(j.facts, i) }
	if _, err := exchange.Write(ctx, j.snap, indicator.Default(), only, filepath.Join(out, "parquet"), run.Silent{}); err != nil {
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
	for _, i := range j.facts {
		switch i.Kind {
		case indicator.Choice:
			var cases strings.Builder
			for _, o := range i.Options {
				fmt.Fprintf(&cases, " WHEN '%s' THEN %d", o.Code, o.No)
			}
			all[i.Code] = fmt.Sprintf("CAST(CASE %s%s END AS SMALLINT)", i.Code, cases.String())
		case indicator.Bool:
			all[i.Code] = i.Code
		default:
			all[i.Code] = fmt.Sprintf("CAST(%s AS INTEGER)", i.Code)
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
