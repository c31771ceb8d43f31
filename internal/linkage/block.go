package linkage

import (
	"context"
	"slices"
)

// member is a record in a block. Those of a block follow each other by
// number; the first of each is marked.
type member uint32

const firstMember member = 1 << 31

// at returns which record it is.
func (m member) at() int32 { return int32(m &^ firstMember) }

// firstBlock parts the first block of a piece from the rest.
func firstBlock(piece []member) (block, rest []member) {
	to := 1
	for to < len(piece) && piece[to]&firstMember == 0 {
		to++
	}
	return piece[:to], piece[to:]
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

// add adds what was made of other blocks of the rule.
func (r *BlockReport) add(o *BlockReport) {
	r.Blocks, r.Largest, r.Pairs = r.Blocks+o.Blocks, max(r.Largest, o.Largest), r.Pairs+o.Pairs
	r.Split, r.LargestSplit = r.Split+o.Split, max(r.LargestSplit, o.LargestSplit)
	r.Capped, r.CappedRecords, r.LargestCapped = r.Capped+o.Capped, r.CappedRecords+o.CappedRecords, max(r.LargestCapped, o.LargestCapped)
}

// blocker makes the blocks, one rule after another, so that the keys of one
// rule alone are in memory.
type blocker struct {
	*linker
	limit  int       // most records of a block that others can split
	large  []*keySet // by rule: the keys of blocks that were split
	held   []uint64  // by record: the rules that have split a block of it, a bit each
	marks  []uint64  // by record: its combinations in blocks that were split, a bit each
	marked int       // of how many rules these are up to date
	keyers []*keyer  // one for each worker
}

// Limits of a block that finer rules can split. Of few records, larger blocks
// are affordable: so many that each rule's hold fewPairs or less.
const (
	splitFrom = 12
	fewPairs  = 1_000_000
)

func (l *linker) block(ctx context.Context) error {
	n := max(len(l.set.entries), 1)
	b := &blocker{linker: l, limit: min(max(splitFrom, fewPairs/n), l.options.BlockLimit), held: make([]uint64, n), marks: make([]uint64, n)}
	inHugePages(b.held)
	inHugePages(b.marks)
	for range l.comparers {
		b.keyers = append(b.keyers, &keyer{blocker: b})
	}
	if n > l.options.inMemory() {
		if err := l.blocks.spill(""); err != nil {
			return err
		}
	}
	for rule := range rules {
		if err := b.make(ctx, rule); err != nil {
			return err
		}
		l.progress.Add("", 1)
	}
	l.blocks.rules = append(l.blocks.rules, len(l.blocks.pieces))
	return nil
}

// made is the blocks of one heap.
type made struct {
	members []member
	large   []uint64
	report  BlockReport
}

// keyedAtOnce is for how many records keys are made at a time.
const keyedAtOnce = 4096

// make makes the blocks of a rule: the keys of all records go into heaps by
// their first bits, and each heap is put in order by itself.
func (b *blocker) make(ctx context.Context, rule int) error {
	if err := b.markFor(ctx, rule); err != nil {
		return err
	}
	for _, k := range b.keyers {
		k.begin(rule)
	}
	if err := b.eachRecord(ctx, (*keyer).record); err != nil {
		return err
	}
	heaps := make([]made, heapCount)
	if err := b.each(ctx, heapCount, func(c *comparer, heap int) { heaps[heap] = b.keyers[c.worker].blocks(heap) }); err != nil {
		return err
	}
	large, report := &keySet{}, BlockReport{Rule: rules[rule].name}
	b.blocks.rules = append(b.blocks.rules, len(b.blocks.pieces))
	for i := range heaps {
		for _, key := range heaps[i].large {
			large.add(key)
		}
		report.add(&heaps[i].report)
		if len(heaps[i].members) > 0 {
			if err := b.blocks.add(heaps[i].members); err != nil {
				return err
			}
		}
	}
	inHugePages(large.slots)
	b.large = append(b.large, large)
	b.result.Blocks = append(b.result.Blocks, report)
	return nil
}

// eachRecord runs fn for each record, with a keyer of a worker's own.
func (b *blocker) eachRecord(ctx context.Context, fn func(k *keyer, at int32)) error {
	n := len(b.set.entries)
	return b.each(ctx, (n+keyedAtOnce-1)/keyedAtOnce, func(c *comparer, i int) {
		for at := i * keyedAtOnce; at < min(n, (i+1)*keyedAtOnce); at++ {
			fn(b.keyers[c.worker], int32(at))
		}
	})
}

// markFor marks the combinations of records that a rule asks for, and those of
// all other rules before it that are not marked yet.
func (b *blocker) markFor(ctx context.Context, rule int) error {
	if !slices.ContainsFunc(rules[rule].asks, func(a ask) bool { return a.rule >= b.marked && rules[a.rule].marked }) {
		return nil
	}
	var fresh []int
	for ; b.marked < rule; b.marked++ {
		if rules[b.marked].marked {
			fresh = append(fresh, b.marked)
		}
	}
	return b.eachRecord(ctx, func(k *keyer, at int32) { k.mark(at, fresh) })
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
	at := key * 0x9e3779b97f4a7c15 >> 32 & mask
	for k.slots[at] != 0 && k.slots[at] != key {
		at = (at + 1) & mask
	}
	return at
}

func (k *keySet) has(key uint64) bool { return k.n > 0 && k.slots[k.find(key)] == key }
