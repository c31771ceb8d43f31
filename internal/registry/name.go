package registry

import "strings"

// titles stand before or after names and say nothing of who is meant.
var titles = map[string]bool{
	"h": true, "hj": true, "haji": true, "hajah": true, "kh": true, "drs": true, "dra": true,
	"dr": true, "ir": true, "prof": true, "alm": true, "almh": true,
}

// SearchKey returns a name as it is searched: lower-case letters a to z and
// digits, single spaces, without titles and what follows a comma (degrees).
// "Hj. Siti  Nur'aini, S.Pd." is "siti nuraini".
func SearchKey(name string) string {
	name, _, _ = strings.Cut(name, ",")
	if key := searchKey(name, titles); key != "" {
		return key
	}
	return searchKey(name, nil) // a person called Haji
}

func searchKey(name string, drop map[string]bool) string {
	b := make([]byte, 0, len(name))
	start := 0 // of the word in b
	endWord := func() {
		if drop[string(b[start:])] {
			b = b[:start]
		} else if len(b) > start {
			b = append(b, ' ')
		}
		start = len(b)
	}
	for _, r := range name {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b = append(b, byte(r))
		case r >= 'A' && r <= 'Z':
			b = append(b, byte(r)+'a'-'A')
		case r == '\'' || r == '`' || r == '’' || r == '‘':
			// Nur'aini is written Nuraini as often.
		case r < 0x80:
			endWord()
		default:
			b = append(b, folds[r]...)
		}
	}
	endWord()
	return strings.TrimSuffix(string(b), " ")
}

// folds maps letters with marks, as names of Dutch and Portuguese origin have
// them, to those without.
var folds = foldTable(map[string]string{
	"a": "àáâãäåāÀÁÂÃÄÅĀ", "c": "çÇ", "e": "èéêëēÈÉÊËĒ", "i": "ìíîïīÌÍÎÏĪ", "n": "ñÑ",
	"o": "òóôõöøōÒÓÔÕÖØŌ", "u": "ùúûüūÙÚÛÜŪ", "y": "ýÿÝ", "ss": "ß", "ae": "æÆ",
})

func foldTable(marked map[string]string) map[rune]string {
	table := map[rune]string{}
	for plain, letters := range marked {
		for _, r := range letters {
			table[r] = plain
		}
	}
	return table
}
