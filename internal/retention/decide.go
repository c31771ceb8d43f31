package retention

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/run"
)

// noteMost is how long a note may be, in letters.
const noteMost = 500

// Approve approves a proposal, as a second person. Carry then destroys.
//
// It returns fault.Forbidden for one's own proposal, fault.NotFound when it
// does not lie in the actor's area, and fault.Conflict when it is decided.
func (s *Service) Approve(ctx context.Context, id ident.ID, note string) (*Proposal, error) {
	return s.decide(ctx, id, Approved, strings.TrimSpace(note))
}

// Reject turns a proposal down, and says why. Its records can be proposed
// again.
func (s *Service) Reject(ctx context.Context, id ident.ID, note string) (*Proposal, error) {
	if note = strings.TrimSpace(note); note == "" {
		return nil, fault.Invalid("retention.note_missing")
	}
	return s.decide(ctx, id, Rejected, note)
}

func (s *Service) decide(ctx context.Context, id ident.ID, to Status, note string) (*Proposal, error) {
	actor, err := access.Require(ctx, access.DecideDisposal)
	if err != nil {
		return nil, err
	}
	if len([]rune(note)) > noteMost {
		return nil, fault.Invalid("retention.note_long", "most", noteMost)
	}
	var p *Proposal
	err = s.Unit.Write(ctx, func(ctx context.Context) error {
		if p, err = s.Store.Proposal(ctx, id); err != nil {
			return err
		}
		if !actor.Scope.Covers(p.Area) {
			return fault.NotFound("retention.not_found")
		}
		if p.ProposedBy == actor.Login {
			return fault.Forbidden("retention.own_proposal")
		}
		p.Status, p.DecidedBy, p.DecidedAt, p.Note = to, actor.Login, s.Clock.Now(), note
		was, err := s.Store.Decide(ctx, p, Waiting)
		if err == nil && !was {
			err = fault.Conflict("retention.decided")
		}
		if err != nil {
			return err
		}
		act := map[Status]string{Approved: "retention.approve", Rejected: "retention.reject"}[to]
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposeSystem, Action: act, Subject: id.String(), Area: p.Area, Count: p.Due, Detail: string(p.Class)})
	})
	if err != nil {
		return nil, fmt.Errorf("retention: deciding: %w", err)
	}
	return p, nil
}

// Carried is what became of a proposal.
type Carried struct {
	ID        ident.ID `json:"id"`
	Destroyed int64    `json:"destroyed"`
	Held      int64    `json:"held"`
}

// Carry destroys what an approved proposal holds, one record in one
// transaction, and goes on where a process that died stopped. What is kept by
// something new, or by a rule that is new, stays and says why.
func (s *Service) Carry(ctx context.Context, id ident.ID, p run.Progress) (Carried, error) {
	out := Carried{ID: id}
	if _, err := access.Require(ctx, access.DecideDisposal); err != nil {
		return out, err
	}
	proposal, items, err := s.toCarry(ctx, id)
	if err != nil {
		return out, fmt.Errorf("retention: destroying: %w", err)
	}
	p.Stage("destroy", int64(len(items)))
	for i := range items {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		if err := s.one(ctx, proposal, &items[i]); err != nil {
			return out, fmt.Errorf("retention: destroying: %w", err)
		}
		p.Add(string(items[i].Fate), 1)
	}
	if _, err := s.Register.FinishErasures(ctx); err != nil {
		return out, err
	}
	err = s.Unit.Write(ctx, func(ctx context.Context) error {
		if proposal, err = s.Store.Proposal(ctx, id); err != nil {
			return err
		}
		out.Destroyed, out.Held = proposal.Destroyed, proposal.Held
		if proposal.Status == Done {
			return nil
		}
		proposal.Status, proposal.DoneAt = Done, s.Clock.Now()
		if _, err := s.Store.Decide(ctx, proposal, Approved); err != nil {
			return err
		}
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposeSystem, Action: "retention.done", Subject: id.String(), Area: proposal.Area, Count: out.Destroyed, Detail: string(proposal.Class)})
	})
	return out, err
}

func (s *Service) toCarry(ctx context.Context, id ident.ID) (*Proposal, []Item, error) {
	var p *Proposal
	var items []Item
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		var err error
		if p, err = s.Store.Proposal(ctx, id); err != nil {
			return err
		}
		if p.Status != Approved && p.Status != Done {
			return fault.Conflict("retention.not_approved")
		}
		items, err = s.Store.Items(ctx, id, IsDue)
		return err
	})
	return p, items, err
}

// one destroys one record, or notes what keeps it.
func (s *Service) one(ctx context.Context, p *Proposal, x *Item) error {
	return s.Unit.Write(ctx, func(ctx context.Context) error {
		today := s.Today()
		x.Fate = Destroyed
		reason, err := s.keeps(ctx, p.Class, x.Family, today)
		if err != nil {
			return err
		}
		if reason == "" && s.Rules.on(today).Classes[p.Class].until(x.Since) >= today {
			reason = NotYet
		}
		if reason == "" {
			hands := Hands{Proposal: p.ID, ProposedBy: p.ProposedBy, ProposedAt: p.ProposedAt, ApprovedBy: p.DecidedBy}
			switch err := s.Shelves[p.Class].Destroy(ctx, x.Record, hands); {
			case fault.Is(err, fault.KindNotFound):
				reason = GoneAlready
			case fault.Is(err, fault.KindConflict), fault.Is(err, fault.KindInvalid):
				reason = Refused
			case err != nil:
				return err
			}
		}
		if x.Reason = reason; reason != "" {
			x.Fate = IsHeld
		}
		if err := s.Store.Mark(ctx, p.ID, x); err != nil {
			return err
		}
		if x.Fate == IsHeld {
			return nil
		}
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposeSystem, Action: "retention.destroy", Subject: x.Subject.String(), Area: x.Area, Count: 1,
			Detail: string(p.Class) + " " + p.ID.String()})
	})
}

// Digest tells the records that were destroyed from any others without
// naming one: the hash of their ids in order.
func Digest(items []Item) string {
	var ids []string
	for _, x := range items {
		if x.Fate == Destroyed {
			ids = append(ids, x.Subject.String())
		}
	}
	slices.Sort(ids)
	sum := sha256.Sum256([]byte(strings.Join(ids, "\n")))
	return hex.EncodeToString(sum[:])
}
