package registrytest

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/indicator"
	"gotong/internal/registry"
	"gotong/internal/run"
)

func testObserve(t *testing.T, b *Bench) {
	_, rec := one(t, b, 30)
	head := rec.Members[0].ID
	before := len(entries(t, b))
	out, err := b.Observe(Officer(), rec.Family.ID, []registry.Answer{{Person: head, Code: "working", Value: "tidak"},
		{Code: "floor", Value: "earth"}, {Code: "floor_area", Value: "24"}}, Visited(rec.Family, "2025-05-20"))
	written(t, out, err)
	all := entries(t, b)
	e := all[len(all)-1]
	if len(all) != before+1 || e.Action != "family.observed" || e.Purpose != access.PurposeVerification || e.Count != 3 || e.Area != rec.Family.Area ||
		cmp.Diff([]string{"floor", "floor_area", "working"}, e.Fields) != "" {
		t.Errorf("the log holds %+v", e)
	}
	d := family(t, b, rec.Family.ID)
	if got := value(t, b, indicator.Family, d.Family.Facts, "floor"); got != "earth" || d.Family.Version != 2 || d.Family.ObservedOn.String() != "2025-05-20" {
		t.Errorf("the floor is %s: %+v", got, d.Family)
	}
	if got := value(t, b, indicator.Person, d.Members[0].Facts, "working"); got != "tidak" {
		t.Errorf("the head works: %s", got)
	}
	if got, want := value(t, b, indicator.Family, d.Family.Facts, "wall"), value(t, b, indicator.Family, rec.Family.Facts, "wall"); got != want {
		t.Errorf("what nobody asked became %s", got)
	}
	c := d.Changes[1]
	if c.Kind != registry.Observed || c.ProposedBy != "officer" || c.ApprovedBy != "officer" || c.Evidence != "Formulir 12, bertemu ibu" || c.EffectiveOn.String() != "2025-05-20" {
		t.Errorf("%+v", c)
	}
	for _, o := range d.Observations {
		if o.Version == 2 && o.Source != registry.SourceVisit {
			t.Errorf("its source is %s", o.Source)
		}
	}
	SameAsFold(t, d)
}

func testOlderVisit(t *testing.T, b *Bench) {
	_, rec := one(t, b, 31) // observed on 2025-03-14
	out, err := b.Observe(Officer(), rec.Family.ID, []registry.Answer{{Code: "floor", Value: "earth"}}, Visited(rec.Family, "2025-02-01"))
	written(t, out, err)
	d := family(t, b, rec.Family.ID)
	if got := value(t, b, indicator.Family, d.Family.Facts, "floor"); got != "ceramic" || out.Older != 1 || d.Family.ObservedOn != rec.Family.ObservedOn {
		t.Errorf("the floor is %s, %d older, as of %s", got, out.Older, d.Family.ObservedOn)
	}
	if len(d.Changes) != 2 {
		t.Errorf("%d changes", len(d.Changes))
	}
	SameAsFold(t, d)
	// On the same day, who is recorded last is right.
	out, err = b.Observe(Officer(), rec.Family.ID, []registry.Answer{{Code: "floor", Value: "wood"}}, Visited(d.Family, "2025-03-14"))
	written(t, out, err)
	if got := value(t, b, indicator.Family, family(t, b, rec.Family.ID).Family.Facts, "floor"); got != "wood" || out.Older != 0 {
		t.Errorf("the floor is %s, %d older", got, out.Older)
	}
}

func testWithdrawn(t *testing.T, b *Bench) {
	o, rec := one(t, b, 32)
	id, head := rec.Family.ID, rec.Members[0].ID
	out, err := b.Observe(Officer(), id, []registry.Answer{{Code: "floor", Gone: true}, {Person: head, Code: "working", Gone: true}}, Visited(rec.Family, "2025-03-14"))
	written(t, out, err)
	d := family(t, b, id)
	if got := value(t, b, indicator.Family, d.Family.Facts, "floor") + value(t, b, indicator.Person, d.Members[0].Facts, "working"); got != "" {
		t.Errorf("still known: %s", got)
	}
	SameAsFold(t, d)
	// The same file again says no more than it said.
	r, err := b.Import(Officer(), o.WithSemicolons(), registry.Options{}, run.Silent{})
	if err != nil || r.Counts.Same != 1 {
		t.Errorf("the same rows: %+v, %v", r, err)
	}
	// An older observation does not bring it back, a newer one does.
	for _, step := range []struct{ on, want string }{{"2025-01-01", ""}, {"2025-04-01", "wood"}} {
		out, err := b.Observe(Officer(), id, []registry.Answer{{Code: "floor", Value: "wood"}}, Visited(d.Family, step.on))
		written(t, out, err)
		d = family(t, b, id)
		if got := value(t, b, indicator.Family, d.Family.Facts, "floor"); got != step.want {
			t.Errorf("observed on %s, the floor is %q", step.on, got)
		}
		SameAsFold(t, d)
	}
}
