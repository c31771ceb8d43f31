package linkage_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"gotong/internal/civil"
	"gotong/internal/generator"
	"gotong/internal/ident"
	"gotong/internal/linkage"
	"gotong/internal/run"
	"gotong/policy"
)

// rows reads a CSV file; each row is keyed by heading.
func rows(t *testing.T, dir, name string) []map[string]string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	all, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := make([]map[string]string, len(all)-1)
	for i, record := range all[1:] {
		out[i] = map[string]string{}
		for k, heading := range all[0] {
			out[i][heading] = record[k]
		}
	}
	return out
}

func named(kind, key string) ident.ID {
	sum := sha256.Sum256([]byte(kind + key))
	return ident.ID(sum[:16])
}

func pairOf(a, b ident.ID) [2]ident.ID {
	if bytes.Compare(a[:], b[:]) > 0 {
		a, b = b, a
	}
	return [2]ident.ID{a, b}
}

// generated are the persons of some generated families, of whom some are
// registered twice, and the pairs that these make.
type generated struct {
	records []linkage.Record
	planted map[[2]ident.ID]bool
}

var generatedOn = civil.MustParse("2025-11-22")

func newGenerated(t *testing.T, families int) generated {
	t.Helper()
	dir := t.TempDir()
	_, err := generator.Generate(context.Background(), generator.Options{Families: families, Seed: 1, AsOf: generatedOn, Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	of := map[string]map[string]string{}
	for _, f := range rows(t, dir, generator.FamiliesFile) {
		of[f["id_keluarga"]] = f
	}
	g := generated{planted: map[[2]ident.ID]bool{}}
	for i, p := range rows(t, dir, generator.PersonsFile) {
		f, female := of[p["id_keluarga"]], p["jenis_kelamin"] == "P"
		r := linkage.Record{ID: named("line", strconv.Itoa(i+2)), Family: named("family", p["id_keluarga"]), Name: p["nama"],
			Mother: p["nama_ibu"], Female: &female, Area: f["kode_wilayah"], Number: p["nik"],
			Address: f["alamat"] + " RT " + f["rt"] + " RW " + f["rw"]}
		if born, err := civil.Parse(p["tanggal_lahir"]); err == nil {
			r.Born = &born
		}
		g.records = append(g.records, r)
	}
	for _, d := range rows(t, dir, "truth/duplicates.csv") {
		g.planted[pairOf(named("line", d["baris"]), named("line", d["baris_asal"]))] = true
	}
	return g
}

// TestPlantedDuplicatesAreFound looks for the people that the generator
// registers twice, of whom no label is shown to linkage.
func TestPlantedDuplicatesAreFound(t *testing.T) {
	g := newGenerated(t, 20_000)
	policies, err := linkage.LoadPolicies(policy.Files)
	if err != nil {
		t.Fatal(err)
	}
	rule := policies.On(generatedOn)
	for _, tc := range []struct {
		about     string
		household bool // is told of everybody
		two       bool // lists, over which families are spread
	}{
		{about: "all columns", household: true},
		{about: "brothers and sisters without a household"},
		{about: "brothers and sisters on two lists", two: true},
	} {
		t.Run(tc.about, func(t *testing.T) {
			set, lists := linkage.NewSet(0), map[ident.ID]uint8{}
			for i, r := range g.records {
				if !tc.household {
					r.Family = ident.ID{}
				}
				if tc.two {
					r.List = uint8(i % 2)
				}
				lists[r.ID] = r.List
				set.Add(&r)
			}
			options := linkage.Options{Match: rule.Match, Review: rule.Review, BlockLimit: rule.BlockLimit, Between: tc.two}
			result, err := set.Link(context.Background(), options, run.Silent{})
			if err != nil {
				t.Fatal(err)
			}
			all := 0
			for p := range g.planted {
				if !tc.two || lists[p[0]] != lists[p[1]] {
					all++
				}
			}
			g.judge(t, result, all)
			for _, b := range result.Blocks {
				if b.CappedRecords > set.Len()/20 {
					t.Errorf("%+v", b)
				}
			}
		})
	}
}

// judge holds what was found against what was planted, of which so many pairs
// can be found.
func (g *generated) judge(t *testing.T, result *linkage.Result, all int) {
	t.Helper()
	right, wrong, shown := 0, 0, 0
	for _, p := range result.Pairs {
		is := g.planted[pairOf(p.Left, p.Right)]
		switch {
		case is && p.Same:
			right++
		case p.Same:
			wrong++
		case is:
			shown++
		}
	}
	precision, recall := float64(right)/float64(right+wrong), float64(right)/float64(all)
	t.Logf("%d persons, %d planted: %d found, %d more shown, %d wrong; precision %.4f, recall %.4f; %d pairs compared",
		result.Records, all, right, shown, wrong, precision, recall, result.Compared)
	if precision < .99 || recall < .97 {
		t.Errorf("precision %.4f, recall %.4f", precision, recall)
	}
}
