package linkage

// pattern is the levels of all fields of a pair, three bits each.
type pattern uint64

func (p pattern) level(f Field) Level { return Level(p >> (uint(f) * levelBits) & (1<<levelBits - 1)) }

func (p *pattern) set(f Field, l Level) { *p |= pattern(l) << (uint(f) * levelBits) }

func (p *pattern) clear(f Field) { *p &^= pattern(unknown) << (uint(f) * levelBits) }

// rarities is, for each field of a pair, how rare what agrees is, in
// thousandths of a bit.
type rarities [fieldCount]int32

// textFields and numberFields are compared by their dictionaries.
var (
	textFields   = [...]Field{Name, Mother, Address, Place}
	numberFields = [...]Field{Postcode, Phone, Number}
)

// compare returns the levels at which two records agree.
func (s *Set) compare(a, b *entry, r *rarities) pattern {
	var p pattern
	born := unknown
	if a.born.known && b.born.known {
		born = compareDays(&a.born, &b.born)
		r[Born] = min(a.bornAt, b.bornAt)
	}
	p.set(Born, born)
	for _, f := range textFields {
		i, j := a.at[f], b.at[f]
		if i < 0 || j < 0 {
			p.set(f, unknown)
			continue
		}
		l, rare := s.text[f].compare(i, j)
		p.set(f, l)
		r[f] = rare
	}
	p.set(Serial, unknown)
	for _, f := range numberFields {
		i, j := a.at[f], b.at[f]
		if i < 0 || j < 0 {
			p.set(f, unknown)
			continue
		}
		v := s.number[f].values
		p.set(f, NumberDifferent)
		x, y := v[i].digits, v[j].digits
		switch niks := f == Number && isNIK(x) && isNIK(y); {
		case niks && (x[6:12] == y[6:12] || born == BornSame):
			p.clear(Number)
			p.set(Number, unknown)
			p.clear(Serial)
			p.set(Serial, s.serials(a, b, &r[Serial]))
		case i == j:
			p.clear(f)
			r[f] = v[i].rarity
		case x != "" && y != "":
			p.clear(f)
			p.set(f, compareNumbers(x, y, niks && a.dated && b.dated))
			r[f] = v[i].rarity
			if niks {
				r[f] = s.number[f].rest(i, j) + s.misdated
			}
		}
	}
	switch i, j := a.at[Number], b.at[Number]; {
	case i < 0 && j < 0:
		p.set(Numbered, unknown)
	case i < 0 || j < 0:
		p.set(Numbered, NumberedOne)
	}
	p.set(Sex, unknown)
	if a.sex >= 0 && b.sex >= 0 {
		p.clear(Sex)
		if a.sex != b.sex {
			p.set(Sex, SexDifferent)
		}
	}
	if a.digits < 2 || b.digits < 2 {
		p.set(Area, unknown)
	} else {
		p.set(Area, compareAreas(a, b))
	}
	return p
}

// serials compares the numbers of two people of one birthday.
func (s *Set) serials(a, b *entry, rare *int32) Level {
	i, j, n := a.at[Number], b.at[Number], s.number[Number]
	if i == j {
		*rare = n.values[i].rarity
		return SerialSame
	}
	*rare = n.rest(i, j)
	l := compareSerials(n.values[i].digits, n.values[j].digits, a.dated && b.dated)
	if l == SerialDate {
		*rare += s.misdated
	}
	return l
}

// kin reports whether two records stand on one family's card.
func kin(a, b *entry) bool { return a.family >= 0 && a.family == b.family }
