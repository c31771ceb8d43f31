package rule

import "math/bits"

// reduce makes one value of those of each family's members, or of each
// member's pairs.
func (f *frame) reduce(s *step, r *register, n int) {
	ends, size := f.memberEnds, f.rows[memberRows]
	if s.rows == memberRows {
		ends, size = f.pairEnds, f.rows[pairRows]
	}
	f.filter(s, size)
	if s.kind == Bool {
		r.bools(n)
		f.quantify(s, r, ends)
		return
	}
	r.numbers(n)
	from := 0
	for i, end := range ends {
		v, ok := f.total(s, from, int(end))
		r.put(i, v, ok)
		from = int(end)
	}
}

// filter selects the rows that pass every filter in turn. A row that passed
// the ones before and for which a filter is unknown puts its whole family in
// doubt, since nobody can say which members are walked over.
func (f *frame) filter(s *step, size int) {
	words := (size + 63) / 64
	f.selected = sized(f.selected, words)
	f.doubtful = sized(f.doubtful, words)
	onesBits(f.selected, size)
	clear(f.doubtful)
	for _, reg := range s.filters {
		p := &f.registers[reg]
		for w := range f.selected {
			f.doubtful[w] |= f.selected[w] &^ (p.yes[w] | p.no[w])
			f.selected[w] &= p.yes[w]
		}
	}
}

// quantify is exists and all: all is that none fails.
func (f *frame) quantify(s *step, r *register, ends []int32) {
	body := f.arg(s, 0)
	decisive, other := body.yes, body.no
	decided, opposite := r.yes, r.no
	if s.reduction == ReduceAll {
		decisive, other = other, decisive
		decided, opposite = opposite, decided
	}
	from := 0
	for i, e := range ends {
		end := int(e)
		one, open, doubt := false, false, false
		for at := from; at < end; at += 64 {
			n := min(64, end-at)
			selected := bitsAt(f.selected, at, n)
			yes, no := bitsAt(decisive, at, n), bitsAt(other, at, n)
			one = one || selected&yes != 0
			open = open || selected&^(yes|no) != 0
			doubt = doubt || bitsAt(f.doubtful, at, n) != 0
		}
		switch {
		case doubt:
		case one:
			decided[i>>6] |= 1 << uint(i&63)
		case !open:
			opposite[i>>6] |= 1 << uint(i&63)
		}
		from = end
	}
}

// total is size, sum, min and max of the selected rows from up to end.
func (f *frame) total(s *step, from, end int) (v int64, ok bool) {
	count, sum := int64(0), total{}
	for at := from; at < end; at += 64 {
		n := min(64, end-at)
		if bitsAt(f.doubtful, at, n) != 0 {
			return 0, false
		}
		selected := bitsAt(f.selected, at, n)
		if s.reduction == ReduceCount {
			count += int64(bits.OnesCount64(selected))
			continue
		}
		body := f.arg(s, 0)
		if selected&^bitsAt(body.known, at, n) != 0 {
			return 0, false
		}
		for ; selected != 0; selected &= selected - 1 {
			x := body.nums[at+bits.TrailingZeros64(selected)]
			switch {
			case s.reduction == ReduceSum:
				sum.add(x)
			case count == 0:
				v = x
			case s.reduction == ReduceMin:
				v = min(v, x)
			default:
				v = max(v, x)
			}
			count++
		}
	}
	switch s.reduction {
	case ReduceCount:
		return count, true
	case ReduceSum:
		return sum.value()
	}
	return v, count > 0
}
