package linkage

import "math"

// digest returns a 64-bit digest of s (FNV-1a, scrambled). Blocks are found
// by it, so it depends on nothing but s.
func digest[T string | []byte](s T) uint64 {
	h := uint64(14695981039346656037)
	for i := 0; i < len(s); i++ {
		h ^= uint64(s[i])
		h *= 1099511628211
	}
	return scramble(h)
}

// scramble spreads the bits of x over all of the result (splitmix64).
func scramble(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// mix joins digests into one, in this order; it is never 0.
func mix(parts ...uint64) uint64 {
	h := uint64(0)
	for _, p := range parts {
		h = scramble(h ^ p)
	}
	return h | 1
}

// rarity returns −log2 of a share in thousandths of a bit.
func rarity(share float64) int32 {
	if share >= 1 {
		return 0
	}
	return millibits(-math.Log2(share))
}

func millibits(bits float64) int32 { return int32(math.Round(bits * 1000)) }
