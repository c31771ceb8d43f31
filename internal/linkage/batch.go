package linkage

// batchSize is how many records are put into a set at a time: while their
// values are looked up, field by field side by side, the next ones are read.
const batchSize = 4096

// batch is records whose values are not looked up yet.
type batch struct {
	entries []entry
	values  []values
}

// values are what a record gives of the fields whose values are kept once.
type values struct {
	text  [textCount]string
	codes [valueCount - textCount]string // Postcode, Phone, Number
	blind uint64                         // digest of the number's keyed digest; 0 where there is none
}

func (b *batch) add(e entry, r *Record) {
	v := values{text: [textCount]string{Name: r.Name, Mother: r.Mother, Address: r.Address, Place: r.Place},
		codes: [...]string{r.Postcode, r.Phone, r.Number}}
	if len(r.Blind) > 0 {
		v.blind = digest(r.Blind)
	}
	b.entries, b.values = append(b.entries, e), append(b.values, v)
}

// flush begins to put the batch into the set, once the one before is there.
func (s *Set) flush() {
	s.filling.Wait()
	at := len(s.entries)
	s.entries = append(s.entries, s.fresh.entries...)
	entries, all := s.entries[at:], s.fresh.values
	s.fresh = batch{entries: s.fresh.entries[:0]}
	for _, f := range textFields {
		s.filling.Go(func() {
			for i := range entries {
				entries[i].at[f] = s.text[f].add(all[i].text[f])
			}
		})
	}
	s.filling.Go(func() {
		for i := range entries {
			s.fillCodes(&entries[i], &all[i])
		}
	})
}

func (s *Set) fillCodes(e *entry, v *values) {
	e.at[Postcode] = s.number[Postcode].add(Code(v.codes[0]), 0)
	e.at[Phone] = s.number[Phone].add(phoneDigits(v.codes[1]), 0)
	e.at[Number] = s.number[Number].add(Code(v.codes[2]), v.blind)
	if n := e.at[Number]; n >= 0 {
		v := &s.number[Number].all[n]
		if v.long() && v.dates(e.born, e.marks) {
			e.marks |= dated
		}
		if v.base == 10 && v.length <= packedMost {
			e.number = packDigits(v.digits)
		}
	}
}
