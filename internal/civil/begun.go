package civil

// Dated is what holds from a day on.
type Dated interface{ Begins() Date }

// InForce returns the last of all, which stand in the order of their first
// days, that has begun on a day. Where none has, it returns the first with
// false; the zero T where there is none at all.
func InForce[T Dated](all []T, day Date) (in T, begun bool) {
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].Begins() <= day {
			return all[i], true
		}
	}
	if len(all) > 0 {
		in = all[0]
	}
	return in, false
}
