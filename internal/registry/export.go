package registry

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/ident"
	"gotong/internal/registry/sheet"
)

// ExportOptions say what is taken out of the register.
type ExportOptions struct {
	Area   string // code of any level; "" is all of the actor's area
	Unmask bool   // numbers in clear, for who may unmask
}

// Exported counts what was taken out.
type Exported struct {
	Families int64 `json:"families"`
	Persons  int64 `json:"persons"`
	// Suspended are left out, as they asked that their data be not processed.
	Suspended int64 `json:"suspended"`
}

// Export writes the active families in the actor's area, and their active
// members, into two tables, as an import reads them. Memory does not grow
// with the register. Numbers are masked, unless they are asked for by who may
// unmask, which uses up what a second person has allowed. It is recorded
// before the first row is written.
//
// It returns fault.Forbidden without the permission to export, or to unmask,
// or where nobody has allowed that.
func (s *Service) Export(ctx context.Context, o ExportOptions, purpose access.Purpose, begin func(kind FileKind, columns []sheet.Column) (sheet.Table, error)) (Exported, error) {
	var out Exported
	actor, err := access.Require(ctx, access.Export)
	if err == nil {
		_, err = access.Require(ctx, access.SeeFamilies)
	}
	if err == nil && o.Unmask {
		_, err = access.Require(ctx, access.Unmask)
	}
	if err != nil {
		return out, err
	}
	if err := s.exportAct(ctx, actor, o, purpose); err != nil {
		return out, err
	}
	t := s.tables(o.Unmask, false)
	err = s.unit.Read(ctx, func(ctx context.Context) error {
		w := &exporting{s: s, t: t, area: o.Area, out: &out}
		if err := w.table(ctx, FamilyFile, t.familyColumns(), begin); err != nil {
			return err
		}
		return w.table(ctx, MemberFile, t.memberColumns(), begin)
	})
	if err != nil {
		return out, fmt.Errorf("registry: exporting: %w", err)
	}
	return out, nil
}

func (s *Service) exportAct(ctx context.Context, actor access.Actor, o ExportOptions, purpose access.Purpose) error {
	area := actor.Scope.String()
	if o.Area != "" {
		area = o.Area
	}
	n, err := s.Count(ctx, Filter{Area: o.Area})
	if err != nil {
		return err
	}
	fields := []string{"core", "members", "facts", "identifiers.masked"}
	if o.Unmask {
		fields[3] = "identifiers"
	}
	act := audit.Act{Purpose: purpose, Action: "family.export", Area: area, Fields: fields, Count: n}
	if !o.Unmask {
		return s.looked(ctx, act)
	}
	return s.unit.Write(ctx, func(ctx context.Context) error {
		if err := s.spendAllowance(ctx, actor, o.Area); err != nil {
			return err
		}
		return s.log.Append(ctx, act)
	})
}

// exporting writes one table after the other.
type exporting struct {
	s       *Service
	t       *tables
	area    string
	out     *Exported
	writer  sheet.Table
	row     []sheet.Value
	waiting []Record // families whose accounts are looked up together
}

func (w *exporting) table(ctx context.Context, kind FileKind, columns []sheet.Column, begin func(FileKind, []sheet.Column) (sheet.Table, error)) error {
	table, err := begin(kind, columns)
	if err != nil {
		return err
	}
	w.writer = table
	err = w.s.scan(ctx, func(r *Record) error {
		if r.Family.Status == FamilySuspended && kind == FamilyFile && strings.HasPrefix(r.Family.Area, w.area) {
			w.out.Suspended++
		}
		if r.Family.Status != FamilyActive || !strings.HasPrefix(r.Family.Area, w.area) {
			return nil
		}
		if kind == MemberFile {
			return w.member(ctx, r)
		}
		w.out.Families++
		if w.row, err = w.t.family(w.row[:0], &r.Family); err != nil {
			return err
		}
		return table.Row(w.row)
	})
	if err == nil {
		err = w.flush(ctx)
	}
	if err != nil {
		return err
	}
	return table.Close()
}

// accountsAtOnce is of how many families the accounts are looked up together.
const accountsAtOnce = 250

func (w *exporting) member(ctx context.Context, r *Record) error {
	kept := Record{Family: r.Family, Members: slices.Clone(r.Members)}
	kept.Family.Facts = nil // not needed, and used again by the scan
	for i := range kept.Members {
		kept.Members[i].Facts = slices.Clone(r.Members[i].Facts)
	}
	if w.waiting = append(w.waiting, kept); len(w.waiting) < accountsAtOnce {
		return nil
	}
	return w.flush(ctx)
}

func (w *exporting) flush(ctx context.Context) error {
	if len(w.waiting) == 0 {
		return nil
	}
	ids := make([]ident.ID, len(w.waiting))
	for i := range w.waiting {
		ids[i] = w.waiting[i].Family.ID
	}
	all, err := w.s.store.Accounts(ctx, ids)
	if err != nil {
		return err
	}
	newest := map[ident.ID]*Account{} // ids grow
	for i := range all {
		if all[i].Status.Payable() {
			newest[all[i].PersonID] = &all[i]
		}
	}
	for i := range w.waiting {
		r := &w.waiting[i]
		for j := range r.Members {
			m := &r.Members[j]
			if m.Status != PersonActive {
				continue
			}
			if w.row, err = w.t.member(w.row[:0], &r.Family, m, newest[m.ID]); err != nil {
				return err
			}
			if err := w.writer.Row(w.row); err != nil {
				return err
			}
			w.out.Persons++
		}
	}
	w.waiting = w.waiting[:0]
	return nil
}
