package linkage

// nikLength is the length of a NIK: district (6), birth date (6), serial (4).
const nikLength = 16

func isNIK(digits string) bool { return len(digits) == nikLength }

// numbers holds the distinct values of a number field.
type numbers struct {
	at     map[string]int32
	values []number
}

type number struct {
	digits string // empty when only the blind digest is known
	hash   uint64
	count  int32
	rarity int32
	// district and serial are how rare these parts of a NIK are, the serial
	// among those of its regency.
	district, serial int32
}

func newNumbers() *numbers { return &numbers{at: map[string]int32{}} }

// add returns the index of a number given by its digits, its blind digest or
// both, −1 for neither. The digest decides what is equal where there is one,
// so a list should give it for all of its numbers or for none.
func (n *numbers) add(digits string, blind []byte) int32 {
	key := string(blind)
	if key == "" {
		key = digits
	}
	if key == "" {
		return -1
	}
	at, ok := n.at[key]
	if !ok {
		at = int32(len(n.values))
		n.values = append(n.values, number{digits: digits, hash: digest(key)})
		n.at[key] = at
	}
	n.values[at].count++
	return at
}

// sharedByTwo is the part of the numbers on just two records that are held to
// be of two people: unlike names, numbers are given once, and those on many
// records are usually made up.
const sharedByTwo = .02

func (n *numbers) weigh(records int) {
	districts, regencies, serials := map[string]int32{}, map[string]int32{}, map[string]int32{}
	niks := int32(0)
	for i := range n.values {
		v := &n.values[i]
		v.rarity = rarity(max(sharedByTwo, float64(v.count-2)) / float64(records))
		if d := v.digits; isNIK(d) {
			districts[d[:6]]++
			regencies[d[:4]]++
			serials[d[:4]+d[12:]]++
			niks++
		}
	}
	for i := range n.values {
		v := &n.values[i]
		if d := v.digits; isNIK(d) {
			v.district = rarity(float64(districts[d[:6]]) / float64(niks))
			v.serial = rarity(float64(serials[d[:4]+d[12:]]) / float64(regencies[d[:4]]))
		}
	}
}

// rest returns how rare it is that two NIKs agree beside the date as far as
// they do: a slip in the district makes one that nobody is from, and keeps a
// serial that few may have. Serials that differ tell nothing, as the children
// of one day have them in turn.
func (n *numbers) rest(i, j int32) int32 {
	a, b := &n.values[i], &n.values[j]
	rare := max(a.district, b.district)
	if a.digits[12:] == b.digits[12:] {
		rare += max(a.serial, b.serial)
	}
	return rare
}

// compareNumbers returns the level at which two numbers that are not equal
// agree. own says that they are NIKs which both hold their holder's birth date
// and sex: then a difference in that part alone is no slip, as the first
// children of a district on two neighbouring days have such numbers.
func compareNumbers(a, b string, own bool) Level {
	if !slip(a, b) || own && a[6:12] != b[6:12] {
		return NumberDifferent
	}
	return NumberSlip
}

// compareSerials returns the level at which two NIKs that are not equal agree,
// told that their holders have one birthday, by the numbers or by what is on
// record; own is as in compareNumbers.
func compareSerials(a, b string, own bool) Level {
	switch {
	case !slip(a, b):
		return SerialDifferent
	case a[:6] == b[:6] && a[12:] == b[12:]:
		if own {
			return SerialDifferent // a man and a woman
		}
		return SerialDate
	}
	return SerialSlip
}

// compareRest compares two NIKs as if their dates were the same: how alike
// the numbers of two people of one birthday would be. It is how chance
// agreement of Serial is measured, as few random pairs share a birthday.
func compareRest(a, b string) Level {
	x, y := a[:6]+a[12:], b[:6]+b[12:]
	if x == y || slip(x, y) {
		return SerialSlip
	}
	return SerialDifferent
}
