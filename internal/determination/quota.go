package determination

import (
	"cmp"
	"container/heap"
	"math/bits"
	"runtime"
	"slices"
	"strconv"
	"sync"

	"gotong/internal/column"
	"gotong/internal/programme"
	"gotong/internal/snapshot"
)

// Who qualifies for a programme with a quota is put in order: by the area
// whose quota counts, by the programme's priorities, an unknown value after
// all others, and then by lot. The lot is the random half of the family's id,
// which no one can choose and which stays the same from one determination to
// the next. What is left goes by the snapshot's order.

// drawLots notes what orders those of a stretch who are given something.
func (x *piece) drawLots(p *programme.Programme, q *programme.Quota, f *snapshot.Families) {
	within, family := q.Codes() >= partDigits, 0
	x.of.given.Each(func(row int) {
		if !p.Subject.EachMember() {
			family = row
		}
		for p.Subject.EachMember() && int(f.Offsets[family+1]) <= row {
			family++
		}
		x.lots = append(x.lots, f.Lots[family])
		if within {
			x.areas = append(x.areas, quotaArea(q, f.Areas[family]))
		}
	})
}

// quotaArea cuts a village's code down to the area that the quota is for.
func quotaArea(q *programme.Quota, village int64) int64 {
	for range 10 - q.Codes() {
		village /= 10
	}
	return village
}

// quotaAreaOf cuts a partition's code down to a larger area.
func quotaAreaOf(q *programme.Quota, part string) int64 {
	n, _ := strconv.ParseInt(part[:q.Codes()], 10, 64) // zero: the nation
	return n
}

func areaCode(area int64) string {
	if area == 0 {
		return "" // the nation
	}
	return strconv.FormatInt(area, 10)
}

// QuotaUse says how far a quota reached in one area.
type QuotaUse struct {
	Area      string `json:"area"` // empty for the nation
	Limit     int64  `json:"limit"`
	Qualified int64  `json:"qualified"`
	Waiting   int64  `json:"waiting"`
}

// ticket is the place of one who qualifies in the order: those of lower
// tickets come first.
type ticket struct {
	key   uint64 // area and priorities
	lot   uint32
	given uint32 // place among the given of its part
}

// sorted sorts tickets whose keys have so many bits, which come in the order
// of given: a byte at a time from the lowest of the lot to the highest of the
// key, each time leaving equals in their order. It takes the time of going
// through them, where comparing would take many times that.
func sorted(tickets []ticket, keyBits int) []ticket {
	spare := make([]ticket, len(tickets))
	pass := func(digit func(ticket) uint8) {
		var starts [256]int
		for _, t := range tickets {
			starts[digit(t)]++
		}
		at := 0
		for d, n := range starts {
			if n == len(tickets) {
				return // all the same
			}
			starts[d], at = at, at+n
		}
		for _, t := range tickets {
			d := digit(t)
			spare[starts[d]] = t
			starts[d]++
		}
		tickets, spare = spare, tickets
	}
	for shift := 0; shift < 32; shift += 8 {
		pass(func(t ticket) uint8 { return uint8(t.lot >> shift) })
	}
	for shift := 0; shift < keyBits; shift += 8 {
		pass(func(t ticket) uint8 { return uint8(t.key >> shift) })
	}
	return tickets
}

// share gives each of the given its place and puts on the waiting list whom
// the quota does not reach. area tells which area's quota counts.
func share(q *programme.Quota, by []programme.Priority, parts []*laid, area func(part, given int) int64) []QuotaUse {
	m := merger(sortedTickets(by, parts, area))
	for _, l := range parts {
		l.places, l.waitlisted = make([]uint32, len(l.lots)), column.NewBitmap(len(l.lots))
	}
	var uses []QuotaUse
	var at int64
	place := uint32(0)
	for len(m) > 0 {
		part, t := m.next()
		if a := area(part, int(t.given)); len(uses) == 0 || a != at {
			limit, limited := q.Limit(areaCode(a))
			if !limited {
				limit = -1
			}
			at, place = a, 0
			uses = append(uses, QuotaUse{Area: areaCode(a), Limit: limit})
		}
		use := &uses[len(uses)-1]
		place++
		use.Qualified++
		parts[part].places[t.given] = place
		if use.Limit >= 0 && int64(place) > use.Limit {
			parts[part].waitlisted.Set(int(t.given))
			use.Waiting++
		}
	}
	for _, l := range parts {
		l.spreadWaiting()
	}
	return uses
}

// spreadWaiting turns the waiting among the given into the waiting among all
// rows.
func (l *laid) spreadWaiting() {
	waiting := column.NewBitmap(l.rows)
	k := 0
	l.given.Each(func(row int) {
		if l.waitlisted.Get(k) {
			waiting.Set(row)
		}
		k++
	})
	l.waitlisted, l.lots, l.priority, l.areas = waiting, nil, nil, nil
}

// sortedTickets makes the tickets of each part and sorts them.
func sortedTickets(by []programme.Priority, parts []*laid, area func(part, given int) int64) []*queue {
	key := keyOf(by, parts, area)
	queues := make([]*queue, len(parts))
	var wg sync.WaitGroup
	free := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i, l := range parts {
		free <- struct{}{}
		wg.Go(func() {
			defer func() { <-free }()
			tickets := make([]ticket, len(l.lots))
			for k, lot := range l.lots {
				tickets[k] = ticket{key.code(i, k), lot, uint32(k)}
			}
			queues[i] = &queue{i, sorted(tickets, key.bits)}
		})
	}
	wg.Wait()
	return queues
}

// criterion is one column that orders, as numbers from zero of which lower
// ones come first.
type criterion struct {
	code func(part, given int) uint64
	bits int
}

// keyOf packs the criteria into one number.
func keyOf(by []programme.Priority, parts []*laid, area func(part, given int) int64) criterion {
	all := []criterion{byArea(parts, area)}
	for i, p := range by {
		all = append(all, byPriority(parts, i, p.Descending))
	}
	for {
		total := 0
		for _, c := range all {
			total += c.bits
		}
		if total <= 64 {
			return joinedCriteria(all)
		}
		// Too wide: what matters is the order, so count the values off. Two
		// that are counted off fit one key, which can be counted off again.
		wide := slices.IndexFunc(all, func(c criterion) bool { return c.bits > 32 })
		if wide >= 0 {
			all[wide] = all[wide].countedOff(parts)
			continue
		}
		all = append([]criterion{joinedCriteria(all[:2]).countedOff(parts)}, all[2:]...)
	}
}

func joinedCriteria(all []criterion) criterion {
	total := 0
	for _, c := range all {
		total += c.bits
	}
	return criterion{bits: total, code: func(part, given int) uint64 {
		var key uint64
		for i := range all {
			key = key<<uint(all[i].bits) | all[i].code(part, given)
		}
		return key
	}}
}

func byArea(parts []*laid, area func(part, given int) int64) criterion {
	high := int64(0)
	for i, l := range parts {
		for k := range l.lots {
			high = max(high, area(i, k))
		}
	}
	return criterion{bits: bits.Len64(uint64(high)), code: func(part, given int) uint64 { return uint64(area(part, given)) }}
}

func byPriority(parts []*laid, i int, descending bool) criterion {
	low, high, some := int64(0), int64(0), false
	for _, l := range parts {
		if len(l.priority) == 0 {
			continue // nobody qualifies
		}
		if a, b, ok := l.priority[i].Bounds(); ok && !some {
			low, high, some = a, b, true
		} else if ok {
			low, high = min(low, a), max(high, b)
		}
	}
	span := uint64(high) - uint64(low)
	unknown := span + 1 // comes last; 0 where all 64 bits are taken, see below
	c := criterion{bits: bits.Len64(unknown), code: func(part, given int) uint64 {
		n := &parts[part].priority[i]
		switch v := n.Value(given); {
		case !n.Known(given):
			return unknown
		case descending:
			return uint64(high) - uint64(v)
		default:
			return uint64(v) - uint64(low)
		}
	}}
	if unknown == 0 { // from end to end of 64 bits: leave out one, for the unknown
		exact := c.code
		unknown = ^uint64(0)
		c.bits, c.code = 64, func(part, given int) uint64 {
			if !parts[part].priority[i].Known(given) {
				return unknown
			}
			return min(exact(part, given), unknown-1)
		}
	}
	return c
}

// countedOff replaces the values by their places among the distinct ones.
func (c criterion) countedOff(parts []*laid) criterion {
	var all []uint64
	for i, l := range parts {
		for k := range l.lots {
			all = append(all, c.code(i, k))
		}
		slices.Sort(all)
		all = slices.Compact(all)
	}
	return criterion{bits: bits.Len(uint(len(all))), code: func(part, given int) uint64 {
		at, _ := slices.BinarySearch(all, c.code(part, given))
		return uint64(at)
	}}
}

// queue is what is left of the sorted tickets of a part.
type queue struct {
	part    int
	tickets []ticket
}

// mergers take the lowest ticket of several queues: a heap by first tickets,
// and by part among equal ones.
type mergers []*queue

func merger(queues []*queue) mergers {
	m := mergers(slices.DeleteFunc(queues, func(q *queue) bool { return len(q.tickets) == 0 }))
	heap.Init(&m)
	return m
}

func (m *mergers) next() (part int, t ticket) {
	q := (*m)[0]
	t, q.tickets = q.tickets[0], q.tickets[1:]
	if len(q.tickets) == 0 {
		heap.Pop(m)
	} else {
		m.sink()
	}
	return q.part, t
}

// sink restores the heap after its first queue has moved on.
func (m mergers) sink() {
	for i := 0; ; {
		child := 2*i + 1
		if child+1 < len(m) && m.Less(child+1, child) {
			child++
		}
		if child >= len(m) || !m.Less(child, i) {
			return
		}
		m.Swap(i, child)
		i = child
	}
}

// Len, Less, Swap, Push and Pop implement heap.Interface.
func (m mergers) Len() int { return len(m) }

// Less implements heap.Interface.
func (m mergers) Less(i, j int) bool {
	a, b := m[i].tickets[0], m[j].tickets[0]
	return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.lot, b.lot), cmp.Compare(m[i].part, m[j].part)) < 0
}

// Swap implements heap.Interface.
func (m mergers) Swap(i, j int) { m[i], m[j] = m[j], m[i] }

// Push implements heap.Interface.
func (m *mergers) Push(x any) { *m = append(*m, x.(*queue)) }

// Pop implements heap.Interface.
func (m *mergers) Pop() any {
	last := (*m)[len(*m)-1]
	*m = (*m)[:len(*m)-1]
	return last
}
