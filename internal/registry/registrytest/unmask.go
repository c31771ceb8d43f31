package registrytest

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/registry/sheet"
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
	all, lifts, _, err := b.Unmaskings(As(access.Auditor, "3674"), 1)
	if err != nil || len(all) != left+2 || len(lifts) != 1 || lifts[0].GivenBy != "second" {
		t.Fatalf("the auditor sees %d openings, %v, %v", len(all), lifts, err)
	}
	// 1 June 2025 is a Sunday.
	if diff := cmp.Diff([]registry.Oddity{registry.OddHours}, all[0].Odd); diff != "" {
		t.Error(diff)
	}
	if elsewhere, _, _, err := b.Unmaskings(As(access.Auditor, "31"), 1); err != nil || len(elsewhere) != 0 {
		t.Errorf("an auditor of another province sees %d, %v", len(elsewhere), err)
	}
	if _, _, _, err := b.Unmaskings(Officer(), 1); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("an officer watches: %v", err)
	}
	namesake := access.With(context.Background(), access.Actor{ID: ident.ID{}, Login: "kin", Name: person.Name, Roles: []access.Role{access.Officer}, Scope: access.Nation()})
	if err := open(namesake, "my own card"); err != nil {
		t.Fatal(err)
	}
	all, _, _, err = b.Unmaskings(As(access.Auditor, "3674"), 1)
	if err != nil || !all[0].Namesake || all[0].Login != "kin" {
		t.Errorf("a namesake is not seen: %+v, %v", all[0], err)
	}
	b.Clock.Advance(lift.Until.Add(25 * time.Hour).Sub(b.Clock.Now()))
	if again, err := b.UnmaskLeft(Officer()); err != nil || again != left {
		t.Errorf("after the lift and a day %d are left, %v; want %d", again, err, left)
	}
}

// testAllowance takes files with numbers in clear: never without a second
// person, once with one, of the area and in the time that was allowed.
func testAllowance(t *testing.T, b *Bench) {
	t.Helper()
	clear := func(ctx context.Context, area string) error {
		_, _, err := Exported(t, b, ctx, registry.ExportOptions{Unmask: true, Area: area}, sheet.CSV)
		return err
	}
	allow := func(ctx context.Context, login, area string) error {
		_, err := b.AllowExport(ctx, login, area, "moving to another system")
		return err
	}
	if err := clear(Officer(), ""); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("nobody allowed it: %v", err)
	}
	for name, err := range map[string]error{
		"for oneself": allow(Officer(), "Officer", ""), "by an operator": allow(As(access.Operator, "36"), "officer", "36"),
		"beyond one's area": allow(As(access.Manager, "31"), "officer", "36"),
	} {
		if !fault.Is(err, fault.KindForbidden) {
			t.Errorf("allowed %s: %v", name, err)
		}
	}
	for name, err := range map[string]error{"nobody": allow(Second(), " ", ""), "no area": allow(As(access.Manager, "31", "36"), "officer", "")} {
		if !fault.Is(err, fault.KindInvalid) {
			t.Errorf("allowed to %s: %v", name, err)
		}
	}
	if err := allow(Second(), "officer", "3674"); err != nil {
		t.Fatal(err)
	}
	for _, area := range []string{"", "36", "3172"} {
		if err := clear(Officer(), area); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("%q under an allowance for 3674: %v", area, err)
		}
	}
	if err := clear(Second(), "3674"); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("under somebody else's allowance: %v", err)
	}
	if err := clear(Officer(), "367401"); err != nil {
		t.Errorf("as was allowed: %v", err)
	}
	if err := clear(Officer(), "367401"); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("a second time: %v", err)
	}
	if err := allow(Second(), "officer", "3674"); err != nil {
		t.Fatal(err)
	}
	b.Clock.Advance(25 * time.Hour)
	if err := clear(Officer(), "3674"); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("a day later: %v", err)
	}
}

// testUnmaskRace opens numbers from many sides at once: together no more than
// the quota.
func testUnmaskRace(t *testing.T, b *Bench) {
	r, _ := big(t, b, 137)
	left, err := b.UnmaskLeft(Officer())
	if err != nil {
		t.Fatal(err)
	}
	var opened atomic.Int64
	var all sync.WaitGroup
	for range 2 * left {
		all.Go(func() {
			_, err := b.Unmask(Officer(), r.Family.ID, registry.KindNIK, head(r).ID, access.PurposeService, "at once")
			if err == nil {
				opened.Add(1)
			} else if !fault.Is(err, fault.KindTooOften) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := int(opened.Load()); got != left {
		t.Errorf("%d opened of %d", got, left)
	}
	if _, err := b.Unmask(Second(), r.Family.ID, registry.KindNIK, head(r).ID, access.PurposeStatistics, "counting"); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("opened for statistics: %v", err)
	}
}
