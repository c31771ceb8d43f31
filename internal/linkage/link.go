package linkage

import (
	"cmp"
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"

	"gotong/internal/ident"
	"gotong/internal/run"
)

// Options say how to link.
type Options struct {
	// Match is the chance from which two records are held to be of one
	// person, Review the chance from which a pair is reported at all.
	Match, Review float64
	// Wrong is the most of what is found that may be expected to be wrong where
	// Many pairs or more are found: Match is raised until it is so. 0 is no
	// bound.
	Wrong float64
	Many  int
	// BlockLimit is the most records of a block that are all compared.
	BlockLimit int
	// Between compares only records of different lists.
	Between bool
	// Apart reports whether a person has said of two records that they are
	// of two people. It may be nil.
	Apart func(a, b ident.ID) bool
	// Workers is how many cores to use; 0 is all.
	Workers int
	// InMemory is up to how many records the blocks are kept in memory and not
	// in a file; 0 is what is usual.
	InMemory int
}

func (o *Options) inMemory() int {
	if o.InMemory > 0 {
		return o.InMemory
	}
	return heldInMemory
}

// Pair is two records that may be of one person.
type Pair struct {
	Left, Right ident.ID // Left is the smaller
	Score       int32    // log2 of the odds, prior included, in thousandths of a bit
	Probability float64
	Same        bool // held to be of one person: both are in one cluster
	Pieces      []Piece
}

// Result is what linking found.
type Result struct {
	Records  int
	Compared int64   // pairs; of long lists, one that several rules put together counts for each
	Expected float64 // pairs of one person, as the model expects
	Match    float64 // the chance from which two records were held to be of one person
	Pairs    []Pair  // ordered by Left, Right
	Clusters [][]ident.ID
	Blocks   []BlockReport
	Model    *Model
}

// scored is a pair of record indexes with its score.
type scored struct {
	i, j  int32
	score int32 // without the prior
}

func compareScored(a, b scored) int {
	if c := cmp.Compare(a.i, b.i); c != 0 {
		return c
	}
	return cmp.Compare(a.j, b.j)
}

// Link compares the records of s with each other.
func (s *Set) Link(ctx context.Context, o Options, p run.Progress) (*Result, error) {
	s.seal()
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	l := &linker{set: s, options: o, progress: p, result: &Result{Records: len(s.entries)}}
	for i := range o.Workers {
		l.comparers = append(l.comparers, newComparer(s, i))
	}
	if err := l.search(ctx); err != nil {
		return nil, err
	}
	if err := l.decide(ctx); err != nil {
		return nil, err
	}
	return l.result, nil
}

// search finds the pairs that may be of one person.
func (l *linker) search(ctx context.Context) (err error) {
	defer func() { err = errors.Join(err, l.blocks.close()) }()
	l.progress.Stage("linkage_block", int64(len(rules)))
	if err := l.block(ctx); err != nil {
		return err
	}
	l.progress.Stage("linkage_learn", int64(len(rules)))
	if err := l.learn(ctx); err != nil {
		return err
	}
	l.progress.Stage("linkage_compare", l.pairs())
	return l.compare(ctx)
}

type linker struct {
	set       *Set
	options   Options
	progress  run.Progress
	result    *Result
	comparers []*comparer // one for each worker
	blocks    blocks
	model     *Model
	most      float64 // pairs of one person, more than there can be
	found     []scored

	failing sync.Mutex
	failed  error // the first failure of a worker
}

// fail keeps why a worker could not go on.
func (l *linker) fail(err error) {
	l.failing.Lock()
	defer l.failing.Unlock()
	l.failed = cmp.Or(l.failed, err)
}

// each runs fn for 0 … n−1 on all workers, each with a comparer of its own.
func (l *linker) each(ctx context.Context, n int, fn func(c *comparer, i int)) error {
	var next atomic.Int64
	var group sync.WaitGroup
	for w := range min(l.options.Workers, n) {
		group.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				fn(l.comparers[w], i)
			}
		})
	}
	group.Wait()
	return cmp.Or(l.failed, ctx.Err())
}

// pairs returns how many pairs the blocks of all rules hold.
func (l *linker) pairs() int64 {
	n := int64(0)
	for i := range l.result.Blocks {
		n += l.result.Blocks[i].Pairs
	}
	return n
}
