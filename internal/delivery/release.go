package delivery

import (
	"context"
	"fmt"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/ledger"
)

// Confirmation is what the releaser saw and agreed to: so many lines, so much
// money. A release that would pay anything else does not happen.
type Confirmation Sum

// Review is what a release would do now.
type Review struct {
	List *PayList
	Pay  Sum          // the lines that would be paid
	Held map[Code]Sum // the lines that would be held, by reason
	Have Sum          // what the allotment holds, in Total
}

// Review looks at a checked list as its release would. It needs
// access.SeeMoney.
func (s *Service) Review(ctx context.Context, id ident.ID) (*Review, error) {
	var r *Review
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		l, err := s.see(ctx, access.SeeMoney, id)
		if err != nil {
			return err
		}
		if err := l.expect(Checked); err != nil {
			return err
		}
		v, err := s.vetted(ctx, l)
		if err != nil {
			return err
		}
		r = &Review{List: l, Pay: v.payable(), Held: map[Code]Sum{}}
		for _, i := range v.lines {
			h := r.Held[i.Code]
			r.Held[i.Code] = Sum{h.Lines + 1, h.Total + i.Amount}
		}
		if r.Have.Total, err = s.Book.Balance(ctx, l.account(ledger.Allotment)); err != nil {
			return err
		}
		return s.read(ctx, l, "payment.review", v.sum.Lines, "amount", "status")
	})
	if err != nil {
		return nil, fmt.Errorf("delivery: reviewing: %w", err)
	}
	return r, nil
}

// vetted surveys a checked list's lines against what has changed since, and
// against what the checker signed.
func (s *Service) vetted(ctx context.Context, l *PayList) (*survey, error) {
	if err := s.Decisions.InForce(ctx, l.Determination); err != nil {
		return nil, err
	}
	b, err := s.blocked(ctx, l)
	if err != nil {
		return nil, err
	}
	v, err := s.survey(ctx, l, Planned, b)
	if err != nil {
		return nil, err
	}
	if v.digest != l.Checked.Digest {
		return nil, fault.Conflict("delivery.tampered", "number", l.Number)
	}
	return v, nil
}

// Release lets a checked list's money go: a third person agrees to what is to
// be paid today. Whoever died, moved or was held since the check stays on the
// list as held; the rest is reserved and released in the ledger, and its
// order file is put into the outbox. It needs access.ReleasePayment, and
// another person than maker and checker.
//
// It returns fault.Conflict when what would be paid is not what was agreed
// to, or the allotment does not hold it.
func (s *Service) Release(ctx context.Context, id ident.ID, agreed Confirmation) (*PayList, error) {
	var l *PayList
	err := s.Unit.Write(ctx, func(ctx context.Context) error {
		actor, list, err := s.lock(ctx, access.ReleasePayment, id)
		if err != nil {
			return err
		}
		l = list
		if err := l.expect(Checked); err != nil {
			return err
		}
		if actor.Login == l.Made.By || actor.Login == l.Checked.By {
			return fault.Forbidden("delivery.own_list")
		}
		if err := s.notPaidBefore(ctx, l); err != nil {
			return err
		}
		// The register records that it was asked about people's standing, so
		// the ledger's lock comes first.
		if err := s.Book.Wait(ctx); err != nil {
			return err
		}
		v, err := s.vetted(ctx, l)
		if err != nil {
			return err
		}
		pay := v.payable()
		if pay != Sum(agreed) {
			return fault.Conflict("delivery.other_sum", "lines", pay.Lines, "total", pay.Total)
		}
		if pay.Lines == 0 {
			return fault.Conflict("delivery.nothing_left", "number", l.Number)
		}
		if err := s.holdBack(ctx, actor, l, Planned, v); err != nil {
			return err
		}
		return s.release(ctx, actor, l, v.clean, pay)
	})
	if err != nil {
		return nil, fmt.Errorf("delivery: releasing: %w", err)
	}
	s.Failpoint(FailReleaseDone)
	return l, nil
}

// holdBack holds the lines that must not be paid, and opens their exceptions.
func (s *Service) holdBack(ctx context.Context, actor access.Actor, l *PayList, from Status, v *survey) error {
	if len(v.moves) == 0 {
		return nil
	}
	a := s.act(actor, l, ActHeld)
	if from == LetGo {
		// Their money was released already: it goes back into the allotment.
		n, err := s.Store.Acts(ctx, l.ID)
		if err != nil {
			return err
		}
		key := fmt.Sprintf("held/%s/%d", l.ID, len(n)+1)
		if a.Entry, err = s.move(ctx, l, key, l.Number, ledger.Released, ledger.Allotment, v.held().Total); err != nil {
			return err
		}
	}
	if err := s.Store.MoveLines(ctx, a, from, Held, v.moves); err != nil {
		return err
	}
	if err := s.Store.AddExceptions(ctx, s.exceptions(l, v)); err != nil {
		return err
	}
	return s.record(ctx, l, a)
}

// release moves what is left, in the ledger and on the list.
func (s *Service) release(ctx context.Context, actor access.Actor, l *PayList, digest [32]byte, pay Sum) error {
	l.Status = Released
	l.Released = s.sign("release", l, actor, digest)
	if err := s.Store.SaveList(ctx, l); err != nil {
		return err
	}
	if _, err := s.move(ctx, l, "reserve/"+l.ID.String(), "SPM "+l.Number, ledger.Allotment, ledger.Reserved, pay.Total); err != nil {
		return err
	}
	a := s.act(actor, l, ActReleased)
	var err error
	if a.Entry, err = s.move(ctx, l, "release/"+l.ID.String(), "SP2D "+l.Number, ledger.Reserved, ledger.Released, pay.Total); err != nil {
		return err
	}
	if err := s.Store.MoveAll(ctx, a, Planned, LetGo); err != nil {
		return err
	}
	if a.Sum != pay {
		return fmt.Errorf("delivery: %s: %v were released, %v agreed", l.Number, a.Sum, pay)
	}
	s.Failpoint(FailReleasePosted)
	if l.Means.ByFile() {
		f := &PaymentFile{Batch: l.Number, ListID: l.ID, Area: l.Area, State: FileDue, Lines: pay.Lines, Total: pay.Total}
		if err := s.Store.AddFile(ctx, f); err != nil {
			return err
		}
	}
	if err := s.Store.Recount(ctx, l.ID); err != nil {
		return err
	}
	return s.record(ctx, l, a)
}
