package targeting

import (
	"slices"

	"gotong/internal/column"
)

// scorer computes the scores of stretches of families from the planes of
// their facts, 64 rows at a time. Facts whose codes together have eight bits
// at most share one table of what they add, so that most of a model is a few
// look-ups a family. It is for one worker.
type scorer struct {
	model *Model
	facts []fact
	of    [][2]int // the facts of each term: what it counts, and what it hangs on or -1
	made  []coding // of facts, when the tables were made
	sets  []fused
	wide  []int // terms that no table has room for
}

// fact is a column that the model reads.
type fact struct {
	code string
	// strict: a family of which it is not known has no score.
	strict bool
	planes *column.Planes
}

// coding is what a table depends on.
type coding struct {
	base, step int64
	bits       int
}

// fused is a table of what the terms of some facts add. Facts that share a
// term stand together.
type fused struct {
	units []unit
	table [256]int64
	bits  [8]column.Bitmap // of the facts, in order, each after its known rows if it is not strict
	n     int
}

// unit is terms that share facts.
type unit struct{ terms, facts []int }

// lacking is added where a term has no value. No sum of others comes near it.
const lacking = int64(1) << 40

func newScorer(m *Model) *scorer {
	s := &scorer{model: m}
	for _, i := range m.Indicators() {
		s.facts = append(s.facts, fact{code: i.Code, strict: true})
	}
	place := func(code string) int { return slices.IndexFunc(s.facts, func(f fact) bool { return f.code == code }) }
	for i := range m.Terms {
		t := &m.Terms[i]
		of := [2]int{place(t.Indicator.Code), -1}
		if t.When != nil {
			of[1] = place(t.When.Indicator.Code)
			s.facts[of[1]].strict = false
		}
		if t.When != nil || t.Missing != nil {
			s.facts[of[0]].strict = false
		}
		s.of = append(s.of, of)
	}
	return s
}

// factsOf returns the places of the facts of a term.
func (s *scorer) factsOf(term int) []int {
	if s.of[term][1] < 0 {
		return s.of[term][:1]
	}
	return s.of[term][:]
}

// score writes the scores of a stretch from row at of into on, and which of
// them there are.
func (s *scorer) score(families *column.Table, into *scores, at int) {
	s.read(families)
	words := (families.Rows + 63) / 64
	known := into.known[at/64 : at/64+words]
	known.Fill(families.Rows)
	for i := range s.facts {
		for w := range known {
			if s.facts[i].strict {
				known[w] &= s.facts[i].planes.Known[w]
			}
		}
	}
	for w := range known {
		var sum [64]int64
		s.addWide(&sum, w)
		s.addSets(&sum, w)
		var there uint64
		for j := range sum {
			there |= uint64(sum[column.Spot(j)]-lacking/2) >> 63 << uint(j)
		}
		known[w] &= there
		out := into.values[at+w*64 : min(at+families.Rows, at+w*64+64)]
		for j := range out {
			out[j] = int32(sum[column.Spot(j)]) & -int32(known[w]>>uint(j)&1)
		}
	}
}

// abreast is how many tables are added at once: the sums are then read and
// written a fourth as often.
const abreast = 4

// addSets adds to the sums of word w's rows, each at its spot, what the tables
// say.
func (s *scorer) addSets(sum *[64]int64, w int) {
	var codes [abreast][64]byte
	sets := s.sets
	for ; len(sets) >= abreast; sets = sets[abreast:] {
		for k := range codes {
			column.Bytes(&codes[k], sets[k].bits[:sets[k].n], w)
		}
		a, b, c, d := &sets[0].table, &sets[1].table, &sets[2].table, &sets[3].table
		for j := range sum {
			sum[j] += a[codes[0][j]] + b[codes[1][j]] + c[codes[2][j]] + d[codes[3][j]]
		}
	}
	for i := range sets {
		column.Bytes(&codes[0], sets[i].bits[:sets[i].n], w)
		for j, code := range codes[0] {
			sum[j] += sets[i].table[code]
		}
	}
}

// read points the tables to a stretch, and makes them anew where its facts
// are coded otherwise than those before.
func (s *scorer) read(families *column.Table) {
	same := len(s.made) == len(s.facts)
	for i := range s.facts {
		f := &s.facts[i]
		if f.planes = families.Planes[f.code]; f.planes == nil {
			f.planes = column.Cut(families.Of(f.code))
		}
		same = same && s.made[i] == coding{f.planes.Base, f.planes.Step, len(f.planes.Bits)}
	}
	if !same {
		s.plan()
	}
	for i := range s.sets {
		set := &s.sets[i]
		set.n = 0
		for _, u := range set.units {
			for _, at := range u.facts {
				f := &s.facts[at]
				if !f.strict {
					set.bits[set.n] = f.planes.Known
					set.n++
				}
				set.n += copy(set.bits[set.n:], f.planes.Bits)
			}
		}
	}
}

// width returns how many bits of a table's index a fact takes.
func (f *fact) width() int {
	n := len(f.planes.Bits)
	if !f.strict {
		n++
	}
	return n
}

// plan shares the terms out among tables, each into the first with room, and
// fills these.
func (s *scorer) plan() {
	s.made, s.sets, s.wide = s.made[:0], s.sets[:0], s.wide[:0]
	for i := range s.facts {
		p := s.facts[i].planes
		s.made = append(s.made, coding{p.Base, p.Step, len(p.Bits)})
	}
	for _, terms := range s.together() {
		var facts []int
		for _, t := range terms {
			facts = append(facts, s.factsOf(t)...)
		}
		slices.Sort(facts)
		facts = slices.Compact(facts)
		s.put(unit{terms, facts})
	}
	for i := range s.sets {
		s.fill(&s.sets[i])
	}
}

// together returns the terms in groups: those that share a fact are in one.
func (s *scorer) together() (groups [][]int) {
	group := make([]int, len(s.facts)) // of each fact, its place in groups and 1 more
	for t := range s.model.Terms {
		at := 0
		for _, f := range s.factsOf(t) {
			if g := group[f]; g != 0 && at != 0 && g != at { // two groups become one
				groups[at-1] = append(groups[at-1], groups[g-1]...)
				groups[g-1] = nil
				for i := range group {
					if group[i] == g {
						group[i] = at
					}
				}
			} else if g != 0 {
				at = g
			}
		}
		if at == 0 {
			groups = append(groups, nil)
			at = len(groups)
		}
		for _, f := range s.factsOf(t) {
			group[f] = at
		}
		groups[at-1] = append(groups[at-1], t)
	}
	return groups
}

// width returns how many bits of a table's index the facts of a unit take.
func (s *scorer) width(u unit) (n int) {
	for _, f := range u.facts {
		n += s.facts[f].width()
	}
	return n
}

// put gives a unit a table, or none where its facts have too many bits.
func (s *scorer) put(u unit) {
	need := s.width(u)
	if need > 8 {
		s.wide = append(s.wide, u.terms...)
		return
	}
	at := slices.IndexFunc(s.sets, func(x fused) bool {
		used := 0
		for _, u := range x.units {
			used += s.width(u)
		}
		return used+need <= 8
	})
	if at < 0 {
		s.sets = append(s.sets, fused{})
		at = len(s.sets) - 1
	}
	s.sets[at].units = append(s.sets[at].units, u)
}

// fill computes a table.
func (s *scorer) fill(set *fused) {
	clear(set.table[:])
	shift := 0
	for _, u := range set.units {
		width := s.width(u)
		var adds [256]int64
		for code := range 1 << width {
			adds[code] = s.adds(u, uint64(code))
		}
		for code := range set.table {
			set.table[code] += adds[code>>shift&(1<<width-1)]
		}
		shift += width
	}
}

// adds returns what the terms of a unit add for a code of its facts.
func (s *scorer) adds(u unit, code uint64) (sum int64) {
	var values [8]int64
	var known [8]bool
	for i, at := range u.facts {
		f := &s.facts[at]
		known[i] = true
		if !f.strict {
			known[i], code = code&1 != 0, code>>1
		}
		n := uint(len(f.planes.Bits))
		values[i], code = f.planes.Base+f.planes.Step*int64(code&(1<<n-1)), code>>n
	}
	for _, i := range u.terms {
		t := &s.model.Terms[i]
		at, asked, told := slices.Index(u.facts, s.of[i][0]), true, true
		if t.When != nil {
			w := slices.Index(u.facts, s.of[i][1])
			asked, told = slices.Contains(t.When.Values, values[w]), known[w]
		}
		sum += t.adds(values[at], known[at], asked, told)
	}
	return sum
}

// adds returns what the term adds: of a value that may not be known, where the
// condition is met or not, if that is told.
func (t *Term) adds(v int64, known, asked, told bool) int64 {
	switch {
	case told && !asked:
		return 0
	case told && known:
		return t.add(v)
	case t.Missing != nil:
		return *t.Missing
	}
	return lacking
}

// addWide begins the sums of word w's rows, each at its spot, with the
// intercept and the terms without a table.
func (s *scorer) addWide(sum *[64]int64, w int) {
	for j := range sum {
		sum[j] = s.model.Intercept
	}
	var values [64]int64
	for _, i := range s.wide {
		t := &s.model.Terms[i]
		f := &s.facts[s.of[i][0]]
		f.planes.Word(&values, w)
		if f.strict && t.Points == nil && t.counts() {
			for j, v := range values {
				sum[column.Spot(j)] += t.Each * min(max(v, t.From), t.To)
			}
			continue
		}
		asked := func(int) (asked, told bool) { return true, true }
		if t.When != nil {
			of := s.facts[s.of[i][1]].planes
			asked = func(row int) (asked, told bool) {
				v, told := of.At(row)
				return slices.Contains(t.When.Values, v), told
			}
		}
		for j, v := range values {
			yes, told := asked(w*64 + j)
			sum[column.Spot(j)] += t.adds(v, f.planes.Known[w]>>uint(j)&1 != 0, yes, told)
		}
	}
}
