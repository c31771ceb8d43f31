package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/generator"
	"gotong/internal/registry"
	"gotong/internal/registry/sheet"
	"gotong/internal/run"
)

// personsPerFamily is about how many members the generator gives a family.
const personsPerFamily = 3

// importFigure is what one import took.
type importFigure struct {
	Format           string  `json:"format"`
	Families         int64   `json:"families"`
	Persons          int64   `json:"persons"`
	Bytes            int64   `json:"bytes"`
	Seconds          float64 `json:"seconds"`
	PersonsPerSecond float64 `json:"persons_per_second"`
	CheckSeconds     float64 `json:"check_seconds"` // of a dry run: every row read, checked and compared
	RowsPerSecond    float64 `json:"check_rows_per_second"`
	CPUSeconds       float64 `json:"cpu_seconds"`
	PeakBytes        int64   `json:"peak_bytes"` // of the process that did it
}

func benchImport(e *env) *cobra.Command {
	var persons int
	var seed uint64
	var one, profile, folder string
	c := &cobra.Command{
		Use: "import", Short: "Import N persons and half as many, each in a process of its own, and print speed and peak memory", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if folder != "" {
				return e.benchImportOne(cmd.Context(), folder, sheet.Format(one), profile)
			}
			return inFolder(func(dir string) error { return e.benchImports(cmd.Context(), dir, persons, seed) })
		},
	}
	f := c.Flags()
	f.IntVar(&persons, "persons", 300_000, "how many persons")
	f.Uint64Var(&seed, "seed", 1, "seed")
	f.StringVar(&folder, "files", "", "only import the files in this folder")
	f.StringVar(&one, "format", string(sheet.CSV), "format of the files in --files: csv, xlsx or parquet")
	f.StringVar(&profile, "cpuprofile", "", "with --files: write a profile of the processor's time")
	return c
}

func (e *env) benchImports(ctx context.Context, dir string, persons int, seed uint64) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	var figures []importFigure
	for i, n := range []int{persons / 2, persons} {
		at := filepath.Join(dir, strconv.Itoa(i))
		_, err := generator.Generate(ctx, generator.Options{Families: n / personsPerFamily, Seed: seed, AsOf: civil.MustParse("2026-01-01"), Dir: at})
		if err != nil {
			return err
		}
		for _, format := range sheet.Formats {
			if err := convert(at, format); err != nil {
				return err
			}
			// A process of its own, as peak memory never goes down.
			out, err := exec.CommandContext(ctx, self, "bench", "import", "--files", at, "--format", string(format), "--json").Output()
			if err != nil {
				return fmt.Errorf("importing %s: %w: %s", format, err, out)
			}
			lines := strings.Split(strings.TrimSpace(string(out)), "\n")
			var figure importFigure
			if err := json.Unmarshal([]byte(lines[len(lines)-1]), &figure); err != nil {
				return err
			}
			figures = append(figures, figure)
			e.printf("%-7s %8d persons: %7.0f persons/s (%.1f s, %.1f s of processors), checked alone %7.0f rows/s, peak %d MiB\n", format, figure.Persons,
				figure.PersonsPerSecond, figure.Seconds, figure.CPUSeconds, figure.RowsPerSecond, figure.PeakBytes>>20)
		}
	}
	return e.result(map[string]any{"imports": figures, "cores": runtime.NumCPU()})
}

// fileNames are the names of the import's files in a format.
func fileNames(dir string, f sheet.Format) (family, member string) {
	name := func(s string) string {
		return filepath.Join(dir, strings.TrimSuffix(s, filepath.Ext(s))+"."+string(f))
	}
	return name(generator.FamiliesFile), name(generator.PersonsFile)
}

// convert writes the folder's CSV files in another format.
func convert(dir string, f sheet.Format) error {
	if f == sheet.CSV {
		return nil
	}
	families, members := fileNames(dir, f)
	for from, to := range map[string]string{generator.FamiliesFile: families, generator.PersonsFile: members} {
		if err := convertFile(filepath.Join(dir, from), to, f); err != nil {
			return err
		}
	}
	return nil
}

func convertFile(from, to string, f sheet.Format) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	rows, problem, err := sheet.Open(in, info.Size(), "")
	if err != nil || problem != "" {
		return fmt.Errorf("%s: %s %w", from, problem, err)
	}
	defer rows.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	defer func() {
		if closed := out.Close(); err == nil {
			err = closed
		}
	}()
	var table sheet.Table
	var values []sheet.Value
	for rec := (sheet.Record{}); rows.Next(&rec); {
		if table == nil {
			columns := make([]sheet.Column, len(rec.Fields))
			for i, name := range rec.Fields {
				columns[i] = sheet.Column{Name: name}
			}
			values = make([]sheet.Value, len(columns))
			if table, err = sheet.NewTable(out, f, "data", columns); err != nil {
				return err
			}
			continue
		}
		for i, text := range rec.Fields {
			values[i] = sheet.T(text)
		}
		if err := table.Row(values); err != nil {
			return err
		}
	}
	return table.Close()
}

// benchImportOne imports the files of a folder into a new installation.
func (e *env) benchImportOne(ctx context.Context, dir string, format sheet.Format, profile string) error {
	return inFolder(func(data string) error {
		a, err := e.openQuiet(ctx, data)
		if err != nil {
			return err
		}
		defer a.Close()
		family, member := fileNames(dir, format)
		files, closeFiles, err := registry.OpenFiles(family, member)
		if err != nil {
			return err
		}
		defer closeFiles()
		if profile != "" {
			f, err := os.Create(profile)
			if err != nil {
				return err
			}
			if err := pprof.StartCPUProfile(f); err != nil {
				return err
			}
			defer pprof.StopCPUProfile()
		}
		ctx = access.With(ctx, access.System("bench"))
		began := time.Now()
		checked, err := a.Registry.Import(ctx, files, registry.Options{QueueDuplicates: true, DryRun: true}, run.Silent{})
		if err != nil {
			return err
		}
		check := time.Since(began)
		cpu := cpuSeconds()
		began = time.Now()
		r, err := a.Registry.Import(ctx, files, registry.Options{QueueDuplicates: true}, run.Silent{})
		if err != nil {
			return err
		}
		took := time.Since(began)
		figure := importFigure{Format: string(format), Families: r.Counts.Families, Persons: r.Counts.Persons, Bytes: files.Family.Size + files.Member.Size,
			Seconds: took.Seconds(), PersonsPerSecond: float64(r.Counts.Persons) / took.Seconds(), CheckSeconds: check.Seconds(),
			RowsPerSecond: float64(checked.Counts.FamilyRows+checked.Counts.MemberRows) / check.Seconds(),
			CPUSeconds:    cpuSeconds() - cpu, PeakBytes: peakBytes()}
		e.printf("%+v\n", figure)
		return e.result(figure)
	})
}
