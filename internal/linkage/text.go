package linkage

import "math/bits"

// Similarities, in thousandths, at which two whole texts are held to be a
// typing error apart, at which two words are, which are shorter and so are
// moved more by one letter, and from which two texts are at least alike.
const (
	nearWhole = 920
	nearWord  = 900
	alike     = 800
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
	if a.sound == b.sound {
		return TextSound, min(a.loose, b.loose)
	}
	var o overlap
	d.overlap(a, b, &o)
	l := o.level()
	switch l {
	case TextSound, TextNear:
		return l, min(a.loose, b.loose)
	case TextPart:
		if a.n > b.n {
			a = b
		}
		return l, min(o.rarity, a.rarity)
	case TextInitial, TextLoose, TextWord:
		return l, o.rarity
	}
	switch w := d.whole(a, b); {
	case w >= nearWhole && a.n != b.n: // words run together
		return TextNear, min(a.loose, b.loose)
	case w >= alike || o.near > 0:
		return TextLike, 0
	}
	return TextDifferent, 0
}

// overlap is what two texts share, word by word, and what is left of each.
type overlap struct {
	words    int   // the same, or of one sound
	near     int   // a typing error apart
	initials int   // of which one is but the first letter of the other
	rarest   int32 // rarity of the rarest of these
	rarity   int32 // of all these together
	x, y     [maxWords]int32
	nx, ny   int
}

// level returns how two texts agree that share words; TextDifferent where it
// takes more to tell.
func (o *overlap) level() Level {
	whole, part := o.nx == 0 && o.ny == 0, o.nx == 0 || o.ny == 0
	switch {
	case whole && o.near == 0 && o.initials == 0:
		return TextSound
	case whole && o.near == 1 && o.initials == 0:
		return TextNear
	case whole && o.near == 0:
		return TextInitial
	case part && o.near == 0 && o.words > 0:
		return TextPart
	case part && o.words+o.near > 0:
		return TextLoose
	case o.words > 0:
		return TextWord
	}
	return TextDifferent
}

// likeness is a way in which two words are taken for one.
type likeness uint8

const (
	written  likeness = iota // the same
	heard                    // of one sound
	mistyped                 // a typing error apart
	abridged                 // one is but the first letter of the other
	likenesses
)

// overlap pairs off the words of two texts, the most alike first. First
// letters count only beside whole words.
func (d *dictionary) overlap(a, b *text, o *overlap) {
	o.nx, o.ny = copy(o.x[:], a.words[:a.n]), copy(o.y[:], b.words[:b.n])
	for how := written; how < likenesses && o.nx > 0 && o.ny > 0; how++ {
		if how < abridged || o.words > 0 {
			d.pair(o, how)
		}
	}
}

// pair takes the words that are alike in one way out of what is left of both.
func (d *dictionary) pair(o *overlap, how likeness) {
	for i := 0; i < o.nx; i++ {
		x := &d.token[o.x[i]]
		for j := 0; j < o.ny; j++ {
			y := &d.token[o.y[j]]
			if !how.holds(x, y) {
				continue
			}
			o.count(x, y, how)
			o.nx, o.ny = o.nx-1, o.ny-1
			copy(o.x[i:], o.x[i+1:])
			copy(o.y[j:], o.y[j+1:])
			i--
			break
		}
	}
}

func (h likeness) holds(x, y *token) bool {
	initial := x.initial() || y.initial()
	switch h {
	case written:
		return !initial && x.same == y.same
	case heard:
		return !initial && x.sound == y.sound
	case mistyped:
		return !initial && nearWords(x, y)
	}
	return initial && x.plain[0] == y.plain[0]
}

// initialRarity is how rare it is that two words begin alike, in thousandths
// of a bit: one letter begins a tenth of all names.
const initialRarity = 3300

// count counts a pair of words. Words of a name go together, so only the
// rarest counts in full, the others by half.
func (o *overlap) count(x, y *token, how likeness) {
	rare := min(x.rarity, y.rarity)
	switch how {
	case written, heard:
		o.words++
	case mistyped:
		o.near++
	case abridged:
		o.initials++
		rare = min(rare, initialRarity)
	}
	o.rarity += rare/2 + max(0, rare-o.rarest)/2
	o.rarest = max(o.rarest, rare)
}

// nearWords reports whether two words are a typing error apart, as written or
// in today's spelling.
func nearWords(x, y *token) bool {
	if bits.OnesCount64(x.letters^y.letters) > 6 || otherEnd(x.text, y.text) {
		return false
	}
	return misspelt(x.plain, y.plain) || misspelt(x.text, y.text) || near(x.text, y.text, nearWord)
}

// whole returns how similar the letters of two texts are, in thousandths, in
// whatever way they are parted into words.
func (d *dictionary) whole(a, b *text) int {
	var x, y [maxLetters]byte
	u, v := d.join(x[:0], a), d.join(y[:0], b)
	if !near(u, v, alike) {
		return 0
	}
	return winkler(u, v)
}

func (d *dictionary) join(into []byte, t *text) []byte {
	for _, w := range t.words[:t.n] {
		letters := d.token[w].text
		into = append(into, letters[:min(len(letters), maxLetters-len(into))]...)
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
