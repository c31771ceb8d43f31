package linkage

import (
	"strings"
	"unicode"

	"gotong/internal/nik"
)

// folded gives letters with marks their plain letter.
var folded = func() map[rune]byte {
	m := map[rune]byte{}
	for plain, marked := range map[byte]string{
		'a': "àáâãäåāă", 'c': "çćč", 'd': "ďđ", 'e': "èéêëēěĕ", 'g': "ğ", 'i': "ìíîïīĭ", 'l': "łľ", 'n': "ñńň",
		'o': "òóôõöøōŏ", 'r': "řŕ", 's': "šśş", 't': "ťţ", 'u': "ùúûüūŭů", 'y': "ýÿ", 'z': "žźż",
	} {
		for _, r := range marked {
			m[r] = plain
		}
	}
	return m
}()

// plain returns r as a lower-case letter or digit, or 0 for anything else. A
// letter of another script stands as one of ours, always the same: names of
// that script are told apart by it, and a slip of one letter stays one.
func plain(r rune) byte {
	switch {
	case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
		return byte(r)
	case r >= 'A' && r <= 'Z':
		return byte(r) + 'a' - 'A'
	case r < 0xAA:
		return 0
	}
	r = unicode.ToLower(r)
	if b := folded[r]; b != 0 {
		return b
	}
	if unicode.IsLetter(r) {
		return 'a' + byte(r%26)
	}
	return 0
}

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

var (
	// titles stand around a name and say nothing of who it is.
	titles = set(`h hj haji hajah hajjah drs dra dr drg ir prof kh kyai kiai ust ustad ustadz ustaz ustadzah tgk
		tn ny nn tuan nyonya bpk bapak bp sdr sdri alm almh almarhum almarhumah rd rr bin binti bt bnt`)
	// degrees stand behind a name. They are met with and without their dots.
	degrees = set(`se sh st ss sp spd spdi spdsd sag skom sos ssos sip skm skep skeb ssi stp spt spsi sikom sth shi sei
		spi skh sfarm amd amdkep amdkeb amk amapd ns ners apt bsc msc mba mm mh mt msi mpd mpdi mag mkes mkom mkn map
		mhum phd spa spog spb`)
	// dotted are degrees only with dots or behind a comma: without, they may be names.
	dotted = set(`ma ba lc sa si sst dipl sps ama spd`)
	// abbreviations, and the many spellings of the commonest two names.
	abbreviations = map[string]string{"abd": "abdul", "abdl": "abdul", "st": "siti", "ahmed": "ahmad", "ahmat": "ahmad"}
)

func init() {
	for _, w := range strings.Fields(`muh moh moch mohd muhd mhd much mokh mukh md mochamad mohamad mohamed mohammed
		muhamed muhammed muchamad mukhamad mokhamad muhamat mohamat muhammad mohammad mochammad muchammad mukhammad mokhammad
		muhammat mohammat`) {
		abbreviations[w] = "muhamad"
	}
	for _, w := range strings.Fields(`achmad akhmad achmat akhmat acmad achmed akhmed`) {
		abbreviations[w] = "ahmad"
	}
}

// chunk is a part of a name between spaces or commas.
type chunk struct {
	parts []string // between dots and hyphens, in plain letters
	dots  bool     // some dot inside or behind
	comma bool     // behind a comma
}

func (c chunk) compact() string { return strings.Join(c.parts, "") }

func (c chunk) degree() bool {
	w := c.compact()
	return degrees[w] || dotted[w] && (c.dots || c.comma)
}

// chunks cuts a name; digits and signs inside a word are dropped.
func chunks(name string) []chunk {
	var all []chunk
	var c chunk
	word := make([]byte, 0, 24)
	comma := false
	endWord := func() {
		if len(word) > 0 {
			c.parts = append(c.parts, string(word))
			word = word[:0]
		}
	}
	endChunk := func() {
		endWord()
		if len(c.parts) > 0 {
			c.comma = comma
			all = append(all, c)
		}
		c = chunk{}
	}
	for _, r := range name {
		switch b := plain(r); {
		case b >= 'a':
			word = append(word, b)
		case b != 0 || strings.ContainsRune("'`\u2018\u2019\u02bc", r) || unicode.Is(unicode.Mn, r): // a digit, the apostrophe of Ma'ruf, a mark
		case r == '.':
			c.dots = c.dots || len(word) > 0
			endWord()
		case r == '-' || r == '_':
			endWord()
		default:
			endChunk()
			comma = comma || r == ','
		}
	}
	endChunk()
	return all
}

// word is a word as it is compared.
type word struct {
	plain string // as written, in plain letters: slips of the hand are seen here
	text  string // in today's spelling, abbreviations written out
	bare  bool   // one of titles or first letters, where a name has nothing else
}

// Words returns the words of a person's name in one spelling: lower case,
// without titles and degrees, abbreviations written out, the old spelling
// (oe, dj, tj, nj, sj, ch) renewed, doubled letters single. A name of titles
// alone keeps them.
func Words(name string) []string { return texts(nameWords(name)) }

func texts(words []word) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = w.text
	}
	return out
}

func nameWords(name string) []word {
	all := chunks(name)
	end := len(all)
	for end > 1 && all[end-1].degree() {
		end--
	}
	words := make([]word, 0, 6)
	for i, c := range all[:end] {
		if i > 0 && (c.dots || c.comma) && c.degree() {
			continue
		}
		for _, w := range c.parts {
			if !titles[w] {
				words = append(words, word{plain: w})
			}
		}
	}
	if len(words) == 0 {
		for _, c := range all {
			for _, w := range c.parts {
				words = append(words, word{plain: w, bare: true})
			}
		}
	} else if len(words) == 1 && len(words[0].plain) == 1 {
		words[0].bare = true
	}
	for i, w := range words {
		switch full := abbreviations[w.plain]; {
		case full != "":
			words[i].text = full
		case w.plain == "m" && i == 0 && len(words) > 1:
			words[i].text = "muhamad"
		default:
			words[i].text = renew(w.plain)
		}
	}
	return words
}

// digraphs renews the spelling of before 1972 and of Arabic and Javanese
// names: two letters for one sound become the letter of today.
var digraphs = byLetters(map[string]string{
	"oe": "u", "oo": "u", "dj": "j", "tj": "c", "nj": "ny", "sj": "sy",
	"ch": "kh", "ph": "f", "ck": "k", "dh": "d", "th": "t", "bh": "b", "gh": "g",
})

// byLetters puts what stands for two letters where these lead to.
func byLetters(all map[string]string) (by ['z' + 1]['z' + 1]string) {
	for two, to := range all {
		by[two[0]][two[1]] = to
	}
	return by
}

// renew returns a word of plain letters in today's spelling.
func renew(w string) string {
	out := make([]byte, 0, len(w)+2)
	add := func(b byte) {
		if n := len(out); n == 0 || out[n-1] != b {
			out = append(out, b)
		}
	}
	for i := 0; i < len(w); i++ {
		if i+1 < len(w) {
			if to := digraphs[w[i]][w[i+1]]; to != "" {
				for _, b := range []byte(to) {
					add(b)
				}
				i++
				continue
			}
		}
		switch b := w[i]; {
		case b == 'q':
			add('k')
		case b == 'y' && i > 0 && i+1 == len(w):
			add('i') // Rizky
		default:
			add(b)
		}
	}
	return string(out)
}

func vowel(b byte) bool { return b == 'a' || b == 'e' || b == 'i' || b == 'o' || b == 'u' }

// signposts are the words of an address that every address has.
var signposts = set(`jl jln jalan gg gang no nomor nmr rt rw kp kamp kampung ds desa dsn dusun kel kelurahan kec
	kecamatan blok blk perum perumahan komp komplek kompleks lingk lingkungan`)

// shortened are words of addresses that are met in short and in full.
var shortened = map[string]string{
	"jend": "jenderal", "jendral": "jenderal", "kapt": "kapten", "psr": "pasar", "sltn": "selatan", "tmr": "timur", "brt": "barat",
	"st": "street", "str": "street", "ave": "avenue", "av": "avenue", "rd": "road", "blvd": "boulevard", "ln": "lane", "dr": "drive",
	"ct": "court", "pl": "place", "sq": "square", "hwy": "highway", "cres": "crescent", "cct": "circuit", "tce": "terrace",
	"n": "north", "s": "south", "e": "east", "w": "west",
}

// inFull returns a word of an address as it is compared.
func inFull(w string) string {
	if full := shortened[w]; full != "" {
		w = full
	}
	return renew(w)
}

// AddressWords returns the words and numbers of an address or place in one
// spelling, without the words that every address has.
func AddressWords(address string) []string { return texts(addressWords(address)) }

func addressWords(address string) []word {
	var words, dropped []word
	letters := make([]byte, 0, 24)
	end := func() {
		switch w := strings.TrimLeft(string(letters), "0"); {
		case w == "":
		case signposts[w]:
			dropped = append(dropped, word{plain: w, text: w})
		case w[0] >= 'a' && w[len(w)-1] >= 'a':
			words = append(words, word{plain: w, text: inFull(w)})
		default:
			words = append(words, word{plain: w, text: w})
		}
		letters = letters[:0]
	}
	digit := false
	for _, r := range address {
		b := plain(r)
		if b == 0 || len(letters) > 0 && (b < 'a') != digit { // RT05 is rt and 5
			end()
		}
		if b != 0 {
			digit = b < 'a'
			letters = append(letters, b)
		}
	}
	end()
	if len(words) == 0 {
		return dropped
	}
	return words
}

// Digits returns the digits of a number, without what people write between them.
func Digits(s string) string {
	if allDigits(s) {
		return s
	}
	s = nik.Plain(s)
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] >= '0' && s[i] <= '9' {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

func allDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
