package determination

import (
	"context"
	"fmt"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// Propose has the acting user answer for a determination and ask another to
// enact it. It returns fault.Conflict unless it is freshly computed, and
// fault.Invalid where a rule cannot be computed of somebody.
func (s *Service) Propose(ctx context.Context, id ident.ID, note string) (Header, error) {
	actor, err := access.Require(ctx, access.RunDetermination)
	if err != nil {
		return Header{}, err
	}
	return s.move(ctx, id, Computed, "determination.propose", func(h *Header) error {
		if err := h.Content.computable(); err != nil {
			return err
		}
		h.State, h.ProposedAt, h.ProposedBy, h.Note = Proposed, s.Clock.Now(), actor.Login, note
		return nil
	}, nil)
}

// Enact puts a proposed determination into force, by a person other than the
// one who proposed it, and gives every family in it a notice code. It
// returns fault.Forbidden to the proposer, and to the program itself.
//
// The files are verified first: what is enacted is what was signed.
func (s *Service) Enact(ctx context.Context, id ident.ID) (Header, error) {
	actor, err := access.Require(ctx, access.EnactDetermination)
	if err != nil {
		return Header{}, err
	}
	h, files, err := s.open(ctx, id)
	if err != nil {
		return Header{}, err
	}
	if h.State != Proposed { // said again, for certain, in the transaction
		return Header{}, fault.Conflict("determination.state_changed", "state", string(h.State))
	}
	if err := files.Content.computable(); err != nil {
		return Header{}, err
	}
	h, err = s.move(ctx, id, Proposed, "determination.enact", func(h *Header) error {
		if h.ProposedBy == actor.Login {
			return fault.Forbidden("determination.same_person")
		}
		h.State, h.DecidedAt, h.DecidedBy = Enacted, s.Clock.Now(), actor.Login
		return nil
	}, func(ctx context.Context) error { return s.notify(ctx, h, files) })
	if err == nil && s.Followed != nil {
		s.Followed(ctx)
	}
	return h, err
}

// Reject turns a proposed determination down, with the reason.
func (s *Service) Reject(ctx context.Context, id ident.ID, note string) (Header, error) {
	actor, err := access.Require(ctx, access.EnactDetermination)
	if err != nil {
		return Header{}, err
	}
	if note == "" {
		return Header{}, fault.Invalid("determination.reason_missing")
	}
	return s.move(ctx, id, Proposed, "determination.reject", func(h *Header) error {
		if h.ProposedBy == actor.Login {
			return fault.Forbidden("determination.same_person")
		}
		h.State, h.DecidedAt, h.DecidedBy, h.Note = Rejected, s.Clock.Now(), actor.Login, note
		return nil
	}, nil)
}

// move takes one step, with its log entry and whatever else belongs to it in
// one transaction.
func (s *Service) move(ctx context.Context, id ident.ID, from State, action string, change func(*Header) error, also func(ctx context.Context) error) (Header, error) {
	var h Header
	err := s.Unit.Write(ctx, func(ctx context.Context) error {
		var err error
		if h, err = s.Store.Header(ctx, id); err != nil {
			return err
		}
		if h.State != from {
			return fault.Conflict("determination.state_changed", "state", string(h.State))
		}
		if err := answersFor(ctx, h); err != nil {
			return err
		}
		if err := change(&h); err != nil {
			return err
		}
		if err := s.Store.Move(ctx, from, h); err != nil {
			return err
		}
		if also != nil {
			if err := also(ctx); err != nil {
				return err
			}
		}
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposeDetermination, Action: action, Subject: id.String(), Count: 1, Detail: h.Digest})
	})
	if err != nil {
		return Header{}, fmt.Errorf("determination: %w", err)
	}
	return h, nil
}

// answersFor refuses who cannot see all that a determination decides.
func answersFor(ctx context.Context, h Header) error {
	actor, _ := access.From(ctx)
	for _, r := range h.Content.Programmes {
		for _, p := range r.Parts {
			if !actor.Scope.Covers(p.Area) {
				return fault.Forbidden("determination.outside_area", "area", p.Area)
			}
		}
	}
	return nil
}
