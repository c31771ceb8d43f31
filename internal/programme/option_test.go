package programme

import (
	"testing"

	"gotong/internal/civil"
	"gotong/internal/i18n"
	"gotong/internal/rule"
)

// What a page shows of a parameter is words, not codes.
func TestOptionsOfShippedProgrammesHaveNames(t *testing.T) {
	s := presets(t)
	for _, p := range s.All() {
		for _, q := range p.Params {
			if want := len(q.Texts); q.Kind == rule.Option && (want == 0 || len(q.Options) != want) {
				t.Errorf("%s: %s has %d names for %v", p.File, q.Name, len(q.Options), q.Texts)
			}
		}
	}
	p, err := s.Version("pkh", civil.MustParse("2025-06-01"))
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range p.Params {
		if q.Name == "disability" && q.Options[0] != (i18n.Text{ID: "Berat", EN: "Severe"}) {
			t.Errorf("named %v", q.Options)
		}
	}
}
