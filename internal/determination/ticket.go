package determination

import (
	"cmp"
	"slices"
	"sync"
)

// ticket is the place of one who qualifies in the order: those of lower keys
// come first, and of equal keys those of lower lots.
//
// The lot, and the place among the given of all parts, are halves of the first
// word; area and priorities are the second.
type ticket [2]uint64

func ticketOf(key uint64, lot, at uint32) ticket { return ticket{uint64(lot)<<32 | uint64(at), key} }

func (t ticket) at() uint32 { return uint32(t[0]) }

func (t ticket) compare(o ticket) int {
	return cmp.Or(cmp.Compare(t[1], o[1]), cmp.Compare(t[0]>>32, o[0]>>32))
}

// ranks returns, of each of the given of each part, how many of all come
// before it. Each part's tickets are sorted by themselves. Then the order is
// cut into ranges, small enough to lie in a cache, of which each finds its
// own tickets in every part and sorts these: no two ranges wait for one
// another, and the order is the same however many there are.
func ranks(parts []*laid, key criterion) [][]uint32 {
	queues, starts := make([][]ticket, len(parts)), make([]uint32, len(parts)+1)
	for i, l := range parts {
		starts[i+1] = starts[i] + uint32(len(l.lots))
	}
	atOnce(len(parts), func(i int) {
		tickets := make([]ticket, len(parts[i].lots))
		for k, lot := range parts[i].lots {
			tickets[k] = ticketOf(key.code(i, k), lot, starts[i]+uint32(k))
		}
		queues[i], _ = sorted(tickets, nil)
	})
	all := make([]uint32, starts[len(parts)])
	cuts := cutsOf(queues)
	var free sync.Pool
	atOnce(len(cuts)+1, func(r int) {
		room, _ := free.Get().(*[2][]ticket)
		if room == nil {
			room = &[2][]ticket{}
		}
		defer free.Put(room)
		own, before := room[0][:0], 0
		for _, q := range queues {
			from, to := 0, len(q)
			if r > 0 {
				from, _ = slices.BinarySearchFunc(q, cuts[r-1], ticket.compare)
			}
			if r < len(cuts) {
				to, _ = slices.BinarySearchFunc(q, cuts[r], ticket.compare)
			}
			before += from
			own = append(own, q[from:to]...)
		}
		room[0], room[1] = sorted(own, room[1])
		for i, t := range room[0] {
			all[t.at()] = uint32(before + i)
		}
	})
	byPart := make([][]uint32, len(parts))
	for i := range parts {
		byPart[i] = all[starts[i]:starts[i+1]:starts[i+1]]
	}
	return byPart
}

// A range has about so many tickets, which is found out from every so manieth.
const (
	inRange  = 1 << 17
	sampling = 1 << 8
)

// cutsOf returns the tickets at which ranges end: those that are equal are in
// one. Parts are sorted.
func cutsOf(parts [][]ticket) (cuts []ticket) {
	if len(parts) == 1 {
		return nil // nothing to put together
	}
	var some []ticket
	for _, q := range parts {
		for i := sampling - 1; i < len(q); i += sampling {
			some = append(some, q[i])
		}
	}
	some, _ = sorted(some, nil)
	for i := inRange / sampling; i < len(some); i += inRange / sampling {
		cuts = append(cuts, some[i])
	}
	return slices.CompactFunc(cuts, func(a, b ticket) bool { return a.compare(b) == 0 })
}

// sorted sorts tickets a byte at a time, from the lowest of the lot to the
// highest of the key, each time leaving equals in their order. It takes the
// time of going through them, where comparing would take many times that. It
// returns them in their memory or in spare's, and the other of the two.
func sorted(tickets, spare []ticket) (in, left []ticket) {
	if len(tickets) == 0 {
		return tickets, spare
	}
	if cap(spare) < len(tickets) {
		spare = make([]ticket, len(tickets))
	}
	spare = spare[:len(tickets)]
	var differ ticket // has the bits in which any two differ
	ordered := true
	for i, t := range tickets {
		differ[0] |= t[0] ^ tickets[0][0]
		differ[1] |= t[1] ^ tickets[0][1]
		ordered = ordered && (i == 0 || tickets[i-1].compare(t) <= 0)
	}
	if ordered {
		return tickets, spare
	}
	for digit := 4; digit < 16; digit++ { // before it comes the place, in whose order they are
		word, shift := digit/8, uint(digit%8*8)
		if uint8(differ[word]>>shift) == 0 {
			continue
		}
		var starts [256]int
		for i := range tickets {
			starts[uint8(tickets[i][word]>>shift)]++
		}
		at := 0
		for d, n := range starts {
			starts[d], at = at, at+n
		}
		for _, t := range tickets {
			d := uint8(t[word] >> shift)
			spare[starts[d]] = t
			starts[d]++
		}
		tickets, spare = spare, tickets
	}
	return tickets, spare
}
