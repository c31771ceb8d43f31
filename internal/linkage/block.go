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

// place is a record in a block.
type place struct {
	key uint64
	at  int32
}

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

// blocker makes the blocks.
type blocker struct {
	set    *Set
	limit  int       // most records of a block that others can split
	most   int       // most records of a block that nothing splits
	split  []bool    // by rule: whether others split it
	large  []*keySet // by rule: the keys of blocks that were split
	result *blocks
}

// Limits of a block that finer rules can split. Of few records, larger blocks
// are affordable: so many that all blocks together hold fewPairs.
const (
	splitFrom = 12
	fewPairs  = 4_000_000
)

func (l *linker) block(ctx context.Context) error {
	n := max(len(l.set.entries), 1)
	b := &blocker{set: l.set, most: l.options.BlockLimit, large: make([]*keySet, len(rules)), split: make([]bool, len(rules)), result: &blocks{}}
	b.limit = min(max(splitFrom, fewPairs/n/8), b.most)
	for i := range rules {
		for _, w := range rules[i].within {
			b.split[w] = true
		}
	}
	found := make([]*ruleBlocks, len(rules))
	for from := 0; from < len(rules); {
		to := from + 1 // rules that do not split one another are made side by side
		for to < len(rules) && !slices.ContainsFunc(rules[to].within, func(w int) bool { return w >= from }) {
			to++
		}
		err := l.each(ctx, to-from, func(_ *comparer, i int) {
			found[from+i] = b.make(from + i)
			l.progress.Add("", 1)
		})
		if err != nil {
			return err
		}
		for i := from; i < to; i++ {
			b.large[i] = found[i].large
		}
		from = to
	}
	l.blocks = join(found, n)
	for _, f := range found {
		l.result.Blocks = append(l.result.Blocks, f.report)
	}
	return nil
}

// ruleBlocks are the blocks of one rule.
type ruleBlocks struct {
	members, ends []int32
	large         *keySet
	report        BlockReport
}

func (b *blocker) make(rule int) *ruleBlocks {
	out := &ruleBlocks{large: &keySet{}, report: BlockReport{Rule: rules[rule].name}}
	places := group(shared(b.places(rule)))
	for from := 0; from < len(places); {
		to := from + 1
		for to < len(places) && places[to].key == places[from].key {
			to++
		}
		b.keep(out, places[from:to], b.split[rule])
		from = to
	}
	return out
}

// keep adds a block, where it is neither alone nor too large.
func (b *blocker) keep(out *ruleBlocks, block []place, split bool) {
	n, r := len(block), &out.report
	switch {
	case n < 2:
	case split && n > b.limit:
		out.large.add(block[0].key)
		r.Split++
		r.LargestSplit = max(r.LargestSplit, n)
	case n > b.most:
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

// places returns the records in the blocks of a rule, in no order.
func (b *blocker) places(rule int) []place {
	var out []place
	r := &rules[rule]
	var key ruleKey
	for i := range b.set.entries {
		first := len(out)
		b.combine(r, rule, &b.set.entries[i], 0, &key, func(k uint64) {
			if !slices.ContainsFunc(out[first:], func(p place) bool { return p.key == k }) {
				out = append(out, place{k, int32(i)})
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

// shared returns the places of blocks of more than one record, and perhaps a
// few others: what a small table of counts, by digests of digests, lets
// through. In fine blocks most records are alone.
func shared(places []place) []place {
	bits := 64 - max(bits.Len(uint(len(places)))+1, 8)
	counts := make([]uint8, 1<<(64-bits))
	for _, p := range places {
		if c := &counts[p.key>>bits]; *c < 2 {
			*c++
		}
	}
	return slices.DeleteFunc(places, func(p place) bool { return counts[p.key>>bits] < 2 })
}

// group orders places by block and record: first by a few bits of the key,
// then each part by itself, which then lies close together.
func group(places []place) []place {
	const parts, shift = 1 << 10, 54
	var ends [parts + 1]int32
	for _, p := range places {
		ends[p.key>>shift+1]++
	}
	for i := range parts {
		ends[i+1] += ends[i]
	}
	next, out := ends, make([]place, len(places))
	for _, p := range places {
		at := &next[p.key>>shift]
		out[*at] = p
		*at++
	}
	for i := range parts {
		slices.SortFunc(out[ends[i]:ends[i+1]], func(x, y place) int {
			if x.key != y.key {
				return cmp.Compare(x.key, y.key)
			}
			return int(x.at - y.at)
		})
	}
	return out
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
