package registry

import (
	"context"
	"fmt"
	"io"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/registry/sheet"
)

// WorkbookMost is how many families a workbook for editing holds: it is
// compared as a whole, and people go through it by hand.
const WorkbookMost = 5000

// Workbook writes the families that a filter lets through, with their
// members, as a workbook that can be edited and brought back. Numbers are
// masked; what stays masked stays as it is. Hidden columns say which version
// of a family a row shows.
//
// It returns fault.Invalid for none and for more than WorkbookMost families, and
// fault.Forbidden without the permissions to export and to edit families.
func (s *Service) Workbook(ctx context.Context, f Filter, purpose access.Purpose) (func(w io.Writer) error, error) {
	if _, err := access.Require(ctx, access.EditFamilies); err != nil {
		return nil, err
	}
	n, err := s.Count(ctx, f)
	if err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, fault.Invalid("registry.workbook.nothing")
	}
	if n > WorkbookMost {
		return nil, fault.Invalid("registry.workbook.too_many", "n", n, "most", WorkbookMost)
	}
	var ids []ident.ID
	for row, err := range s.All(ctx, f, purpose) { // asks for the permission, and is recorded
		if err != nil {
			return nil, err
		}
		ids = append(ids, row.ID)
	}
	records, err := s.recordsOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	return func(w io.Writer) error { return s.tables(false, true).book(w, ids, records) }, nil
}

// FamilyWorkbook writes one family and its members as a workbook that can be
// edited and brought back, as Workbook does. It returns fault.NotFound for a
// family that is not in the actor's area, and fault.Forbidden without the
// permissions to export and to edit families.
func (s *Service) FamilyWorkbook(ctx context.Context, id ident.ID, purpose access.Purpose) (func(w io.Writer) error, error) {
	for _, p := range []access.Permission{access.EditFamilies, access.Export} {
		if _, err := access.Require(ctx, p); err != nil {
			return nil, err
		}
	}
	records, err := s.recordsOf(ctx, []ident.ID{id})
	if err != nil {
		return nil, err
	}
	r := records[id]
	if r == nil {
		return nil, fault.NotFound("registry.family_not_found")
	}
	err = s.looked(ctx, audit.Act{Purpose: purpose, Action: "family.export", Subject: id.String(), Area: r.Family.Area,
		Fields: []string{"core", "members", "facts"}, Count: 1})
	if err != nil {
		return nil, err
	}
	return func(w io.Writer) error { return s.tables(false, true).book(w, []ident.ID{id}, records) }, nil
}

// recordsOf returns those families that are on record, by their ids.
func (s *Service) recordsOf(ctx context.Context, ids []ident.ID) (map[ident.ID]*Record, error) {
	byID := make(map[ident.ID]*Record, len(ids))
	err := s.unit.Read(ctx, func(ctx context.Context) error {
		found, err := s.store.Records(ctx, ids)
		for _, r := range found {
			byID[r.Family.ID] = r
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("registry: families of a workbook: %w", err)
	}
	return byID, nil
}

// book writes both sheets.
func (t *tables) book(w io.Writer, ids []ident.ID, records map[ident.ID]*Record) error {
	b := sheet.NewBook(w)
	if err := b.Sheet(string(FamilyFile), t.familyColumns()); err != nil {
		return err
	}
	var row []sheet.Value
	var err error
	for _, id := range ids {
		if r := records[id]; r != nil {
			if row, err = t.family(row[:0], &r.Family); err == nil {
				err = b.Row(row)
			}
			if err != nil {
				return err
			}
		}
	}
	if err := b.Sheet(string(MemberFile), t.memberColumns()); err != nil {
		return err
	}
	for _, id := range ids {
		r := records[id]
		if r == nil {
			continue
		}
		for i := range r.Members {
			if r.Members[i].Status != PersonActive {
				continue
			}
			if row, err = t.member(row[:0], &r.Family, &r.Members[i], nil); err == nil {
				err = b.Row(row)
			}
			if err != nil {
				return err
			}
		}
	}
	return b.Close()
}
