package determination

import (
	"context"
	"os"
	"path/filepath"
	"sync"

	"gotong/internal/programme"
	"gotong/internal/run"
	"gotong/internal/snapshot"
)

// comparer holds the outcomes of another reader against the files of a
// determination, row by row, with the answer of every clause.
type comparer struct {
	reader     Reader
	files      *Files
	snap       *snapshot.Snapshot
	programmes []*programme.Programme
	report     *Report

	at    map[string][2]int // programme and part, by the name of the file
	mu    sync.Mutex        // guards report and found
	found bool              // a difference was named
}

// compute computes the determination again.
func (c *comparer) compute(ctx context.Context, in Input, by namedReader, p run.Progress) (Content, error) {
	for k, r := range c.files.Content.Programmes {
		for i, part := range r.Parts {
			c.at[part.File] = [2]int{k, i}
		}
	}
	return compute(ctx, in, by.reader, by.stretch, c.take, p)
}

// take compares one outcome file. Equal sums are equal rows; otherwise each
// row that differs is named.
func (c *comparer) take(name string, w *snapshot.FileWriter) (snapshot.Sum, error) {
	sum, err := w.Sum()
	at, known := c.at[name]
	if err != nil || !known || c.files.Content.Programmes[at[0]].Parts[at[1]].Sum == sum {
		return sum, err
	}
	return sum, c.differ(at[0], at[1], name, w)
}

func (c *comparer) differ(k, i int, name string, w *snapshot.FileWriter) error {
	dir, err := os.MkdirTemp("", "gotong-recheck-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	sum, err := w.Write(filepath.Join(dir, name))
	if err != nil {
		return err
	}
	again := &Files{dir: dir}
	found, err := again.Rows(Part{File: name, Sum: sum})
	if err != nil {
		return err
	}
	kept, err := c.files.Rows(c.files.Content.Programmes[k].Parts[i])
	if err != nil {
		return err
	}
	f, err := readIDs(c.snap, c.snap.Parts[i])
	if err != nil {
		return err
	}
	p := c.programmes[k]
	eachSubject(p, &f.Batch, func(row, family, member int) {
		was, is := rowOf(p, f, family, member, kept.At(row)), rowOf(p, f, family, member, found.At(row))
		if !was.same(is) {
			c.name(p, was, is)
		}
	})
	return nil
}

// name reports a row that differs, by the first clause that does.
func (c *comparer) name(p *programme.Programme, was, is Row) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.found = true
	args := []any{"reader", string(c.reader), "programme", p.Code, "family", was.FamilyID.String(), "area", was.Area}
	for i := range len(p.Clauses) + len(p.Exclusions) {
		if a, b := was.Answers.At(i), is.Answers.At(i); a != b {
			c.report.problem("determination.recheck.answer", append(args, "clause", itemID(p, i), "kept", a.String(), "found", b.String())...)
			return
		}
	}
	if was.Outcome != is.Outcome {
		c.report.problem("determination.recheck.outcome", append(args, "kept", was.Outcome.String(), "found", is.Outcome.String())...)
		return
	}
	c.report.problem("determination.recheck.amount", append(args, "kept", was.Annual.String(), "found", is.Annual.String())...)
}

// itemID returns the id of a clause or, after them, of an exclusion.
func itemID(p *programme.Programme, item int) string {
	if item < len(p.Clauses) {
		return p.Clauses[item].ID
	}
	return p.Exclusions[item-len(p.Clauses)].ID
}
