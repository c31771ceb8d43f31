// Package region knows Indonesia's administrative regions: 38 provinces, 514
// regencies and cities, 7,285 districts and 83,762 villages, with the names
// people use for them, the codes that went out of use and a tile map.
//
// Everywhere in the program an area is its Kemendagri code as digits without
// dots: 2 for a province, 4 for a regency or city, 6 for a district, 10 for a
// village; the empty code is the nation. A code begins with its parent's, so
// "lies within" is "begins with". People see codes with dots: see Dotted.
//
// The data are those of the Kemendagri decree 300.2.2-2138 of 2025, by way of
// data/kemendagri, whose ATTRIBUTION.md names source and licence.
package region

import "strings"

// Scheme says who gave a code. Codes of BPS and of Kemendagri have the same
// length and different meanings, so a stored or exchanged code that is not
// known to be Kemendagri's carries its scheme.
type Scheme string

// The schemes. This package holds Kemendagri's codes only.
const (
	Kemendagri Scheme = "kemendagri" // Ministry of Home Affairs
	BPS        Scheme = "bps"        // Statistics Indonesia
)

// Level is how deep a region lies. The zero Level is the nation.
type Level uint8

// The levels.
const (
	Nation   Level = iota
	Province       // provinsi, 2 digits
	Regency        // kabupaten or kota, 4 digits
	District       // kecamatan (distrik in Papua), 6 digits
	Village        // kelurahan, desa or desa adat, 10 digits
)

// digits is the length of a code of each level.
var digits = [...]int{Nation: 0, Province: 2, Regency: 4, District: 6, Village: 10}

// String returns the level's name, as used in JSON and in message keys
// (region.level.*).
func (l Level) String() string {
	return [...]string{"nation", "province", "regency", "district", "village"}[min(l, Village)]
}

// LevelOf returns the level of a code by its length alone. It is false for a
// length that no code has.
func LevelOf(code string) (Level, bool) {
	for l, n := range digits {
		if len(code) == n {
			return Level(l), true
		}
	}
	return 0, false
}

// Region is one region. It is a value; nothing in it can be changed.
type Region struct {
	Code   string // digits without dots
	Name   string // official name: "Kota Administrasi Jakarta Utara", "Kalibaru"
	Parent string // code of the region that holds it; "" for a province
	Level  Level
}

// Kind returns what the region is by law.
func (r Region) Kind() Kind { return KindOf(r.Code) }

// Kind is what a region is by law, as its code tells. Its name in both
// languages is the sentence region.kind.KIND.
type Kind string

// The kinds.
const (
	KindUnknown   Kind = ""
	KindProvince  Kind = "provinsi"
	KindKabupaten Kind = "kabupaten" // also the administrative one, Kepulauan Seribu
	KindKota      Kind = "kota"      // also the administrative cities of Jakarta
	KindKecamatan Kind = "kecamatan"
	KindKelurahan Kind = "kelurahan"
	KindDesa      Kind = "desa"
	KindDesaAdat  Kind = "desa_adat"
)

// KindOf tells a region's kind from its code alone: the last two digits of a
// regency are 01–69 for a kabupaten and 71–99 for a kota; the last four of a
// village begin with 1 for a kelurahan, 2 for a desa, 3 for a desa adat.
func KindOf(code string) Kind {
	if strings.Trim(code, "0123456789") != "" {
		return KindUnknown
	}
	switch len(code) {
	case 2:
		return KindProvince
	case 4:
		switch no := code[2:]; {
		case no >= "01" && no <= "69":
			return KindKabupaten
		case no >= "71":
			return KindKota
		}
	case 6:
		return KindKecamatan
	case 10:
		switch code[6] {
		case '1':
			return KindKelurahan
		case '2':
			return KindDesa
		case '3':
			return KindDesaAdat
		}
	}
	return KindUnknown
}

// Dotted writes a code as people read it: 31.72.04.1004. A text of another
// length is returned as it is.
func Dotted(code string) string {
	switch len(code) {
	case 4:
		return code[:2] + "." + code[2:]
	case 6:
		return code[:2] + "." + code[2:4] + "." + code[4:]
	case 10:
		return code[:2] + "." + code[2:4] + "." + code[4:6] + "." + code[6:]
	}
	return code
}

// Within reports whether the region code lies in the region prefix or is it.
// Every region lies in the nation, "".
func Within(code, prefix string) bool { return strings.HasPrefix(code, prefix) }

// ParentOf returns the code that holds code, by its digits alone: "" for a
// province, for the nation and for what has no code's length.
func ParentOf(code string) string {
	if l, ok := LevelOf(code); ok && l > Province {
		return code[:digits[l-1]]
	}
	return ""
}
