package delivery

import (
	"context"
	"fmt"
	"io"
	"time"

	"gotong/internal/access"
	"gotong/internal/bank"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/run"
)

// accountCodes says what a bank's answer about an account means for a line.
var accountCodes = map[bank.Code]Code{
	bank.WrongAccount: AccountWrong, bank.ClosedAccount: AccountClosed, bank.BlockedAccount: AccountInactive,
	bank.NameMismatch: NameMismatch, bank.Deceased: HolderDead,
}

// AccountFile returns the question about a draft's accounts as an order file,
// for a bank that is asked by file. It needs access.Export and
// access.MakePayment.
func (s *Service) AccountFile(ctx context.Context, id ident.ID) (string, []byte, error) {
	if _, err := access.Require(ctx, access.Export); err != nil {
		return "", nil, err
	}
	o, _, err := s.question(ctx, id)
	return o.Batch + "-rekening.csv", o.Bytes(), err
}

// CheckAccounts asks the bank about every account of a draft, and holds the
// lines that cannot be paid there, each with its reason. It needs
// access.MakePayment.
func (s *Service) CheckAccounts(ctx context.Context, id ident.ID, p run.Progress) (*PayList, error) {
	o, digest, err := s.question(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("delivery: asking about accounts: %w", err)
	}
	checker, ok := s.Channel.(bank.AccountChecker)
	if !ok {
		return nil, fault.Conflict("delivery.accounts_by_file", "number", o.Batch)
	}
	p.Stage("pay_accounts", int64(len(o.Payments)))
	answers, err := checker.CheckAccounts(ctx, o)
	if err != nil {
		return nil, fault.Unavailable("delivery.no_account_answer", "number", o.Batch).Because(err)
	}
	return s.answered(ctx, id, digest, o, answers, p)
}

// TakeAccounts is CheckAccounts with the answer in a file.
func (s *Service) TakeAccounts(ctx context.Context, id ident.ID, file io.Reader, p run.Progress) (*PayList, error) {
	answers, err := bank.ParseAccounts(file)
	if err != nil {
		return nil, err
	}
	o, digest, err := s.question(ctx, id)
	if err != nil {
		return nil, err
	}
	if answers.Batch != o.Batch {
		return nil, fault.Invalid("delivery.other_list", "number", answers.Batch)
	}
	return s.answered(ctx, id, digest, o, answers, p)
}

// question returns the planned lines of a draft as an order, and the list's
// digest. Opening accounts is a read of personal data.
func (s *Service) question(ctx context.Context, id ident.ID) (bank.Order, [32]byte, error) {
	var o bank.Order
	var digest [32]byte
	err := s.Unit.Write(ctx, func(ctx context.Context) error {
		_, l, err := s.lock(ctx, access.MakePayment, id)
		if err != nil {
			return err
		}
		if l.Means != ByBank {
			return fault.Invalid("delivery.not_by_bank", "number", l.Number)
		}
		if err := l.expect(Draft); err != nil {
			return err
		}
		o, digest = bank.Order{Batch: l.Number}, l.Digest
		err = s.Store.Lines(ctx, id, Planned, func(i *Instruction) error {
			p, err := s.payment(l, i)
			o.Payments = append(o.Payments, p)
			return err
		})
		if err != nil {
			return err
		}
		return s.read(ctx, l, "payment.accounts", int64(len(o.Payments)), "account", "holder")
	})
	return o, digest, err
}

// payment opens a line's account.
func (s *Service) payment(l *PayList, i *Instruction) (bank.Payment, error) {
	p := bank.Payment{Reference: Reference(l.Number, i.LineNo), Bank: i.Bank, Holder: i.Holder, Amount: i.Amount}
	if l.Means == Post {
		return p, nil
	}
	number, err := s.Vault.Open(accountLabel, i.Sealed)
	if err != nil {
		return p, fmt.Errorf("line %d: %w", i.LineNo, err)
	}
	p.Account = number
	return p, nil
}

// answered holds the lines whose accounts the bank would not pay to. Every
// line must have been answered, and none that was not asked about.
func (s *Service) answered(ctx context.Context, id ident.ID, digest [32]byte, o bank.Order, f bank.Accounts, p run.Progress) (*PayList, error) {
	holders := make(map[string]string, len(o.Payments))
	for _, pay := range o.Payments {
		holders[pay.Reference] = pay.Holder
	}
	var moves []LineMove
	for _, a := range f.Answers {
		holder, asked := holders[a.Reference]
		if !asked {
			return nil, fault.Invalid("delivery.account_unasked", "line", a.Line, "reference", a.Reference)
		}
		delete(holders, a.Reference)
		code, bad := accountCodes[a.Code]
		if !bad && a.Holder != "" && !bank.SameName(a.Holder, holder) {
			code = NameMismatch
		}
		if code == "" {
			p.Add("ok", 1)
			continue
		}
		p.Add("held", 1)
		n, _ := ParseReference(o.Batch, a.Reference)
		moves = append(moves, LineMove{LineNo: n, Code: code})
	}
	if len(holders) > 0 {
		return nil, fault.Invalid("delivery.accounts_unanswered", "n", int64(len(holders)))
	}
	var l *PayList
	err := s.Unit.Write(ctx, func(ctx context.Context) error {
		actor, list, err := s.lock(ctx, access.MakePayment, id)
		if err != nil {
			return err
		}
		l = list
		if l.Status != Draft || l.Digest != digest {
			return fault.Conflict("delivery.changed_since", "number", l.Number)
		}
		a := s.act(actor, l, ActAccounts)
		a.Note = fmt.Sprintf("%d/%d", len(f.Answers)-len(moves), len(f.Answers))
		var held []Exception
		for _, m := range moves {
			line, _, err := s.Store.Line(ctx, id, m.LineNo)
			if err != nil {
				return err
			}
			line.Code = m.Code
			held = append(held, s.exception(l, line))
		}
		if err := s.Store.MoveLines(ctx, a, Planned, Held, moves); err != nil {
			return err
		}
		if a.Sum.Lines != int64(len(moves)) {
			return fault.Conflict("delivery.line_moved", "number", l.Number)
		}
		if err := s.Store.AddExceptions(ctx, held); err != nil {
			return err
		}
		return s.redigest(ctx, l, a)
	})
	if err == nil {
		s.Failpoint(FailAccountsDone)
	}
	return l, err
}

// accountsChecked refuses a list whose accounts were not asked about, where
// the rule in force wants it.
func (s *Service) accountsChecked(ctx context.Context, l *PayList) error {
	rule := s.Rule()
	if !rule.AccountCheck.Required || l.Means != ByBank {
		return nil
	}
	acts, err := s.Store.Acts(ctx, l.ID)
	if err != nil {
		return err
	}
	asked := time.Time{}
	for _, a := range acts {
		switch a.Kind {
		case ActAccounts:
			asked = a.At
		case ActUnheld: // a line that came back was perhaps not asked about
			asked = time.Time{}
		}
	}
	if asked.IsZero() || asked.AddDate(0, 0, rule.AccountCheck.Days).Before(s.now()) {
		return fault.Conflict("delivery.accounts_unchecked", "number", l.Number)
	}
	return nil
}
