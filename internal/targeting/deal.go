package targeting

import (
	"cmp"
	"slices"
)

// Dealing is how a village's families that have both a score and a place by a
// meeting are placed anew. The scores stay those that the village has; only
// who has which changes, so that a meeting cannot make its village poorer
// than the model finds it.
type Dealing struct {
	Placed []int64 // score by which a family stands; its own where it is not dealt
	Hybrid []int64 // place in the order of both, from 1; 0 where it is not dealt
	Dealt  int64   // families with both
}

// Deal places the families of a village: by their scores, of which known says
// which there are, and by their places in a meeting, 0 for none. Equals in the
// order that counts share the lowest of the scores that they would fill, as
// equal scores share a decile. Nothing depends on the order of the families.
func (o Order) Deal(scores []int64, known func(i int) bool, community []int64) Dealing {
	d := Dealing{Placed: slices.Clone(scores), Hybrid: make([]int64, len(scores))}
	var both []int
	for i, place := range community {
		if place > 0 && known(i) {
			both = append(both, i)
		}
	}
	if d.Dealt = int64(len(both)); d.Dealt == 0 {
		return d
	}
	own, meeting, hybrid := make([]int64, len(both)), make([]int64, len(both)), make([]int64, len(both))
	for k, i := range both {
		own[k], meeting[k] = scores[i], community[i]
	}
	byScore, byMeeting := twiceMeanPlaces(own), twiceMeanPlaces(meeting)
	for k := range both {
		hybrid[k] = o.Score*byScore[k] + o.Community*byMeeting[k]
	}
	for k, first := range firstPlaces(hybrid) {
		d.Hybrid[both[k]] = first
	}
	key := map[OrderBy][]int64{ByCommunity: meeting, ByHybrid: hybrid}[o.By]
	if key == nil {
		return d
	}
	slices.Sort(own)
	for k, first := range firstPlaces(key) {
		d.Placed[both[k]] = own[first-1]
	}
	return d
}

// firstPlaces returns each key's place from 1; equals have the first of theirs.
func firstPlaces(keys []int64) []int64 {
	sorted := slices.Clone(keys)
	slices.Sort(sorted)
	places := make([]int64, len(keys))
	for i, k := range keys {
		at, _ := slices.BinarySearch(sorted, k)
		places[i] = int64(at) + 1
	}
	return places
}

// twiceMeanPlaces returns each key's place from 1, twice over so that it is
// whole: equals have the mean of theirs.
func twiceMeanPlaces(keys []int64) []int64 {
	sorted := slices.Clone(keys)
	slices.Sort(sorted)
	places := make([]int64, len(keys))
	for i, k := range keys {
		first, _ := slices.BinarySearch(sorted, k)
		after, _ := slices.BinarySearchFunc(sorted, k, func(x, k int64) int {
			if x <= k {
				return -1
			}
			return cmp.Compare(x, k)
		})
		places[i] = int64(first + 1 + after)
	}
	return places
}
