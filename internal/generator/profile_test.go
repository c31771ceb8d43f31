package generator

import (
	"context"
	"encoding/csv"
	"strings"
	"testing"

	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/region"
)

func TestAProfileIsReadStrictly(t *testing.T) {
	for name, text := range map[string]string{
		"unknown entry": "dupliactes: {families: 0.1}",
		"no list":       "choices: {floor: {rho: 0.5, steps: {earth: 1}}}",
		"two answers":   "choices: {floor: {rho: 0.5, steps: [{earth: 1, wood: 2}]}}",
		"no share":      "choices: {floor: {rho: 0.5, steps: [earth: many]}}",
	} {
		if _, err := ReadProfile([]byte(text)); err == nil || !strings.Contains(err.Error(), "line 1") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAProfileMustFitTheCatalogue(t *testing.T) {
	for name, spoil := range map[string]func(*Profile){
		"unknown fact":       func(p *Profile) { p.Booleans["spaceship"] = Chance{Share: 0.1} },
		"wrong kind":         func(p *Profile) { p.Booleans["floor"] = Chance{Share: 0.1} },
		"unknown answer":     func(p *Profile) { p.Choices["floor"] = Ladder{Steps: Steps{{"gold", 1}}} },
		"unknown stage":      func(p *Profile) { p.Schooling.Attending[0].School = "kursus" },
		"unknown degree":     func(p *Profile) { p.Health.Degrees = Steps{{"fatal", 1}} },
		"unknown livelihood": func(p *Profile) { p.Work.Livelihoods["urban"] = Steps{{"piracy/self", 1}} },
		"no status":          func(p *Profile) { p.Work.Livelihoods["urban"] = Steps{{"fishing", 1}} },
		"no answers":         func(p *Profile) { p.IDDocuments.Adults = nil },
		"no such village":    func(p *Profile) { p.Work.Villages["3172041004"] = "lunar" },
	} {
		p := DefaultProfile()
		spoil(p)
		if _, err := Generate(context.Background(), Options{Families: 50, AsOf: asOf, Dir: t.TempDir(), Profile: p}); err == nil {
			t.Errorf("%s: generated", name)
		}
	}
}

func TestProportionsAreTheProfiles(t *testing.T) {
	p := DefaultProfile()
	p.Duplicates.Families, p.Missing.Cells, p.Missing.Elsewhere, p.Numbers.NoNIK = 0, 0, 0, 0
	p.CivilServants.Reported = 1
	s, dir := generate(t, Options{Families: 500, Seed: 3, Profile: p})
	if s.Duplicates != 0 || s.FactsMissing != 0 || s.WithoutNIK != 0 {
		t.Errorf("planted in spite of the profile: %+v", s)
	}
	for _, r := range read(t, dir, "truth/civil_servants.csv") {
		if r.cells["dilaporkan"] != "ya" {
			t.Errorf("a civil servant is hidden: %v", r.cells)
		}
	}
}

func TestEveryProvinceHasNames(t *testing.T) {
	n, err := newNamer()
	if err != nil {
		t.Fatal(err)
	}
	d := thrown(5)
	for _, p := range region.Default().Children("") {
		c := n.around(p.Code + "00000000").draw(d)
		for _, female := range []bool{false, true} {
			for _, year := range []int{1940, 2010} {
				if name := n.name(d, c, female, year, n.surname(d, c)); len(name) < 2 || strings.Contains(name, "  ") {
					t.Errorf("%s: %q", p.Name, name)
				}
			}
		}
	}
}

func TestOldSpelling(t *testing.T) {
	n, err := newNamer()
	if err != nil {
		t.Fatal(err)
	}
	for modern, old := range map[string]string{
		"Sujono": "Soedjono", "Cahyono": "Tjahjono", "Yuyun": "Joejoen", "Djawa": "Djawa", "Utomo": "Oetomo",
	} {
		if got := n.spelt(thrown(1), modern, true); got != old {
			t.Errorf("%s was written %s, want %s", modern, got, old)
		}
	}
}

func TestCellsAreQuotedWhereNeeded(t *testing.T) {
	for _, s := range []string{"Siti Aminah", "Siti Aminah, S.Pd.", `Ali "Kopral" Umar`, "Jl. Mawar\nNo. 1", "", "a\rb"} {
		line := string(appendCell([]byte("x,"), s)) + ",y\n"
		row, err := csv.NewReader(strings.NewReader(line)).Read()
		if err != nil || row[1] != s {
			t.Errorf("%q is written %q and read %q: %v", s, line, row, err)
		}
	}
}

func TestRefusalsAreSaid(t *testing.T) {
	for _, err := range []error{
		fault.Invalid("generator.families", "families", 0), fault.Invalid("generator.no_region"),
		fault.Invalid("generator.as_of", "day", asOf),
	} {
		for _, l := range i18n.Langs {
			if s := i18n.Error(l, err); strings.ContainsAny(s, "{[") || s == i18n.T(l, "core.error.internal") {
				t.Errorf("%v is told %q", err, s)
			}
		}
	}
}
