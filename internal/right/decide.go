package right

import (
	"context"
	"fmt"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/work"
)

// Grant grants a request and does what it asks: a suspension or withdrawal
// keeps the family's data out of processing; an erasure is put before a second
// person, or refused while money or the law still needs the record. What is to
// be corrected is mended in the register, and a copy is a letter of its own.
// The answer is told to who asked.
//
// It returns fault.Conflict when somebody decided first, and the register's
// errors.
func (s *Service) Grant(ctx context.Context, id ident.ID, answer string) error {
	return s.decide(ctx, id, Granted, answer, func(ctx context.Context, r *Request) error {
		switch {
		case r.Kind.Suspends():
			return s.Register.Suspend(ctx, r.Family)
		case r.Kind == Erasure:
			return s.erase(ctx, r)
		}
		return nil
	})
}

// erase has the register erase the family, which waits for a second person. Of
// one that is erased by another road, there is nothing left to do.
func (s *Service) erase(ctx context.Context, r *Request) error {
	if err := s.follow(ctx, r); err != nil || r.Erased {
		return err
	}
	req := registry.Request{Kind: registry.Erasure, Family: r.Family,
		Basis: registry.Basis{On: s.Register.Today().String(), Source: registry.SourceOffice, Document: "request", Evidence: r.ID.String()}}
	out, err := s.Register.Do(ctx, req)
	if err == nil && !out.Written && out.Proposed.IsZero() { // whoever grants an erasure knows what it means
		req.Basis.Read = out.Mark()
		_, err = s.Register.Do(ctx, req)
	}
	return err
}

// TurnedDown puts an erasure that a second person did not let pass before the
// office again: the request that it rests on, by its id in the evidence, is
// open with the reason, and due when it was. It implements registry.Askers.
func (s *Service) TurnedDown(ctx context.Context, e *registry.Event, evidence string) error {
	id, err := ident.Parse(evidence)
	if err != nil || e.Kind != registry.Erasure {
		return nil //nolint:nilerr // what was proposed without a request owes nobody an answer
	}
	wide := access.With(ctx, access.System("rights")) // the family may have moved since it asked
	r, err := s.Store.Request(wide, id)
	if fault.Is(err, fault.KindNotFound) || err == nil && (r.Family != e.Family || r.Kind != Erasure) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("right: an erasure turned down: %w", err)
	}
	r.Status, r.DecidedBy, r.DecidedAt = Open, e.DecidedBy, time.Time{}
	was, err := s.Store.Decide(wide, r, s.Keys.Seal(labelText, e.Decision), Granted)
	if err != nil || !was {
		return err
	}
	return s.Log.Append(ctx, audit.Act{Purpose: access.PurposeService, Action: "right.returned", Subject: r.Family.String(), Area: r.Area, Count: 1, Detail: string(r.Kind)})
}

// Refuse refuses a request; the answer says why.
func (s *Service) Refuse(ctx context.Context, id ident.ID, answer string) error {
	return s.decide(ctx, id, Refused, answer, func(context.Context, *Request) error { return nil })
}

func (s *Service) decide(ctx context.Context, id ident.ID, to Status, answer string, do func(ctx context.Context, r *Request) error) error {
	actor, err := access.Require(ctx, access.EditFamilies)
	if err != nil {
		return err
	}
	if answer, err = checkText(answer); err != nil {
		return err
	}
	err = s.Unit.Write(ctx, func(ctx context.Context) error {
		r, err := s.open(ctx, id)
		if err != nil {
			return err
		}
		r.Status, r.DecidedBy, r.DecidedAt = to, actor.Login, s.Clock.Now()
		was, err := s.Store.Decide(ctx, r, s.Keys.Seal(labelText, answer), Open)
		if err == nil && !was {
			err = fault.Conflict("right.decided")
		}
		if err != nil {
			return err
		}
		if err := do(ctx, r); err != nil {
			return err
		}
		detail := string(r.Kind)
		if r.Late(s.Clock.Now()) {
			detail += " late"
		}
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposeService, Action: "right." + string(to), Subject: r.Family.String(), Area: r.Area, Count: 1, Detail: detail})
	})
	if err != nil {
		return fmt.Errorf("right: deciding: %w", err)
	}
	return nil
}

// End ends the suspension that a granted request brought: the family's data
// are processed again, exactly as they stand.
func (s *Service) End(ctx context.Context, id ident.ID) error {
	if _, err := access.Require(ctx, access.EditFamilies); err != nil {
		return err
	}
	err := s.Unit.Write(ctx, func(ctx context.Context) error {
		r, err := s.open(ctx, id)
		if err != nil {
			return err
		}
		if !r.Kind.Suspends() {
			return fault.Conflict("right.not_suspended")
		}
		answer := r.Answer
		r.Status = Ended
		was, err := s.Store.Decide(ctx, r, s.Keys.Seal(labelText, answer), Granted)
		if err == nil && !was {
			err = fault.Conflict("right.not_suspended")
		}
		if err != nil {
			return err
		}
		return s.Register.Resume(ctx, r.Family)
	})
	if err != nil {
		return fmt.Errorf("right: ending a suspension: %w", err)
	}
	return nil
}

// Forget empties what is written of a family that is erased, in the
// transaction of the context, and returns what was sealed.
func (s *Service) Forget(ctx context.Context, family ident.ID) ([][]byte, error) {
	return s.Store.Forget(ctx, family, func([]byte) []byte { return s.Keys.Seal(labelText, "") })
}

// Closed calls fn for every request of an area that was answered by a day and
// of which nothing lasts. It is for the retention of records and hands out no
// words.
func (s *Service) Closed(ctx context.Context, area string, by civil.Date, fn func(Request) error) error {
	if _, err := access.RequireArea(ctx, access.SeeRetention, area); err != nil {
		return err
	}
	all, err := work.Read(ctx, s.Unit, func(ctx context.Context) ([]Request, error) { return s.Store.Closed(ctx, area, by.AddDays(1).Time()) })
	for _, r := range all {
		if err := fn(r); err != nil {
			return err
		}
	}
	return err
}

// ForgetOne empties what is written in one request, in the transaction of the
// context, and returns what was sealed.
func (s *Service) ForgetOne(ctx context.Context, id ident.ID) ([][]byte, error) {
	return s.Store.ForgetOne(ctx, id, func([]byte) []byte { return s.Keys.Seal(labelText, "") })
}
