package delivery

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"gotong/internal/access"
	"gotong/internal/bank"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/ledger"
)

// Send hands a list's order file to the channel. That it is about to be
// handed over is committed first: whatever happens then, the list is *sent,
// outcome unknown*, and is never handed over again unless the channel says
// for certain that nothing arrived. It needs access.MakePayment.
//
// It returns fault.Unavailable when nobody knows whether the file arrived:
// Enquire tells. When the channel refuses the file, the list is released as
// before, and the error is fault.Conflict.
func (s *Service) Send(ctx context.Context, id ident.ID) (*PaymentFile, error) {
	f, b, channel, err := s.mark(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("delivery: sending: %w", err)
	}
	s.Failpoint(FailSendMarked)
	// A hand-over must have ended, well or badly, before an enquiry is
	// believed that says nothing arrived.
	bounded, cancel := context.WithTimeout(ctx, s.Patience/2)
	ack, err := channel.Submit(bounded, b)
	cancel()
	switch {
	case errors.Is(err, bank.ErrRefused):
		if back := s.takeBack(ctx, id, f.Tries, "refused"); back != nil {
			return nil, fmt.Errorf("delivery: taking back: %w", errors.Join(err, back))
		}
		return nil, fault.Conflict("delivery.refused_by_bank", "number", f.Batch).Because(err)
	case err != nil:
		return nil, fault.Unavailable("delivery.outcome_unknown", "number", f.Batch).Because(err)
	}
	s.Failpoint(FailSendSubmitted)
	known, err := s.acknowledge(ctx, id, ack)
	switch {
	case fault.Is(err, fault.KindUnavailable): // a full disk, most likely: the file is there, and nobody wrote it down
		return nil, fault.Unavailable("delivery.outcome_unknown", "number", f.Batch).Because(err)
	case err != nil:
		return nil, fmt.Errorf("delivery: sending: %w", err)
	}
	s.Failpoint(FailSendDone)
	return known, nil
}

// mark commits that a list's file is about to be handed over. It looks once
// more at who has died, moved or been held: with one of them on the file, it
// is cut anew without them first. A look after that there cannot be.
func (s *Service) mark(ctx context.Context, id ident.ID) (*PaymentFile, []byte, bank.Channel, error) {
	channel, err := s.channelOf(ctx, id)
	if err != nil {
		return nil, nil, nil, err
	}
	const enough = 3 // people do not die that fast
	for range enough {
		// The file must be at hand before anything is said of it.
		f, err := s.cutFile(ctx, id)
		if err != nil {
			return nil, nil, nil, err
		}
		b, err := s.bytes(ctx, f)
		if err != nil {
			return nil, nil, nil, err
		}
		marked, f, err := s.lastMark(ctx, id, f.SHA256)
		if err != nil || marked {
			return f, b, channel, err
		}
		s.Failpoint(FailSendRecut)
		if _, err := s.ExportBankFile(ctx, id); err != nil {
			return nil, nil, nil, err
		}
	}
	return nil, nil, nil, fault.Conflict("delivery.changed_since", "number", id.String())
}

// lastMark marks a file as being handed over, or takes its cut back when
// somebody on it must not be paid any more.
func (s *Service) lastMark(ctx context.Context, id ident.ID, digest [32]byte) (marked bool, f *PaymentFile, err error) {
	err = s.Unit.Write(ctx, func(ctx context.Context) error {
		actor, l, err := s.lock(ctx, access.MakePayment, id)
		if err != nil {
			return err
		}
		if f, err = s.Store.File(ctx, id); err != nil {
			return err
		}
		if err := f.sendable(); err != nil {
			return err
		}
		if f.SHA256 != digest {
			return fault.Conflict("delivery.changed_since", "number", l.Number)
		}
		if err := s.notPaidBefore(ctx, l); err != nil {
			return err
		}
		v, err := s.lastSurvey(ctx, l)
		if err != nil {
			return err
		}
		if len(v.moves) > 0 {
			return s.recut(ctx, actor, l, f, v)
		}
		f.State, f.HandingAt = FileHanding, s.now()
		f.Tries++
		marked = true
		return s.depart(ctx, actor, l, f)
	})
	return marked, f, err
}

// recut holds back whom a file must not pay any more, and has it cut anew.
func (s *Service) recut(ctx context.Context, actor access.Actor, l *PayList, f *PaymentFile, v *survey) error {
	if err := s.holdBack(ctx, actor, l, LetGo, v); err != nil {
		return err
	}
	f.Lines, f.Total = v.payable().Lines, v.payable().Total
	f.State, f.Name, f.SHA256, f.CutAt = FileDue, "", [32]byte{}, time.Time{}
	if err := s.Store.SaveFile(ctx, f); err != nil {
		return err
	}
	if err := s.Store.Recount(ctx, l.ID); err != nil {
		return err
	}
	return s.record(ctx, l, s.act(actor, l, ActRecut))
}

// channelOf returns who pays a list out.
func (s *Service) channelOf(ctx context.Context, id ident.ID) (bank.Channel, error) {
	var c bank.Channel
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		l, err := s.Store.List(ctx, id)
		if err != nil {
			return err
		}
		c, err = s.channel(l)
		return err
	})
	return c, err
}

// cutFile returns a list's order file if it may be handed over.
func (s *Service) cutFile(ctx context.Context, id ident.ID) (*PaymentFile, error) {
	if _, err := access.Require(ctx, access.MakePayment); err != nil {
		return nil, err
	}
	var f *PaymentFile
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		if _, err := s.Store.List(ctx, id); err != nil {
			return err
		}
		var err error
		if f, err = s.Store.File(ctx, id); err != nil {
			return err
		}
		return f.sendable()
	})
	return f, err
}

// sendable refuses a file that is not cut, or that may have arrived already.
func (f *PaymentFile) sendable() error {
	switch f.State {
	case FileCut:
		return nil
	case FileDue:
		return fault.Conflict("delivery.not_cut", "number", f.Batch)
	case FileHanding:
		return fault.Conflict("delivery.enquire_first", "number", f.Batch)
	default:
		return fault.Conflict("delivery.sent_already", "number", f.Batch)
	}
}

// depart moves a released list's lines and money to the channel. f is nil for
// goods.
func (s *Service) depart(ctx context.Context, actor access.Actor, l *PayList, f *PaymentFile) error {
	if err := l.expect(Released); err != nil {
		return err
	}
	l.Status = Sent
	if err := s.Store.SaveList(ctx, l); err != nil {
		return err
	}
	tries, want := 1, Sum{}
	if f != nil {
		tries, want = f.Tries, Sum{f.Lines, f.Total}
		if err := s.Store.SaveFile(ctx, f); err != nil {
			return err
		}
	} else {
		sums, err := s.Store.Sums(ctx, l.ID)
		if err != nil {
			return err
		}
		want = sums[LetGo]
	}
	a := s.act(actor, l, ActSent)
	var err error
	if a.Entry, err = s.move(ctx, l, fmt.Sprintf("send/%s/%d", l.ID, tries), l.Number, ledger.Released, ledger.Channel, want.Total); err != nil {
		return err
	}
	if err := s.Store.MoveAll(ctx, a, LetGo, OnTheWay); err != nil {
		return err
	}
	if a.Sum != want {
		return fault.Conflict("delivery.tampered", "number", l.Number)
	}
	if err := s.Store.Recount(ctx, l.ID); err != nil {
		return err
	}
	return s.record(ctx, l, a)
}

// acknowledge records that the channel has the file.
func (s *Service) acknowledge(ctx context.Context, id ident.ID, ack bank.Ack) (*PaymentFile, error) {
	var f *PaymentFile
	err := s.Unit.Write(ctx, func(ctx context.Context) error {
		actor, ok := access.From(ctx)
		if !ok {
			return fault.Forbidden("core.error.forbidden")
		}
		l, err := s.Store.Lock(ctx, id)
		if err != nil {
			return err
		}
		if f, err = s.Store.File(ctx, id); err != nil || f.State == FileHanded {
			return err
		}
		if f.State != FileHanding {
			return fault.Conflict("delivery.not_sent", "number", l.Number)
		}
		if !strings.EqualFold(ack.SHA256, hex.EncodeToString(f.SHA256[:])) {
			return fault.Conflict("delivery.other_file", "number", l.Number)
		}
		f.State, f.HandedAt, f.Receipt = FileHanded, s.now(), ack.Receipt
		if err := s.Store.SaveFile(ctx, f); err != nil {
			return err
		}
		a := s.act(actor, l, ActReceipt)
		a.Note = ack.Receipt
		return s.record(ctx, l, a)
	})
	return f, err
}

// takeBack undoes a hand-over of which it is certain that nothing arrived.
func (s *Service) takeBack(ctx context.Context, id ident.ID, tries int, why string) error {
	return s.Unit.Write(ctx, func(ctx context.Context) error {
		actor, l, err := s.lock(ctx, access.MakePayment, id)
		if err != nil {
			return err
		}
		f, err := s.Store.File(ctx, id)
		if err != nil {
			return err
		}
		if f.State != FileHanding || f.Tries != tries {
			return fault.Conflict("delivery.changed_since", "number", l.Number)
		}
		f.State = FileCut
		l.Status = Released
		if err := errors.Join(s.Store.SaveFile(ctx, f), s.Store.SaveList(ctx, l)); err != nil {
			return err
		}
		a := s.act(actor, l, ActTakenBack)
		a.Note = why
		if a.Entry, err = s.move(ctx, l, fmt.Sprintf("back/%s/%d", l.ID, tries), l.Number, ledger.Channel, ledger.Released, f.Total); err != nil {
			return err
		}
		if err := s.Store.MoveAll(ctx, a, OnTheWay, LetGo); err != nil {
			return err
		}
		if a.Sum != (Sum{f.Lines, f.Total}) {
			return fault.Conflict("delivery.tampered", "number", l.Number)
		}
		if err := s.Store.Recount(ctx, l.ID); err != nil {
			return err
		}
		return s.record(ctx, l, a)
	})
}

// Enquire asks the channel what became of a file whose outcome is unknown.
// When it has arrived, that is recorded; when it has not and the channel has
// had time enough to know, the list is released as before and may be sent
// again. It needs access.MakePayment.
func (s *Service) Enquire(ctx context.Context, id ident.ID) (*PaymentFile, error) {
	if _, err := access.Require(ctx, access.MakePayment); err != nil {
		return nil, err
	}
	f, err := s.file(ctx, id)
	if err != nil {
		return nil, err
	}
	if f.State != FileHanding {
		return f, nil
	}
	channel, err := s.channelOf(ctx, id)
	if err != nil {
		return nil, err
	}
	asked := s.now()
	ack, err := channel.Enquire(ctx, f.Batch)
	s.Failpoint(FailEnquireAnswered)
	switch {
	case err == nil:
		if f, err = s.acknowledge(ctx, id, ack); err != nil {
			return nil, fmt.Errorf("delivery: enquiring: %w", err)
		}
	case !errors.Is(err, bank.ErrNotReceived):
		return nil, fault.Unavailable("delivery.outcome_unknown", "number", f.Batch).Because(err)
	case asked.Before(f.HandingAt.Add(s.Patience)):
		return nil, fault.Unavailable("delivery.too_early", "number", f.Batch, "minutes", int64(s.Patience.Minutes()))
	default:
		if err := s.takeBack(ctx, id, f.Tries, "not received"); err != nil {
			return nil, fmt.Errorf("delivery: enquiring: %w", err)
		}
		if f, err = s.file(ctx, id); err != nil {
			return nil, err
		}
	}
	s.Failpoint(FailEnquireDone)
	return f, nil
}

// file returns a list's order file.
func (s *Service) file(ctx context.Context, id ident.ID) (*PaymentFile, error) {
	var f *PaymentFile
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		if _, err := s.Store.List(ctx, id); err != nil {
			return err
		}
		var err error
		f, err = s.Store.File(ctx, id)
		return err
	})
	return f, err
}
