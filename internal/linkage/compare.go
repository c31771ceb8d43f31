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
		x, y := v[i].digits, v[j].digits
		niks := f == Number && isNIK(x) && isNIK(y)
		if niks && born == BornSame {
			p.set(Number, unknown)
			p.clear(Serial)
			r[Serial] = v[i].rarity
			if i != j {
				p.set(Serial, compareSerials(x, y, a.dated && b.dated))
			}
			continue
		}
		r[f] = v[i].rarity
		switch {
		case i == j: // NumberSame
		case x == "" || y == "":
			p.set(f, NumberDifferent)
		default:
			p.set(f, compareNumbers(x, y, niks && a.dated && b.dated))
		}
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

// kin reports whether two records stand on one family's card.
func kin(a, b *entry) bool { return a.family >= 0 && a.family == b.family }
