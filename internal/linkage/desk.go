package linkage

import (
	"context"
	"fmt"
	"iter"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/ident"
	"gotong/internal/nik"
	"gotong/internal/registry"
	"gotong/internal/work"
)

// Page is a page of a list of pairs.
type Page struct {
	Rows       []Candidate
	Next, Prev *Cursor // nil where there is none
}

// List returns a page of at most limit pairs, in the order of the filter. The look is
// recorded before the page is handed out.
func (s *Service) List(ctx context.Context, f Filter, c Cursor, limit int) (*Page, error) {
	actor, err := access.Require(ctx, access.SeeDuplicates)
	if err != nil {
		return nil, err
	}
	var page *Page
	err = s.read(ctx, func(ctx context.Context) ([]audit.Act, error) {
		rows, err := s.store.List(ctx, f, c, limit+1)
		if err != nil {
			return nil, err
		}
		page = cut(rows, f, c, limit)
		return []audit.Act{f.act(actor, "duplicate.list", int64(len(page.Rows)))}, nil
	})
	if err != nil {
		return nil, fmt.Errorf("linkage: listing: %w", err)
	}
	return page, nil
}

// cut takes off the one row too many that tells whether the list goes on.
func cut(rows []Candidate, f Filter, c Cursor, limit int) *Page {
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
		last := &rows[len(rows)-1]
		p.Next = &Cursor{Score: f.key(last), ID: last.ID}
	}
	if c.Back && more || !c.Back && !c.ID.IsZero() {
		p.Prev = &Cursor{Score: f.key(&rows[0]), ID: rows[0].ID, Back: true}
	}
	return p
}

func (f Filter) act(actor access.Actor, action string, n int64) audit.Act {
	return audit.Act{Purpose: access.PurposeVerification, Action: action, Area: actor.Scope.Within(f.Area).String(),
		Fields: []string{"name", "born"}, Count: n}
}

// Count returns how many pairs the filter lets through.
func (s *Service) Count(ctx context.Context, f Filter) (int64, error) {
	if _, err := access.Require(ctx, access.SeeDuplicates); err != nil {
		return 0, err
	}
	n, err := work.Read(ctx, s.unit, func(ctx context.Context) (int64, error) { return s.store.Count(ctx, f) })
	if err != nil {
		return 0, fmt.Errorf("linkage: counting: %w", err)
	}
	return n, nil
}

// exportPage is how many pairs are read at a time while exporting.
const exportPage = 1000

// All returns every pair that the filter lets through, surest first, for a
// file. It needs the permission to export as well; the look is recorded, with
// the count, before the first row.
func (s *Service) All(ctx context.Context, f Filter) iter.Seq2[Candidate, error] {
	return func(yield func(Candidate, error) bool) {
		if err := s.exporting(ctx, f); err != nil {
			yield(Candidate{}, err)
			return
		}
		var c Cursor
		for {
			rows, err := work.Read(ctx, s.unit, func(ctx context.Context) ([]Candidate, error) { return s.store.List(ctx, f, c, exportPage) })
			if err != nil {
				yield(Candidate{}, fmt.Errorf("linkage: exporting: %w", err))
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
			last := &rows[len(rows)-1]
			c = Cursor{Score: f.key(last), ID: last.ID}
		}
	}
}

func (s *Service) exporting(ctx context.Context, f Filter) error {
	actor, err := access.Require(ctx, access.Export)
	if err != nil {
		return err
	}
	n, err := s.Count(ctx, f)
	if err != nil {
		return err
	}
	return s.read(ctx, func(context.Context) ([]audit.Act, error) {
		return []audit.Act{f.act(actor, "duplicate.export", n)}, nil
	})
}

// Review is a pair on the desk, with the other pairs of its two people.
type Review struct {
	Candidate
	Others []Candidate
	// Group is everybody on record of whom it is held, by pairs that wait,
	// that they are one person with these two; nil where it is the two alone.
	Group []Side
	// Next is the pair to go on with, of those that wait; nil when this was
	// the last.
	Next *ident.ID
}

// Candidate returns a pair to be looked at side by side; numbers are masked.
// A look is recorded for both families before anything is handed out. It
// returns fault.NotFound when neither person is in the actor's area.
func (s *Service) Candidate(ctx context.Context, id ident.ID) (*Review, error) {
	if _, err := access.Require(ctx, access.SeeDuplicates); err != nil {
		return nil, err
	}
	r := &Review{}
	err := s.read(ctx, func(ctx context.Context) ([]audit.Act, error) {
		c, err := s.store.Candidate(ctx, id)
		if err != nil {
			return nil, err
		}
		r.Candidate = *c
		if r.Others, err = s.store.Others(ctx, c); err != nil {
			return nil, err
		}
		if r.Group, err = s.group(ctx, c, r.Others); err != nil {
			return nil, err
		}
		if r.Next, err = s.next(ctx, c); err != nil {
			return nil, err
		}
		var acts []audit.Act
		for _, side := range []*Side{&r.Left, &r.Right} {
			if err := s.mask(side); err != nil {
				return nil, err
			}
			if side.Shown {
				if err := s.warn(ctx, side); err != nil {
					return nil, err
				}
				acts = append(acts, audit.Act{Purpose: access.PurposeVerification, Action: "duplicate.read", Subject: side.Family.String(),
					Area: side.Area, Fields: []string{"name", "mother_name", "born", "sex", "address", "nik_masked"}, Count: 1})
			}
		}
		return acts, nil
	})
	if err != nil {
		return nil, fmt.Errorf("linkage: reading a pair: %w", err)
	}
	return r, nil
}

// groupMost is how many records of one person are shown together.
const groupMost = 12

// group follows the pairs that wait from the two people of c to all others
// that are held to be the same person; others are the first of these pairs.
func (s *Service) group(ctx context.Context, c *Candidate, others []Candidate) ([]Side, error) {
	all := []Side{c.Left, c.Right}
	in := map[ident.ID]bool{c.Left.Person: true, c.Right.Person: true}
	for at := 0; at < len(others) && len(all) < groupMost; at++ {
		o := &others[at]
		if o.Status != Open || !o.Same || in[o.Left.Person] == in[o.Right.Person] {
			continue
		}
		fresh := o.Left
		if in[fresh.Person] {
			fresh = o.Right
		}
		in[fresh.Person] = true
		all = append(all, fresh)
		further, err := s.store.Others(ctx, o)
		if err != nil {
			return nil, err
		}
		others = append(others[:len(others):len(others)], further...)
	}
	if len(all) == 2 || c.Status != Open {
		return nil, nil
	}
	for i := range all {
		if err := s.mask(&all[i]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// warn adds what the register's numbers say against what else it has of a
// person; what somebody looked into and found right is left out.
func (s *Service) warn(ctx context.Context, side *Side) error {
	warnings, err := s.register.Warnings(everywhere(ctx), side.Family)
	for _, w := range warnings {
		if w.Dismissed == nil && (w.Person == side.Person || w.Person.IsZero()) {
			side.Warnings = append(side.Warnings, w)
		}
	}
	return err
}

// next returns the open pair after c that matters most, or that of all.
func (s *Service) next(ctx context.Context, c *Candidate) (*ident.ID, error) {
	for _, from := range []Cursor{{Score: c.Worth(), ID: c.ID}, {}} {
		rows, err := s.store.List(ctx, Filter{Status: Open, ByWorth: true}, from, 2)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			if r.ID != c.ID {
				return &r.ID, nil
			}
		}
	}
	return nil, nil
}

func (s *Service) mask(side *Side) error {
	number, err := s.keys.Open(registry.LabelNIK, side.NIKSealed)
	if err != nil {
		return err
	}
	if number != "" {
		side.NIKMasked = nik.Number(number).Mask()
	}
	return nil
}
