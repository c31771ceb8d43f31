package generator

import (
	"fmt"

	"gotong/internal/civil"
	"gotong/internal/nik"
	"gotong/internal/region"
)

// registrar issues NIK and KK numbers, each once in the nation, and yet
// remembers only the district that is being generated.
//
// A NIK is unique within district, birth date and sex by its serial:
//   - people of the district itself count up from 0001;
//   - people first registered elsewhere get a district at most `reach` places
//     away in the order of codes, and a serial from migrantFrom on that tells
//     those places, so that two districts never issue the same one;
//   - people with a code that is out of use share it with the other districts
//     of their place, each of which has its own range of serials.
type registrar struct {
	atlas     *region.Atlas
	numbers   Numbers
	districts []string       // of the nation, by code
	places    map[string]int // in districts
	retired   map[string]bool

	home   string
	at     int // of home in districts
	issued map[nikCell]uint16
	cards  map[civil.Date]uint16
	former []former
}

type nikCell struct {
	district string // "" for home
	step     int16  // of a migrant
	digits   int32  // of the birth date, DDMMYY: 1924 and 2024 share them
	female   bool
}

func birthDigits(day civil.Date) int32 {
	y, m, d := day.YMD()
	return int32(d)*10000 + int32(m)*100 + int32(y%100)
}

// former is a retired code open to the people of home, with their serials.
type former struct {
	district      string
	before        civil.Date
	serial, count int // first serial and how many
}

const (
	migrantFrom = 8000
	reach       = 999
	lastSerial  = 9999

	// homeSerials is where serials of a district's own people end; what lies
	// between it and migrantFrom is never issued, and slips of the pen go there.
	homeSerials = 999
)

func newRegistrar(a *region.Atlas, n Numbers) *registrar {
	r := &registrar{atlas: a, numbers: n, places: map[string]int{}, retired: map[string]bool{}}
	for i, d := range a.Descendants("", region.District) {
		r.districts = append(r.districts, d.Code)
		r.places[d.Code] = i
	}
	for _, x := range n.Retired {
		for _, code := range x.Districts {
			r.retired[code] = true
		}
	}
	return r
}

// enter begins a district: the numbers of the one before are forgotten.
func (r *registrar) enter(district string) {
	r.home, r.at = district, r.places[district]
	r.issued, r.cards, r.former = map[nikCell]uint16{}, map[civil.Date]uint16{}, nil
	for _, x := range r.numbers.Retired {
		if !region.Within(district, x.Within) {
			continue
		}
		siblings := r.atlas.Descendants(x.Within, region.District)
		each := lastSerial / len(siblings)
		for i, s := range siblings {
			if s.Code != district {
				continue
			}
			for _, code := range x.Districts {
				r.former = append(r.former, former{code, x.Before, 1 + i*each, each})
			}
		}
	}
}

// nik issues the number of a person who lives in the district now.
func (r *registrar) nik(d *dice, born civil.Date, female bool) (string, error) {
	embedded := born
	if d.chance(r.numbers.DateDiffers) {
		embedded = otherDay(d, born)
	}
	digits := birthDigits(embedded)
	if len(r.former) > 0 && d.chance(r.numbers.RetiredShare) {
		f := one(d, r.former)
		cell := nikCell{district: f.district, digits: digits, female: female}
		if born < f.before && int(r.issued[cell]) < f.count {
			r.issued[cell]++
			return string(nik.Build(f.district, embedded, female, f.serial+int(r.issued[cell])-1)), nil
		}
	}
	if d.chance(r.numbers.Elsewhere) {
		step := d.between(-reach, reach)
		cell := nikCell{step: int16(step), digits: digits, female: female}
		if step != 0 && r.issued[cell] == 0 {
			r.issued[cell] = 1
			n := len(r.districts)
			return string(nik.Build(r.districts[((r.at+step)%n+n)%n], embedded, female, migrantFrom+reach+step)), nil
		}
	}
	cell := nikCell{digits: digits, female: female}
	r.issued[cell]++
	if r.issued[cell] > homeSerials {
		return "", fmt.Errorf("generator: district %s has more than %d people of one birth date and sex", r.home, homeSerials)
	}
	return string(nik.Build(r.home, embedded, female, int(r.issued[cell]))), nil
}

// card issues a family card number, dated within the years before today.
func (r *registrar) card(d *dice, today civil.Date) string {
	day := today.AddDays(-d.between(30, 18*365))
	for r.cards[day] >= lastSerial {
		day--
	}
	r.cards[day]++
	return string(nik.Build(r.home, day, false, int(r.cards[day])))
}

// neverIssued reports whether no person can hold a number, so that a slip of
// the pen can be written without naming somebody else.
func (r *registrar) neverIssued(digits string) bool {
	n, problem := nik.Parse(digits)
	if problem != "" {
		return true
	}
	if _, known := r.places[n.District()]; !known && !r.retired[n.District()] {
		return true
	}
	e := n.Embedded()
	if e.Month < 1 || e.Month > 12 || e.Day < 1 || e.Day > 31 {
		return true
	}
	serial := int(digits[12]-'0')*1000 + int(digits[13]-'0')*100 + int(digits[14]-'0')*10 + int(digits[15]-'0')
	return !r.retired[n.District()] && serial > homeSerials && serial < migrantFrom
}
