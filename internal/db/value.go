package db

// Flag returns how a yes or no is stored in both databases: 1 or 0.
func Flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
