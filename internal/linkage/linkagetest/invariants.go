package linkagetest

import (
	"context"
	"testing"

	"gotong/internal/linkage"
	"gotong/internal/registry/registrytest"
)

func testInvariants(t *testing.T, backend Backend, b *Bench) {
	p := b.sides(t, 3)
	good := b.pair(t, backend, p[0], p[1], 1000)
	add := func(c linkage.Candidate) error {
		return backend.Unit.Write(registrytest.Officer(), func(ctx context.Context) error {
			return b.Pairs.Add(ctx, []linkage.Candidate{c})
		})
	}
	turned := good
	turned.ID, turned.Left, turned.Right = b.Register.IDs.New(), good.Right, good.Left
	twice := good
	twice.ID = b.Register.IDs.New()
	for about, c := range map[string]linkage.Candidate{"the greater id first": turned, "a pair twice": twice} {
		if add(c) == nil {
			t.Errorf("the database takes %s", about)
		}
	}
	wrong := good
	wrong.Status, wrong.Dropped = linkage.Confirmed, p[2].Person
	err := backend.Unit.Write(registrytest.Officer(), func(ctx context.Context) error {
		_, err := b.Pairs.Decide(ctx, &wrong, linkage.Open)
		return err
	})
	if err == nil {
		t.Error("the database lets a pair close somebody else's record")
	}
}
