package authority

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/ident"
	"gotong/internal/linkage"
	"gotong/internal/nik"
	"gotong/internal/registry"
	"gotong/internal/work"
)

// Page is a page of matches.
type Page struct {
	Rows       []Match
	Next, Prev *linkage.Cursor
}

// Matches returns a page of at most limit matches, surest first. The look is
// recorded before the page is handed out.
func (s *Service) Matches(ctx context.Context, f Filter, c linkage.Cursor, limit int) (*Page, error) {
	actor, err := access.Require(ctx, access.SeeDuplicates)
	if err != nil {
		return nil, err
	}
	page := &Page{}
	err = s.Unit.Read(ctx, func(ctx context.Context) error {
		rows, err := s.Store.Matches(ctx, f, c, limit+1)
		if err != nil {
			return err
		}
		page = cut(rows, c, limit)
		for i := range page.Rows {
			if err := s.unseal(&page.Rows[i]); err != nil {
				return err
			}
		}
		return s.Log.Append(ctx, f.act(actor, "authority.list", int64(len(page.Rows))))
	})
	if err != nil {
		return nil, fmt.Errorf("authority: listing: %w", err)
	}
	return page, nil
}

func (f Filter) act(actor access.Actor, action string, n int64) audit.Act {
	return audit.Act{Purpose: access.PurposeVerification, Action: action, Area: actor.Scope.Within(f.Area).String(), Fields: []string{"name", "born"}, Count: n}
}

// cut takes off the one row too many that tells whether the list goes on.
func cut(rows []Match, c linkage.Cursor, limit int) *Page {
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
	if last := rows[len(rows)-1]; c.Back || more {
		p.Next = &linkage.Cursor{Score: int64(last.Score), ID: last.ID}
	}
	if c.Back && more || !c.Back && !c.ID.IsZero() {
		p.Prev = &linkage.Cursor{Score: int64(rows[0].Score), ID: rows[0].ID, Back: true}
	}
	return p
}

// Count returns how many matches the filter lets through.
func (s *Service) Count(ctx context.Context, f Filter) (int64, error) {
	if _, err := access.Require(ctx, access.SeeDuplicates); err != nil {
		return 0, err
	}
	return work.Read(ctx, s.Unit, func(ctx context.Context) (int64, error) { return s.Store.Count(ctx, f) })
}

// exportPage is how many matches are read at a time while exporting.
const exportPage = 1000

// All returns every match that the filter lets through, surest first, for a
// file. It needs the permission to export as well.
func (s *Service) All(ctx context.Context, f Filter) iter.Seq2[Match, error] {
	return func(yield func(Match, error) bool) {
		if _, err := access.Require(ctx, access.Export); err != nil {
			yield(Match{}, err)
			return
		}
		var c linkage.Cursor
		for {
			page, err := s.Matches(ctx, f, c, exportPage)
			if err != nil {
				yield(Match{}, err)
				return
			}
			for _, m := range page.Rows {
				if !yield(m, nil) {
					return
				}
			}
			if page.Next == nil {
				return
			}
			c = *page.Next
		}
	}
}

// Match returns a match to be looked at side by side, and the next that
// waits; nil when this was the last. The look is recorded first.
func (s *Service) Match(ctx context.Context, id ident.ID) (m *Match, next *ident.ID, err error) {
	if _, err := access.Require(ctx, access.SeeDuplicates); err != nil {
		return nil, nil, err
	}
	err = s.Unit.Read(ctx, func(ctx context.Context) error {
		if m, err = s.Store.Match(ctx, id); err != nil {
			return err
		}
		if err := s.unseal(m); err != nil {
			return err
		}
		number, err := s.Keys.Open(registry.LabelNIK, m.Ours.NIKSealed)
		if err != nil {
			return err
		}
		if number != "" {
			m.Ours.NIKMasked = nik.Number(number).Mask()
		}
		if next, err = s.next(ctx, m); err != nil {
			return err
		}
		if m.Heads, err = s.heads(ctx, m); err != nil {
			return err
		}
		if m.Stopped, err = s.stopped(ctx, m); err != nil {
			return err
		}
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposeVerification, Action: "authority.read", Subject: m.Family.String(), Area: m.Area,
			Fields: []string{"name", "mother_name", "born", "sex", "address", "nik_masked"}, Count: 1})
	})
	if err != nil {
		return nil, nil, fmt.Errorf("authority: reading a match: %w", err)
	}
	return m, next, nil
}

// heads returns who can head the family when a match says that its head died.
func (s *Service) heads(ctx context.Context, m *Match) ([]Head, error) {
	kind, err := s.Policies.On(s.Today()).Kind(m.Kind)
	if err != nil || kind.Effect != Death || m.Status != Open || !m.Ours.Shown {
		return nil, err
	}
	d, err := s.Register.Family(ctx, m.Family, access.PurposeVerification)
	if err != nil {
		return nil, err
	}
	if p, ok := d.Member(m.Person); !ok || p.Relation != registry.RelationHead {
		return nil, nil
	}
	var all []Head
	for i := range d.Members {
		if p := &d.Members[i]; p.ID != m.Person && p.Status == registry.PersonActive {
			all = append(all, Head{p.ID, p.Name})
		}
	}
	return all, nil
}

// stopped returns what the death that an accepted match recorded has stopped.
func (s *Service) stopped(ctx context.Context, m *Match) ([]registry.Stopped, error) {
	if m.Status != Accepted || m.Event.IsZero() || !m.Ours.Shown {
		return nil, nil
	}
	d, err := s.Register.Family(ctx, m.Family, access.PurposeVerification)
	if err != nil {
		return nil, err
	}
	var all []registry.Stopped
	for i := range d.Changes {
		if b := &d.Changes[i].Body; b.Event == m.Event {
			all = append(all, b.Stopped...)
		}
	}
	return all, nil
}

// next returns the surest open match of the same list after m, or the surest.
func (s *Service) next(ctx context.Context, m *Match) (*ident.ID, error) {
	for _, from := range []linkage.Cursor{{Score: int64(m.Score), ID: m.ID}, {}} {
		rows, err := s.Store.Matches(ctx, Filter{List: m.List, Status: Open}, from, 2)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			if r.ID != m.ID {
				return &r.ID, nil
			}
		}
	}
	return nil, nil
}

func (s *Service) unseal(m *Match) error {
	text, err := s.Keys.Open(labelEntry, m.Sealed)
	if err != nil {
		return err
	}
	return json.Unmarshal([]byte(text), &m.Entry)
}
