package cli

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"gotong/internal/determination"
	"gotong/internal/indicator"
	"gotong/internal/programme"
	"gotong/internal/run"
	"gotong/internal/seal"
	"gotong/internal/targeting"
)

// tryRegency is the regency with the most families, and what is tried there.
const (
	tryRegency   = "3201"
	tryProgramme = "pkh"
	tryParameter = "decile_max"
)

func benchTry(e *env) *cobra.Command {
	b := &decideBench{env: e, regions: []string{tryRegency}}
	c := &cobra.Command{
		Use: "try", Short: "Time what-if questions over a regency of N families", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return inFolder(func(dir string) error { return b.try(cmd.Context(), dir) })
		},
	}
	c.Flags().IntVar(&b.families, "families", 500_000, "how many families")
	c.Flags().Uint64Var(&b.seed, "seed", 1, "seed")
	return c
}

// try opens a trial and moves one threshold through ten values, twice: the
// second time every answer is known.
func (b *decideBench) try(ctx context.Context, dir string) error {
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
	ranks := filepath.Join(dir, "ranking")
	if err := b.rank(ctx, ranks, keys); err != nil {
		return err
	}
	ranking, err := targeting.Open(ranks, keys.Public())
	if err != nil {
		return err
	}
	in := determination.Input{Snapshot: b.snap, Ranking: ranking, Programmes: b.all, AsOf: benchDay}
	var trial *determination.Trial
	err = b.timed("open", func() error {
		trial, err = determination.NewTrial(ctx, in, indicator.Default(), tryRegency)
		return err
	})
	if err != nil {
		return err
	}
	at := slices.IndexFunc(b.all, func(p *programme.Programme) bool { return p.Code == tryProgramme })
	var times []time.Duration
	var cpu []float64 // of the first ten, whose answers are new
	for n := range 20 {
		p, err := b.all[at].With(map[string]int64{tryParameter: int64(1 + n%10)})
		if err != nil {
			return err
		}
		began, used := time.Now(), cpuSeconds()
		if _, err := trial.Try(ctx, p); err != nil {
			return err
		}
		times = append(times, time.Since(began))
		if n < 10 {
			cpu = append(cpu, (cpuSeconds()-used)*1000)
		}
	}
	first := slices.Max(times[:10])
	used := cpuSeconds()
	weights, err := b.tryWeights(ctx, dir, trial)
	if err != nil {
		return err
	}
	each := (cpuSeconds() - used) * 1000 / weightsTried
	slices.Sort(times)
	slices.Sort(cpu)
	median := times[len(times)/2]
	b.printf("what-if over %d families: opened in %.2f s; p50 %v, slowest %v of 20 (figure: 1 s, stretch 100 ms); new answers take %.0f ms of %d processors, the slowest %.0f ms; peak %d MiB\n",
		trial.Families, b.seconds["open"], median, times[len(times)-1], cpu[len(cpu)/2], runtime.GOMAXPROCS(0), cpu[len(cpu)-1], peakBytes()>>20)
	b.printf("another model, ranked anew and decided: p50 %v, slowest %v of %d (figure: 1 s); %.0f ms of %d processors each\n",
		weights[len(weights)/2], weights[len(weights)-1], len(weights), each, runtime.GOMAXPROCS(0))
	return b.result(map[string]any{"model_cpu_ms": each, "model_p50_ms": ms(weights[len(weights)/2]), "model_slowest_ms": ms(weights[len(weights)-1]), "families": trial.Families, "persons": trial.Members, "open_seconds": b.seconds["open"], "p50_ms": ms(median),
		"slowest_new_ms": ms(first), "slowest_ms": ms(times[len(times)-1]), "cpu_p50_ms": cpu[len(cpu)/2], "cpu_slowest_ms": cpu[len(cpu)-1], "open_cpu_seconds": b.cpu["open"], "peak_bytes": peakBytes(), "cores": runtime.GOMAXPROCS(0)})
}

// weightsTried is how many other models are tried.
const weightsTried = 7

// tryWeights tries models of which one weight is another, and returns how long
// each took: to rank all families of the snapshot and to decide.
func (b *decideBench) tryWeights(ctx context.Context, dir string, trial *determination.Trial) ([]time.Duration, error) {
	weights := b.model.Weights()
	var times []time.Duration
	for n := range weightsTried {
		w := weights[1+n%(len(weights)-1)]
		edit := targeting.ModelEdit{Weights: map[string]int64{w.Place: w.Value + int64(n+1)}}
		into := filepath.Join(dir, "trying-"+strconv.Itoa(n))
		if err := os.MkdirAll(into, 0o700); err != nil {
			return nil, err
		}
		began := time.Now()
		model, err := b.model.Edited(indicator.Default(), edit)
		if err != nil {
			return nil, err
		}
		content, err := targeting.Compute(ctx, b.snap, targeting.Policy{Model: model, Lines: b.lines}, into, run.Silent{})
		if err != nil {
			return nil, err
		}
		by, err := trial.Reranked(ctx, content.In(into))
		if err != nil {
			return nil, err
		}
		if _, err := trial.TryRanked(ctx, by); err != nil {
			return nil, err
		}
		times = append(times, time.Since(began))
	}
	slices.Sort(times)
	return times, nil
}
