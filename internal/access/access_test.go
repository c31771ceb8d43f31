package access

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gotong/internal/fault"
)

func TestScopeCovers(t *testing.T) {
	s := Areas("3674", "317204", "3172041004", "")
	if diff := cmp.Diff([]string{"317204", "3674"}, s.Prefixes()); diff != "" {
		t.Fatal(diff)
	}
	for area, want := range map[string]bool{"3172041004": true, "317204": true, "3172": false, "31": false, "3674011001": true, "3673": false, "": false} {
		if s.Covers(area) != want {
			t.Errorf("Covers(%q) = %v", area, !want)
		}
	}
	if !s.Touches("31") || s.Touches("32") || !s.Touches("") {
		t.Error("Touches is wrong on the way down")
	}
	if (Scope{}).Covers("31") || !Nation().Covers("31") {
		t.Error("the zero scope must cover nothing, the nation everything")
	}
}

func TestWithinNeverWidens(t *testing.T) {
	code := rapid.StringMatching(`[1-3]{0,4}`)
	rapid.Check(t, func(t *rapid.T) {
		s := Areas(rapid.SliceOfN(code, 0, 3).Draw(t, "scope")...)
		filter, area := code.Draw(t, "filter"), rapid.StringMatching(`[1-3]{5}`).Draw(t, "area")
		want := s.Covers(area) && strings.HasPrefix(area, filter)
		if got := s.Within(filter).Covers(area); got != want {
			t.Fatalf("%q within %q covers %q: %v", s, filter, area, got)
		}
		if ParseScope(s.String()).String() != s.String() {
			t.Fatalf("%q does not survive storage", s)
		}
	})
}

func TestNoRoleHoldsTwoHandsOfAPayment(t *testing.T) {
	for _, r := range append(Roles, roleSystem) {
		n := 0
		for _, p := range []Permission{MakePayment, CheckPayment, ReleasePayment} {
			if r.grants(p) {
				n++
			}
		}
		if n > 1 {
			t.Errorf("role %s grants %d of make, check, release", r, n)
		}
	}
}

func TestRequire(t *testing.T) {
	ctx := With(context.Background(), Actor{Roles: []Role{Operator}, Scope: Areas("3674")})
	if _, err := Require(ctx, ReleasePayment); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("an operator may release: %v", err)
	}
	if _, err := Require(context.Background(), SeeFamilies); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("nobody may see families: %v", err)
	}
	if _, err := RequireArea(ctx, SeeFamilies, "3172"); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("an area outside the scope answers %v", err)
	}
	if _, err := RequireArea(ctx, SeeFamilies, "3674011001"); err != nil {
		t.Error(err)
	}
}
