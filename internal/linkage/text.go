package linkage

import "math/bits"

// maxWords is how many words of a text are compared one by one.
const maxWords = 6

// token is one word of a dictionary.
type token struct {
	text     string
	sound    uint64 // digest of how it sounds
	skeleton uint64 // digest of its consonants
	count    int32  // records that hold it
	rarity   int32  // thousandths of a bit: −log2 of the share of records that hold it
}

// text is one distinct value of a field, prepared once.
type text struct {
	letters  string // all words run together
	joined   uint64 // digest of letters: Nur Hayati is Nurhayati
	bag      uint64 // digest of the words in any order
	sound    uint64 // digest of the words' sounds in any order
	skeleton uint64 // digest of the words' skeletons in any order
	words    [maxWords]int32
	n        uint8
	count    int32 // records that have it
	rarity   int32 // thousandths of a bit: −log2 of the chance to meet it
	loose    int32 // the same of the chance to meet any text of this skeleton
}

// dictionary holds the distinct values of one field.
type dictionary struct {
	split  func(string) []string
	raw    map[string]int32 // by the value as written
	byText map[string]int32 // by its words
	tokens map[string]int32
	texts  []text
	token  []token
}

func newDictionary(split func(string) []string) *dictionary {
	return &dictionary{split: split, raw: map[string]int32{}, byText: map[string]int32{}, tokens: map[string]int32{}}
}

// add returns the index of a value, −1 when it holds no word, and counts it.
func (d *dictionary) add(value string) int32 {
	if value == "" {
		return -1
	}
	at, ok := d.raw[value]
	if !ok {
		at = d.prepare(d.split(value))
		d.raw[value] = at
	}
	if at >= 0 {
		t := &d.texts[at]
		t.count++
		for _, w := range t.words[:t.n] {
			d.token[w].count++
		}
	}
	return at
}

func (d *dictionary) prepare(words []string) int32 {
	if len(words) == 0 {
		return -1
	}
	key := ""
	for _, w := range words {
		key += w + " "
	}
	if at, ok := d.byText[key]; ok {
		return at
	}
	var t text
	letters := make([]byte, 0, len(key))
	for _, w := range words {
		letters = append(letters, w...)
		k := d.word(w)
		tok := &d.token[k]
		t.bag += scramble(digest(w))
		t.sound += scramble(tok.sound)
		t.skeleton += scramble(tok.skeleton)
		if int(t.n) < maxWords {
			t.words[t.n] = k
			t.n++
		}
	}
	t.letters = string(letters)
	t.joined = digest(t.letters)
	at := int32(len(d.texts))
	d.texts = append(d.texts, t)
	d.byText[key] = at
	return at
}

func (d *dictionary) word(w string) int32 {
	if at, ok := d.tokens[w]; ok {
		return at
	}
	s := w
	if w[len(w)-1] >= 'a' {
		s = sound(w)
	}
	at := int32(len(d.token))
	d.token = append(d.token, token{text: w, sound: digest(s), skeleton: digest(skeleton(s))})
	d.tokens[w] = at
	return at
}

// weigh sets the rarity of every value and word among n records. The chance
// to meet a value again is its share of the other records, or what its words
// alone would give where that is more. A misspelling is no rarer than what it
// misspells, so agreement that is less than full goes by the skeleton.
func (d *dictionary) weigh(n int) {
	alike := map[uint64]int32{}
	for i := range d.texts {
		alike[d.texts[i].skeleton] += d.texts[i].count
	}
	for i := range d.token {
		d.token[i].rarity = rarity(float64(d.token[i].count) / float64(n))
	}
	for i := range d.texts {
		t := &d.texts[i]
		t.rarity = rarity(float64(max(1, t.count-1)) / float64(n))
		words := int32(0)
		for _, w := range t.words[:t.n] {
			words += d.token[w].rarity
		}
		t.rarity = min(t.rarity, words)
		t.loose = min(t.rarity, rarity(float64(max(1, alike[t.skeleton]-1))/float64(n)))
	}
}

// Similarities, in thousandths, at which two texts are held to be a typing
// error apart: between whole texts, and between what is left when the common
// words are taken away, which is shorter and so is moved more by one letter.
const (
	nearWhole = 920
	nearRest  = 900
)

// compare returns the level at which two values agree and the rarity, in
// thousandths of a bit, of what they have in common.
func (d *dictionary) compare(i, j int32) (Level, int32) {
	if i == j {
		return TextSame, d.texts[i].rarity
	}
	a, b := &d.texts[i], &d.texts[j]
	if a.joined > b.joined {
		a, b = b, a // whichever comes first, the answer is the same
	}
	if a.bag == b.bag || a.joined == b.joined {
		return TextSame, min(a.rarity, b.rarity)
	}
	either := min(a.loose, b.loose)
	if a.sound == b.sound {
		return TextSound, either
	}
	o := d.overlap(a, b)
	switch {
	case o.words > 0 && (o.nx == 0 || o.ny == 0):
		return TextPart, o.rarity
	case o.words > 0 && d.restNear(&o), o.words == 0 && (near(a.letters, b.letters, nearWhole) || misspelt(a.letters, b.letters)):
		return TextNear, either
	case o.words > 0:
		return TextWord, o.rarity
	}
	return TextDifferent, 0
}

// overlap is what two texts share and what is left of each.
type overlap struct {
	words  int   // shared, initials not counted
	rarity int32 // of the shared words together
	x, y   [maxWords]int32
	nx, ny int
}

// overlap pairs off equal words, then words of one sound, then initials.
func (d *dictionary) overlap(a, b *text) overlap {
	var o overlap
	o.nx, o.ny = copy(o.x[:], a.words[:a.n]), copy(o.y[:], b.words[:b.n])
	d.pair(&o, func(x, y *token) bool { return x == y && len(x.text) > 1 }, 1)
	d.pair(&o, func(x, y *token) bool { return x.sound == y.sound && len(x.text) > 1 }, 1)
	if o.words > 0 {
		d.pair(&o, func(x, y *token) bool { return (len(x.text) == 1 || len(y.text) == 1) && x.text[0] == y.text[0] }, 0)
	}
	return o
}

// pair takes the words that match out of what is left of both texts; count is
// what a pair counts for as a shared word.
func (d *dictionary) pair(o *overlap, match func(x, y *token) bool, count int) {
	for i := 0; i < o.nx; i++ {
		for j := 0; j < o.ny; j++ {
			x, y := &d.token[o.x[i]], &d.token[o.y[j]]
			if !match(x, y) {
				continue
			}
			o.words += count
			o.rarity += int32(count) * min(x.rarity, y.rarity)
			o.nx, o.ny = o.nx-1, o.ny-1
			copy(o.x[i:], o.x[i+1:])
			copy(o.y[j:], o.y[j+1:])
			i--
			break
		}
	}
}

func (d *dictionary) restNear(o *overlap) bool {
	var x, y [maxLetters]byte
	u, v := d.join(x[:0], o.x[:o.nx]), d.join(y[:0], o.y[:o.ny])
	return near(u, v, nearRest) || misspelt(u, v)
}

func (d *dictionary) join(into []byte, words []int32) []byte {
	for _, w := range words {
		t := d.token[w].text
		into = append(into, t[:min(len(t), maxLetters-len(into))]...)
	}
	return into
}

// near reports whether two texts are at least limit alike. A bound on what
// the letters allow spares most of the comparisons.
func near[T string | []byte](a, b T, limit int) bool {
	la, lb := min(len(a), maxLetters), min(len(b), maxLetters)
	if la == 0 || lb == 0 {
		return false
	}
	inA, inB := charset(a), charset(b)
	m := min(la-bits.OnesCount64(inA&^inB), lb-bits.OnesCount64(inB&^inA))
	if m <= 0 {
		return false
	}
	best := 1000 * (m*lb + m*la + la*lb) / (3 * la * lb)
	if best+4*(1000-best)/10 < limit {
		return false
	}
	return winkler(a, b) >= limit
}

// charset returns which characters occur in the letters that are compared.
func charset[T string | []byte](s T) uint64 {
	var in uint64
	for i := 0; i < min(len(s), maxLetters); i++ {
		in |= 1 << (s[i] & 63)
	}
	return in
}
