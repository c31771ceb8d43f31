package linkage

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWords(t *testing.T) {
	for name, want := range map[string]string{
		"Siti Aminah":                    "siti aminah",
		"Hj. Siti  Aminah, S.Pd., M.Si.": "siti aminah",
		"Drs. H. Soekarno":               "sukarno",
		"Ir. Djoko Tjahjono":             "joko cahjono",
		"M. Rizky":                       "muhamad rizki",
		"Moch. Choirul Anwar":            "muhamad khoirul anwar",
		"Achmad Yusuf":                   "ahmad yusuf",
		"AHMAD bin YUSUF":                "ahmad yusuf",
		"Nur'aini":                       "nuraini",
		"Ma’ruf Amin":                    "maruf amin",
		"Abd. Rahman":                    "abdul rahman",
		"St. Aminah":                     "siti aminah",
		"BUDI SANTOSO SE":                "budi santoso",
		"Budi Santoso, SH":               "budi santoso",
		"Budi A.Md.Keb":                  "budi",
		"Ni Luh Putu":                    "ni luh putu",
		"Muhammad":                       "muhamad",
		"M":                              "m",
		"Haji":                           "haji",
		"Dr. Hj.":                        "dr hj",
		"Abdul-Rahman":                   "abdul rahman",
		"José Müller":                    "jose muler",
		"Ma Ling":                        "ma ling",
		"S1ti Am1nah":                    "sti amnah",
		"":                               "",
		"123 --":                         "",
		"Alm. Paidjo":                    "paijo",
		"Sjamsoeddin":                    "syamsudin",
	} {
		if diff := cmp.Diff(want, strings.Join(Words(name), " ")); diff != "" {
			t.Errorf("%q: %s", name, diff)
		}
	}
}

func TestNamesThatClerksConfuseSoundAlike(t *testing.T) {
	whole := func(s string) string { return sound(strings.Join(Words(s), "")) }
	for _, same := range [][2]string{
		{"Soeharto", "Suharto"}, {"Zaenal", "Zainal"}, {"Yusuf", "Yusup"}, {"Fitri", "Vitri"}, {"Syarif", "Sarif"},
		{"Khoirul", "Choirul"}, {"Ahmad", "Achmad"}, {"Rizki", "Rizqi"}, {"Fatimah", "Fatima"}, {"Widhi", "Widi"},
		{"Sofiyah", "Sofiah"}, {"Endang", "Indang"}, {"Surya", "Suria"}, {"Jamaluddin", "Djamaludin"},
	} {
		a, b := whole(same[0]), whole(same[1])
		if a != b {
			t.Errorf("%s sounds %q, %s %q", same[0], a, same[1], b)
		}
	}
	for _, other := range [][2]string{{"Dina", "Dini"}, {"Hasan", "Husen"}, {"Rina", "Rini"}, {"Agus", "Bagus"}, {"Yanto", "Yanti"}} {
		if whole(other[0]) == whole(other[1]) {
			t.Errorf("%s and %s are two people, and sound the same", other[0], other[1])
		}
	}
}

func TestAddressWords(t *testing.T) {
	for address, want := range map[string]string{
		"Jl. Melati No. 07 RT05/RW 03": "melati 7 5 3",
		"Gang Kenanga 2":               "kenanga 2",
		"JALAN RAYA":                   "raya",
		"Jl.":                          "jl",
		"Kp. Tjilintjing":              "cilincing",
		"Jl. Jend. Sudirman":           "jenderal sudirman",
		"12 N. Main St.":               "12 nort main stret",
		"12 north main street":         "12 nort main stret",
		"":                             "",
	} {
		if diff := cmp.Diff(want, strings.Join(AddressWords(address), " ")); diff != "" {
			t.Errorf("%q: %s", address, diff)
		}
	}
}

func FuzzWords(f *testing.F) {
	for _, s := range []string{"Hj. Siti Aminah, S.Pd.", "M.", "", "Ma'ruf", "\xff\xfe", "ß ﬁ İ", ",,,.-", "Moch.Ch.ch"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, words := range [][]string{Words(s), AddressWords(s)} {
			for _, w := range words {
				if w == "" || strings.Trim(w, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
					t.Fatalf("%q gives the word %q", s, w)
				}
				if sound(w) == "" || skeleton(sound(w)) == "" {
					t.Fatalf("%q has no sound", w)
				}
			}
		}
		if again := Words(strings.Join(Words(s), " ")); len(Words(s)) > 0 && len(again) == 0 {
			t.Fatalf("%q is lost when read again", s)
		}
	})
}
