package targeting_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/indicator"
	"gotong/internal/run"
	"gotong/internal/snapshot"
	"gotong/internal/snapshot/snapshottest"
	"gotong/internal/targeting"
)

// models writes a file for each "code from prices areas…" and reads them all.
func modelsOf(t testing.TB, said ...string) targeting.Models {
	t.Helper()
	files := fstest.MapFS{}
	for k, s := range said {
		w := strings.Fields(s)
		areas := ""
		if len(w) > 3 {
			areas = "areas: ['" + strings.Join(w[3:], "', '") + "']\n"
		}
		files["pmt_"+w[0]+".yaml"] = &fstest.MapFile{Data: fmt.Appendf(nil, `code: %s
name: {id: t, en: t}
status: demonstration
source: test
date: 2025-01-01
in_force: {from: %s}
prices_of: %s
%sintercept: %d
terms:
  - {indicator: size, each: %d, from: 1, to: 10}
`, w[0], w[1], w[2], areas, 13_000_000+k*100_000, -20_000*(k+1))}
	}
	m, err := targeting.LoadModels(indicator.Default(), files)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestModelsInForceByArea(t *testing.T) {
	all := modelsOf(t,
		"nation 2024-01-01 2025-01-01",
		"newer 2025-01-01 2025-01-01",
		"banten 2024-06-01 2025-01-01 36",
		"tangsel 2025-03-01 2025-01-01 3674 3671",
		"village 2025-03-01 2025-01-01 3674011001",
		"later 2026-01-01 2025-01-01 3674")
	for _, c := range []struct {
		on, areas, want string
	}{
		{"2024-03-01", "3172 3674", "nation"},
		{"2024-07-01", "3172 3674", "nation banten"},
		{"2024-07-01", "3601 3674", "banten"},
		{"2025-02-01", "3172", "newer"},
		{"2025-07-01", "3172 3601 3674", "newer banten tangsel village"},
		{"2025-07-01", "3671", "tangsel"},
		{"2026-07-01", "3674", "later village"},
		{"2026-07-01", "3674 3671", "later tangsel village"},
	} {
		first, others, err := all.InForceFor(civil.MustParse(c.on), strings.Fields(c.areas))
		if err != nil {
			t.Fatal(err)
		}
		got := first.Code
		for _, m := range others {
			got += " " + m.Code
		}
		if got != c.want {
			t.Errorf("%s in %s: %s, want %s", c.on, c.areas, got, c.want)
		}
	}
	if _, _, err := all.InForceFor(civil.MustParse("2023-01-01"), []string{"3674"}); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("before any model: %v", err)
	}
	// A model for elsewhere ranks nobody, and is no reason to fail.
	elsewhere := modelsOf(t, "aceh 2024-01-01 2025-01-01 11")
	if first, others, err := elsewhere.InForceFor(civil.MustParse("2025-01-01"), []string{"3674"}); err != nil || first.Code != "aceh" || others != nil {
		t.Errorf("elsewhere: %v %v %v", first, others, err)
	}
	// Scores in prices of different days cannot be held against each other.
	mixed := modelsOf(t, "nation 2024-01-01 2025-01-01", "tangsel 2024-01-01 2024-01-01 3674")
	if _, _, err := mixed.InForceFor(civil.MustParse("2025-01-01"), []string{"3674", "3172"}); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("other prices: %v", err)
	}
	if _, _, err := mixed.InForceFor(civil.MustParse("2025-01-01"), []string{"3674"}); err != nil {
		t.Errorf("other prices where only one counts: %v", err)
	}
}

// Every family is scored by the model of the smallest area around it, and no
// order of records changes the digest.
func TestEachAreaGoesByItsModel(t *testing.T) {
	snapshottest.Few(t)
	keys := snapshottest.Keys(t)
	all := modelsOf(t, "nation 2024-01-01 2025-01-01", "tangsel 2024-01-01 2025-01-01 3674", "village 2024-01-01 2025-01-01 3674011001", "district 2024-01-01 2025-01-01 317204")
	rapid.Check(t, func(rt *rapid.T) {
		records := snapshottest.Complete(snapshottest.Random(rapid.Uint64().Draw(rt, "seed"), rapid.IntRange(1, 200).Draw(rt, "families")))
		s := snapshottest.BuildIn(t, t.TempDir(), keys, records)
		var by targeting.Policy
		var areas []string
		for _, p := range s.Parts {
			areas = append(areas, p.Area)
		}
		var err error
		if by.Model, by.Regional, err = all.InForceFor(s.AsOf, areas); err != nil {
			rt.Fatal(err)
		}
		scored, err := targeting.Score(context.Background(), s, by, run.Silent{})
		if err != nil {
			rt.Fatal(err)
		}
		for i, part := range s.Parts {
			p, err := s.Partition(part)
			if err != nil {
				rt.Fatal(err)
			}
			f, err := p.Read(0, p.Families, snapshot.Columns{})
			if err != nil {
				rt.Fatal(err)
			}
			scored.Fill(i, f)
			for k := range f.IDs {
				code := "nation"
				for _, own := range []struct{ area, code string }{{"3674", "tangsel"}, {"3674011001", "village"}, {"317204", "district"}} {
					if strings.HasPrefix(f.Area(k), own.area) {
						code = own.code
					}
				}
				m, err := all.Model(code)
				if err != nil {
					rt.Fatal(err)
				}
				want, lacks := int64(0), false
				if v, _, missing := m.Read(f.Families, k); len(missing) == 0 {
					want = v
				} else {
					lacks = true
				}
				if got, known := f.Families.Columns["score"].At(k); known == lacks || got != want {
					rt.Fatalf("%s: %d %v, want %d by %s", f.Area(k), got, known, want, code)
				}
			}
		}
		digest := func(records []snapshot.Record) string {
			c, err := targeting.Compute(context.Background(), snapshottest.BuildIn(t, t.TempDir(), keys, records), by, t.TempDir(), run.Silent{})
			if err != nil {
				rt.Fatal(err)
			}
			if len(c.Models) != len(by.Regional) {
				rt.Fatalf("the content names %d models beside the first", len(c.Models))
			}
			return snapshot.Digest("ranking", c)
		}
		if diff := cmp.Diff(digest(records), digest(rapid.Permutation(records).Draw(rt, "order"))); diff != "" {
			rt.Fatal(diff)
		}
	})
}
