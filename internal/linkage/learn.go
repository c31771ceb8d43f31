package linkage

import (
	"cmp"
	"math"
	"slices"
)

// shares is how often each level of each field comes, among the pairs where
// the field is known.
type shares [fieldCount][levelCount]float64

// textShares are what is expected of a text that one person gives twice.
var textShares = [levelCount]float64{.70, .06, .10, .02, .04, .02, .02, .02, .02}

// expected is what is thought of two records of one person before any data
// are seen. It counts as expectedPairs pairs, so that it decides where data
// are few and is forgotten where they are many.
var expected = shares{
	Name:     textShares,
	Mother:   textShares,
	Born:     {.82, .03, .03, .03, .03, .02, .01, .01, .02},
	Sex:      {.98, .02},
	Area:     {.70, .12, .10, .05, .03},
	Address:  {.45, .05, .12, .02, .08, .05, .10, .05, .08},
	Place:    {.78, .02, .08, .01, .03, .01, .01, .01, .05},
	Postcode: {.85, .08, 0, .07},
	Phone:    {.70, .08, 0, .22},
	Number:   {.80, .14, 0, .06},
	Numbered: {.85, .15},
}

const expectedPairs = 12

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

// byChance measures how often each level comes between two people. Among
// random pairs there are some of one person: each counts for as much as it
// is likely, under m and a prior, to be of two.
func byChance(seen []counted, m, u *shares, prior float64) *shares {
	var sum shares
	for _, c := range seen {
		two := c.pairs
		if m != nil {
			two *= 1 - posterior(c.pattern, m, u, prior, nil)
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

// posterior returns how likely a pair with this pattern is of one person,
// leaving out the fields given.
func posterior(p pattern, m, u *shares, prior float64, given []Field) float64 {
	one, two := prior, 1-prior
	for f := range fieldCount {
		l := p.level(f)
		if l == unknown || slices.Contains(given, f) {
			continue
		}
		one *= m[f][l]
		two *= u[f][l]
	}
	if one+two == 0 {
		return 0
	}
	return one / (one + two)
}

// lesson is what the pairs of one rule teach.
type lesson struct {
	given   []Field
	pairs   float64
	sums    shares  // expected pairs of one person by level
	matches float64 // expected pairs of one person
}

// rounds is how often expectation maximisation goes round: it settles well
// before.
const rounds = 40

// learn runs expectation maximisation on the pairs of one rule's blocks: what
// two people agree on by chance stays as measured, what two records of one
// person agree on, and how many such pairs there are, is learned.
func learn(seen []counted, u *shares, given []Field) lesson {
	m, prior := expected, .05
	total := 0.0
	for _, c := range seen {
		total += c.pairs
	}
	out := lesson{given: given, pairs: total}
	if total == 0 {
		return out
	}
	for range rounds {
		out.sums, out.matches = shares{}, 0
		for _, c := range seen {
			p := posterior(c.pattern, &m, u, prior, given)
			if p < .5 {
				continue
			}
			one := c.pairs * p
			out.matches += one
			for f := range fieldCount {
				if l := c.pattern.level(f); l != unknown {
					out.sums[f][l] += one
				}
			}
		}
		m = *out.sums.normalised(expectedCount)
		prior = math.Max((out.matches+.5)/(total+1), 1e-9)
	}
	return out
}

func expectedCount(f Field, l int) float64 { return expectedPairs * expected[f][l] }

// teach joins the lessons: each field is learned from the rules that do not
// take it for given, foremost from those whose blocks hold little but pairs
// of one person. In blocks where such pairs are rare, the likenesses of
// relatives and neighbours are easily taken for them.
func teach(lessons []lesson) *shares {
	var sum shares
	for f := range fieldCount {
		most := 0.0
		for _, one := range lessons {
			if !slices.Contains(one.given, f) {
				most = max(most, one.purity())
			}
		}
		for _, one := range lessons {
			if most == 0 || slices.Contains(one.given, f) {
				continue
			}
			trust := math.Pow(one.purity()/most, 2)
			for l := range f.levels() {
				sum[f][l] += trust * one.sums[f][l]
			}
		}
	}
	return sum.normalised(expectedCount)
}

// purity is the share of a rule's pairs that are of one person.
func (l *lesson) purity() float64 { return l.matches / math.Max(l.pairs, 1) }

// kindred measures how much oftener two people agree on both the name and the
// mother's name than either agreement alone would have it, in thousandths of
// a bit: a community has its own names for mothers and children alike.
func kindred(seen []counted, m, u *shares, prior float64) int32 {
	agrees := func(p pattern, f Field) bool { return p.level(f) < TextWord }
	var all, names, mothers, both float64
	for _, c := range seen {
		if c.pattern.level(Name) == unknown || c.pattern.level(Mother) == unknown {
			continue
		}
		two := c.pairs * (1 - posterior(c.pattern, m, u, prior, nil))
		all += two
		n, mo := agrees(c.pattern, Name), agrees(c.pattern, Mother)
		if n {
			names += two
		}
		if mo {
			mothers += two
		}
		if n && mo {
			both += two
		}
	}
	if both < enoughSeen {
		return 0
	}
	return max(0, millibits(math.Log2(both*all/(names*mothers))))
}
