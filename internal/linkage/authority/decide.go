package authority

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/registry"
	"gotong/internal/work"
)

// Accept records that the person of an open match is the one on the list, and
// does what follows, in one transaction: a death is recorded as the event that
// it is, with all that it stops, unless it is on record already; a fact is
// recorded with the list as its source, as of the list's day. head becomes the
// head of a family whose head has died; zero where there is nobody to become
// it.
//
// It returns fault.Conflict when the match was decided already or the person
// does not count any more, registry.Refused for a death that cannot be
// recorded so, and fault.Forbidden without the permissions to resolve and to
// edit.
func (s *Service) Accept(ctx context.Context, id ident.ID, note string, head ident.ID) error {
	return s.decide(ctx, id, Open, func(ctx context.Context, m *Match) error {
		m.Status, m.Note = Accepted, note
		return s.follow(ctx, m, head)
	})
}

// Reject records that they are two people. The same entry is not held against
// the same person again.
func (s *Service) Reject(ctx context.Context, id ident.ID, note string) error {
	return s.decide(ctx, id, Open, func(_ context.Context, m *Match) error {
		m.Status, m.Note = Rejected, note
		return nil
	})
}

// Undo takes a decision back: the match waits again. The event of a death is
// taken back, for which the rules of changes may ask for a second person: then
// the first result says that this waits. Of a fact, what was on record before
// is recorded anew, or that it is not known; both stay in the history.
func (s *Service) Undo(ctx context.Context, id ident.ID) (waits bool, err error) {
	m, err := s.peek(ctx, id)
	if err != nil {
		return false, err
	}
	if m.Status == Open {
		return false, fault.Conflict("linkage.error.undecided")
	}
	err = s.decide(ctx, id, m.Status, func(ctx context.Context, m *Match) error {
		if m.Status == Accepted {
			if waits, err = s.takeBack(ctx, m); err != nil {
				return err
			}
		}
		m.Status, m.Note, m.Event, m.Before = Open, "", ident.ID{}, ""
		return nil
	})
	return waits, err
}

func (s *Service) peek(ctx context.Context, id ident.ID) (*Match, error) {
	if _, err := access.Require(ctx, access.ResolveDuplicates); err != nil {
		return nil, err
	}
	return work.Read(ctx, s.Unit, func(ctx context.Context) (*Match, error) { return s.Store.Match(ctx, id) })
}

// decide changes a match that has the status from.
func (s *Service) decide(ctx context.Context, id ident.ID, from Status, change func(ctx context.Context, m *Match) error) error {
	actor, err := access.Require(ctx, access.ResolveDuplicates)
	if err != nil {
		return err
	}
	err = s.Unit.Write(ctx, func(ctx context.Context) error {
		m, err := s.Store.Match(ctx, id)
		if err != nil {
			return err
		}
		if m.Status != from && m.By == "" {
			return fault.Conflict("linkage.error.undecided")
		}
		if m.Status != from {
			return fault.Conflict("linkage.error.decided", "who", m.By)
		}
		if err := change(ctx, m); err != nil {
			return err
		}
		m.By, m.At = actor.Login, s.Clock.Now()
		if m.Status == Open {
			m.By, m.At = "", time.Time{}
		}
		if ok, err := s.Store.Decide(ctx, m, from); err != nil {
			return err
		} else if !ok {
			return fault.Conflict("core.error.conflict")
		}
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposeVerification, Action: "authority." + acts[m.Status], Subject: m.Family.String(),
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
func (s *Service) follow(ctx context.Context, m *Match, head ident.ID) error {
	kind, l, err := s.of(ctx, m)
	if err != nil {
		return err
	}
	if kind.Effect == Death && m.Ours.Status == registry.PersonDead {
		m.Before = knownDead
		return nil
	}
	if m.Ours.Status != registry.PersonActive {
		return fault.Conflict("linkage.error.inactive")
	}
	switch kind.Effect {
	case Death:
		return s.die(ctx, m, l, head)
	case Fact:
		return s.observe(ctx, m, kind, l)
	}
	return nil
}

// knownDead says of a match that the death was on record before it.
const knownDead = "dead"

// deathEvidence is the document, of those that the rules of changes know, on
// which a death rests that another authority has on its list.
const deathEvidence = "authority_list"

// die records the death of a match's person on the day that the list says,
// or the list's own day.
func (s *Service) die(ctx context.Context, m *Match, l *List, head ident.ID) error {
	if err := s.unseal(m); err != nil {
		return err
	}
	on := l.On
	if m.Entry.On != nil {
		on = *m.Entry.On
	}
	out, err := s.do(ctx, registry.Request{Kind: registry.Death, Family: m.Family, Person: m.Person, NewHead: head,
		Basis: registry.Basis{On: on.String(), Document: deathEvidence, Evidence: evidence(m, l)}})
	if m.Event = out.Event; m.Event.IsZero() {
		m.Event = out.Proposed
	}
	return err
}

// do records a change whose warnings were answered by whoever compared the
// person with the list.
func (s *Service) do(ctx context.Context, req registry.Request) (registry.Outcome, error) {
	d, err := s.Register.Family(ctx, req.Family, access.PurposeVerification)
	if err != nil {
		return registry.Outcome{}, err
	}
	req.Basis.Version, req.Basis.Source = d.Family.Version, registry.SourceOffice
	for range 2 {
		out, err := s.Register.Do(ctx, req)
		if err != nil || out.Written || !out.Proposed.IsZero() {
			return out, err
		}
		req.Basis.Read = out.Mark()
	}
	return registry.Outcome{}, fault.Conflict("core.error.conflict")
}

func (s *Service) observe(ctx context.Context, m *Match, kind Kind, l *List) error {
	before, err := s.onRecord(ctx, m, kind)
	if err != nil {
		return err
	}
	m.Before = before
	return s.visit(ctx, m, l, registry.Answer{Person: m.Person, Code: kind.Fact, Value: kind.Value}, evidence(m, l))
}

func (s *Service) visit(ctx context.Context, m *Match, l *List, a registry.Answer, evidence string) error {
	_, err := s.do(ctx, registry.Request{Kind: registry.Observed, Family: m.Family, Answers: []registry.Answer{a},
		Basis: registry.Basis{On: l.On.String(), Evidence: evidence}})
	return err
}

// onRecord returns what is on record of the fact of a kind, as its indicator
// reads it; "" for nothing.
func (s *Service) onRecord(ctx context.Context, m *Match, kind Kind) (string, error) {
	i, ok := s.Register.Catalogue().Lookup(indicator.Person, kind.Fact)
	if !ok {
		return "", fmt.Errorf("authority: no indicator %s", kind.Fact)
	}
	d, err := s.Register.Family(ctx, m.Family, access.PurposeVerification)
	if err != nil {
		return "", err
	}
	p, ok := d.Member(m.Person)
	if !ok {
		return "", fault.NotFound("registry.person_not_found")
	}
	v, ok := p.Facts.Get(i.No)
	if !ok {
		return "", nil
	}
	if option, ok := i.Option(v); ok {
		return option.Code, nil
	}
	return strconv.FormatInt(v, 10), nil
}

// takeBack undoes what an accepted match did, and says whether that waits for
// a second person.
func (s *Service) takeBack(ctx context.Context, m *Match) (waits bool, err error) {
	kind, l, err := s.of(ctx, m)
	if err != nil {
		return false, err
	}
	reason := "Kecocokan dengan " + kind.Name.ID + " dibatalkan"
	switch kind.Effect {
	case Fact:
		a := registry.Answer{Person: m.Person, Code: kind.Fact, Value: m.Before, Gone: m.Before == ""}
		return false, s.visit(ctx, m, l, a, reason+": "+evidence(m, l))
	case Death:
		return s.revive(ctx, m, l, reason)
	}
	return false, nil
}

// revive takes a death back: its event, or the proposal of it that waits.
func (s *Service) revive(ctx context.Context, m *Match, l *List, reason string) (waits bool, err error) {
	if m.Before == knownDead {
		return false, nil
	}
	dead := m.Ours.Status == registry.PersonDead
	switch {
	case dead && m.Event.IsZero(): // accepted before deaths were events
		return false, s.Register.SetPersonStatus(ctx, m.Family, m.Person, registry.PersonActive, reason, evidence(m, l))
	case dead:
		out, err := s.do(ctx, registry.Request{Kind: registry.Undone, Family: m.Family, Event: m.Event,
			Basis: registry.Basis{On: s.Today().String(), Evidence: evidence(m, l), Note: reason}})
		return !out.Proposed.IsZero(), err
	case m.Event.IsZero():
		return false, fault.Conflict("linkage.error.changed_since")
	}
	e, _, err := s.Register.Event(ctx, m.Event, access.PurposeVerification)
	if err == nil && e.Status == registry.EventProposed {
		err = s.Register.Reject(ctx, m.Event, reason)
	}
	return false, err
}

func (s *Service) of(ctx context.Context, m *Match) (Kind, *List, error) {
	kind, err := s.Policies.On(s.Today()).Kind(m.Kind)
	if err != nil {
		return kind, nil, err
	}
	l, err := s.Store.List(ctx, m.List)
	return kind, l, err
}
