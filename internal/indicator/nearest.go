package indicator

// NearestOf returns the word that is spelt most like s, for "did you mean"
// among words that are no indicators, or "" when none is close.
func NearestOf(s string, words []string) string { return nearest(s, words) }

// nearest returns the word with the fewest slips from s, the first of equals,
// or "" when even the best differs in more than a third of its letters.
func nearest(s string, words []string) string {
	best, bestSlips := "", 0
	for _, w := range words {
		slips := distance(s, w)
		if best == "" || slips < bestSlips {
			best, bestSlips = w, slips
		}
	}
	if best == "" || bestSlips*3 > max(len(s), len(best), 3) {
		return ""
	}
	return best
}

// distance counts the letters to add, drop, change or swap with a neighbour
// to turn a into b.
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := last[j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			row[j] = min(change, last[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
