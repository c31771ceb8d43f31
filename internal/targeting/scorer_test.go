package targeting_test

import (
	"context"
	"runtime"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"gotong/internal/indicator"
	"gotong/internal/run"
	"gotong/internal/snapshot"
	"gotong/internal/snapshot/snapshottest"
	"gotong/internal/targeting"
)

// Tables of several facts, and rows one by one, come to the same scores, with
// any number of workers; and the deciles in memory are those of the file.
func TestScoresAgreeWithModel(t *testing.T) {
	snapshottest.Few(t)
	keys := snapshottest.Keys(t)
	rapid.Check(t, func(rt *rapid.T) {
		m := demo(t)
		if rapid.Bool().Draw(rt, "of an area") {
			clone := *m
			clone.Areas = []string{"3674"}
			m = &clone
		}
		records := snapshottest.Random(rapid.Uint64().Draw(rt, "seed"), rapid.IntRange(1, 150).Draw(rt, "families"))
		if rapid.Bool().Draw(rt, "most facts known") {
			records = snapshottest.Complete(records)
		}
		s := snapshottest.BuildIn(t, t.TempDir(), keys, records)
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(rapid.IntRange(1, 3).Draw(rt, "workers")))
		scored, err := targeting.Score(context.Background(), s, targeting.Policy{Model: m}, run.Silent{})
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
			want := m.Score(f.Families)
			scored.Fill(i, f)
			for k := range want.Values {
				v, known := want.At(k)
				if known = known && m.Covers(f.Area(k)); !known {
					v = 0
				}
				if got, there := f.Families.Columns["score"].At(k); got != v || there != known {
					rt.Fatalf("family %d of %s: %d %v, want %d %v", k, part.Area, got, there, v, known)
				}
				decile, there := f.Families.Columns["decile"].At(k)
				if there != known || known && decile != scored.Cuts.Decile(v) {
					rt.Fatalf("score %d is in decile %d by cuts %v", v, decile, scored.Cuts)
				}
			}
		}
	})
}

// Terms that share no table for their bits, join lines, or hang on another
// answer are computed row by row, and come to the same.
func TestScoresOfWideFacts(t *testing.T) {
	agrees(t, `
intercept: 13000000
terms:
  - {indicator: floor_area, points: [[10, -90000], [60, 1000], [200, 300000]]}
  - {indicator: monthly_spending, each: 1, from: 0, to: 500000, missing: {add: 77, source: test}}
  - {indicator: watts, when: {floor_area: [21, 45, 36]}, options: {w450: -90000}, other: 3}
  - {indicator: size, each: -1000, from: 2, to: 5}
`)
}

// agrees holds the scores of a model against those row by row.
func agrees(t *testing.T, model string) {
	t.Helper()
	const head = `code: t
name: {id: t, en: t}
status: demonstration
source: test
date: 2025-01-01
in_force: {from: 2025-01-01}
prices_of: 2025-01-01`
	m, problems := targeting.ParseModel(indicator.Default(), "t.yaml", []byte(head+model))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	s := snapshottest.Build(t, snapshottest.Keys(t), snapshottest.Complete(snapshottest.Random(8, 500)))
	scored, err := targeting.Score(context.Background(), s, targeting.Policy{Model: m}, run.Silent{})
	if err != nil {
		t.Fatal(err)
	}
	ranked := int64(0)
	for i, part := range s.Parts {
		p, err := s.Partition(part)
		if err != nil {
			t.Fatal(err)
		}
		f, err := p.Read(0, p.Families, snapshot.Columns{})
		if err != nil {
			t.Fatal(err)
		}
		want := m.Score(f.Families)
		ranked += int64(want.Known.Count())
		scored.Fill(i, f)
		if got := f.Families.Columns["score"]; !slices.Equal(got.Values, want.Values) || !slices.Equal(got.Known, want.Known) {
			t.Errorf("%s: other scores", part.Area)
		}
	}
	if scored.Ranked != ranked || ranked < 100 {
		t.Errorf("%d ranked, want %d", scored.Ranked, ranked)
	}
}
