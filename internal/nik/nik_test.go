package nik

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"gotong/internal/civil"
	"pgregory.net/rapid"
)

func TestParse(t *testing.T) {
	for _, tc := range []struct {
		in      string
		problem Problem
	}{
		{"3172045505900001", ""},
		{"'3172045505900001", ""},
		{"31.72.04.550590.0001", ""},
		{"３１７２０４５５０５９００００１", ""},             // full-width, as pages and papers of some programs have them
		{"٣١٧٢٠٤٥٥٠٥٩٠٠٠٠١", ""},             // Arabic
		{"3172\u00a0045505\u202f900001", ""}, // spaces that do not break
		{"\u200e3172045505900001\ufeff", ""}, // marks that nobody sees
		{"’3172045505900001", ""},            // as a word processor turns an apostrophe
		{"\u00a0", Empty},
		{"３１７２", Length},
		{"①②③④⑤⑥⑦⑧⑨①②③④⑤⑥⑦", NotDigits},
		{"", Empty},
		{"   ", Empty},
		{"9.17E+15", Spreadsheet},
		{"3,17205E+15", Spreadsheet},
		{"317204550590001", Length},
		{"3172045505900000", Serial},
		{"3172045505000000", Rounded},
		{"31720455O5900001", NotDigits},
		{"tidak ada", NotDigits},
	} {
		if _, p := Parse(tc.in); p != tc.problem {
			t.Errorf("Parse(%q) = %q, want %q", tc.in, p, tc.problem)
		}
	}
}

func TestBuildThenReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		born := civil.Date(rapid.Int32Range(-25000, 20000).Draw(t, "born"))
		female := rapid.Bool().Draw(t, "female")
		n := Build("317204", born, female, rapid.IntRange(1, 9999).Draw(t, "serial"))
		back, p := Parse(string(n))
		if p != "" || back != n {
			t.Fatalf("%q does not parse: %s", string(n), p)
		}
		if w := n.Check(born, female); w != nil {
			t.Fatalf("%q warns %v of its own holder", string(n), w)
		}
		if w := n.Check(born+1, !female); len(w) != 2 {
			t.Fatalf("%q warns only %v of another", string(n), w)
		}
	})
}

func TestNumberHidesItself(t *testing.T) {
	n := Number("3172045505900001")
	var b strings.Builder
	slog.New(slog.NewTextHandler(&b, nil)).Info("x", "nik", n)
	if strings.Contains(b.String(), "550590") {
		t.Errorf("the log shows the number: %s", b.String())
	}
	if got := n.Mask(); got != "317204**********" {
		t.Errorf("Mask() = %q", got)
	}
	if got := n.District(); got != "317204" {
		t.Errorf("District() = %q", got)
	}
	if got := fmt.Sprint(Number("x").Mask()); strings.Contains(got, "x") {
		t.Errorf("a short number shows through: %q", got)
	}
}

// Is takes what Parse takes with nothing dropped.
func TestIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.StringMatching(`[0-9]{15,17}`), rapid.StringMatching(`[0-9]{12}0000`), rapid.StringMatching(`[0-9 .a]{16}`)).Draw(t, "text")
		n, problem := Parse(s)
		if want := problem == "" && string(n) == s; Is(s) != want {
			t.Fatalf("%q is a number: %v", s, Is(s))
		}
	})
}

// What is taken for a number is sixteen digits that read as themselves.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"3172045505900001", "'31.72.04.550590.0001", "3,17205E+15", "３１７２", "\u200e3172045505900001\ufeff", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, problem := Parse(s)
		if problem != "" {
			if n != "" {
				t.Fatalf("%q is refused as %s and read as a number", s, problem)
			}
			return
		}
		if !Is(string(n)) {
			t.Fatalf("%q is read as %d characters that are no number", s, len(n))
		}
		if again, problem := Parse(string(n)); problem != "" || again != n {
			t.Fatalf("%q does not read as itself: %s", s, problem)
		}
	})
}
