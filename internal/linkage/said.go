package linkage

import (
	"cmp"
	"slices"
	"strings"
)

// compareSaid orders two records by what they say, whichever list they are of.
func (s *Set) compareSaid(a, b *entry) int {
	if c := cmp.Or(cmp.Compare(a.born, b.born), cmp.Compare(a.area, b.area), cmp.Compare(a.marks, b.marks)); c != 0 {
		return c
	}
	for f, n := range s.number {
		if i, j := a.at[f], b.at[f]; n != nil && i != j {
			if i < 0 || j < 0 {
				return cmp.Compare(i, j)
			}
			return cmp.Compare(n.all[i].key, n.all[j].key)
		}
	}
	for f, d := range s.text {
		if i, j := a.at[f], b.at[f]; i != j {
			if i < 0 || j < 0 {
				return cmp.Compare(i, j)
			}
			return d.compareWritten(&d.texts[i], &d.texts[j])
		}
	}
	return 0
}

// compareWritten orders two texts by how they are written.
func (d *dictionary) compareWritten(a, b *text) int {
	return slices.CompareFunc(a.words[:a.n], b.words[:b.n], func(i, j int32) int {
		return cmp.Or(strings.Compare(d.token[i].plain, d.token[j].plain), strings.Compare(d.token[i].text, d.token[j].text))
	})
}

// membership tells families and lists apart by what their records say, so that
// they are put in one order whatever they are called.
type membership struct {
	families []uint64 // digest of what its records say, in any order
	lists    [1 << 8]list
	place    [1 << 8]int // of each list among them
}

// list is what is known of one of several lists.
type list struct {
	records int
	says    uint64
}

func newMembership(families int) *membership {
	return &membership{families: make([]uint64, families)}
}

// add adds a record, by a digest of its names.
func (m *membership) add(e *entry, names uint64) {
	says := scramble(names ^ uint64(e.born))
	if e.family >= 0 {
		m.families[e.family] += says
	}
	l := &m.lists[e.list]
	l.records++
	l.says += says
}

// settle orders the lists, the shortest first.
func (m *membership) settle() {
	order := make([]int, len(m.lists))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		x, y := &m.lists[a], &m.lists[b]
		return cmp.Or(cmp.Compare(x.records, y.records), cmp.Compare(x.says, y.says))
	})
	for place, list := range order {
		m.place[list] = place
	}
}

// family returns what is known of the family of a record, 0 for none.
func (m *membership) family(e *entry) uint64 {
	if e.family < 0 {
		return 0
	}
	return m.families[e.family]
}

// compare orders two records by where they belong.
func (m *membership) compare(a, b *entry) int {
	return cmp.Or(cmp.Compare(m.family(a), m.family(b)), cmp.Compare(m.place[a.list], m.place[b.list]))
}
