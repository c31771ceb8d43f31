package targeting

import (
	"encoding/binary"
	"math"
	"slices"
	"sync"

	"gotong/internal/column"
	"gotong/internal/vector"
)

// scorer computes the scores of stretches of families from the planes of
// their facts, 64 rows at a time. Facts whose codes together have eight bits
// at most share one table of what they add, so that most of a model is a few
// look-ups a family. It is for one worker.
//
// Tables and sums are in 32 bits: each says how much more than its least it
// adds, and where a family lacks a fact, more than all could come to together.
type scorer struct {
	model *Model
	facts []fact
	of    [][2]int // the facts of each term: what it counts, and what it hangs on or -1
	units []unit   // terms that share facts
	*plan
	plans *sync.Map // by coding of the facts, shared with other workers: *plan
	key   []byte    // of the plan

	bits         [][]column.Bitmap // of each of the plan's sets
	sums, values []int32
	numbers      []int64
}

// plan is how a model is computed from facts that are coded in some way. It
// does not change.
type plan struct {
	sets   []fused
	wide   []int  // terms that no table has room for
	narrow bool   // sums fit 32 bits; else rows are scored one by one
	base   int32  // what a score is if all add their least
	limit  uint32 // more than sums come to
}

// fact is a column that the model reads.
type fact struct {
	code string
	// strict: a family of which it is not known has no score.
	strict bool
	planes *column.Planes
}

// fused is a table of what the terms of some facts add. Facts that share a
// term stand together.
type fused struct {
	units []unit
	width int // bits of the facts, in order, each after its known rows if it is not strict
	adds  [256]int64
	table vector.Table
}

// unit is terms that share facts.
type unit struct{ terms, facts []int }

// lacking is added where a term has no value. No sum of others comes near it.
const lacking = int64(1) << 40

func newScorer(m *Model, plans *sync.Map) *scorer {
	s := &scorer{model: m, plans: plans}
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
	for _, terms := range s.together() {
		if len(terms) == 0 {
			continue
		}
		var facts []int
		for _, t := range terms {
			facts = append(facts, s.factsOf(t)...)
		}
		slices.Sort(facts)
		s.units = append(s.units, unit{terms, slices.Compact(facts)})
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
	if !s.narrow {
		s.oneByOne(families, into, at)
		return
	}
	s.sums, s.values = zeros(s.sums, words*64), zeros(s.values, words*64)
	for _, i := range s.wide {
		s.addWide(i, families.Rows)
	}
	for i := range s.sets {
		vector.AddTable(s.sums, s.bits[i], &s.sets[i].table, words)
	}
	vector.Settle(s.values, s.sums, known, s.limit, s.base)
	copy(into.values[at:at+families.Rows], s.values)
}

// zeros returns memory of n zeros, s's where there is enough.
func zeros(s []int32, n int) []int32 {
	if cap(s) < n {
		return make([]int32, n)
	}
	clear(s[:n])
	return s[:n]
}

// oneByOne is score for a model whose sums might leave 32 bits on their way.
func (s *scorer) oneByOne(families *column.Table, into *scores, at int) {
	c := s.model.Score(families)
	copy(into.known[at/64:], c.Known)
	for i, v := range c.Values {
		into.values[at+i] = int32(v)
	}
}

// read points the tables to a stretch, and makes them where there are none yet
// for facts that are coded as its are.
func (s *scorer) read(families *column.Table) {
	s.key = s.key[:0]
	for i := range s.facts {
		f := &s.facts[i]
		if f.planes = families.Planes[f.code]; f.planes == nil {
			f.planes = column.Cut(families.Of(f.code))
		}
		s.key = binary.AppendVarint(s.key, f.planes.Base)
		s.key = binary.AppendVarint(s.key, f.planes.Step)
		s.key = append(s.key, byte(len(f.planes.Bits)))
	}
	if known, ok := s.plans.Load(string(s.key)); ok {
		s.plan = known.(*plan)
	} else {
		s.make()
		s.plans.Store(string(s.key), s.plan)
	}
	for len(s.bits) < len(s.sets) {
		s.bits = append(s.bits, nil)
	}
	for i := range s.sets {
		bits := s.bits[i][:0]
		for _, u := range s.sets[i].units {
			for _, at := range u.facts {
				f := &s.facts[at]
				if !f.strict {
					bits = append(bits, f.planes.Known)
				}
				bits = append(bits, f.planes.Bits...)
			}
		}
		s.bits[i] = bits
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

// make shares the terms out among tables, each into the first with room, and
// fills these.
func (s *scorer) make() {
	s.plan = &plan{}
	for _, u := range s.units {
		s.put(u)
	}
	for i := range s.sets {
		s.fill(&s.sets[i])
	}
	s.fit()
}

// fit brings what tables and wide terms add into 32 bits.
func (s *scorer) fit() {
	base, limit := s.model.Intercept, int64(1)
	count := func(low, high int64) { base, limit = base+low, limit+high-low }
	for i := range s.sets {
		count(s.sets[i].bounds())
	}
	for _, i := range s.wide {
		count(s.model.Terms[i].bounds())
	}
	parts := int64(len(s.sets) + len(s.wide) + 1)
	s.narrow = base == int64(int32(base)) && limit < math.MaxUint32/parts
	s.base, s.limit = int32(base), uint32(limit)
	for i := range s.sets {
		set := &s.sets[i]
		low, _ := set.bounds()
		for code, v := range set.adds {
			set.table.Set(code, s.more(v, low))
		}
	}
}

// more is how much more than its least is added.
func (s *scorer) more(v, low int64) int32 {
	if v >= lacking/2 {
		return int32(s.limit)
	}
	return int32(v - low)
}

// bounds returns the least and most that a table adds to who lacks nothing.
func (x *fused) bounds() (low, high int64) {
	some := false
	for _, v := range x.adds {
		switch {
		case v >= lacking/2:
		case !some:
			low, high, some = v, v, true
		default:
			low, high = min(low, v), max(high, v)
		}
	}
	return low, high
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
	at := 0
	for at < len(s.sets) && s.sets[at].width+need > 8 {
		at++
	}
	if at == len(s.sets) {
		s.sets = append(s.sets, fused{})
	}
	s.sets[at].units = append(s.sets[at].units, u)
	s.sets[at].width += need
}

// fill computes a table.
func (s *scorer) fill(set *fused) {
	clear(set.adds[:])
	shift := 0
	for _, u := range set.units {
		width := s.width(u)
		var adds [256]int64
		for code := range 1 << width {
			adds[code] = s.adds(u, uint64(code))
		}
		for code := range set.adds {
			set.adds[code] += adds[code>>shift&(1<<width-1)]
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

// addWide adds what a term without a table adds.
func (s *scorer) addWide(i, rows int) {
	t, f := &s.model.Terms[i], &s.facts[s.of[i][0]]
	low, _ := t.bounds()
	if cap(s.numbers) < rows {
		s.numbers = make([]int64, rows)
	}
	numbers := s.numbers[:rows]
	f.planes.Expand(numbers)
	into := s.values[:rows]
	if f.strict && t.Points == nil && t.counts() {
		for j, v := range numbers {
			into[j] += int32(t.Each*min(max(v, t.From), t.To) - low)
		}
		return
	}
	var of *column.Planes
	if t.When != nil {
		of = s.facts[s.of[i][1]].planes
	}
	for j, v := range numbers {
		asked, told := true, true
		if of != nil {
			var answer int64
			answer, told = of.At(j)
			asked = slices.Contains(t.When.Values, answer)
		}
		into[j] += s.more(t.adds(v, f.planes.Known.Get(j), asked, told), low)
	}
}
