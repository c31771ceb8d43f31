package registry

import (
	"context"
	"fmt"
	"iter"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/work"
)

// Page is a page of a list.
type Page struct {
	Rows []Row
	// Next is the place after which the next page begins, Prev the one
	// before which the page before ends; nil where there is none.
	Next, Prev *Place
}

// List returns a page of at most limit families, by area and id. The look is
// recorded before the page is handed out.
func (s *Service) List(ctx context.Context, f Filter, c Cursor, limit int, purpose access.Purpose) (*Page, error) {
	actor, err := access.Require(ctx, access.SeeFamilies)
	if err != nil {
		return nil, err
	}
	rows, err := work.Read(ctx, s.unit, func(ctx context.Context) ([]Row, error) { return s.store.List(ctx, f, c, limit+1) })
	if err != nil {
		return nil, fmt.Errorf("registry: listing: %w", err)
	}
	p := page(rows, c, limit)
	if err := s.looked(ctx, f.act(actor, purpose, "family.list", int64(len(p.Rows)))); err != nil {
		return nil, err
	}
	return p, nil
}

// page cuts the one row too many that tells whether the list goes on.
func page(rows []Row, c Cursor, limit int) *Page {
	more := len(rows) > limit
	if more && c.Back {
		rows = rows[1:]
	} else if more {
		rows = rows[:limit]
	}
	p := &Page{Rows: rows}
	if len(rows) == 0 {
		return p
	}
	if c.Back || more {
		p.Next = rows[len(rows)-1].place()
	}
	if c.Back && more || !c.Back && !c.ID.IsZero() {
		p.Prev = rows[0].place()
	}
	return p
}

func (r Row) place() *Place { return &Place{r.Area, r.ID} }

func (f Filter) act(actor access.Actor, purpose access.Purpose, action string, n int64) audit.Act {
	return audit.Act{Purpose: purpose, Action: action, Area: actor.Scope.Within(f.Area).String(),
		Fields: []string{"head_name", "address"}, Count: n}
}

// Count returns how many families the filter lets through.
func (s *Service) Count(ctx context.Context, f Filter) (int64, error) {
	if _, err := access.Require(ctx, access.SeeFamilies); err != nil {
		return 0, err
	}
	n, err := work.Read(ctx, s.unit, func(ctx context.Context) (int64, error) { return s.store.Count(ctx, f) })
	if err != nil {
		return 0, fmt.Errorf("registry: counting: %w", err)
	}
	return n, nil
}

// exportPage is how many rows are read at a time while exporting.
const exportPage = 2000

// All returns every family that the filter lets through, by area and id, for
// a file. It needs the permission to export as well; the look is recorded,
// with the count, before the first row. Families that asked not to be
// processed are left out. Rows are read page by page, so that a
// slow reader holds no transaction open.
func (s *Service) All(ctx context.Context, f Filter, purpose access.Purpose) iter.Seq2[Row, error] {
	f.Processed = true
	return func(yield func(Row, error) bool) {
		if err := s.exporting(ctx, f, purpose); err != nil {
			yield(Row{}, err)
			return
		}
		var c Cursor
		for {
			rows, err := work.Read(ctx, s.unit, func(ctx context.Context) ([]Row, error) { return s.store.List(ctx, f, c, exportPage) })
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
			c.Place = *rows[len(rows)-1].place()
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
