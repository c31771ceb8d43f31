package linkage

import (
	"math"
	"slices"

	"gotong/internal/ident"
)

// decide settles how many pairs of one person there are, keeps the pairs
// that reach the review, and clusters.
func (l *linker) decide() {
	l.settlePrior()
	review := millibits(math.Log2(l.options.Review / (1 - l.options.Review)))
	match := millibits(math.Log2(l.options.Match / (1 - l.options.Match)))
	kept := l.found[:0]
	var sure []scored
	for _, p := range l.found {
		if p.score+l.model.Prior < review {
			continue
		}
		kept = append(kept, p)
		if p.score+l.model.Prior >= match && !l.apart(p.i, p.j) {
			sure = append(sure, p)
		}
	}
	clusters := cluster(sure, l.judge, l.apartOrKin(sure))
	l.report(kept, clusters)
}

// settlePrior finds how likely a random pair is of one person: as often as
// the compared pairs, scored with that very prior, are.
func (l *linker) settlePrior() {
	weights := make([]int32, 0, len(l.weights))
	for w := range l.weights {
		weights = append(weights, w)
	}
	slices.Sort(weights)
	n := float64(len(l.set.entries))
	all := math.Max(n*(n-1)/2, 1)
	prior := math.Max(n/4, 1) / all
	for range 50 {
		matches := .5
		odds := millibits(math.Log2(prior / (1 - math.Min(prior, .5))))
		for _, w := range weights {
			matches += float64(l.weights[w]) * sigmoid(w<<6+32+odds)
		}
		prior = math.Min(matches/all, .5)
		l.result.Expected = matches - .5
	}
	l.model.Prior = millibits(math.Log2(prior / (1 - prior)))
}

func (l *linker) judge(i, j int32) int32 {
	var r rarities
	a, b := &l.set.entries[i], &l.set.entries[j]
	return l.scoreOf(a, b, l.set.compare(a, b, &r), &r) + l.model.Prior
}

func (l *linker) apart(i, j int32) bool {
	return l.options.Apart != nil && l.options.Apart(l.set.entries[i].id, l.set.entries[j].id)
}

// apartOrKin keeps two people of one family out of one cluster, unless they
// are a sure pair themselves: of two families written down twice, each twin
// goes with their own record.
func (l *linker) apartOrKin(sure []scored) func(i, j int32) bool {
	relatives := map[[2]int32]bool{}
	for _, p := range sure {
		if kin(&l.set.entries[p.i], &l.set.entries[p.j]) {
			relatives[[2]int32{p.i, p.j}] = true
		}
	}
	return func(i, j int32) bool {
		if kin(&l.set.entries[i], &l.set.entries[j]) && !relatives[[2]int32{min(i, j), max(i, j)}] {
			return true
		}
		return l.apart(i, j)
	}
}

// report fills the result: pairs of the review, and every pair of a cluster.
func (l *linker) report(kept []scored, clusters [][]int32) {
	of := map[int32]int32{}
	listed := map[[2]int32]bool{}
	for _, p := range kept {
		listed[[2]int32{p.i, p.j}] = true
	}
	for c, members := range clusters {
		ids := make([]ident.ID, len(members))
		for k, i := range members {
			ids[k] = l.set.entries[i].id
			of[i] = int32(c + 1)
			for _, j := range members[k+1:] {
				if !listed[[2]int32{i, j}] {
					kept = append(kept, scored{i, j, l.judge(i, j) - l.model.Prior})
				}
			}
		}
		l.result.Clusters = append(l.result.Clusters, ids)
	}
	slices.SortFunc(kept, compareScored)
	for _, p := range kept {
		a, b := &l.set.entries[p.i], &l.set.entries[p.j]
		var r rarities
		pattern := l.set.compare(a, b, &r)
		l.result.Pairs = append(l.result.Pairs, Pair{
			Left: a.id, Right: b.id, Score: p.score + l.model.Prior, Probability: l.model.probability(p.score),
			Same:   of[p.i] != 0 && of[p.i] == of[p.j],
			Pieces: l.model.explain(pattern, &r, kin(a, b)),
		})
	}
}
