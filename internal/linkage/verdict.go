package linkage

import (
	"bytes"
	"cmp"
	"context"
	"math"
	"slices"

	"gotong/internal/ident"
)

// Rounds of learning: before pairs are forgotten, before people are told
// apart, and after. The weights settle well before.
const (
	firstRounds  = 2
	middleRounds = 4
	lastRounds   = 3
)

// decide clusters the records of one person, learning once more when it is
// known which are: then values are counted by people, not by records.
func (l *linker) decide(ctx context.Context) error {
	l.settlePrior()
	if err := l.refine(ctx, firstRounds); err != nil {
		return err
	}
	l.prune()
	if err := l.refine(ctx, middleRounds); err != nil {
		return err
	}
	clusters := l.cluster()
	if len(clusters) > 0 {
		l.set.recount(clusters)
		if err := l.rescore(ctx); err != nil {
			return err
		}
		if err := l.refine(ctx, lastRounds); err != nil {
			return err
		}
		clusters = l.cluster()
	}
	l.report(clusters)
	return nil
}

// cluster joins the pairs that are likely enough.
func (l *linker) cluster() [][]int32 {
	sure := l.sure()
	return cluster(sure, l.judge, l.apartOrKin(sure))
}

// sure returns the pairs that are likely enough: as likely as the policy has it
// and, where they are many, so likely that few of them are expected to be wrong.
// Strangers who agree by chance grow with the square of a list, people on it
// twice with the list.
func (l *linker) sure() []scored {
	match := logOdds(l.options.Match)
	var sure []scored
	for _, p := range l.found {
		if p.score+l.model.Prior >= match && !l.apart(p.i, p.j) {
			sure = append(sure, p)
		}
	}
	l.result.Match = l.options.Match
	if l.options.Wrong == 0 || len(sure) < l.options.Many {
		return sure
	}
	slices.SortFunc(sure, func(a, b scored) int { return cmp.Or(cmp.Compare(b.score, a.score), compareScored(a, b)) })
	wrong := 0.
	for _, p := range sure {
		wrong += 1 - l.model.probability(p.score)
	}
	for len(sure) > 0 && wrong > l.options.Wrong*float64(len(sure)) {
		last := l.model.probability(sure[len(sure)-1].score)
		wrong -= 1 - last
		sure, l.result.Match = sure[:len(sure)-1], math.Max(l.result.Match, last)
	}
	return sure
}

func (l *linker) judge(i, j int32) int32 {
	return l.model.score(l.comparers[0], &l.set.entries[i], &l.set.entries[j]) + l.model.Prior
}

func (l *linker) apart(i, j int32) bool {
	return l.options.Apart != nil && l.options.Apart(l.set.ids[i], l.set.ids[j])
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

// report fills the result: pairs of the review, and every pair of a cluster
// that is asked about: between lists, not two records of one list that a third
// of the other brought together.
func (l *linker) report(clusters [][]int32) {
	review := logOdds(l.options.Review)
	kept := slices.DeleteFunc(l.found, func(p scored) bool { return p.score+l.model.Prior < review })
	of := map[int32]int32{}
	listed := map[[2]int32]bool{}
	for _, p := range kept {
		listed[[2]int32{p.i, p.j}] = true
	}
	for c, members := range clusters {
		ids := make([]ident.ID, len(members))
		for k, i := range members {
			ids[k] = l.set.ids[i]
			of[i] = int32(c + 1)
			for _, j := range members[k+1:] {
				if !listed[[2]int32{i, j}] && l.compares(&l.set.entries[i], &l.set.entries[j]) {
					kept = append(kept, scored{i, j, l.judge(i, j) - l.model.Prior})
				}
			}
		}
		slices.SortFunc(ids, func(a, b ident.ID) int { return bytes.Compare(a[:], b[:]) })
		l.result.Clusters = append(l.result.Clusters, ids)
	}
	for _, p := range kept {
		l.result.Pairs = append(l.result.Pairs, l.pair(p, of[p.i] != 0 && of[p.i] == of[p.j]))
	}
	slices.SortFunc(l.result.Pairs, comparePairs)
	slices.SortFunc(l.result.Clusters, func(a, b []ident.ID) int { return bytes.Compare(a[0][:], b[0][:]) })
}

// pair explains a pair.
func (l *linker) pair(p scored, same bool) Pair {
	a, b := &l.set.entries[p.i], &l.set.entries[p.j]
	left, right := l.set.ids[p.i], l.set.ids[p.j]
	if bytes.Compare(left[:], right[:]) > 0 {
		a, b, left, right = b, a, right, left
	}
	var r rarities
	pattern := l.comparers[0].judge(l.model, a, b, &r)
	return Pair{Left: left, Right: right, Score: p.score + l.model.Prior, Probability: l.model.probability(p.score),
		Same: same, Pieces: l.model.explain(pattern, &r, kin(a, b))}
}

func comparePairs(a, b Pair) int {
	return cmp.Or(bytes.Compare(a.Left[:], b.Left[:]), bytes.Compare(a.Right[:], b.Right[:]))
}
