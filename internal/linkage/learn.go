package linkage

import (
	"cmp"
	"math"
	"slices"
)

// shares is how often each level of each field comes, among the pairs where
// the field is known.
type shares [fieldCount]ofLevels

// ofLevels is how often each level of one field comes.
type ofLevels [levelCount]float64

// textShares are what is expected of a text that one person gives twice.
var textShares = [levelCount]float64{.70, .06, .10, .02, .03, .01, .02, .02, .02, .02}

// expected is what is thought of two records of one person before any data
// are seen. It counts as expectedPairs pairs, so that it decides where data
// are few and is forgotten where they are many.
var expected = shares{
	Name:     textShares,
	Mother:   textShares,
	Born:     {.82, .03, .03, .03, .03, .02, .01, .01, .02},
	Sex:      {.98, .02},
	Area:     {.70, .12, .10, .05, .03},
	Address:  {.45, .05, .12, .02, .04, .04, .05, .10, .05, .08},
	Place:    {.78, .02, .08, .01, .02, .01, .01, .01, .01, .05},
	Postcode: {.85, .08, 0, .07},
	Phone:    {.70, .08, 0, .22},
	Number:   {.80, .14, 0, .06},
	Numbered: {.85, .15},
	Dated:    {.95, .05},
}

const expectedPairs = 12

// expectedHome is the same of two people of one home: they share what the
// home has, perhaps a family name or a mother, and differ in themselves.
var expectedHome = shares{
	Name:     {.005, .005, .01, .01, .01, .03, .03, .35, .10, .45},
	Mother:   {.35, .02, .03, .01, .01, .01, .01, .02, .04, .50},
	Born:     {.015, .005, .01, .01, .01, .06, .02, .06, .81},
	Sex:      {.5, .5},
	Area:     {.92, .04, .02, .01, .01},
	Address:  {.70, .04, .08, .02, .02, .02, .02, .04, .03, .03},
	Place:    {.90, .02, .03, .01, .005, .005, .005, .005, .005, .015},
	Postcode: {.93, .04, 0, .03},
	Phone:    {.60, .02, 0, .38},
	Number:   {.005, .015, .05, .93},
	Numbered: {.85, .15},
	Dated:    {.10, .90},
}

// expectedKin is the same of two people of one family who are known by their
// name and town.
var expectedKin = func() shares {
	kin := expectedHome
	kin[Name] = ofLevels{.005, .005, .01, .01, .01, .03, .03, .86, .02, .02}
	return kin
}()

// counted is a pattern and how many pairs showed it.
type counted struct {
	pattern pattern
	pairs   float64
}

// sorted returns the tally in one order, since sums of floats depend on it.
func (t tally) sorted() []counted {
	all := make([]counted, 0, len(t))
	for p, n := range t {
		all = append(all, counted{p, float64(n)})
	}
	slices.SortFunc(all, func(a, b counted) int { return cmp.Compare(a.pattern, b.pattern) })
	return all
}

// byChance measures how often each level comes between two strangers. Among
// random pairs there are some of one person or of one home: each counts for
// as much as it is likely, under what was learned, to be neither.
func byChance(seen []counted, x *mixture) *shares {
	var sum shares
	for _, c := range seen {
		two := c.pairs
		if x != nil {
			one, home := x.posterior(c.pattern, 0)
			two *= 1 - one - home
		}
		for f := range fieldCount {
			if l := c.pattern.level(f); l != unknown {
				sum[f][l] += two
			}
		}
	}
	return sum.normalised(func(f Field, l int) float64 { return .5 / float64(f.levels()) })
}

// normalised turns counts into shares, after adding prior counts.
func (s shares) normalised(prior func(f Field, l int) float64) *shares {
	for f := range fieldCount {
		total := 0.0
		for l := range f.levels() {
			s[f][l] += prior(f, l)
			total += s[f][l]
		}
		for l := range f.levels() {
			s[f][l] /= total
		}
	}
	return &s
}

// Of the pairs of one person at most so many have names or mothers with but a
// word in common or nothing, and birth dates as far apart as any two are. What
// is commoner is not one person: people of one town and year, say, or children
// of one mother, of whom long lists have far more pairs than people on them
// twice.
const (
	mostInPart = .1
	mostApart  = .1
)

// ofOne returns the shares as those of records of one person can be.
func (s *shares) ofOne() *shares {
	s[Name].limit(TextWord, mostInPart)
	s[Mother].limit(TextWord, mostInPart)
	s[Born].limit(BornClose, mostApart)
	return s
}

// limit holds the levels from one on to a share of all.
func (levels *ofLevels) limit(from Level, most float64) {
	share := 0.
	for _, s := range levels[from:] {
		share += s
	}
	if share <= most {
		return
	}
	for l := range levels {
		if Level(l) < from {
			levels[l] *= (1 - most) / (1 - share)
		} else {
			levels[l] *= most / share
		}
	}
}

// mixture is the three kinds of pairs: of one person, of two people of one
// home, and of two strangers, each with how often each level comes, and how
// often the first two come themselves.
type mixture struct {
	one, home, two *shares
	ones, homes    float64
	bonds          bonds
}

// posterior returns how likely a pair with this pattern is of one person, and
// of two people of one home, leaving out the fields given.
func (x *mixture) posterior(p pattern, given fields) (float64, float64) {
	return x.posteriorBy(p, given, x.bonds.odds(p, given))
}

// posteriorBy is posterior where the odds of the bonds are known.
func (x *mixture) posteriorBy(p pattern, given fields, odds float64) (float64, float64) {
	one, home, two := x.ones, x.homes, 1-x.ones-x.homes
	for f := range fieldCount {
		l := p.level(f)
		if l == unknown || given.has(f) {
			continue
		}
		one *= x.one[f][l]
		home *= x.home[f][l]
		two *= x.two[f][l]
	}
	two *= odds
	all := one + home + two
	if all == 0 {
		return 0, 0
	}
	return one / all, home / all
}

// lesson is what the pairs of one rule teach.
type lesson struct {
	given fields
	pairs float64
	one   class
	home  class
}

// class is what is expected of the pairs of one kind among those of a rule.
type class struct {
	sums  shares  // pairs by level
	pairs float64 // all of them
}

func (c *class) add(p pattern, pairs float64) {
	c.pairs += pairs
	for f := range fieldCount {
		if l := p.level(f); l != unknown {
			c.sums[f][l] += pairs
		}
	}
}

// share is the part of a rule's pairs that are of this kind.
func (c *class) share(of float64) float64 { return c.pairs / math.Max(of, 1) }

// rounds is how often expectation maximisation goes round: it settles well
// before.
const rounds = 40

// learn runs expectation maximisation on the pairs of one rule's blocks: what
// two strangers agree on by chance stays as measured; what two records of one
// person agree on and what two people of one home do, and how many such pairs
// there are, is learned.
func learn(seen []counted, two *mixture, given fields, like *homeLike, homes bool) lesson {
	m, v := expected, *like.expected
	x := mixture{one: &m, home: &v, two: two.two, bonds: two.bonds, ones: .05}
	if homes {
		x.homes = .05
	}
	out := lesson{given: given}
	for _, c := range seen {
		out.pairs += c.pairs
	}
	if out.pairs == 0 {
		return out
	}
	odds := make([]float64, len(seen))
	for i, c := range seen {
		odds[i] = x.bonds.odds(c.pattern, given)
	}
	for range rounds {
		out.one, out.home = class{}, class{}
		for i, c := range seen {
			one, home := x.posteriorBy(c.pattern, given, odds[i])
			out.one.add(c.pattern, c.pairs*one)
			out.home.add(c.pattern, c.pairs*home)
		}
		m, v = *out.one.sums.normalised(expectedCount).ofOne(), *out.home.sums.normalised(like.count)
		x.ones = math.Max((out.one.pairs+.5)/(out.pairs+1), 1e-9)
		if homes {
			x.homes = math.Max((out.home.pairs+.5)/(out.pairs+1), 1e-9)
		}
	}
	return out
}

func expectedCount(f Field, l int) float64 { return expectedPairs * expected[f][l] }

// teach joins the lessons: each field is learned from the rules that do not
// take it for given, foremost from those whose blocks hold little but pairs
// of one kind. In blocks where such pairs are rare, the likenesses of
// relatives and neighbours are easily taken for them.
func teach(lessons []lesson, of func(*lesson) *class, prior func(f Field, l int) float64) *shares {
	var sum shares
	for f := range fieldCount {
		most := 0.0
		for i := range lessons {
			if one := &lessons[i]; !one.given.has(f) {
				most = max(most, of(one).share(one.pairs))
			}
		}
		for i := range lessons {
			one := &lessons[i]
			if most == 0 || one.given.has(f) {
				continue
			}
			trust := math.Pow(of(one).share(one.pairs)/most, 2)
			for l := range f.levels() {
				sum[f][l] += trust * of(one).sums[f][l]
			}
		}
	}
	return sum.normalised(prior)
}
