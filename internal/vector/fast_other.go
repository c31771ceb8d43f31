//go:build !amd64 || purego

package vector

// There are portable forms alone, so that these are never called.
const fast = false

func addFast(dst, a, b *int64, n int)                  {}
func subFast(dst, a, b *int64, n int)                  {}
func mulFast(dst, a, b *int64, n int)                  {}
func minFast(dst, a, b *int64, n int)                  {}
func maxFast(dst, a, b *int64, n int)                  {}
func chooseFast(dst, a, b *int64, pick *uint64, n int) {}

func lessFast(dst *uint64, a, b *int64, n int)               {}
func equalFast(dst *uint64, a, b *int64, n int)              {}
func lessThanFast(dst *uint64, a *int64, c int64, n int)     {}
func moreThanFast(dst *uint64, a *int64, c int64, n int)     {}
func equalToFast(dst *uint64, a *int64, c int64, n int)      {}
func atLeastFast(dst *uint64, values *int32, c int32, n int) {}

func expandFast(dst *int64, planes **uint64, count int, known *uint64, base, step int64, n int) {}
func addTableFast(sums *int32, planes **uint64, count int, t *Table, words int)                 {}
func settleFast(values, sums *int32, known *uint64, limit uint32, base int32, words int)        {}

func placesFast(places *int32, text string, end int, of byte) int { return 0 }

func tellFast(full, known *byte, values *int64, text string, places *int32, eights *eight, n int, table *uint64, said *int64) {
}
