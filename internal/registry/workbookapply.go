package registry

import (
	"context"
	"errors"
	"fmt"
	"io"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// BookReport is what a workbook that came back would change.
type BookReport struct {
	Changes  []CellChange
	Problems []Problem // none may be left when it is taken
	Warnings int       // of what looks wrong and may be right
	Families int       // that change
	Written  bool
}

// BookBasis is what the changes of a workbook rest on.
type BookBasis struct {
	Source   Source
	Evidence string
}

// ReceiveWorkbook keeps a workbook that came back, sealed, and returns the id
// by which the same member of staff compares and takes it.
func (s *Service) ReceiveWorkbook(ctx context.Context, name string, from io.Reader) (ident.ID, error) {
	actor, err := access.Require(ctx, access.EditFamilies)
	if err != nil {
		return ident.ID{}, err
	}
	r, err := s.receive(ctx, actor)
	if err != nil {
		return ident.ID{}, err
	}
	err = r.Take(ctx, FamilyFile, name, io.LimitReader(from, bookMost+1))
	if err == nil && r.upload.FamilySize > bookMost {
		err = fault.Invalid("registry.import.too_large", "most", bookMost>>20)
	}
	if err == nil && r.upload.FamilySize == 0 {
		err = fault.Invalid("registry.workbook.choose")
	}
	if err != nil {
		return ident.ID{}, errors.Join(err, r.Drop(ctx))
	}
	return r.End(ctx)
}

// bookMost bounds the size of a workbook that came back, in bytes.
const bookMost = 32 << 20

// errTried undoes what was only tried.
var errTried = errors.New("registry: tried")

// CompareWorkbook says which cells of a workbook differ from what is on
// record, and what keeps them from being taken. The changes are tried in a
// transaction that is undone. The look is recorded.
func (s *Service) CompareWorkbook(ctx context.Context, id ident.ID, purpose access.Purpose) (*BookReport, error) {
	r, d, err := s.compareBook(ctx, id)
	if err != nil {
		return nil, err
	}
	err = s.unit.Write(ctx, func(ctx context.Context) error {
		if err := d.apply(ctx, r, BookBasis{SourceOffice, "buku kerja"}); err != nil {
			return err
		}
		return errTried
	})
	if !errors.Is(err, errTried) {
		return nil, fmt.Errorf("registry: trying a workbook: %w", err)
	}
	inOrder(r.Problems)
	return r, s.lookedAtBook(ctx, "family.workbook.compare", r, purpose)
}

// TakeWorkbook takes all changes of a workbook, or none: where anything is
// wrong it writes nothing but the look, and returns the report with
// fault.Invalid. Each
// change is one of a family's history, as if it were entered by hand.
func (s *Service) TakeWorkbook(ctx context.Context, id ident.ID, b BookBasis, purpose access.Purpose) (*BookReport, error) {
	r, d, err := s.compareBook(ctx, id)
	if err != nil {
		return nil, err
	}
	err = s.unit.Write(ctx, func(ctx context.Context) error {
		if err := d.apply(ctx, r, b); err != nil {
			return err
		}
		if len(r.Problems) > 0 {
			return errTried
		}
		if err := s.store.DropUploads(ctx, id, s.clock.Now()); err != nil {
			return err
		}
		return s.log.Append(ctx, d.act("family.workbook", r, purpose))
	})
	inOrder(r.Problems)
	switch {
	case errors.Is(err, errTried):
		if err := s.lookedAtBook(ctx, "family.workbook.compare", r, purpose); err != nil {
			return nil, err
		}
		return r, fault.Invalid("registry.workbook.has_errors", "n", len(r.Problems))
	case err != nil:
		return nil, fmt.Errorf("registry: taking a workbook: %w", err)
	}
	r.Written = true
	return r, nil
}

func (s *Service) compareBook(ctx context.Context, id ident.ID) (*BookReport, *bookDiff, error) {
	u, err := s.uploadFor(ctx, id, access.EditFamilies)
	if err != nil {
		return nil, nil, err
	}
	read, err := s.readBook(s.filesOf(ctx, u).Family)
	if err != nil {
		return nil, nil, err
	}
	var ids []ident.ID
	known := map[ident.ID]bool{}
	for i := range read.rows {
		if f := read.rows[i].family; !known[f] {
			known[f] = true
			ids = append(ids, f)
		}
	}
	records, err := s.recordsOf(ctx, ids)
	if err != nil {
		return nil, nil, err
	}
	d := &bookDiff{bookRead: read, t: s.tables(false, true), records: records, edits: map[ident.ID]*familyEdit{}}
	if err := d.compare(); err != nil {
		return nil, nil, err
	}
	return &BookReport{Changes: d.changes, Problems: d.problems, Families: len(d.order)}, d, nil
}

func (s *Service) lookedAtBook(ctx context.Context, action string, r *BookReport, purpose access.Purpose) error {
	return s.looked(ctx, (&bookDiff{bookRead: &bookRead{s: s}}).act(action, r, purpose))
}

func (d *bookDiff) act(action string, r *BookReport, purpose access.Purpose) audit.Act {
	return audit.Act{Purpose: purpose, Action: action, Fields: []string{"core", "members", "facts"}, Count: int64(max(1, r.Families)),
		Detail: fmt.Sprintf("families=%d cells=%d", r.Families, len(r.Changes))}
}

// apply makes the changes, family by family. What is refused becomes a
// problem of its cell.
func (d *bookDiff) apply(ctx context.Context, r *BookReport, b BookBasis) error {
	for _, id := range d.order {
		e := d.edits[id]
		a := &applying{d: d, r: r, e: e, version: e.record.Family.Version, basis: b}
		if e.core != nil {
			err := a.one(FamilyFile, e.coreRow, func(basis Basis) (Outcome, error) { return d.s.CorrectFamily(ctx, id, *e.core, basis) })
			if err != nil {
				return err
			}
		}
		for _, m := range e.members {
			err := a.one(MemberFile, m.row, func(basis Basis) (Outcome, error) { return d.s.CorrectMember(ctx, id, m.person, m.entry, basis) })
			if err != nil {
				return err
			}
		}
		if len(e.answers) > 0 {
			err := a.one(FamilyFile, 0, func(basis Basis) (Outcome, error) { return d.s.Observe(ctx, id, e.answers, basis) })
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// applying makes the changes of one family, one after the other.
type applying struct {
	d       *bookDiff
	r       *BookReport
	e       *familyEdit
	version int
	basis   BookBasis
}

// one makes one change. Warnings are taken as read: the page has counted
// them.
func (a *applying) one(kind FileKind, row int, change func(Basis) (Outcome, error)) error {
	b := Basis{Version: a.version, On: a.d.s.Today().String(), Source: a.basis.Source, Evidence: a.basis.Evidence}
	if a.e.on != "" && row == 0 {
		b.On = a.e.on
	}
	out, err := change(b)
	if err == nil && !out.Written {
		a.r.Warnings += len(out.Warnings)
		b.Read = out.Mark()
		out, err = change(b)
	}
	var refused Refused
	switch {
	case errors.As(err, &refused):
		for _, f := range refused {
			a.refused(kind, row, f)
		}
		return nil
	case fault.Is(err, fault.KindConflict), fault.Is(err, fault.KindInvalid), fault.Is(err, fault.KindNotFound):
		p := Problem{File: kind, Row: max(row, a.e.coreRow)}
		p.fault(err, "value")
		a.r.Problems = append(a.r.Problems, p)
		return nil
	case err != nil:
		return err
	}
	a.version++
	return nil
}

// refused puts what is wrong with a field at its cell.
func (a *applying) refused(kind FileKind, row int, f FieldFault) {
	p := Problem{File: kind, Row: row, Column: f.Field}
	if at, ok := a.e.places[f.Field]; ok {
		p.File, p.Row = at.kind, at.row
		p.Column = columnOfField(f.Field)
	}
	p.fault(f.Fault, "value")
	a.r.Problems = append(a.r.Problems, p)
}

// columnOfField returns the column of an answer's field: floor@ID is floor.
func columnOfField(field string) string {
	for i := range len(field) {
		if field[i] == '@' {
			return field[:i]
		}
	}
	return field
}
