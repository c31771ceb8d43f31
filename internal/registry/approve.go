package registry

import (
	"context"
	"fmt"
	"strings"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// mayDecide returns who acts, if they may decide on a proposal: a second
// person, who may approve changes where the family stands, or, of a family
// that is handed over, whoever edits families where it goes.
func mayDecide(ctx context.Context, e *Event) (access.Actor, error) {
	actor, ok := access.From(ctx)
	approves := ok && actor.Can(access.ApproveChanges)
	switch {
	case !ok || !approves && (e.AreaTo == "" || !actor.Can(access.EditFamilies)):
		return actor, fault.Forbidden("core.error.forbidden", "permission", string(access.ApproveChanges))
	case actor.Login == e.ProposedBy:
		return actor, fault.Forbidden("event.refused.own_proposal")
	case e.AreaTo != "" && !actor.Scope.Covers(e.AreaTo):
		return actor, fault.Forbidden("event.refused.not_yours_to_take", "area", e.AreaTo)
	}
	return actor, nil
}

// widened lets who takes a family over work on it before it is theirs.
func widened(ctx context.Context, actor access.Actor, e *Event) (context.Context, access.Actor) {
	if e.AreaTo == "" || actor.Scope.IsNation() {
		return ctx, actor
	}
	actor.Scope = access.Areas(append(actor.Scope.Prefixes(), e.Area)...)
	return access.With(ctx, actor), actor
}

// Preview returns what an approval would change: every family as it is and as
// it would be. Nothing is written but the look.
func (s *Service) Preview(ctx context.Context, id ident.ID) (*Preview, error) {
	p := &Preview{}
	err := s.unit.Read(ctx, func(ctx context.Context) error {
		h, wide, err := s.approving(ctx, id)
		if err != nil {
			return err
		}
		p.Event = *h.approved
		if err := h.make(wide); err != nil {
			return err
		}
		if len(h.refused) > 0 {
			return h.refused
		}
		p.Warnings = h.warnings
		for _, d := range h.drafts {
			d.rev.Record.settle()
			p.Families = append(p.Families, Difference{Before: d.was, After: d.rev.Record, Change: d.rev.Change})
		}
		return s.log.Append(ctx, h.previewed()...)
	})
	if err != nil {
		return p, fmt.Errorf("registry: preview: %w", err)
	}
	return p, nil
}

// previewed is the look at what an approval would change, of which its
// warnings tell; none where nobody approves.
func (h *hand) previewed() []audit.Act {
	e := h.approved
	if e == nil {
		return nil
	}
	return []audit.Act{{Purpose: access.PurposeVerification, Action: "event.preview", Subject: e.Family.String(),
		Area: e.Area, Fields: []string{"core", "members"}, Count: int64(len(h.drafts)), Detail: e.ID.String()}}
}

// Preview is what an approval would change.
type Preview struct {
	Event    Event
	Families []Difference
	Warnings []Warning
}

// Mark tells the warnings of a preview from others.
func (p *Preview) Mark() string { return markOf(p.Warnings) }

// Difference is a family before a change and after it. Before is a zero
// record for a family that comes on record.
type Difference struct {
	Before, After *Record
	Change        Change
}

// approving opens a proposal for the second person.
func (s *Service) approving(ctx context.Context, id ident.ID) (*hand, context.Context, error) {
	e, err := s.store.Event(ctx, id)
	if err != nil {
		return nil, ctx, err
	}
	actor, err := mayDecide(ctx, e)
	if err != nil {
		return nil, ctx, err
	}
	if e.Status != EventProposed {
		return nil, ctx, fault.Conflict("event.refused.decided")
	}
	req, err := s.request(e)
	if err != nil {
		return nil, ctx, err
	}
	wide, actor := widened(ctx, actor, e)
	h, err := s.handOf(actor, *req, e.ID)
	if err != nil {
		return nil, ctx, err
	}
	h.approved = e
	return h, wide, nil
}

// Approve carries a proposal out, on the families as they stand now. read is
// the mark of the warnings that were shown; without it those count that the
// proposer read.
//
// It returns fault.Forbidden for one's own proposal, fault.Conflict when it
// was decided already, and Refused when it fits no more.
func (s *Service) Approve(ctx context.Context, id ident.ID, read string) (Outcome, error) {
	var out Outcome
	erased := false
	err := s.unit.Write(ctx, func(ctx context.Context) error {
		h, wide, err := s.approving(ctx, id)
		if err != nil {
			return err
		}
		erased = h.req.Kind == Erasure
		if read != "" {
			h.basis.Read = read
		}
		out, err = h.write(wide)
		return err
	})
	if err != nil {
		return Outcome{}, fmt.Errorf("registry: approving: %w", err)
	}
	if erased && out.Written {
		err = s.finish(ctx, &out)
	}
	return out, err
}

// Askers are told when what they asked for, and somebody proposed, is turned
// down: what is owed to a citizen does not end with a colleague's no.
type Askers interface {
	// TurnedDown is called in the transaction in which a proposal is rejected,
	// with the evidence that it rests on as it was written down.
	TurnedDown(ctx context.Context, e *Event, evidence string) error
}

type noAskers struct{}

func (noAskers) TurnedDown(context.Context, *Event, string) error { return nil }

// Answer tells the register who waits for what is proposed, before anything
// is served.
func (s *Service) Answer(a Askers) { s.askers = a }

// Reject turns a proposal down, with the reason.
func (s *Service) Reject(ctx context.Context, id ident.ID, reason string) error {
	reason = strings.TrimSpace(reason)
	if reason == "" {
		return fault.Invalid("registry.reason_missing")
	}
	if holdsNumber(reason) {
		return fault.Invalid("registry.entry.holds_number")
	}
	err := s.unit.Write(ctx, func(ctx context.Context) error {
		e, err := s.store.Event(ctx, id)
		if err != nil {
			return err
		}
		actor, ok := access.From(ctx)
		if !ok || actor.Login != e.ProposedBy { // one may take one's own proposal back
			if actor, err = mayDecide(ctx, e); err != nil {
				return err
			}
		}
		e.Status, e.DecidedBy, e.DecidedAt, e.Decision = EventRejected, actor.Login, s.clock.Now(), reason
		was, err := s.store.DecideEvent(ctx, e, EventProposed)
		if err == nil && !was {
			err = fault.Conflict("event.refused.decided")
		}
		if err != nil {
			return err
		}
		req, err := s.request(e)
		if err != nil {
			return err
		}
		if err := s.askers.TurnedDown(ctx, e, req.Basis.Evidence); err != nil {
			return err
		}
		return s.log.Append(ctx, audit.Act{Purpose: access.PurposeVerification, Action: "event.reject", Subject: e.Family.String(),
			Area: e.Area, Count: 1, Detail: id.String()})
	})
	if err != nil {
		return fmt.Errorf("registry: rejecting: %w", err)
	}
	return nil
}
