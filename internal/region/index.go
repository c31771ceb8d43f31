package region

import (
	"slices"
	"strings"
)

// How says by what a search found a region.
type How uint8

// The ways, the surest first.
const (
	ByCode        How = iota // its code, or the beginning of it
	ByName                   // its official name
	ByAlias                  // another name of data/aliases.yaml
	ByMisspelling            // a known error in writing its name
	ByFormerName             // a name it had
	ByPrefix                 // the beginning of a name
	ByPart                   // a part of a name
	ByLikeness               // one letter differs
)

// index finds names: an entry for each row's official name, in order of rows,
// then one for each alias.
type index struct {
	a     *Atlas
	text  string   // "\nkey\nkey\n…\n", the squeezed names
	start []uint32 // where each entry's key begins, and one more behind the last
	order []int32  // the entries by key, then by number
}

func newIndex(a *Atlas) *index {
	n := len(a.rows) + len(a.aliases)
	ix := &index{a: a, start: make([]uint32, 0, n+1), order: make([]int32, n)}
	var b strings.Builder
	b.Grow(len(a.text) / 2)
	b.WriteByte('\n')
	add := func(key string) {
		ix.start = append(ix.start, uint32(b.Len()))
		b.WriteString(key)
		b.WriteByte('\n')
	}
	for i := range a.rows {
		add(nameKey(a.name(int32(i)), a.rows[i].level, a.words))
	}
	for _, x := range a.aliases {
		add(nameKey(x.name, a.rows[x.row].level, a.words))
	}
	ix.start = append(ix.start, uint32(b.Len()))
	ix.text = b.String()
	for e := range ix.order {
		ix.order[e] = int32(e)
	}
	slices.SortStableFunc(ix.order, func(x, y int32) int { return strings.Compare(ix.key(x), ix.key(y)) })
	return ix
}

func (ix *index) key(e int32) string { return ix.text[ix.start[e] : ix.start[e+1]-1] }

// row returns the region an entry names, and how.
func (ix *index) row(e int32) (int32, How) {
	if n := int32(len(ix.a.rows)); e >= n {
		x := ix.a.aliases[e-n]
		return x.row, x.how
	}
	return e, ByName
}

// exact returns the entries whose key is key.
func (ix *index) exact(key string) []int32 {
	from, found := ix.seek(key)
	if !found {
		return nil
	}
	to := from
	for to < len(ix.order) && ix.key(ix.order[to]) == key {
		to++
	}
	return ix.order[from:to]
}

// prefixed returns the entries whose key begins with prefix.
func (ix *index) prefixed(prefix string) []int32 {
	from, _ := ix.seek(prefix)
	to, _ := ix.seek(prefix + "\U0010ffff")
	return ix.order[from:to]
}

func (ix *index) seek(key string) (int, bool) {
	return slices.BinarySearchFunc(ix.order, key, func(e int32, key string) int {
		return strings.Compare(ix.key(e), key)
	})
}

// containing calls yield for the entries whose key contains part.
func (ix *index) containing(part string, yield func(e int32)) {
	for at := 0; ; {
		i := strings.Index(ix.text[at:], part)
		if i < 0 {
			return
		}
		e, found := slices.BinarySearch(ix.start, uint32(at+i))
		if !found {
			e--
		}
		yield(int32(e))
		at = int(ix.start[e+1]) // one hit an entry is enough
	}
}

// like calls yield for the entries whose key is one letter off. Short names
// are left out: there, one letter makes another name.
func (ix *index) like(key string, yield func(e int32)) {
	const shortest = 5
	if len(key) < shortest {
		return
	}
	for e := range int32(len(ix.order)) {
		if n := int(ix.start[e+1]-ix.start[e]) - 1; n < len(key)-1 || n > len(key)+1 {
			continue
		}
		if oneOff(key, ix.key(e)) {
			yield(e)
		}
	}
}
