package indicator

import (
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/i18n"
)

var ruleWord = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

func TestCatalogueIsWhole(t *testing.T) {
	c := Default()
	nos, codes := map[int]string{}, map[string]int{}
	for _, i := range c.All() {
		if other := nos[i.No]; other != "" {
			t.Errorf("%s and %s share number %d", i.Code, other, i.No)
		}
		nos[i.No] = i.Code
		k := i.Level.String() + "." + i.Code
		if codes[k]++; codes[k] > 1 {
			t.Errorf("%s is there twice", k)
		}
		if !ruleWord.MatchString(i.Code) {
			t.Errorf("%s cannot be said in a rule", k)
		}
		if i.Name.ID == "" || i.Name.EN == "" || i.Source == "" {
			t.Errorf("%s lacks a name or a source: %+v", k, i)
		}
		for _, o := range i.Options {
			if !ruleWord.MatchString(o.Code) || o.Name.ID == "" || o.Name.EN == "" {
				t.Errorf("%s: option %+v is not complete", k, o)
			}
		}
		if got, ok := c.ByNo(i.No); !ok || got != i {
			t.Errorf("ByNo(%d) = %v", i.No, got)
		}
		if got, ok := c.Lookup(i.Level, i.Code); !ok || got != i {
			t.Errorf("Lookup(%s) = %v", k, got)
		}
	}
	if !slices.IsSortedFunc(c.All(), func(a, b *Indicator) int { return a.No - b.No }) {
		t.Error("All is not sorted by number")
	}
}

// The counts of the form and the decree, as the field's description has them.
func TestCatalogueCoversTheForm(t *testing.T) {
	c := Default()
	options := func(l Level, code string) int {
		i, ok := c.Lookup(l, code)
		if !ok {
			t.Fatalf("no %s.%s", l, code)
		}
		n := 0
		for _, o := range i.Options {
			if o.No != 0 || code == "disability" || code == "orphan" { // 0 is ours: does not apply
				n++
			}
		}
		return n
	}
	for code, want := range map[string]int{
		"tenure": 6, "land_certificate": 6, "floor": 9, "wall": 11, "roof": 8, "water": 13, "water_distance": 3,
		"lighting": 4, "watts": 5, "fuel": 12, "toilet": 6, "closet": 4, "disposal": 6, "visit_result": 5,
	} {
		if got := options(Family, code); got != want {
			t.Errorf("%s has %d options, want %d", code, got, want)
		}
	}
	for code, want := range map[string]int{
		"presence": 6, "relation": 8, "school_kind": 22, "diploma": 23, "sector": 26, "business_sector": 26,
		"difficulty_sight": 4, "difficulty_memory": 4, "disability": 4, "orphan": 4, "chronic_illness": 18,
	} {
		if got := options(Person, code); got != want {
			t.Errorf("%s has %d options, want %d", code, got, want)
		}
	}
	assets := 0
	for _, i := range c.InGroup("assets") {
		if i.No < 50 {
			assets++
		}
	}
	if assets != 14 {
		t.Errorf("%d assets, want 14", assets)
	}
	for _, code := range []string{"food_worry", "food_over_half", "clothing_bought", "homeless", "head_unemployed", "floor", "wall", "toilet", "lighting", "watts"} {
		if _, ok := c.Lookup(Family, code); !ok {
			t.Errorf("the decree's test needs %s", code)
		}
	}
}

func TestStoredLeavesOutWhatIsDerived(t *testing.T) {
	for _, l := range []Level{Family, Person} {
		for _, i := range Default().Stored(l) {
			if i.Derived || i.Level != l {
				t.Errorf("%s is listed as a column of %s", i.Code, l)
			}
		}
	}
}

func TestEveryUnitCanBeSaid(t *testing.T) {
	for _, i := range Default().All() {
		if i.Unit == "" || i.Unit == "m²" {
			continue
		}
		for _, l := range i18n.Langs {
			if !i18n.Has(l, "indicator.unit."+i.Unit) {
				t.Errorf("%s: unit %q has no word in %s", i.Code, i.Unit, l)
			}
		}
	}
}

func TestNearest(t *testing.T) {
	for word, want := range map[string]string{
		"flor": "floor", "floor_are": "floor_area", "decil": "decile", "wtaer": "water",
		"motorcyle": "motorcycle", "xyz": "", "": "", "penghasilan": "",
	} {
		if got := Default().Nearest(Family, word); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", word, got, want)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"a", "", 1}, {"kursi", "kursi", 0}, {"ab", "ba", 1}, {"floor", "flor", 1}, {"sitting", "kitten", 3}} {
		if got := distance(tc.a, tc.b); got != tc.want {
			t.Errorf("distance(%q, %q) = %d, want %d", tc.a, tc.b, got, tc.want)
		}
		if got := distance(tc.b, tc.a); got != tc.want {
			t.Errorf("distance(%q, %q) = %d, want %d", tc.b, tc.a, got, tc.want)
		}
	}
}

func TestGroupsCoverAll(t *testing.T) {
	n := 0
	for _, g := range Default().Groups() {
		n += len(Default().InGroup(g.Code))
	}
	if diff := cmp.Diff(len(Default().All()), n); diff != "" {
		t.Errorf("indicators under a heading: %s", diff)
	}
}
