package delivery

import (
	"context"
	"fmt"
	"slices"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/ledger"
)

// Propose says what is to be done about an exception; another person decides.
// It needs access.Reconcile.
func (s *Service) Propose(ctx context.Context, id ident.ID, action Action, note string) (*Exception, error) {
	return s.onException(ctx, access.Reconcile, id, func(ctx context.Context, actor access.Actor, l *PayList, e *Exception) error {
		if e.Status != Open {
			return fault.Conflict("delivery.exception_moved")
		}
		if !slices.Contains(e.Code.Actions(), action) {
			return fault.Invalid("delivery.no_such_action", "action", string(action))
		}
		if note == "" {
			return fault.Invalid("delivery.say_why")
		}
		e.Status, e.Action, e.Note = Proposed, action, note
		e.Proposer, e.ProposedAt = actor.Login, s.now()
		if err := s.Store.SaveException(ctx, e); err != nil {
			return err
		}
		return s.recordException(ctx, e, "payment.proposed")
	})
}

// Decide approves a proposal, which is then carried out, or sends it back. It
// needs access.CheckPayment, and another person than the proposer.
func (s *Service) Decide(ctx context.Context, id ident.ID, approve bool) (*Exception, error) {
	e, err := s.onException(ctx, access.CheckPayment, id, func(ctx context.Context, actor access.Actor, l *PayList, e *Exception) error {
		if e.Status != Proposed {
			return fault.Conflict("delivery.exception_moved")
		}
		if actor.Login == e.Proposer {
			return fault.Forbidden("delivery.own_proposal")
		}
		if !approve {
			e.Status, e.Action, e.Proposer = Open, "", ""
			if err := s.Store.SaveException(ctx, e); err != nil {
				return err
			}
			return s.recordException(ctx, e, "payment.sent_back")
		}
		e.Status, e.Approver, e.ResolvedAt = Resolved, actor.Login, s.now()
		if err := s.Store.SaveException(ctx, e); err != nil {
			return err
		}
		if err := s.carryOut(ctx, actor, l, e); err != nil {
			return err
		}
		s.Failpoint(FailResolveMoved)
		return s.recordException(ctx, e, "payment.resolved")
	})
	if err == nil && approve {
		s.Failpoint(FailResolveDone)
	}
	return e, err
}

// onException runs fn on an exception whose list nobody else moves meanwhile.
func (s *Service) onException(ctx context.Context, p access.Permission, id ident.ID,
	fn func(context.Context, access.Actor, *PayList, *Exception) error) (*Exception, error) {
	if _, err := access.Require(ctx, p); err != nil {
		return nil, err
	}
	var e *Exception
	err := s.Unit.Write(ctx, func(ctx context.Context) error {
		found, err := s.Store.Exception(ctx, id)
		if err != nil {
			return err
		}
		actor, l, err := s.lock(ctx, p, found.ListID)
		if err != nil {
			return err
		}
		if e, err = s.Store.Exception(ctx, id); err != nil { // as it stands under the lock
			return err
		}
		return fn(ctx, actor, l, e)
	})
	if err != nil {
		return nil, fmt.Errorf("delivery: resolving: %w", err)
	}
	return e, nil
}

func (s *Service) recordException(ctx context.Context, e *Exception, action string) error {
	return s.Log.Append(ctx, audit.Act{Purpose: access.PurposePayment, Action: action, Subject: e.ID.String(),
		Area: e.Area, Count: 1, Detail: fmt.Sprintf("%s %s %d", e.Code, e.Action, e.Amount)})
}

// remedy is what an action does to a line and its money.
type remedy struct {
	kind     ActKind
	from, to Status
	give     ledger.Kind // account that the amount leaves; "" moves no money
	take     ledger.Kind
}

var remedies = map[Action]remedy{
	Requeue: {ActRequeued, Held, Cancelled, "", ""},
	Drop:    {ActDropped, Held, Dropped, "", ""},
	Reissue: {ActReissued, ReturnedIt, Reissued, ledger.Returned, ledger.Allotment},
	Remit:   {ActRemitted, ReturnedIt, Remitted, ledger.Returned, ledger.Remitted},
}

// corrections are the remedies of Accept, by what the bank said late.
var corrections = map[Code]remedy{
	LateReturn: {ActCorrected, Credited, ReturnedIt, ledger.Credited, ledger.Returned},
	LateCredit: {ActCorrected, ReturnedIt, Credited, ledger.Returned, ledger.Credited},
}

// carryOut does what was approved.
func (s *Service) carryOut(ctx context.Context, actor access.Actor, l *PayList, e *Exception) error {
	r, ok := remedies[e.Action]
	if e.Action == Accept {
		r, ok = corrections[e.Code]
	}
	if !ok {
		return nil // explained; the books stay as they are
	}
	line, _, err := s.Store.Line(ctx, l.ID, e.LineNo)
	if err != nil {
		return err
	}
	if line.Status != r.from || e.Action == Accept && line.Amount != e.Amount {
		return fault.Conflict("delivery.line_moved", "number", l.Number)
	}
	a := s.act(actor, l, r.kind)
	a.Note = e.Note
	if r.give != "" {
		if a.Entry, err = s.move(ctx, l, "resolve/"+e.ID.String(), l.Number, r.give, r.take, line.Amount); err != nil {
			return err
		}
	}
	code := line.Code
	if e.Action == Accept {
		code = e.Said
	}
	if err := s.Store.MoveLines(ctx, a, r.from, r.to, []LineMove{{e.LineNo, code}}); err != nil {
		return err
	}
	if a.Sum.Lines != 1 {
		return fault.Conflict("delivery.line_moved", "number", l.Number)
	}
	if err := s.followUp(ctx, l, e, line, r.to, code); err != nil {
		return err
	}
	if err := s.Store.Recount(ctx, l.ID); err != nil {
		return err
	}
	return s.record(ctx, l, a)
}

// followUp opens the next exception of a line that was credited and came back
// late, and closes that of one that turned out to be credited after all.
func (s *Service) followUp(ctx context.Context, l *PayList, e *Exception, line *Instruction, to Status, code Code) error {
	if e.Action != Accept {
		return nil
	}
	if to == Credited {
		return s.Store.Lapse(ctx, l.ID, []int64{line.LineNo})
	}
	line.Code = code
	return s.Store.AddExceptions(ctx, []Exception{s.exception(l, line)})
}
