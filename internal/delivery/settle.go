package delivery

import (
	"context"

	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/ledger"
	"gotong/internal/money"
)

// settlement is what a return file does to the lines that stand in one status.
type settlement struct {
	from Status
	act  ActKind
	key  string // of its ledger entry
}

// settlements are the steps of a return file: each is an act with an entry of
// its own. The first stands in the history even when it moves nothing.
var settlements = []settlement{{OnTheWay, ActSettled, "settle/"}, {Unclaimed, ActCalled, "called/"}, {Credited, ActUsed, "used/"}}

// settle moves the lines of one status that the file matched, and their money.
func (r *reconciler) settle(ctx context.Context, l *PayList, file ident.ID, step settlement) error {
	var moved Sum
	into := map[Status]money.Rupiah{}
	for to, sum := range r.moved[step.from] {
		moved = Sum{moved.Lines + sum.Lines, moved.Total + sum.Total}
		into[to] = sum.Total
	}
	if moved.Lines == 0 && step.from != OnTheWay {
		return nil
	}
	a := r.s.act(r.actor, l, step.act)
	a.FileID = file
	var err error
	switch key := step.key + r.result.SHA256; step.from {
	case OnTheWay:
		a.Entry, err = r.s.settle(ctx, l, key, r.result.Name, into[Credited], into[ReturnedIt])
	case Unclaimed:
		a.Entry, err = r.s.move(ctx, l, key, r.result.Name, ledger.Unclaimed, ledger.Returned, into[ReturnedIt])
	default:
		a.Entry, err = r.s.move(ctx, l, key, r.result.Name, ledger.Credited, ledger.Withdrawn, into[Taken])
	}
	if err != nil {
		return err
	}
	if err := r.s.Store.Settle(ctx, a, step.from); err != nil {
		return err
	}
	if a.Sum != moved {
		return fault.Conflict("delivery.tampered", "number", l.Number)
	}
	if step.from != OnTheWay {
		// What was feared of these lines is settled.
		if err := r.s.Store.LapseFile(ctx, l.ID, file, Unused); err != nil {
			return err
		}
	}
	return r.s.record(ctx, l, a)
}

// settle posts what left the channel.
func (s *Service) settle(ctx context.Context, l *PayList, key, document string, credited, returned money.Rupiah) (int64, error) {
	if credited+returned == 0 {
		return 0, nil
	}
	p := ledger.Posting{Key: key, Kind: "settled", Document: document, Object: l.ID.String(),
		Lines: []ledger.Line{{Account: l.account(ledger.Channel), Amount: -credited - returned}}}
	if credited > 0 {
		p.Lines = append(p.Lines, ledger.Line{Account: l.account(ledger.Credited), Amount: credited})
	}
	if returned > 0 {
		p.Lines = append(p.Lines, ledger.Line{Account: l.account(ledger.Returned), Amount: returned})
	}
	e, err := s.Book.Post(ctx, p)
	return e.Seq, err
}

// finish brings a list's sums up to date, and settles it when no line's
// outcome is unknown any more.
func (s *Service) finish(ctx context.Context, l *PayList) error {
	if err := s.Store.Recount(ctx, l.ID); err != nil {
		return err
	}
	if l.Status != Sent {
		return nil
	}
	sums, err := s.Store.Sums(ctx, l.ID)
	if err != nil || sums[OnTheWay].Lines > 0 {
		return err
	}
	l.Status = Settled
	return s.Store.SaveList(ctx, l)
}

// arrived takes a statement as proof that the channel has the file, where its
// receipt was never recorded.
func (r *reconciler) arrived(ctx context.Context, l *PayList) error {
	f, err := r.s.Store.File(ctx, l.ID)
	if fault.Is(err, fault.KindNotFound) {
		return fault.Invalid("delivery.batch_not_sent", "batch", l.Number)
	}
	if err != nil || f.State != FileHanding {
		return err
	}
	f.State, f.HandedAt, f.Receipt = FileHanded, r.s.now(), r.result.Name
	return r.s.Store.SaveFile(ctx, f)
}
