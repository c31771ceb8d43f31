package cli

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/generator"
	"gotong/internal/i18n"
	"gotong/internal/linkage/roster"
)

func benchLink(e *env) *cobra.Command {
	var persons int
	var seed uint64
	var out string
	var offices bool
	c := &cobra.Command{
		Use: "link", Short: "Find the duplicates planted among N synthetic persons, and hold what is found against what was planted", Args: cobra.NoArgs,
		Long: `Generates N synthetic persons, some of them twice, finds who is on the list
twice, and holds what is found against what was planted. Then the list is
matched with how other offices have its dead and its civil servants down, with
as many people among them who are on no list. The seconds are those
from the file to the clusters; generation is told apart. With --out the list
and the figures are left in a folder, for scripts/bench-link-duckdb.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if persons < 1 {
				return fault.Invalid("cli.bench_persons", "persons", persons)
			}
			b := linkBench{env: e, persons: persons, seed: seed, out: out, alsoOffices: offices || persons <= officesMost}
			if out != "" {
				return errors.Join(os.MkdirAll(out, 0o755), b.run(cmd.Context(), out))
			}
			return inFolder(func(dir string) error { return b.run(cmd.Context(), dir) })
		},
	}
	c.Flags().IntVar(&persons, "persons", 60000, "how many persons")
	c.Flags().Uint64Var(&seed, "seed", 1, "seed")
	c.Flags().BoolVar(&offices, "offices", false, "match the lists of other offices too, however many persons")
	c.Flags().StringVar(&out, "out", "", "folder for the list and the figures")
	return c
}

// linkBench links one generated list.
type linkBench struct {
	*env
	persons int
	seed    uint64
	out     string // folder to leave the figures in; "" for none

	alsoOffices bool // match the lists of other offices

	limit      int // records of the largest block
	generated  time.Duration
	took, used time.Duration // of linking: on the clock, and of the processor
	before     int64         // peak of memory before linking, in bytes
}

func (b *linkBench) run(ctx context.Context, dir string) error {
	day := civil.MustParse("2026-01-01")
	list := filepath.Join(dir, "people.csv")
	began := time.Now()
	if err := writePeople(ctx, dir, list, b.persons, b.seed, day); err != nil {
		return err
	}
	b.generated = time.Since(began)
	options, err := linkOptions(day, 0)
	if err != nil {
		return err
	}
	mapping, err := roster.ParseMapping(peopleMapping)
	if err != nil {
		return err
	}
	b.limit, b.before = options.BlockLimit, peakBytes()
	defer sparing(list)()
	forgetPeak()
	cpu := processorTime()
	began = time.Now()
	p, done := b.progress()
	linked, err := roster.Link(ctx, []roster.Source{{Path: list, Mapping: mapping}}, options, day, p)
	done()
	if err != nil {
		return err
	}
	b.took, b.used = time.Since(began), processorTime()-cpu
	planted, err := plantedPairs(dir, b.persons)
	if err != nil {
		return err
	}
	c := confusionOf(linked.Rows(), planted)
	figures := b.measured(linked, c)
	if b.alsoOffices {
		if figures["offices"], err = b.offices(ctx, dir, list, mapping, options, day); err != nil {
			return err
		}
	}
	return b.told(figures)
}

// The list that is linked: the generator's persons, each with what their
// family's row says, row for row, so that a row's number is that of anggota.csv.
var (
	peopleHeading = []string{"keluarga", "nik", "nama", "lahir", "sex", "ibu", "wilayah", "alamat"}
	peopleMapping = "household=keluarga,identifier=nik,name=nama,born=lahir,sex=sex,mother=ibu,area=wilayah,address=alamat"
)

// fewestPersons is how many persons a family of the generator has at least,
// on the average.
const fewestPersons = 2.8

// writePeople generates a district and writes the list of its first persons.
func writePeople(ctx context.Context, dir, list string, persons int, seed uint64, day civil.Date) error {
	families := int(float64(persons)/fewestPersons) + 20
	if _, err := generator.Generate(ctx, generator.Options{Families: families, Seed: seed, AsOf: day, Dir: dir}); err != nil {
		return err
	}
	where := map[string][2]string{}
	err := eachRow(filepath.Join(dir, generator.FamiliesFile), func(_ int, at func(string) string) error {
		where[at("id_keluarga")] = [2]string{at("kode_wilayah"), at("alamat") + " RT " + at("rt") + " RW " + at("rw")}
		return nil
	})
	if err != nil {
		return err
	}
	f, err := os.Create(list)
	if err != nil {
		return err
	}
	w := csv.NewWriter(f)
	err = w.Write(peopleHeading)
	if err == nil {
		err = eachRow(filepath.Join(dir, generator.PersonsFile), func(row int, at func(string) string) error {
			if row > persons+1 {
				return io.EOF
			}
			family := where[at("id_keluarga")]
			return w.Write([]string{at("id_keluarga"), at("nik"), at("nama"), at("tanggal_lahir"), at("jenis_kelamin"), at("nama_ibu"), family[0], family[1]})
		})
	}
	w.Flush()
	return errors.Join(err, w.Error(), f.Close())
}

// eachRow calls fn for each row of a CSV file with its number and its cells by
// heading, until fn returns io.EOF.
func eachRow(path string, fn func(row int, at func(heading string) string) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.ReuseRecord = true
	heading, err := r.Read()
	if err != nil {
		return err
	}
	columns := map[string]int{}
	for i, name := range heading {
		columns[name] = i
	}
	for row := 2; ; row++ {
		cells, err := r.Read()
		if err == nil {
			err = fn(row, func(heading string) string { return cells[columns[heading]] })
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// plantedPairs returns the pairs of rows that are of one person, the smaller
// row's name first.
func plantedPairs(dir string, persons int) (map[[2]string]bool, error) {
	planted := map[[2]string]bool{}
	err := eachRow(filepath.Join(dir, "truth", "duplicates.csv"), func(_ int, at func(string) string) error {
		again, err := strconv.Atoi(at("baris"))
		if err == nil && again <= persons+1 {
			planted[ordered(at("baris"), at("baris_asal"))] = true
		}
		return err
	})
	return planted, err
}

func ordered(a, b string) [2]string {
	if a > b {
		a, b = b, a
	}
	return [2]string{a, b}
}

// confusion is what was found against what was planted, in pairs.
type confusion struct {
	Right  int   `json:"true_positives"`
	Wrong  int   `json:"false_positives"`
	Missed int   `json:"false_negatives"`
	Apart  int64 `json:"true_negatives"` // of the pairs that were compared
}

func confusionOf(rows []roster.Row, planted map[[2]string]bool) confusion {
	var c confusion
	for _, r := range rows {
		if planted[ordered(r.Left, r.Right)] {
			c.Right++
		} else {
			c.Wrong++
		}
	}
	c.Missed = len(planted) - c.Right
	return c
}

func (c confusion) precision() float64 { return share(c.Right, c.Right+c.Wrong) }
func (c confusion) recall() float64    { return share(c.Right, c.Right+c.Missed) }

func (c confusion) f1() float64 { return share(2*c.Right, 2*c.Right+c.Wrong+c.Missed) }

// share is 1 of nothing: who looks for nothing has found it all.
func share(n, of int) float64 {
	if of == 0 {
		return 1
	}
	return float64(n) / float64(of)
}

func (b *linkBench) measured(l *roster.Linked, c confusion) map[string]any {
	compared := l.Result.Compared
	c.Apart = max(0, compared-int64(c.Right+c.Wrong+c.Missed))
	rate := float64(compared) / b.took.Seconds()
	peak := peakBytes()
	b.printf("%s\n", i18n.T(b.lang, "cli.bench_link", "records", l.Result.Records, "compared", compared, "seconds", seconds(b.took),
		"rate", int64(rate), "peak", peak>>20, "before", b.before>>20, "generated", seconds(b.generated), "cpu", seconds(b.used)))
	b.printf("%s\n", i18n.T(b.lang, "cli.bench_link_found", "precision", places(c.precision()), "recall", places(c.recall()), "f1", places(c.f1())))
	b.printf("%s\n", i18n.T(b.lang, "cli.bench_link_confusion", "right", c.Right, "wrong", c.Wrong, "missed", c.Missed, "apart", c.Apart))
	return map[string]any{"records": l.Result.Records, "pairs_compared": compared, "matches": l.Matches(), "held_from": l.Result.Match,
		"precision": c.precision(), "recall": c.recall(), "f1": c.f1(), "pairs_per_second": rate, "seconds": seconds(b.took),
		"generation_seconds": seconds(b.generated), "cpu_seconds": seconds(b.used), "block_limit": b.limit,
		"peak_bytes": peak, "peak_bytes_before": b.before, "bytes_per_record": peak / int64(max(l.Result.Records, 1)),
		"cores": runtime.NumCPU(), "confusion": c, "blocks": l.Result.Blocks}
}

// told prints the figures, and leaves them in a folder where that was asked.
func (b *linkBench) told(figures map[string]any) error {
	if b.out != "" {
		text, err := json.MarshalIndent(figures, "", "\t")
		if err := errors.Join(err, os.WriteFile(filepath.Join(b.out, "link.json"), text, 0o644)); err != nil {
			return err
		}
	}
	return b.result(figures)
}

func places(v float64) string { return strconv.FormatFloat(v, 'f', 4, 64) }
