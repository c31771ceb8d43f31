package registry

import (
	"context"
	"fmt"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/ident"
)

// Departed is a record that counts no more and still tells who somebody is.
type Departed struct {
	Family ident.ID
	Person ident.ID // zero: the whole family
	Area   string
	Since  civil.Date // the day that the record says
}

// Departed calls fn for every whole family of an area that has left the
// register, and every member of the others who died or left, in order of
// families. Who lives on in another record is left out: that one is the same
// person's, and their erasure reaches this one.
//
// It is for the retention of records and hands out ids alone.
func (s *Service) Departed(ctx context.Context, area string, fn func(Departed) error) error {
	if _, err := access.RequireArea(ctx, access.SeeRetention, area); err != nil {
		return err
	}
	return s.unit.Read(ctx, func(ctx context.Context) error {
		all, err := s.store.Departed(ctx, area)
		if err != nil {
			return err
		}
		err = s.log.Append(ctx, audit.Act{Purpose: access.PurposeSystem, Action: "family.departed", Area: area, Fields: []string{"status"}, Count: int64(len(all))})
		if err != nil {
			return err
		}
		var family ident.ID
		var h *History
		for _, d := range all {
			if d.Family != family {
				if h, err = s.store.History(ctx, d.Family); err != nil {
					return fmt.Errorf("registry: departed: %w", err)
				}
				family = d.Family
			}
			var there bool
			if d.Since, there = h.departed(d.Person); !there {
				continue
			}
			if err := fn(d); err != nil {
				return err
			}
		}
		return nil
	})
}

// departed returns since when a member, or the family for the zero id, counts
// no more; false when they live on in another record.
func (h *History) departed(person ident.ID) (since civil.Date, ok bool) {
	undone := h.undone(Moment{})
	gone := false
	for _, c := range h.Changes {
		if undone[c.Version] {
			continue
		}
		for _, l := range c.Body.Links {
			if !l.Came && (person.IsZero() || l.Person == person) {
				return 0, false
			}
		}
		now, said := gone, false
		if person.IsZero() && c.Body.Family != nil {
			now, said = c.Body.Family.Status != FamilyActive, true
		}
		for _, m := range c.Body.Members {
			if m.ID == person {
				now, said = m.Status != PersonActive, true
			}
		}
		if said && now && !gone {
			since = c.EffectiveOn
		}
		if said {
			gone = now
		}
	}
	return since, gone
}

// AreaOf returns a family's area; fault.NotFound outside the actor's.
func (s *Service) AreaOf(ctx context.Context, family ident.ID) (string, error) {
	var area string
	err := s.unit.Read(ctx, func(ctx context.Context) error {
		rec, err := s.store.Family(ctx, family)
		if err == nil {
			area = rec.Family.Area
		}
		return err
	})
	return area, err
}

// KeepUntil returns until when the record of somebody who was paid on a day
// is kept, by the rule in force today.
func (s *Service) KeepUntil(paid civil.Date) civil.Date { return s.rules.keepUntil(paid, s.Today()) }

// Disposal is an erasure of a record whose time is over: one of many that one
// person proposed and another approved.
type Disposal struct {
	Family, Person         ident.ID // the zero person: the whole family
	Evidence               string   // the proposal's id
	ProposedBy, ApprovedBy string   // logins
}

// Dispose erases a record by the road of every erasure, in the transaction of
// the context and in the name of those two; FinishErasures then destroys the
// keys. It returns what Do and Approve return.
func (s *Service) Dispose(ctx context.Context, d Disposal) error {
	actor, err := access.Require(ctx, access.DecideDisposal)
	if err != nil {
		return err
	}
	as := func(login string, role access.Role) context.Context {
		actor := actor
		actor.Login, actor.Roles = login, []access.Role{role}
		return access.With(ctx, actor)
	}
	req := Request{Kind: Erasure, Family: d.Family, Person: d.Person,
		Basis: Basis{On: s.Today().String(), Source: SourceOffice, Document: "retention", Evidence: d.Evidence}}
	proposed := as(d.ProposedBy, access.Officer)
	out, err := s.Do(proposed, req)
	if err == nil && out.Proposed.IsZero() && !out.Written { // whoever approved it of many has read what it means
		req.Basis.Read = out.Mark()
		out, err = s.Do(proposed, req)
	}
	if err != nil || out.Proposed.IsZero() {
		return err
	}
	h, wide, err := s.approving(as(d.ApprovedBy, access.Manager), out.Proposed)
	if err != nil {
		return err
	}
	_, err = h.write(wide)
	return err
}

// ShredLater notes the keys of sealed values in the transaction of the
// context; FinishErasures destroys them.
func (s *Service) ShredLater(ctx context.Context, sealed [][]byte) error {
	return s.store.NoteShredding(ctx, positions(sealed), s.clock.Now())
}
