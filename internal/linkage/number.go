package linkage

// nikLength is the length of a NIK: district (6), birth date (6), serial (4).
const nikLength = 16

func isNIK(digits string) bool { return len(digits) == nikLength }

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
// told that their holders have one birthday; own is as in compareNumbers.
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
