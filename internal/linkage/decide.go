package linkage

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

// Decide records what somebody says of an open pair. To confirm closes the
// record that is not kept: that person's status becomes duplicate, in the
// same transaction, and what else waited on that record is settled.
//
// It returns fault.Conflict when the pair was decided already, or when the
// record to be kept is itself closed as a duplicate, and fault.Forbidden when
// the record to be closed is another area's.
func (s *Service) Decide(ctx context.Context, id ident.ID, d Decision, note string) error {
	actor, err := access.Require(ctx, access.ResolveDuplicates)
	if err != nil {
		return err
	}
	err = s.unit.Write(ctx, func(ctx context.Context) error {
		c, err := s.store.Candidate(ctx, id)
		if err != nil {
			return err
		}
		return s.decide(ctx, actor, c, d, note)
	})
	if err != nil {
		return fmt.Errorf("linkage: deciding: %w", err)
	}
	return nil
}

// decide is Decide in a transaction.
func (s *Service) decide(ctx context.Context, actor access.Actor, c *Candidate, d Decision, note string) error {
	if c.Status != Open {
		return c.decided()
	}
	c.By, c.At, c.Note = actor.Login, s.clock.Now(), note
	act := audit.Act{Purpose: access.PurposeVerification, Action: "duplicate.reject", Subject: c.ID.String(), Count: 1}
	switch d {
	case Apart:
		c.Status = Rejected
		if c.known() {
			err := s.register.SayNotSame(onBehalf(ctx, actor), c.Left.Family, c.Left.Person, c.Right.Family, c.Right.Person, "Diputus di halaman data ganda")
			if err != nil {
				return err
			}
		}
	case KeepLeft, KeepRight:
		dropped, kept := &c.Right, &c.Left
		if d == KeepRight {
			dropped, kept = kept, dropped
		}
		c.Status, c.Dropped = Confirmed, dropped.Person
		act = audit.Act{Purpose: access.PurposeVerification, Action: "duplicate.confirm", Subject: dropped.Family.String(),
			Area: dropped.Area, Fields: []string{"status"}, Count: 1, Detail: "pair " + c.ID.String() + ", kept " + kept.Person.String()}
		if err := s.closable(ctx, dropped, kept); err != nil {
			return err
		}
	default:
		return fault.Invalid("linkage.error.decision")
	}
	was, err := s.store.Decide(ctx, c, Open)
	if err != nil {
		return err
	}
	if !was {
		return fault.Conflict("core.error.conflict")
	}
	if c.Status == Confirmed {
		dropped, kept := c.side(c.Dropped)
		if err := s.store.Settle(everywhere(ctx), dropped.Person, c.ID); err != nil {
			return err
		}
		err := s.register.SetPersonStatus(ctx, dropped.Family, dropped.Person, registry.PersonDuplicate,
			"Tercatat ganda; yang dipakai adalah catatan "+kept.Person.String(), evidence(c.ID))
		if err != nil {
			return err
		}
	}
	return s.log.Append(ctx, act)
}

// decided says who was first to decide a pair.
func (c *Candidate) decided() error {
	if c.By == "" {
		return fault.Conflict("linkage.error.settled")
	}
	return fault.Conflict("linkage.error.decided", "who", c.By)
}

// known reports whether the register still has either person, so that it can
// remember that they are two.
func (c *Candidate) known() bool { return c.Left.Shown || c.Right.Shown }

// onBehalf lets the register remember what somebody decided at the desk, in
// their name: whoever may decide there need not be one who may write families,
// or see both areas, and what was said is one memory all the same.
func onBehalf(ctx context.Context, actor access.Actor) context.Context {
	a := access.System("linkage")
	a.ID, a.Login, a.Name, a.Unit = actor.ID, actor.Login, actor.Name, actor.Unit
	return access.With(ctx, a)
}

// evidence names a pair in the history of a family.
func evidence(id ident.ID) string { return "duplicate_pair:" + id.String() }

// everywhere lets a consequence of a decision reach pairs of other areas;
// nothing of them is handed out.
func everywhere(ctx context.Context) context.Context {
	return access.With(ctx, access.System("linkage"))
}

// closable returns why a record cannot be closed in favour of another.
func (s *Service) closable(ctx context.Context, dropped, kept *Side) error {
	if !dropped.Shown {
		return fault.Forbidden("linkage.error.other_area")
	}
	if dropped.Status != registry.PersonActive || kept.Shown && kept.Status != registry.PersonActive {
		return fault.Conflict("linkage.error.inactive")
	}
	closed, err := s.store.Closed(everywhere(ctx), kept.Person)
	if err != nil {
		return err
	}
	if closed {
		return fault.Conflict("linkage.error.kept_closed")
	}
	return nil
}

// Undo takes a decision back: the pair is open again, and a record that the
// decision closed counts again. It returns fault.Conflict when nothing was
// decided, or when the record's status was changed since.
func (s *Service) Undo(ctx context.Context, id ident.ID) error {
	actor, err := access.Require(ctx, access.ResolveDuplicates)
	if err != nil {
		return err
	}
	err = s.unit.Write(ctx, func(ctx context.Context) error {
		c, err := s.store.Candidate(ctx, id)
		if err != nil {
			return err
		}
		from := c.Status
		if from != Confirmed && from != Rejected {
			return fault.Conflict("linkage.error.undecided")
		}
		act := audit.Act{Purpose: access.PurposeVerification, Action: "duplicate.undo", Subject: c.ID.String(), Count: 1, Detail: string(from)}
		if from == Confirmed {
			if act.Subject, act.Area, err = s.revive(ctx, c); err != nil {
				return err
			}
		}
		if from == Rejected && c.known() {
			if err := s.register.ForgetNotSame(onBehalf(ctx, actor), c.Left.Person, c.Right.Person); err != nil {
				return err
			}
		}
		c.Status, c.Dropped, c.By, c.At, c.Note = Open, ident.ID{}, "", time.Time{}, ""
		was, err := s.store.Decide(ctx, c, from)
		if err != nil {
			return err
		}
		if !was {
			return fault.Conflict("core.error.conflict")
		}
		return s.log.Append(ctx, act)
	})
	if err != nil {
		return fmt.Errorf("linkage: undoing: %w", err)
	}
	return nil
}

// revive opens the record that a pair closed again.
func (s *Service) revive(ctx context.Context, c *Candidate) (subject, area string, err error) {
	dropped, _ := c.side(c.Dropped)
	if !dropped.Shown {
		return "", "", fault.Forbidden("linkage.error.other_area")
	}
	if dropped.Status != registry.PersonDuplicate {
		return "", "", fault.Conflict("linkage.error.changed_since")
	}
	err = s.register.SetPersonStatus(ctx, dropped.Family, dropped.Person, registry.PersonActive,
		"Keputusan tercatat ganda dibatalkan", evidence(c.ID))
	if err != nil {
		return "", "", err
	}
	return dropped.Family.String(), dropped.Area, s.store.Unsettle(everywhere(ctx), c.ID)
}
