package registry

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/run"
	"gotong/internal/work"
)

// Options say how an import goes on.
type Options struct {
	// OnlyGood lets the families without an error go on alone. Without it,
	// one error keeps everything back.
	OnlyGood bool
	// DryRun checks and compares, and writes nothing.
	DryRun bool
	// QueueDuplicates takes persons who are in two families of the file, and
	// cards that are in two areas, as they are: duplicate finding will put
	// them before somebody who decides. Without it they are errors.
	QueueDuplicates bool
	// Mapping says what an office's own headings stand for; nil where they
	// are the program's.
	Mapping *Mapping
}

// Report is what a check or an import found and did.
type Report struct {
	ID       ident.ID  `json:"id,omitzero"` // of the import; zero when nothing was written
	Digest   string    `json:"digest"`      // SHA-256 of both files, hexadecimal
	Written  bool      `json:"written"`
	Repeated bool      `json:"repeated"`           // the same files were imported before: nothing was left to do
	Fatal    bool      `json:"fatal"`              // a file cannot be read by columns, so no family can go on
	Counts   Counts    `json:"counts"`             //
	Problems []Problem `json:"problems,omitempty"` // by file and row; the first ones, where they are very many
}

// Check reads both files, holds them against each other and against the
// register, and says what an import would do. It writes nothing but the
// entry in the audit log. What is wrong in the files is in the report; the
// error is for what is not the files' fault.
func (s *Service) Check(ctx context.Context, files Files) (*Report, error) {
	return s.Import(ctx, files, Options{DryRun: true}, run.Silent{})
}

// Import brings two files into the register, in one transaction: a killed
// import leaves nothing. Memory does not grow with the files. Every row is checked before one is written. The
// same files again change nothing, nor do the same rows in other files.
//
// When errors keep everything back it returns the report and fault.Invalid;
// fault.Forbidden without the permission to import.
func (s *Service) Import(ctx context.Context, files Files, o Options, p run.Progress) (*Report, error) {
	actor, err := access.Require(ctx, access.Import)
	if err != nil {
		return nil, err
	}
	digest, err := files.Digest(o.Mapping)
	if err != nil {
		return nil, err
	}
	if !o.DryRun {
		if done, repeated, err := s.repeated(ctx, digest); repeated || err != nil {
			return done, err
		}
	}
	keep := true
	if o.DryRun { // with an empty register, there is nothing to compare with
		if empty, err := s.emptyRegister(ctx); err != nil {
			return nil, err
		} else if empty {
			keep = false
		}
	}
	in, err := s.readIn(ctx, &job{actor, files, o, p, keep})
	if err != nil {
		return nil, fmt.Errorf("registry: reading the import: %w", err)
	}
	defer in.close()
	r := &Report{Digest: hex.EncodeToString(digest), Fatal: in.found.fatal}
	w := &importing{s: s, actor: actor, in: in, progress: p, report: r, dry: o.DryRun}
	c := &in.found.counts
	held := c.Errors > 0 && (!o.OnlyGood || in.found.fatal)
	switch {
	case o.DryRun:
		err = w.compareAll(ctx)
	case !held && c.Families > 0:
		err = w.writeAll(ctx, files, digest)
	}
	inOrder(in.found.problems)
	r.Counts, r.Problems = *c, in.found.problems
	switch {
	case err != nil:
		return nil, fmt.Errorf("registry: importing: %w", err)
	case held && !o.DryRun:
		return r, fault.Invalid("registry.import.has_errors", "errors", r.Counts.Errors, "held", r.Counts.Held)
	}
	return r, nil
}

// emptyRegister reports whether nothing is on record in the actor's area.
func (s *Service) emptyRegister(ctx context.Context) (bool, error) {
	rows := 0
	err := s.unit.Read(ctx, func(ctx context.Context) error {
		first, err := s.store.List(ctx, Filter{}, Cursor{}, 1)
		rows = len(first)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("registry: looking into the register: %w", err)
	}
	return rows == 0, nil
}

// repeated returns the report of an earlier import of the same files, and
// whether there was one that held nothing back.
func (s *Service) repeated(ctx context.Context, digest []byte) (*Report, bool, error) {
	earlier, err := work.Read(ctx, s.unit, func(ctx context.Context) (*ImportFile, error) { return s.store.ImportOf(ctx, digest) })
	switch {
	case fault.Is(err, fault.KindNotFound):
		return nil, false, nil
	case err != nil:
		return nil, false, fmt.Errorf("registry: looking for an earlier import: %w", err)
	case earlier.Counts.Held > 0:
		return nil, false, nil
	}
	counts := earlier.Counts
	counts.Same, counts.New, counts.NewPersons, counts.Changed = counts.Families, 0, 0, 0
	return &Report{ID: earlier.ID, Digest: hex.EncodeToString(digest), Repeated: true, Counts: counts}, true, nil
}

// importing is one import under way.
type importing struct {
	s        *Service
	actor    access.Actor
	in       *incoming
	progress run.Progress
	report   *Report
	dry      bool

	reviser *reviser
	writer  Writer // nil in a dry run
	empty   bool   // the register held nothing in the actor's area
	begun   ident.ID
}

// compareAll does what an import does, except writing.
func (w *importing) compareAll(ctx context.Context) error {
	w.begin()
	if err := w.s.unit.Read(ctx, w.families); err != nil {
		return err
	}
	return w.s.unit.Read(ctx, func(ctx context.Context) error { return w.append(ctx, "family.import.check", "") })
}

func (w *importing) writeAll(ctx context.Context, files Files, digest []byte) error {
	w.begin()
	err := w.s.unit.Write(ctx, func(ctx context.Context) error {
		var err error
		if w.writer, err = w.s.store.Loader(ctx, w.in.found.counts.Persons); err != nil {
			return err
		}
		if err := w.families(ctx); err != nil {
			return err
		}
		if err := w.writer.Flush(ctx); err != nil {
			return err
		}
		inOrder(w.in.found.problems)
		problems, err := w.s.sealProblems(w.in.found.problems)
		if err != nil {
			return err
		}
		err = w.s.store.KeepImport(ctx, &ImportFile{ID: w.begun, Digest: digest, FamilyFile: files.Family.Name,
			MemberFile: files.Member.Name, By: w.actor.Login, At: w.reviser.now, Counts: w.in.found.counts, Problems: problems})
		if err != nil {
			return err
		}
		// Last, since the log's head is locked from here to the commit.
		return w.append(ctx, "family.import", w.begun.String())
	})
	if err == nil {
		w.report.ID, w.report.Written = w.begun, true
	}
	return err
}

// StageWrite is the stage of an import in which others wait to write, where
// the database has one writer; it counts families.
const StageWrite = "import_write"

func (w *importing) begin() {
	w.begun = w.s.ids.New()
	w.reviser = &reviser{keys: w.s.keys, ids: w.s.ids, by: w.actor.Login,
		evidence: w.begun.String(), origin: w.begun, now: w.s.clock.Now()}
	w.progress.Stage(StageWrite, w.in.found.counts.Families)
}

func (w *importing) append(ctx context.Context, action, subject string) error {
	c := w.in.found.counts
	return w.s.log.Append(ctx, audit.Act{Purpose: access.PurposeVerification, Action: action, Subject: subject,
		Area: w.actor.Scope.String(), Fields: []string{"core", "members", "facts", "identifiers"}, Count: c.Persons,
		Detail: fmt.Sprintf("families=%d new=%d changed=%d held=%d", c.Families, c.New, c.Changed, c.Held)})
}

const labelProblems = "import.problems"

func (s *Service) sealProblems(problems []Problem) ([]byte, error) {
	if len(problems) == 0 {
		return nil, nil
	}
	b, err := json.Marshal(problems)
	if err != nil {
		return nil, err
	}
	return s.keys.Seal(labelProblems, string(b)), nil
}

func (s *Service) openProblems(sealed []byte) ([]Problem, error) {
	text, err := s.keys.Open(labelProblems, sealed)
	if err != nil || text == "" {
		return nil, err
	}
	var problems []Problem
	return problems, json.Unmarshal([]byte(text), &problems)
}

// Today is the day in the east of the country, where it comes first: a visit
// of this morning is not in the future.
func (s *Service) Today() civil.Date { return dayInEast(s.clock.Now()) }

func dayInEast(t time.Time) civil.Date { return civil.OfTime(t.In(east)) }

var east = time.FixedZone("WIT", eastHours*60*60)

const eastHours = 9 // ahead of UTC
