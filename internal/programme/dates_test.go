package programme

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/civil"
	"gotong/internal/money"
)

// A version counts from its first day to its last, both included, and hands
// over to the next without a gap or an overlap.
func TestVersionsByDay(t *testing.T) {
	next := strings.NewReplacer("in_force: {from: 2025-01-01, to: 2025-12-31}", "in_force: {from: 2026-01-01}", "value: 120000", "value: 150000").Replace(good)
	s, err := load(map[string]string{"2025.yaml": good, "2026.yaml": next})
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ day, want string }{
		{"2024-12-31", ""},
		{"2025-01-01", "2025-01-01 Rp120.000"},
		{"2025-12-31", "2025-01-01 Rp120.000"},
		{"2026-01-01", "2026-01-01 Rp150.000"},
		{"2099-12-31", "2026-01-01 Rp150.000"},
	} {
		got := ""
		if p, err := s.Version("beras", civil.MustParse(tc.day)); err == nil {
			v, _ := p.Benefits[0].Amount.Constant()
			got = p.Version() + " " + money.Rupiah(v).String()
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s: %s", tc.day, diff)
		}
		if in := len(s.InForce(civil.MustParse(tc.day))); in > 1 || (in == 1) != (tc.want != "") {
			t.Errorf("%s: %d versions in force", tc.day, in)
		}
	}
}

// A parameter holds on every day of its programme, to the day.
func TestParametersCoverTheProgramme(t *testing.T) {
	for _, tc := range []struct {
		period, want string
	}{
		{"{from: 2025-01-01}", ""},
		{"{from: 2025-01-01, to: 2025-12-31}", ""},
		{"{from: 2024-12-31, to: 2026-01-01}", ""},
		{"{from: 2025-01-02}", "bad.yaml:12:77 (params.rice) programme.param_period name=rice"},
		{"{from: 2025-01-01, to: 2025-12-30}", "bad.yaml:12:77 (params.rice) programme.param_period name=rice"},
	} {
		const was = "rice: {value: 120000, kind: money, name: {id: Beras, en: Rice}, in_force: {from: 2025-01-01}"
		text := strings.Replace(good, was, strings.Replace(was, "{from: 2025-01-01}", tc.period, 1), 1)
		got := ""
		if _, err := load(map[string]string{"bad.yaml": text}); err != nil {
			got = summary(err)
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s: %s", tc.period, diff)
		}
	}
	// A programme without end needs parameters without end.
	text := strings.Replace(good, "{from: 2025-01-01, to: 2025-12-31}", "{from: 2025-01-01}", 1)
	text = strings.Replace(text, "en: Rice}, in_force: {from: 2025-01-01}", "en: Rice}, in_force: {from: 2025-01-01, to: 2099-12-31}", 1)
	if _, err := load(map[string]string{"bad.yaml": text}); err == nil {
		t.Error("a parameter that ends was taken for a programme that does not")
	}
}

// The presets of PKH hand over at the turn of 2024 to 2025.
func TestPKHByDay(t *testing.T) {
	s := presets(t)
	for day, want := range map[string]string{"2020-12-31": "", "2021-01-01": "2021-01-01", "2024-12-31": "2021-01-01", "2025-01-01": "2025-01-01"} {
		got := ""
		if p, err := s.Version("pkh", civil.MustParse(day)); err == nil {
			got = p.Version()
		}
		if got != want {
			t.Errorf("%s: %q, want %q", day, got, want)
		}
	}
}
