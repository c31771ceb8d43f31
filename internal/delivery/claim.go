package delivery

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/ledger"
	"gotong/internal/money"
)

// Claim is money that reached somebody beyond what was owed, or did not reach
// whom it should: it is recoverable, and repaid in instalments.
type Claim struct {
	ID          ident.ID
	Area        string
	ListID      ident.ID
	Number      string // of the list; filled in when read
	LineNo      int64
	FamilyID    ident.ID
	ExceptionID ident.ID
	Cause       Code
	Debtor      Debtor
	Source      ledger.Kind // the stage that the claim was taken out of
	Fund        string      // filled in when read
	Amount      money.Rupiah
	Paid        money.Rupiah
	Entry       int64
	OpenedAt    time.Time
	Proposer    string
	Approver    string
	Status      ClaimStatus
	Waiver      string // who proposes to give it up
	WaivedBy    string
	WaivedNote  string
	WaivedEntry int64
}

// Left is what is still owed.
func (c *Claim) Left() money.Rupiah { return c.Amount - c.Paid }

// Debtor is who owes a claim.
type Debtor string

// The debtors.
const (
	Recipient  Debtor = "recipient"
	TheChannel Debtor = "channel"
)

// ClaimStatus is how far a claim has come.
type ClaimStatus string

// The statuses of a claim.
const (
	ClaimOpen    ClaimStatus = "open"
	ClaimSettled ClaimStatus = "settled" // repaid
	ClaimWaived  ClaimStatus = "waived"  // given up by two people
)

// ClaimStatuses lists the statuses.
var ClaimStatuses = []ClaimStatus{ClaimOpen, ClaimSettled, ClaimWaived}

// Repayment is one instalment of a claim, paid to the state treasury against
// a slip.
type Repayment struct {
	No         int64
	Amount     money.Rupiah
	PaidOn     civil.Date
	Document   string // number of the deposit slip (NTPN)
	Proposer   string
	ProposedAt time.Time
	Status     RepaymentStatus
	Approver   string
	ApprovedAt time.Time
	Entry      int64
}

// RepaymentStatus is how far an instalment has come.
type RepaymentStatus string

// The statuses of an instalment.
const (
	RepaymentProposed RepaymentStatus = "proposed"
	RepaymentApproved RepaymentStatus = "approved"
	RepaymentRefused  RepaymentStatus = "refused"
)

// ClaimFilter chooses claims.
type ClaimFilter struct {
	Status ClaimStatus
	Debtor Debtor
	Area   string
	Offset int
	Limit  int
}

// Claims returns claims, oldest first, how many there are and what is left of
// them. It needs access.SeeMoney.
func (s *Service) Claims(ctx context.Context, f ClaimFilter) ([]Claim, Sum, error) {
	if _, err := access.Require(ctx, access.SeeMoney); err != nil {
		return nil, Sum{}, err
	}
	var all []Claim
	var sum Sum
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		var err error
		if all, sum, err = s.Store.Claims(ctx, f); err != nil {
			return err
		}
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposePayment, Action: "payment.claims", Area: f.Area, Fields: []string{"amount"}, Count: int64(len(all))})
	})
	return all, sum, err
}

// Claim returns a claim with its instalments and the line it concerns. It
// needs access.SeeMoney.
func (s *Service) Claim(ctx context.Context, id ident.ID) (*Claim, []Repayment, *Instruction, error) {
	if _, err := access.Require(ctx, access.SeeMoney); err != nil {
		return nil, nil, nil, err
	}
	var c *Claim
	var all []Repayment
	var line *Instruction
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		var err error
		if c, err = s.Store.Claim(ctx, id); err != nil {
			return err
		}
		if all, err = s.Store.Repayments(ctx, id); err != nil {
			return err
		}
		if line, _, err = s.Store.Line(ctx, c.ListID, c.LineNo); err != nil {
			return err
		}
		return s.recordClaim(ctx, c, "payment.claim", "holder", "amount")
	})
	return c, all, line, err
}

func (s *Service) recordClaim(ctx context.Context, c *Claim, action string, fields ...string) error {
	return s.Log.Append(ctx, audit.Act{Purpose: access.PurposePayment, Action: action, Subject: c.ID.String(), Area: c.Area, Fields: fields,
		Count: 1, Detail: fmt.Sprintf("%s %d %d", c.Cause, c.Amount, c.Paid)})
}

// claim opens the claim of an exception that two people agreed on, over
// amount taken out of a stage of the list's fund.
func (s *Service) claim(ctx context.Context, l *PayList, e *Exception, line *Instruction, d Debtor, source ledger.Kind, amount money.Rupiah, entry int64) error {
	c := &Claim{ID: s.IDs.New(), Area: line.Area, ListID: l.ID, LineNo: line.LineNo, FamilyID: line.FamilyID, ExceptionID: e.ID, Cause: e.Code,
		Debtor: d, Source: source, Amount: amount, Entry: entry, OpenedAt: s.now(), Proposer: e.Proposer, Approver: e.Approver, Status: ClaimOpen}
	if err := s.Store.AddClaim(ctx, c); err != nil {
		return err
	}
	return s.recordClaim(ctx, c, "payment.claimed")
}

// overpaid posts a claim over money that left twice: out of what the fund has
// left, else as money that the state must find.
func (s *Service) overpaid(ctx context.Context, l *PayList, e *Exception, amount money.Rupiah) (ledger.Kind, int64, error) {
	source := ledger.Allotment
	have, err := s.Book.Balance(ctx, l.account(ledger.Allotment))
	if err != nil {
		return "", 0, err
	}
	if have < amount {
		source = ledger.Treasury
	}
	entry, err := s.move(ctx, l, "claim/"+e.ID.String(), l.Number, source, ledger.Recoverable, amount)
	return source, entry, err
}

// Repay records that an instalment of a claim was paid into the state
// treasury; another person approves it. One slip counts once. It needs
// access.Reconcile.
func (s *Service) Repay(ctx context.Context, id ident.ID, amount money.Rupiah, on civil.Date, document string) (*Repayment, error) {
	document = strings.TrimSpace(document)
	if amount <= 0 || document == "" {
		return nil, fault.Invalid("delivery.claim.slip")
	}
	var p *Repayment
	err := s.onClaim(ctx, access.Reconcile, id, func(ctx context.Context, actor access.Actor, c *Claim) error {
		all, err := s.Store.Repayments(ctx, id)
		if err != nil {
			return err
		}
		waiting, counted := money.Rupiah(0), 0
		for _, r := range all {
			switch r.Status {
			case RepaymentProposed:
				waiting += r.Amount
				counted++
			case RepaymentApproved:
				counted++
			}
		}
		switch {
		case amount > c.Left()-waiting:
			return fault.Invalid("delivery.claim.too_much", "left", c.Left()-waiting)
		case counted >= s.Rule().Instalments && amount < c.Left()-waiting:
			return fault.Invalid("delivery.claim.instalments", "n", int64(s.Rule().Instalments))
		case on > civil.OfTime(s.now()) || on < civil.OfTime(c.OpenedAt).AddDays(-1):
			return fault.Invalid("delivery.claim.day")
		}
		p = &Repayment{No: int64(len(all)) + 1, Amount: amount, PaidOn: on, Document: document, Proposer: actor.Login, ProposedAt: s.now(), Status: RepaymentProposed}
		if err := s.Store.AddRepayment(ctx, id, p); err != nil {
			return err
		}
		return s.recordClaim(ctx, c, "payment.repayment_proposed")
	})
	return p, err
}

// DecideRepayment approves or refuses an instalment. It needs
// access.CheckPayment, and another person than the proposer.
func (s *Service) DecideRepayment(ctx context.Context, id ident.ID, no int64, approve bool) (*Claim, error) {
	var claim *Claim
	err := s.onClaim(ctx, access.CheckPayment, id, func(ctx context.Context, actor access.Actor, c *Claim) error {
		claim = c
		all, err := s.Store.Repayments(ctx, id)
		if err != nil {
			return err
		}
		if no < 1 || no > int64(len(all)) {
			return fault.NotFound("delivery.claim.no_repayment")
		}
		p := &all[no-1]
		switch {
		case p.Status != RepaymentProposed:
			return fault.Conflict("delivery.claim.decided")
		case p.Proposer == actor.Login:
			return fault.Forbidden("delivery.own_proposal")
		}
		p.Status, p.Approver, p.ApprovedAt = RepaymentRefused, actor.Login, s.now()
		if approve {
			p.Status = RepaymentApproved
			l, err := s.Store.List(ctx, c.ListID)
			if err != nil {
				return err
			}
			key := fmt.Sprintf("repay/%s/%d", c.ID, no)
			if p.Entry, err = s.move(ctx, l, key, p.Document, ledger.Recoverable, ledger.Remitted, p.Amount); err != nil {
				return err
			}
			if c.Paid += p.Amount; c.Paid == c.Amount {
				c.Status = ClaimSettled
			}
			if err := s.Store.SaveClaim(ctx, c); err != nil {
				return err
			}
		}
		if err := s.Store.SaveRepayment(ctx, id, p); err != nil {
			return err
		}
		return s.recordClaim(ctx, c, "payment.repayment_"+string(p.Status))
	})
	return claim, err
}

// Waive gives a claim up: the first person who asks proposes it with a
// reason, the second carries it out. What is left goes back to where the claim
// was taken from. It needs access.CheckPayment.
func (s *Service) Waive(ctx context.Context, id ident.ID, note string) (*Claim, error) {
	var claim *Claim
	err := s.onClaim(ctx, access.CheckPayment, id, func(ctx context.Context, actor access.Actor, c *Claim) error {
		claim = c
		if c.Waiver == "" {
			if strings.TrimSpace(note) == "" {
				return fault.Invalid("delivery.say_why")
			}
			c.Waiver, c.WaivedNote = actor.Login, note
			if err := s.Store.SaveClaim(ctx, c); err != nil {
				return err
			}
			return s.recordClaim(ctx, c, "payment.waiver_proposed")
		}
		if c.Waiver == actor.Login {
			return fault.Forbidden("delivery.own_proposal")
		}
		if c.Paid > 0 || c.Source == ledger.Channel {
			// What was repaid stays; a bank that holds money gives it back.
			return fault.Conflict("delivery.claim.begun")
		}
		l, err := s.Store.List(ctx, c.ListID)
		if err != nil {
			return err
		}
		if c.WaivedEntry, err = s.move(ctx, l, "waive/"+c.ID.String(), l.Number, ledger.Recoverable, c.Source, c.Left()); err != nil {
			return err
		}
		c.Status, c.WaivedBy = ClaimWaived, actor.Login
		if err := s.Store.SaveClaim(ctx, c); err != nil {
			return err
		}
		return s.recordClaim(ctx, c, "payment.waived")
	})
	return claim, err
}

// onClaim runs fn on an open claim that nobody else moves meanwhile.
func (s *Service) onClaim(ctx context.Context, p access.Permission, id ident.ID, fn func(context.Context, access.Actor, *Claim) error) error {
	actor, err := access.Require(ctx, p)
	if err != nil {
		return err
	}
	err = s.Unit.Write(ctx, func(ctx context.Context) error {
		c, err := s.Store.LockClaim(ctx, id)
		if err != nil {
			return err
		}
		if _, err := access.RequireArea(ctx, p, c.Area); err != nil {
			return err
		}
		if c.Status != ClaimOpen {
			return fault.Conflict("delivery.claim.ended")
		}
		return fn(ctx, actor, c)
	})
	if err != nil {
		return fmt.Errorf("delivery: claim: %w", err)
	}
	return nil
}
