package linkage

import (
	"context"
	"math"
)

// learnFrom is about how many pairs of each rule are learned from.
const learnFrom = 40_000

// learn measures chance agreement and learns what records of one person
// agree on. What was learned then cleans the measure: among few records even
// random pairs hold some of one person.
func (l *linker) learn(ctx context.Context) error {
	c, err := l.chance(ctx)
	if err != nil {
		return err
	}
	seen := c.seen.sorted()
	tallies := make([][]counted, len(rules))
	err = l.each(ctx, len(rules), func(cmp *comparer, i int) {
		tallies[i] = l.tally(cmp, i).sorted()
		l.progress.Add("", 1)
	})
	if err != nil {
		return err
	}
	prior := 1 / math.Max(float64(len(l.set.entries)), 2)
	lessons := make([]lesson, len(rules))
	x := &mixture{two: byChance(seen, nil)}
	x.bonds = bondsOf(seen, nil)
	like := l.homesLike()
	homes := true
	learnAll := func() error {
		return l.each(ctx, len(rules), func(_ *comparer, i int) { lessons[i] = learn(tallies[i], x, rules[i].given(), like, homes) })
	}
	for range 3 {
		if err := learnAll(); err != nil {
			return err
		}
		if homes && !l.homely(lessons, like) {
			homes = false
			if err := learnAll(); err != nil {
				return err
			}
		}
		x.one = teach(lessons, func(l *lesson) *class { return &l.one }, expectedCount).ofOne()
		x.home = teach(like.lessons(lessons), func(l *lesson) *class { return &l.home }, like.count)
		x.ones, x.homes = prior, 0
		if homes {
			x.homes = l.homes(lessons, like)
		}
		x.two, x.bonds = byChance(seen, x), bondsOf(seen, x)
	}
	l.model = newModel(x, c)
	l.model.homeLevel = like.level
	if l.model.kindred, err = l.kindred(ctx, x); err != nil {
		return err
	}
	l.result.Model = l.model
	l.settleMost(lessons)
	return nil
}

// settleMost finds more pairs of one person than there can be: as many as the
// rules hold, each counted for itself, or one for every second record.
func (l *linker) settleMost(lessons []lesson) {
	held := 0.0
	for i := range lessons {
		held += l.held(&lessons[i], i, &lessons[i].one)
	}
	n := float64(len(l.set.entries))
	l.most = math.Min(math.Max(held, n/100), n/2) + 1
}

// homely reports whether the list is one of homes: more of the pairs that
// share what a home has are of two people than of one. Else pairs of homes
// are too few to be taken for the rule, and to be learned.
func (l *linker) homely(lessons []lesson, like *homeLike) bool {
	one, home := 0.0, 0.0
	for i := range lessons {
		if rules[i].of(like.parts) {
			one += l.held(&lessons[i], i, &lessons[i].one)
			home += l.held(&lessons[i], i, &lessons[i].home)
		}
	}
	return home > one
}

// homes returns how likely two random records are of two people of one home:
// there are at least as many such pairs as the rule that holds the most has.
func (l *linker) homes(lessons []lesson, like *homeLike) float64 {
	most := 0.0
	for i := range lessons {
		if rules[i].of(like.parts) {
			home := &lessons[i].home
			most = math.Max(most, l.held(&lessons[i], i, home)*home.together())
		}
	}
	return math.Min(most/l.all(), .5)
}

// together returns the share of the pairs that live at one address, of those
// of which it is known: of mothers of one name, most are not one woman.
func (c *class) together() float64 {
	known, same := 0., 0.
	for l, pairs := range c.sums[Address] {
		known += pairs
		if Level(l) < TextWord {
			same += pairs
		}
	}
	if known < enoughSeen {
		return 1
	}
	return same / known
}

// held returns how many pairs of a kind the blocks of a rule hold, by those
// of them that were learned from.
func (l *linker) held(one *lesson, rule int, kind *class) float64 {
	return kind.share(one.pairs) * float64(l.result.Blocks[rule].Pairs)
}

// tally counts the patterns of the pairs of one rule's blocks, of a fixed
// part of the blocks where there are too many.
func (l *linker) tally(c *comparer, rule int) tally {
	t := tally{}
	step := uint64(l.result.Blocks[rule].Pairs/learnFrom) + 1
	number := uint64(0)
	for _, p := range l.blocks.of(rule) {
		members, err := l.blocks.read(p, &c.room)
		if err != nil {
			l.fail(err)
			return t
		}
		for len(members) > 0 {
			var block []member
			block, members = firstBlock(members)
			if scramble(number)%step == 0 {
				l.tallyBlock(c, block, t)
			}
			number++
		}
	}
	return t
}

func (l *linker) tallyBlock(c *comparer, block []member, t tally) {
	var r rarities
	for x, i := range block {
		for _, j := range block[x+1:] {
			if a, b := &l.set.entries[i.at()], &l.set.entries[j.at()]; !kin(a, b) && l.compares(a, b) {
				t[c.compare(a, b, &r).learned()]++
			}
		}
	}
}
