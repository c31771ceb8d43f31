//go:build amd64 && !purego

package vector

import "golang.org/x/sys/cpu"

// fast says that the processor and the system have what the fast forms need.
var fast = cpu.X86.HasAVX512F && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512DQ && cpu.X86.HasAVX512VL &&
	cpu.X86.HasAVX512VBMI && cpu.X86.HasAVX512VBMI2 && cpu.X86.HasPOPCNT && cpu.X86.HasBMI2

// The fast forms, in fast_amd64.s. n is a multiple of 64, and not zero.

//go:noescape
func addFast(dst, a, b *int64, n int)

//go:noescape
func subFast(dst, a, b *int64, n int)

//go:noescape
func mulFast(dst, a, b *int64, n int)

//go:noescape
func minFast(dst, a, b *int64, n int)

//go:noescape
func maxFast(dst, a, b *int64, n int)

//go:noescape
func chooseFast(dst, a, b *int64, pick *uint64, n int)

//go:noescape
func lessFast(dst *uint64, a, b *int64, n int)

//go:noescape
func equalFast(dst *uint64, a, b *int64, n int)

//go:noescape
func lessThanFast(dst *uint64, a *int64, c int64, n int)

//go:noescape
func moreThanFast(dst *uint64, a *int64, c int64, n int)

//go:noescape
func equalToFast(dst *uint64, a *int64, c int64, n int)

//go:noescape
func atLeastFast(dst *uint64, values *int32, c int32, words int)

//go:noescape
func expandFast(dst *int64, planes **uint64, count int, known *uint64, base, step int64, n int)

//go:noescape
func addTableFast(sums *int32, planes **uint64, count int, t *Table, words int)

//go:noescape
func settleFast(values, sums *int32, known *uint64, limit uint32, base int32, words int)

// The text has the whole 64 bytes in which the end lies, and places have room
// for as many as there are bytes before it, and 64.
//
//go:noescape
func placesFast(places *int32, text string, end int, of byte) int

// Each cell begins at least CellReach bytes before the text's end.
//
//go:noescape
func tellFast(full, known *byte, values *int64, text string, places *int32, eights *eight, n int, table *uint64, said *int64)
