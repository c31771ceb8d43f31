package delivery

import (
	"context"
	"fmt"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/money"
)

// Absent says that nobody was there to take what was brought.
const Absent Code = "absent"

// Handover says what became of one line of a distribution list.
type Handover struct {
	LineNo   int64
	Taken    bool   // false: nobody was there
	Receiver string // who took it, as relation to the recipient
	Proof    string // number of the paper or photo that shows it
}

// Dispatch gives a released distribution list out to whoever carries the
// goods. It needs access.MakePayment.
func (s *Service) Dispatch(ctx context.Context, id ident.ID) (*PayList, error) {
	var l *PayList
	err := s.Unit.Write(ctx, func(ctx context.Context) error {
		actor, list, err := s.lock(ctx, access.MakePayment, id)
		if err != nil {
			return err
		}
		l = list
		if l.Means != Goods {
			return fault.Invalid("delivery.not_goods", "number", l.Number)
		}
		return s.depart(ctx, actor, l, nil)
	})
	if err != nil {
		return nil, fmt.Errorf("delivery: dispatching: %w", err)
	}
	return l, nil
}

// HandOver records what was handed over on a distribution day. It needs
// access.Reconcile.
func (s *Service) HandOver(ctx context.Context, id ident.ID, all []Handover) (*PayList, error) {
	var l *PayList
	err := s.Unit.Write(ctx, func(ctx context.Context) error {
		actor, list, err := s.lock(ctx, access.Reconcile, id)
		if err != nil {
			return err
		}
		l = list
		if l.Means != Goods {
			return fault.Invalid("delivery.not_goods", "number", l.Number)
		}
		if err := l.expect(Sent); err != nil {
			return err
		}
		return s.handOver(ctx, actor, l, all)
	})
	if err != nil {
		return nil, fmt.Errorf("delivery: handing over: %w", err)
	}
	return l, nil
}

func (s *Service) handOver(ctx context.Context, actor access.Actor, l *PayList, all []Handover) error {
	var taken, absent []LineMove
	var given, back money.Rupiah
	var kept []Handover
	var missed []Exception
	for _, h := range all {
		line, _, err := s.Store.Line(ctx, l.ID, h.LineNo)
		if err != nil {
			return err
		}
		switch {
		case line.Status != OnTheWay:
			return fault.Conflict("delivery.line_moved", "number", l.Number)
		case !h.Taken:
			line.Code = Absent
			back += line.Amount
			absent = append(absent, LineMove{LineNo: h.LineNo, Code: Absent})
			missed = append(missed, s.exception(l, line))
		case h.Receiver == "":
			return fault.Invalid("delivery.say_who", "line", h.LineNo)
		default:
			given += line.Amount
			taken = append(taken, LineMove{LineNo: h.LineNo})
			kept = append(kept, h)
		}
	}
	if len(taken)+len(absent) == 0 {
		return fault.Invalid("delivery.say_which_and_why")
	}
	acts, err := s.Store.Acts(ctx, l.ID)
	if err != nil {
		return err
	}
	entry, err := s.settle(ctx, l, fmt.Sprintf("handover/%s/%d", l.ID, len(acts)+1), l.Number, given, back)
	if err != nil {
		return err
	}
	a := s.act(actor, l, ActHandover)
	a.Entry = entry
	if err := s.Store.MoveLines(ctx, a, OnTheWay, Credited, taken); err != nil {
		return err
	}
	if err := s.Store.MoveLines(ctx, a, OnTheWay, ReturnedIt, absent); err != nil {
		return err
	}
	if a.Sum != (Sum{int64(len(taken) + len(absent)), given + back}) {
		return fault.Conflict("delivery.line_moved", "number", l.Number)
	}
	if err := s.Store.AddHandovers(ctx, l, actor.Login, a.At, kept); err != nil {
		return err
	}
	if err := s.Store.AddExceptions(ctx, missed); err != nil {
		return err
	}
	if err := s.finish(ctx, l); err != nil {
		return err
	}
	return s.record(ctx, l, a)
}
