package linkage

import (
	"iter"
	"slices"
	"strings"
)

// maxWords is how many words of a text are compared one by one.
const maxWords = 6

// token is one word of a dictionary, as somebody writes it.
type token struct {
	word
	same  uint64 // digest of the word in today's spelling
	sound uint64 // digest of how it sounds
	// rare is how rare it is, as dictionary has it, before people were told apart:
	// what a word is like is found then and stays.
	rare int32
}

// initial reports whether only the first letter was written.
func (t *token) initial() bool { return len(t.plain) == 1 && t.plain[0] >= 'a' }

// text is one distinct value of a field, prepared once, as it is compared: it
// lies in one line of the machine's cache.
type text struct {
	joined  uint64 // digest of all words run together: Nur Hayati is Nurhayati
	bag     uint64 // digest of the words in any order
	sound   uint64 // digest of the words' sounds in any order
	letters uint64 // which characters it has, and bareText
	words   [maxWords]int32
	n, size uint8   // words, letters
	rarity  uint16  // thousandths of a bit: −log2 of the chance to meet it
	loose   uint16  // the same of the chance to meet any text of this skeleton
	begins  [2]byte // its first letters
}

// bareText marks a text, beside its letters, that is but a title or the first
// letter of a name.
const bareText = 1 << 63

// use is how a text is used, as it is put into blocks.
type use struct {
	skeleton uint64 // digest of the words' skeletons in any order
	count    int32  // records that have it
	keys     uint8  // words that blocks are made by
	rarest   [mostValues]uint8
}

// dictionary holds the distinct values of one field. Values are known by
// their digests.
type dictionary struct {
	split  func(string) []word
	raw    *index // by the value as written
	byText *index // by its words
	tokens *index
	texts  []text
	uses   []use // of the texts
	token  []token
	rare   []int32    // of the tokens, thousandths of a bit: −log2 of the share of records that hold the word in whatever writing
	signs  []signs    // of the tokens
	bones  []uint64   // their skeletons
	alike  []likeness // of each two of the first tokens, which are the commonest
	common int32      // how many these are
}

func newDictionary(split func(string) []word) *dictionary {
	return &dictionary{split: split, raw: new(index), byText: new(index), tokens: new(index)}
}

// add returns the index of a value, −1 when it holds no word, and counts it.
func (d *dictionary) add(value string) int32 {
	if value == "" {
		return -1
	}
	key := digest(value)
	at, ok := d.raw.find(key)
	if !ok {
		if at = d.prepare(d.split(value)); at < 0 {
			return at
		}
		d.raw.put(key, at)
	}
	d.uses[at].count++
	return at
}

func (d *dictionary) prepare(words []word) int32 {
	if len(words) == 0 {
		return -1
	}
	var t text
	var u use
	var room [maxLetters]byte
	joined := room[:0]
	key := uint64(0)
	for _, w := range words {
		k := d.word(w)
		tok := &d.token[k]
		key = mix(key, digest(w.plain), tok.same)
		joined = append(joined, tok.text...)
		t.bag += scramble(tok.same)
		t.sound += scramble(tok.sound)
		u.skeleton += scramble(d.bones[k])
		if int(t.n) < maxWords {
			t.words[t.n] = k
			t.n++
		}
	}
	if at, ok := d.byText.find(key); ok {
		return at
	}
	t.joined, t.letters, t.size = digest(joined), charset(joined), uint8(min(len(joined), maxLetters))
	if words[0].bare {
		t.letters |= bareText
	}
	copy(t.begins[:], joined)
	at := int32(len(d.texts))
	d.texts, d.uses = append(d.texts, t), append(d.uses, u)
	d.byText.put(key, at)
	return at
}

func (d *dictionary) word(w word) int32 {
	same := digest(w.text)
	key := mix(same, digest(w.plain))
	if at, ok := d.tokens.find(key); ok {
		return at
	}
	s := w.text
	if w.text[len(w.text)-1] >= 'a' {
		s = sound(w.text)
	}
	w.plain, w.text = strings.Clone(w.plain), strings.Clone(w.text)
	at := int32(len(d.token))
	d.token = append(d.token, token{word: w, same: same, sound: digest(s)})
	d.bones = append(d.bones, digest(skeleton(s)))
	d.signs = append(d.signs, signsOf(&d.token[at]))
	d.tokens.put(key, at)
	return at
}

// weigh sets the rarity of every value and word among n records. The chance
// to meet a value again is its share of the other records, or what its words
// alone would give where that is more. A misspelling is no rarer than what it
// misspells, so agreement that is less than full goes by the skeleton.
func (d *dictionary) weigh(n int) {
	alike, same, words := map[uint64]int32{}, map[uint64]int32{}, map[uint64]int32{}
	for i := range d.texts {
		t, count := &d.texts[i], d.uses[i].count
		alike[d.uses[i].skeleton] += count
		same[t.bag] += count
		for k, w := range t.words[:t.n] {
			if !holds(d, t.words[:k], d.token[w].same) {
				words[d.token[w].same] += count
			}
		}
	}
	first := len(d.rare) == 0
	d.rare = slices.Grow(d.rare[:0], len(d.token))[:len(d.token)]
	for i := range d.token {
		d.rare[i] = rarity(float64(max(1, words[d.token[i].same]-1)) / float64(n))
		if first {
			d.token[i].rare = d.rare[i]
		}
	}
	var whole, roughly met
	for i := range d.texts {
		t, u := &d.texts[i], &d.uses[i]
		together := int32(0)
		for _, w := range t.words[:t.n] {
			together += d.rare[w]
		}
		together = min(together, mostRarity)
		t.rarity = uint16(together)
		whole.add(together, u.count, same[t.bag]-1)
		roughly.add(together, u.count, alike[u.skeleton]-1)
	}
	for i := range d.texts {
		t, u := &d.texts[i], &d.uses[i]
		together := int32(t.rarity)
		t.rarity = uint16(min(together, whole.rarity(together, same[t.bag]-1, n)))
		t.loose = min(t.rarity, uint16(min(together, roughly.rarity(together, alike[u.skeleton]-1, n))))
	}
}

// mostRarity is the most that a text is held to be rare.
const mostRarity = 30_000

// met tells how often values that are rare by their words, to the bit, are met
// again: words are not chosen each by itself, so values are commoner than
// their words have it, and how much so differs between the common and the rare.
type met [mostRarity/1000 + 1]struct{ records, others float64 }

func (m *met) add(words, count, others int32) {
	at := &m[words/1000]
	at.records += float64(count)
	at.others += float64(count) * float64(others)
}

// sightings is how much the others that have values as rare weigh against the
// others that have this very value.
const sightings = .25

// rarity returns how rare it is to meet a value again that so many other of n
// records have, by these and by what is usual of values as rare.
func (m *met) rarity(words, others int32, n int) int32 {
	at := m[words/1000]
	usual := (at.others + 1) / (at.records + 1)
	return rarity((float64(others) + sightings) / (1 + sightings/usual) / float64(n))
}

// skeleton returns the digest of a text's consonants, 0 for none.
func (d *dictionary) skeleton(at int32) uint64 {
	if at < 0 {
		return 0
	}
	return d.uses[at].skeleton
}

// arrange puts the texts into the order in which they are first used, and
// returns where each went.
func (d *dictionary) arrange(used iter.Seq[int32]) []int32 {
	moved := make([]int32, len(d.texts))
	for i := range moved {
		moved[i] = -1
	}
	texts, uses := make([]text, 0, len(d.texts)), make([]use, 0, len(d.uses))
	for at := range used {
		if moved[at] < 0 {
			moved[at] = int32(len(texts))
			texts, uses = append(texts, d.texts[at]), append(uses, d.uses[at])
		}
	}
	d.texts, d.uses = texts, uses
	return moved
}

// seal finds the rarest words of every text, for blocks. First letters alone
// are left out.
func (d *dictionary) seal() {
	for i := range d.texts {
		t, u := &d.texts[i], &d.uses[i]
		u.keys = 0
		for k, w := range t.words[:t.n] {
			if d.token[w].initial() && t.n > 1 {
				continue
			}
			at := int(u.keys)
			for at > 0 && d.before(w, t.words[u.rarest[at-1]]) {
				at--
			}
			if at < mostValues {
				u.keys = min(u.keys+1, mostValues)
				copy(u.rarest[at+1:u.keys], u.rarest[at:])
				u.rarest[at] = uint8(k)
			}
		}
	}
	d.match()
}

// before orders words by rarity, rarest first; by digest where equal, so that
// the order of adding is forgotten.
func (d *dictionary) before(i, j int32) bool {
	if a, b := d.rare[i], d.rare[j]; a != b {
		return a > b
	}
	return d.bones[i] < d.bones[j]
}

func holds(d *dictionary, words []int32, same uint64) bool {
	for _, w := range words {
		if d.token[w].same == same {
			return true
		}
	}
	return false
}
