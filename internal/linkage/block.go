package linkage

import (
	"cmp"
	"context"
	"math/bits"
	"slices"
)

// blocks are the blocks of all rules, and the blocks of every record.
type blocks struct {
	members []int32 // records, block after block, in each by number
	starts  []int32 // where each block begins in members, and where the last ends
	rules   []int32 // where the blocks of each rule begin, and where the last end
	of      []int32 // blocks, record after record
	records []int32 // where each record's begin in of, and where the last end
}

// BlockReport says what one blocking rule made of the records.
type BlockReport struct {
	Rule    string `json:"rule"`
	Blocks  int    `json:"blocks"`  // of two records or more
	Largest int    `json:"largest"` // records in the largest of these
	Pairs   int64  `json:"pairs"`   // within blocks; those that rules share are counted for each
	// Split blocks held too many records to compare them all, and were split
	// by further rules.
	Split        int `json:"split"`
	LargestSplit int `json:"largest_split"`
	// Capped blocks are those that no rule splits further; the pairs that
	// only they hold were not looked at.
	Capped        int `json:"capped"`
	CappedRecords int `json:"capped_records"`
	LargestCapped int `json:"largest_capped"`
}

// place is a record in a block. The key is parted in two so that many places
// take little room.
type place struct {
	high, low uint32 // key of the block
	at        int32
}

func placeOf(key uint64, at int32) place { return place{uint32(key >> 32), uint32(key), at} }

func (p place) key() uint64 { return uint64(p.high)<<32 | uint64(p.low) }

func (p place) with(o place) bool { return p.high == o.high && p.low == o.low }

// keySet is keys of blocks, none of them 0, in a table of twice their number
// or more.
type keySet struct {
	slots []uint64
	n     int
}

func (k *keySet) add(key uint64) {
	if 2*k.n >= len(k.slots) {
		old := k.slots
		*k = keySet{slots: make([]uint64, max(64, 4*k.n))}
		for _, o := range old {
			if o != 0 {
				k.add(o)
			}
		}
	}
	at := k.find(key)
	if k.slots[at] == 0 {
		k.slots[at] = key
		k.n++
	}
}

// find returns where a key is, or the free slot where it belongs.
func (k *keySet) find(key uint64) uint64 {
	mask := uint64(len(k.slots) - 1)
	at := key >> 20 & mask
	for k.slots[at] != 0 && k.slots[at] != key {
		at = (at + 1) & mask
	}
	return at
}

func (k *keySet) has(key uint64) bool { return k.n > 0 && k.slots[k.find(key)] == key }

// blocker makes the blocks, one rule after another.
type blocker struct {
	*linker
	limit int       // most records of a block that others can split
	split []bool    // by rule: whether others split it
	large []*keySet // by rule: the keys of blocks that were split
	parts [blockParts][]place
	room  []place
}

// Limits of a block that finer rules can split. Of few records, larger blocks
// are affordable: so many that each rule's hold fewPairs or less.
const (
	splitFrom = 12
	fewPairs  = 500_000
)

// blockParts is in how many parts the records are put into blocks.
const blockParts = 16

func (l *linker) block(ctx context.Context) error {
	n := max(len(l.set.entries), 1)
	b := &blocker{linker: l, limit: min(max(splitFrom, fewPairs/n), l.options.BlockLimit),
		split: make([]bool, len(rules)), large: make([]*keySet, len(rules))}
	for i := range rules {
		for _, w := range rules[i].within {
			b.split[w] = true
		}
	}
	found := make([]*ruleBlocks, len(rules))
	for i := range rules {
		var err error
		if found[i], err = b.make(ctx, i); err != nil {
			return err
		}
		b.large[i] = found[i].large
		l.result.Blocks = append(l.result.Blocks, found[i].report)
		l.progress.Add("", 1)
	}
	l.blocks = join(found, n)
	return nil
}

// ruleBlocks are the blocks of one rule.
type ruleBlocks struct {
	members, ends []int32
	large         *keySet
	report        BlockReport
}

func (b *blocker) make(ctx context.Context, rule int) (*ruleBlocks, error) {
	out := &ruleBlocks{large: &keySet{}, report: BlockReport{Rule: rules[rule].name}}
	n := len(b.set.entries)
	err := b.each(ctx, blockParts, func(_ *comparer, i int) {
		b.parts[i] = b.places(rule, i*n/blockParts, (i+1)*n/blockParts, b.parts[i][:0])
	})
	if err != nil {
		return nil, err
	}
	places, err := b.group(ctx, b.shared())
	for from := 0; from < len(places); {
		to := from + 1
		for to < len(places) && places[to].with(places[from]) {
			to++
		}
		b.keep(out, places[from:to], b.split[rule])
		from = to
	}
	return out, err
}

// keep adds a block, where it is neither alone nor too large.
func (b *blocker) keep(out *ruleBlocks, block []place, split bool) {
	n, r := len(block), &out.report
	switch {
	case n < 2:
	case split && n > b.limit:
		out.large.add(block[0].key())
		r.Split++
		r.LargestSplit = max(r.LargestSplit, n)
	case n > b.options.BlockLimit:
		r.Capped++
		r.CappedRecords += n
		r.LargestCapped = max(r.LargestCapped, n)
	default:
		r.Blocks++
		r.Largest = max(r.Largest, n)
		r.Pairs += int64(n) * int64(n-1) / 2
		for _, p := range block {
			out.members = append(out.members, p.at)
		}
		out.ends = append(out.ends, int32(len(out.members)))
	}
}

// places appends the records of a range in the blocks of a rule.
func (b *blocker) places(rule, from, to int, out []place) []place {
	r := &rules[rule]
	var key ruleKey
	for i := from; i < to; i++ {
		first := len(out)
		b.combine(r, rule, &b.set.entries[i], 0, &key, func(k uint64) {
			p := placeOf(k, int32(i))
			if !slices.Contains(out[first:], p) {
				out = append(out, p)
			}
		})
	}
	return out
}

// ruleKey is one value of each part.
type ruleKey [partCount]uint64

// of returns the key of a rule's block.
func (k *ruleKey) of(rule int) uint64 {
	key := uint64(rule) + 1
	for _, p := range rules[rule].parts {
		key = mix(key, k[p])
	}
	return key
}

// combine calls fn for each combination of values of a rule's parts that is in
// too large a block of every rule that this one splits.
func (b *blocker) combine(r *rule, at int, e *entry, depth int, key *ruleKey, fn func(uint64)) {
	if depth == len(r.parts) {
		for _, w := range r.within {
			if !b.within(w, r, e, key) {
				return
			}
		}
		fn(key.of(at))
		return
	}
	var room [mostValues]uint64
	for _, v := range b.set.values(e, r.parts[depth], &room) {
		key[r.parts[depth]] = v
		b.combine(r, at, e, depth+1, key, fn)
	}
}

// within reports whether a record with these values is in blocks of rule w
// that were split, and in no other. A part that the values lack is implied by
// those of another: who shares all of a name shares each word.
func (b *blocker) within(w int, r *rule, e *entry, key *ruleKey) bool {
	large := b.large[w]
	if large.n == 0 {
		return false
	}
	for _, p := range rules[w].parts {
		if slices.Contains(r.parts, p) {
			continue
		}
		var room [mostValues]uint64
		values := b.set.values(e, p, &room)
		for _, v := range values {
			key[p] = v
			if !large.has(key.of(w)) {
				return false
			}
		}
		return len(values) > 0
	}
	return large.has(key.of(w))
}

// shared leaves of all parts the places of blocks of more than one record, and
// perhaps a few others: what a small table of counts, by a few bits of the
// key, lets through. In fine blocks most records are alone. It returns how
// many are left.
func (b *blocker) shared() int {
	total := 0
	for _, part := range b.parts {
		total += len(part)
	}
	shift := 32 - min(max(bits.Len(uint(total))+1, 8), 28)
	counts := make([]uint8, 1<<(32-shift))
	for _, part := range b.parts {
		for _, p := range part {
			if c := &counts[p.low>>shift]; *c < 2 {
				*c++
			}
		}
	}
	left := 0
	for i, part := range b.parts {
		b.parts[i] = slices.DeleteFunc(part, func(p place) bool { return counts[p.low>>shift] < 2 })
		left += len(b.parts[i])
	}
	return left
}

// group returns the n places of all parts ordered by block and record: first
// by a few bits of the key, then each heap by itself, which lies close
// together.
func (b *blocker) group(ctx context.Context, n int) ([]place, error) {
	const heaps, shift = 1 << 10, 22
	var ends [heaps + 1]int32
	for _, part := range b.parts {
		for _, p := range part {
			ends[p.high>>shift+1]++
		}
	}
	for i := range heaps {
		ends[i+1] += ends[i]
	}
	b.room = slices.Grow(b.room[:0], n)[:n]
	next := ends
	for _, part := range b.parts {
		for _, p := range part {
			at := &next[p.high>>shift]
			b.room[*at] = p
			*at++
		}
	}
	err := b.each(ctx, heaps, func(_ *comparer, i int) {
		slices.SortFunc(b.room[ends[i]:ends[i+1]], func(x, y place) int {
			if !x.with(y) {
				return cmp.Compare(x.key(), y.key())
			}
			return int(x.at - y.at)
		})
	})
	return b.room, err
}

// join puts the blocks of all rules together and finds those of each of n
// records.
func join(found []*ruleBlocks, n int) *blocks {
	total, count := 0, 0
	for _, f := range found {
		total, count = total+len(f.members), count+len(f.ends)
	}
	b := &blocks{members: make([]int32, 0, total), starts: make([]int32, 0, count+1), rules: make([]int32, 0, len(found)+1)}
	for _, f := range found {
		b.rules = append(b.rules, int32(len(b.starts)))
		from := int32(len(b.members))
		b.members = append(b.members, f.members...)
		begin := int32(0)
		for _, end := range f.ends {
			b.starts = append(b.starts, from+begin)
			begin = end
		}
		f.members, f.ends = nil, nil
	}
	b.rules = append(b.rules, int32(len(b.starts)))
	b.starts = append(b.starts, int32(len(b.members)))
	b.invert(n)
	return b
}

// invert fills the blocks of each record.
func (b *blocks) invert(n int) {
	b.records = make([]int32, n+1)
	for _, at := range b.members {
		b.records[at+1]++
	}
	for i := range n {
		b.records[i+1] += b.records[i]
	}
	b.of = make([]int32, len(b.members))
	next := slices.Clone(b.records)
	for k := range len(b.starts) - 1 {
		for _, at := range b.block(k) {
			b.of[next[at]] = int32(k)
			next[at]++
		}
	}
}

// block returns the records of a block.
func (b *blocks) block(k int) []int32 { return b.members[b.starts[k]:b.starts[k+1]] }
