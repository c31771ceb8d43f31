package linkage

import (
	"fmt"
	"testing"

	"gotong/internal/civil"
	"gotong/internal/ident"
)

// What a list tells decides how homes are known on it.
func TestHomesAreKnownByWhatAListTells(t *testing.T) {
	born := civil.MustParse("1990-02-03")
	for _, tc := range []struct {
		about string
		r     Record
		want  *homeLike
	}{
		{"a name and a date", Record{Name: "Siti Aminah", Born: &born}, &byHome},
		{"a town", Record{Name: "Siti Aminah", Place: "Garut"}, &byKin},
		{"a postcode", Record{Name: "Siti Aminah", Postcode: "44151"}, &byKin},
		{"a village", Record{Name: "Siti Aminah", Area: "3205012001"}, &byKin},
		{"a town and an address", Record{Name: "Siti Aminah", Place: "Garut", Address: "Jl. Merdeka 7"}, &byHome},
		{"a town and a phone", Record{Name: "Siti Aminah", Place: "Garut", Phone: "081234567890"}, &byHome},
		{"a town and a mother", Record{Name: "Siti Aminah", Place: "Garut", Mother: "Rukiyah"}, &byHome},
	} {
		set := NewSet(2)
		set.Add(&Record{ID: ident.ID{1}, Name: "Budi Santoso"})
		tc.r.ID = ident.ID{2}
		set.Add(&tc.r)
		set.seal()
		l := &linker{set: set}
		if got := l.homesLike(); got != tc.want {
			t.Errorf("%s: homes are known by parts %b, want %b", tc.about, got.parts, tc.want.parts)
		}
	}
}

func TestRulesOfHomesHoldNothingElse(t *testing.T) {
	of := func(like *homeLike) (names []string) {
		for i := range rules {
			if rules[i].of(like.parts) {
				names = append(names, rules[i].name)
			}
		}
		return names
	}
	for _, tc := range []struct {
		like *homeLike
		want string
	}{
		{&byHome, "[phone parent address mother]"},
		{&byKin, "[word word+place]"},
	} {
		if got := fmt.Sprint(of(tc.like)); got != tc.want {
			t.Errorf("rules %s, want %s", got, tc.want)
		}
	}
}
