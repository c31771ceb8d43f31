package targeting_test

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"pgregory.net/rapid"

	"gotong/internal/fault"
	"gotong/internal/run"
	"gotong/internal/snapshot"
	"gotong/internal/snapshot/snapshottest"
	"gotong/internal/targeting"
	"gotong/internal/targeting/targetingtest"
)

func compute(t testing.TB, s *snapshot.Snapshot) (targeting.Content, string) {
	t.Helper()
	dir := t.TempDir()
	_, lines := targetingtest.Policy(t)
	c, err := targeting.Compute(context.Background(), s, targeting.Policy{Model: demo(t), Lines: lines}, dir, run.Silent{})
	if err != nil {
		t.Fatal(err)
	}
	return c, dir
}

// Any order of records and number of workers gives the same digest.
func TestRankingIgnoresOrderAndWorkers(t *testing.T) {
	snapshottest.Few(t)
	keys := snapshottest.Keys(t)
	rapid.Check(t, func(rt *rapid.T) {
		records := snapshottest.Random(rapid.Uint64().Draw(rt, "seed"), rapid.IntRange(1, 60).Draw(rt, "families"))
		one, _ := compute(t, snapshottest.BuildIn(t, t.TempDir(), keys, records))
		shuffled := rapid.Permutation(records).Draw(rt, "order")
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(rapid.IntRange(1, 4).Draw(rt, "workers")))
		two, _ := compute(t, snapshottest.BuildIn(t, t.TempDir(), keys, shuffled))
		if snapshot.Digest("ranking", one) != snapshot.Digest("ranking", two) {
			rt.Fatal("another digest")
		}
	})
}

// The files hold the deciles of the definition, of the nation and of each
// regency, and the summary counts what the files hold.
func TestRankingIsExact(t *testing.T) {
	s := snapshottest.Build(t, snapshottest.Keys(t), snapshottest.Complete(snapshottest.Random(3, 900)))
	c, dir := compute(t, s)
	r := targetingtest.Open(t, snapshottest.Keys(t), dir, c)
	type row struct {
		region string
		targeting.Rank
	}
	var rows []row
	var nation targeting.Deciles
	unranked := int64(0)
	for i, part := range s.Parts {
		p, err := s.Partition(part)
		if err != nil {
			t.Fatal(err)
		}
		f, err := p.Read(0, p.Families, snapshot.Only().WithIDs())
		if err != nil {
			t.Fatal(err)
		}
		ranks, err := r.Ranks(i)
		if err != nil {
			t.Fatal(err)
		}
		ranks.Fill(f)
		var own targeting.Deciles
		for k := range f.IDs {
			rank := targeting.At(f.Families, k)
			if !rank.Known {
				unranked++
				continue
			}
			rows = append(rows, row{part.Area, rank})
			nation[rank.Decile-1]++
			own[rank.DecileRegion-1]++
		}
		if own != c.Regions[i].Deciles {
			t.Errorf("%s: files hold %v, the summary %v", part.Area, own, c.Regions[i].Deciles)
		}
	}
	if nation != c.Nation.Deciles || unranked != c.Nation.Unranked || c.Nation.Ranked+unranked != 900 {
		t.Errorf("files hold %v and %d unranked, the summary %v", nation, unranked, c.Nation)
	}
	if len(rows) < 200 {
		t.Fatalf("only %d families are ranked", len(rows))
	}
	for _, a := range rows {
		lower, all, lowerHere, here := 0, 0, 0, 0
		for _, b := range rows {
			all++
			less := b.Score < a.Score
			if less {
				lower++
			}
			if b.region == a.region {
				here++
				if less {
					lowerHere++
				}
			}
		}
		if a.Decile != int64(1+10*lower/all) || a.DecileRegion != int64(1+10*lowerHere/here) {
			t.Fatalf("score %d has deciles %d and %d; %d of %d and %d of %d are lower", a.Score, a.Decile, a.DecileRegion, lower, all, lowerHere, here)
		}
	}
}

func TestChangedRankIsRefused(t *testing.T) {
	s := snapshottest.Build(t, snapshottest.Keys(t), snapshottest.Random(4, 100))
	c, dir := compute(t, s)
	r := targetingtest.Open(t, snapshottest.Keys(t), dir, c)
	path := filepath.Join(dir, c.Parts[0].File)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 4
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Ranks(0); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("read: %v", err)
	}
}
