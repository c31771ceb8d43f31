package snapshottest

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/snapshot"
	"gotong/internal/work"
)

// Store fixes the meaning of snapshot.Store, on an empty one.
func Store(t *testing.T, unit work.Unit, s snapshot.Store) {
	ctx := context.Background()
	header := func(n int, digest string) snapshot.Header {
		return snapshot.Header{ID: ID(n), AsOf: AsOf, Scope: "3172", Digest: digest, Families: int64(n), Members: 3 * int64(n),
			CreatedAt: time.Date(2025, 7, n, 1, 2, 3, 4_000_000, time.UTC), CreatedBy: "sari"}
	}
	write := func(h snapshot.Header) error {
		return unit.Write(ctx, func(ctx context.Context) error { return s.Add(ctx, h) })
	}
	for _, h := range []snapshot.Header{header(1, "a"), header(2, "b")} {
		if err := write(h); err != nil {
			t.Fatal(err)
		}
	}
	if err := write(header(3, "a")); !fault.Is(err, fault.KindConflict) {
		t.Errorf("a digest twice: %v", err)
	}
	err := unit.Read(ctx, func(ctx context.Context) error {
		got, err := s.Header(ctx, ID(1))
		if diff := cmp.Diff(header(1, "a"), got); err != nil || diff != "" {
			t.Error(err, diff)
		}
		got, err = s.ByDigest(ctx, "b")
		if err != nil || got.ID != ID(2) {
			t.Errorf("by digest: %v, %v", got, err)
		}
		all, err := s.Headers(ctx, 10)
		if diff := cmp.Diff([]snapshot.Header{header(2, "b"), header(1, "a")}, all); err != nil || diff != "" {
			t.Error(err, diff)
		}
		if _, err := s.Header(ctx, ident.ID{1}); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("nobody's header: %v", err)
		}
		if _, err := s.ByDigest(ctx, "c"); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("nobody's digest: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
