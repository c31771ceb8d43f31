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

// What a score loses because of homes is told as it was known.
func TestWhatHomesTakeOffIsToldAsTheyAreKnown(t *testing.T) {
	for level, keep := range map[string]func(r *Record){
		HomeLevel: func(*Record) {},
		KinLevel:  func(r *Record) { r.Place, r.Address, r.Mother = r.Area, "", "" },
	} {
		p := town(9, 900, 200)
		for i := range p.records {
			r := &p.records[i]
			keep(r)
			r.Family, r.Number, r.Area = ident.ID{}, "", ""
		}
		told := map[string]int{}
		for _, pair := range link(t, p.records, testOptions).Pairs {
			for _, piece := range pair.Pieces {
				if piece.Field == HomeField {
					told[piece.Level]++
				}
			}
		}
		if told[level] == 0 || len(told) != 1 {
			t.Errorf("homes that are known by %s are told as %v", level, told)
		}
	}
}
