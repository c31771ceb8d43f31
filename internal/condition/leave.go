package condition

import (
	"context"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// Leaving says who does not count any more, from which day, and why in words.
type Leaving struct {
	Family ident.ID
	Person ident.ID // zero: the whole family
	On     civil.Date
	Why    string
}

// Leave excuses the duties of which nothing is known yet, from the month in
// which somebody died or left: they fit no more and count against nobody. It
// returns them. What a facilitator has verified stays.
//
// It is a consequence of what the register recorded, and joins its
// transaction; who acts was allowed that.
func (s *Service) Leave(ctx context.Context, l Leaving) ([]Duty, error) {
	actor, ok := access.From(ctx)
	if !ok {
		return nil, fault.Forbidden("core.error.forbidden")
	}
	var all []Duty
	err := s.Unit.Write(ctx, func(ctx context.Context) error {
		from := MonthOf(l.On)
		owed, err := s.Store.DutiesOf(ctx, l.Family, from, max(from, MonthOf(s.Today()))+monthsPerYear)
		if err != nil {
			return err
		}
		for _, d := range owed {
			if d.Status != Open || d.Verified || !l.Person.IsZero() && d.PersonID != l.Person {
				continue
			}
			if err := s.enter(ctx, actor.Login, ViaRegister, d, Report{Status: Excused, Excuse: NotApplicable, Note: l.Why}); err != nil {
				return err
			}
			a := act("left", d.FamilyID, d.Area, d.Condition+" "+d.Due.String())
			if err := s.Log.Append(ctx, a); err != nil {
				return err
			}
			all = append(all, d)
		}
		return nil
	})
	return all, err
}
