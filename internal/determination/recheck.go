package determination

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/programme"
	"gotong/internal/run"
	"gotong/internal/snapshot"
)

// Reader names a reader of the rules.
type Reader string

// The readers. Determinations are made by Kernel; the others recheck them.
const (
	Kernel      Reader = "kernel"
	Interpreter Reader = "interpreter"
	SQL         Reader = "sql"
)

// Report is what a recheck found.
type Report struct {
	ID       ident.ID
	Digest   string   // that the determination claims
	Computed string   // that the readers arrived at, or the first that arrived at another; empty where none could compute
	Readers  []Reader // that computed it, the kernels among them
	Families int64
	Rows     int64          // in the database, compared one by one
	Problems []*fault.Error // empty: verified
}

// Verified reports whether nothing was found wrong.
func (r Report) Verified() bool { return len(r.Problems) == 0 }

func (r *Report) problem(key string, args ...any) {
	if len(r.Problems) < maxProblems {
		r.Problems = append(r.Problems, fault.Invalid(key, args...))
	}
}

// maxProblems keeps a report readable when everything is wrong.
const maxProblems = 100

// Recheck recomputes a determination from its snapshot by other readers of the
// rules than the one that made it, with the programme files as they were kept
// beside it, and recomputes the ranking too: by the interpreters, family by
// family, and by SQL inside the database. Naming none means both. It compares
// the outcomes, with the answer of every clause, then every row in the
// database with the files, and so finds a forged row, a changed file, and an
// outcome that does not follow from the rules.
//
// Stages: rank_score, rank_write, determine for each reader, and recheck,
// counting subjects.
func (s *Service) Recheck(ctx context.Context, id ident.ID, by []Reader, p run.Progress) (Report, error) {
	if _, err := access.Require(ctx, access.SeeDeterminations); err != nil {
		return Report{}, err
	}
	readers, err := s.readers(by)
	if err != nil {
		return Report{}, err
	}
	r := Report{ID: id}
	if err := s.recheck(ctx, id, readers, &r, p); err != nil {
		// What is wrong with a file is a finding, not a failure to look.
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.KindInvalid {
			return r, err
		}
		bare := *f
		bare.Err = nil // a report is kept as JSON, which a cause may not survive
		r.Problems = append(r.Problems, &bare)
	}
	err = s.Unit.Read(ctx, func(ctx context.Context) error {
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposeAudit, Action: "determination.recheck", Subject: id.String(),
			Count: r.Families, Detail: fmt.Sprintf("%d problems", len(r.Problems))})
	})
	return r, err
}

func (s *Service) recheck(ctx context.Context, id ident.ID, readers []namedReader, r *Report, p run.Progress) error {
	h, err := s.Header(ctx, id)
	if err != nil {
		return err
	}
	r.Digest = h.Digest
	if h.Content.Digest() != h.Digest {
		r.problem("determination.recheck.header")
	}
	h, files, err := s.open(ctx, id)
	if err != nil {
		return err
	}
	snap, err := s.Snapshots.Open(ctx, h.SnapshotID)
	if err != nil {
		return err
	}
	r.Families = snap.Families
	if err := s.Rankings.Recheck(ctx, h.RankingID, p); err != nil {
		return err
	}
	ranking, err := s.Rankings.Open(ctx, h.RankingID)
	if err != nil {
		return err
	}
	all, err := files.Programmes(s.Catalogue)
	if err != nil {
		return err
	}
	for _, by := range readers {
		c := &comparer{reader: by.name, files: files, snap: snap, programmes: all, report: r, at: map[string][2]int{}}
		again, err := c.compute(ctx, Input{Snapshot: snap, Ranking: ranking, Programmes: all, AsOf: files.AsOf}, by, p)
		if err != nil {
			return err
		}
		r.Readers = append(r.Readers, by.name)
		if digest := again.Digest(); r.Computed == "" || r.Computed == r.Digest {
			r.Computed = digest
		}
		if !c.found && again.Digest() != r.Digest {
			r.compare(files.Content, again)
		}
	}
	r.Readers = append(r.Readers, Kernel)
	return s.recheckRows(ctx, h, files, snap, all, r, p)
}

// namedReader is a reader with the number of families that it is best asked
// about at once.
type namedReader struct {
	name    Reader
	reader  reader
	stretch int
}

// How many families a reader is asked about at once: few of the interpreters,
// so that both processors have work to the end; many of the database, which
// takes a while to begin.
const (
	interpreterStretch = 512
	databaseStretch    = 16384
)

// readers returns the readers of a recheck.
func (s *Service) readers(by []Reader) ([]namedReader, error) {
	if len(by) == 0 {
		by = []Reader{Interpreter, SQL}
	}
	var all []namedReader
	for _, name := range []Reader{Interpreter, SQL} {
		if !slices.Contains(by, name) {
			continue
		}
		if name == Interpreter {
			all = append(all, namedReader{name, interpreters{}, interpreterStretch})
		} else {
			all = append(all, namedReader{name, database{s.Rules}, databaseStretch})
		}
	}
	for _, name := range by {
		if name != Interpreter && name != SQL {
			return nil, fault.Invalid("determination.no_reader", "reader", string(name))
		}
	}
	return all, nil
}

// compare says where two contents differ.
func (r *Report) compare(claimed, computed Content) {
	before := len(r.Problems)
	for k, c := range computed.Programmes {
		for i, part := range c.Parts {
			if k >= len(claimed.Programmes) || i >= len(claimed.Programmes[k].Parts) || claimed.Programmes[k].Parts[i] != part {
				r.problem("determination.recheck.outcomes", "programme", c.Code, "area", part.Area)
			}
		}
	}
	if len(r.Problems) == before {
		r.problem("determination.recheck.digest")
	}
}

// recheckRows holds each row in the database against the files.
func (s *Service) recheckRows(ctx context.Context, h Header, files *Files, snap *snapshot.Snapshot, all []*programme.Programme, r *Report, p run.Progress) error {
	p.Stage("recheck", 0)
	for i, part := range snap.Parts {
		f, err := readIDs(snap, part)
		if err != nil {
			return err
		}
		for k, x := range all {
			db := s.rowReader(Filter{Determination: h.ID, Programme: x.Code, Area: part.Area})
			err := rowsOfPart(files, f, x, files.Content.Programmes[k].Parts[i], func(want Row) error {
				if !stored(want) {
					return nil
				}
				r.Rows++
				return db.match(ctx, want, r)
			})
			if err != nil {
				return err
			}
			if err := db.rest(ctx, r); err != nil {
				return err
			}
			p.Add("", int64(x.Rows(&f.Batch)))
		}
	}
	return s.strays(ctx, h, r)
}

// rowReader reads the rows of a filter page by page.
type rowReader struct {
	s      *Service
	filter Filter
	page   []Row
	after  Place
	done   bool
}

func (s *Service) rowReader(f Filter) *rowReader { return &rowReader{s: s, filter: f} }

const recheckPage = 5000

func (d *rowReader) peek(ctx context.Context) (*Row, error) {
	if len(d.page) == 0 && !d.done {
		err := d.s.Unit.Read(ctx, func(ctx context.Context) error {
			var err error
			d.page, err = d.s.Store.Rows(ctx, d.filter, d.after, recheckPage)
			return err
		})
		if err != nil {
			return nil, err
		}
		d.done = len(d.page) < recheckPage
		if n := len(d.page); n > 0 {
			d.after = d.page[n-1].Place()
		}
	}
	if len(d.page) == 0 {
		return nil, nil
	}
	return &d.page[0], nil
}

// match takes the row that should come next. One before it in order is a
// stray; one after it means that it is missing.
func (d *rowReader) match(ctx context.Context, want Row, r *Report) error {
	for {
		have, err := d.peek(ctx)
		if err != nil {
			return err
		}
		order := 1
		if have != nil {
			order = have.Place().compare(want.Place())
		}
		if order > 0 {
			r.problem("determination.recheck.row_missing", "programme", want.Programme, "family", want.FamilyID, "area", want.Area)
			return nil
		}
		d.page = d.page[1:]
		if order < 0 {
			r.problem("determination.recheck.row_stray", "programme", have.Programme, "family", have.FamilyID, "area", have.Area)
			continue
		}
		if !have.same(want) {
			r.problem("determination.recheck.row_differs", "programme", want.Programme, "family", want.FamilyID, "area", want.Area)
		}
		return nil
	}
}

// rest reports what is left as strays.
func (d *rowReader) rest(ctx context.Context, r *Report) error {
	for {
		have, err := d.peek(ctx)
		if err != nil || have == nil {
			return err
		}
		d.page = d.page[1:]
		r.problem("determination.recheck.row_stray", "programme", have.Programme, "family", have.FamilyID, "area", have.Area)
	}
}

// same reports whether two rows say the same of the same subject.
func (r Row) same(o Row) bool {
	return r.Subject == o.Subject && r.Area == o.Area && r.Programme == o.Programme && r.Outcome == o.Outcome &&
		r.Answers == o.Answers && r.Place() == o.Place() && r.Queue == o.Queue && r.Uncertain == o.Uncertain && r.Annual == o.Annual &&
		slices.Equal(r.Lines, o.Lines)
}

// strays finds rows of areas or programmes that the determination does not
// have at all: there are more rows than were compared.
func (s *Service) strays(ctx context.Context, h Header, r *Report) error {
	actor, _ := access.From(ctx)
	if !actor.Scope.IsNation() {
		return nil // rows elsewhere are not the actor's to see
	}
	return s.Unit.Read(ctx, func(ctx context.Context) error {
		n, err := s.Store.Count(ctx, Filter{Determination: h.ID})
		if err == nil && n > r.Rows {
			r.problem("determination.recheck.rows_many", "have", n, "want", r.Rows)
		}
		return err
	})
}
