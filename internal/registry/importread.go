package registry

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/registry/sheet"
)

// File is one file of an import, whole: its rows point into its text.
type File struct {
	Name string
	Data []byte
}

// read is what reading one file gives: its rows in order, and its problems.
type read[R any] struct {
	rows             []R
	problems         []Problem
	errors, warnings int64
	fatal            bool // the file cannot be read by columns at all
}

// batchRows is how many rows a worker checks at a time.
const batchRows = 1000

// batch is some rows on their way through a worker.
type batch[R any] struct {
	records []sheet.Record
	rows    []R
	checker *checker
}

// rowCheck is what a layout's rows have in common.
type rowCheck[R any] struct {
	layout *layout[R]
	begin  func(r *R, row int)
	end    func(c *checker, r *R) // checks the row as a whole and notes whether it is bad
	spoil  func(r *R)
}

// readFile reads and checks a file. Rows are split off by one goroutine and
// checked by as many as there are processors; the result has the order of
// the file, whatever the workers' order was.
func readFile[R any](ctx context.Context, s *Service, scope access.Scope, today civil.Date, f File, rc rowCheck[R], done func(n int64)) (*read[R], error) {
	out := &read[R]{}
	text, problem := sheet.Text(f.Data)
	if problem != "" {
		out.refuse(rc.layout.file, 0, string(problem))
		return out, nil
	}
	reader := sheet.NewReader(text, sheet.Delimiter(text))
	var heading sheet.Record
	reader.Next(&heading)
	columns, problems := rc.layout.bind(s, heading.Fields)
	if heading.Problem != "" {
		out.refuse(rc.layout.file, 1, string(heading.Problem))
		return out, nil
	}
	if len(problems) > 0 {
		out.problems, out.errors, out.fatal = problems, int64(len(problems)), true
		return out, nil
	}
	width := len(heading.Fields)
	for width > 0 && strings.TrimSpace(heading.Fields[width-1]) == "" {
		width-- // a spreadsheet saves empty columns behind the last one
	}
	batches, err := readBatches(ctx, reader, func() *checker { return newChecker(s, rc.layout.file, scope, today, columns) },
		func(b *batch[R]) {
			b.check(columns, width, rc)
			done(int64(len(b.rows)))
		})
	if err != nil {
		return nil, err
	}
	if len(batches) == 0 {
		out.refuse(rc.layout.file, 0, string(sheet.EmptyFile)) // a heading alone is no import that went well
		return out, nil
	}
	out.gather(batches, len(columns))
	return out, nil
}

func (out *read[R]) refuse(file FileKind, row int, name string) {
	p := Problem{File: file, Row: row}
	p.sentence("file."+name, []any{"file", string(file)})
	out.problems, out.errors, out.fatal = append(out.problems, p), out.errors+1, true
}

func newChecker[R any](s *Service, file FileKind, scope access.Scope, today civil.Date, columns []bound[R]) *checker {
	c := &checker{s: s, file: file, scope: scope, today: today, areas: map[string]string{},
		names: make([]string, len(columns)), seen: make([]map[string]int64, len(columns)), habits: make([]sheet.Habit, len(columns))}
	for i, b := range columns {
		c.names[i], c.seen[i] = b.name, map[string]int64{}
	}
	return c
}

// readBatches splits rows off the reader and has work done on them.
func readBatches[R any](ctx context.Context, reader *sheet.Reader, checkers func() *checker, work func(*batch[R])) ([]*batch[R], error) {
	var all []*batch[R]
	pool := sync.Pool{New: func() any { return checkers() }}
	records := sync.Pool{New: func() any { return new([batchRows]sheet.Record) }}
	g, running := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for more := true; more && running.Err() == nil; {
		room := records.Get().(*[batchRows]sheet.Record)
		n := 0
		for n < batchRows && reader.Next(&room[n]) {
			n++
		}
		if more = n == batchRows; n == 0 {
			break
		}
		b := &batch[R]{records: room[:n]}
		all = append(all, b)
		g.Go(func() error {
			c := pool.Get().(*checker)
			b.checker = c.fresh()
			work(b)
			b.records = nil
			records.Put(room)
			pool.Put(c)
			return running.Err()
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return all, ctx.Err()
}

// fresh returns a checker that shares what c has learnt of texts, with
// nothing noted yet. The two must not be used at the same time.
func (c *checker) fresh() *checker {
	f := *c
	f.problems, f.pending, f.errors, f.warnings = nil, nil, 0, 0
	f.scratch, f.block = nil, nil
	f.habits = make([]sheet.Habit, len(c.habits))
	return &f
}

// check checks the rows of a batch.
func (b *batch[R]) check(columns []bound[R], width int, rc rowCheck[R]) {
	c := b.checker
	b.rows = make([]R, len(b.records))
	for i := range b.records {
		rec, row := &b.records[i], &b.rows[i]
		rc.begin(row, rec.Row)
		c.row, c.column, c.bad = rec.Row, -1, false
		facts := rc.layout.facts(row)
		*facts = c.scratch[:0]
		before := len(c.pending)
		switch {
		case rec.Problem != "":
			c.error("row."+string(rec.Problem), "")
		case len(rec.Fields) < width || strings.TrimSpace(strings.Join(rec.Fields[width:], "")) != "":
			c.error("row.width", "", "have", len(rec.Fields), "want", width)
		default:
			for at := range columns {
				c.column = at
				if text, ok := c.clean(rec.Fields[columns[at].at]); ok && text != "" {
					columns[at].read(c, row, text)
				} else if ok && columns[at].filled {
					c.error("empty", "")
				}
			}
		}
		rc.end(c, row)
		c.scratch = *facts
		*facts = c.pack(c.scratch)
		for p := before; p < len(c.pending); p++ {
			c.pending[p].spoil = func() { rc.spoil(row) }
		}
	}
}

// gather joins what the workers found, in the file's order, and settles the
// days that only the whole column could.
func (out *read[R]) gather(batches []*batch[R], columns int) {
	habits := make([]sheet.Habit, columns)
	n := 0
	for _, b := range batches {
		n += len(b.rows)
		for i, h := range b.checker.habits {
			habits[i].Day += h.Day
			habits[i].Month += h.Month
		}
	}
	out.rows = make([]R, 0, n)
	for _, b := range batches {
		b.checker.settle(habits)
	}
	for _, b := range batches {
		out.rows = append(out.rows, b.rows...)
		out.errors += b.checker.errors
		out.warnings += b.checker.warnings
		if len(out.problems) < problemsMost {
			out.problems = append(out.problems, b.checker.problems...)
		}
	}
}

// inOrder sorts problems as somebody mends a file: by row, as they came
// within one.
func inOrder(problems []Problem) {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(b.File, a.File), cmp.Compare(a.Row, b.Row))
	})
}
