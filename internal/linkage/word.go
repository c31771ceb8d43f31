package linkage

import "math/bits"

// likeness is a way in which two words may be taken for one, closest first.
type likeness uint8

const (
	written  likeness = iota // the same
	heard                    // of one sound
	mistyped                 // a typing error apart
	abridged                 // one is but the first letter of the other
	unlike
)

// mostCommon is of how many words it is kept how alike each two of them are,
// since the same words meet again and again.
const mostCommon = 1024

// match finds how alike each two of the commonest words are.
func (d *dictionary) match() {
	d.common = int32(min(len(d.token), mostCommon))
	d.alike = make([]likeness, d.common*d.common)
	for i := range d.common {
		for j := range i + 1 {
			l := d.likeAnew(i, j)
			d.alike[i*d.common+j], d.alike[j*d.common+i] = l, l
		}
	}
}

// likenesses remembers how alike pairs of other words are. One goroutine uses
// it.
type likenesses [1 << 13]uint64

// like returns how alike two words are.
func (d *dictionary) like(i, j int32, known *likenesses) likeness {
	if i < d.common && j < d.common {
		return d.alike[i*d.common+j]
	}
	return d.likeRemembered(i, j, known)
}

func (d *dictionary) likeRemembered(i, j int32, known *likenesses) likeness {
	pair := uint64(min(i, j))<<32 | uint64(max(i, j))<<3
	at := &known[pair*0x9e3779b97f4a7c15>>51]
	if *at&^7 == pair {
		return likeness(*at & 7)
	}
	l := d.likeAnew(i, j)
	*at = pair | uint64(l)
	return l
}

func (d *dictionary) likeAnew(i, j int32) likeness {
	switch {
	case i == j && d.token[i].initial():
		return abridged
	case i == j:
		return written
	case d.signs[i].apart(&d.signs[j]):
		return unlike
	}
	return d.token[i].like(&d.token[j])
}

func (t *token) like(o *token) likeness {
	initial := t.initial() || o.initial()
	switch {
	case initial && t.plain[0] == o.plain[0]:
		return abridged
	case initial:
		return unlike
	case t.same == o.same:
		return written
	case t.sound == o.sound:
		return heard
	case nearWords(t, o):
		return mistyped
	}
	return unlike
}

// nearWords reports whether two words are a typing error apart, as written or
// in today's spelling.
func nearWords(x, y *token) bool {
	if otherEnd(x.text, y.text) {
		return x.oddBeside(y) || y.oddBeside(x)
	}
	return misspelt(x.plain, y.plain) || misspelt(x.text, y.text) || near(x.text, y.text, nearWord)
}

// muchRarer is by how many thousandths of a bit one of two words that differ in
// the vowel at their end must be rarer than the other to be a slip of it.
const muchRarer = 4000

// oddBeside reports whether a word is so much rarer than another that it is
// hardly a name by itself: Rahmawatu beside Rahmawati, not Dini beside Dina.
func (t *token) oddBeside(o *token) bool { return t.rare-o.rare >= muchRarer }

// near reports whether two texts are at least limit alike.
func near[T string | []byte](a, b T, limit int) bool {
	return bound(min(len(a), maxLetters), min(len(b), maxLetters), charset(a), charset(b), mostPrefix) >= limit && winkler(a, b) >= limit
}

// bound returns how alike two texts of so many letters can be at most, in
// thousandths, by which letters they have and how many at their beginning may be
// the same. It spares most of the comparisons.
func bound(la, lb int, inA, inB uint64, prefix int) int {
	m := min(la-bits.OnesCount64(inA&^inB), lb-bits.OnesCount64(inB&^inA))
	if la == 0 || lb == 0 || m <= 0 {
		return 0
	}
	best := 1000 * (m*lb + m*la + la*lb) / (3 * la * lb)
	return best + prefix*(1000-best)/10
}

// charset returns which characters occur in the letters that are compared: a
// bit for each digit, two for each letter, of which the second tells that it
// occurs more than once.
func charset[T string | []byte](s T) uint64 {
	var in uint64
	for i := 0; i < min(len(s), maxLetters); i++ {
		if s[i] < 'a' {
			in |= 1 << (2*26 + s[i] - '0')
			continue
		}
		once := uint64(1) << (2 * (s[i] - 'a'))
		in |= in&once<<1 | once
	}
	return in
}

// signs are what tells most words apart at a glance; few bytes, so that those
// of all words lie close at hand.
type signs struct {
	plain, text uint64 // which characters they have
	sound       uint32
	np, nt      uint8 // characters
	initial     bool
}

func signsOf(t *token) signs {
	return signs{plain: charset(t.plain), text: charset(t.text), sound: uint32(t.sound), np: uint8(min(len(t.plain), 255)),
		nt: uint8(min(len(t.text), maxLetters)), initial: t.initial()}
}

// apart reports whether two words are unlike for sure: not of one sound, and
// neither a typing error apart nor near.
func (a *signs) apart(b *signs) bool {
	return a.sound != b.sound && !a.initial && !b.initial && manyErrors(a.plain, b.plain) && manyErrors(a.text, b.text) &&
		bound(int(a.nt), int(b.nt), a.text, b.text, mostPrefix) < nearWord
}

// manyErrors reports whether two words, by the characters that they have, are
// more than one typing error apart.
func manyErrors(a, b uint64) bool {
	x, y := a&^b, b&^a
	return x&(x-1) != 0 || y&(y-1) != 0
}
