package delivery

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"gotong/internal/access"
	"gotong/internal/bank"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// ExportBankFile cuts the order file of a released list into the outbox: the
// same list has the same bytes, however often it is cut. Before the first cut
// it looks once more at who has died, moved or been held since the release;
// their lines do not go into the file. It needs access.MakePayment.
func (s *Service) ExportBankFile(ctx context.Context, id ident.ID) (*PaymentFile, error) {
	f, err := s.lastLook(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("delivery: cutting: %w", err)
	}
	if f.State != FileDue {
		if _, err := s.bytes(ctx, f); err != nil {
			return nil, fmt.Errorf("delivery: cutting: %w", err)
		}
		return f, nil
	}
	name, b, sum, err := s.build(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("delivery: cutting: %w", err)
	}
	s.Failpoint(FailCutBuilt)
	if err := s.put(name, b, s.Failpoint); err != nil {
		return nil, err
	}
	s.Failpoint(FailCutRenamed)
	if f, err = s.recordCut(ctx, id, name, sha256.Sum256(b), sum); err != nil {
		return nil, fmt.Errorf("delivery: cutting: %w", err)
	}
	s.Failpoint(FailCutDone)
	return f, nil
}

// lastLook holds back whoever must not be paid since the release, and returns
// the order file as it stands.
func (s *Service) lastLook(ctx context.Context, id ident.ID) (*PaymentFile, error) {
	var f *PaymentFile
	err := s.Unit.Write(ctx, func(ctx context.Context) error {
		actor, l, err := s.lock(ctx, access.MakePayment, id)
		if err != nil {
			return err
		}
		if !l.Means.ByFile() {
			return fault.Invalid("delivery.not_by_bank", "number", l.Number)
		}
		if err := l.expect(Released, Sent, Settled); err != nil {
			return err
		}
		if f, err = s.Store.File(ctx, id); err != nil || f.State != FileDue {
			return err
		}
		if err := s.notPaidBefore(ctx, l); err != nil {
			return err
		}
		v, err := s.lastSurvey(ctx, l)
		if err != nil || len(v.moves) == 0 {
			return err
		}
		if err := s.holdBack(ctx, actor, l, LetGo, v); err != nil {
			return err
		}
		f.Lines, f.Total = v.payable().Lines, v.payable().Total
		if err := s.Store.SaveFile(ctx, f); err != nil {
			return err
		}
		return s.Store.Recount(ctx, l.ID)
	})
	if err == nil && f.State == FileDue && f.Lines == 0 {
		return nil, fault.Conflict("delivery.nothing_left", "number", f.Batch)
	}
	return f, err
}

// lastSurvey looks at who of the released lines must not be paid any more.
func (s *Service) lastSurvey(ctx context.Context, l *PayList) (*survey, error) {
	if err := s.Book.Wait(ctx); err != nil { // before the register's audit entry
		return nil, err
	}
	if err := s.Decisions.InForce(ctx, l.Determination); err != nil {
		return nil, err
	}
	b, err := s.blocked(ctx, l)
	if err != nil {
		return nil, err
	}
	return s.survey(ctx, l, LetGo, b)
}

// build returns the name and bytes of a list's order file: its lines that are
// released or sent, by number, in the form that was in force on the day of the
// release. Opening their accounts is a read of personal data.
func (s *Service) build(ctx context.Context, id ident.ID) (string, []byte, Sum, error) {
	var o bank.Order
	var sum Sum
	var to bank.Writer
	err := s.Unit.Write(ctx, func(ctx context.Context) error {
		l, err := s.Store.List(ctx, id)
		if err != nil {
			return err
		}
		if o, err = s.head(ctx, l); err != nil {
			return err
		}
		to = s.Files.On(civil.OfTime(l.Released.At)).Order(string(l.Means))
		err = s.Store.Lines(ctx, id, "", func(i *Instruction) error {
			switch i.Status {
			case Planned, Held, Cancelled, Dropped:
				return nil // never went into the file
			}
			p, err := s.payment(l, i)
			if err != nil {
				return err
			}
			o.Payments = append(o.Payments, p)
			sum.Lines++
			sum.Total += i.Amount
			return nil
		})
		if err != nil {
			return err
		}
		return s.read(ctx, l, "payment.file", sum.Lines, "account", "holder", "amount")
	})
	if err != nil {
		return "", nil, sum, err
	}
	var b bytes.Buffer
	err = to.Write(&b, o)
	return o.File() + "." + to.Ending(), b.Bytes(), sum, err
}

// head begins the order file of a list. One that is cut anew, since somebody
// must not be paid any more, is told from the one before by its own number.
func (s *Service) head(ctx context.Context, l *PayList) (bank.Order, error) {
	o := bank.Order{Batch: l.Number, Cut: 1, At: l.Released.At}
	acts, err := s.Store.Acts(ctx, l.ID)
	for _, a := range acts {
		if a.Kind == ActRecut {
			o.Cut++
		}
	}
	return o, err
}

// readers are the forms of return files that are understood today.
func (s *Service) readers() bank.Formats {
	if s.Formats != nil {
		return s.Formats
	}
	return s.Files.On(civil.OfTime(s.now())).Readers()
}

// recordCut records the file that now stands in the outbox. Somebody else may
// have cut it meanwhile: then it must be the same.
func (s *Service) recordCut(ctx context.Context, id ident.ID, name string, digest [32]byte, sum Sum) (*PaymentFile, error) {
	var f *PaymentFile
	err := s.Unit.Write(ctx, func(ctx context.Context) error {
		actor, l, err := s.lock(ctx, access.MakePayment, id)
		if err != nil {
			return err
		}
		if f, err = s.Store.File(ctx, id); err != nil {
			return err
		}
		if f.State != FileDue {
			if f.SHA256 != digest {
				return fault.Conflict("delivery.other_file", "number", l.Number)
			}
			return nil
		}
		if (Sum{f.Lines, f.Total}) != sum {
			return fault.Conflict("delivery.changed_since", "number", l.Number)
		}
		f.State, f.Name, f.SHA256, f.CutAt = FileCut, name, digest, s.now()
		if err := s.Store.SaveFile(ctx, f); err != nil {
			return err
		}
		a := s.act(actor, l, ActCut)
		a.Sum, a.Note = sum, hex.EncodeToString(digest[:])
		return s.record(ctx, l, a)
	})
	return f, err
}

// The files of the outbox lie sealed: they hold account numbers.
const (
	sealed    = ".sealed"
	fileLabel = "delivery.file"
)

func (s *Service) put(name string, b []byte, at Failpoint) error {
	return s.Outbox.Put(name+sealed, s.Vault.Seal(fileLabel, string(b)), at)
}

func (s *Service) get(name string) ([]byte, error) {
	b, err := s.Outbox.Read(name + sealed)
	if err != nil {
		return nil, err
	}
	plain, err := s.Vault.Open(fileLabel, b)
	if err != nil {
		return nil, destroyed(name, err)
	}
	return []byte(plain), nil
}

// bytes returns an order file that was cut, from the outbox, or cut anew when
// it is lost or damaged: it must be the file that was recorded.
func (s *Service) bytes(ctx context.Context, f *PaymentFile) ([]byte, error) {
	b, err := s.get(f.Name)
	if err == nil && sha256.Sum256(b) == f.SHA256 {
		return b, nil
	}
	if err != nil && !fault.Is(err, fault.KindNotFound) {
		return nil, err
	}
	if _, b, _, err = s.build(ctx, f.ListID); err != nil {
		return nil, err
	}
	if sha256.Sum256(b) != f.SHA256 {
		return nil, fault.Conflict("delivery.other_file", "number", f.Batch)
	}
	return b, s.put(f.Name, b, func(string) {})
}

// BankFile returns the order file of a list for download. It needs
// access.Export, and access.SeeMoney.
func (s *Service) BankFile(ctx context.Context, id ident.ID) (*PaymentFile, []byte, error) {
	if _, err := access.Require(ctx, access.Export); err != nil {
		return nil, nil, err
	}
	var f *PaymentFile
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		l, err := s.see(ctx, access.SeeMoney, id)
		if err != nil {
			return err
		}
		if f, err = s.Store.File(ctx, id); err != nil {
			return err
		}
		if f.State == FileDue {
			return fault.Conflict("delivery.not_cut", "number", l.Number)
		}
		return s.read(ctx, l, "payment.file", f.Lines, "account", "holder", "amount")
	})
	if err != nil {
		return nil, nil, err
	}
	b, err := s.bytes(ctx, f)
	return f, b, err
}
