package registry

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/registry/sheet"
	"gotong/internal/registry/spill"
)

// batchRows is how many rows a worker checks at a time.
const batchRows = 1000

// batch is some rows on their way through a worker: a block of text, or
// records that were read already.
type batch[R any] struct {
	block   sheet.Block
	records []sheet.Record
	read    int // rows
	line    sheet.Line
	row     R
	rows    routed // checked rows, by the hash of their family's key
	ties    routed // what other rows are held against, by the hash of the same key
	numbers routed // identifiers of rows, by their hash
	keep    bool   // rows, to be written into the register
	checker *checker
	done    chan struct{}
}

// routed are pieces of what a batch has written, each with where it goes.
type routed struct {
	rowWriter
	to   []uint32 // hash
	ends []int
}

func (r *routed) end(hash uint32) {
	r.to = append(r.to, hash)
	r.ends = append(r.ends, len(r.b))
}

func (r *routed) reset() { r.b, r.to, r.ends = r.b[:0], r.to[:0], r.ends[:0] }

// into sends the pieces on their ways.
func (r *routed) into(p *spill.Parts) error {
	from := 0
	for i, to := range r.ends {
		if err := p.Append(int(r.to[i]%uint32(p.Len())), r.b[from:to]); err != nil {
			return err
		}
		from = to
	}
	return nil
}

// hashOf spreads keys over the parts. It is the same in every run, so that
// ids are made in the same order.
func hashOf(key string) uint32 {
	h := uint32(2166136261)
	for i := range len(key) {
		h = (h ^ uint32(key[i])) * 16777619
	}
	return h ^ h>>15
}

// rowCheck is what a layout's rows have in common.
type rowCheck[R any] struct {
	layout *layout[R]
	begin  func(r *R, row int)
	end    func(c *checker, r *R) // checks the row as a whole and notes whether it is bad
	write  func(b *batch[R])
}

// reading is one file of an import being read.
type reading[R any] struct {
	s       *Service
	scope   access.Scope
	today   civil.Date
	in      *incoming
	check   rowCheck[R]
	columns []bound[R]
	width   int
	habits  []sheet.Habit
	rows    int64
	parts   []int // rows of each part
}

// readFile reads and checks a file. Rows are split off by one goroutine and
// checked by as many as there are processors; they are taken in the order of
// the file, whatever the workers' order was. What is wrong with the file is
// noted; the error is for what is not the file's fault.
func (r *reading[R]) readFile(ctx context.Context, f File, m *Mapping, done func(n int64)) error {
	kind := r.check.layout.file
	rows, problem, err := sheet.Open(f.Data, f.Size, string(kind))
	if err != nil {
		return err
	}
	if problem != "" {
		r.in.found.refuse(kind, 0, string(problem))
		return nil
	}
	defer rows.Close()
	var heading sheet.Record
	if !rows.Next(&heading) {
		r.in.found.refuse(kind, 0, string(sheet.EmptyFile))
		return rows.Err()
	}
	if heading.Problem != "" {
		r.in.found.refuse(kind, 1, string(heading.Problem))
		return nil
	}
	columns, problems := r.check.layout.bind(r.s, heading.Fields, m)
	if len(problems) > 0 {
		r.refuse(problems, rows, m)
		return rows.Err()
	}
	r.columns, r.habits, r.width = columns, make([]sheet.Habit, len(columns)), len(heading.Fields)
	for r.width > 0 && strings.TrimSpace(heading.Fields[r.width-1]) == "" {
		r.width-- // a spreadsheet saves empty columns behind the last one
	}
	if err := r.batches(ctx, rows, done); err != nil {
		return err
	}
	if r.rows == 0 && rows.Err() == nil {
		r.in.found.refuse(kind, 0, string(sheet.EmptyFile)) // a heading alone is no import that went well
	}
	return rows.Err()
}

// titlesMost is how many rows of titles are looked through for the headings.
const titlesMost = 20

// refuse notes what keeps a file from being read by columns. Titles in front of
// the headings, and a sheet that is missing, are told as what they are.
func (r *reading[R]) refuse(problems []Problem, rows sheet.Rows, m *Mapping) {
	kind := r.check.layout.file
	var rec sheet.Record
	for range titlesMost {
		if !rows.Next(&rec) {
			break
		}
		if r.s.heads(kind, rec.Fields, m) {
			p := Problem{File: kind, Row: rec.Row}
			p.sentence("file.heading_later", []any{"file", string(kind), "row", rec.Row})
			problems = []Problem{p}
			break
		}
	}
	r.in.found.fatal = true
	for _, p := range problems {
		if r.in.oneBook && p.Key == "registry.problem.file.swapped.what" {
			p.sentence("file.no_sheet", []any{"file", string(kind)})
		}
		r.in.found.keep(p)
	}
}

// batches takes rows through the workers.
func (r *reading[R]) batches(ctx context.Context, rows sheet.Rows, done func(n int64)) error {
	workers := runtime.GOMAXPROCS(0)
	jobs, order := make(chan *batch[R]), make(chan *batch[R], 2*workers)
	free := make(chan *batch[R], 4*workers)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		defer close(jobs)
		defer close(order)
		for {
			b := r.fresh(free)
			if !b.fill(rows) {
				return nil
			}
			for _, to := range []chan *batch[R]{order, jobs} {
				select {
				case to <- b:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
		}
	})
	for range workers {
		g.Go(func() error {
			learnt := r.newChecker()
			for b := range jobs {
				learnt.learn()
				b.checker = learnt.fresh()
				b.check(r.columns, r.width, r.check)
				close(b.done)
			}
			return nil
		})
	}
	g.Go(func() error {
		for b := range order {
			select {
			case <-b.done:
			case <-ctx.Done():
				return ctx.Err()
			}
			if err := r.gather(b); err != nil {
				return err
			}
			done(int64(b.read))
			select {
			case free <- b:
			default:
			}
		}
		return nil
	})
	return g.Wait()
}

func (r *reading[R]) fresh(free chan *batch[R]) *batch[R] {
	select {
	case b := <-free:
		b.done = make(chan struct{})
		return b
	default:
		return &batch[R]{done: make(chan struct{}), keep: r.in.keep}
	}
}

// fill takes rows into the batch, and reports whether there were any.
func (b *batch[R]) fill(rows sheet.Rows) bool {
	if text, ok := rows.(sheet.Blocks); ok {
		b.block, ok = text.Block()
		return ok
	}
	if b.records == nil {
		b.records = make([]sheet.Record, batchRows)
	}
	b.records = b.records[:batchRows]
	n := 0
	for n < batchRows && rows.Next(&b.records[n]) {
		n++
	}
	b.records = b.records[:n]
	return n > 0
}

// gather takes what a worker found.
func (r *reading[R]) gather(b *batch[R]) error {
	c := b.checker
	for i, h := range c.habits {
		r.habits[i].Day += h.Day
		r.habits[i].Month += h.Month
	}
	r.in.found.take(c)
	r.rows += int64(b.read)
	for _, to := range b.ties.to {
		r.parts[r.in.partOf(to)]++
	}
	for _, to := range b.numbers.to {
		r.in.numbered[r.in.partOf(to)]++
	}
	for _, x := range []struct {
		pieces *routed
		parts  *spill.Parts
	}{{&b.rows, r.in.rows}, {&b.ties, r.in.ties}, {&b.numbers, r.in.numbers}} {
		if err := x.pieces.into(x.parts); err != nil {
			return err
		}
	}
	return nil
}

func (r *reading[R]) newChecker() *checker {
	c := &checker{s: r.s, file: r.check.layout.file, scope: r.scope, today: r.today, areas: map[string]string{}, strange: map[string]bool{},
		names: make([]string, len(r.columns)), usual: make([]usualCells, len(r.columns)), seen: make([]understood, len(r.columns)),
		habits: make([]sheet.Habit, len(r.columns))}
	for i := range r.columns {
		c.names[i], c.usual[i] = r.columns[i].heading, r.columns[i].usually()
		c.seen[i].place()
	}
	c.width = r.width
	return c
}

// learn brings what was learnt of the columns to where cells are told eight at
// a time.
func (c *checker) learn() {
	if c.glance == nil || c.glance.learnt != learnt(c.seen) {
		c.glance = newGlance(c.width, c.usual, c.seen, c.today)
	}
}

// fresh returns a checker that shares what c has learnt of texts, with
// nothing noted yet. The two must not be used at the same time.
func (c *checker) fresh() *checker {
	f := *c
	f.problems, f.pending, f.errors, f.warnings = nil, nil, 0, 0
	f.habits = make([]sheet.Habit, len(c.habits))
	return &f
}

// check checks the rows of a batch.
func (b *batch[R]) check(columns []bound[R], width int, rc rowCheck[R]) {
	b.rows.reset()
	b.ties.reset()
	b.numbers.reset()
	if b.read = len(b.records); b.read > 0 {
		for i := range b.records {
			b.line = sheet.Whole(b.records[i])
			b.one(columns, width, &rc)
		}
		return
	}
	for rows := b.block.Reader(); rows.Cut(&b.line); b.read++ {
		b.one(columns, width, &rc)
	}
	b.block.Free() // all that is kept of it was written down
}

// one checks a row.
func (b *batch[R]) one(columns []bound[R], width int, rc *rowCheck[R]) {
	var none R
	c, row, rec := b.checker, &b.row, &b.line
	*row = none
	rc.begin(row, rec.Row)
	c.row, c.column, c.bad, c.kind, c.pending, c.facts = rec.Row, -1, false, sheet.Written, c.pending[:0], c.facts[:0]
	switch {
	case rec.Problem != "":
		c.error("row."+string(rec.Problem), "")
		c.cut = c.cut || rec.Problem != sheet.QuoteText // what follows is not read
	case rec.Kinds == nil && rec.Width() < width || rec.Width() > width && rec.Filled(width):
		c.error("row.width", "", "have", rec.Width(), "want", width)
	default:
		b.cells(columns)
	}
	rc.end(c, row)
	rc.write(b)
}

// cells checks the cells of a row.
func (b *batch[R]) cells(columns []bound[R]) {
	if text, places := b.line.Places(); len(places) > 0 {
		b.quick(columns, text, places)
	} else {
		b.slowly(columns)
	}
}

// inOrder sorts problems as somebody mends a file: by row, as they came
// within one.
func inOrder(problems []Problem) {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(b.File, a.File), cmp.Compare(a.Row, b.Row))
	})
}
