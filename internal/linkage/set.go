package linkage

import (
	"bytes"
	"cmp"
	"math"
	"slices"
	"sync"

	"gotong/internal/civil"
	"gotong/internal/ident"
)

// Set is records made ready to be compared: texts and numbers kept once,
// each with how rare it is.
type Set struct {
	entries  []entry
	ids      []ident.ID // of the entries
	family   *index     // by digest of the family's id
	families int32
	text     [textCount]*dictionary
	number   [valueCount]*numbers // Postcode, Phone, Number
	days     map[int32]int32      // records by birth date
	noDays   map[day]int32        // records by what is written for one and is no day
	sealed   bool
	fresh    batch
	filling  sync.WaitGroup // of the batch before
	misdated misdated
	crowds   *crowds
}

// entry is one record. It lies in one line of the machine's cache.
type entry struct {
	area   area
	number uint64 // the digits of the identity number, packed, where it has no letters and packedMost at most; else 0
	born   day
	family int32 // −1 none
	at     [valueCount]int32
	rare   [textCount]uint16 // how rare each text is
	bornAt uint16            // how rare the birth date is
	list   uint8
	marks  marks
}

// marks are what is so of a record, a bit each.
type marks uint8

const (
	sexed marks = 1 << iota // the sex is known
	woman
	numbered // the number is a NIK
	dated    // and holds the birth date and sex
)

func (m marks) has(all marks) bool { return m&all == all }

// NewSet returns an empty Set, with room for about so many records.
func NewSet(room int) *Set {
	s := &Set{entries: make([]entry, 0, room), ids: make([]ident.ID, 0, room), family: new(index), days: map[int32]int32{}, noDays: map[day]int32{}}
	for _, f := range textFields {
		s.text[f] = newDictionary(nameWords)
	}
	s.text[Address].split, s.text[Place].split = addressWords, addressWords
	for _, f := range []Field{Postcode, Phone, Number} {
		s.number[f] = newNumbers(f == Number)
	}
	return s
}

// Len returns how many records were added.
func (s *Set) Len() int { return len(s.entries) + len(s.fresh.entries) }

// Add adds a record. No record can be added once the set was linked.
func (s *Set) Add(r *Record) {
	if s.sealed {
		panic("linkage: adding to a set that was linked")
	}
	e := entry{list: r.List, born: dayOf(r.Born), family: -1, area: areaOf(r.Area)}
	if r.Female != nil {
		e.marks |= sexed
		if *r.Female {
			e.marks |= woman
		}
	}
	if !r.Family.IsZero() {
		key := digest(r.Family[:])
		at, ok := s.family.find(key)
		if !ok {
			at = s.families
			s.families++
			s.family.put(key, at)
		}
		e.family = at
	}
	switch {
	case r.Born != nil:
		s.days[int32(*r.Born)]++
	case r.NoDay != 0:
		if e.born = noDayOf(r.NoDay); e.born.known() {
			s.noDays[e.born]++
		}
	}
	s.ids = append(s.ids, r.ID)
	s.fresh.add(e, r)
	if len(s.fresh.entries) == batchSize {
		s.flush()
	}
}

// seal orders the records, so that the order of adding is forgotten, and
// weighs how rare each value is.
func (s *Set) seal() {
	if s.sealed {
		return
	}
	s.sealed = true
	s.flush()
	s.filling.Wait()
	s.forget()
	s.arrange()
	s.weigh()
	var all sync.WaitGroup
	for _, d := range s.text {
		all.Go(d.seal)
	}
	all.Go(s.number[Number].weighMaking)
	all.Wait()
	for i := range s.entries {
		e := &s.entries[i]
		if n := s.number[Number]; e.at[Number] >= 0 && n.isNIK(&n.all[e.at[Number]]) {
			e.marks |= numbered
		}
	}
	s.weighMisdated()
	s.crowds = crowdsOf(s.entries)
	s.settle()
}

// settle lets lie in larger pages what is read here and there.
func (s *Set) settle() {
	inHugePages(s.entries)
	for _, d := range s.text {
		inHugePages(d.texts)
		inHugePages(d.uses)
		inHugePages(d.token)
		inHugePages(d.signs)
		inHugePages(d.alike)
	}
	inHugePages(s.number[Number].all)
}

// forget drops what only the adding of records needs.
func (s *Set) forget() {
	s.family, s.fresh = nil, batch{}
	for _, d := range s.text {
		d.raw, d.byText, d.tokens = nil, nil, nil
	}
	for _, n := range s.number {
		if n != nil {
			n.at = nil
		}
	}
}

func (s *Set) weighDays() {
	dated := 0
	for _, c := range s.days {
		dated += int(c)
	}
	rare := make(map[day]uint16, len(s.days)) // by day, as each is of many
	for i := range s.entries {
		e := &s.entries[i]
		if !e.born.known() {
			continue
		}
		at, ok := rare[e.born]
		if !ok {
			if own, no := s.noDays[e.born]; no {
				at = uint16(s.noDayRarity(own, dated))
			} else {
				at = uint16(s.bornRarity(e.born.date(), dated))
			}
			rare[e.born] = at
		}
		e.bornAt = at
	}
}

// arrange orders the records by their mothers' and their own names, then by all
// else that they say, where they belong and last by id: those that are compared
// often lie close together in memory, and so do their values; and what is drawn
// from them by lot is the same whatever they are called.
func (s *Set) arrange() {
	type rank struct {
		names uint64
		at    int32
	}
	ranks := make([]rank, len(s.entries))
	of := newMembership(int(s.families))
	for i := range s.entries {
		e := &s.entries[i]
		mother, name := s.text[Mother].skeleton(e.at[Mother]), s.text[Name].skeleton(e.at[Name])
		ranks[i] = rank{mother>>32<<32 | name>>32, int32(i)}
		of.add(e, ranks[i].names)
	}
	of.settle()
	slices.SortFunc(ranks, func(a, b rank) int {
		if a.names != b.names {
			return cmp.Compare(a.names, b.names)
		}
		x, y := &s.entries[a.at], &s.entries[b.at]
		return cmp.Or(s.compareSaid(x, y), of.compare(x, y), bytes.Compare(s.ids[a.at][:], s.ids[b.at][:]))
	})
	for i := range ranks { // round by round, as there is no room for all of them twice
		e, id, to := s.entries[i], s.ids[i], i
		for from := ranks[to].at; int(from) != i && from >= 0; from = ranks[to].at {
			s.entries[to], s.ids[to] = s.entries[from], s.ids[from]
			ranks[to].at, to = -1, int(from)
		}
		if ranks[to].at >= 0 {
			s.entries[to], s.ids[to], ranks[to].at = e, id, -1
		}
	}
	var all sync.WaitGroup
	for _, f := range textFields {
		all.Go(func() { s.arrangeTexts(f) })
		if len(s.entries) > heldInMemory { // there is no room for all of them twice either
			all.Wait()
		}
	}
	all.Wait()
}

// arrangeTexts orders the values of a field as the records that have them.
func (s *Set) arrangeTexts(f Field) {
	entries := s.entries
	moved := s.text[f].arrange(func(yield func(int32) bool) {
		for i := range entries {
			if at := entries[i].at[f]; at >= 0 && !yield(at) {
				return
			}
		}
	})
	for i := range entries {
		if at := entries[i].at[f]; at >= 0 {
			entries[i].at[f] = moved[at]
		}
	}
}

func (s *Set) weigh() {
	var all sync.WaitGroup
	for f, d := range s.text {
		all.Go(func() { d.weigh(s.known(Field(f))) })
	}
	for f, n := range s.number {
		if n != nil {
			all.Go(func() { n.weigh(s.known(Field(f))) })
		}
	}
	all.Go(s.weighDays)
	all.Wait()
	for i := range s.entries {
		e := &s.entries[i]
		for _, f := range textFields {
			if at := e.at[f]; at >= 0 {
				e.rare[f] = s.text[f].texts[at].rarity
			}
		}
	}
}

// around is how many days before and behind a day tell how many births a day
// of that time has.
const around = 15

// bornRarity returns how rare a birth date is: as its time is or, where a day
// is written far oftener than its neighbours (clerks write 1 January for
// those who do not know), as the day is.
func (s *Set) bornRarity(d civil.Date, dated int) int32 {
	near := int32(0)
	for k := d - around; k <= d+around; k++ {
		near += s.days[int32(k)]
	}
	share := math.Max(float64(near-1), 1) / (2*around + 1)
	if own := float64(s.days[int32(d)] - 1); own > fewRecords && own > share+3*math.Sqrt(share) {
		share = own
	}
	return rarity(share / float64(dated))
}

// noDayRarity returns how rare it is that so many have one date that is no day:
// as rare as days of the list are, or less where it stands for an unknown one.
func (s *Set) noDayRarity(own int32, dated int) int32 {
	if len(s.days) == 0 {
		return 0
	}
	return rarity(max(1/float64(len(s.days)), float64(own)/float64(dated+int(own))))
}

// recount counts the values that the records of one person share once.
func (s *Set) recount(clusters [][]int32) {
	for f, d := range s.text {
		again(s, Field(f), clusters, func(at int32) *int32 { return &d.uses[at].count })
	}
	for f, n := range s.number {
		if n != nil {
			again(s, Field(f), clusters, func(at int32) *int32 { return &n.all[at].count })
		}
	}
	for _, members := range clusters {
		for k, i := range members {
			born := s.entries[i].born
			if born.known() && slices.ContainsFunc(members[:k], func(j int32) bool { return s.entries[j].born == born }) {
				if _, no := s.noDays[born]; no {
					s.noDays[born]--
				} else {
					s.days[int32(born.date())]--
				}
			}
		}
	}
	s.weigh()
}

// again takes from the count of each value the records that are another's.
func again(s *Set, f Field, clusters [][]int32, count func(at int32) *int32) {
	for _, members := range clusters {
		for k, i := range members {
			at := s.entries[i].at[f]
			if at >= 0 && slices.ContainsFunc(members[:k], func(j int32) bool { return s.entries[j].at[f] == at }) {
				*count(at)--
			}
		}
	}
}

// known returns how many records have a value of f.
func (s *Set) known(f Field) int {
	n := 0
	for i := range s.entries {
		if s.entries[i].at[f] >= 0 {
			n++
		}
	}
	return max(n, 1)
}

// phoneDigits writes a phone number without its country or trunk prefix.
func phoneDigits(s string) string {
	d := Digits(s)
	if len(d) > 9 && d[:2] == "62" {
		return d[2:]
	}
	if len(d) > 1 && d[0] == '0' {
		return d[1:]
	}
	return d
}
