package region

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/fault"
	"gotong/internal/i18n"
)

func TestParse(t *testing.T) {
	for _, text := range []string{"3172041004", "31.72.04.1004", " 31.72.04.1004 ", "'3172041004", "3172041004.0", "31-72-04-1004", "31 72 04 1004"} {
		if got, err := Default().Parse(text); got != kalibaru || err != nil {
			t.Errorf("Parse(%q) = %q, %v", text, got, err)
		}
	}
	for _, code := range []string{"31", "3172", "317204"} {
		if got, err := Default().Parse(code); got != code || err != nil {
			t.Errorf("Parse(%q) = %q, %v", code, got, err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	cases := []struct {
		text, key string
		says      []string // what the Indonesian sentence must name
	}{
		{"", "region.code.empty", nil},
		{" . ", "region.code.empty", nil},
		{"Kalibaru", "region.code.not_digits", []string{"Kalibaru"}},
		{"e", "region.code.not_digits", nil},
		{"31.72.04.10O4", "region.code.not_digits", nil},
		{"3.172041004E+09", "region.code.spreadsheet", []string{"teks"}},
		{"3,17204E9", "region.code.spreadsheet", nil},
		{"31720", "region.code.wrong_length", []string{"5 angka"}},
		{"3172041004123456", "region.code.wrong_length", []string{"16 angka"}},
		{"3175040", "region.code.looks_bps", []string{"BPS"}},
		{"3175040001", "region.code.looks_bps", []string{"BPS"}},
		{"99", "region.code.unknown", []string{"99"}},
		{"9912", "region.code.unknown", []string{"99.12"}},
		{"3172041099", "region.code.unknown_within", []string{"31.72.04.1099", "Cilincing", "31.72.04"}},
		{"3172991004", "region.code.unknown_within", []string{"Jakarta Utara"}},
		// Papua Barat Daya left Papua Barat (Law 29 of 2022).
		{"92.01", "region.code.retired", []string{"92.01", "96.01", "Kabupaten Sorong, Papua Barat Daya"}},
		{"92.71", "region.code.retired", []string{"Kota Sorong", "96.71"}},
		{"92.01.01", "region.code.retired", []string{"Makbon", "96.01.01"}},
		// A new district took villages over (Banggai, Toili Jaya).
		{"72.01.09.2016", "region.code.retired", []string{"Piondo", "72.01.24.2010"}},
		// Merauke went to Papua Selatan (Law 14 of 2022), its villages were renumbered.
		{"91.01", "region.code.retired", []string{"93.01"}},
		{"91.01.01.2001", "region.code.retired_parent", []string{"91.01", "93.01", "Papua Selatan"}},
	}
	for _, c := range cases {
		got, err := Default().Parse(c.text)
		var f *fault.Error
		if got != "" || !errors.As(err, &f) || f.Kind != fault.KindInvalid || f.Key != c.key {
			t.Errorf("Parse(%q) = %q, %v; want %s", c.text, got, err, c.key)
			continue
		}
		checkSentences(t, f)
		for _, s := range c.says {
			if sentence := i18n.Error(i18n.ID, err); !strings.Contains(sentence, s) {
				t.Errorf("Parse(%q): %q does not name %q", c.text, sentence, s)
			}
		}
	}
}

// checkSentences fails where a message has no sentence or an unfilled place.
func checkSentences(t testing.TB, m interface{ Message() (string, []any) }) {
	t.Helper()
	key, args := m.Message()
	for _, l := range i18n.Langs {
		if !i18n.Has(l, key) {
			t.Errorf("%s has no sentence in %s", key, l)
		}
		if s := i18n.T(l, key, args...); strings.ContainsAny(s, "{}") {
			t.Errorf("%s in %s leaves a place open: %q", key, l, s)
		}
	}
}

// A retired code names its successor, or the region to look in; no code is
// both retired and in use.
func TestRetired(t *testing.T) {
	a := Default()
	count := map[string]int{}
	for code, r := range a.retired {
		_, err := a.Parse(code)
		var f *fault.Error
		if !errors.As(err, &f) {
			t.Fatalf("%s (%s) parses", code, r.name)
		}
		checkSentences(t, f)
		count[f.Key]++
		successor, ok := a.Successor(code)
		if ok != (f.Key == "region.code.retired") {
			t.Errorf("%s: successor %q, but %v", code, successor, err)
		}
		if ok && len(successor) != len(code) {
			t.Errorf("%s became %s, of another level", code, successor)
		}
	}
	want := map[string]int{"region.code.retired": 1277, "region.code.retired_within": 11}
	if d := cmp.Diff(want, count); d != "" {
		t.Error(d)
	}
	if s, ok := a.Successor(kalibaru); ok {
		t.Errorf("Kalibaru has the successor %s", s)
	}
}

func TestParseAs(t *testing.T) {
	a := Default()
	if got, err := a.ParseAs(Kemendagri, "31.72"); got != "3172" || err != nil {
		t.Error(got, err)
	}
	for scheme, key := range map[Scheme]string{BPS: "region.code.bps_unsupported", "": "region.code.scheme", "pos": "region.code.scheme"} {
		_, err := a.ParseAs(scheme, "3172")
		var f *fault.Error
		if !errors.As(err, &f) || f.Key != key {
			t.Errorf("ParseAs(%q): %v", scheme, err)
			continue
		}
		checkSentences(t, f)
	}
}

// Whatever is typed, Parse returns a code that exists or a fault with a
// sentence in both languages.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"31.72.04.1004", "3,1E9", "92.01", "’31", "\x00", "３１", "9101012001", "3172040001", strings.Repeat("9", 99)} {
		f.Add(s)
	}
	a := Default()
	f.Fuzz(func(t *testing.T, text string) {
		code, err := a.Parse(text)
		if err == nil {
			if _, ok := a.Lookup(code); !ok {
				t.Errorf("%q gave %q, which does not exist", text, code)
			}
			return
		}
		var fe *fault.Error
		if !errors.As(err, &fe) || code != "" || fe.Kind != fault.KindInvalid {
			t.Fatalf("%q: %q, %v", text, code, err)
		}
		if strings.ContainsAny(text, "{}") {
			return // the text's own braces
		}
		checkSentences(t, fe)
	})
}
