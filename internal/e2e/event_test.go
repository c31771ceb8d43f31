package e2e

import (
	"slices"
	"testing"

	"gotong/internal/access"
	"gotong/internal/determination"
	"gotong/internal/registry"
)

// TestADeathStopsWhatDependsOnIt has an operator record that somebody died in
// a family that is entitled: the entitlement is flagged, and named again when
// it turns out that they live.
func TestADeathStopsWhatDependsOnIt(t *testing.T) {
	s := open(t)
	operator, officer := s.as(t, "operator"), s.as(t, "dinas")
	family := s.decided(t, "operator", "pkh", determination.Entitled).FamilyID
	d, err := s.app.Registry.Family(operator, family, access.PurposeService)
	if err != nil {
		t.Fatal(err)
	}
	active := slices.DeleteFunc(slices.Clone(d.Members), func(p registry.Person) bool { return p.Status != registry.PersonActive })
	ask := registry.Request{Kind: registry.Death, Family: family, Person: active[0].ID, NewHead: active[len(active)-1].ID,
		Basis: registry.Basis{On: s.app.Registry.Today().String(), Source: registry.SourceVisit, Document: "visit"}}
	out, err := s.app.Registry.Do(operator, ask)
	if ask.Basis.Read = out.Mark(); ask.Basis.Read != "" {
		out, err = s.app.Registry.Do(operator, ask)
	}
	if err != nil || !out.Written {
		t.Fatalf("%+v %v", out, err)
	}
	flagged := func(x registry.Stopped) bool {
		return x.What == registry.StoppedEntitlement && x.State == registry.StateFlagged
	}
	if !slices.ContainsFunc(out.Stopped, flagged) {
		t.Errorf("nothing was flagged: %+v", out.Stopped)
	}
	undo, err := s.app.Registry.Do(operator, registry.Request{Kind: registry.Undone, Event: out.Event,
		Basis: registry.Basis{On: s.app.Registry.Today().String(), Evidence: "keliru"}})
	if err != nil || undo.Proposed.IsZero() {
		t.Fatalf("%+v %v", undo, err)
	}
	back, err := s.app.Registry.Approve(officer, undo.Proposed, "")
	if err != nil || len(back.Again) != len(out.Stopped) {
		t.Errorf("%+v %v", back, err)
	}
}
