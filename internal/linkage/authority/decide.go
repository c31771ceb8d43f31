package authority

import (
	"context"
	"fmt"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/registry"
)

// Accept records that the person of an open match is the one on the list, and
// does what follows, in one transaction: the dead stop counting; a fact is
// recorded with the list as its source, as of the list's day.
//
// It returns fault.Conflict when the match was decided already or the person
// does not count any more, and fault.Forbidden without the permissions to
// resolve and to edit.
func (s *Service) Accept(ctx context.Context, id ident.ID, note string) error {
	return s.decide(ctx, id, Open, Accepted, note)
}

// Reject records that they are two people. The same entry is not held against
// the same person again.
func (s *Service) Reject(ctx context.Context, id ident.ID, note string) error {
	return s.decide(ctx, id, Open, Rejected, note)
}

// Undo takes a decision back: the match waits again, and somebody recorded as
// dead counts again. A fact that was recorded stays in the history; it is
// mended on the family's page, and the accepted match stays.
func (s *Service) Undo(ctx context.Context, id ident.ID) error {
	m, err := s.peek(ctx, id)
	if err != nil {
		return err
	}
	return s.decide(ctx, id, m.Status, Open, "")
}

func (s *Service) peek(ctx context.Context, id ident.ID) (m *Match, err error) {
	err = s.Unit.Read(ctx, func(ctx context.Context) error {
		m, err = s.Store.Match(ctx, id)
		return err
	})
	return m, err
}

func (s *Service) decide(ctx context.Context, id ident.ID, from, to Status, note string) error {
	actor, err := access.Require(ctx, access.ResolveDuplicates)
	if err != nil {
		return err
	}
	err = s.Unit.Write(ctx, func(ctx context.Context) error {
		m, err := s.Store.Match(ctx, id)
		if err != nil {
			return err
		}
		if from == to {
			return fault.Conflict("linkage.error.undecided")
		}
		was := m.Status
		m.Status, m.By, m.At, m.Note = to, actor.Login, s.Clock.Now(), note
		if to == Open {
			m.By, m.At, m.Note = "", time.Time{}, ""
		}
		if ok, err := s.Store.Decide(ctx, m, from); err != nil {
			return err
		} else if !ok {
			return fault.Conflict("linkage.error.decided")
		}
		switch {
		case to == Accepted:
			err = s.follow(ctx, m)
		case was == Accepted:
			err = s.takeBack(ctx, m)
		}
		if err != nil {
			return err
		}
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposeVerification, Action: "authority." + acts[to], Subject: m.Family.String(),
			Area: m.Area, Count: 1, Detail: m.Kind + " match " + m.ID.String()})
	})
	if err != nil {
		return fmt.Errorf("authority: deciding: %w", err)
	}
	return nil
}

var acts = map[Status]string{Accepted: "accept", Rejected: "reject", Open: "undo"}

// evidence names a match in the history of a family.
func evidence(m *Match, l *List) string {
	return fmt.Sprintf("%s, %s (authority_match:%s)", l.Origin, l.On, m.ID)
}

// follow does what follows from an accepted match.
func (s *Service) follow(ctx context.Context, m *Match) error {
	kind, l, err := s.of(ctx, m)
	if err != nil {
		return err
	}
	if m.Ours.Status != registry.PersonActive {
		return fault.Conflict("linkage.error.inactive")
	}
	switch kind.Effect {
	case Death:
		reason := "Tercatat meninggal di " + kind.Name.ID
		if err := s.unseal(m); err != nil {
			return err
		}
		if m.Entry.On != nil {
			reason += ", " + m.Entry.On.String()
		}
		return s.Register.SetPersonStatus(ctx, m.Family, m.Person, settled, reason, evidence(m, l))
	case Fact:
		return s.observe(ctx, m, kind, l)
	}
	return nil
}

func (s *Service) observe(ctx context.Context, m *Match, kind Kind, l *List) error {
	d, err := s.Register.Family(ctx, m.Family, access.PurposeVerification)
	if err != nil {
		return err
	}
	basis := registry.Basis{Version: d.Family.Version, On: l.On.String(), Source: registry.SourceOffice, Evidence: evidence(m, l)}
	for range 2 { // the second time with the warnings read: the evidence is the list
		out, err := s.Register.Observe(ctx, m.Family, []registry.Answer{{Person: m.Person, Code: kind.Fact, Value: kind.Value}}, basis)
		if err != nil || out.Written {
			return err
		}
		basis.Read = out.Mark()
	}
	return fault.Conflict("core.error.conflict")
}

// takeBack undoes what an accepted match did.
func (s *Service) takeBack(ctx context.Context, m *Match) error {
	kind, l, err := s.of(ctx, m)
	if err != nil {
		return err
	}
	switch kind.Effect {
	case Fact:
		return fault.Conflict("linkage.authority.error.fact_stays")
	case Death:
		if m.Ours.Status != settled {
			return fault.Conflict("linkage.error.changed_since")
		}
		return s.Register.SetPersonStatus(ctx, m.Family, m.Person, registry.PersonActive, "Kecocokan dengan "+kind.Name.ID+" dibatalkan", evidence(m, l))
	}
	return nil
}

func (s *Service) of(ctx context.Context, m *Match) (Kind, *List, error) {
	kind, err := s.Policies.On(s.Today()).Kind(m.Kind)
	if err != nil {
		return kind, nil, err
	}
	l, err := s.Store.List(ctx, m.List)
	return kind, l, err
}
