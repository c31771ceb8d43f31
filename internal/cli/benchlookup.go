package cli

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"gotong/internal/access"
	"gotong/internal/app"
	"gotong/internal/civil"
	"gotong/internal/generator"
	"gotong/internal/nik"
	"gotong/internal/registry"
	"gotong/internal/registry/registrydb"
	"gotong/internal/run"
)

// lookupReaders is how many look numbers up at once.
const lookupReaders = 8

// probesMost is how many numbers are looked up, in turn, and moreMost how many
// persons are imported meanwhile at the most: enough for as long as anybody
// looks, since who looks without a pause leaves an import little.
const (
	probesMost = 100_000
	moreMost   = 200_000
)

func benchLookup(e *env) *cobra.Command {
	b := lookupBench{env: e}
	c := &cobra.Command{
		Use: "lookup", Short: "Look NIKs up among N persons, with 8 readers, while an import runs", Args: cobra.NoArgs,
		Long: `Imports N synthetic persons. Eight readers then look NIKs up by the blind
index: the key made of the number, a view of the database, the statement with
the areas of who asks, the family's id. No number is opened. Each was looked up
once before, so that its page is in memory. They do so alone for a quarter of
--seconds, and while a fifth as many persons more are imported, 200,000 at the
most, for no longer than --seconds: an import that is not done by then is left
and brings nothing. Beside it a ninth does what a page does: it reads the
families too, and the look is on the disk before it ends.
With --peer, the address of an empty PostgreSQL database, the same keys are
looked up there in a table of key and family, through pgx, prepared, alone and
while rows go in; both ratios are told.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return inFolder(func(dir string) error { return b.run(cmd.Context(), dir) })
		},
	}
	f := c.Flags()
	f.IntVar(&b.persons, "persons", 300_000, "how many persons")
	f.Uint64Var(&b.seed, "seed", 1, "seed")
	f.Float64Var(&b.seconds, "seconds", 20, "how long to look up at the most")
	f.StringVar(&b.peer, "peer", "", "postgres:// address of an empty database to compare with")
	return c
}

// lookupBench looks up among one generated register.
type lookupBench struct {
	*env
	persons int
	seed    uint64
	seconds float64
	peer    string
}

func (b lookupBench) run(ctx context.Context, dir string) error {
	a, err := b.openQuiet(ctx, filepath.Join(dir, "data"))
	if err != nil {
		return err
	}
	defer a.Close()
	ctx = access.With(ctx, access.System("bench"))
	first, more := filepath.Join(dir, "first"), filepath.Join(dir, "more")
	for at, o := range map[string]generator.Options{first: {Families: b.persons / personsPerFamily, Seed: b.seed}, more: {Families: min(b.persons/5, moreMost) / personsPerFamily, Seed: b.seed + 1}} {
		o.AsOf, o.Dir = civil.MustParse("2026-01-01"), at
		if _, err := generator.Generate(ctx, o); err != nil {
			return err
		}
	}
	loaded, err := importFolder(ctx, a, first)
	if err != nil {
		return err
	}
	numbers, err := probes(filepath.Join(first, generator.PersonsFile), b.persons)
	if err != nil {
		return err
	}
	alone, err := b.alone(ctx, a, numbers)
	if err != nil {
		return err
	}
	imported := &registry.Report{} // none where the import was left when nobody looked any more
	points, recorded, err := b.underImport(ctx, a, numbers, func(ctx context.Context) error {
		r, err := importFolder(ctx, a, more)
		if err == nil {
			imported = r
		}
		return err
	})
	if err != nil {
		return err
	}
	out := map[string]any{"persons": loaded.Counts.Persons, "readers": lookupReaders, "cores": runtime.NumCPU(), "imported_meanwhile": imported.Counts.Persons,
		"alone": alone.figure(), "lookup": points.figure(), "recorded": recorded.figure(), "peak_bytes": peakBytes()}
	b.printf("%d persons, %d readers by the blind index, %d cores, peak memory %d MiB\nalone:                     %s\n",
		loaded.Counts.Persons, lookupReaders, runtime.NumCPU(), peakBytes()>>20, alone)
	b.printf("while others are imported:  %s\na page's look meanwhile:   %s\n", points, recorded)
	if b.peer != "" {
		peer, err := b.beside(ctx, a, numbers, alone.took, points.took)
		if err != nil {
			return fmt.Errorf("the peer: %w", err)
		}
		ratio, busy := alone.rate()/peer.alone.rate(), points.rate()/peer.busy.rate()
		b.printf("PostgreSQL alone:          %s\nwhile rows go in:          %s\nthe index answers %.1f times as many alone, %.1f times while rows go in\n", peer.alone, peer.busy, ratio, busy)
		out["peer"], out["peer_busy"], out["ratio"], out["ratio_busy"] = peer.alone.figure(), peer.busy.figure(), ratio, busy
	}
	return b.result(out)
}

// point looks a number up as the register does.
func (b lookupBench) point(ctx context.Context, a *app.App, numbers []nik.Number) func(i int) error {
	store := registrydb.New()
	return func(i int) error {
		n := numbers[i%len(numbers)]
		return a.DB.Read(ctx, func(ctx context.Context) error {
			found, err := store.Find(ctx, registry.KindNIK, a.Keys.Blind(string(registry.KindNIK), string(n)))
			return some(len(found), err)
		})
	}
}

// alone looks numbers up while nothing else goes on.
func (b lookupBench) alone(ctx context.Context, a *app.App, numbers []nik.Number) (lookups, error) {
	if err := warm(len(numbers), b.point(ctx, a, numbers)); err != nil {
		return lookups{}, err
	}
	reading, stop := context.WithTimeout(ctx, time.Duration(b.seconds*float64(time.Second)/4))
	defer stop()
	return race(reading, lookupReaders, b.point(ctx, a, numbers))
}

// underImport looks numbers up while an import runs, for as long as it takes
// or as was asked. What of it is left then is not brought in: into a register
// of ten millions that takes much longer than looking.
func (b lookupBench) underImport(ctx context.Context, a *app.App, numbers []nik.Number, load func(ctx context.Context) error) (points, recorded lookups, err error) {
	reading, stop := context.WithTimeout(ctx, time.Duration(b.seconds*float64(time.Second)))
	defer stop()
	var all sync.WaitGroup
	var failed [2]error
	all.Go(func() {
		points, failed[0] = race(reading, lookupReaders, b.point(ctx, a, numbers))
	})
	all.Go(func() {
		recorded, failed[1] = race(reading, 1, func(i int) error {
			found, err := a.Registry.Lookup(ctx, registry.KindNIK, string(numbers[i%len(numbers)]), access.PurposeVerification)
			return some(len(found), err)
		})
	})
	err = load(reading)
	if reading.Err() != nil && ctx.Err() == nil {
		err = nil
	}
	stop()
	all.Wait()
	return points, recorded, errors.Join(err, failed[0], failed[1])
}

func some(found int, err error) error {
	if err == nil && found == 0 {
		err = errors.New("a number on record is not found")
	}
	return err
}

// importFolder imports the generated files of a folder.
func importFolder(ctx context.Context, a *app.App, dir string) (*registry.Report, error) {
	families, members := fileNames(dir, "csv")
	files, closeFiles, err := registry.OpenFiles(families, members)
	if err != nil {
		return nil, err
	}
	defer closeFiles()
	return a.Registry.Import(ctx, files, registry.Options{QueueDuplicates: true}, run.Silent{})
}

// probes returns valid numbers from all over a file of so many persons, in an
// order that has nothing to do with theirs.
func probes(path string, persons int) ([]nik.Number, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.ReuseRecord, r.FieldsPerRecord = true, -1
	head, err := r.Read()
	if err != nil {
		return nil, err
	}
	column := slices.Index(head, "nik")
	if column < 0 {
		return nil, fmt.Errorf("%s has no column nik", path)
	}
	var some []nik.Number
	for step, row := max(1, persons/probesMost), 0; ; row++ {
		rec, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if row%step > 0 {
			continue
		}
		if n, problem := nik.Parse(rec[column]); problem == "" {
			some = append(some, nik.Number(strings.Clone(string(n)))) // the record is used again
		}
	}
	if len(some) == 0 {
		return nil, fmt.Errorf("%s has no valid NIK", path)
	}
	mixed := make([]nik.Number, len(some))
	for i := range some {
		mixed[i] = some[i*7919%len(some)]
	}
	return mixed, nil
}

// lookups are the times of single lookups, in order, and of all together.
type lookups struct {
	times []time.Duration
	took  time.Duration
}

func (l lookups) rate() float64 { return float64(len(l.times)) / l.took.Seconds() }

func (l lookups) at(p float64) time.Duration { return l.times[int(p*float64(len(l.times)-1))] }

func (l lookups) String() string {
	return fmt.Sprintf("%.0f a second, p50 %v, p99 %v, longest %v, of %d", l.rate(), l.at(.5), l.at(.99), l.at(1), len(l.times))
}

func (l lookups) figure() map[string]any {
	return map[string]any{"lookups": len(l.times), "per_second": l.rate(), "p50_ms": ms(l.at(.5)), "p99_ms": ms(l.at(.99)), "slowest_ms": ms(l.at(1))}
}

// warm looks each thing up once: what is measured then is a register in use,
// whose pages are in memory.
func warm(things int, look func(i int) error) error {
	for i := range things {
		if err := look(i); err != nil {
			return err
		}
	}
	return nil
}

// race has readers look things up, each its own part, until ctx ends; each
// does so at least once.
func race(ctx context.Context, readers int, look func(i int) error) (lookups, error) {
	var all sync.WaitGroup
	times, failed := make([][]time.Duration, readers), make([]error, readers)
	began := time.Now()
	for r := range readers {
		all.Go(func() {
			for i := r; ; i += readers {
				start := time.Now()
				if failed[r] = look(i); failed[r] != nil {
					return
				}
				times[r] = append(times[r], time.Since(start))
				if ctx.Err() != nil {
					return
				}
			}
		})
	}
	all.Wait()
	l := lookups{times: slices.Concat(times...), took: time.Since(began)}
	slices.Sort(l.times)
	return l, errors.Join(failed...)
}
