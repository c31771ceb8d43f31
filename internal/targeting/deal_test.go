package targeting_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gotong/internal/targeting"
)

func all(int) bool { return true }

// A worked example of five families. By score B, A, C, D, E; the meeting says
// A, C, B, D and does not rank E, nor is F scored.
func TestDealByHand(t *testing.T) {
	scores := []int64{120, 100, 150, 200, 90, 0} // A B C D E F
	community := []int64{1, 3, 2, 4, 0, 5}
	known := func(i int) bool { return i != 5 }
	for _, c := range []struct {
		by             targeting.OrderBy
		score, meeting int64
		placed, hybrid []int64
	}{
		{targeting.ByScore, 1, 1, []int64{120, 100, 150, 200, 90, 0}, []int64{1, 2, 3, 4, 0, 0}},
		{targeting.ByCommunity, 1, 1, []int64{100, 150, 120, 200, 90, 0}, []int64{1, 2, 3, 4, 0, 0}},
		// Places by score 2 1 3 4, by the meeting 1 3 2 4: sums 3 4 5 8.
		{targeting.ByHybrid, 1, 1, []int64{100, 120, 150, 200, 90, 0}, []int64{1, 2, 3, 4, 0, 0}},
		// With the meeting three times as heavy: 5 10 9 16.
		{targeting.ByHybrid, 1, 3, []int64{100, 150, 120, 200, 90, 0}, []int64{1, 3, 2, 4, 0, 0}},
	} {
		d := targeting.Order{By: c.by, Score: c.score, Community: c.meeting}.Deal(scores, known, community)
		if diff := cmp.Diff(targeting.Dealing{Placed: c.placed, Hybrid: c.hybrid, Dealt: 4}, d); diff != "" {
			t.Errorf("%s %d:%d: %s", c.by, c.score, c.meeting, diff)
		}
	}
}

// Families that a meeting does not tell apart stand together, at the lowest
// of the scores that they fill.
func TestDealSharesTies(t *testing.T) {
	d := targeting.Order{By: targeting.ByCommunity, Score: 1, Community: 1}.Deal([]int64{10, 20, 30}, all, []int64{2, 1, 1})
	if diff := cmp.Diff([]int64{30, 10, 10}, d.Placed); diff != "" {
		t.Error(diff)
	}
}

// Whatever the meeting says, those whom it did not rank stay where they are,
// nobody stands above the village's highest score nor below its lowest, and a
// family that comes first in the order that counts never stands behind. The
// order of the families makes no difference.
func TestDealKeepsTheVillage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 40).Draw(t, "families")
		scores, community := make([]int64, n), make([]int64, n)
		for i := range n {
			scores[i], community[i] = rapid.Int64Range(0, 50).Draw(t, "score"), rapid.Int64Range(0, 12).Draw(t, "place")
		}
		o := targeting.Order{By: rapid.SampledFrom(targeting.Orders).Draw(t, "by"), Score: rapid.Int64Range(0, 5).Draw(t, "ws"), Community: rapid.Int64Range(1, 5).Draw(t, "wc")}
		d := o.Deal(scores, all, community)
		for i := range n {
			if community[i] == 0 && d.Placed[i] != scores[i] {
				t.Fatalf("family %d was not ranked and moved from %d to %d", i, scores[i], d.Placed[i])
			}
			if d.Placed[i] < slices.Min(scores) || d.Placed[i] > slices.Max(scores) {
				t.Fatalf("family %d has %d, which the village has not", i, d.Placed[i])
			}
			for k := range n {
				before := map[targeting.OrderBy]bool{targeting.ByScore: scores[i] < scores[k], targeting.ByCommunity: community[i] < community[k],
					targeting.ByHybrid: d.Hybrid[i] < d.Hybrid[k]}[o.By]
				if community[i] > 0 && community[k] > 0 && before && d.Placed[i] > d.Placed[k] {
					t.Fatalf("%s: family %d comes before %d and stands behind it", o.By, i, k)
				}
			}
		}
		order := rapid.Permutation(numbers(n)).Draw(t, "order")
		s2, c2 := make([]int64, n), make([]int64, n)
		for to, from := range order {
			s2[to], c2[to] = scores[from], community[from]
		}
		d2 := o.Deal(s2, all, c2)
		for to, from := range order {
			if d2.Placed[to] != d.Placed[from] || d2.Hybrid[to] != d.Hybrid[from] {
				t.Fatal("the order of the families matters")
			}
		}
	})
}

func numbers(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}
