package linkage

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// textbook is Jaro–Winkler as it is usually written, to hold ours against.
func textbook(a, b string) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	window := max(0, max(len(a), len(b))/2-1)
	usedA, usedB := make([]bool, len(a)), make([]bool, len(b))
	m := 0.0
	for i := range a {
		for j := max(0, i-window); j < min(len(b), i+window+1); j++ {
			if !usedB[j] && a[i] == b[j] {
				usedA[i], usedB[j] = true, true
				m++
				break
			}
		}
	}
	if m == 0 {
		return 0
	}
	out, j := 0, 0
	for i := range a {
		if !usedA[i] {
			continue
		}
		for !usedB[j] {
			j++
		}
		if a[i] != b[j] {
			out++
		}
		j++
	}
	jaro := (m/float64(len(a)) + m/float64(len(b)) + (m-float64(out/2))/m) / 3
	prefix := 0
	for prefix < min(4, len(a), len(b)) && a[prefix] == b[prefix] {
		prefix++
	}
	if jaro <= .7 {
		return jaro
	}
	return jaro + .1*float64(prefix)*(1-jaro)
}

func TestWinklerAgreesWithTheTextbook(t *testing.T) {
	word := rapid.StringMatching(`[a-e0-2]{0,14}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b := word.Draw(t, "a"), word.Draw(t, "b")
		if got, want := float64(winkler(a, b))/1000, textbook(a, b); math.Abs(got-want) > .0021 && math.Abs(got-.7) > .002 && math.Abs(want-.7) > .002 {
			t.Fatalf("%q, %q: %v, want %v", a, b, got, want)
		}
	})
}

func TestTheBoundOfNearLosesNothing(t *testing.T) {
	word := rapid.StringMatching(`[a-d7]{1,9}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b, limit := word.Draw(t, "a"), word.Draw(t, "b"), rapid.IntRange(500, 1000).Draw(t, "limit")
		if near(a, b, limit) != (winkler(a, b) >= limit) {
			t.Fatalf("%q, %q at %d: %d", a, b, limit, winkler(a, b))
		}
	})
}

func TestSlip(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		want bool
	}{
		{"3674", "3674", false}, {"3674", "3675", true}, {"3674", "3764", true}, {"3674", "374", true}, {"3674", "36744", true},
		{"3674", "4763", false}, {"3674", "35", false}, {"12", "21", true}, {"", "1", true}, {"", "", false}, {"1122", "2211", false},
	} {
		if slip(tc.a, tc.b) != tc.want || slip(tc.b, tc.a) != tc.want {
			t.Errorf("%q and %q", tc.a, tc.b)
		}
	}
}

func TestMisspelt(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		want bool
	}{
		{"siti", "sti", true}, {"nur", "nru", true}, {"dina", "dini", false}, {"yanto", "yanti", false}, {"budi", "budy", true},
		{"ani", "anis", true}, {"ai", "a", false}, {"mat", "mt", true}, {"ai", "ia", false}, {"marlina", "malina", true}, {"rina", "rani", false},
	} {
		if misspelt(tc.a, tc.b) != tc.want || misspelt(tc.b, tc.a) != tc.want {
			t.Errorf("%q and %q", tc.a, tc.b)
		}
	}
}

func BenchmarkWinkler(b *testing.B) {
	for b.Loop() {
		winkler("sitimaimunah", "sitiaminahrahayu")
	}
}

func TestNumbersOfNoughtsInFrontAreComparedToo(t *testing.T) {
	n := newNumbers(false)
	a, b, c := n.add("812345", 0), n.add("0812345", 0), n.add("00812345", 0)
	if !n.all[a].slipped(&n.all[b]) || n.all[a].slipped(&n.all[c]) {
		t.Error("one nought left out is a slip, two are not")
	}
}
