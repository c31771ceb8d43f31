package delivery

import (
	"context"
	"fmt"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/ledger"
	"gotong/internal/run"
)

// Swept is what a Sweep found.
type Swept struct {
	Unused    int64 `json:"unused"`    // credits that somebody should visit now
	Unclaimed int64 `json:"unclaimed"` // credits that are called back now
}

// Sweep looks for credits that nobody has used: from one age on they are
// problems for somebody to visit, and from a later one on they are unclaimed
// and called back, both by the rule in force. The bank's return brings them
// back, and from there they are remitted. It needs access.Reconcile.
func (s *Service) Sweep(ctx context.Context, p run.Progress) (Swept, error) {
	var all Swept
	if _, err := access.Require(ctx, access.Reconcile); err != nil {
		return all, err
	}
	var ids []ident.ID
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		const at = 500
		for offset := 0; ; offset += at {
			rows, total, err := s.Store.Lists(ctx, ListFilter{Offset: offset, Limit: at})
			if err != nil {
				return err
			}
			for _, l := range rows {
				if l.Means.ByFile() && l.Sums[Credited].Lines > 0 {
					ids = append(ids, l.ID)
				}
			}
			if int64(offset+at) >= total {
				return nil
			}
		}
	})
	if err != nil {
		return all, err
	}
	p.Stage("sweep", int64(len(ids)))
	for _, id := range ids {
		one, err := s.sweepList(ctx, id)
		if err != nil {
			return all, fmt.Errorf("delivery: sweeping: %w", err)
		}
		all.Unused += one.Unused
		all.Unclaimed += one.Unclaimed
		p.Add("", 1)
	}
	return all, nil
}

func (s *Service) sweepList(ctx context.Context, id ident.ID) (Swept, error) {
	var found Swept
	rule, now := s.Rule(), s.now()
	err := s.Unit.Write(ctx, func(ctx context.Context) error {
		actor, l, err := s.lock(ctx, access.Reconcile, id)
		if err != nil {
			return err
		}
		open, err := s.openOf(ctx, id, Unused)
		if err != nil {
			return err
		}
		var moves []LineMove
		var opened []Exception
		var sum Sum
		err = s.Store.Forgotten(ctx, id, now.AddDate(0, 0, -rule.UnusedAfter), func(i *Instruction) error {
			if !open[i.LineNo] {
				kept := *i
				kept.Code = Unused
				opened = append(opened, s.exception(l, &kept))
			}
			if i.SettledAt.Before(now.AddDate(0, 0, -rule.ReturnAfter)) {
				moves = append(moves, LineMove{LineNo: i.LineNo, Code: Unused})
				sum = Sum{sum.Lines + 1, sum.Total + i.Net()}
			}
			return nil
		})
		if err != nil {
			return err
		}
		found = Swept{int64(len(opened)), int64(len(moves))}
		if err := s.Store.AddExceptions(ctx, opened); err != nil || len(moves) == 0 {
			return err
		}
		return s.unclaim(ctx, actor, l, moves, sum)
	})
	return found, err
}

// openOf returns the lines of a list that have an unresolved exception of a code.
func (s *Service) openOf(ctx context.Context, id ident.ID, code Code) (map[int64]bool, error) {
	lines := map[int64]bool{}
	const at = 1000
	for offset := 0; ; offset += at {
		all, total, err := s.Store.Exceptions(ctx, ExceptionFilter{ListID: id, Code: code, Offset: offset, Limit: at})
		if err != nil {
			return nil, err
		}
		for _, e := range all {
			lines[e.LineNo] = true
		}
		if int64(offset+at) >= total {
			return lines, nil
		}
	}
}

// unclaim moves credits that nobody uses to where the bank gives them back.
func (s *Service) unclaim(ctx context.Context, actor access.Actor, l *PayList, moves []LineMove, sum Sum) error {
	a := s.act(actor, l, ActUnclaimed)
	acts, err := s.Store.Acts(ctx, l.ID)
	if err != nil {
		return err
	}
	key := fmt.Sprintf("unclaimed/%s/%d", l.ID, len(acts)+1)
	if a.Entry, err = s.move(ctx, l, key, l.Number, ledger.Credited, ledger.Unclaimed, sum.Total); err != nil {
		return err
	}
	if err := s.Store.MoveLines(ctx, a, Credited, Unclaimed, moves); err != nil {
		return err
	}
	if a.Sum != sum {
		return fault.Conflict("delivery.line_moved", "number", l.Number)
	}
	if err := s.Store.Shift(ctx, l.ID, Credited, Unclaimed, sum, sum); err != nil {
		return err
	}
	return s.record(ctx, l, a)
}
