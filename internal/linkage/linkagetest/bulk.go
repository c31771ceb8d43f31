package linkagetest

import (
	"testing"

	"gotong/internal/fault"
	"gotong/internal/linkage"
	"gotong/internal/registry"
	"gotong/internal/registry/registrytest"
)

func testBulk(t *testing.T, _ Backend, b *Bench) {
	b.find(t)
	ctx := registrytest.Officer()
	_, err := b.Plan(ctx, .5, "")
	isKind(t, "a plan below the policy", err, fault.KindInvalid)
	plan, err := b.Plan(ctx, b.BulkLeast(), "")
	if err != nil {
		t.Fatal(err)
	}
	if len(plan.Plan) < 4 {
		t.Fatalf("the plan has %d pairs", len(plan.Plan))
	}
	one := plan.Plan[0]
	b.decide(t, one.ID, linkage.Apart)
	_, err = b.ConfirmAll(ctx, plan.Least, "", plan.Digest, "")
	isKind(t, "confirming another plan than was seen", err, fault.KindConflict)
	if plan, err = b.Plan(ctx, b.BulkLeast(), ""); err != nil {
		t.Fatal(err)
	}
	n, err := b.ConfirmAll(ctx, plan.Least, "", plan.Digest, "")
	if err != nil || n != len(plan.Plan) {
		t.Fatalf("%d confirmed of %d: %v", n, len(plan.Plan), err)
	}
	for _, c := range plan.Plan {
		dropped, kept := c.Right, c.Left
		if c.Keep == linkage.KeepRight {
			dropped, kept = kept, dropped
		}
		if b.status(t, dropped) != registry.PersonDuplicate || b.status(t, kept) != registry.PersonActive {
			t.Errorf("%s was not closed", dropped.Name)
		}
	}
	if b.candidate(t, one.ID).Status != linkage.Rejected {
		t.Error("a pair of two people was confirmed with the others")
	}
	if again, err := b.Plan(ctx, b.BulkLeast(), ""); err != nil || len(again.Plan) != 0 {
		t.Errorf("something is left to confirm: %v %v", again, err)
	}
}
