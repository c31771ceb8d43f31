package region

import (
	"cmp"
	"slices"
	"strings"
)

// Match is a region that a search found.
type Match struct {
	Region
	Path     string // "Kalibaru, Cilincing, Kota Administrasi Jakarta Utara, DKI Jakarta"
	How      How
	Warnings []Warning
}

// Query is a search for regions.
type Query struct {
	Text   string
	Within []string // only regions within one of these codes; nil for everywhere
	Level  Level    // only regions of this level; Nation for any
	Limit  int      // most matches returned; 0 or less for 20
}

// Search finds regions by what somebody types: see Find.
func (a *Atlas) Search(text string, limit int) []Match {
	return a.Find(Query{Text: text, Limit: limit})
}

// Find finds regions by the beginning of a code, or by name: the official
// one, an alias, a former one, its beginning or a part of it, and where
// nothing of that fits, one that differs by one letter. Case, spaces, signs
// and a leading Kab., Kota, Kec., Kel. or Desa do not matter.
//
// What follows the name says where it lies, with or without commas:
// "kalibaru, cilincing" or "kalibaru jakut". A region that lies elsewhere is
// found if nothing else is, with a warning that names the right place.
//
// The surest matches come first, then the larger regions, then by code. It
// takes a few milliseconds at most, so it can run at every keystroke.
func (a *Atlas) Find(q Query) []Match {
	if q.Limit <= 0 {
		q.Limit = 20
	}
	const longest = 200 // bytes; what lies behind is no name
	q.Text = q.Text[:min(len(q.Text), longest)]
	f := finder{a: a, q: q}
	if code, ok := codeLike(q.Text); ok {
		return f.byCode(code)
	}
	f.ix = a.index()
	readings := f.readings()
	for _, r := range readings {
		if m := f.inPlace(r); len(m) > 0 {
			return m
		}
	}
	for _, r := range readings {
		if m := f.elsewhere(r); len(m) > 0 {
			return m
		}
	}
	for _, r := range readings {
		if m := f.alike(r); len(m) > 0 {
			return m
		}
	}
	return nil
}

// finder carries one search.
type finder struct {
	a  *Atlas
	ix *index
	q  Query
}

// reading is one way to read the text: a name, and the places it lies in.
type reading struct {
	name   term
	places []place
	cut    bool // between words, which is a guess, and not at a comma
}

// readings returns the ways to read the text, the likeliest first.
func (f *finder) readings() []reading {
	parts := strings.FieldsFunc(f.q.Text, func(c rune) bool { return strings.ContainsRune(",;\n\t", c) })
	parts = slices.DeleteFunc(parts, func(s string) bool { return len(fold(s, nil)) == 0 })
	if len(parts) == 0 {
		return nil
	}
	const most = 4 // a name, a district, a regency, a province
	parts = parts[:min(len(parts), most)]
	r := reading{name: newTerm(parts[0], f.a.words)}
	for _, p := range parts[1:] {
		r.places = append(r.places, f.ix.newPlace(p))
	}
	if len(parts) > 1 {
		return []reading{r, {name: newTerm(f.q.Text, f.a.words)}} // some names hold a comma
	}
	list := []reading{r}
	words := strings.Fields(parts[0])
	words = words[:min(len(words), 8)]
	for n := len(words) - 1; n > 0; n-- {
		name := newTerm(strings.Join(words[:n], " "), f.a.words)
		rest := f.ix.newPlace(strings.Join(words[n:], " "))
		if name.full != "" && rest.full != "" {
			list = append(list, reading{name: name, places: []place{rest}, cut: true})
		}
	}
	return list
}

// hit is a region whose name fits.
type hit struct {
	row int32
	how How
}

// named calls yield for the regions that bear a name in full.
func (ix *index) named(t term, yield func(hit)) {
	for _, e := range ix.exact(t.full) {
		row, how := ix.row(e)
		yield(hit{row, how})
	}
	if t.bare == "" {
		return
	}
	for _, e := range ix.exact(t.bare) {
		if row, how := ix.row(e); t.fits(ix.a.code(row), ix.a.rows[row].level) {
			yield(hit{row, how})
		}
	}
}

// begun calls yield for the regions whose name begins so.
func (ix *index) begun(t term, yield func(hit)) {
	for _, e := range ix.prefixed(t.full) {
		row, _ := ix.row(e)
		yield(hit{row, ByPrefix})
	}
	if t.bare == "" {
		return
	}
	for _, e := range ix.prefixed(t.bare) {
		if row, _ := ix.row(e); t.fits(ix.a.code(row), ix.a.rows[row].level) {
			yield(hit{row, ByPrefix})
		}
	}
}

// wanted reports whether the query's level and area let a region through.
func (f *finder) wanted(row int32) bool {
	if f.q.Level != Nation && f.a.rows[row].level != f.q.Level {
		return false
	}
	if f.q.Within == nil {
		return true
	}
	code := f.a.code(row)
	return slices.ContainsFunc(f.q.Within, func(prefix string) bool { return Within(code, prefix) })
}

// inPlace finds regions by name that lie where they are said to.
func (f *finder) inPlace(r reading) []Match {
	var found []verdict
	keep := func(h hit) {
		if !f.wanted(h.row) {
			return
		}
		if len(r.places) > 0 {
			above := f.a.above(h.row)
			for _, p := range r.places {
				if !p.holds(f.ix, above) {
					return
				}
			}
		}
		found = append(found, verdict{row: h.row, how: h.how})
	}
	f.ix.named(r.name, keep)
	f.ix.begun(r.name, keep)
	const shortest = 3 // below, a part of a name says too little
	if len(found) < f.q.Limit && len(r.name.full) >= shortest && !r.cut {
		f.ix.containing(r.name.full, func(e int32) {
			row, _ := f.ix.row(e)
			keep(hit{row, ByPart})
		})
	}
	return f.matches(r.name, found)
}

// elsewhere finds regions by their full name though they do not lie where
// they are said to.
func (f *finder) elsewhere(r reading) []Match {
	if len(r.places) == 0 || r.cut && len(r.places[0].rows) == 0 {
		return nil
	}
	var found []verdict
	f.ix.named(r.name, func(h hit) {
		if f.wanted(h.row) {
			found = append(found, f.ix.judge(h, r.places))
		}
	})
	return f.matches(r.name, closest(found))
}

// alike finds regions whose name differs by a letter.
func (f *finder) alike(r reading) []Match {
	var found []verdict
	f.ix.like(r.name.full, func(e int32) {
		row, _ := f.ix.row(e)
		if !f.wanted(row) {
			return
		}
		if v := f.ix.judge(hit{row, ByLikeness}, r.places); v.right == len(r.places) {
			found = append(found, v)
		}
	})
	return f.matches(r.name, found)
}

// closest keeps the verdicts that agree best with where the region is said to
// lie: most places right, then nearest to the wrong ones.
func closest(found []verdict) []verdict {
	if len(found) == 0 {
		return nil
	}
	better := func(x, y verdict) int { return cmp.Or(x.right-y.right, x.near-y.near) }
	best := slices.MaxFunc(found, better)
	return slices.DeleteFunc(found, func(v verdict) bool { return better(v, best) < 0 })
}

// matches puts verdicts in order and turns the first ones into matches, each
// region once.
func (f *finder) matches(t term, found []verdict) []Match {
	rows := f.a.rows
	slices.SortFunc(found, func(x, y verdict) int {
		return cmp.Or(cmp.Compare(x.how.rank(), y.how.rank()), cmp.Compare(rows[x.row].level, rows[y.row].level),
			cmp.Compare(x.how, y.how), cmp.Compare(x.row, y.row))
	})
	var list []Match
	seen := map[int32]bool{}
	for _, v := range found {
		if len(list) == f.q.Limit {
			break
		}
		if !seen[v.row] {
			seen[v.row] = true
			list = append(list, Match{f.a.region(v.row), f.a.path(v.row, ", "), v.how,
				append(f.a.noted(t.text, v), v.warnings...)})
		}
	}
	return list
}

// rank puts the names somebody wrote in full, of whatever kind, before parts
// of names, and those before likenesses.
func (h How) rank() int {
	switch h {
	case ByPrefix:
		return 1
	case ByPart:
		return 2
	case ByLikeness:
		return 3
	}
	return 0
}

// noted warns where the name found is not the one written.
func (a *Atlas) noted(written string, v verdict) []Warning {
	args := []any{"said", shown(written), "name", a.said(v.row), "code", Dotted(a.code(v.row))}
	switch v.how {
	case ByMisspelling, ByLikeness:
		return []Warning{{"region.warning.spelling", args}}
	case ByFormerName:
		return []Warning{{"region.warning.former_name", args}}
	}
	return nil
}

// codeLike reports whether a text is the beginning of a code.
func codeLike(text string) (string, bool) {
	code := strings.Map(func(c rune) rune {
		if c == '.' || c == ' ' {
			return -1
		}
		return c
	}, text)
	return code, code != "" && len(code) <= digits[Village] && strings.Trim(code, "0123456789") == ""
}

// byCode finds regions by the beginning of a code, and the successor of a
// code that is out of use.
func (f *finder) byCode(code string) []Match {
	first, _ := keyOf((code + "0000000000")[:digits[Village]])
	last, _ := keyOf((code + "9999999999")[:digits[Village]])
	from, _ := slices.BinarySearch(f.a.keys, first)
	to, _ := slices.BinarySearch(f.a.keys, last+1)
	var found []verdict
	for i := int32(from); i < int32(to); i++ {
		if f.wanted(i) && strings.HasPrefix(f.a.code(i), code) {
			found = append(found, verdict{row: i, how: ByCode})
		}
	}
	if r, ok := f.a.retired[code]; ok {
		if i, ok := f.a.find(r.successor); ok && f.wanted(i) {
			found = append(found, verdict{row: i, how: ByCode, warnings: []Warning{{"region.warning.retired",
				[]any{"code", Dotted(code), "name", r.name, "successor", Dotted(r.successor)}}}})
		}
	}
	return f.matches(term{}, found)
}
