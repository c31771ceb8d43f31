package linkage

import (
	"testing"

	"pgregory.net/rapid"
)

// TestAnIndexFindsWhatWasPut holds an index against a map, with digests that
// lie close together too.
func TestAnIndexFindsWhatWasPut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var x index
		want := map[uint64]int32{}
		for at := range int32(rapid.IntRange(0, 400).Draw(t, "values")) {
			key := rapid.OneOf(rapid.Uint64(), rapid.Uint64Range(0, 500)).Draw(t, "digest")
			if _, ok := x.find(key); ok {
				continue
			}
			if _, ok := want[key]; ok {
				t.Fatalf("%d was put and is not found", key)
			}
			x.put(key, at)
			want[key] = at
		}
		for key, at := range want {
			if got, ok := x.find(key); !ok || got != at {
				t.Fatalf("%d lies at %d (%t), not at %d", key, got, ok, at)
			}
		}
	})
}
