package cli

import (
	"context"
	"log/slog"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"gotong/internal/access"
	"gotong/internal/app"
	"gotong/internal/civil"
	"gotong/internal/determination"
	"gotong/internal/run"
)

func benchCommand(e *env) *cobra.Command {
	c := &cobra.Command{Use: "bench", Short: "Measure speed and memory on synthetic districts"}
	c.AddCommand(benchSpine(e), benchPage(e), benchImport(e), benchLink(e), benchDecide(e), benchTry(e), benchJob(e))
	c.AddCommand(benchPay(e), benchLookup(e), benchWrite(e))
	return c
}

// peakBytes returns the most memory this process has had resident so far.
func peakBytes() int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return u.Maxrss << 10
}

// forgetPeak gives back what memory is not in use and lets the measure of
// the most begin anew, where the system allows it.
func forgetPeak() {
	debug.FreeOSMemory()
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) // what is measured is then more, not less
}

// processorTime returns how long this process has kept processors busy, 0
// where the system does not say.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// inFolder runs fn on a folder that goes away afterwards.
func inFolder(fn func(dir string) error) error {
	dir, err := os.MkdirTemp("", "gotong-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	return fn(dir)
}

func (e *env) configFor(dir string) (app.Config, error) {
	return app.LoadConfig("", nil, map[string]string{"data": dir})
}

func benchSpine(e *env) *cobra.Command {
	var families int
	var seed uint64
	c := &cobra.Command{
		Use: "spine", Short: "Take a district of N families through the whole spine", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return inFolder(func(dir string) error {
				config, err := e.configFor(dir)
				if err != nil {
					return err
				}
				d, err := app.RunDemo(cmd.Context(), app.DemoOptions{Config: config, Log: slog.New(slog.DiscardHandler), Families: families, Seed: seed}, run.Silent{})
				if err != nil {
					return err
				}
				explained, err := timeExplanations(cmd.Context(), config)
				if err != nil {
					return err
				}
				e.printf("%d families, %d persons: %.1f s, peak %d MiB, %d cores\n", d.Families, d.Persons, d.Seconds, peakBytes()>>20, runtime.NumCPU())
				e.printf("explaining every programme to a family: p50 %v, slowest %v of %d (figure: 300 ms)\n", explained[len(explained)/2], explained[len(explained)-1], len(explained))
				return e.result(map[string]any{"explain_p50_ms": ms(explained[len(explained)/2]), "explain_slowest_ms": ms(explained[len(explained)-1]),
					"families": d.Families, "persons": d.Persons, "seconds": d.Seconds, "peak_bytes": peakBytes(),
					"cores": runtime.NumCPU(), "determination_digest": d.DeterminationDigest})
			})
		},
	}
	c.Flags().IntVar(&families, "families", 20000, "how many families")
	c.Flags().Uint64Var(&seed, "seed", 1, "seed")
	return c
}

// openQuiet opens the installation in a folder, to measure it: it logs nothing.
func (e *env) openQuiet(ctx context.Context, data string) (*app.App, error) {
	config, err := e.configFor(data)
	if err != nil {
		return nil, err
	}
	return app.Open(ctx, app.Options{Config: config, Log: slog.New(slog.DiscardHandler)})
}

// explainedTo is how many families are explained to.
const explainedTo = 60

// timeExplanations explains every programme to families of an enacted
// determination, in villages far apart, and returns the times in order.
func timeExplanations(ctx context.Context, config app.Config) ([]time.Duration, error) {
	a, err := app.Open(ctx, app.Options{Config: config, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	defer a.Close()
	ctx = access.With(ctx, access.System("bench"))
	h, err := a.Determinations.Current(ctx)
	if err != nil {
		return nil, err
	}
	page, err := a.Determinations.List(ctx, determination.Filter{Determination: h.ID, Programme: "pkh"}, determination.Place{}, 100_000, access.PurposeService)
	if err != nil {
		return nil, err
	}
	var times []time.Duration
	for i := range explainedTo {
		began := time.Now()
		if _, err := a.Determinations.ExplainAll(ctx, access.PurposeService, h.ID, page.Rows[i*len(page.Rows)/explainedTo].FamilyID); err != nil {
			return nil, err
		}
		times = append(times, time.Since(began))
	}
	slices.Sort(times)
	return times, nil
}

// enacted takes the register to a determination in force, by two people, so
// that a family's page has reasons and a path to show.
func enacted(ctx context.Context, a *app.App, day civil.Date) error {
	h, err := a.RunSpine(ctx, day, run.Silent{})
	if err != nil {
		return err
	}
	manager := func(login string) context.Context {
		return access.With(ctx, access.Actor{Login: login, Roles: []access.Role{access.Manager}, Scope: access.Nation()})
	}
	if _, err := a.Determinations.Propose(manager("bench1"), h.ID, ""); err != nil {
		return err
	}
	_, err = a.Determinations.Enact(manager("bench2"), h.ID)
	return err
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
