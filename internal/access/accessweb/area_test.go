package accessweb

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/region"
)

func TestParseAreas(t *testing.T) {
	atlas := region.Default()
	for text, want := range map[string]string{
		"31.72.04":                         "317204",
		"3172, 36.74; 3273":                "3172,3273,3674",
		" 31.72.04 \r\n\r\n36.74 \n":       "317204,3674",
		"Kalibaru, Cilincing\n3674":        "3172041004,3674",
		"Tangerang Selatan":                "3674",
		"*":                                "*",
		"3172\n*":                          "*",
		"31\n3172":                         "31",
		"":                                 "access.areas_empty",
		" \n ":                             "access.areas_empty",
		"3172041":                          "region.code.looks_bps",
		"99":                               "region.code.unknown",
		"Atlantis":                         "access.area_unknown",
		"Sukamaju":                         "access.area_many",
		"Tangerang Selata":                 "access.area_many",
		"3.17E+09":                         "region.code.spreadsheet",
		strings.Repeat("Kalibaru, ", 9999): "access.area_many",
	} {
		s, err := parseAreas(atlas, access.Nation(), text)
		got := s.String()
		if err != nil {
			got = keyOf(err)
		}
		if got != want {
			t.Errorf("%.40q: %s, want %s", text, got, want)
		}
	}
}

func TestAreasStayWithinTheAdministratorsOwn(t *testing.T) {
	atlas := region.Default()
	own := access.Areas("3674", "317204")
	for text, want := range map[string]string{
		"36.74.02":      "367402",
		"Serpong Utara": "367402",
		"3172":          "access.area_outside",
		"Bandung":       "access.area_unknown",
		"*":             "access.wider_scope",
		"3674\n32":      "access.area_outside",
	} {
		s, err := parseAreas(atlas, own, text)
		got := s.String()
		if err != nil {
			got = keyOf(err)
		}
		if got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func TestWhatAFormShowsIsWhatItReads(t *testing.T) {
	atlas := region.Default()
	regencies := atlas.Descendants("", region.Regency)
	rapid.Check(t, func(t *rapid.T) {
		var codes []string
		for _, i := range rapid.SliceOfN(rapid.IntRange(0, len(regencies)-1), 1, 5).Draw(t, "regencies") {
			codes = append(codes, regencies[i].Code[:rapid.SampledFrom([]int{2, 4}).Draw(t, "digits")])
		}
		want := access.Areas(codes...)
		got, err := parseAreas(atlas, access.Nation(), areaText(want))
		if err != nil || got.String() != want.String() {
			t.Fatalf("%s becomes %s, %v", want, got, err)
		}
	})
}

func FuzzParseAreas(f *testing.F) {
	for _, s := range []string{"", "*", "31.72.04", "Kalibaru, Cilincing", "3,1;*\n'36"} {
		f.Add(s)
	}
	atlas, own := region.Default(), access.Areas("3674")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := parseAreas(atlas, own, text)
		var known *fault.Error
		if err != nil && !errors.As(err, &known) {
			t.Fatalf("%q: %v", text, err)
		}
		if err == nil && (s.IsEmpty() || s.IsNation()) {
			t.Fatalf("%q gives %s", text, s)
		}
		for _, p := range s.Prefixes() {
			if !own.Covers(p) {
				t.Fatalf("%q reaches %s", text, p)
			}
		}
	})
}
