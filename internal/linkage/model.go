package linkage

import (
	"math"
	"slices"
)

// Model is what was learned: how much each level of each field weighs.
type Model struct {
	One, Two shares // how often each level comes between records of one person, and of two
	// Prior is log2 of the odds that two records taken at random are of one
	// person, in thousandths of a bit.
	Prior int32

	weight [fieldCount][levelCount]int32
	// flat is the weight of the levels that rarity does not move, 0 of what is
	// unknown, and moved of the others.
	flat [fieldCount][1 << levelBits]int32
	one  [fieldCount][levelCount]int32 // log2 of One
	// even is what the weight of a level has beside the rarity of what is
	// shared, so that it comes out even on the average of random pairs.
	even   [fieldCount][levelCount]int32
	varied [fieldCount][levelCount]bool // whether rarity moves the weight
	// loosely is the most that texts weigh whose level rarity does not move.
	loosely [fieldCount]int32
	// home is log2 of how often each level comes between two people of one
	// home against two strangers, and homes log2 of how likely two random
	// records are of such people; homeless says there are none.
	home      [fieldCount][levelCount]int32
	atHome    [fieldCount][levelCount]int32 // log2 of how often each level comes there
	homes     int32
	homeless  bool
	homeLevel string // how homes are known, as the level of their piece
	bonds     bonds
	kindred   kindred
}

// enoughSeen is how many random pairs must show a level before the rarity of
// what they share is a yardstick.
const enoughSeen = 30

func newModel(x *mixture, c *chance) *Model {
	u := x.two
	w := &Model{Two: *u, bonds: x.bonds}
	w.settleHomes(x)
	for f := range fieldCount {
		for l := range f.levels() {
			n := c.count[f][l]
			if f.isText() && Level(l) < TextWord && n >= enoughSeen {
				w.even[f][l] = millibits(-math.Log2(u[f][l])) - int32(c.rare[f][l]/n)
				w.varied[f][l] = true
			}
		}
	}
	w.teach(x.one)
	return w
}

// teach sets how often each level comes between records of one person.
func (w *Model) teach(m *shares) {
	w.One = *m
	for f := range fieldCount {
		for l := range f.levels() {
			if m[f][l] == 0 {
				continue
			}
			w.one[f][l] = millibits(math.Log2(m[f][l]))
			w.weight[f][l] = millibits(math.Log2(m[f][l] / w.Two[f][l]))
		}
		w.flat[f][unknown] = 0
		for l := range f.levels() {
			if w.flat[f][l] = w.weight[f][l]; f.moved(Level(l)) {
				w.flat[f][l] = moved
			}
		}
		if f.isText() {
			w.loosely[f] = slices.Max(w.weight[f][TextWord : TextDifferent+1])
		}
	}
}

func (f Field) isText() bool { return f < textCount }

// partLess is how much less agreeing in part weighs at least than agreeing in
// full: a misspelt name is as rare as the name, but of those whose name is
// nearly the same, half are held to bear another name, as twins do.
const partLess = 1000

// moved stands for the weight of a level that rarity moves.
const moved = math.MinInt32

// moved reports whether a level weighs by how rare what is shared is.
func (f Field) moved(l Level) bool {
	return f != Sex && f != Area && f != Numbered && f != Dated && int(l) != f.levels()-1 && (!f.isText() || l < TextWord)
}

// of returns what field f of a pair weighs, in thousandths of a bit.
func (w *Model) of(f Field, l Level, rarity int32) int32 {
	if weight := w.flat[f][l]; weight != moved {
		return weight
	}
	return w.ofShared(f, l, rarity)
}

// ofShared is of where it goes by how rare what is shared is.
func (w *Model) ofShared(f Field, l Level, rarity int32) int32 {
	switch {
	case l == 0:
		return w.one[f][0] + rarity
	case f == Number:
		return w.ofSlip(rarity)
	}
	weight := w.weight[f][l]
	if w.varied[f][l] {
		weight = w.one[f][l] + w.even[f][l] + rarity
	}
	return min(weight, w.one[f][0]+rarity-partLess)
}

// ofSlip weighs two numbers a slip apart: either it is one, or one person has
// two numbers, which may be any.
func (w *Model) ofSlip(rarity int32) int32 {
	odds := w.One[Number][NumberSlip]*math.Exp2(float64(rarity)/1000) + w.One[Number][NumberDifferent]
	return millibits(math.Log2(odds))
}

// score returns what two records weigh, without the prior.
func (w *Model) score(c *comparer, a, b *entry) int32 {
	var r rarities
	p := c.judge(w, a, b, &r)
	if kin(a, b) {
		return w.kinScore(p, &r)
	}
	sum := w.ofHome(p, &r)
	for f := range fieldCount {
		sum += w.told(f, p, &r)
	}
	return sum
}

// judge compares two records as compare does, and looks at what is around them,
// which takes longer.
func (c *comparer) judge(w *Model, a, b *entry, r *rarities) pattern {
	p := c.compare(a, b, r)
	r[Area] = c.set.crowds.rarer(a.area, b.area, p.level(Area), w)
	return p
}

// told is piece of two records that were judged.
func (w *Model) told(f Field, p pattern, r *rarities) int32 {
	if f == Area && p.level(Area) != unknown {
		return w.flat[Area][p.level(Area)] + r[Area]
	}
	return w.piece(f, p, r)
}

// atLeast returns what two records weigh, what is around them left out, and true
// where it is least or more. Else it stops as
// soon as that is sure, before the texts that take long to compare: however
// well they agree, they weigh no more than they are rare.
func (w *Model) atLeast(c *comparer, a, b *entry, least int32) (int32, bool) {
	if kin(a, b) {
		var r rarities
		p := c.set.compareFacts(a, b, &r)
		p.set(Name, c.text(Name, a, b, &r, false))
		score := w.kinScore(p, &r)
		return score, score >= least
	}
	var h hope
	if !w.hope(c, a, b, &h, least) {
		return 0, false
	}
	return w.fulfil(c, a, b, &h, least)
}

// hope is what is known of a pair before its texts are compared.
type hope struct {
	i, j    int32 // the records
	sum     int32 // weight of what was compared
	left    int32 // the most that the texts weigh
	most    [textCount]int32
	pattern pattern
	rare    rarities
}

// hope compares all but the texts of two records of different families; false
// where the score cannot reach least any more.
func (w *Model) hope(c *comparer, a, b *entry, h *hope, least int32) bool {
	h.pattern = c.set.compareFacts(a, b, &h.rare)
	h.sum = w.ofFacts(h.pattern, &h.rare)
	for _, f := range textFields {
		h.most[f] = w.most(f, a, b)
		h.left += h.most[f]
	}
	return h.sum+h.left >= least
}

// ofFacts returns what all but the texts of a pair weigh: their pieces.
func (w *Model) ofFacts(p pattern, r *rarities) int32 {
	sum := w.of(Born, p.level(Born), r[Born]) + w.of(Number, p.level(Number), r[Number])
	sum += w.flat[Sex][p.level(Sex)] + w.flat[Area][p.level(Area)] + w.flat[Numbered][p.level(Numbered)] + w.flat[Dated][p.level(Dated)]
	return sum + w.piece(Postcode, p, r) + w.piece(Phone, p, r)
}

// fulfil compares the texts, and returns the score and true where it is least
// or more.
func (w *Model) fulfil(c *comparer, a, b *entry, h *hope, least int32) (int32, bool) {
	for _, f := range textFields {
		if h.sum+h.left < least {
			return 0, false
		}
		// Whether texts without a word in common are alike need not be known
		// where that would not be enough.
		lost := h.sum+h.left-h.most[f]+max(w.weight[f][TextLike], w.weight[f][TextDifferent]) < least
		h.pattern.set(f, c.text(f, a, b, &h.rare, lost))
		h.sum += w.piece(f, h.pattern, &h.rare)
		h.left -= h.most[f]
	}
	h.sum += w.ofHome(h.pattern, &h.rare)
	return h.sum, h.sum >= least
}

// most returns the most that a text field of two records can weigh.
func (w *Model) most(f Field, a, b *entry) int32 {
	if a.at[f] < 0 || b.at[f] < 0 {
		return 0
	}
	return max(w.one[f][0]+int32(min(a.rare[f], b.rare[f])), w.loosely[f])
}

// piece returns what field f of a pair weighs beside its other fields.
func (w *Model) piece(f Field, p pattern, r *rarities) int32 {
	return w.of(f, p.level(f), r[f]) - w.bonds.of(f, p) - w.kindred.of(f, p, r)
}

// kinFields are what tells people of one family apart: the rest they share
// anyway.
var kinFields = [...]Field{Name, Born, Sex, Number}

// kinScore is score for two records on one family's card. Unless the name is
// the same, or the number is, they are relatives.
func (w *Model) kinScore(p pattern, r *rarities) int32 {
	sameNumber := p.level(Number) == NumberSame
	if p.level(Name) != TextSame && !(sameNumber && p.level(Name) < TextWord) {
		return math.MinInt32 / 2
	}
	sum := int32(0)
	for _, f := range kinFields {
		sum += w.of(f, p.level(f), r[f])
	}
	return sum
}

// Piece is what one field adds to a pair's score.
type Piece struct {
	Field string `json:"field"`
	Level string `json:"level"`
	Bits  int32  `json:"bits"` // thousandths of a bit; positive speaks for one person
}

// explain returns the pieces of a pair's score, in the order of the fields.
func (w *Model) explain(p pattern, r *rarities, kin bool) []Piece {
	pieces := make([]Piece, 0, fieldCount)
	add := func(f Field) {
		if l := p.level(f); l != unknown {
			pieces = append(pieces, Piece{f.String(), f.LevelName(l), w.told(f, p, r)})
		}
	}
	if !kin {
		for f := range fieldCount {
			add(f)
		}
		if bits := w.ofHome(p, r); bits != 0 {
			pieces = append(pieces, Piece{HomeField, w.homeLevel, bits})
		}
		return pieces
	}
	for _, f := range kinFields {
		add(f)
	}
	return pieces
}

// probability turns a score into the chance that the pair is of one person.
func (w *Model) probability(score int32) float64 { return sigmoid(score + w.Prior) }

func sigmoid(millibits int32) float64 { return 1 / (1 + math.Exp2(-float64(millibits)/1000)) }
