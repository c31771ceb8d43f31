package programme

import (
	"testing"

	"gotong/internal/civil"
	"gotong/internal/decree"
)

// A version that is adopted is in force from its day on, and the one before
// it until the day before; everybody who holds the set sees it.
func TestAdopt(t *testing.T) {
	s := presets(t)
	before := len(s.All())
	day := civil.Of(2026, 3, 1)
	old, err := s.Version("pkh", day)
	if err != nil {
		t.Fatal(err)
	}
	next, err := old.Next(Edit{Params: map[string]string{"decile_max": "3"}}, decree.Basis{From: day, Title: "Kepdirjen 7/2026", On: day})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time it is there already
		if err := s.Adopt(next); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(s.All()); n != before+1 {
		t.Errorf("%d versions, want %d", n, before+1)
	}
	for on, want := range map[civil.Date]string{day - 1: old.Version(), day: "2026-03-01", day + 500: "2026-03-01"} {
		if p, err := s.Version("pkh", on); err != nil || p.Version() != want {
			t.Errorf("on %s: %v, %v", on, p, err)
		}
	}
	if old.InForce.To != nil {
		t.Error("a version that others hold was changed")
	}
	// A second version from the same day says two things of one day.
	other, err := old.Next(Edit{Params: map[string]string{"decile_max": "2"}}, decree.Basis{From: day, Title: "x", On: day})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.With(other); err == nil {
		t.Error("two versions from one day")
	}
}
