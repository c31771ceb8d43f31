package region

import (
	"slices"
	"strings"
)

// Warning is something a user should look at, though the answer stands: a
// message key (region.warning.*) and its arguments, for package i18n.
type Warning struct {
	Key  string
	Args []any
}

// Message returns the warning's message key and arguments, for package i18n.
func (w Warning) Message() (key string, args []any) { return w.Key, w.Args }

// place is a region that somebody said another one lies in.
type place struct {
	term
	rows  []int32 // the regions above the villages that bear the name
	whole bool    // the name is complete: Bandung is not the beginning of Bandung Barat
}

// newPlace prepares a place. One that no region bears has no rows.
func (ix *index) newPlace(text string) place {
	p := place{term: newTerm(text, ix.a.words)}
	ix.named(p.term, func(h hit) {
		if ix.a.rows[h.row].level < Village {
			p.rows = append(p.rows, h.row)
		}
	})
	return p
}

// holds reports whether one of the regions above is the place, as far as it
// is typed.
func (p place) holds(ix *index, above []int32) bool {
	for _, i := range above {
		if slices.Contains(p.rows, i) {
			return true
		}
		if p.whole {
			continue
		}
		key := ix.key(i)
		if strings.HasPrefix(key, p.full) {
			return true
		}
		if p.bare != "" && p.fits(ix.a.code(i), ix.a.rows[i].level) && strings.HasPrefix(key, p.bare) {
			return true
		}
	}
	return false
}

// verdict says how well a region agrees with where it was said to lie.
type verdict struct {
	row      int32
	how      How
	right    int // places that hold it
	near     int // how many levels it shares with the places that do not
	warnings []Warning
}

// judge compares a region with the places it was said to lie in.
func (ix *index) judge(h hit, places []place) verdict {
	a := ix.a
	v := verdict{row: h.row, how: h.how}
	above := a.above(h.row)
	for _, p := range places {
		if p.holds(ix, above) {
			v.right++
			continue
		}
		wrong, found := p.nearest(a, h.row)
		if !found {
			v.warnings = append(v.warnings, Warning{"region.warning.unknown_place", []any{"place", shown(p.text)}})
			continue
		}
		v.near = max(v.near, a.shared(wrong, h.row))
		holder := above[len(above)-int(a.rows[wrong].level)]
		v.warnings = append(v.warnings, Warning{"region.warning.wrong_parent", []any{
			"name", a.said(h.row), "right", a.said(holder), "said", a.said(wrong)}})
	}
	return v
}

// nearest returns the bearer of the place's name that lies above the row's
// level and nearest to it.
func (p place) nearest(a *Atlas, i int32) (int32, bool) {
	best, found := int32(0), false
	for _, j := range p.rows {
		if a.rows[j].level < a.rows[i].level && (!found || a.shared(j, i) > a.shared(best, i)) {
			best, found = j, true
		}
	}
	return best, found
}

// shared counts the levels at which two regions lie in the same one.
func (a *Atlas) shared(i, j int32) int {
	x, y := a.code(i), a.code(j)
	n := 0
	for _, d := range digits[Province:] {
		if d > len(x) || d > len(y) || x[:d] != y[:d] {
			break
		}
		n++
	}
	return n
}
