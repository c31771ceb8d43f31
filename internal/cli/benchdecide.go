package cli

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"gotong/internal/civil"
	"gotong/internal/determination"
	"gotong/internal/fault"
	"gotong/internal/generator"
	"gotong/internal/indicator"
	"gotong/internal/programme"
	"gotong/internal/run"
	"gotong/internal/seal"
	"gotong/internal/snapshot"
	"gotong/internal/targeting"
	"gotong/models"
	"gotong/programmes"
)

func benchDecide(e *env) *cobra.Command {
	b := &decideBench{env: e, regions: []string{generator.Nation}}
	c := &cobra.Command{
		Use: "decide", Short: "Freeze, rank and decide N families of the whole nation for every programme", Args: cobra.NoArgs,
		Long: `Makes N synthetic families of all regencies, freezes them into a snapshot,
ranks them, and decides every programme that ships with Gotong, with what each
member is given, into hashed files. Memory bandwidth is measured in the same
run: bytes of columns that are read from files and proved, a second of all
cores by their own time, are held against what the same cores read from memory
one after the other. The digest depends on N and the seed alone.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if b.keep != "" {
				return b.run(cmd.Context(), b.keep)
			}
			return inFolder(func(dir string) error { return b.run(cmd.Context(), dir) })
		},
	}
	c.Flags().IntVar(&b.families, "families", 1_000_000, "how many families")
	c.Flags().Uint64Var(&b.seed, "seed", 1, "seed")
	c.Flags().StringVar(&b.keep, "keep", "", "folder to work in and leave (default: one that goes away); a snapshot that is there is used again")
	c.Flags().StringVar(&b.profile, "profile", "", "write a processor profile of ranking and deciding to this file")
	return c
}

// decideBench is one run of bench decide.
type decideBench struct {
	*env
	families int
	seed     uint64
	keep     string
	profile  string
	regions  []string

	snap       *snapshot.Snapshot
	bytesRead  int64 // of the snapshot, to rank and decide
	peakBefore int64 // of memory, when ranking begins
	peak       int64 // of memory
	model      *targeting.Model
	lines      targeting.Lines
	all        []*programme.Programme
	seconds    map[string]float64
	cpu        map[string]float64
}

func (b *decideBench) run(ctx context.Context, dir string) error {
	defer roomy()()
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
	content, err := b.decide(ctx, dir, keys)
	if err != nil {
		return err
	}
	b.peak = peakBytes() // before the measure of bandwidth takes its own
	return b.report(dir, readBandwidth(), content)
}

// timed notes how long a stage takes, on the clock and of the processors.
func (b *decideBench) timed(stage string, fn func() error) error {
	began, used := time.Now(), cpuSeconds()
	err := fn()
	b.seconds[stage], b.cpu[stage] = time.Since(began).Seconds(), cpuSeconds()-used
	return err
}

func cpuSeconds() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
}

// policy loads what ships with the program, as in force on the day.
func (b *decideBench) policy() error {
	if b.families < 1 {
		return fault.Invalid("generator.families", "families", b.families)
	}
	catalogue := indicator.Default()
	known, err := targeting.LoadModels(catalogue, models.Files)
	if err != nil {
		return err
	}
	if b.model, err = known.InForce(benchDay); err != nil {
		return err
	}
	if b.lines, err = targeting.LoadLines(models.Files); err != nil {
		return err
	}
	set, err := programme.Load(catalogue, programmes.Files)
	if err != nil {
		return err
	}
	b.all = set.InForce(benchDay)
	return nil
}

// benchDay is the day of the synthetic data.
var benchDay = civil.MustParse("2026-01-01")

func (b *decideBench) freeze(ctx context.Context, dir string, keys *seal.Keyring) error {
	if s, err := snapshot.Open(dir, keys.Public(), indicator.Default()); err == nil && s.Families == int64(b.families) {
		b.snap = s
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	stream, err := generator.NewStream(generator.Options{Families: b.families, Seed: b.seed, Regions: b.regions, AsOf: benchDay})
	if err != nil {
		return err
	}
	plan := snapshot.Plan{Catalogue: indicator.Default(), Source: stream, AsOf: benchDay, Scope: "*", At: time.Unix(0, 0).UTC()}
	err = b.timed("snapshot", func() error {
		_, err := plan.Write(ctx, dir, keys, func() {})
		return err
	})
	if err != nil {
		return err
	}
	b.snap, err = snapshot.Open(dir, keys.Public(), indicator.Default())
	return err
}

func (b *decideBench) decide(ctx context.Context, dir string, keys *seal.Keyring) (determination.Content, error) {
	var content determination.Content
	ranks, outcomes := filepath.Join(dir, "ranking"), filepath.Join(dir, "outcomes")
	for _, d := range []string{ranks, outcomes} {
		if err := os.RemoveAll(d); err != nil {
			return content, err
		}
	}
	if err := os.MkdirAll(outcomes, 0o700); err != nil {
		return content, err
	}
	stop, err := b.startProfile()
	if err != nil {
		return content, err
	}
	defer stop()
	before := b.snap.BytesRead()
	b.peakBefore = peakBytes()
	if err := b.rank(ctx, ranks, keys); err != nil {
		return content, err
	}
	ranking, err := targeting.Open(ranks, keys.Public())
	if err != nil {
		return content, err
	}
	err = b.timed("decide", func() error {
		content, err = determination.Compute(ctx, determination.Input{Snapshot: b.snap, Ranking: ranking, Programmes: b.all, AsOf: benchDay}, outcomes, run.Silent{})
		return err
	})
	b.bytesRead = b.snap.BytesRead() - before
	return content, err
}

// rank ranks the snapshot into a new folder.
func (b *decideBench) rank(ctx context.Context, dir string, keys *seal.Keyring) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return b.timed("rank", func() error {
		_, err := targeting.Make(ctx, b.snap, targeting.Policy{Model: b.model, Lines: b.lines}, dir, keys, time.Unix(0, 0).UTC(), run.Silent{})
		return err
	})
}

func (b *decideBench) startProfile() (stop func(), err error) {
	if b.profile == "" {
		return func() {}, nil
	}
	f, err := os.Create(b.profile)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, err
	}
	return func() { pprof.StopCPUProfile(); f.Close() }, nil
}

// readBandwidth returns how many bytes a second all cores together read from
// memory: the best of three passes over more than any cache holds. It goes by
// the time of the processors, so that what else the machine does counts less.
func readBandwidth() float64 {
	words := make([]uint64, 1<<27) // 1 GiB: more than any cache holds, the host's too
	for i := range words {
		words[i] = uint64(i)
	}
	best := 0.0
	sums := make([]uint64, runtime.GOMAXPROCS(0))
	for range 3 {
		used := cpuSeconds()
		var wg sync.WaitGroup
		for w := range sums {
			wg.Go(func() { sums[w] += sumOf(words[w*len(words)/len(sums) : (w+1)*len(words)/len(sums)]) })
		}
		wg.Wait()
		best = max(best, float64(len(words)*8)/(cpuSeconds()-used)*float64(len(sums)))
	}
	runtime.KeepAlive(sums)
	return best
}

// sumOf adds words up in four sums at a time, so that adding waits for memory
// and not the other way round.
func sumOf(words []uint64) uint64 {
	var a, b, c, d uint64
	for ; len(words) >= 8; words = words[8:] {
		a, b, c, d = a+words[0]+words[4], b+words[1]+words[5], c+words[2]+words[6], d+words[3]+words[7]
	}
	return a + b + c + d
}

// sizeOf adds up the files in a folder.
func sizeOf(dir string) (bytes int64) {
	_ = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if info, err := d.Info(); err == nil {
			bytes += info.Size()
		}
		return nil
	})
	return bytes
}

// nation is the count of families for which the figures are set.
const nation = 95_000_000

// projectable is how many families it takes that what each regency's files
// cost, however few families they hold, weighs little.
const projectable = 1_000_000

// reportNation says what a nation would take, where so many families tell.
func (b *decideBench) reportNation(took, atRest float64) {
	if b.snap.Families < projectable {
		b.printf("too few families to reckon a nation from: at least %d\n", projectable)
		return
	}
	n, cores := float64(b.snap.Families), runtime.GOMAXPROCS(0)
	b.printf("a nation of %d families at this speed: %.0f s; with %d processors to itself: %.0f s (figure: 120 s)", nation, took*nation/n, cores, atRest)
	if s, ok := b.cpu["snapshot"]; ok {
		b.printf(", and its snapshot: %.1f min (figure: 30 min)", nation/n*s/float64(cores)/60)
	}
	b.printf("\n")
}

func (b *decideBench) report(dir string, bandwidth float64, content determination.Content) error {
	took := b.seconds["rank"] + b.seconds["decide"]
	n, cores := float64(b.snap.Families), float64(runtime.GOMAXPROCS(0))
	snapshotBytes, outcomeBytes := sizeOf(filepath.Join(dir, "snapshot")), sizeOf(filepath.Join(dir, "outcomes"))+sizeOf(filepath.Join(dir, "ranking"))
	decideCPU := b.cpu["rank"] + b.cpu["decide"]
	rate := float64(b.bytesRead) / decideCPU * cores
	var decided int64
	for _, p := range content.Programmes {
		decided += p.Counts.Total()
	}
	perFamily := map[string]float64{}
	for _, stage := range []string{"snapshot", "rank", "decide"} {
		if s, ok := b.seconds[stage]; ok {
			perFamily[stage] = b.cpu[stage] / n * 1e6
			b.printf("%-9s %8.2f s, %8.2f s of processors: %6.2f µs a family, %10.0f families/s on the clock, %10.0f with %.0f processors to itself\n",
				stage, s, b.cpu[stage], perFamily[stage], n/s, n/b.cpu[stage]*cores, cores)
		}
	}
	atRest := nation / n * decideCPU / cores
	b.printf("%d families, %d persons, %d programmes, %d outcomes: %.0f families/s; %.1f bytes of columns read and proved a family, %.1f MB/s; memory reads %.1f GB/s (%.2f %%)\n",
		b.snap.Families, b.snap.Members, len(content.Programmes), decided, n/took, float64(b.bytesRead)/n, rate/1e6, bandwidth/1e9, 100*rate/bandwidth)
	b.printf("%.1f bytes a family in the snapshot, %.1f in ranks and outcomes; peak %d MiB, %d MiB when deciding begins\n",
		float64(snapshotBytes)/n, float64(outcomeBytes)/n, b.peak>>20, b.peakBefore>>20)
	b.reportNation(took, atRest)
	b.printf("digest %s\n", content.Digest())
	return b.result(map[string]any{"families": b.snap.Families, "persons": b.snap.Members, "programmes": len(content.Programmes), "outcomes": decided,
		"families_per_second": n / took, "families_per_second_at_rest": n / decideCPU * cores,
		"bytes_read": b.bytesRead, "bytes_per_second": rate, "bandwidth_bytes_per_second": bandwidth, "bandwidth_ratio": rate / bandwidth,
		"snapshot_bytes": snapshotBytes, "outcome_bytes": outcomeBytes, "peak_bytes": b.peak, "peak_bytes_before_deciding": b.peakBefore, "cores": int(cores),
		"seconds": b.seconds, "cpu_seconds": b.cpu, "cpu_microseconds_per_family": perFamily, "snapshot_bytes_per_family": float64(snapshotBytes) / n,
		"nation_seconds_extrapolated": took * nation / n, "nation_seconds_at_rest": atRest,
		"snapshot_digest": b.snap.Digest, "digest": content.Digest()})
}
