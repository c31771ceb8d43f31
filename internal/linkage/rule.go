package linkage

// rule puts records into blocks; only records that share one are compared.
// Several rules are used, so that an error in one field does not keep two
// records apart.
type rule struct {
	name string
	// given are the fields that a block's records agree on by its making:
	// nothing can be learned about them from its pairs.
	given []Field
	// keys appends a record's blocks, none where a field is missing.
	keys func(s *Set, e *entry, keys []uint64) []uint64
}

// maxKeys is how many blocks of one rule a record stands in at most.
const maxKeys = 4

// rules are tried in this order; a pair counts for the first that has it.
var rules = []rule{
	{"number", []Field{Number, Numbered}, func(s *Set, e *entry, keys []uint64) []uint64 {
		return s.numberKey(e, Number, keys)
	}},
	{"birth+word", []Field{Name, Sex, Born}, func(s *Set, e *entry, keys []uint64) []uint64 {
		if !e.born.known() {
			return keys
		}
		return s.wordKeys(e, Name, maxKeys, keys, e.born.turned())
	}},
	{"birth+mother", []Field{Mother, Born}, func(s *Set, e *entry, keys []uint64) []uint64 {
		if !e.born.known() {
			return keys
		}
		return s.wordKeys(e, Mother, 2, keys, e.born.turned())
	}},
	{"word+mother", []Field{Name, Sex, Mother}, func(s *Set, e *entry, keys []uint64) []uint64 {
		if e.at[Mother] < 0 {
			return keys
		}
		return s.wordKeys(e, Name, 2, keys, s.skeleton(e, Mother))
	}},
	{"name+year", []Field{Name, Sex, Born}, func(s *Set, e *entry, keys []uint64) []uint64 {
		if e.at[Name] < 0 || !e.born.known() {
			return keys
		}
		return append(keys, mix(s.skeleton(e, Name), uint64(e.born.year())))
	}},
	{"name+place", []Field{Name, Sex, Area, Address, Place, Postcode}, func(s *Set, e *entry, keys []uint64) []uint64 {
		if e.at[Name] < 0 {
			return keys
		}
		return s.placeKeys(e, keys, s.skeleton(e, Name))
	}},
	{"birth+place", []Field{Born, Area, Address, Place, Postcode}, func(s *Set, e *entry, keys []uint64) []uint64 {
		if !e.born.known() {
			return keys
		}
		return s.placeKeys(e, keys, e.born.turned())
	}},
	{"word+address", []Field{Name, Sex, Area, Address, Place, Postcode}, func(s *Set, e *entry, keys []uint64) []uint64 {
		if e.at[Address] < 0 {
			return keys
		}
		return s.wordKeys(e, Name, 2, keys, s.text[Address].texts[e.at[Address]].bag)
	}},
	{"half number", []Field{Number, Numbered, Name, Sex, Mother, Born, Area}, func(s *Set, e *entry, keys []uint64) []uint64 {
		if e.at[Number] < 0 {
			return keys
		}
		v := &s.number[Number].all[e.at[Number]]
		if v.length < 4 {
			return keys
		}
		cut := uint64(1)
		for range v.length / 2 {
			cut *= uint64(v.base)
		}
		for i, half := range [...]uint64{v.digits / cut, v.digits % cut} {
			keys = s.wordKeys(e, Name, 1, keys, mix(uint64(i), half))
			keys = s.wordKeys(e, Mother, 1, keys, mix(uint64(i), half))
		}
		return keys
	}},
	{"word+mother+year", []Field{Name, Sex, Mother, Born}, func(s *Set, e *entry, keys []uint64) []uint64 {
		if e.at[Name] < 0 || e.at[Mother] < 0 || !e.born.known() {
			return keys
		}
		var mothers [2]uint64
		for _, m := range s.wordKeys(e, Mother, 2, mothers[:0], uint64(e.born.year())) {
			keys = s.wordKeys(e, Name, 2, keys, m)
		}
		return keys
	}},
	{"mother+month", []Field{Mother, Born}, func(s *Set, e *entry, keys []uint64) []uint64 {
		if e.at[Mother] < 0 || !e.born.known() {
			return keys
		}
		return append(keys, mix(s.skeleton(e, Mother), uint64(e.born.year()), uint64(e.born.month())))
	}},
	{"phone", []Field{Phone}, func(s *Set, e *entry, keys []uint64) []uint64 {
		return s.numberKey(e, Phone, keys)
	}},
}

func (s *Set) skeleton(e *entry, f Field) uint64 { return s.text[f].texts[e.at[f]].skeleton }

func (s *Set) numberKey(e *entry, f Field, keys []uint64) []uint64 {
	if e.at[f] < 0 {
		return keys
	}
	return append(keys, mix(s.number[f].all[e.at[f]].key))
}

// wordKeys appends a key for each of the rarest words of a text, at most
// limit of them, each joined with what.
func (s *Set) wordKeys(e *entry, f Field, limit int, keys []uint64, what uint64) []uint64 {
	if e.at[f] < 0 {
		return keys
	}
	d := s.text[f]
	t := &d.texts[e.at[f]]
	words := t.words
	n := int(t.n)
	// Order by rarity, rarest first; by digest where equal, so that the
	// order of adding is forgotten.
	for i := 1; i < n; i++ {
		for j := i; j > 0 && d.rarer(words[j], words[j-1]); j-- {
			words[j], words[j-1] = words[j-1], words[j]
		}
	}
	for _, w := range words[:min(n, limit)] {
		if !d.token[w].initial() || n == 1 {
			keys = append(keys, mix(d.token[w].skeleton, what))
		}
	}
	return keys
}

func (d *dictionary) rarer(i, j int32) bool {
	a, b := &d.token[i], &d.token[j]
	if a.count != b.count {
		return a.count < b.count
	}
	return a.skeleton < b.skeleton
}

// placeKeys appends a key for each way in which a record says where: village,
// postcode, place.
func (s *Set) placeKeys(e *entry, keys []uint64, what uint64) []uint64 {
	if e.digits >= 6 {
		keys = append(keys, mix(1, e.area, what))
	}
	if e.at[Postcode] >= 0 {
		keys = append(keys, mix(2, s.number[Postcode].all[e.at[Postcode]].key, what))
	}
	if e.at[Place] >= 0 {
		keys = append(keys, mix(3, s.skeleton(e, Place), what))
	}
	return keys
}
