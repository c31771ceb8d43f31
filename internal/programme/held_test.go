package programme

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"gotong/internal/civil"
	"gotong/internal/rule"
)

// figuresFile is the table of all figures of the presets, with what holds them.
const figuresFile = "../../docs/programmes.md"

// figuresMark begins the part of it that is written by this test.
const figuresMark = "<!-- figures -->\n"

// TestEveryFigureIsHeld changes every figure of every preset, one at a time,
// and asks the worked examples again: those that then come out otherwise hold
// it. The list of what no example holds is short, named and in the table, so
// that a figure cannot slip in or change unseen.
func TestEveryFigureIsHeld(t *testing.T) {
	s, examples := presets(t), readExamples(t)
	var table strings.Builder
	loose := map[string]bool{}
	for _, p := range presetVersions(s) {
		fmt.Fprintf(&table, "\n### %s, `%s` from %s%s\n\n", p.Name.EN, p.Code, p.InForce.From, until(p))
		fmt.Fprintf(&table, "| Figure | Value | In force from | Source | Held by |\n|---|---|---|---|---|\n")
		sources := map[string]Source{}
		for _, q := range p.Params {
			by := holders(t, s, p, q, examples)
			if len(by) == 0 {
				loose[p.Code+" "+p.Version()+" "+q.Name] = true
			}
			sources[q.Source.ID] = q.Source
			fmt.Fprintf(&table, "| %s | %s | %s | %s | %s |\n", q.Label.EN, figure(q), q.InForce.From, q.Source.ID, cmp.Or(strings.Join(by, ", "), heldElsewhere[p.Code+" "+p.Version()+" "+q.Name]))
		}
		if q := p.Quota; q != nil {
			sources[q.Source.ID] = q.Source
			fmt.Fprintf(&table, "| Quota by %s | %s | %s | %s | the tests of quotas |\n", q.By, limits(q), q.InForce.From, q.Source.ID)
		}
		table.WriteString("\n")
		for _, id := range slices.Sorted(maps.Keys(sources)) {
			x := sources[id]
			fmt.Fprintf(&table, "- `%s` (%s, %s): %s\n", id, x.Confidence, x.Published, strings.TrimSpace(x.Title.EN+". "+x.Note))
		}
		fmt.Fprintf(&table, "\nPaid: %s.\n", strings.ReplaceAll(string(p.Cycle.Every), "_", " "))
	}
	for name := range loose {
		if _, known := heldElsewhere[name]; !known {
			t.Errorf("no worked example holds %s: add one to testdata", name)
		}
	}
	for name := range heldElsewhere {
		if !loose[name] {
			t.Errorf("%s is held by an example now: take it from the list", name)
		}
	}
	text, err := os.ReadFile(figuresFile)
	if err != nil {
		t.Fatal(err)
	}
	head, _, found := strings.Cut(string(text), figuresMark)
	want := head + figuresMark + table.String()
	if *update && found {
		if err := os.WriteFile(figuresFile, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if want != string(text) {
		t.Errorf("%s is not what the files say: go test ./internal/programme -run EveryFigure -update", figuresFile)
	}
}

// example is a worked example that was read.
type example struct {
	name, family string
	asks         []string
}

func readExamples(t *testing.T) []example {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	var all []example
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		x := example{name: strings.TrimSuffix(filepath.Base(file), ".txtar")}
		for _, f := range archive.Files {
			switch f.Name {
			case "ask":
				x.asks = slices.Collect(strings.Lines(string(f.Data)))
			case "family":
				x.family = string(f.Data)
			}
		}
		all = append(all, x)
	}
	return all
}

func presetVersions(s *Set) []*Programme {
	codes := map[string]bool{}
	for _, p := range s.All() {
		codes[p.Code] = true
	}
	var all []*Programme
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		all = append(all, s.Versions(code)...)
	}
	slices.SortStableFunc(all, func(a, b *Programme) int {
		return cmp.Or(strings.Compare(a.Code, b.Code), cmp.Compare(a.InForce.From, b.InForce.From))
	})
	return all
}

// holders returns the examples that come out otherwise with another figure.
func holders(t *testing.T, s *Set, p *Programme, q Param, examples []example) []string {
	var by []string
	changed := others(p, q)
	for _, x := range examples {
		for _, ask := range x.asks {
			words := strings.Fields(ask)
			day := civil.MustParse(words[1])
			if v, err := s.Version(words[0], day); err != nil || v != p {
				continue
			}
			names, b := readFamily(t, x.family, day)
			say := func(p *Programme) string {
				var w strings.Builder
				tell(t, &w, p, names, b, day)
				return decisions(w.String())
			}
			was := say(p)
			for _, other := range changed {
				if say(other) != was && !slices.Contains(by, x.name) {
					by = append(by, x.name)
				}
			}
		}
	}
	return by
}

// decisions leaves out the sentences, which name figures whether or not these
// decide anything.
func decisions(told string) string {
	var out strings.Builder
	for line := range strings.Lines(told) {
		if item, _, found := strings.Cut(line, ". "); found && strings.HasPrefix(line, "    ") {
			line = item + "\n"
		}
		out.WriteString(line)
	}
	return out.String()
}

// others are the programme with another figure: one more and one less, the
// other answer, or an option less.
func others(p *Programme, q Param) []*Programme {
	var values []string
	switch q.Kind {
	case rule.Bool:
		values = []string{strconv.FormatBool(q.Value == 0)}
	case rule.Option:
		for i := range q.Texts {
			if len(q.Texts) > 1 {
				values = append(values, strings.Join(slices.Delete(slices.Clone(q.Texts), i, i+1), ", "))
			}
		}
	default:
		for _, by := range []int64{-1, 1} {
			o := q
			o.Value += by
			values = append(values, Written(o))
		}
	}
	var all []*Programme
	for _, v := range values {
		if o, err := p.Edited(Edit{Params: map[string]string{q.Name: v}}); err == nil {
			all = append(all, o)
		}
	}
	return all
}

func until(p *Programme) string {
	if p.InForce.To == nil {
		return ""
	}
	return " to " + p.InForce.To.String()
}

func figure(q Param) string {
	s := Written(q)
	if q.Money {
		return "Rp" + s
	}
	if q.Unit != "" {
		s += " " + q.Unit
	}
	return s
}

func limits(q *Quota) string {
	if q.Default != nil {
		return strconv.FormatInt(*q.Default, 10)
	}
	n, _ := q.Limit("")
	return strconv.FormatInt(n, 10)
}

// heldElsewhere are the figures that no worked example holds, and why.
var heldElsewhere = map[string]string{
	"kearifan_lokal 2019-08-01 grant":    byProposal,
	"keserasian_sosial 2019-08-01 grant": byProposal,
	"pkh 2021-01-01 attendance":          byDuty,
	"pkh 2021-01-01 disability":          oneOption,
	"pkh 2025-01-01 attendance":          byDuty,
	"pkh 2025-01-01 disability":          oneOption,
	"pkh 2025-01-01 infant_below":        byDuty,
	"pkh 2025-01-01 miss_months":         byDuty,
	"pkh 2025-01-01 newborn_checks":      byDuty,
	"pkh 2025-01-01 postnatal_checks":    byDuty,
	"pkh 2025-01-01 reduction":           byDuty,
	"pkh 2025-01-01 rights_victim":       "nobody counts before the list is loaded",
	"pkh 2025-01-01 vitamin_below":       byDuty,
	"pkh 2021-01-01 school_from":         small,
	"pkh 2025-01-01 school_from":         small,
	"rst 2023-06-01 disability":          byOrder,
	"rst 2023-06-01 elderly_from":        byOrder,
	"rujukan_kur 2025-01-01 loan_most":   told,
	"rujukan_umi 2023-01-01 loan_most":   told,
	"rusunawa 2023-02-01 disability":     byOrder,
	"rusunawa 2023-02-01 elderly_from":   byOrder,
	"rusunawa 2023-02-01 rent":           told,
}

const (
	byProposal = "decided on a proposal, by nobody's facts"
	byDuty     = "a duty, held by the tests of conditions"
	byOrder    = "orders the queue, held by the tests of quotas"
	oneOption  = "one option, which cannot be left out"
	small      = "a pupil of that age is a small child, which is dearer"
	told       = "told to the family, decides nothing"
)
