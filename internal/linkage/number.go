package linkage

import (
	"math"
	"math/bits"
	"strings"

	"gotong/internal/nik"
)

// number is one distinct value of a number field.
type number struct {
	key    uint64 // digest of the value: what is equal
	digits uint64 // the value, to the base
	base   uint8  // 10 where it is of digits alone, 36 with letters
	length uint8  // in digits; 0 where only the digest is known
	count  int32  // records that have it
	rarity int32  // thousandths of a bit: −log2 of the chance that somebody else has it too
	// made is −log2 of the chance that somebody is given it, by how such
	// numbers are made, the date in a NIK left out.
	made int32
}

// nikLength is the length of a NIK: district (6), birth date (6), serial (4).
const nikLength = 16

func (n *number) district() uint64 { return n.digits / 1e10 }
func (n *number) date() uint64     { return n.digits / 1e4 % 1e6 }
func (n *number) serial() uint64   { return n.digits % 1e4 }
func (n *number) year() uint64     { return n.digits / 1e4 % 100 }
func (n *number) ofYear() uint64   { return n.year()*1e4 + n.serial() }

// inRow reports whether two NIKs differ in their last digit alone: those of
// one district and day are given one after another.
func (n *number) inRow(o *number) bool { return n.digits/10 == o.digits/10 }

// dates reports whether a number of the length of a NIK holds the date of a
// birth, as DDMMYY with 40 added to the day of a woman. The sex need not be
// known.
func (n *number) dates(d day, m marks) bool {
	dd, mm, yy := int(n.date()/1e4), int(n.date()/100%100), int(n.date()%100)
	return d.known() && mm == d.month() && yy == d.year()%100 &&
		(dd == d.day() && !m.has(sexed|woman) || dd == d.day()+40 && (!m.has(sexed) || m.has(woman)))
}

// datable reports whether the number could hold a date at all.
func (n *number) datable() bool {
	dd, mm := n.date()/1e4, n.date()/100%100
	return mm >= 1 && mm <= 12 && (dd >= 1 && dd <= 31 || dd >= 41 && dd <= 71)
}

// numbers holds the distinct values of a number field.
type numbers struct {
	at    *index
	all   []number
	own   bool // a number is given to one person, as a NIK is and a postcode is not
	niks  bool // numbers of 16 digits are NIKs
	dates int32
	// districts is how rare the districts of NIKs are, in thousandths of a bit.
	districts map[uint64]int32
}

func newNumbers(own bool) *numbers { return &numbers{at: new(index), own: own} }

// add returns the index of a number given by its text, the digest of its blind
// digest or
// both, −1 for neither. The digest decides what is equal where there is one,
// so a list should give it for all of its numbers or for none.
func (n *numbers) add(text string, blind uint64) int32 {
	var key uint64
	switch {
	case blind != 0:
		key = blind
	case text != "":
		key = digest(text)
	default:
		return -1
	}
	at, ok := n.at.find(key)
	if !ok {
		at = int32(len(n.all))
		v := number{key: key}
		v.pack(text)
		n.all = append(n.all, v)
		n.at.put(key, at)
	}
	n.all[at].count++
	return at
}

// mostDigits is how many digits are compared one by one, mostLetters how many
// of a number that has letters.
const (
	mostDigits  = 18
	mostLetters = 12
)

// pack keeps a text of digits and capitals as a number to a base.
func (v *number) pack(text string) {
	v.base = 10
	if !allDigits(text) {
		v.base = mostBase
	}
	if len(text) > mostDigits || v.base == mostBase && len(text) > mostLetters {
		return
	}
	for i := 0; i < len(text); i++ {
		d := text[i] - '0'
		if text[i] >= 'A' {
			d = text[i] - 'A' + 10
		}
		v.digits = v.digits*uint64(v.base) + uint64(d)
	}
	v.length = uint8(len(text))
}

// values writes the digits of a number, each by its value.
func (v *number) values(into *[mostDigits]byte) []byte {
	d := v.digits
	for i := int(v.length) - 1; i >= 0; i-- {
		into[i] = byte(d % uint64(v.base))
		d /= uint64(v.base)
	}
	return into[:v.length]
}

// slipped reports whether two numbers that are not equal are a typing error
// apart.
func (v *number) slipped(o *number) bool {
	if v.length == 0 || o.length == 0 || v.base == 10 && o.base == 10 && !mayBeSlip(v.digits, o.digits) {
		return false
	}
	var x, y [mostDigits]byte
	return slip(v.values(&x), o.values(&y))
}

// mayBeSlip reports whether two different numbers can be a typing error apart,
// soon for most; they may have the same value, with noughts in front of one. One wrong digit changes a number by 1 to 9 at its place, two
// neighbours exchanged by a multiple of 9 up to 81; a digit too few or too
// many at least doubles or halves it, and changes how long it is.
func mayBeSlip(a, b uint64) bool {
	low, high := min(a, b), max(a, b)
	if high/2 >= low && decimals(low) != decimals(high) {
		return true
	}
	gap := high - low
	for gap > 81 && gap%10 == 0 {
		gap /= 10
	}
	return gap <= 81
}

// decimals returns how many digits a number has.
func decimals(v uint64) int {
	n := bits.Len64(v) * 1233 >> 12 // log10 of 2 in 4096ths
	if v >= tens[n] {
		n++
	}
	return n
}

var tens = func() (t [20]uint64) {
	v := uint64(1)
	for i := range t {
		t[i] = v
		v *= 10
	}
	return t
}()

// slips returns log2 of how many slips a number invites, in thousandths of a
// bit: ten a digit.
func (v *number) slips() int32 { return slipsOf[v.length] }

var slipsOf = func() (all [256]int32) {
	for n := 1; n < len(all); n++ {
		all[n] = millibits(math.Log2(10 * float64(n)))
	}
	return all
}()

// sharedByTwo is the part of the numbers on a few records that are held to be
// of more than one person: unlike names, numbers are given once. Those on
// more than fewRecords are usually made up.
const (
	sharedByTwo = .02
	fewRecords  = 8
)

func (n *numbers) weigh(records int) {
	var all met
	for i := range n.all {
		all.add(0, n.all[i].count, n.all[i].count-1)
	}
	total := float64(max(records, 1))
	for i := range n.all {
		v := &n.all[i]
		if !n.own {
			v.rarity = all.rarity(0, v.count-1, records)
			continue
		}
		others := math.Max(1, float64(v.count-1))
		if v.count <= fewRecords {
			others *= sharedByTwo
		}
		v.rarity = rarity(others / total)
	}
}

// oftenNIK is from which part of plausible dates on numbers of 16 digits are
// held to be NIKs.
const oftenNIK = .9

// weighMaking sets how rare each number is by how such numbers are made.
func (n *numbers) weighMaking() {
	if !n.own || len(n.all) == 0 {
		return
	}
	long, datable := int32(0), int32(0)
	districts := map[uint64]int32{}
	var years [100]int32
	var serials [1e4]int32
	ofYear, dates, days := make([]int32, 100*len(serials)), make([]bool, 1e6), 0
	for i := range n.all {
		v := &n.all[i]
		if !v.long() {
			continue
		}
		long++
		if v.datable() {
			datable++
		}
		districts[v.district()]++
		serials[v.serial()]++
		ofYear[v.ofYear()]++
		years[v.year()]++
		if at := &dates[v.date()]; !*at {
			*at = true
			days++
		}
	}
	n.niks = long > 0 && float64(datable) >= oftenNIK*float64(long)
	n.dates = rarity(1 / float64(max(days, 1)))
	seen := func(count int32, among int32) int32 { return rarity((float64(count) - unseen) / float64(among)) }
	n.districts = make(map[uint64]int32, len(districts))
	for d, count := range districts {
		n.districts[d] = seen(count, long)
	}
	var chain *chain
	for i := range n.all {
		if v := &n.all[i]; n.isNIK(v) {
			v.made = n.districts[v.district()] + min(seen(serials[v.serial()], long), alone(ofYear[v.ofYear()], years[v.year()]))
		} else {
			if chain == nil {
				chain = n.chain()
			}
			v.made = chain.rarity(v)
		}
	}
}

// chain returns how the digits of all numbers follow each other.
func (n *numbers) chain() *chain {
	c := new(chain)
	for i := range n.all {
		c.add(&n.all[i])
	}
	return c
}

// alone returns the rarity of what others among so many have too; what nobody
// else has is not told by so few.
func alone(count, among int32) int32 {
	if count < 2 {
		return math.MaxInt32
	}
	return rarity(float64(count-1) / float64(among))
}

// unseen is what is taken from each count, since what was seen once will
// usually not be seen again.
const unseen = .8

func (n *numbers) isNIK(v *number) bool { return n.niks && v.long() }

// long reports whether a number has the form of a NIK.
func (v *number) long() bool { return v.length == nikLength && v.base == 10 }

// chain is how numbers of each length are made, digit by digit: how often a
// digit follows another at a place. Lengths that no number has are nil.
type chain [mostDigits + 1]*digits

// digits are those of numbers of one length, by place and digit.
type digits [mostDigits][mostBase]followed

// followed is how often any digit comes behind one at a place, and how often each.
type followed struct {
	begins  float64
	follows [mostBase]float64
}

// mostBase is to which base numbers are compared at most.
const mostBase = 36

// each calls fn with each digit of a number and what is known of the one before.
func (c *chain) each(v *number, fn func(before *followed, digit byte)) {
	var room [mostDigits]byte
	if c[v.length] == nil {
		c[v.length] = new(digits)
	}
	before := byte(0)
	for i, d := range v.values(&room) {
		fn(&c[v.length][i][before], d)
		before = d
	}
}

func (c *chain) add(v *number) {
	c.each(v, func(before *followed, digit byte) {
		before.begins++
		before.follows[digit]++
	})
}

func (c *chain) rarity(v *number) int32 {
	bits := 0.0
	c.each(v, func(before *followed, digit byte) {
		bits -= math.Log2((before.follows[digit] + .1) / (before.begins + 1))
	})
	return millibits(bits)
}

// Code returns a number as it is compared: capitals and digits alone, without
// leading noughts where there are but digits, as spreadsheets drop them.
func Code(s string) string {
	if allDigits(s) {
		return strings.TrimLeft(s, "0")
	}
	s = nik.Plain(s)
	var b strings.Builder
	digits := true
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			b.WriteByte(c)
		case c >= 'A' && c <= 'Z':
			b.WriteByte(c)
			digits = false
		case c >= 'a' && c <= 'z':
			b.WriteByte(c - 'a' + 'A')
			digits = false
		}
	}
	if digits {
		return strings.TrimLeft(b.String(), "0")
	}
	return b.String()
}
