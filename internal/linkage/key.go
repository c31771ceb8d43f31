package linkage

import (
	"math/bits"
	"slices"
	"sync/atomic"
)

// A record in a block is kept as one number: the key of the block in front,
// the record behind. The first bits of a key say in which heap it lies.
const (
	heapBits  = 10
	atBits    = 29 // records: 536 million at most
	keyBits   = 64 - atBits
	heapCount = 1 << heapBits
)

// keptKey returns a key as far as it is kept, which is never 0.
func keptKey(key uint64) uint64 { return key>>(64-heapBits-keyBits)<<1 | 1 }

// keyer makes the keys of records' blocks, and the blocks of a heap. One
// goroutine uses it.
type keyer struct {
	*blocker
	number  int   // of the rule
	rule    *rule //
	marking bool  // the combinations in large blocks are marked, and put nowhere
	heaps   [heapCount][]uint64
	at      int32  // the record
	ready   uint16 // parts whose values are at hand, a bit each
	values  [partCount]valuesOf
	taken   [partCount]int // which of them
	cells   []int32
	places  []uint64
}

// valuesOf are the values that a record has of a part.
type valuesOf struct {
	room [mostValues]uint64
	all  []uint64
}

// begin makes ready for a rule.
func (k *keyer) begin(number int) {
	k.number, k.rule, k.marking = number, &rules[number], false
	for i := range k.heaps {
		k.heaps[i] = k.heaps[i][:0]
	}
}

// take makes ready for a record.
func (k *keyer) take(at int32) { k.at, k.ready = at, 0 }

// of returns the values that the record has of a part.
func (k *keyer) of(p part) []uint64 {
	v := &k.values[p]
	if k.ready>>p&1 == 0 {
		v.all = k.set.values(&k.set.entries[k.at], p, &v.room)
		k.ready |= 1 << p
	}
	return v.all
}

// record puts a record into the heaps of its blocks.
func (k *keyer) record(at int32) {
	if k.held[at]&k.rule.splits == k.rule.splits {
		k.take(at)
		k.combineAll()
	}
}

// mark notes which combinations of a record are in blocks of some rules that
// were split.
func (k *keyer) mark(at int32, of []int) {
	k.take(at)
	for _, number := range of {
		if k.held[at]>>number&1 != 0 {
			k.number, k.rule, k.marking = number, &rules[number], true
			k.combineAll()
		}
	}
}

// combineAll combines the values of the rule's parts, where the record has some
// of each.
func (k *keyer) combineAll() {
	for _, p := range k.rule.parts {
		if len(k.of(p)) == 0 {
			return
		}
	}
	k.combine(0, scramble(uint64(k.number)+1))
}

// combine puts or marks each combination of values of the rule's parts from a
// depth on, by what their digest is begun with.
func (k *keyer) combine(depth int, begun uint64) {
	p := k.rule.parts[depth]
	last := depth == len(k.rule.parts)-1
	for i, v := range k.values[p].all {
		k.taken[p] = i
		key := scramble(begun^v) | 1 // as mix has it
		switch {
		case !last:
			k.combine(depth+1, scramble(key))
		case !k.marking:
			k.put(key)
		case k.large[k.number].has(keptKey(key)):
			k.marks[k.at] |= 1 << (k.rule.marks + k.rule.place(&k.taken))
		}
	}
}

// put puts the record into the block of a key, if it is in too large a block of
// every rule that this one splits.
func (k *keyer) put(key uint64) {
	for i := range k.rule.asks {
		if !k.within(&k.rule.asks[i]) {
			return
		}
	}
	heap := &k.heaps[key>>(64-heapBits)]
	*heap = append(*heap, key<<heapBits>>atBits<<atBits|uint64(k.at))
}

// within reports whether a record with the values taken is in blocks of a rule
// that were split, and in no other.
func (k *keyer) within(a *ask) bool {
	if !a.lacks {
		return k.inLarge(a.rule)
	}
	all := k.of(a.part)
	for i := range all {
		k.taken[a.part] = i
		if !k.inLarge(a.rule) {
			return false
		}
	}
	return len(all) > 0
}

// inLarge reports whether the values taken are in a block of a rule that was
// split.
func (k *keyer) inLarge(number int) bool {
	r := &rules[number]
	if r.marked {
		return k.marks[k.at]>>(r.marks+r.place(&k.taken))&1 != 0
	}
	key := uint64(number) + 1
	for _, p := range r.parts {
		key = mix(key, k.of(p)[k.taken[p]])
	}
	return k.large[number].has(keptKey(key))
}

// blocks returns the blocks of a heap, by key.
func (k *keyer) blocks(heap int) made {
	var out made
	places := k.ordered(heap)
	for from := 0; from < len(places); {
		block := places[from : from+1]
		to := from + 1
		for ; to < len(places) && places[to]>>atBits == block[0]>>atBits; to++ {
			if places[to] != block[len(block)-1] { // in it by two values
				block = append(block, places[to])
			}
		}
		k.keep(&out, uint64(heap)<<keyBits|block[0]>>atBits, block)
		from = to
	}
	out.members = slices.Clip(slices.Clone(out.members))
	return out
}

// keep adds a block, where it is neither alone nor too large.
func (k *keyer) keep(out *made, key uint64, block []uint64) {
	n, r := len(block), &out.report
	switch {
	case n < 2:
	case k.rule.split && n > k.limit:
		out.large = append(out.large, key<<1|1)
		r.Split++
		r.LargestSplit = max(r.LargestSplit, n)
		for _, p := range block {
			if held := &k.held[p&(1<<atBits-1)]; atomic.LoadUint64(held)>>k.number&1 == 0 {
				atomic.OrUint64(held, 1<<k.number)
			}
		}
	case n > k.options.BlockLimit:
		r.Capped++
		r.CappedRecords += n
		r.LargestCapped = max(r.LargestCapped, n)
	default:
		r.Blocks++
		r.Largest = max(r.Largest, n)
		r.Pairs += int64(n) * int64(n-1) / 2
		first := firstMember
		for _, p := range block {
			out.members = append(out.members, member(p&(1<<atBits-1))|first)
			first = 0
		}
	}
}

// fewPlaces is up to how many places are put in order one by one.
const fewPlaces = 12

// ordered returns the places of a heap in order, without those that are alone
// in their block for sure: with so many cells as there are places, most that
// are alone have a cell of their own.
func (k *keyer) ordered(heap int) []uint64 {
	n := 0
	for _, o := range k.keyers {
		n += len(o.heaps[heap])
	}
	shift := 64 - max(bits.Len(uint(n)), 1)
	k.cells = slices.Grow(k.cells[:0], 1<<(64-shift)+1)[:1<<(64-shift)+1]
	clear(k.cells)
	for _, o := range k.keyers {
		for _, p := range o.heaps[heap] {
			k.cells[p>>shift]++
		}
	}
	next := int32(0)
	for i, size := range k.cells {
		if size < 2 {
			k.cells[i] = -1
			continue
		}
		k.cells[i] = next
		next += size
	}
	k.places = slices.Grow(k.places[:0], int(next))[:next]
	for _, o := range k.keyers {
		for _, p := range o.heaps[heap] {
			if at := &k.cells[p>>shift]; *at >= 0 {
				k.places[*at] = p
				*at++
			}
		}
	}
	from := int32(0)
	for _, to := range k.cells {
		if to < 0 {
			continue
		}
		order(k.places[from:to])
		from = to
	}
	return k.places
}

func order(places []uint64) {
	if len(places) > fewPlaces {
		slices.Sort(places)
		return
	}
	for i := 1; i < len(places); i++ {
		p := places[i]
		at := i
		for ; at > 0 && places[at-1] > p; at-- {
			places[at] = places[at-1]
		}
		places[at] = p
	}
}
