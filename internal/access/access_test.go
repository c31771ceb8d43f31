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

func TestWhatAnAccountNeeds(t *testing.T) {
	good := Staff{Login: "sri", Name: "Sri", Roles: []Role{Officer}, Scope: Areas("3674")}
	for name, tc := range map[string]struct {
		spoil func(*Staff)
		key   string
	}{
		"nothing more":                 {func(*Staff) {}, ""},
		"a whole nation":               {func(s *Staff) { s.Scope = Nation() }, ""},
		"a login":                      {func(s *Staff) { s.Login = "" }, "access.bad_login"},
		"a login in small letters":     {func(s *Staff) { s.Login = "Sri" }, "access.bad_login"},
		"a name":                       {func(s *Staff) { s.Name = "" }, "access.no_name"},
		"a role":                       {func(s *Staff) { s.Roles = nil }, "access.no_role"},
		"a role that there is":         {func(s *Staff) { s.Roles = []Role{Officer, "king"} }, "access.unknown_role"},
		"an area":                      {func(s *Staff) { s.Scope = Areas("") }, "access.no_scope"},
		"one hand: make and check":     {func(s *Staff) { s.Roles = []Role{Treasurer, Checker} }, "access.two_hands"},
		"one hand: check and release":  {func(s *Staff) { s.Roles = []Role{Checker, Releaser} }, "access.two_hands"},
		"one hand: make and release":   {func(s *Staff) { s.Roles = []Role{Treasurer, Releaser} }, "access.two_hands"},
		"one hand beside other duties": {func(s *Staff) { s.Roles = []Role{Officer, Treasurer} }, ""},
	} {
		s := good
		tc.spoil(&s)
		err := s.check()
		if tc.key == "" && err != nil || tc.key != "" && (!fault.Is(err, fault.KindInvalid) || !strings.Contains(err.Error(), tc.key)) {
			t.Errorf("an account needs %s: %v", name, err)
		}
	}
}

func TestScopeIsReadAsItIsWritten(t *testing.T) {
	for text, want := range map[string][]string{"": nil, ",": nil, "3674": {"3674"}, "3674,3172": {"3172", "3674"}, "3674 3172": {"3172", "3674"}, " 3674, 3172 ": {"3172", "3674"}} {
		s := ParseScope(text)
		if diff := cmp.Diff(want, s.Prefixes()); diff != "" || s.IsNation() || s.IsEmpty() != (want == nil) {
			t.Errorf("%q: %s", text, diff)
		}
	}
	if s := ParseScope("*"); !s.IsNation() || s.IsEmpty() || s.String() != "*" {
		t.Errorf("the nation is read as %q", s)
	}
	if s := Areas("3674", "3172").Within("36"); s.String() != "3674" {
		t.Errorf("what lies in a province is %q", s)
	}
}
