package linkage

// pattern is the levels of all fields of a pair, four bits each.
type pattern uint64

func (p pattern) level(f Field) Level { return Level(p >> (uint(f) * levelBits) & (1<<levelBits - 1)) }

func (p *pattern) set(f Field, l Level) { *p |= pattern(l) << (uint(f) * levelBits) }

// learned returns the pattern as it is learned from: numbers that two people
// may well have tell nothing by themselves.
func (p pattern) learned() pattern {
	if p.level(Number) == NumberNear {
		p |= pattern(unknown) << (uint(Number) * levelBits)
	}
	return p
}

// rarities is, for each field of a pair, how rare what agrees is, in
// thousandths of a bit.
type rarities [fieldCount]int32

// textFields and codeFields are compared by their dictionaries.
var (
	textFields = [...]Field{Name, Mother, Address, Place}
	codeFields = [...]Field{Postcode, Phone}
)

// comparer compares records. One goroutine uses it.
type comparer struct {
	set    *Set
	worker int                    // which of the workers uses it
	known  [textCount]*likenesses // by text field
	room   pieceRoom
}

func newComparer(s *Set, worker int) *comparer {
	c := &comparer{set: s, worker: worker}
	for _, f := range textFields {
		c.known[f] = new(likenesses)
	}
	return c
}

// compare returns the levels at which two records agree.
func (c *comparer) compare(a, b *entry, r *rarities) pattern {
	p := c.set.compareFacts(a, b, r)
	for _, f := range textFields {
		p.set(f, c.text(f, a, b, r, false))
	}
	return p
}

// text compares a text; roughly, as compare of dictionary has it.
func (c *comparer) text(f Field, a, b *entry, r *rarities, roughly bool) Level {
	i, j := a.at[f], b.at[f]
	if i < 0 || j < 0 {
		return unknown
	}
	l, rare := c.set.text[f].compare(i, j, c.known[f], roughly)
	r[f] = rare
	return l
}

// compareFacts compares all but texts, which takes little time.
func (s *Set) compareFacts(a, b *entry, r *rarities) pattern {
	var p pattern
	p.set(Born, s.compareBorn(a, b, r))
	for _, f := range codeFields {
		l := unknown
		if i, j := a.at[f], b.at[f]; i >= 0 && j >= 0 {
			l, r[f] = s.number[f].compare(i, j)
		}
		p.set(f, l)
	}
	p.set(Number, s.compareNumbers(a, b, r))
	switch i, j := a.at[Number], b.at[Number]; {
	case i < 0 && j < 0:
		p.set(Numbered, unknown)
	case i < 0 || j < 0:
		p.set(Numbered, NumberedOne)
	}
	p.set(Dated, s.compareDated(a, b))
	switch {
	case !(a.marks & b.marks).has(sexed):
		p.set(Sex, unknown)
	case (a.marks ^ b.marks).has(woman):
		p.set(Sex, SexDifferent)
	}
	p.set(Area, compareAreas(a.area, b.area))
	return p
}

func (s *Set) compareBorn(a, b *entry, r *rarities) Level {
	if !a.born.known() || !b.born.known() {
		return unknown
	}
	r[Born] = int32(min(a.bornAt, b.bornAt))
	return compareDays(a.born, b.born)
}

// compare compares two codes that many people have, such as postcodes.
func (n *numbers) compare(i, j int32) (Level, int32) {
	a, b := &n.all[i], &n.all[j]
	switch {
	case i == j:
		return NumberSame, a.rarity
	case a.slipped(b):
		return NumberSlip, min(a.rarity, b.rarity)
	}
	return NumberDifferent, 0
}

// slipRarity is from which rarity on a number is so unlikely to be given to
// anybody that its likeness to another one must be a slip.
const slipRarity = 3000

// compareNumbers compares the numbers of two people. A slip is as rare as the
// stranger of the two numbers is strange, less the many slips there are: the
// second child of a day in a district has a number one digit from the first
// one's, and so has the one after whichever child, but the four thousandth has
// not.
func (s *Set) compareNumbers(a, b *entry, r *rarities) Level {
	i, j := a.at[Number], b.at[Number]
	if i < 0 || j < 0 {
		return unknown
	}
	n := s.number[Number]
	if i == j {
		r[Number] = n.all[i].rarity
		return NumberSame
	}
	packed := a.number != 0 && b.number != 0
	if packed && !slippedDigits(a.number, b.number) {
		return NumberDifferent
	}
	x, y := &n.all[i], &n.all[j]
	if !packed && !x.slipped(y) {
		return NumberDifferent
	}
	niks := (a.marks & b.marks).has(numbered)
	row, told := niks && x.inRow(y), niks && a.born != b.born && a.born.known() && b.born.known()
	r[Number] = max(s.strange(a, x, row, told), s.strange(b, y, row, told)) - max(x.slips(), y.slips())
	if r[Number] < slipRarity {
		return NumberNear
	}
	return NumberSlip
}

// strange returns −log2 of the chance that the holder of a record would be
// given this number, in thousandths of a bit; in a row with the other's, its
// serial is as good as told by that one. Where it is told, by Dated, that a
// number does not hold the birth date, it remains to tell how.
func (s *Set) strange(e *entry, v *number, row, told bool) int32 {
	n := s.number[Number]
	made := v.made
	if row {
		made = n.districts[v.district()]
	}
	switch {
	case !e.marks.has(numbered) || e.marks.has(dated):
		return made
	case !e.born.known():
		return made + n.dates
	}
	made += s.misdated.of(v)
	if told {
		made -= s.misdated.all
	}
	return made
}

// compareDated holds two birth dates that differ against the NIKs of both.
func (s *Set) compareDated(a, b *entry) Level {
	if !a.born.known() || !b.born.known() || a.born == b.born || !(a.marks & b.marks).has(numbered) {
		return unknown
	}
	if (a.marks & b.marks).has(dated) {
		return DatedBoth
	}
	return DatedOne
}

// kin reports whether two records stand on one family's card.
func kin(a, b *entry) bool { return a.family >= 0 && a.family == b.family }
