package region

import (
	"slices"
	"strings"

	"gotong/internal/fault"
)

// Resolve finds the one region that a village's, district's and regency's
// names mean together, as a row of a file or a form gives them. The smallest
// name given is the region looked for; the others say where it lies, and each
// may be "".
//
// A name that is spelt wrongly, is a former one, or lies elsewhere in the same
// province still resolves if only one region is meant, with Warnings that say
// so in the Match. Otherwise it returns a fault.NotFound (no region has the
// name, or none where it is said to be) or a fault.Invalid (several have it).
func (a *Atlas) Resolve(village, district, regency string) (Match, error) {
	names := []string{village, district, regency}
	level := Village
	for len(names) > 0 && strings.TrimSpace(names[0]) == "" {
		names = names[1:]
		level--
	}
	if len(names) == 0 {
		return Match{}, fault.Invalid("region.name.empty")
	}
	f := finder{a: a, ix: a.index(), q: Query{Level: level, Limit: 1}}
	t := newTerm(names[0], a.words)
	var places []place
	for _, n := range names[1:] {
		if len(fold(n, nil)) > 0 {
			p := f.ix.newPlace(n)
			p.whole = true
			places = append(places, p)
		}
	}
	found := f.bearers(t, places)
	switch {
	case len(found) == 0:
		return Match{}, fault.NotFound("region.name.unknown", "name", shown(t.text))
	case len(places) > 0 && found[0].right == 0 && found[0].near == 0:
		return Match{}, fault.NotFound("region.name.not_there", "name", shown(t.text),
			"place", shown(places[0].text))
	case len(found) > 1:
		return Match{}, fault.Invalid("region.name.ambiguous", "name", shown(t.text),
			"count", len(found), "examples", f.examples(found))
	}
	return f.matches(t, found)[0], nil
}

// bearers returns the regions of the level that bear the name and agree best
// with the places, each once. Names a letter off count where no exact one
// lies in any of the places.
func (f *finder) bearers(t term, places []place) []verdict {
	var found []verdict
	f.ix.named(t, func(h hit) {
		if f.wanted(h.row) {
			found = append(found, f.ix.judge(h, places))
		}
	})
	found = closest(found)
	if len(found) == 0 || len(places) > 0 && found[0].right == 0 {
		key := t.full
		if t.level == f.q.Level {
			key = t.bare
		}
		var alike []verdict
		f.ix.like(key, func(e int32) {
			row, _ := f.ix.row(e)
			if !f.wanted(row) {
				return
			}
			if v := f.ix.judge(hit{row, ByLikeness}, places); v.right == len(places) {
				alike = append(alike, v)
			}
		})
		if len(alike) > 0 {
			found = alike
		}
	}
	slices.SortFunc(found, func(x, y verdict) int { return int(x.row - y.row) })
	return slices.CompactFunc(found, func(x, y verdict) bool { return x.row == y.row })
}

// examples names the first few of several regions.
func (f *finder) examples(found []verdict) string {
	const most = 3
	var paths []string
	for _, v := range found[:min(len(found), most)] {
		paths = append(paths, f.a.path(v.row, ", ")+" ("+Dotted(f.a.code(v.row))+")")
	}
	return strings.Join(paths, "; ")
}
