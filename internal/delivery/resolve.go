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
	"gotong/internal/money"
)

// Propose says what is to be done about an exception; another person decides.
// It needs access.Reconcile.
func (s *Service) Propose(ctx context.Context, id ident.ID, action Action, note string) (*Exception, error) {
	return s.onException(ctx, access.Reconcile, id, func(ctx context.Context, actor access.Actor, l *PayList, e *Exception) error {
		if e.Status != Open {
			return fault.Conflict("delivery.exception_moved")
		}
		if !slices.Contains(s.Actions(e), action) {
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
	Requeue:  {ActRequeued, Held, Cancelled, "", ""},
	Drop:     {ActDropped, Held, Dropped, "", ""},
	Reissue:  {ActReissued, ReturnedIt, Reissued, ledger.Returned, ledger.Allotment},
	Remit:    {ActRemitted, ReturnedIt, Remitted, ledger.Returned, ledger.Remitted},
	CallBack: {ActUnclaimed, Credited, Unclaimed, ledger.Credited, ledger.Unclaimed},
}

// corrections are the remedies of Accept, by what the bank said late.
var corrections = map[Code][]remedy{
	LateReturn: {{ActCorrected, Credited, ReturnedIt, ledger.Credited, ledger.Returned}},
	LateCredit: {{ActCorrected, ReturnedIt, Credited, ledger.Returned, ledger.Credited}},
	LateUse:    {{ActCorrected, Unclaimed, Taken, ledger.Unclaimed, ledger.Withdrawn}},
	EarlyUse:   {{ActCorrected, Credited, Taken, ledger.Credited, ledger.Withdrawn}, {ActCorrected, Unclaimed, Taken, ledger.Unclaimed, ledger.Withdrawn}},
}

// remedyOf returns what an approved action does to a line as it stands; false
// when it moves nothing.
func remedyOf(e *Exception, line *Instruction) (remedy, bool) {
	switch e.Action {
	case Accept:
		all := corrections[e.Code]
		for _, r := range all {
			if r.from == line.Status {
				return r, true
			}
		}
		return all[0], true
	case ByPost:
		if line.Status == Held {
			return remedies[Requeue], true
		}
		return remedies[Reissue], true
	default:
		r, ok := remedies[e.Action]
		return r, ok
	}
}

// carryOut does what was approved.
func (s *Service) carryOut(ctx context.Context, actor access.Actor, l *PayList, e *Exception) error {
	if e.LineNo == 0 {
		return nil // it concerns no line
	}
	line, _, err := s.Store.Line(ctx, l.ID, e.LineNo)
	if err != nil {
		return err
	}
	if e.Action == Recover {
		return s.recover(ctx, actor, l, e, line)
	}
	r, ok := remedyOf(e, line)
	if !ok {
		return nil // explained; the books stay as they are
	}
	if line.Status != r.from || e.Action == Accept && line.Net() != e.Amount && line.Amount != e.Amount {
		return fault.Conflict("delivery.line_moved", "number", l.Number)
	}
	if e.Action == ByPost {
		if err := s.byPost(ctx, l, e, line); err != nil {
			return err
		}
	}
	code := line.Code
	if e.Action == Accept {
		code = e.Said
	}
	a := s.act(actor, l, r.kind)
	a.Note = e.Note
	if err := s.carry(ctx, l, e, a, r, line, LineMove{LineNo: e.LineNo, Code: code}); err != nil {
		return err
	}
	if err := s.followUp(ctx, l, e, line, r.to, code); err != nil {
		return err
	}
	return s.record(ctx, l, a)
}

// carry moves one line and its money under an act.
func (s *Service) carry(ctx context.Context, l *PayList, e *Exception, a *Act, r remedy, line *Instruction, m LineMove) error {
	left, came := line.Net(), line.Net()-m.Short
	if r.give != "" && m.Short == 0 {
		var err error
		if a.Entry, err = s.move(ctx, l, "resolve/"+e.ID.String(), l.Number, r.give, r.take, left); err != nil {
			return err
		}
	}
	if err := s.Store.MoveLines(ctx, a, r.from, r.to, []LineMove{m}); err != nil {
		return err
	}
	if a.Sum != (Sum{1, left}) {
		return fault.Conflict("delivery.line_moved", "number", l.Number)
	}
	return s.Store.Shift(ctx, l.ID, r.from, r.to, Sum{1, left}, Sum{1, came})
}

// byPost has the family of a line paid by the post office from now on, by
// the two people who resolve the exception.
func (s *Service) byPost(ctx context.Context, l *PayList, e *Exception, line *Instruction) error {
	if l.Means != ByBank {
		return fault.Invalid("delivery.not_by_bank", "number", l.Number)
	}
	route := &Route{ID: s.IDs.New(), Area: line.Area, FamilyID: line.FamilyID, Programme: l.Programme, Kind: ViaPost, Bank: postOffice,
		Evidence: Reference(l.Number, line.LineNo), Note: e.Note, Proposer: e.Proposer, ProposedAt: e.ProposedAt, Status: RouteProposed}
	if err := s.Store.AddRoute(ctx, route); err != nil {
		return err
	}
	return s.decideRoute(ctx, route, e.Approver, true)
}

// recover opens a claim: over what was credited though it had been paid again
// or remitted, or over the difference between what was ordered and what the
// bank did.
func (s *Service) recover(ctx context.Context, actor access.Actor, l *PayList, e *Exception, line *Instruction) error {
	if err := s.Book.Wait(ctx); err != nil {
		return err
	}
	var err error
	switch {
	case e.Code == CreditAfterReissue && line.Status == Reissued:
		err = s.recoverTwice(ctx, l, e, line, Recipient, e.Amount)
	case e.Code == CreditAfterRemit && line.Status == Remitted:
		err = s.recoverTwice(ctx, l, e, line, TheChannel, e.Amount)
	case e.Code == AmountDiffers && line.Status == OnTheWay && e.Amount > 0 && e.Amount < line.Amount:
		return s.recoverShort(ctx, actor, l, e, line)
	case e.Code == AmountDiffers && line.Status == OnTheWay && e.Amount > line.Amount && e.Said == "":
		r := remedy{ActCorrected, OnTheWay, Credited, ledger.Channel, ledger.Credited}
		a := s.act(actor, l, r.kind)
		a.Note = e.Note
		if err := s.carry(ctx, l, e, a, r, line, LineMove{LineNo: e.LineNo}); err != nil {
			return err
		}
		if err := s.record(ctx, l, a); err != nil {
			return err
		}
		if err := s.recoverTwice(ctx, l, e, line, Recipient, e.Amount-line.Amount); err != nil {
			return err
		}
		return s.finish(ctx, l)
	case e.Code == AmountDiffers && e.Amount > line.Net() && (line.Status == Credited || line.Status == Taken):
		err = s.recoverTwice(ctx, l, e, line, Recipient, e.Amount-line.Net())
	default:
		return fault.Conflict("delivery.line_moved", "number", l.Number)
	}
	if err != nil {
		return err
	}
	a := s.act(actor, l, ActClaimed)
	a.Note = e.Note
	return s.record(ctx, l, a)
}

// recoverTwice opens a claim over money that left beside what the line moved.
func (s *Service) recoverTwice(ctx context.Context, l *PayList, e *Exception, line *Instruction, d Debtor, amount money.Rupiah) error {
	source, entry, err := s.overpaid(ctx, l, e, amount)
	if err != nil {
		return err
	}
	s.Failpoint(FailClaimOpened)
	return s.claim(ctx, l, e, line, d, source, amount, entry)
}

// recoverShort settles a line with what the bank did of it, and opens a claim
// against the bank over the rest.
func (s *Service) recoverShort(ctx context.Context, actor access.Actor, l *PayList, e *Exception, line *Instruction) error {
	short := line.Amount - e.Amount
	r := remedy{ActCorrected, OnTheWay, Credited, ledger.Channel, ledger.Credited}
	if e.Said != "" {
		r.to, r.take = ReturnedIt, ledger.Returned
	}
	entry, err := s.Book.Post(ctx, ledger.Posting{Key: "resolve/" + e.ID.String(), Kind: "short", Document: l.Number, Object: l.ID.String(),
		Lines: []ledger.Line{{Account: l.account(ledger.Channel), Amount: -line.Amount}, {Account: l.account(r.take), Amount: e.Amount},
			{Account: l.account(ledger.Recoverable), Amount: short}}})
	if err != nil {
		return err
	}
	s.Failpoint(FailClaimOpened)
	a := s.act(actor, l, r.kind)
	a.Note, a.Entry = e.Note, entry.Seq
	if err := s.carry(ctx, l, e, a, r, line, LineMove{LineNo: e.LineNo, Code: e.Said, Short: short}); err != nil {
		return err
	}
	if r.to == ReturnedIt {
		line.Code = e.Said
		if err := s.Store.AddExceptions(ctx, []Exception{s.exception(l, line)}); err != nil {
			return err
		}
	}
	if err := s.claim(ctx, l, e, line, TheChannel, ledger.Channel, short, entry.Seq); err != nil {
		return err
	}
	if err := s.record(ctx, l, a); err != nil {
		return err
	}
	return s.finish(ctx, l)
}

// followUp opens the next exception of a line that was credited and came back
// late, and closes that of one that turned out to be credited after all.
func (s *Service) followUp(ctx context.Context, l *PayList, e *Exception, line *Instruction, to Status, code Code) error {
	if e.Action != Accept {
		return nil
	}
	if to != ReturnedIt {
		return s.Store.Lapse(ctx, l.ID, []int64{line.LineNo})
	}
	line.Code = code
	return s.Store.AddExceptions(ctx, []Exception{s.exception(l, line)})
}
