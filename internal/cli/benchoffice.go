package cli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strconv"

	"gotong/internal/civil"
	"gotong/internal/generator"
	"gotong/internal/i18n"
	"gotong/internal/linkage"
	"gotong/internal/linkage/authority"
	"gotong/internal/linkage/roster"
	"gotong/internal/run"
	"gotong/policy"
)

// officeTruths are the lists of other offices that a bench matches, by what
// they are called and the truth of the generator that they are made from.
var officeTruths = [][2]string{{"dead", "dead.csv"}, {"civil_servants", "civil_servants.csv"}}

// officesMost is up to how many persons the lists of other offices are matched
// without being asked for.
const officesMost = 100_000

// office is how well the list of another office was matched.
type office struct {
	Entries   int       `json:"entries"`
	Precision float64   `json:"precision"`
	Recall    float64   `json:"recall"`
	Confusion confusion `json:"confusion"`
}

// offices matches the list against how other offices have people down, and
// holds what is found against the truth.
func (b *linkBench) offices(ctx context.Context, dir, list string, mapping roster.Mapping, o linkage.Options, day civil.Date) (map[string]office, error) {
	policies, err := authority.LoadPolicies(policy.Files)
	if err != nil {
		return nil, err
	}
	o.Match = policies.On(day).Match
	o.Review = o.Match
	found := map[string]office{}
	for _, truth := range officeTruths {
		one, err := b.office(ctx, dir, list, truth[1], mapping, o, day)
		if err != nil {
			return nil, err
		}
		found[truth[0]] = one
		b.printf("%s\n", i18n.T(b.lang, "cli.bench_link_"+truth[0], "entries", one.Entries, "precision", places(one.Precision), "recall", places(one.Recall),
			"right", one.Confusion.Right, "wrong", one.Confusion.Wrong, "missed", one.Confusion.Missed))
	}
	return found, nil
}

func (b *linkBench) office(ctx context.Context, dir, list, truth string, mapping roster.Mapping, o linkage.Options, day civil.Date) (office, error) {
	var text bytes.Buffer
	rows, err := generator.WriteOfficeList(dir, truth, b.seed, &text)
	if err != nil {
		return office{}, err
	}
	theirs := filepath.Join(dir, "office-"+truth)
	if err := os.WriteFile(theirs, text.Bytes(), 0o600); err != nil {
		return office{}, err
	}
	other, err := roster.Guess(theirs, &text)
	if err != nil {
		return office{}, err
	}
	other[roster.ID] = generator.OfficeHeading[0]
	linked, err := roster.Link(ctx, []roster.Source{{Path: list, Mapping: mapping}, {Path: theirs, Mapping: other}}, o, day, run.Silent{})
	if err != nil {
		return office{}, err
	}
	planted, err := b.onBoth(dir, rows)
	if err != nil {
		return office{}, err
	}
	c := confusionOf(linked.Rows(), planted)
	return office{Entries: len(rows), Precision: c.precision(), Recall: c.recall(), Confusion: c}, nil
}

// onBoth returns the pairs of a row of the list and an entry that are of one
// person; who is on the list twice is of two pairs.
func (b *linkBench) onBoth(dir string, rows []int) (map[[2]string]bool, error) {
	copies := map[string][]string{}
	err := eachRow(filepath.Join(dir, "truth", "duplicates.csv"), func(_ int, at func(string) string) error {
		copies[at("baris_asal")] = append(copies[at("baris_asal")], at("baris"))
		copies[at("baris")] = append(copies[at("baris")], at("baris_asal"))
		return nil
	})
	both := map[[2]string]bool{}
	for i, row := range rows {
		if row == 0 {
			continue
		}
		for _, name := range append([]string{strconv.Itoa(row)}, copies[strconv.Itoa(row)]...) {
			if n, err := strconv.Atoi(name); err == nil && n <= b.persons+1 {
				both[ordered(name, strconv.Itoa(i+1))] = true
			}
		}
	}
	return both, err
}
