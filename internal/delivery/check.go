package delivery

import (
	"context"
	"fmt"
	"slices"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// Check signs what stands on a draft: a second person answers for the list as
// seen. digest is that of the list which the person looked at. It needs
// access.CheckPayment, and another person than the maker.
//
// It returns fault.Conflict when the list has changed since, its lines are
// not what was digested, or its determination was withdrawn.
func (s *Service) Check(ctx context.Context, id ident.ID, digest [32]byte) (*PayList, error) {
	var l *PayList
	err := s.Unit.Write(ctx, func(ctx context.Context) error {
		actor, list, err := s.lock(ctx, access.CheckPayment, id)
		if err != nil {
			return err
		}
		l = list
		if err := l.expect(Draft); err != nil {
			return err
		}
		if actor.Login == l.Made.By {
			return fault.Forbidden("delivery.own_list")
		}
		if digest != l.Digest {
			return fault.Conflict("delivery.changed_since", "number", l.Number)
		}
		if err := s.Decisions.InForce(ctx, l.Determination); err != nil {
			return err
		}
		if err := s.accountsChecked(ctx, l); err != nil {
			return err
		}
		v, err := s.survey(ctx, l, Planned, &blocks{})
		if err != nil {
			return err
		}
		if v.digest != l.Digest || v.sum.Total != l.Total {
			return fault.Conflict("delivery.tampered", "number", l.Number)
		}
		if v.sum.Lines == 0 {
			return fault.Conflict("delivery.nothing_left", "number", l.Number)
		}
		l.Status = Checked
		l.Checked = s.sign("check", l, actor, l.Digest)
		if err := s.Store.SaveList(ctx, l); err != nil {
			return err
		}
		a := s.act(actor, l, ActChecked)
		a.Sum = v.sum
		return s.record(ctx, l, a)
	})
	if err != nil {
		return nil, fmt.Errorf("delivery: checking: %w", err)
	}
	s.Failpoint(FailCheckDone)
	return l, nil
}

// sign makes one person's part in a list.
func (s *Service) sign(act string, l *PayList, actor access.Actor, digest [32]byte) Hand {
	h := Hand{By: actor.Login, At: s.now(), Digest: digest}
	h.Seal = s.Vault.Sign(handMessage(act, l, h))
	return h
}

// Hold keeps lines of a draft from being paid; held lines can be let back by
// Unhold while it is a draft. When the list was checked, the check is void:
// it was given for another list. It needs access.MakePayment or
// access.CheckPayment.
func (s *Service) Hold(ctx context.Context, id ident.ID, lines []int64, note string) (*PayList, error) {
	return s.edit(ctx, id, ActHeld, Planned, Held, lines, note)
}

// Unhold lets lines back that were held by hand.
func (s *Service) Unhold(ctx context.Context, id ident.ID, lines []int64, note string) (*PayList, error) {
	return s.edit(ctx, id, ActUnheld, Held, Planned, lines, note)
}

// notSuspended refuses to plan a line by hand of which everything is kept
// back: an appeal, and not an edit, has it paid.
func (s *Service) notSuspended(ctx context.Context, l *PayList, from Status, lines []int64) error {
	if from != Held {
		return nil
	}
	return s.Store.Lines(ctx, l.ID, Held, func(i *Instruction) error {
		if i.Code == Suspended && slices.Contains(lines, i.LineNo) {
			return fault.Conflict("delivery.suspended_by_duty", "line", i.LineNo)
		}
		return nil
	})
}

// edit moves lines of a list that is not released, and voids its check.
func (s *Service) edit(ctx context.Context, id ident.ID, kind ActKind, from, to Status, lines []int64, note string) (*PayList, error) {
	var l *PayList
	err := s.Unit.Write(ctx, func(ctx context.Context) error {
		actor, list, err := s.lock(ctx, s.editor(ctx), id)
		if err != nil {
			return err
		}
		l = list
		if err := l.expect(Draft, Checked); err != nil {
			return err
		}
		if len(lines) == 0 || note == "" {
			return fault.Invalid("delivery.say_which_and_why")
		}
		if err := s.notSuspended(ctx, l, from, lines); err != nil {
			return err
		}
		if err := s.void(ctx, actor, l); err != nil {
			return err
		}
		moves, held, err := s.byHand(ctx, l, to, lines)
		if err != nil {
			return err
		}
		a := s.act(actor, l, kind)
		a.Note = note
		if err := s.Store.MoveLines(ctx, a, from, to, moves); err != nil {
			return err
		}
		if a.Sum.Lines != int64(len(lines)) {
			return fault.Conflict("delivery.line_moved", "number", l.Number)
		}
		if to == Held {
			err = s.Store.AddExceptions(ctx, held)
		} else {
			err = s.Store.Lapse(ctx, l.ID, lines)
		}
		if err != nil {
			return err
		}
		return s.redigest(ctx, l, a)
	})
	if err != nil {
		return nil, fmt.Errorf("delivery: editing: %w", err)
	}
	return l, nil
}

// byHand returns the moves that a person asks for, and the exceptions of the
// lines that are to be held. Only what a person held may a person let back:
// the dead stay held.
func (s *Service) byHand(ctx context.Context, l *PayList, to Status, lines []int64) ([]LineMove, []Exception, error) {
	moves := make([]LineMove, 0, len(lines))
	var held []Exception
	for _, n := range lines {
		line, _, err := s.Store.Line(ctx, l.ID, n)
		if err != nil {
			return nil, nil, err
		}
		if to != Held {
			if line.Code != ByHand {
				return nil, nil, fault.Conflict("delivery.held_for_reason", "line", n)
			}
			moves = append(moves, LineMove{LineNo: n})
			continue
		}
		line.Code = ByHand
		moves = append(moves, LineMove{LineNo: n, Code: ByHand})
		held = append(held, s.exception(l, line))
	}
	return moves, held, nil
}

func (s *Service) editor(ctx context.Context) access.Permission {
	if a, ok := access.From(ctx); ok && a.Can(access.CheckPayment) {
		return access.CheckPayment
	}
	return access.MakePayment
}

// void takes a check back, since the list is about to change.
func (s *Service) void(ctx context.Context, actor access.Actor, l *PayList) error {
	if l.Status == Draft {
		return nil
	}
	l.Status, l.Checked = Draft, Hand{}
	if err := s.Store.SaveList(ctx, l); err != nil {
		return err
	}
	a := s.act(actor, l, ActVoided)
	return s.record(ctx, l, a)
}

// redigest brings a draft's digest and total up to date after an act.
func (s *Service) redigest(ctx context.Context, l *PayList, a *Act) error {
	v, err := s.survey(ctx, l, Planned, &blocks{})
	if err != nil {
		return err
	}
	l.Digest, l.Total = v.digest, v.sum.Total
	if err := s.Store.SaveList(ctx, l); err != nil {
		return err
	}
	if err := s.Store.Recount(ctx, l.ID); err != nil {
		return err
	}
	return s.record(ctx, l, a)
}

// Discard gives a list up before it is released; its lines can then be made
// anew. It needs access.MakePayment.
func (s *Service) Discard(ctx context.Context, id ident.ID, note string) (*PayList, error) {
	var l *PayList
	err := s.Unit.Write(ctx, func(ctx context.Context) error {
		actor, list, err := s.lock(ctx, access.MakePayment, id)
		if err != nil {
			return err
		}
		l = list
		if err := l.expect(Draft, Checked); err != nil {
			return err
		}
		if note == "" {
			return fault.Invalid("delivery.say_why")
		}
		l.Status = Discarded
		if err := s.Store.SaveList(ctx, l); err != nil {
			return err
		}
		for _, from := range []Status{Planned, Held} {
			a := s.act(actor, l, ActDiscarded)
			a.Note = note
			if err := s.Store.MoveAll(ctx, a, from, Cancelled); err != nil {
				return err
			}
			if err := s.record(ctx, l, a); err != nil {
				return err
			}
		}
		if err := s.Store.Lapse(ctx, l.ID, nil); err != nil {
			return err
		}
		return s.Store.Recount(ctx, l.ID)
	})
	if err != nil {
		return nil, fmt.Errorf("delivery: discarding: %w", err)
	}
	return l, nil
}
