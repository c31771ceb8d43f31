package cli

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"gotong/internal/access"
	"gotong/internal/app"
	"gotong/internal/civil"
	"gotong/internal/determination"
	"gotong/internal/generator"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/run"
)

func benchCommand(e *env) *cobra.Command {
	c := &cobra.Command{Use: "bench", Short: "Measure speed and memory on synthetic districts"}
	c.AddCommand(benchSpine(e), benchPage(e), benchImport(e), benchLink(e), benchDecide(e), benchTry(e), benchJob(e))
	c.AddCommand(benchPay(e), benchLookup(e))
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

func benchPage(e *env) *cobra.Command {
	var families, pages int
	var seed uint64
	c := &cobra.Command{
		Use: "page", Short: "Import N families and time one family's page at the server", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return inFolder(func(dir string) error { return e.benchPage(cmd.Context(), dir, families, pages, seed) })
		},
	}
	c.Flags().IntVar(&families, "families", 500000, "how many families")
	c.Flags().IntVar(&pages, "pages", 2000, "how many pages to ask for")
	c.Flags().Uint64Var(&seed, "seed", 1, "seed")
	return c
}

func (e *env) benchPage(ctx context.Context, dir string, families, pages int, seed uint64) error {
	config, err := e.configFor(filepath.Join(dir, "data"))
	if err != nil {
		return err
	}
	a, err := app.Open(ctx, app.Options{Config: config, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		return err
	}
	defer a.Close()
	day := civil.MustParse("2026-01-01")
	planted, err := generator.Generate(ctx, generator.Options{Families: families, Seed: seed, AsOf: day, Dir: dir})
	if err != nil {
		return err
	}
	files, closeFiles, err := registry.OpenFiles(filepath.Join(dir, generator.FamiliesFile), filepath.Join(dir, generator.PersonsFile))
	if err != nil {
		return err
	}
	defer closeFiles()
	ctx = access.With(ctx, access.System("bench"))
	began := time.Now()
	if _, err := a.Registry.Import(ctx, files, registry.Options{QueueDuplicates: true}, run.Silent{}); err != nil {
		return err
	}
	imported := time.Since(began)
	if err := enacted(ctx, a, day); err != nil {
		return err
	}
	times, err := timePages(ctx, a, pages, seed)
	if err != nil {
		return err
	}
	at := func(p float64) time.Duration { return times[int(p*float64(len(times)-1))] }
	e.printf("%d persons imported at %.0f a second\n", planted.Persons, float64(planted.Persons)/imported.Seconds())
	e.printf("a family's page of %d families: p50 %v, p95 %v, p99 %v; peak %d MiB\n", families, at(.5), at(.95), at(.99), peakBytes()>>20)
	return e.result(map[string]any{"families": families, "persons": planted.Persons, "import_persons_per_second": float64(planted.Persons) / imported.Seconds(),
		"page_p50_ms": ms(at(.5)), "page_p95_ms": ms(at(.95)), "page_p99_ms": ms(at(.99)), "peak_bytes": peakBytes()})
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

// timePages asks the real pages, over a loopback connection, for families
// drawn at random, and returns the times in order.
func timePages(ctx context.Context, a *app.App, pages int, seed uint64) ([]time.Duration, error) {
	const login, password = "bench", "seribu halaman keluarga"
	staff := access.Staff{Login: login, Name: "Bench", Roles: []access.Role{access.Officer}, Scope: access.Nation()}
	if _, err := a.Access.Bootstrap(ctx, staff, password); err != nil {
		return nil, err
	}
	var ids []ident.ID
	err := a.Registry.Scan(ctx, access.PurposeSystem, func(r *registry.Record) error {
		ids = append(ids, r.Family.ID)
		return nil
	})
	if err != nil {
		return nil, err
	}
	server := httptest.NewServer(a.Site())
	defer server.Close()
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.PostForm(server.URL+"/masuk", url.Values{"login": {login}, "sandi": {password}})
	if err != nil {
		return nil, err
	}
	answer.Body.Close()
	random := rand.New(rand.NewPCG(seed, 1))
	var times []time.Duration
	for range pages {
		began := time.Now()
		answer, err := client.Get(server.URL + "/keluarga/" + ids[random.IntN(len(ids))].String())
		if err != nil {
			return nil, err
		}
		_, err = io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
		if err != nil || answer.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("a family's page answers %d: %w", answer.StatusCode, err)
		}
		times = append(times, time.Since(began))
	}
	slices.Sort(times)
	return times, nil
}
