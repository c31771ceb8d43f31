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
// thousandths of a bit, of what they have in common, which is never more than
// the rarity of either; unknown where one of them is but a title or the first
// letter of a name, and the other is not. Roughly, whatever comes after TextNear may be said to be
// TextDifferent where it takes long to tell.
func (d *dictionary) compare(i, j int32, known *likenesses, roughly bool) (Level, int32) {
	if i == j {
		return TextSame, int32(d.texts[i].rarity)
	}
	a, b := &d.texts[i], &d.texts[j]
	if a.joined > b.joined {
		a, b = b, a // whichever comes first, the answer is the same
	}
	if a.bag == b.bag || a.joined == b.joined {
		return TextSame, int32(min(a.rarity, b.rarity))
	}
	if a.sound == b.sound {
		return TextSound, int32(min(a.loose, b.loose))
	}
	if (a.letters|b.letters)&bareText != 0 {
		return unknown, 0
	}
	var o overlap
	d.overlap(a, b, &o, known)
	switch l := o.level(); l {
	case TextSound, TextNear:
		return l, int32(min(a.loose, b.loose))
	case TextPart:
		if d.like(a.words[0], b.words[0], known) > heard {
			l = TextRest
		}
		return l, min(o.rarity, int32(a.rarity), int32(b.rarity))
	case TextInitial, TextLoose, TextWord:
		return l, min(o.rarity, int32(a.rarity), int32(b.rarity))
	}
	if roughly && a.n == b.n {
		return TextDifferent, 0
	}
	least := alike
	if roughly {
		least = nearWhole
	}
	switch w := d.whole(a, b, least); {
	case w >= nearWhole && a.n != b.n: // words run together
		return TextNear, int32(min(a.loose, b.loose))
	case w >= alike || o.near > 0:
		return TextLike, 0
	}
	return TextDifferent, 0
}

// overlap is what two texts share, word by word, and how many words of each
// are left.
type overlap struct {
	words    int   // the same, or of one sound
	near     int   // a typing error apart
	initials int   // of which one is but the first letter of the other
	rarest   int32 // rarity of the rarest of these
	rarity   int32 // of all these together
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

// overlap pairs off the words of two texts, the most alike first. First
// letters count only beside whole words.
func (d *dictionary) overlap(a, b *text, o *overlap, known *likenesses) {
	var at [unlike]uint64 // by likeness: which words of both, a bit each
	for i, x := range a.words[:a.n] {
		for j, y := range b.words[:b.n] {
			if l := d.like(x, y, known); l < unlike {
				at[l] |= 1 << (i*maxWords + j)
			}
		}
	}
	var usedA, usedB uint
	for how, both := range at {
		if likeness(how) == abridged && o.words == 0 {
			break
		}
		for ; both != 0; both &= both - 1 {
			k := bits.TrailingZeros64(both)
			if i, j := k/maxWords, k%maxWords; usedA>>i&1 == 0 && usedB>>j&1 == 0 {
				o.count(min(d.rare[a.words[i]], d.rare[b.words[j]]), likeness(how))
				usedA, usedB = usedA|1<<i, usedB|1<<j
			}
		}
	}
	o.nx, o.ny = int(a.n)-bits.OnesCount(usedA), int(b.n)-bits.OnesCount(usedB)
}

// initialRarity is how rare it is that two words begin alike, in thousandths
// of a bit: one letter begins a tenth of all names.
const initialRarity = 3300

// count counts a pair of words. Words of a name go together, so only the
// rarest counts in full, the others by half.
func (o *overlap) count(rare int32, how likeness) {
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

// whole returns how similar the letters of two texts are, in thousandths, in
// whatever way they are parted into words; 0 where that is less than least for
// sure.
func (d *dictionary) whole(a, b *text, least int) int {
	prefix := mostPrefix
	for i, letter := range a.begins {
		if letter != b.begins[i] {
			prefix = i
			break
		}
	}
	if bound(int(a.size), int(b.size), a.letters, b.letters, prefix) < least {
		return 0
	}
	var x, y [maxLetters]byte
	return winkler(d.join(x[:0], a), d.join(y[:0], b))
}

func (d *dictionary) join(into []byte, t *text) []byte {
	for _, w := range t.words[:t.n] {
		letters := d.token[w].text
		into = append(into, letters[:min(len(letters), maxLetters-len(into))]...)
	}
	return into
}
