package registrytest

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/money"
	"gotong/internal/registry"
)

// recorder notes who is stopped.
type recorder struct {
	seen []registry.Stopping
	owed registry.Owed
}

func (r *recorder) StopFor(_ context.Context, s registry.Stopping) ([]registry.Stopped, error) {
	r.seen = append(r.seen, s)
	return []registry.Stopped{{What: registry.StoppedPayment, ID: "PKH-1/7", Label: "PKH", Amount: money.Rupiah(225_000), State: registry.StateHeld}}, nil
}

func (r *recorder) Owed(context.Context, ident.ID) (registry.Owed, error) { return r.owed, nil }

func testDeath(t *testing.T, b *Bench) {
	r, _ := big(t, b, 102)
	stops := &recorder{}
	b.Bind(stops, stops)
	ask := registry.Request{Kind: registry.Death, Family: r.Family.ID, Person: head(r).ID, Basis: By("2025-05-01", "death_certificate")}
	out, err := b.Service.Do(Officer(), ask)
	if got := refused(t, err); !slices.Contains(got, "kepala_baru event.refused.head_needed") || out.Written {
		t.Errorf("a head dies, and nobody takes over: %v", got)
	}
	ask.NewHead = notHeads(r)[0].ID
	out = Do(t, b, ask)
	d := dossier(t, b, r.Family.ID)
	if len(out.Stopped) != 1 || len(stops.seen) != 1 || stops.seen[0].Person != head(r).ID || d.Family.HeadName != notHeads(r)[0].Name {
		t.Errorf("stopped %+v, asked %+v, head %s", out.Stopped, stops.seen, d.Family.HeadName)
	}
	if last := d.Changes[len(d.Changes)-1]; len(last.Body.Stopped) != 1 || last.Kind != registry.Death || last.Evidence != "Akta kematian: no. 12" {
		t.Errorf("history: %+v", last)
	}
	ask.Basis.On = "2025-05-02"
	if _, err = b.Service.Do(Officer(), ask); !slices.Contains(refused(t, err), "orang event.refused.dead_already") {
		t.Error(err)
	}
	// Taken back, what was stopped is named to be started again.
	undone := Do(t, b, registry.Request{Kind: registry.Undone, Event: out.Event, Basis: registry.Basis{On: "2025-06-01", Evidence: "orangnya datang"}})
	if diff := cmp.Diff(out.Stopped, undone.Again); diff != "" {
		t.Error(diff)
	}
	back := dossier(t, b, r.Family.ID)
	if diff := cmp.Diff(r.Members, back.Members, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(registry.Person{}, "NIKMasked")); diff != "" {
		t.Error(diff)
	}
	// Nobody can be read into the past as dead who never was.
	if _, err := b.ParseMoment(b.Service.Today().AddDays(1).String(), ""); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("how the family will be tomorrow: %v", err)
	}
	if at, err := b.ParseMoment(b.Service.Today().String(), ""); err != nil || at.On != b.Service.Today() {
		t.Errorf("how it is today: %v, %v", at, err)
	}
	past, err := b.FamilyAt(Officer(), r.Family.ID, registry.Moment{On: civil.MustParse("2025-05-15")}, access.PurposeAudit)
	if err != nil || len(names(past.Record, registry.PersonDead)) != 0 {
		t.Errorf("%v %v", past, err)
	}
}
