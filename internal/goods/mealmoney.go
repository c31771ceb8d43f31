package goods

import (
	"context"
	"fmt"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/money"
)

// CashKind is a movement of a group's money.
type CashKind string

// The kinds.
const (
	Advance CashKind = "advance" // from the office: the first, or a top-up
	Expense CashKind = "expense" // of the group, with its receipt
	Refund  CashKind = "refund"  // what was not earned, back to the office
)

// Cash is one entry of a group's book.
type Cash struct {
	ID       ident.ID
	Key      string
	Group    ident.ID
	Area     string
	Kind     CashKind
	Amount   money.Rupiah
	Day      civil.Date
	What     string
	Document string
	Receipt  ident.ID
	Actor    string
	At       time.Time
}

// Pay records money given to a group. Together with what it has had and not
// yet earned it may not exceed the days ahead that the rules allow. It needs
// access.AdvanceGoods.
func (s *Service) Pay(ctx context.Context, c Cash) (Cash, error) {
	rules, err := s.Rules()
	if err != nil {
		return c, err
	}
	c.Kind, c.Day = Advance, s.Today()
	return s.book(ctx, access.AdvanceGoods, c, nil, func(ctx context.Context, g Group) error {
		if g.Status != GroupActive {
			return fault.Conflict("goods.group_moved")
		}
		price, err := s.Decisions.Price(ctx, rules.Meals.Programme, s.Today())
		if err != nil {
			return err
		}
		b, err := s.balance(ctx, g.ID, 0, s.Today())
		if err != nil {
			return err
		}
		most := price*money.Rupiah(g.Clients*int64(rules.Meals.Advance)) - max(0, b.Advanced-b.Refunded-b.Earned)
		if c.Amount > most {
			return fault.Conflict("goods.advance_too_large", "most", max(0, most), "days", rules.Meals.Advance)
		}
		return nil
	})
}

// Spend records what a group paid, with its receipt. It needs access.HandGoods.
func (s *Service) Spend(ctx context.Context, c Cash, receipt []byte) (Cash, error) {
	if c.What == "" {
		return c, fault.Invalid("goods.say_what")
	}
	if c.Day == 0 || c.Day > s.Today() {
		return c, fault.Invalid("goods.not_yet", "day", c.Day)
	}
	c.Kind = Expense
	return s.book(ctx, access.HandGoods, c, receipt, nil)
}

// TakeBack records what a group gave back of what it did not earn. It needs
// access.AdvanceGoods.
func (s *Service) TakeBack(ctx context.Context, c Cash) (Cash, error) {
	c.Kind, c.Day = Refund, s.Today()
	return s.book(ctx, access.AdvanceGoods, c, nil, func(ctx context.Context, g Group) error {
		b, err := s.balance(ctx, g.ID, 0, s.Today())
		if err == nil && c.Amount > b.Advanced-b.Refunded {
			err = fault.Conflict("goods.refund_too_large", "most", b.Advanced-b.Refunded)
		}
		return err
	})
}

func (s *Service) book(ctx context.Context, p access.Permission, c Cash, receipt []byte, check func(context.Context, Group) error) (Cash, error) {
	actor, err := access.Require(ctx, p)
	if err != nil {
		return c, err
	}
	if c.Amount <= 0 || c.Document == "" {
		return c, fault.Invalid("goods.amount_and_document")
	}
	if c.Key == "" {
		c.Key = fmt.Sprintf("%s/%s/%s", c.Group, c.Kind, c.Document)
	}
	err = s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		g, err := s.Store.LockGroup(ctx, c.Group)
		if err != nil {
			return audit.Act{}, err
		}
		if known, err := s.Store.CashByKey(ctx, c.Key); err == nil {
			if known.Group != c.Group || known.Amount != c.Amount || known.Kind != c.Kind {
				return audit.Act{}, fault.Conflict("goods.other_under_key")
			}
			c = known
			return audit.Act{}, nil
		}
		if check != nil {
			if err := check(ctx, g); err != nil {
				return audit.Act{}, err
			}
		}
		proof, err := s.keep(ctx, ReceiptPhoto, g.Area, receipt)
		if err != nil {
			return audit.Act{}, err
		}
		c.ID, c.Area, c.Actor, c.At, c.Receipt = s.IDs.New(), g.Area, actor.Login, s.now(), proof.ID
		a := act("cash_"+string(c.Kind), c.ID, g.Area, fmt.Sprintf("%s %d", c.Document, c.Amount))
		a.Purpose = access.PurposePayment
		return a, s.Store.AddCash(ctx, c)
	})
	return c, err
}

// Sums are what a group had, spent and earned in a time.
type Sums struct {
	Days     int64 // delivered
	Absent   int64
	Earned   money.Rupiah // days × the price of each
	Advanced money.Rupiah
	Spent    money.Rupiah
	Refunded money.Rupiah
}

// Owed is what the group has had and not earned: to be given back, or carried
// on. Negative is what the office still owes.
func (b Sums) Owed() money.Rupiah { return b.Advanced - b.Refunded - b.Earned }

func (s *Service) balance(ctx context.Context, group ident.ID, from, to civil.Date) (Sums, error) {
	return s.Store.Sums(ctx, group, from, to)
}

// MonthReport is a group's accountability report (LPJ) of a month.
type MonthReport struct {
	Group ident.ID
	Month string // 2026-01
	Sums
	Flags      int64
	Note       string
	Maker      string
	MadeAt     time.Time
	Approver   string
	ApprovedAt time.Time
}

// monthOf returns the first and last day of a month written 2026-01.
func monthOf(month string) (from, to civil.Date, err error) {
	from, err = civil.Parse(month + "-01")
	if err != nil {
		return 0, 0, fault.Invalid("goods.bad_month", "month", month).Because(err)
	}
	return from, from.AddMonths(1).AddDays(-1), nil
}

// Statement is a group's month: what stands in its book and what looks wrong.
type Statement struct {
	Group  Group
	Month  string
	Sums   Sums // of the month
	All    Sums // since the beginning, up to the month's end
	Days   []DaySum
	Cash   []Cash
	Flags  []Flag
	Report *MonthReport // nil before it was made
	Due    civil.Date
}

// DaySum counts one day.
type DaySum struct {
	Day               civil.Date
	Delivered, Absent int64
	Photos            int64
	Earned            money.Rupiah
}

// Statement gathers a group's month; the look is recorded.
func (s *Service) Statement(ctx context.Context, group ident.ID, month string) (Statement, error) {
	st := Statement{Month: month}
	from, to, err := monthOf(month)
	if err != nil {
		return st, err
	}
	rules, err := s.Policy.On(from)
	if err != nil {
		return st, err
	}
	st.Due = to.AddDays(rules.Meals.Report)
	err = s.look(ctx, func(ctx context.Context) (audit.Act, error) {
		var err error
		if st.Group, err = s.Store.Group(ctx, group); err != nil {
			return audit.Act{}, err
		}
		if st.Sums, err = s.balance(ctx, group, from, to); err != nil {
			return audit.Act{}, err
		}
		if st.All, err = s.balance(ctx, group, 0, to); err != nil {
			return audit.Act{}, err
		}
		if st.Cash, err = s.Store.Cash(ctx, group, from, to); err != nil {
			return audit.Act{}, err
		}
		if st.Flags, st.Days, err = s.examine(ctx, group, from, to, rules); err != nil {
			return audit.Act{}, err
		}
		report, err := s.Store.Report(ctx, group, month)
		if err == nil {
			st.Report = &report
		} else if !fault.Is(err, fault.KindNotFound) {
			return audit.Act{}, err
		}
		return act("statement", group, st.Group.Area, month), nil
	})
	return st, err
}

// MakeReport makes the report of a month that has ended. It needs
// access.ManageGoods.
func (s *Service) MakeReport(ctx context.Context, group ident.ID, month, note string) (MonthReport, error) {
	actor, err := access.Require(ctx, access.ManageGoods)
	if err != nil {
		return MonthReport{}, err
	}
	_, to, err := monthOf(month)
	if err != nil {
		return MonthReport{}, err
	}
	if s.Today() <= to {
		return MonthReport{}, fault.Conflict("goods.not_ended", "day", to)
	}
	st, err := s.Statement(ctx, group, month)
	if err != nil {
		return MonthReport{}, err
	}
	if len(st.Flags) > 0 && note == "" {
		return MonthReport{}, fault.Invalid("goods.explain_flags", "n", len(st.Flags))
	}
	r := MonthReport{Group: group, Month: month, Sums: st.Sums, Flags: int64(len(st.Flags)), Note: note, Maker: actor.Login, MadeAt: s.now()}
	err = s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		if _, err := s.Store.Report(ctx, group, month); err == nil {
			return audit.Act{}, fault.Conflict("goods.reported_already")
		}
		return act("report", group, st.Group.Area, month), s.Store.AddReport(ctx, r, st.Group.Area)
	})
	return r, err
}

// ApproveReport accepts a report. It needs access.AdvanceGoods, by another
// person than who made it; what the group owes must have come back before, or
// is carried on to a month that its contract still covers.
func (s *Service) ApproveReport(ctx context.Context, group ident.ID, month string) error {
	actor, err := access.Require(ctx, access.AdvanceGoods)
	if err != nil {
		return err
	}
	_, to, err := monthOf(month)
	if err != nil {
		return err
	}
	return s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		g, err := s.Store.LockGroup(ctx, group)
		if err != nil {
			return audit.Act{}, err
		}
		r, err := s.Store.Report(ctx, group, month)
		switch {
		case err != nil:
			return audit.Act{}, err
		case r.Approver != "":
			return audit.Act{}, fault.Conflict("goods.decided_already")
		case r.Maker == actor.Login:
			return audit.Act{}, fault.Conflict("goods.another_person")
		}
		b, err := s.balance(ctx, group, 0, s.Today())
		if err != nil {
			return audit.Act{}, err
		}
		if g.To <= to && b.Owed() > 0 {
			return audit.Act{}, fault.Conflict("goods.give_back_first", "amount", b.Owed())
		}
		r.Approver, r.ApprovedAt = actor.Login, s.now()
		return act("report_approved", group, g.Area, month), s.Store.SaveReport(ctx, r)
	})
}
