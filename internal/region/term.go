package region

import (
	"strings"
	"unicode"
)

// term is a name as somebody typed it, ready for comparison.
type term struct {
	text  string // as typed
	full  string // squeezed
	bare  string // squeezed without a leading "Kab.", "Kec." …; "" where there is none
	level Level  // what that leading word says; Nation where there is none
	kind  Kind   // kota or kabupaten, where it says that
}

// title is a word for a kind of region, as it is put before a name.
type title struct {
	words string
	level Level
	kind  Kind
}

// titles are tried in this order, so a longer one stands before its beginning.
var titles = []title{
	{"provinsi", Province, ""}, {"propinsi", Province, ""}, {"prov", Province, ""},
	{"kabupaten administrasi", Regency, KindKabupaten}, {"kabupaten adm", Regency, KindKabupaten},
	{"kab administrasi", Regency, KindKabupaten}, {"kab adm", Regency, KindKabupaten},
	{"kabupaten", Regency, KindKabupaten}, {"kab", Regency, KindKabupaten},
	{"kota administrasi", Regency, KindKota}, {"kota adm", Regency, KindKota},
	{"kotamadya", Regency, KindKota}, {"kodya", Regency, KindKota}, {"kota", Regency, KindKota},
	{"kecamatan", District, ""}, {"kec", District, ""}, {"distrik", District, ""},
	{"kapanewon", District, ""}, {"kemantren", District, ""},
	{"kelurahan", Village, ""}, {"kalurahan", Village, ""}, {"kel", Village, ""},
	{"desa", Village, ""}, {"ds", Village, ""},
	{"gampong", Village, ""}, {"nagari", Village, ""}, {"pekon", Village, ""},
}

// newTerm prepares a name. Words that are shortened in addresses are written
// out. The title is kept apart and not dropped, since names such as the
// district Kota Agung begin with one.
func newTerm(text string, abbreviations map[string]string) term {
	words := fold(text, abbreviations)
	t := term{text: strings.TrimSpace(text), full: strings.Join(words, "")}
	line := strings.Join(words, " ")
	for _, title := range titles {
		if rest, ok := strings.CutPrefix(line, title.words+" "); ok {
			t.bare = strings.ReplaceAll(rest, " ", "")
			t.level, t.kind = title.level, title.kind
			break
		}
	}
	return t
}

// fits reports whether a region is of the kind that the term's title names.
func (t term) fits(code string, level Level) bool {
	return t.level == level && (t.kind == "" || t.kind == KindOf(code))
}

// fold splits a text into words of lower-case letters and digits. Quotes
// inside a word vanish (Regapu’u, Ja'an); every other sign parts words.
func fold(text string, abbreviations map[string]string) []string {
	words := strings.FieldsFunc(strings.Map(foldRune, text), func(c rune) bool { return c == ' ' })
	for i, w := range words {
		if full, ok := abbreviations[w]; ok {
			words[i] = full
		}
	}
	return words
}

func foldRune(c rune) rune {
	switch {
	case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
		return c
	case c >= 'A' && c <= 'Z':
		return c + 'a' - 'A'
	case c == '\'', c == '"', c == '`', c == '’', c == '‘':
		return -1
	case c < 0x80:
		return ' '
	case unicode.IsLetter(c), unicode.IsDigit(c):
		return unicode.ToLower(c)
	}
	return ' '
}

// nameKey squeezes an official name to what it is found by: without spaces,
// and for a regency without Kabupaten or Kota.
func nameKey(name string, level Level, abbreviations map[string]string) string {
	if level == Regency {
		if t := newTerm(name, abbreviations); t.level == Regency {
			return t.bare
		}
	}
	return strings.Join(fold(name, abbreviations), "")
}

// oneOff reports whether a and b differ by one letter: put in, left out,
// replaced, or swapped with its neighbour.
func oneOff(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 || a == b {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	if a[i+1:] == b[i+1:] {
		return true
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}
