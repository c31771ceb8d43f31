package linkage

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"slices"
)

// Rare names go together: a mother of a small community has children of its
// names, which are rare in the whole list and not at all among her neighbours.
// Who shares both is the likelier a stranger for it, and the more so the rarer
// they are; of common names this is hardly so.

// kindred is how much less the mother's name weighs where the name agrees too,
// in thousandths of a bit, by how rare the less rare of the two is.
type kindred [kinds]int32

const (
	kinds    = 16
	kindBits = 2000 // thousandths of a bit of rarity of a kind
)

func kindOf(rarity int32) int { return int(min(max(rarity, 0)/kindBits, kinds-1)) }

func (k *kindred) of(f Field, p pattern, r *rarities) int32 {
	if f != Mother {
		return 0
	}
	return k.ofMother(p, r)
}

func (k *kindred) ofMother(p pattern, r *rarities) int32 {
	if p.level(Name) >= TextWord || p.level(Mother) >= TextWord {
		return 0
	}
	return k[kindOf(min(r[Name], r[Mother]))]
}

// mothersOfKind is how many pairs are drawn of those whose mothers' names are as
// rare and have the same consonants.
const mothersOfKind = 1 << 15

// kindred measures on such pairs how often the names are the same too, against
// how often they are between any two records. What is usual of all pairs is left
// to the other weights: it tells none from another.
func (l *linker) kindred(ctx context.Context, x *mixture) (out kindred, err error) {
	seen, err := l.metByKind(ctx, x)
	if err != nil {
		return out, err
	}
	usual := l.usualByKind()
	var expected kindCounts
	all, of := 0., 0.
	for kind := range kinds {
		for mother := kind; mother < kinds; mother++ {
			expected[kind] += seen.mothers[mother] * usual.from(kind, mother)
		}
		all += seen.same[kind]
		of += expected[kind]
	}
	if of == 0 || all == 0 {
		return out, nil
	}
	for kind := range kinds {
		if kind > 0 {
			out[kind] = out[kind-1]
		}
		if seen.enough[kind] >= enoughOfKind && expected[kind] > 0 {
			out[kind] = max(out[kind], millibits(math.Log2(seen.same[kind]/expected[kind]*of/all)))
		}
	}
	return out, nil
}

// enoughOfKind is how many pairs must share a name for their kind to be judged.
const enoughOfKind = 10

// kindCounts is a number by kind.
type kindCounts [kinds]float64

// from returns how likely it is that two names are the same and that, beside a
// mother's name of a kind, the less rare is of a kind.
func (k *kindCounts) from(kind, mother int) float64 {
	if kind < mother {
		return k[kind]
	}
	sum := 0.
	for _, share := range k[kind:] {
		sum += share
	}
	return sum
}

// usualByKind returns how often two records have the same name, by how rare it
// is.
func (l *linker) usualByKind() (out kindCounts) {
	for i := range l.set.entries {
		if e := &l.set.entries[i]; e.at[Name] >= 0 {
			rare := int32(e.rare[Name])
			out[kindOf(rare)] += math.Exp2(-float64(rare)/1000) / float64(len(l.set.entries))
		}
	}
	return out
}

// metByKind is what was seen on pairs of strangers with mothers of one name: how
// many there are by the mother's kind; and of those who share the name, how many
// by the kind of the less rare, and how many of these were looked at.
type metByKind struct{ mothers, same, enough kindCounts }

func (m *metByKind) add(o *metByKind) {
	for kind := range kinds {
		m.mothers[kind] += o.mothers[kind]
		m.same[kind] += o.same[kind]
		m.enough[kind] += o.enough[kind]
	}
}

func (l *linker) metByKind(ctx context.Context, x *mixture) (out metByKind, err error) {
	runs := l.mothers()
	var of [kinds]metByKind
	err = l.each(ctx, kinds, func(c *comparer, mother int) { of[mother] = l.metOfKind(c, x, mother, runs[mother]) })
	for mother := range of {
		out.add(&of[mother])
	}
	return out, err
}

// metOfKind draws pairs, always the same ones for the same records.
func (l *linker) metOfKind(c *comparer, x *mixture, mother int, runs []sameMother) (out metByKind) {
	if len(runs) == 0 {
		return out
	}
	pairs := runs[len(runs)-1].pairs
	drawn := min(mothersOfKind, pairs)
	weight := float64(pairs) / float64(drawn)
	random := rand.New(rand.NewPCG(3, uint64(mother)))
	for range drawn {
		at, _ := slices.BinarySearchFunc(runs, random.Int64N(pairs)+1, func(r sameMother, p int64) int { return cmp.Compare(r.pairs, p) })
		run := runs[at]
		i, j := run.from+random.Int32N(run.to-run.from), run.from+random.Int32N(run.to-run.from)
		a, b := &l.set.entries[i], &l.set.entries[j]
		if i == j || kin(a, b) || !l.compares(a, b) {
			continue
		}
		var r rarities
		p := c.compare(a, b, &r)
		one, home := x.posterior(p.learned(), 0)
		two := 1 - one - home
		out.mothers[mother] += two * weight
		if p.level(Name) == TextSame {
			kind := min(kindOf(r[Name]), mother)
			out.same[kind] += two * weight
			out.enough[kind] += two
		}
	}
	return out
}

// sameMother is a run of records whose mothers' names have the same consonants,
// and how many pairs it and the runs before hold.
type sameMother struct {
	pairs    int64
	from, to int32
}

// mothers returns the runs by the mother's kind; such records lie next to each
// other.
func (l *linker) mothers() (out [kinds][]sameMother) {
	d, entries := l.set.text[Mother], l.set.entries
	for from := 0; from < len(entries); {
		mother := d.skeleton(entries[from].at[Mother])
		to := from + 1
		for to < len(entries) && d.skeleton(entries[to].at[Mother]) == mother {
			to++
		}
		if n := int64(to - from); mother != 0 && n > 1 {
			runs := &out[kindOf(int32(entries[from].rare[Mother]))]
			pairs := n * (n - 1) / 2
			if len(*runs) > 0 {
				pairs += (*runs)[len(*runs)-1].pairs
			}
			*runs = append(*runs, sameMother{pairs, int32(from), int32(to)})
		}
		from = to
	}
	return out
}
