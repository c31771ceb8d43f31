package programme

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"gotong/internal/civil"
	"gotong/internal/column"
	"gotong/internal/i18n"
	"gotong/internal/indicator"
	"gotong/internal/rule"
	"gotong/programmes"
)

var update = flag.Bool("update", false, "write what the worked examples give, to be read and committed")

func presets(t testing.TB) *Set {
	s, err := Load(indicator.Default(), programmes.Files)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestWorkedExamples asks the shipped programmes about the families in
// testdata/*.txtar. Each file cites what it shows and has
//
//	ask      lines of programme and day, and how often it is paid where that
//	         is not as the file says
//	family   a line of the family's facts, then one a member: name code=value …
//	want     what is said of them, by both readers
func TestWorkedExamples(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	s := presets(t)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			parts := map[string]string{}
			for _, f := range archive.Files {
				parts[f.Name] = string(f.Data)
			}
			var got strings.Builder
			for ask := range strings.Lines(parts["ask"]) {
				words := strings.Fields(ask)
				day := civil.MustParse(words[1])
				p, err := s.Version(words[0], day)
				if err != nil {
					t.Fatal(err)
				}
				if len(words) > 2 {
					otherwise := *p
					otherwise.Cycle.Every = Every(words[2])
					p = &otherwise
				}
				names, b := readFamily(t, parts["family"], day)
				tell(t, &got, p, names, b, day)
			}
			if *update {
				for i := range archive.Files {
					if archive.Files[i].Name == "want" {
						archive.Files[i].Data = []byte(got.String())
					}
				}
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(parts["want"], got.String()); diff != "" && !*update {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// readFamily builds a batch of one family and derives what a snapshot would.
func readFamily(t testing.TB, text string, day civil.Date) (names []string, b *column.Batch) {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	n := len(lines) - 1
	b = &column.Batch{Families: column.NewTable(1), Members: column.NewTable(n), Offsets: []int32{0, int32(n)}}
	put := func(table *column.Table, level indicator.Level, row int, facts []string) {
		for _, f := range facts {
			code, value, _ := strings.Cut(f, "=")
			i, ok := indicator.Default().Lookup(level, code)
			if !ok {
				t.Fatalf("no fact %s of a %s", code, level)
			}
			v, err := i.Parse(value)
			if err != nil {
				t.Fatal(err)
			}
			table.Add(code).Set(row, v)
		}
	}
	put(b.Families, indicator.Family, 0, strings.Fields(lines[0])[1:])
	for row, line := range lines[1:] {
		words := strings.Fields(line)
		names = append(names, words[0])
		put(b.Members, indicator.Person, row, words[1:])
	}
	if err := indicator.Default().Derive(day, b); err != nil {
		t.Fatal(err)
	}
	return names, b
}

// tell writes what a programme says of the family, or of each member.
func tell(t testing.TB, w *strings.Builder, p *Programme, names []string, b *column.Batch, day civil.Date) {
	fmt.Fprintf(w, "%s %s on %s\n", p.Code, p.Version(), day)
	j, amounts := p.Judge(b), p.Amounts(b, nil)
	for row := range p.Rows(b) {
		member := rule.NoMember
		if p.Subject.EachMember() {
			member = row
			fmt.Fprintf(w, "%s\n", names[row])
		}
		e := p.Explain(b, 0, member)
		if k := j.Meets.At(row); k != e.Meets {
			t.Errorf("%s %d: kernels say %s, interpreters %s", p.Code, row, k, e.Meets)
		}
		fmt.Fprintf(w, "  meets: %s\n", e.Meets)
		for i := range p.Clauses {
			c := &p.Clauses[i]
			fmt.Fprintf(w, "    %s: %s. %s\n", c.ID, e.Clauses[i].Truth, c.Say(i18n.ID, b, 0, member, e.Clauses[i]))
		}
		for i := range p.Exclusions {
			x := &p.Exclusions[i]
			if x.Rule == nil {
				fmt.Fprintf(w, "    not %s: who receives %s\n", x.ID, strings.Join(x.Programmes, ", "))
				continue
			}
			fmt.Fprintf(w, "    not %s: %s. %s\n", x.ID, e.Exclusions[i].Truth, x.Say(i18n.ID, b, 0, member, e.Exclusions[i]))
		}
		a := p.AmountOf(b, 0, member)
		if diff := cmp.Diff(amounts.At(row).Lines, a.Lines, cmp.Transformer("empty", func(l []Line) string { return fmt.Sprint(l) })); diff != "" {
			t.Errorf("%s %d: kernels and interpreters differ:\n%s", p.Code, row, diff)
		}
		tellAmount(w, p, names, a)
	}
}

func tellAmount(w *strings.Builder, p *Programme, names []string, a Amount) {
	for _, l := range a.Lines {
		who := "family"
		if l.Member != rule.NoMember {
			who = names[l.Member]
		}
		fmt.Fprintf(w, "  %s of %s: %s = %v\n", p.Benefits[l.Benefit].Component, who, l.Annual, p.Cycle.Split(l.Annual))
	}
	sum, _ := a.Annual()
	fmt.Fprintf(w, "  a year: %s", sum)
	if !a.Certain {
		fmt.Fprintf(w, ", not certain without %s", a.Missing)
	}
	w.WriteString("\n")
}
