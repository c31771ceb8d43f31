package registrytest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/registry"
)

// testUnmask opens numbers until the quota is reached, has it lifted by
// somebody else, and looks at what the auditor is shown.
func testUnmask(t *testing.T, b *Bench) {
	r, _ := big(t, b, 131)
	person := head(r)
	open := func(ctx context.Context, reason string) error {
		number, err := b.Unmask(ctx, r.Family.ID, registry.KindNIK, person.ID, access.PurposeService, reason)
		if err == nil && len(number) != 16 {
			t.Fatalf("opened %q", number)
		}
		return err
	}
	for reason, want := range map[string]string{" ": "registry.unmask.reason_missing", "NIK 3674 0141 0280 0013": "registry.entry.holds_number"} {
		var f *fault.Error
		if err := open(Officer(), reason); !errors.As(err, &f) || f.Key != want {
			t.Errorf("%q: %v", reason, err)
		}
	}
	left, err := b.UnmaskLeft(Officer())
	if err != nil || left < 2 {
		t.Fatalf("%d left, %v", left, err)
	}
	for range left {
		if err := open(Officer(), "card compared"); err != nil {
			t.Fatal(err)
		}
	}
	if err := open(Officer(), "one more"); !fault.Is(err, fault.KindTooOften) {
		t.Errorf("over the quota: %v", err)
	}
	if err := open(Second(), "another has a quota of their own"); err != nil {
		t.Error(err)
	}
	actor, _ := access.From(Officer())
	if _, err := b.LiftQuota(Officer(), actor.Login, "for myself"); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("one lifts one's own: %v", err)
	}
	if _, err := b.LiftQuota(As(access.Operator, "36"), actor.Login, "by an operator"); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("an operator lifts: %v", err)
	}
	lift, err := b.LiftQuota(Second(), actor.Login, "a day of correcting cards")
	if err != nil {
		t.Fatal(err)
	}
	if err := open(Officer(), "under the lift"); err != nil {
		t.Error(err)
	}
	all, lifts, err := b.Unmaskings(As(access.Auditor, "3674"), 1)
	if err != nil || len(all) != left+2 || len(lifts) != 1 || lifts[0].GivenBy != "second" {
		t.Fatalf("the auditor sees %d openings, %v, %v", len(all), lifts, err)
	}
	// 1 June 2025 is a Sunday.
	if diff := cmp.Diff([]registry.Oddity{registry.OddHours}, all[0].Odd); diff != "" {
		t.Error(diff)
	}
	if elsewhere, _, err := b.Unmaskings(As(access.Auditor, "31"), 1); err != nil || len(elsewhere) != 0 {
		t.Errorf("an auditor of another province sees %d, %v", len(elsewhere), err)
	}
	if _, _, err := b.Unmaskings(Officer(), 1); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("an officer watches: %v", err)
	}
	namesake := access.With(context.Background(), access.Actor{ID: ident.ID{}, Login: "kin", Name: person.Name, Roles: []access.Role{access.Officer}, Scope: access.Nation()})
	if err := open(namesake, "my own card"); err != nil {
		t.Fatal(err)
	}
	all, _, err = b.Unmaskings(As(access.Auditor, "3674"), 1)
	if err != nil || !all[0].Namesake || all[0].Login != "kin" {
		t.Errorf("a namesake is not seen: %+v, %v", all[0], err)
	}
	b.Clock.Advance(lift.Until.Add(25 * time.Hour).Sub(b.Clock.Now()))
	if again, err := b.UnmaskLeft(Officer()); err != nil || again != left {
		t.Errorf("after the lift and a day %d are left, %v; want %d", again, err, left)
	}
}
