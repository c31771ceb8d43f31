package goods

import (
	"context"

	"gotong/internal/civil"
	"gotong/internal/ident"
)

// Leaving says who does not count any more, why and from which day.
type Leaving struct {
	Family ident.ID
	Person ident.ID // zero: the whole family
	Why    Outcome  // Died, or MovedAway for whatever else took them out of the register
	On     civil.Date
}

// concerns reports whether something that somebody of the family was to get is
// among what stops; the zero subject is what the family gets as one.
func (l Leaving) concerns(subject ident.ID) bool {
	return l.Person.IsZero() || l.Person == subject
}

// Stop is something that somebody was to get, and does not.
type Stop struct {
	Meals bool     // a client of a group, who is paused; otherwise goods on a list
	ID    ident.ID // of the client or the list
	Label string   // the group's name, or the list's number and title
}

// Leave pauses the meals of somebody who died or left, until the office has
// stopped them for good or gone to see, and names the lists on which goods
// wait for them: the desk asks the register before it hands anything over.
//
// It is a consequence of what the register recorded, and joins its
// transaction; who acts was allowed that.
func (s *Service) Leave(ctx context.Context, l Leaving) ([]Stop, error) {
	var all []Stop
	err := s.Unit.Write(ctx, func(ctx context.Context) error {
		clients, err := s.Store.ClientsOf(ctx, l.Family)
		if err != nil {
			return err
		}
		for _, c := range clients {
			if !l.concerns(c.Person) {
				continue
			}
			g, err := s.Store.LockGroup(ctx, c.Group)
			if err == nil {
				c, err = s.Store.Client(ctx, c.ID) // as it stands when nobody else moves it
			}
			if err != nil {
				return err
			}
			if c.Status == ClientStopped {
				continue
			}
			c.Status, c.Why, c.Since = ClientPaused, string(l.Why), l.On
			if err := s.Store.SaveClient(ctx, c); err != nil {
				return err
			}
			if err := s.Log.Append(ctx, act("client_left", c.ID, c.Area, c.Why)); err != nil {
				return err
			}
			all = append(all, Stop{Meals: true, ID: c.ID, Label: g.Name})
		}
		waiting, err := s.Store.WaitingOf(ctx, l.Family)
		for _, w := range waiting {
			if l.concerns(w.Subject) {
				all = append(all, Stop{ID: w.List, Label: w.Number + ", " + w.Title})
			}
		}
		return err
	})
	return all, err
}

// Awaited is a list on which goods wait for somebody.
type Awaited struct {
	List          ident.ID
	Number, Title string
	Subject       ident.ID // the person, or the family that gets them as one
}
