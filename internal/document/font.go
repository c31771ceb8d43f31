package document

import (
	"embed"
	"strings"
	"unicode/utf8"

	"codeberg.org/go-pdf/fpdf"
)

//go:embed all:dist
var faces embed.FS

// family is the typeface's name inside a PDF.
const family = "paper"

// typeface loads the office's typeface. Where it was not built in, papers
// are set in Helvetica, which every reader of PDF has and which needs its
// text in another encoding.
func typeface(pdf *fpdf.Fpdf) (name string, encode func(string) string) {
	for style, file := range map[string]string{"": "regular.ttf", "B": "bold.ttf", "I": "italic.ttf"} {
		b, err := faces.ReadFile("dist/" + file)
		if err != nil {
			return "Helvetica", func(s string) string { return windows(readable(s)) }
		}
		pdf.AddUTF8FontFromBytes(family, style, b)
	}
	return family, readable
}

// spelt are letters that the typeface lacks, as they can be written with
// what it has.
var spelt = strings.NewReplacer("≥", ">=", "≤", "<=", "→", "->", "−", "-", "\u00a0", " ", "\u202f", " ", "\t", " ", "\u200b", "", "✓", "v")

// windowsOnly are the letters of code page 1252 outside Latin 1 that papers
// use, with their bytes there.
var windowsOnly = map[rune]byte{'€': 0x80, '…': 0x85, '‘': 0x91, '’': 0x92, '“': 0x93, '”': 0x94, '•': 0x95, '–': 0x96, '—': 0x97}

// readable returns s in letters that the typeface has; any other becomes a
// question mark, which is seen, rather than a gap, which is not.
func readable(s string) string {
	plain := true
	for i := range len(s) {
		if s[i] < ' ' || s[i] >= utf8.RuneSelf {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch _, ok := windowsOnly[r]; {
		case ok, r >= ' ' && r <= '~', r >= 0xA1 && r <= 0xFF:
			return r
		case r == '\n':
			return r
		case r < ' ':
			return -1
		}
		return '?'
	}, spelt.Replace(s))
}

// windows writes s, which is readable, in code page 1252.
func windows(s string) string {
	b := make([]byte, 0, len(s))
	for _, r := range s {
		if c, ok := windowsOnly[r]; ok {
			b = append(b, c)
		} else {
			b = append(b, byte(r))
		}
	}
	return string(b)
}
