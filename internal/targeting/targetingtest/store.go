// Package targetingtest fixes the meaning of targeting.Store, and makes
// rankings for tests.
package targetingtest

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/snapshot/snapshottest"
	"gotong/internal/targeting"
	"gotong/internal/work"
)

// Store runs against an empty store; snapshotID is of a snapshot that is kept.
func Store(t *testing.T, unit work.Unit, s targeting.Store, snapshotID ident.ID) {
	nation := access.With(context.Background(), access.System("test"))
	id := snapshottest.ID
	header := func(n int, digest string) targeting.Header {
		return targeting.Header{ID: id(n), SnapshotID: snapshotID, Model: "m", ModelDigest: "d", AsOf: snapshottest.AsOf.AddDays(n),
			Digest: digest, Nation: targeting.Region{Ranked: 2, Deciles: targeting.Deciles{1, 1}},
			Regions:   []targeting.Region{{Area: "3172", Ranked: 2, Measure: targeting.Measure{Poor: 3}}},
			CreatedAt: time.Date(2025, 7, n, 0, 0, 0, 0, time.UTC), CreatedBy: "sari"}
	}
	rows := func(yield func(targeting.FamilyRank) error) error {
		for _, r := range []targeting.FamilyRank{
			{FamilyID: id(10), Area: "3172041004", Rank: targeting.Rank{Score: 13_000_000, Decile: 1, DecileRegion: 2, Known: true}},
			{FamilyID: id(20), Area: "3674011001"},
		} {
			if err := yield(r); err != nil {
				return err
			}
		}
		return nil
	}
	add := func(h targeting.Header) error {
		return unit.Write(nation, func(ctx context.Context) error { return s.Add(ctx, h, rows) })
	}
	for _, h := range []targeting.Header{header(1, "a"), header(2, "b")} {
		if err := add(h); err != nil {
			t.Fatal(err)
		}
	}
	if err := add(header(3, "b")); !fault.Is(err, fault.KindConflict) {
		t.Errorf("a digest twice: %v", err)
	}
	read := func(ctx context.Context, fn func(ctx context.Context)) {
		t.Helper()
		if err := unit.Read(ctx, func(ctx context.Context) error { fn(ctx); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	read(nation, func(ctx context.Context) {
		got, err := s.Header(ctx, id(1))
		if diff := cmp.Diff(header(1, "a"), got); err != nil || diff != "" {
			t.Error(err, diff)
		}
		all, err := s.Headers(ctx, 1)
		if err != nil || len(all) != 1 || all[0].ID != id(2) {
			t.Errorf("headers %v, %v", all, err)
		}
		if _, err := s.ByDigest(ctx, "c"); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("nobody's digest: %v", err)
		}
		places, err := s.RanksOf(ctx, id(10))
		want := []targeting.Place{place(header(2, "b"), 10), place(header(1, "a"), 10)}
		if diff := cmp.Diff(want, places); err != nil || diff != "" {
			t.Error(err, diff)
		}
		places, err = s.RanksOf(ctx, id(20))
		if err != nil || len(places) != 2 || places[0].Known {
			t.Errorf("unranked: %v, %v", places, err)
		}
	})
	village := access.System("test")
	village.Scope = access.Areas("3674011001")
	read(access.With(context.Background(), village), func(ctx context.Context) {
		if places, err := s.RanksOf(ctx, id(10)); err != nil || len(places) != 0 {
			t.Errorf("another village's family: %v, %v", places, err)
		}
		if places, err := s.RanksOf(ctx, id(20)); err != nil || len(places) != 2 {
			t.Errorf("the village's own family: %v, %v", places, err)
		}
	})
}

func place(h targeting.Header, family int) targeting.Place {
	return targeting.Place{Ranking: h.ID, Model: h.Model, AsOf: h.AsOf, FamilyRank: targeting.FamilyRank{
		FamilyID: snapshottest.ID(family), Area: "3172041004", Rank: targeting.Rank{Score: 13_000_000, Decile: 1, DecileRegion: 2, Known: true}}}
}
