package registrytest

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
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

// testErasedAgain holds that those whom the tree of keys remembers are erased
// where a copy brought them back: though money would keep them by now, without
// anybody who decides anew, with the proposals that waited about them, and
// nobody else, and once.
func testErasedAgain(t *testing.T, b *Bench) {
	r, another := big(t, b, 113)
	debts := &recorder{owed: registry.Owed{Pending: true, Held: "held_audit"}}
	b.Bind(debts, debts)
	person := notHeads(r)[0]
	out, err := b.Service.Do(Officer(), registry.Request{Kind: registry.Erasure, Family: r.Family.ID, Person: person.ID, Basis: By("2025-06-01", "request")})
	if err == nil {
		t.Fatalf("money does not keep them: %+v", out)
	}
	other := another.Family.ID
	first, second, absent := seal.Erased{Subject: person.ID, Event: b.NewID()}, seal.Erased{Subject: other, Event: b.NewID()}, seal.Erased{Subject: b.NewID(), Event: b.NewID()}
	if err := b.Keys.Shred(nil, first, second, absent); err != nil {
		t.Fatal(err)
	}
	touched, err := b.EraseAgain(access.With(t.Context(), access.System("restore")))
	if diff := cmp.Diff([]ident.ID{other, r.Family.ID}, touched); err != nil || diff != "" {
		t.Fatalf("%v: %s", err, diff)
	}
	d := dossier(t, b, r.Family.ID)
	for i := range d.Members {
		if m := &d.Members[i]; m.Erased() != (m.ID == person.ID) {
			t.Errorf("member %v: erased %v", m.ID, m.Erased())
		}
	}
	whole := dossier(t, b, other)
	if whole.Family.Address != "" || whole.Family.HeadName != "" || whole.Family.Status != registry.FamilyDissolved {
		t.Errorf("%+v", whole.Family)
	}
	last := whole.Changes[len(whole.Changes)-1]
	if last.Kind != registry.Erasure || !strings.Contains(last.Evidence, ident.ID(second.Event).String()) || len(last.Body.Fates) == 0 {
		t.Errorf("the change does not name the erasure before: %+v", last)
	}
	if again, err := b.EraseAgain(access.With(t.Context(), access.System("restore"))); err != nil || len(again) > 0 {
		t.Errorf("once more: %v, %v", again, err)
	}
	if _, err := b.EraseAgain(t.Context()); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("by nobody: %v", err)
	}
}
