package region

import (
	"strings"

	"gotong/internal/fault"
)

// Parse reads a Kemendagri code as people and files write it, with or without
// dots, and returns it as the program stores it. The code exists.
//
// Otherwise it returns a fault.Invalid that says what to do: the text has no
// digits or something else than digits, has a length that no code has, was
// turned into 3.17E+09 by a spreadsheet, looks like a BPS code, is out of use
// (naming the code that took its place), or is unknown (naming the smallest
// region that it would lie in).
func (a *Atlas) Parse(text string) (string, error) {
	code, err := readDigits(text)
	if err != nil {
		return "", err
	}
	if _, ok := a.find(code); ok {
		return code, nil
	}
	return "", a.missing(text, code)
}

// ParseAs is Parse for a text whose scheme is stated. There is no crosswalk
// from BPS codes in the program, so they are refused, never guessed at.
func (a *Atlas) ParseAs(scheme Scheme, text string) (string, error) {
	switch scheme {
	case Kemendagri:
		return a.Parse(text)
	case BPS:
		return "", fault.Invalid("region.code.bps_unsupported", "code", shown(text))
	}
	return "", fault.Invalid("region.code.scheme", "scheme", shown(string(scheme)))
}

// readDigits drops what people and spreadsheets put around a code: dots,
// blanks, dashes, a leading apostrophe, the ".0" of a number with decimals.
func readDigits(text string) (string, error) {
	t := strings.TrimSpace(text)
	if whole, ok := strings.CutSuffix(t, ".0"); ok && len(whole) >= 4 && !strings.Contains(whole, ".") {
		t = whole
	}
	var b strings.Builder
	exponent := false
	for _, c := range t {
		switch {
		case c >= '0' && c <= '9':
			b.WriteRune(c)
		case strings.ContainsRune(". -'\u2019\u00a0", c):
		case strings.ContainsRune("eE+,", c):
			exponent = true
		default:
			return "", fault.Invalid("region.code.not_digits", "code", shown(text))
		}
	}
	switch {
	case exponent && b.Len() > 0:
		return "", fault.Invalid("region.code.spreadsheet", "code", shown(text))
	case exponent:
		return "", fault.Invalid("region.code.not_digits", "code", shown(text))
	case b.Len() == 0:
		return "", fault.Invalid("region.code.empty")
	}
	return b.String(), nil
}

// missing says why a run of digits is not the code of a region.
func (a *Atlas) missing(text, code string) error {
	if err := a.outOfUse(code); err != nil {
		return err
	}
	level, ok := LevelOf(code)
	switch {
	case len(code) == 7 || level == Village && code[6] == '0':
		// BPS writes a district with 7 digits, the last mostly 0, and a village
		// with 3 more; a Kemendagri village has 1, 2 or 3 in that place.
		return fault.Invalid("region.code.looks_bps", "code", shown(text))
	case !ok:
		return fault.Invalid("region.code.wrong_length", "code", shown(text), "digits", len(code))
	}
	for p := ParentOf(code); p != ""; p = ParentOf(p) {
		if i, ok := a.find(p); ok {
			return fault.Invalid("region.code.unknown_within", "code", Dotted(code),
				"within", a.path(i, ", "), "within_code", Dotted(p))
		}
	}
	return fault.Invalid("region.code.unknown", "code", Dotted(code))
}

// shown shortens a text for a message.
func shown(text string) string {
	const most = 40
	if r := []rune(text); len(r) > most {
		return string(r[:most]) + "…"
	}
	return text
}
