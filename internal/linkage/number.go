package linkage

// compareNumbers returns the level at which two numbers agree, told that
// they are not equal.
//
// Between NIKs a slip needs care. Two children registered in one district on
// one day have numbers that differ in the serial alone; two first children
// of two neighbouring days have numbers that differ in the day alone. So a
// digit that mirrors the difference of the birth dates is no slip.
func compareNumbers(a, b string, born Level) Level {
	if !slip(a, b) {
		return NumberDifferent
	}
	if len(a) == nikLength && len(b) == nikLength && a[6:12] != b[6:12] && born != BornSame && born != unknown {
		return NumberDifferent
	}
	return NumberSlip
}

const nikLength = 16

// compareRest compares two NIKs as if their dates were the same: how alike
// the numbers of two people of one birthday would be. It is how chance
// agreement is measured, as birthdays are weighed on their own.
func compareRest(a, b string) Level {
	if a == "" || b == "" {
		return NumberDifferent
	}
	if len(a) != nikLength || len(b) != nikLength {
		if a == b {
			return NumberSame
		}
		return compareNumbers(a, b, unknown)
	}
	x, y := a[:6]+a[12:], b[:6]+b[12:]
	if x == y || slip(x, y) {
		return NumberSlip
	}
	return NumberDifferent
}
