package rule

import (
	"math/bits"

	"gotong/internal/column"
)

// reduce makes one value of those of each family's members, or of each
// member's pairs.
func (f *frame) reduce(s *step, r *register, n int) {
	ends, base := f.groups(s)
	size := f.rows[memberRows]
	if s.rows == memberRows {
		size = f.rows[pairRows]
	}
	doubts := f.filter(s, size)
	if s.kind == Bool {
		r.bools(n)
		f.quantify(s, r, ends, base, doubts)
		return
	}
	r.make(n)
	if s.reduction == ReduceCount {
		r.low, r.high = 0, int64(size)
		f.count(r, ends, base)
		return
	}
	f.total(s, r, ends, base)
}

// filter selects the rows that pass every filter in turn. A row that passed
// the ones before and for which a filter is unknown puts its whole family in
// doubt, since nobody can say which members are walked over. It reports
// whether there is such a row.
func (f *frame) filter(s *step, size int) (doubts bool) {
	words := (size + 63) / 64
	f.selected = sized(f.selected, words)
	f.doubtful = sized(f.doubtful, words)
	onesBits(f.selected, size)
	clear(f.doubtful)
	var any uint64
	for _, reg := range s.filters {
		p := &f.registers[reg]
		for w := range f.selected {
			f.doubtful[w] |= f.selected[w] &^ (p.yes[w] | p.no[w])
			f.selected[w] &= p.yes[w]
			any |= f.doubtful[w]
		}
	}
	return any != 0
}

// quantify is exists and all: all is that none fails. A family is decided by
// one member, and otherwise open where a member is.
func (f *frame) quantify(s *step, r *register, ends []int32, base int, doubts bool) {
	body := f.arg(s, 0)
	decisive, other := body.yes, body.no
	decided, opposite := r.yes, r.no
	if s.reduction == ReduceAll {
		decisive, other = other, decisive
		decided, opposite = opposite, decided
	}
	f.deciding, f.open = sized(f.deciding, len(f.selected)), sized(f.open, len(f.selected))
	var some uint64
	for w, selected := range f.selected {
		f.deciding[w] = selected & decisive[w]
		f.open[w] = selected &^ (decisive[w] | other[w])
		some |= f.open[w]
	}
	column.AnyIn(decided, f.deciding, ends, base)
	if some != 0 {
		column.AnyIn(opposite, f.open, ends, base)
	}
	for w := range opposite { // those that are open are neither
		opposite[w] = ^(decided[w] | opposite[w])
	}
	if doubts {
		f.open = sized(f.open, len(r.yes))
		clear(f.open)
		column.AnyIn(f.open, f.doubtful, ends, base)
		for w, doubt := range f.open {
			r.yes[w] &^= doubt
			r.no[w] &^= doubt
		}
	}
	trim(opposite, len(ends))
}

// trim makes the bits past the first n zero.
func trim(b []uint64, n int) {
	if n%64 != 0 {
		b[len(b)-1] &= 1<<uint(n%64) - 1
	}
}

// count counts the selected rows of each group.
func (f *frame) count(r *register, ends []int32, base int) {
	from := 0
	for i, e := range ends {
		end, count, doubt := int(e)-base, 0, uint64(0)
		for from < end {
			at, n := from&63, min(64-from&63, end-from)
			count += bits.OnesCount64(f.selected[from>>6] >> uint(at) << uint(64-n))
			doubt |= f.doubtful[from>>6] >> uint(at) << uint(64-n)
			from += n
		}
		r.put(i, int64(count), doubt == 0)
	}
}

// total is sum, min and max of the selected rows of each group.
func (f *frame) total(s *step, r *register, ends []int32, base int) {
	body, from := f.arg(s, 0), 0
	nums := body.numbers()
	for i, e := range ends {
		end := int(e) - base
		v, ok := f.totalOf(s.reduction, body, nums, from, end)
		r.put(i, v, ok)
		from = end
	}
}

func (f *frame) totalOf(how Reduction, body *register, nums []int64, from, end int) (v int64, ok bool) {
	count, sum := 0, total{}
	for at := from; at < end; at += 64 {
		n := min(64, end-at)
		if bitsAt(f.doubtful, at, n) != 0 {
			return 0, false
		}
		selected := bitsAt(f.selected, at, n)
		if selected&^bitsAt(body.known, at, n) != 0 {
			return 0, false
		}
		for ; selected != 0; selected &= selected - 1 {
			x := nums[at+bits.TrailingZeros64(selected)]
			switch {
			case how == ReduceSum:
				sum.add(x)
			case count == 0:
				v = x
			case how == ReduceMin:
				v = min(v, x)
			default:
				v = max(v, x)
			}
			count++
		}
	}
	if how == ReduceSum {
		return sum.value()
	}
	return v, count > 0
}
