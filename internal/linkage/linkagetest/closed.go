package linkagetest

import (
	"context"
	"errors"
	"testing"

	"gotong/internal/audit"
	"gotong/internal/linkage"
	"gotong/internal/registry"
	"gotong/internal/registry/registrytest"
	"gotong/internal/run"
)

type brokenLog struct{ audit.Store }

var errDisk = errors.New("disk full")

func (brokenLog) Append(context.Context, []audit.Entry) error { return errDisk }

func testFailClosed(t *testing.T, backend Backend, b *Bench) {
	p := b.sides(t, 2)
	c := b.pair(t, backend, p[0], p[1], 30000)
	s := newService(t, b.Register, backend, audit.NewLog(brokenLog{backend.Audit}, b.Register.Clock), b.Gifts)
	ctx := registrytest.Officer()
	if page, err := s.List(ctx, everybody, linkage.Cursor{}, 10); !errors.Is(err, errDisk) || page != nil {
		t.Errorf("a list is served unlogged: %v", err)
	}
	if r, err := s.Candidate(ctx, c.ID); !errors.Is(err, errDisk) || r != nil {
		t.Errorf("a pair is served unlogged: %v", err)
	}
	if plan, err := s.Plan(ctx, .995, ""); !errors.Is(err, errDisk) || plan != nil {
		t.Errorf("a plan is served unlogged: %v", err)
	}
	for row, err := range s.All(ctx, everybody) {
		if !errors.Is(err, errDisk) || !row.ID.IsZero() {
			t.Errorf("an export is served unlogged: %v", err)
		}
	}
	if err := s.Decide(ctx, c.ID, linkage.KeepLeft, ""); !errors.Is(err, errDisk) {
		t.Errorf("decided unlogged: %v", err)
	}
	if got := b.candidate(t, c.ID); got.Status != linkage.Open || b.status(t, c.Right) != registry.PersonActive {
		t.Error("an unlogged decision was half written")
	}
	b.Gifts[Gift{Family: c.Left.Family}] = 600_000
	if _, err := s.Value(ctx); !errors.Is(err, errDisk) || b.candidate(t, c.ID).AtStake() != 0 {
		t.Errorf("what hangs on a pair was written unlogged: %v", err)
	}
	if _, err := s.Find(ctx, run.Silent{}); !errors.Is(err, errDisk) {
		t.Errorf("searched unlogged: %v", err)
	}
}
