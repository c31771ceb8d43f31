package registry

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/clock"
	"gotong/internal/indicator"
	"gotong/internal/region"
	"gotong/internal/registry/sheet"
	"gotong/internal/registry/spill"
)

// onlyRows hands out rows one by one, and hides that they can be had as text.
type onlyRows struct{ sheet.Rows }

// Whatever a file is like, the same is found in it where its cells are told
// eight at a time from blocks of text as where each row is taken apart first
// and each cell is read by itself.
func TestFilesAreReadAlikeBothWays(t *testing.T) {
	s := NewService(Deps{Catalogue: indicator.Default(), Atlas: region.Default(),
		Clock: clock.NewStepping(time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC), 0)})
	rapid.Check(t, func(t *rapid.T) {
		heading, rows := someMembers(t, s)
		file := oddFile(t, heading, rows)
		for _, keep := range []bool{true, false} {
			quick, slow := readAll(t, s, file, keep, false), readAll(t, s, file, keep, true)
			if d := cmp.Diff(slow, quick); d != "" {
				t.Fatalf("%q: %s", file, d)
			}
		}
	})
}

// oddFile writes rows as some program or somebody's hand does.
func oddFile(t *rapid.T, heading []string, rows [][]string) string {
	delimiter := rapid.SampledFrom([]string{",", ";", "\t"}).Draw(t, "delimiter")
	end := rapid.SampledFrom([]string{"\n", "\r\n", "\r"}).Draw(t, "line end")
	quoting := rapid.SampledFrom([]string{"never", "some", "always"}).Draw(t, "quotes")
	var b strings.Builder
	b.WriteString(rapid.SampledFrom([]string{"", "\ufeff"}).Draw(t, "mark"))
	b.WriteString(strings.Join(heading, delimiter) + end)
	for range rapid.SampledFrom([]int{1, 1, 40}).Draw(t, "repeated") {
		for _, row := range rows {
			row = slices.Clone(row)
			switch rapid.IntRange(0, 9).Draw(t, "row") {
			case 0:
				row = row[:len(row)-1]
			case 1:
				row = append(row, rapid.SampledFrom([]string{"", "x"}).Draw(t, "beyond"))
			case 2:
				b.WriteString(strings.Repeat(delimiter, 3) + end)
			case 3:
				row[rapid.IntRange(0, len(row)-1).Draw(t, "at")] = rapid.SampledFrom([]string{"\x00", "a\x00", "Jos\xe9", "a\nb", `a"b`, " ya ", strings.Repeat("y", 600), "'=1", `="12"`}).Draw(t, "odd")
			}
			for i, cell := range row {
				if i > 0 {
					b.WriteString(delimiter)
				}
				if quoting == "always" || quoting == "some" && rapid.IntRange(0, 5).Draw(t, "quote") == 0 {
					cell = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
				}
				b.WriteString(cell)
			}
			b.WriteString(end)
		}
	}
	text := b.String()
	if rapid.IntRange(0, 9).Draw(t, "last") == 0 {
		text = text[:len(text)-rapid.IntRange(1, min(len(text)-1, 30)).Draw(t, "missing")]
	}
	if strings.HasPrefix(text, "\ufeff") && rapid.Bool().Draw(t, "wide") {
		wide := make([]byte, 0, 2*len(text))
		for _, x := range utf16.Encode([]rune(text)) {
			wide = append(wide, byte(x), byte(x>>8))
		}
		return string(wide)
	}
	return text
}

// allRead is what became of a file.
type allRead struct {
	Problem  sheet.Problem
	Heading  []Problem
	Problems []Problem
	Counts   Counts
	Fatal    bool
	Habits   []sheet.Habit
	Rows     int64
	Parts    [][]byte
}

func readAll(t *rapid.T, s *Service, file string, keep, byRow bool) (all allRead) {
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	const parts = 3
	in := &incoming{s: s, keep: keep, rows: spill.NewParts("", parts, 1<<20), ties: spill.NewParts("", parts, 1<<20),
		numbers: spill.NewParts("", parts, 1<<20), numbered: make([]int, parts)}
	r := in.memberFile(access.Nation(), civil.MustParse("2025-06-01"), make([]int, parts))
	rows, problem, err := sheet.Open(strings.NewReader(file), int64(len(file)), "")
	must(err)
	if all.Problem = problem; problem != "" {
		return all
	}
	var heading sheet.Record
	rows.Next(&heading)
	if r.columns, all.Heading = r.check.layout.bind(s, heading.Fields, nil); len(all.Heading) > 0 {
		return all
	}
	r.width, r.habits = len(heading.Fields), make([]sheet.Habit, len(r.columns))
	if byRow {
		rows = onlyRows{rows}
	}
	must(r.batches(context.Background(), rows, func(int64) {}))
	must(rows.Err())
	inOrder(in.found.problems)
	all.Problems, all.Counts, all.Fatal, all.Habits, all.Rows = in.found.problems, in.found.counts, in.found.fatal, r.habits, r.rows
	for _, p := range []*spill.Parts{in.rows, in.ties, in.numbers} {
		for i := range parts {
			b, err := p.Load(i)
			must(err)
			all.Parts = append(all.Parts, slices.Clone(b))
		}
	}
	return all
}
