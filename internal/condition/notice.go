package condition

import (
	"context"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/programme"
)

// Notify gives the family of an effect its letter, once. From then on the
// effect stands, and the days run in which the family may object. It needs
// access.ManageDuties.
func (s *Service) Notify(ctx context.Context, effect ident.ID) (Effect, error) {
	actor, err := access.Require(ctx, access.ManageDuties)
	if err != nil {
		return Effect{}, err
	}
	var e Effect
	err = s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		if e, err = s.Store.LockEffect(ctx, effect); err != nil {
			return audit.Act{}, err
		}
		if e.Status != Proposed {
			return audit.Act{}, fault.Conflict("condition.noticed_already")
		}
		e.Status, e.NoticedBy, e.NoticedAt = Standing, actor.Login, s.now()
		if err := s.Store.SaveEffect(ctx, e); err != nil { // the letter reads what stands
			return audit.Act{}, err
		}
		if e.Letter, err = s.Letters.Issue(ctx, e.ID, e.Area); err != nil {
			return audit.Act{}, err
		}
		return act("noticed", e.ID, e.Area, string(e.Sanction)), s.Store.SaveEffect(ctx, e)
	})
	return e, err
}

// NotifyAll is Notify for every effect of an instalment that no family was
// told of yet. What it has done when it fails stays done.
func (s *Service) NotifyAll(ctx context.Context, f EffectFilter) (int, error) {
	f.Status = Proposed
	all, err := s.effects(ctx, f)
	if err != nil {
		return 0, err
	}
	for n, e := range all {
		if _, err := s.Notify(ctx, e.ID); err != nil {
			return n, err
		}
	}
	return len(all), nil
}

// Notice is what the letter about an effect is made of.
type Notice struct {
	Effect    Effect
	Programme *programme.Programme
	Rules     Rules
	Duties    []Duty // those that were missed
	Head      Person // whom the letter is addressed to
	Member    Person
}

// Notice returns what the letter about an effect says; the look is recorded.
// It needs access.SeeDuties.
func (s *Service) Notice(ctx context.Context, effect ident.ID) (Notice, error) {
	var n Notice
	err := s.look(ctx, func(ctx context.Context) (audit.Act, error) {
		e, err := s.Store.Effect(ctx, effect)
		if err != nil {
			return audit.Act{}, err
		}
		n = Notice{Effect: e}
		if n.Rules, err = s.Rules(); err != nil {
			return audit.Act{}, err
		}
		if n.Programme, err = s.Programmes.Version(e.Programme, e.Version); err != nil {
			return audit.Act{}, err
		}
		owed, err := s.Store.DutiesOf(ctx, e.FamilyID, e.Misses[0], e.Misses[len(e.Misses)-1])
		if err != nil {
			return audit.Act{}, err
		}
		for _, d := range owed {
			if e.restsOn(d) && (d.Status == Missed || d.Excuse == Heard) {
				n.Duties = append(n.Duties, d)
			}
		}
		people, err := s.People.Members(ctx, []ident.ID{e.FamilyID}, access.PurposeService)
		if err != nil {
			return audit.Act{}, err
		}
		for _, p := range people {
			if p.Head || n.Head.ID.IsZero() {
				n.Head = p
			}
			if p.ID == e.PersonID {
				n.Member, n.Effect.Name = p, p.Name
			}
		}
		a := act("notice_read", e.ID, e.Area, "")
		a.Fields = []string{"name", "address", "duty"}
		return a, nil
	})
	return n, err
}

// Due is what an effect means for money today.
type Due struct {
	Effect
	Waived bool
}

// Due gives every effect of a programme that may touch an instalment or an
// earlier one, in an area: those whose letter is old enough, and those that
// were taken back after their letter. It is for whoever pays, and needs
// access.MakePayment; it works in the transaction of its context.
func (s *Service) Due(ctx context.Context, programme string, p Period, area string, fn func(Due) error) error {
	if _, err := access.Require(ctx, access.MakePayment); err != nil {
		return err
	}
	rules, err := s.Rules()
	if err != nil {
		return err
	}
	return s.Unit.Read(ctx, func(ctx context.Context) error {
		all, err := s.Store.Effects(ctx, EffectFilter{Programme: programme, Until: p.String(), Area: area})
		if err != nil {
			return err
		}
		for _, e := range all {
			from, told := e.From(rules)
			if !told || !e.KeepsBack() || !e.Taken() && from > s.Today() {
				continue
			}
			if err := fn(Due{e, e.Taken()}); err != nil {
				return err
			}
		}
		return nil
	})
}
