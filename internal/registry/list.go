package registry

import (
	"context"
	"fmt"
	"iter"

	"gotong/internal/access"
	"gotong/internal/audit"
)

// Page is a page of a list.
type Page struct {
	Rows []Row
	// Next is where the next page begins; nil on the last.
	Next *Place
}

// List returns at most limit families by area and id, after a place. The
// look is recorded before the page is handed out.
func (s *Service) List(ctx context.Context, f Filter, after Place, limit int, purpose access.Purpose) (*Page, error) {
	actor, err := access.Require(ctx, access.SeeFamilies)
	if err != nil {
		return nil, err
	}
	var rows []Row
	err = s.unit.Read(ctx, func(ctx context.Context) error {
		var err error
		rows, err = s.store.List(ctx, f, after, limit+1)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("registry: listing: %w", err)
	}
	p := &Page{Rows: rows}
	if len(rows) > limit {
		last := rows[limit-1]
		p.Rows, p.Next = rows[:limit], &Place{last.Area, last.ID}
	}
	if err := s.looked(ctx, f.act(actor, purpose, "family.list", int64(len(p.Rows)))); err != nil {
		return nil, err
	}
	return p, nil
}

func (f Filter) act(actor access.Actor, purpose access.Purpose, action string, n int64) audit.Act {
	return audit.Act{Purpose: purpose, Action: action, Area: actor.Scope.Within(f.Area).String(),
		Fields: []string{"head_name", "address"}, Count: n}
}

// Count returns how many families the filter lets through.
func (s *Service) Count(ctx context.Context, f Filter) (int64, error) {
	if _, err := access.Require(ctx, access.SeeFamilies); err != nil {
		return 0, err
	}
	var n int64
	err := s.unit.Read(ctx, func(ctx context.Context) error {
		var err error
		n, err = s.store.Count(ctx, f)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("registry: counting: %w", err)
	}
	return n, nil
}

// exportPage is how many rows are read at a time while exporting.
const exportPage = 2000

// All returns every family that the filter lets through, by area and id, for
// a file. It needs the permission to export as well; the look is recorded,
// with the count, before the first row. Rows are read page by page, so that a
// slow reader holds no transaction open.
func (s *Service) All(ctx context.Context, f Filter, purpose access.Purpose) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		if err := s.exporting(ctx, f, purpose); err != nil {
			yield(Row{}, err)
			return
		}
		var after Place
		for {
			var rows []Row
			err := s.unit.Read(ctx, func(ctx context.Context) error {
				var err error
				rows, err = s.store.List(ctx, f, after, exportPage)
				return err
			})
			if err != nil {
				yield(Row{}, fmt.Errorf("registry: exporting: %w", err))
				return
			}
			for _, r := range rows {
				if !yield(r, nil) {
					return
				}
			}
			if len(rows) < exportPage {
				return
			}
			last := rows[len(rows)-1]
			after = Place{last.Area, last.ID}
		}
	}
}

func (s *Service) exporting(ctx context.Context, f Filter, purpose access.Purpose) error {
	actor, err := access.Require(ctx, access.Export)
	if err != nil {
		return err
	}
	n, err := s.Count(ctx, f)
	if err != nil {
		return err
	}
	return s.looked(ctx, f.act(actor, purpose, "family.export", n))
}
