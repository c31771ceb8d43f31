package linkage

import (
	"cmp"
	"context"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"gotong/internal/ident"
	"gotong/internal/run"
)

// Options say how to link.
type Options struct {
	// Match is the chance from which two records are held to be of one
	// person, Review the chance from which a pair is reported at all.
	Match, Review float64
	// BlockLimit is the most records of a block that are all compared.
	BlockLimit int
	// Apart reports whether a person has said of two records that they are
	// of two people. It may be nil.
	Apart func(a, b ident.ID) bool
	// Workers is how many cores to use; 0 is all.
	Workers int
}

// Pair is two records that may be of one person.
type Pair struct {
	Left, Right ident.ID // Left is the smaller
	Score       int32    // log2 of the odds, prior included, in thousandths of a bit
	Probability float64
	Same        bool // held to be of one person: both are in one cluster
	Pieces      []Piece
}

// Result is what linking found.
type Result struct {
	Records  int
	Compared int64   // pairs
	Expected float64 // pairs of one person, as the model expects
	Pairs    []Pair  // ordered by Left, Right
	Clusters [][]ident.ID
	Blocks   []BlockReport
	Model    *Model
}

// scored is a pair of record indexes with its score.
type scored struct {
	i, j  int32
	score int32 // without the prior
}

func compareScored(a, b scored) int {
	if c := cmp.Compare(a.i, b.i); c != 0 {
		return c
	}
	return cmp.Compare(a.j, b.j)
}

// Link compares the records of s with each other.
func (s *Set) Link(ctx context.Context, o Options, p run.Progress) (*Result, error) {
	s.seal()
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	l := &linker{set: s, options: o, progress: p, result: &Result{Records: len(s.entries)}}
	p.Stage("linkage_block", int64(len(rules)))
	if err := l.block(ctx); err != nil {
		return nil, err
	}
	p.Stage("linkage_learn", int64(len(rules)))
	if err := l.learn(ctx); err != nil {
		return nil, err
	}
	p.Stage("linkage_compare", l.pairs())
	if err := l.compare(ctx); err != nil {
		return nil, err
	}
	l.decide()
	return l.result, nil
}

type linker struct {
	set      *Set
	options  Options
	progress run.Progress
	result   *Result
	blocks   []*blocks
	capped   []map[uint64]bool
	model    *Model
	found    []scored
	weights  map[int32]int64 // pairs by score, in sixteenths of a bit
}

// each runs fn for 0 … n−1 on all workers.
func (l *linker) each(ctx context.Context, n int, fn func(i int)) error {
	var next atomic.Int64
	var group sync.WaitGroup
	for range min(l.options.Workers, n) {
		group.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				fn(i)
			}
		})
	}
	group.Wait()
	return ctx.Err()
}

func (l *linker) block(ctx context.Context) error {
	l.blocks = make([]*blocks, len(rules))
	l.capped = make([]map[uint64]bool, len(rules))
	err := l.each(ctx, len(rules), func(i int) {
		l.blocks[i] = l.set.block(&rules[i], l.options.BlockLimit)
		l.progress.Add("", 1)
	})
	if err != nil {
		return err
	}
	for i, b := range l.blocks {
		l.capped[i] = b.capped
		l.result.Blocks = append(l.result.Blocks, b.report)
	}
	return nil
}

func (l *linker) pairs() int64 {
	n := int64(0)
	for _, b := range l.blocks {
		n += b.report.Pairs
	}
	return n
}

// learnFrom is how many pairs of each rule are learned from.
const learnFrom = 400_000

// learn measures chance agreement and learns what records of one person
// agree on. What was learned then cleans the measure, once: among few
// records even random pairs hold some of one person.
func (l *linker) learn(ctx context.Context) error {
	c := l.set.chance()
	seen := c.seen.sorted()
	tallies := make([][]counted, len(rules))
	err := l.each(ctx, len(rules), func(i int) {
		tallies[i] = l.set.tallyRule(l.blocks[i], learnFrom).sorted()
		l.progress.Add("", 1)
	})
	if err != nil {
		return err
	}
	n := float64(len(l.set.entries))
	prior := 1 / math.Max(n, 2)
	var m *shares
	u := byChance(seen, nil, nil, 0)
	for range 3 {
		lessons := make([]lesson, len(rules))
		for i := range rules {
			lessons[i] = learn(tallies[i], u, rules[i].given)
		}
		m = teach(lessons)
		u = byChance(seen, m, u, prior)
	}
	l.model = newModel(m, u, c)
	l.model.kindred = kindred(seen, m, u, prior)
	l.result.Model = l.model
	return nil
}

// tallyRule counts the patterns of the pairs of one rule's blocks, of a fixed
// part of the blocks where there are more than limit pairs.
func (s *Set) tallyRule(b *blocks, limit int64) tally {
	t := tally{}
	step := uint64(b.report.Pairs/limit) + 1
	var r rarities
	for k, from := range b.starts {
		places := b.places[from:b.ends[k]]
		if scramble(places[0].key)%step != 0 {
			continue
		}
		for x := range places {
			for y := x + 1; y < len(places); y++ {
				a, b := &s.entries[places[x].at], &s.entries[places[y].at]
				if !kin(a, b) {
					t[s.compare(a, b, &r)]++
				}
			}
		}
	}
	return t
}

// portion is a run of blocks of about as many pairs as the others.
type portion struct{ rule, from, to int }

const portionPairs = 20_000

func (l *linker) portions() []portion {
	var all []portion
	for r, b := range l.blocks {
		from, pairs := 0, 0
		for k := range b.starts {
			n := int(b.ends[k] - b.starts[k])
			pairs += n * (n - 1) / 2
			if pairs >= portionPairs || k+1 == len(b.starts) {
				all = append(all, portion{r, from, k + 1})
				from, pairs = k+1, 0
			}
		}
	}
	return all
}

// compare scores every pair that shares a block, each once, and keeps those
// that could reach the review.
func (l *linker) compare(ctx context.Context) error {
	portions := l.portions()
	found := make([]*found, len(portions))
	err := l.each(ctx, len(portions), func(i int) { found[i] = l.comparePortion(portions[i]) })
	if err != nil {
		return err
	}
	l.weights = map[int32]int64{}
	for _, f := range found {
		l.found = append(l.found, f.pairs...)
		l.result.Compared += f.compared
		for w, n := range f.weights {
			l.weights[w] += n
		}
	}
	slices.SortFunc(l.found, compareScored)
	return nil
}

type found struct {
	pairs    []scored
	compared int64
	weights  map[int32]int64
}

func (l *linker) comparePortion(p portion) *found {
	f := &found{weights: map[int32]int64{}}
	b := l.blocks[p.rule]
	least := l.leastScore()
	var rows []keyRow
	var r rarities
	visited := int64(0)
	for k := p.from; k < p.to; k++ {
		places := b.places[b.starts[k]:b.ends[k]]
		rows = slices.Grow(rows[:0], len(places))[:len(places)]
		for x := range places {
			l.set.row(&l.set.entries[places[x].at], p.rule, l.capped, &rows[x])
		}
		for x := range places {
			a := &l.set.entries[places[x].at]
			for y := x + 1; y < len(places); y++ {
				visited++
				if seen(&rows[x], &rows[y], p.rule, places[0].key) {
					continue
				}
				f.compared++
				b := &l.set.entries[places[y].at]
				pattern := l.set.compare(a, b, &r)
				score := l.scoreOf(a, b, pattern, &r)
				if score >= least {
					f.pairs = append(f.pairs, scored{places[x].at, places[y].at, score})
				}
				if score > -64000 && !kin(a, b) {
					f.weights[score>>6]++
				}
			}
		}
	}
	l.progress.Add("", visited)
	return f
}

func (l *linker) scoreOf(a, b *entry, p pattern, r *rarities) int32 {
	if kin(a, b) {
		return l.model.kinScore(p, r)
	}
	return l.model.score(p, r)
}

// leastScore is the score below which no pair can reach the review, however
// many pairs of one person there turn out to be.
func (l *linker) leastScore() int32 {
	n := math.Max(float64(len(l.set.entries)), 2)
	return millibits(math.Log2(n/2) + math.Log2(l.options.Review/(1-l.options.Review)))
}

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
