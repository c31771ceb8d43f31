package linkage

import (
	"bytes"
	"slices"

	"gotong/internal/ident"
)

// Set is records made ready to be compared: texts and numbers kept once,
// each with how rare it is.
type Set struct {
	entries []entry
	family  map[ident.ID]int32
	text    [fieldCount]*dictionary // Name, Mother (one and the same), Address, Place
	number  [fieldCount]*numbers    // Postcode, Phone, Number
	days    map[int32]int32         // rarity by birth date; counts until sealed
	sealed  bool
	// misdated is how rare it is that a NIK does not hold the birth date and
	// sex of its holder, in one digit: in thousandths of a bit.
	misdated int32
}

// entry is one record.
type entry struct {
	id     ident.ID
	list   uint8
	born   day
	area   uint64
	digits uint8 // of area
	sex    int8  // −1 unknown
	dated  bool  // the number is a NIK that holds the birth date and sex
	family int32 // −1 none
	at     [fieldCount]int32
	bornAt int32 // rarity of the birth date
}

// NewSet returns an empty Set.
func NewSet() *Set {
	names := newDictionary(Words)
	s := &Set{family: map[ident.ID]int32{}, days: map[int32]int32{}}
	s.text[Name], s.text[Mother] = names, newDictionary(Words)
	s.text[Address], s.text[Place] = newDictionary(AddressWords), newDictionary(AddressWords)
	for _, f := range []Field{Postcode, Phone, Number} {
		s.number[f] = newNumbers()
	}
	return s
}

// Len returns how many records were added.
func (s *Set) Len() int { return len(s.entries) }

// Add adds a record. The strings of r are not kept beyond their first copy.
func (s *Set) Add(r *Record) {
	s.sealed = false
	e := entry{id: r.ID, list: r.List, born: dayOf(r.Born), sex: -1, family: -1}
	if r.Female != nil {
		e.sex = 0
		if *r.Female {
			e.sex = 1
		}
	}
	if !r.Family.IsZero() {
		at, ok := s.family[r.Family]
		if !ok {
			at = int32(len(s.family))
			s.family[r.Family] = at
		}
		e.family = at
	}
	e.area, e.digits = areaNumber(r.Area)
	e.at[Name] = s.text[Name].add(r.Name)
	e.at[Mother] = s.text[Mother].add(r.Mother)
	e.at[Address] = s.text[Address].add(r.Address)
	e.at[Place] = s.text[Place].add(r.Place)
	e.at[Postcode] = s.number[Postcode].add(Digits(r.Postcode), nil)
	e.at[Phone] = s.number[Phone].add(phoneDigits(r.Phone), nil)
	e.at[Number] = s.number[Number].add(Digits(r.Number), r.Blind)
	if n := e.at[Number]; n >= 0 && isNIK(s.number[Number].values[n].digits) {
		e.dated = e.born.inNIK(s.number[Number].values[n].digits, e.sex)
	}
	if e.born.known {
		s.days[int32(e.born.days)]++
	}
	s.entries = append(s.entries, e)
}

// seal orders the records by id, so that the order of adding is forgotten,
// and weighs how rare each value is.
func (s *Set) seal() {
	if s.sealed {
		return
	}
	s.sealed = true
	slices.SortStableFunc(s.entries, func(a, b entry) int { return bytes.Compare(a.id[:], b.id[:]) })
	n := len(s.entries)
	for _, f := range []Field{Name, Mother, Address, Place} {
		s.text[f].weigh(s.known(f))
	}
	for _, f := range []Field{Postcode, Phone, Number} {
		s.number[f].weigh(s.known(f))
	}
	s.weighMisdated()
	dated := 0
	for _, c := range s.days {
		dated += int(c)
	}
	for i := range n {
		if e := &s.entries[i]; e.born.known {
			e.bornAt = rarity(float64(max(1, s.days[int32(e.born.days)]-1)) / float64(dated))
		}
	}
}

// known returns how many records have a value of f.
func (s *Set) known(f Field) int {
	n := 0
	for i := range s.entries {
		if s.entries[i].at[f] >= 0 {
			n++
		}
	}
	return max(n, 1)
}

// inOneDigit is the part of misdated NIKs that are held to be so in one given
// digit of their date.
const inOneDigit = 1. / 8

func (s *Set) weighMisdated() {
	niks, misdated := 1, 1
	for i := range s.entries {
		e := &s.entries[i]
		if n := e.at[Number]; n >= 0 && e.born.known && isNIK(s.number[Number].values[n].digits) {
			niks++
			if !e.dated {
				misdated++
			}
		}
	}
	s.misdated = rarity(inOneDigit * float64(misdated) / float64(niks))
}

// areaNumber packs an area code; codes of other forms are not compared.
func areaNumber(code string) (v uint64, digits uint8) {
	if len(code) > 10 {
		return 0, 0
	}
	for i := 0; i < len(code); i++ {
		if code[i] < '0' || code[i] > '9' {
			return 0, 0
		}
		v = v*10 + uint64(code[i]-'0')
	}
	return v, uint8(len(code))
}

// phoneDigits writes a phone number without its country or trunk prefix.
func phoneDigits(s string) string {
	d := Digits(s)
	if len(d) > 9 && d[:2] == "62" {
		return d[2:]
	}
	if len(d) > 1 && d[0] == '0' {
		return d[1:]
	}
	return d
}

// compareAreas returns the level at which two area codes agree, down to the
// finest that both give.
func compareAreas(a, b *entry) Level {
	x, y := a.area, b.area
	digits := min(a.digits, b.digits)
	for i := a.digits; i > digits; i-- {
		x /= 10
	}
	for i := b.digits; i > digits; i-- {
		y /= 10
	}
	for _, step := range [...]struct {
		digits uint8
		level  Level
	}{{10, AreaVillage}, {6, AreaDistrict}, {4, AreaRegency}, {2, AreaProvince}} {
		if digits < step.digits {
			continue
		}
		for ; digits > step.digits; digits-- {
			x, y = x/10, y/10
		}
		if x == y {
			return step.level
		}
	}
	return AreaDifferent
}
