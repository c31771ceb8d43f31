package linkage

import "slices"

// part is one thing by which records are put into blocks. A record has none,
// one or several values of it.
type part uint8

const (
	byNumber part = iota
	byHalf        // of the number
	byPhone
	byBirth   // day and month in whichever order
	byYear    // of birth
	byDay     // of birth, and month, in whichever order, without the year
	byWord    // of the name
	byName    // the consonants of the whole
	byParent  // word of the mother's name
	byMother  // the consonants of the whole
	byPlace   // village, postcode, place
	byAddress // the whole
	partCount
)

// given are the fields that records of one value agree on by that very fact.
var given = [partCount][]Field{
	byNumber: {Number, Numbered, Dated}, byHalf: {Number, Numbered, Dated}, byPhone: {Phone},
	byBirth: {Born, Dated}, byYear: {Born, Dated}, byDay: {Born, Dated},
	byWord: {Name, Sex}, byName: {Name, Sex}, byParent: {Mother}, byMother: {Mother},
	byPlace: {Area, Address, Place, Postcode}, byAddress: {Area, Address, Place, Postcode},
}

// rule puts records into blocks; only records that share one are compared.
// Several rules are used, so that an error in one field does not keep two
// records apart.
type rule struct {
	name  string
	parts []part
	// within are the rules whose blocks this one splits: it makes blocks only
	// of records that are in too large a block of each of them.
	within []int
	splits uint64 // these, a bit each
	split  bool   // whether others split this one's
	asks   []ask  // what is to be asked of these, combination by combination
	// marked says that it is kept of each record which combinations of values
	// are in blocks of this rule that were split, a bit each from marks on.
	marked bool
	marks  int
}

// ask is a rule that is split, of which a record may be in several blocks. A
// part that the splitting rule lacks is implied by another: who shares all of a
// name shares each word.
type ask struct {
	rule  int
	part  part
	lacks bool
}

// valuesOfPart is how many values a record has of each part at most.
var valuesOfPart = [partCount]int{byNumber: 1, byHalf: 2, byPhone: 1, byBirth: 1, byYear: 1, byDay: 1, byWord: mostValues, byName: 1,
	byParent: mostValues, byMother: 1, byPlace: 3, byAddress: 1}

// combinations returns how many combinations of values a record has at most.
func (r *rule) combinations() int {
	n := 1
	for _, p := range r.parts {
		n *= valuesOfPart[p]
	}
	return n
}

// place returns the place of a combination among all of the rule.
func (r *rule) place(taken *[partCount]int) int {
	at := 0
	for _, p := range r.parts {
		at = at*valuesOfPart[p] + taken[p]
	}
	return at
}

// settle finds what each rule asks of those that it splits, and gives marks to
// as many rules as there is room for. Who is in one block of a rule at most is
// known to be in a large one by that alone.
func settle(all []rule) {
	next := 0
	for i := range all {
		if r := &all[i]; r.split && r.combinations() > 1 && next+r.combinations() <= 64 {
			r.marked, r.marks = true, next
			next += r.combinations()
		}
	}
	for i := range all {
		for _, w := range all[i].within {
			if all[w].combinations() == 1 {
				continue
			}
			one := ask{rule: w}
			for _, p := range all[w].parts {
				if !slices.Contains(all[i].parts, p) {
					one.part, one.lacks = p, true
				}
			}
			all[i].asks = append(all[i].asks, one)
		}
	}
}

// rules are all rules, each after those that it splits. How fine a rule
// is goes with its number of parts; the finest split the largest blocks.
var rules = func() []rule {
	var all []rule
	at := map[string]int{}
	add := func(name string, parts []part, within ...string) {
		r := rule{name: name, parts: parts}
		for _, w := range within {
			r.within = append(r.within, at[w])
			r.splits |= 1 << at[w]
			all[at[w]].split = true
		}
		at[name] = len(all)
		all = append(all, r)
	}
	add("number", []part{byNumber})
	add("phone", []part{byPhone})
	add("birth", []part{byBirth})
	add("word", []part{byWord})
	add("parent", []part{byParent})
	add("address", []part{byAddress})
	add("half", []part{byHalf})

	add("name", []part{byName}, "word")
	add("mother", []part{byMother}, "parent")
	add("phone+word", []part{byPhone, byWord}, "phone", "word")
	add("birth+word", []part{byBirth, byWord}, "birth", "word")
	add("birth+parent", []part{byBirth, byParent}, "birth", "parent")
	add("birth+place", []part{byBirth, byPlace}, "birth")
	add("word+parent", []part{byWord, byParent}, "word", "parent")
	add("word+year", []part{byWord, byYear}, "word")
	add("word+day", []part{byWord, byDay}, "word")
	add("word+place", []part{byWord, byPlace}, "word")
	add("word+address", []part{byWord, byAddress}, "word", "address")
	add("address+year", []part{byAddress, byYear}, "address")
	add("half+word", []part{byHalf, byWord}, "half", "word")
	add("half+parent", []part{byHalf, byParent}, "half", "parent")
	add("half+word+parent", []part{byHalf, byWord, byParent}, "half+word", "half+parent")
	add("half+word+year", []part{byHalf, byWord, byYear}, "half+word")

	add("name+year", []part{byName, byYear}, "name", "word+year")
	add("name+day", []part{byName, byDay}, "name", "word+day")
	add("name+place", []part{byName, byPlace}, "name", "word+place")
	add("name+parent", []part{byName, byParent}, "name", "word+parent")
	add("mother+year", []part{byMother, byYear}, "mother")
	add("mother+day", []part{byMother, byDay}, "mother")
	add("word+parent+year", []part{byWord, byParent, byYear}, "word+parent", "word+year")
	add("word+parent+day", []part{byWord, byParent, byDay}, "word+parent", "word+day")
	add("word+parent+place", []part{byWord, byParent, byPlace}, "word+parent", "word+place")
	add("word+year+place", []part{byWord, byYear, byPlace}, "word+year", "word+place")
	add("birth+name", []part{byBirth, byName}, "birth+word", "name+year", "name+day")
	add("birth+word+parent", []part{byBirth, byWord, byParent}, "birth+word", "birth+parent", "word+parent+year", "word+parent+day")
	add("birth+word+place", []part{byBirth, byWord, byPlace}, "birth+word", "birth+place", "word+year+place")
	add("birth+mother", []part{byBirth, byMother}, "birth+parent", "mother+year", "mother+day")
	add("birth+parent+place", []part{byBirth, byParent, byPlace}, "birth+parent", "birth+place")
	add("mother+word+day", []part{byMother, byWord, byDay}, "mother+day")
	add("mother+day+place", []part{byMother, byDay, byPlace}, "mother+day")
	add("name+day+place", []part{byName, byDay, byPlace}, "name+day", "name+place")
	add("mother+year+place", []part{byMother, byYear, byPlace}, "mother+year")
	add("name+parent+year", []part{byName, byParent, byYear}, "name+parent", "name+year")
	add("name+year+place", []part{byName, byYear, byPlace}, "name+year", "name+place")
	add("name+mother+place", []part{byName, byMother, byPlace}, "name+parent", "name+place")
	add("half+word+parent+year", []part{byHalf, byWord, byParent, byYear}, "half+word+parent", "half+word+year", "word+parent+year")
	add("name+mother+year", []part{byName, byMother, byYear}, "name+parent+year", "mother+year")
	add("name+parent+day", []part{byName, byParent, byDay}, "name+parent", "name+day", "word+parent+day")
	add("word+mother+year+place", []part{byWord, byMother, byYear, byPlace}, "mother+year+place", "word+parent+year", "word+parent+place")
	add("word+parent+year+place", []part{byWord, byParent, byYear, byPlace}, "word+parent+year", "word+parent+place", "word+year+place")
	settle(all)
	return all
}()

// given returns what a rule's blocks agree on by their making: nothing can be
// learned about it from their pairs.
func (r *rule) given() fields {
	var all fields
	for _, p := range r.parts {
		for _, f := range given[p] {
			all |= 1 << f
		}
	}
	return all
}

// partSet is some of the parts, a bit each.
type partSet uint16

func partsOf(all ...part) (set partSet) {
	for _, p := range all {
		set |= 1 << p
	}
	return set
}

// of reports whether a rule's blocks are made by such parts alone.
func (r *rule) of(set partSet) bool {
	for _, p := range r.parts {
		if set>>p&1 == 0 {
			return false
		}
	}
	return true
}

// mostValues is how many values a record has of one part at most.
const mostValues = 3

// values returns the values of a part that a record has.
func (s *Set) values(e *entry, p part, into *[mostValues]uint64) []uint64 {
	out := into[:0]
	switch p {
	case byNumber:
		out = s.codeValue(e, Number, out)
	case byPhone:
		out = s.codeValue(e, Phone, out)
	case byHalf:
		out = s.halves(e, out)
	case byBirth, byYear, byDay:
		if e.born.known() {
			out = append(out, e.born.value(p))
		}
	case byWord:
		out = s.words(e, Name, out)
	case byParent:
		out = s.words(e, Mother, out)
	case byName:
		out = s.skeleton(e, Name, out)
	case byMother:
		out = s.skeleton(e, Mother, out)
	case byPlace:
		out = s.places(e, out)
	case byAddress:
		if e.at[Address] >= 0 {
			out = append(out, s.text[Address].texts[e.at[Address]].bag)
		}
	}
	return out
}

func (s *Set) codeValue(e *entry, f Field, out []uint64) []uint64 {
	if e.at[f] < 0 {
		return out
	}
	return append(out, s.number[f].all[e.at[f]].key)
}

// shortNumber is from how many digits on half a number tells something.
const shortNumber = 6

func (s *Set) halves(e *entry, out []uint64) []uint64 {
	if e.at[Number] < 0 {
		return out
	}
	v := &s.number[Number].all[e.at[Number]]
	if v.length < shortNumber {
		return out
	}
	cut := uint64(1)
	for range v.length / 2 {
		cut *= uint64(v.base)
	}
	return append(out, mix(1, v.digits/cut), mix(2, v.digits%cut))
}

func (s *Set) skeleton(e *entry, f Field, out []uint64) []uint64 {
	if e.at[f] < 0 {
		return out
	}
	return append(out, s.text[f].uses[e.at[f]].skeleton)
}

// words appends the consonants of the rarest words of a text.
func (s *Set) words(e *entry, f Field, out []uint64) []uint64 {
	if e.at[f] < 0 {
		return out
	}
	d := s.text[f]
	t, u := &d.texts[e.at[f]], &d.uses[e.at[f]]
	for _, k := range u.rarest[:u.keys] {
		out = append(out, d.bones[t.words[k]])
	}
	return out
}

// places appends a value for each way in which a record says where.
func (s *Set) places(e *entry, out []uint64) []uint64 {
	if e.area.digits() >= 6 {
		out = append(out, mix(1, e.area.code()))
	}
	if e.at[Postcode] >= 0 {
		out = append(out, mix(2, s.number[Postcode].all[e.at[Postcode]].key))
	}
	if e.at[Place] >= 0 {
		out = append(out, mix(3, s.text[Place].uses[e.at[Place]].skeleton))
	}
	return out
}
