package determination

import (
	"context"
	"testing"

	"gotong/internal/civil"
	"gotong/internal/generator"
	"gotong/internal/indicator"
	"gotong/internal/programme"
	"gotong/internal/seal"
	"gotong/internal/snapshot"
	"gotong/internal/snapshot/snapshottest"
	"gotong/internal/targeting/targetingtest"
	"gotong/programmes"
)

// Of synthetic families in the places that the presets know, each preset has
// some that are entitled and some that are refused.
func TestEveryPresetDecidesBothWays(t *testing.T) {
	day := civil.MustParse("2026-01-01")
	set, err := programme.Load(indicator.Default(), programmes.Files)
	if err != nil {
		t.Fatal(err)
	}
	keys := snapshottest.Keys(t)
	s := generated(t, keys, day)
	in := Input{Snapshot: s, Ranking: targetingtest.Rank(t, keys, s), Programmes: set.InForce(day), AsOf: day}
	for _, p := range computed(t, in, kernels{}, 1<<16).Programmes {
		if p.Counts.Entitled == 0 || p.Counts.Refused == 0 {
			t.Errorf("%s: %+v", p.Code, p.Counts)
		}
	}
}

func generated(t *testing.T, keys *seal.Keyring, day civil.Date) *snapshot.Snapshot {
	t.Helper()
	stream, err := generator.NewStream(generator.Options{Families: 8000, Seed: 7, AsOf: day, Regions: []string{"3671", "3674"}})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	plan := snapshot.Plan{Catalogue: indicator.Default(), Source: stream, AsOf: day, Scope: "*"}
	if _, err := plan.Write(context.Background(), dir, keys, func() {}); err != nil {
		t.Fatal(err)
	}
	s, err := snapshot.Open(dir, keys.Public(), indicator.Default())
	if err != nil {
		t.Fatal(err)
	}
	return s
}
