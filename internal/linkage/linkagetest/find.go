package linkagetest

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/linkage"
	"gotong/internal/registry/registrytest"
)

func testFind(t *testing.T, _ Backend, b *Bench) {
	first := b.find(t)
	if first.Same < b.Planted-1 || first.Same > b.Planted+1 || first.Added != first.Same+first.Review {
		t.Errorf("of %d planted: %+v", b.Planted, first)
	}
	before := b.list(t, registrytest.Officer(), everybody)
	again := b.find(t)
	if again.Added+again.Renewed+again.Gone != 0 {
		t.Errorf("a second search changed something: %+v", again)
	}
	if diff := cmp.Diff(before, b.list(t, registrytest.Officer(), everybody)); diff != "" {
		t.Error(diff)
	}
	for _, c := range before {
		sum := int32(0)
		for _, p := range c.Pieces {
			sum += p.Bits
		}
		if sum <= c.Score || c.Status != linkage.Open || !c.Left.Shown || c.Left.Name == "" || c.Right.Name == "" {
			t.Errorf("%+v", c) // the prior is against any two people being one
		}
	}
}
