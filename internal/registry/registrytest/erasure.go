package registrytest

import (
	"errors"
	"testing"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/registry"
	"gotong/internal/seal"
)

func testErasure(t *testing.T, b *Bench) {
	r, _ := big(t, b, 107)
	debts := &recorder{}
	b.Bind(debts, debts)
	person := notHeads(r)[0]
	ask := registry.Request{Kind: registry.Erasure, Family: r.Family.ID, Person: person.ID, Basis: By("2025-06-01", "request")}
	paid := civil.MustParse("2020-02-01")
	for name, owed := range map[string]registry.Owed{"event.refused.money_pending": {Pending: true}, "event.refused.kept": {Paid: &paid}} {
		debts.owed = owed
		_, err := b.Service.Do(Officer(), ask)
		var f *fault.Error
		if !errors.As(err, &f) || f.Key != name || f.Kind != fault.KindConflict {
			t.Errorf("%s: %v", name, err)
		}
	}
	debts.owed = registry.Owed{}
	Do(t, b, ask)
	d := dossier(t, b, r.Family.ID)
	m, _ := d.Member(person.ID)
	if !m.Erased() || m.NIKBlind != nil || m.Born != nil || len(m.Facts) != 0 || m.Status == registry.PersonActive {
		t.Errorf("%+v", m)
	}
	for _, c := range d.Changes {
		for _, core := range c.Body.Members {
			if core.ID == person.ID && core.Name != "" {
				t.Errorf("version %d still names them", c.Version)
			}
		}
	}
	past, err := b.FamilyAt(Officer(), r.Family.ID, registry.Moment{On: civil.MustParse("2025-05-01")}, access.PurposeAudit)
	if err != nil {
		t.Fatal(err)
	}
	if p, ok := past.Member(person.ID); !ok || p.Name != "" || len(p.Facts) != 0 {
		t.Errorf("the past still names them: %+v", p)
	}
	Do(t, b, registry.Request{Kind: registry.Erasure, Family: r.Family.ID, Basis: By("2025-06-01", "request")})
	if d := dossier(t, b, r.Family.ID); d.Family.KKBlind != nil || d.Family.Address != "" || d.Family.HeadName != "" || d.Family.Status != registry.FamilyDissolved {
		t.Errorf("%+v", d.Family)
	}
}

// testErasedBeforeCopy holds that who was erased stays unreadable where an
// older copy of the database stands beside the keys of today, that it is said
// so, and that they can be erased once more.
func testErasedBeforeCopy(t *testing.T, b *Bench) {
	r, _ := big(t, b, 111)
	card, _ := seal.Position(r.Family.KKSealed)
	if err := b.Keys.Shred([]uint64{card}); err != nil {
		t.Fatal(err)
	}
	for name, look := range map[string]func() error{
		"today": func() error { _, err := b.Family(Officer(), r.Family.ID, access.PurposeAudit); return err },
		"before": func() error {
			_, err := b.FamilyAt(Officer(), r.Family.ID, registry.Moment{On: civil.MustParse("2025-05-01")}, access.PurposeAudit)
			return err
		},
	} {
		var f *fault.Error
		if err := look(); !errors.As(err, &f) || f.Key != "registry.erased_before_copy" || f.Kind != fault.KindConflict {
			t.Errorf("%s: %v", name, err)
		}
	}
	Do(t, b, registry.Request{Kind: registry.Erasure, Family: r.Family.ID, Basis: By("2025-06-01", "request")})
	if d := dossier(t, b, r.Family.ID); d.Family.HeadName != "" {
		t.Errorf("%+v", d.Family)
	}
}
