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
	number int   // of the rule
	rule   *rule //
	heaps  [heapCount][]uint64
	at     int32 // the record
	values [partCount]valuesOf
	key    [partCount]uint64 // one value of each part
	cells  []int32
	places []uint64
}

// valuesOf are the values that a record has of a part.
type valuesOf struct {
	room [mostValues]uint64
	all  []uint64
}

// begin makes ready for a rule.
func (k *keyer) begin(number int) {
	k.number, k.rule = number, &rules[number]
	for i := range k.heaps {
		k.heaps[i] = k.heaps[i][:0]
	}
}

// record puts a record into the heaps of its blocks.
func (k *keyer) record(at int32) {
	if k.held[at]&k.rule.splits != k.rule.splits {
		return
	}
	k.at = at
	e := &k.set.entries[at]
	for _, p := range k.rule.parts {
		v := &k.values[p]
		if v.all = k.set.values(e, p, &v.room); len(v.all) == 0 {
			return
		}
	}
	k.combine(e, 0, uint64(k.number)+1)
}

// combine puts the record into a block for each combination of values of the
// rule's parts that is in too large a block of every rule that this one
// splits.
func (k *keyer) combine(e *entry, depth int, key uint64) {
	if depth == len(k.rule.parts) {
		for _, w := range k.rule.within {
			if !k.within(w, e) {
				return
			}
		}
		heap := &k.heaps[key>>(64-heapBits)]
		*heap = append(*heap, key<<heapBits>>atBits<<atBits|uint64(k.at))
		return
	}
	p := k.rule.parts[depth]
	for _, v := range k.values[p].all {
		k.key[p] = v
		k.combine(e, depth+1, mix(key, v))
	}
}

// within reports whether a record with these values is in blocks of rule w
// that were split, and in no other. A part that the values lack is implied by
// those of another: who shares all of a name shares each word.
func (k *keyer) within(w int, e *entry) bool {
	large := k.large[w]
	for _, p := range rules[w].parts {
		if slices.Contains(k.rule.parts, p) {
			continue
		}
		v := &k.values[p]
		v.all = k.set.values(e, p, &v.room)
		for _, one := range v.all {
			k.key[p] = one
			if !large.has(k.keyOf(w)) {
				return false
			}
		}
		return len(v.all) > 0
	}
	return large.has(k.keyOf(w))
}

// keyOf returns the key of a rule's block by one value of each part, as it is
// kept.
func (k *keyer) keyOf(rule int) uint64 {
	key := uint64(rule) + 1
	for _, p := range rules[rule].parts {
		key = mix(key, k.key[p])
	}
	return keptKey(key)
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
			atomic.OrUint64(&k.held[p&(1<<atBits-1)], 1<<k.number)
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
