package delivery

import (
	"context"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/ledger"
	"gotong/internal/money"
	"gotong/internal/work"
)

// read appends the audit entry of a look at a list's lines. What it covers is
// returned only when the entry stands.
func (s *Service) read(ctx context.Context, l *PayList, action string, count int64, fields ...string) error {
	return s.Log.Append(ctx, audit.Act{Purpose: access.PurposePayment, Action: action, Subject: l.ID.String(), Area: l.Area,
		Fields: fields, Count: count, Detail: l.Number})
}

// Lists returns pay lists with their sums, newest first, and how many there
// are. It needs access.SeeMoney.
func (s *Service) Lists(ctx context.Context, f ListFilter) ([]ListRow, int64, error) {
	if _, err := access.Require(ctx, access.SeeMoney); err != nil {
		return nil, 0, err
	}
	var rows []ListRow
	var total int64
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		var err error
		rows, total, err = s.Store.Lists(ctx, f)
		return err
	})
	return rows, total, err
}

// Overview is a pay list with all that happened to it, without its lines.
type Overview struct {
	PayList
	Sums    Sums
	Acts    []Act        // oldest first
	File    *PaymentFile // nil while there is none
	Returns []ReturnFile
	Entries []ledger.Entry // newest first
	// Adjusted is what is kept back and paid back on the list's lines because
	// of duties; Lines counts parts.
	Adjusted map[AdjustmentKind]Sum
	// Barred is why the list, which waits to be released or sent, cannot be
	// since the database went back to a copy; nil where nothing bars it.
	Barred error
}

// Overview returns a list and its history. It needs access.SeeMoney.
func (s *Service) Overview(ctx context.Context, id ident.ID) (*Overview, error) {
	if _, err := access.Require(ctx, access.SeeMoney); err != nil {
		return nil, err
	}
	var o Overview
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		l, err := s.Store.List(ctx, id)
		if err != nil {
			return err
		}
		o.PayList = *l
		if o.Sums, err = s.Store.Tally(ctx, id); err != nil {
			return err
		}
		if o.Acts, err = s.Store.Acts(ctx, id); err != nil {
			return err
		}
		if o.File, err = s.Store.File(ctx, id); err != nil && !fault.Is(err, fault.KindNotFound) {
			return err
		}
		if o.Returns, err = s.Store.Returns(ctx, id); err != nil {
			return err
		}
		if o.Adjusted, err = s.Store.Adjusted(ctx, id); err != nil {
			return err
		}
		if o.Barred, err = s.barred(ctx, l); err != nil {
			return err
		}
		const enough = 1000 // a list has a handful, and one a resolved exception
		o.Entries, err = s.Book.Entries(ctx, ledger.Filter{Object: id.String(), Limit: enough})
		return err
	})
	if err != nil {
		return nil, err
	}
	return &o, nil
}

// ByNumber returns a list by its number. It needs access.SeeMoney.
func (s *Service) ByNumber(ctx context.Context, number string) (*PayList, error) {
	if _, err := access.Require(ctx, access.SeeMoney); err != nil {
		return nil, err
	}
	return work.Read(ctx, s.Unit, func(ctx context.Context) (*PayList, error) { return s.Store.ByNumber(ctx, number) })
}

// Lines returns lines of a list with their parts; account numbers are masked.
// It needs access.SeeMoney.
func (s *Service) Lines(ctx context.Context, id ident.ID, f LineFilter) ([]Instruction, error) {
	if _, err := access.Require(ctx, access.SeeMoney); err != nil {
		return nil, err
	}
	var all []Instruction
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		l, err := s.Store.List(ctx, id)
		if err != nil {
			return err
		}
		if all, err = s.Store.Page(ctx, id, f); err != nil {
			return err
		}
		return s.read(ctx, l, "payment.lines", int64(len(all)), "holder", "account_masked", "amount", "status")
	})
	return all, err
}

// Trace is one line's way: its list, its parts and its history.
type Trace struct {
	List   PayList
	Line   Instruction
	Events []Event
	Acts   []Act         // of its list
	Proofs []PaymentSeen // what payers of the post office showed for it, oldest first
}

// Trace follows one line from the allotment to the recipient and back. It
// needs access.SeeMoney.
func (s *Service) Trace(ctx context.Context, id ident.ID, line int64) (*Trace, error) {
	if _, err := access.Require(ctx, access.SeeMoney); err != nil {
		return nil, err
	}
	var t Trace
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		l, err := s.Store.List(ctx, id)
		if err != nil {
			return err
		}
		i, events, err := s.Store.Line(ctx, id, line)
		if err != nil {
			return err
		}
		t.List, t.Line, t.Events = *l, *i, events
		if t.Acts, err = s.Store.Acts(ctx, id); err != nil {
			return err
		}
		fields := []string{"holder", "account_masked", "amount", "status"}
		if t.Proofs, err = s.Store.ProofsOf(ctx, id, line); err != nil {
			return err
		}
		if len(t.Proofs) > 0 {
			fields = append(fields, "place")
		}
		return s.read(ctx, l, "payment.trace", 1, fields...)
	})
	if err != nil {
		return nil, err
	}
	return &t, nil
}

// FamilyLine is one payment to a family, as the family's page shows it.
type FamilyLine struct {
	Instruction
	Number    string
	Programme string
	Period    Period
	Means     Means
}

// OfFamily returns what a family has been paid or is to be paid, newest
// first. It needs access.SeeFamilies or access.SeeMoney.
func (s *Service) OfFamily(ctx context.Context, purpose access.Purpose, family ident.ID) ([]FamilyLine, error) {
	if _, err := access.Require(ctx, access.SeeFamilies); err != nil {
		if _, err := access.Require(ctx, access.SeeMoney); err != nil {
			return nil, err
		}
	}
	var all []FamilyLine
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		var err error
		if all, err = s.Store.OfFamily(ctx, family); err != nil {
			return err
		}
		return s.Log.Append(ctx, audit.Act{Purpose: purpose, Action: "payment.of_family", Subject: family.String(),
			Fields: []string{"amount", "status"}, Count: int64(len(all))})
	})
	return all, err
}

// FundState is a fund's money by stage.
type FundState struct {
	Fund   string
	Stages map[ledger.Kind]money.Rupiah
}

// Budget returns all funds with their money by stage. It needs access.SeeMoney.
func (s *Service) Budget(ctx context.Context) ([]FundState, error) {
	balances, err := s.Book.Balances(ctx, "")
	if err != nil {
		return nil, err
	}
	var all []FundState
	for _, b := range balances {
		if len(all) == 0 || all[len(all)-1].Fund != b.Account.Fund {
			all = append(all, FundState{b.Account.Fund, map[ledger.Kind]money.Rupiah{}})
		}
		all[len(all)-1].Stages[b.Account.Kind] = b.Amount
	}
	return all, nil
}

// Exceptions returns exceptions, oldest first, and how many there are. It
// needs access.SeeMoney.
func (s *Service) Exceptions(ctx context.Context, f ExceptionFilter) ([]Exception, int64, error) {
	if _, err := access.Require(ctx, access.SeeMoney); err != nil {
		return nil, 0, err
	}
	var all []Exception
	var total int64
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		var err error
		if all, total, err = s.Store.Exceptions(ctx, f); err != nil {
			return err
		}
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposePayment, Action: "payment.exceptions", Area: f.Area,
			Fields: []string{"amount", "code"}, Count: int64(len(all))})
	})
	return all, total, err
}

// Exception returns one exception with the line it concerns, nil where there
// is none. It needs access.SeeMoney.
func (s *Service) Exception(ctx context.Context, id ident.ID) (*Exception, *Instruction, error) {
	if _, err := access.Require(ctx, access.SeeMoney); err != nil {
		return nil, nil, err
	}
	var e *Exception
	var line *Instruction
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		var err error
		if e, err = s.Store.Exception(ctx, id); err != nil || e.LineNo == 0 {
			return err
		}
		if line, _, err = s.Store.Line(ctx, e.ListID, e.LineNo); err != nil {
			return err
		}
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposePayment, Action: "payment.exception", Subject: e.ID.String(),
			Area: e.Area, Fields: []string{"holder", "account_masked", "amount"}, Count: 1})
	})
	return e, line, err
}

// Ageing counts what is unresolved, by code and by the ages of the rule in
// force. It needs access.SeeMoney.
func (s *Service) Ageing(ctx context.Context) ([]Age, error) {
	if _, err := access.Require(ctx, access.SeeMoney); err != nil {
		return nil, err
	}
	var all []Age
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		var err error
		var bounds []time.Time
		for _, days := range s.Rule().Ageing {
			bounds = append(bounds, s.now().AddDate(0, 0, -days))
		}
		all, err = s.Store.Ageing(ctx, bounds)
		return err
	})
	return all, err
}
