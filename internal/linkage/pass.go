package linkage

import (
	"context"
	"math"
	"slices"
)

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
		tallies[i] = l.set.tallyRule(l.blocks[i], learnFrom, l.options.Between).sorted()
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
	l.model = newModel(m, u, c, kindred(seen, m, u, prior))
	l.result.Model = l.model
	return nil
}

// tallyRule counts the patterns of the pairs of one rule's blocks, of a fixed
// part of the blocks where there are more than limit pairs.
func (s *Set) tallyRule(b *blocks, limit int64, between bool) tally {
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
				if !kin(a, b) && (!between || a.list != b.list) {
					t[s.compare(a, b, &r).learned()]++
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
	for _, f := range found {
		l.found = append(l.found, f.pairs...)
		l.result.Compared += f.compared
	}
	slices.SortFunc(l.found, compareScored)
	return nil
}

type found struct {
	pairs    []scored
	compared int64
}

func (l *linker) comparePortion(p portion) *found {
	f := &found{}
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
				b := &l.set.entries[places[y].at]
				if l.options.Between && a.list == b.list {
					continue
				}
				f.compared++
				pattern := l.set.compare(a, b, &r)
				score := l.scoreOf(a, b, pattern, &r)
				if score >= least {
					f.pairs = append(f.pairs, scored{places[x].at, places[y].at, score})
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

// slack is how many bits below the decision pairs are kept, as what is learned
// of the pairs that remain moves their weights.
const slack = 6

// leastScore is the score below which a pair cannot become one of the review,
// however many pairs of one person there turn out to be.
func (l *linker) leastScore() int32 {
	n := math.Max(float64(len(l.set.entries)), 2)
	return millibits(math.Log2(n/2) + math.Log2(l.options.Review/(1-l.options.Review)) - slack)
}
