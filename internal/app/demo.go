package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/clock"
	"gotong/internal/delivery"
	"gotong/internal/determination"
	"gotong/internal/fault"
	"gotong/internal/generator"
	"gotong/internal/registry"
	"gotong/internal/run"
	"gotong/internal/snapshot"
	"gotong/internal/targeting"
)

// DemoOptions say how large a demo district is and from which seed.
type DemoOptions struct {
	Config   Config
	Log      *slog.Logger
	Families int
	Seed     uint64
}

// Demo is what the spine did on the demo district, from registration to
// reconciled payments. The same seed gives the same figures and digests;
// Seconds alone differs.
type Demo struct {
	Families int64 `json:"families"`
	Persons  int64 `json:"persons"`

	DuplicatesPlanted int64 `json:"duplicates_planted"`
	DuplicatesFound   int64 `json:"duplicates_found"` // planted pairs that were found
	DuplicatesFalse   int64 `json:"duplicates_false"` // found pairs that nobody planted

	Deciles      []int64 `json:"deciles"` // families of each decile of the nation, the poorest first
	Unranked     int64   `json:"unranked"`
	Determined   int64   `json:"determined"` // families and persons × programmes
	Entitled     int64   `json:"entitled"`
	Waitlisted   int64   `json:"waitlisted"`
	Refused      int64   `json:"refused"`
	Undetermined int64   `json:"undetermined"`

	Ordered     int64 `json:"ordered_rupiah"`
	Credited    int64 `json:"credited_rupiah"`
	Returned    int64 `json:"returned_rupiah"`
	Outstanding int64 `json:"outstanding_rupiah"`
	Held        int64 `json:"held_rupiah"` // planned, but the recipient has no account, died, …
	Unexplained int64 `json:"unexplained_lines"`

	LedgerBalanced bool  `json:"ledger_balanced"`
	GoodsBalanced  bool  `json:"goods_balanced"`
	LogVerified    bool  `json:"log_verified"`
	Rechecked      bool  `json:"rechecked"`
	SecondEngines  int64 `json:"second_engine_families"` // with an adult who could earn and does not

	LeftPoverty   int64  `json:"left_poverty"` // families, half a year on
	FellPoor      int64  `json:"fell_poor"`
	AtTheEnd      int64  `json:"at_the_end"` // recipients who have come to the end of a programme
	OutcomeDigest string `json:"outcome_digest"`

	SnapshotDigest      string  `json:"snapshot_digest"`
	RankingDigest       string  `json:"ranking_digest"`
	DeterminationDigest string  `json:"determination_digest"`
	Seconds             float64 `json:"seconds"`
}

// demoStart is the demo's first moment: its own time, so that ages, and so
// figures and digests, are the same on every day that it is run (ADR 0010).
var demoStart = time.Date(2026, time.January, 5, 1, 0, 0, 0, time.UTC)

// demoAsOf is the day that the demo's facts are of.
var demoAsOf = civil.MustParse("2026-01-01")

// demoFile marks a folder in which a demo is complete.
const demoFile = "demo/result.json"

// HasDemo reports whether the demo of a data folder is complete.
func HasDemo(c Config) bool {
	_, err := os.Stat(filepath.Join(c.Get("data"), demoFile))
	return err == nil
}

// RunDemo fills an empty installation with a demo district and takes it
// through the spine. It returns fault.Conflict when the installation holds
// families already.
func RunDemo(ctx context.Context, o DemoOptions, p run.Progress) (Demo, error) {
	began := time.Now()
	d := demo{options: o, progress: p, dir: filepath.Join(o.Config.Get("data"), "demo")}
	if err := d.open(ctx); err != nil {
		return Demo{}, err
	}
	steps := []func(context.Context) error{d.hire, d.generate, d.register, d.measure, d.link, d.meet, d.rank, d.determine, d.death, d.deliver, d.trouble, d.account, d.papers, d.measure, d.visit, d.goods, d.measure, d.duties, d.post, d.follow, d.servants, d.retain, d.prove}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return Demo{}, errors.Join(err, d.app.Close())
		}
	}
	d.result.Seconds = time.Since(began).Seconds()
	return d.result, errors.Join(d.keep(), d.app.Close())
}

// demo is the state of RunDemo.
type demo struct {
	options  DemoOptions
	progress run.Progress
	dir      string
	app      *App
	clock    *clock.Stepping
	staff    map[string]access.Actor

	planted       generator.Summary
	ranking       targeting.Header
	determination determination.Header
	lists         []*delivery.PayList // the first instalment
	result        Demo
}

func (d *demo) open(ctx context.Context) error {
	d.clock = clock.NewStepping(demoStart, 50*time.Microsecond)
	var seed [32]byte
	for i := range 8 {
		seed[i] = byte(d.options.Seed >> (8 * i))
	}
	var err error
	d.app, err = Open(ctx, Options{Config: d.options.Config, Log: d.options.Log, Clock: d.clock, Random: rand.NewChaCha8(seed),
		Seed: d.options.Seed, RunTiming: run.Timing{Beat: time.Hour}}) // a heartbeat would read the clock at random moments
	if err != nil {
		return err
	}
	n, err := d.app.Registry.Count(access.With(ctx, access.System("demo")), registry.Filter{})
	if err == nil && n > 0 {
		err = fault.Conflict("app.demo_not_empty", "folder", d.options.Config.Get("data"))
	}
	if err != nil {
		return errors.Join(err, d.app.Close())
	}
	return nil
}

// as returns a context in which one of the demo's staff acts.
func (d *demo) as(ctx context.Context, login string) context.Context {
	return access.With(ctx, d.staff[login])
}

func (d *demo) generate(ctx context.Context) error {
	d.progress.Stage("generate", int64(d.options.Families))
	last := 0
	var err error
	d.planted, err = generator.Generate(ctx, generator.Options{Families: d.options.Families, Seed: d.options.Seed, AsOf: demoAsOf, Dir: d.dir,
		Progress: func(done, _ int) { d.progress.Add("", int64(done-last)); last = done }})
	d.result.DuplicatesPlanted = int64(d.planted.Duplicates)
	d.result.SecondEngines = int64(d.planted.SecondEngine)
	return err
}

func (d *demo) register(ctx context.Context) error {
	var files registry.Files
	for name, into := range map[string]*registry.File{generator.FamiliesFile: &files.Family, generator.PersonsFile: &files.Member} {
		b, err := os.ReadFile(filepath.Join(d.dir, name))
		if err != nil {
			return err
		}
		*into = registry.NewFile(name, b)
	}
	// Planted duplicates with an unchanged NIK stand in two families: the
	// duplicates desk decides, as an office that takes over old lists would.
	r, err := d.app.Registry.Import(d.as(ctx, "dinas"), files, registry.Options{QueueDuplicates: true}, d.progress)
	if err != nil {
		return err
	}
	d.result.Families, d.result.Persons = r.Counts.Families, r.Counts.Persons
	return nil
}

func (d *demo) rank(ctx context.Context) error {
	ctx = d.as(ctx, "pengelola")
	s, err := doRun[snapshot.Header](ctx, d.app, KindSnapshot, SnapshotArgs{AsOf: demoAsOf}, d.progress)
	if err != nil {
		return err
	}
	if d.ranking, err = doRun[targeting.Header](ctx, d.app, KindRank, RankArgs{Snapshot: s.ID}, d.progress); err != nil {
		return err
	}
	d.result.SnapshotDigest, d.result.RankingDigest = s.Digest, d.ranking.Digest
	d.result.Deciles, d.result.Unranked = d.ranking.Nation.Deciles[:], d.ranking.Nation.Unranked
	return nil
}

func (d *demo) determine(ctx context.Context) error {
	h, err := doRun[determination.Header](d.as(ctx, "pengelola"), d.app, KindDetermine,
		DetermineArgs{Snapshot: d.ranking.SnapshotID, Ranking: d.ranking.ID}, d.progress)
	if err != nil {
		return err
	}
	d.result.DeterminationDigest = h.Digest
	for _, p := range h.Content.Programmes {
		d.result.Determined += p.Counts.Total()
		d.result.Entitled += p.Counts.Entitled
		d.result.Waitlisted += p.Counts.Waitlisted
		d.result.Refused += p.Counts.Refused
		d.result.Undetermined += p.Counts.Undetermined
	}
	if _, err := d.app.Determinations.Propose(d.as(ctx, "pengelola"), h.ID, "Demo"); err != nil {
		return err
	}
	d.determination, err = d.app.Determinations.Enact(d.as(ctx, "kepala"), h.ID)
	return err
}

// keep writes the result, which also marks the demo as complete.
func (d *demo) keep() error {
	b, err := json.MarshalIndent(d.result, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(d.options.Config.Get("data"), demoFile), b, 0o600)
}

// DemoSignIns returns the demo's sign-ins as they were printed first.
func DemoSignIns(c Config) (string, error) {
	b, err := os.ReadFile(filepath.Join(c.Get("data"), "demo", "sign-ins.txt"))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("app: %w", err)
	}
	return string(b), nil
}
