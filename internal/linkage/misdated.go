package linkage

// misdated is how rare it is that a NIK does not hold the birth date and sex of
// its holder, in thousandths of a bit: at all, by holding another date, in one
// digit, and by holding none. No office gives out a number of the thirty-fifth
// of a month: that one is a slip of the hand tells more than that it is of
// another day.
type misdated struct{ all, otherDay, noDay int32 }

// of returns how rare it is that a number is as wrong as this.
func (m *misdated) of(v *number) int32 {
	if v.datable() {
		return m.otherDay
	}
	return m.noDay
}

// inOneDigit is the part of misdated NIKs that are held to be so in one given
// digit of their date.
const inOneDigit = 1. / 8

func (s *Set) weighMisdated() {
	niks, otherDay, noDay := 1., .5, .5
	for i := range s.entries {
		e := &s.entries[i]
		if e.at[Number] < 0 || !e.born.known() {
			continue
		}
		v := &s.number[Number].all[e.at[Number]]
		if !v.long() {
			continue
		}
		niks++
		switch {
		case e.marks.has(dated):
		case v.datable():
			otherDay++
		default:
			noDay++
		}
	}
	s.misdated = misdated{all: rarity((otherDay + noDay) / niks), otherDay: rarity(inOneDigit * otherDay / niks), noDay: rarity(inOneDigit * noDay / niks)}
}
