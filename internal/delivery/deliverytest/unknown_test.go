package deliverytest

import (
	"context"
	"errors"
	"testing"
	"time"

	"gotong/internal/bank"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/delivery"
	"gotong/internal/fault"
)

// TestAnUnknownOutcomeIsNeverResent breaks the line to the bank before and
// after the bank has the file.
func TestAnUnknownOutcomeIsNeverResent(t *testing.T) {
	for name, c := range map[string]struct {
		step    string
		arrived int
	}{"nothing arrived": {"submit.arrived", 0}, "the bank has it": {"submit.taken", 1}} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				broken := c.step
				w := New(t, d, Options{Families: 5, Seed: 1, Bank: bank.Options{Forgetful: true, Hook: func(step string) error {
					if step == broken {
						return errors.New("the line broke")
					}
					return nil
				}}})
				w.allot(t, "pkh", 1_000_000_000)
				l := w.released(t, "pkh", january)
				must[*delivery.PaymentFile](t)(w.ExportBankFile(As("tari"), l.ID))
				if _, err := w.Send(As("tari"), l.ID); !fault.Is(err, fault.KindUnavailable) {
					t.Fatalf("a broken line answers %v", err)
				}
				broken = ""
				if _, err := w.Send(As("tari"), l.ID); keyOf(err) != "delivery.enquire_first" {
					t.Fatalf("an unknown outcome is sent again: %v", err)
				}
				if n := must[int](t)(w.Bank.Received(l.Number)); n != c.arrived {
					t.Fatalf("the bank received it %d times", n)
				}
				w.sound(t)
				w.enquire(t, l, c.arrived == 1)
				if c.arrived == 0 {
					must[*delivery.PaymentFile](t)(w.Send(As("tari"), l.ID))
				}
				if n := must[int](t)(w.Bank.Received(l.Number)); n != 1 {
					t.Fatalf("the bank received it %d times", n)
				}
				w.collect(t, l)
				if o := w.overview(t, l); o.Status != delivery.Settled || o.Sums[delivery.Credited].Lines != 5 {
					t.Errorf("%+v", o.Sums)
				}
				w.sound(t)
			})
		})
	}
}

// enquire asks the bank: at once, when an answer that nothing arrived must not
// be believed yet, and after a while.
func (w *World) enquire(t *testing.T, l *delivery.PayList, arrived bool) {
	t.Helper()
	f, err := w.Enquire(As("tari"), l.ID)
	if arrived {
		if err != nil || f.State != delivery.FileHanded {
			t.Fatalf("%+v %v", f, err)
		}
		return
	}
	if !fault.Is(err, fault.KindUnavailable) {
		t.Fatalf("it is believed at once that nothing arrived: %v", err)
	}
	w.Clock.Advance(11 * time.Minute)
	if f = must[*delivery.PaymentFile](t)(w.Enquire(As("tari"), l.ID)); f.State != delivery.FileCut {
		t.Fatalf("%+v", f)
	}
	if o := w.overview(t, l); o.Status != delivery.Released || o.Sums[delivery.LetGo].Lines != 5 {
		t.Fatalf("%+v", o.Sums)
	}
	w.sound(t)
}

// TestAStatementIsAReceipt settles a list whose receipt was never recorded.
func TestAStatementIsAReceipt(t *testing.T) {
	w := New(t, dbtest.SQLite(t), Options{Families: 5, Seed: 1, Bank: bank.Options{Hook: func(step string) error {
		if step == "submit.taken" {
			return errors.New("the line broke")
		}
		return nil
	}}})
	w.allot(t, "pkh", 1_000_000_000)
	l := w.released(t, "pkh", january)
	must[*delivery.PaymentFile](t)(w.ExportBankFile(As("tari"), l.ID))
	if _, err := w.Send(As("tari"), l.ID); err == nil {
		t.Fatal("the line is broken")
	}
	w.collect(t, l)
	if o := w.overview(t, l); o.File.State != delivery.FileHanded || o.Status != delivery.Settled {
		t.Errorf("%+v", o)
	}
	w.sound(t)
}

// keyOf returns the message key of a fault.
func keyOf(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return ""
	}
	return f.Key
}

// slow is a bank whose enquiry desk takes its time: meanwhile happens before
// the answer is given.
type slow struct {
	bank.Channel
	meanwhile func()
}

func (s *slow) Enquire(ctx context.Context, batch string) (bank.Ack, error) {
	ack, err := s.Channel.Enquire(ctx, batch)
	if f := s.meanwhile; f != nil {
		s.meanwhile = nil
		f()
	}
	return ack, err
}

// TestAnOldAnswerIsNotBelieved has an enquiry answered that nothing arrived,
// and before that is recorded somebody else takes the list back and sends it
// again: the old answer speaks of the first hand-over, not of the second.
func TestAnOldAnswerIsNotBelieved(t *testing.T) {
	broken := "submit.arrived"
	d, dir := dbtest.SQLite(t), t.TempDir()
	o := Options{Families: 5, Seed: 1, Dir: dir, Bank: bank.Options{Forgetful: true, Hook: func(step string) error {
		if step == broken {
			return errors.New("the line broke")
		}
		return nil
	}}}
	w := New(t, d, o)
	desk := &slow{Channel: w.Bank}
	o.Channel = desk
	w = New(t, d, o)
	w.allot(t, "pkh", 1_000_000_000)
	l := w.released(t, "pkh", january)
	must[*delivery.PaymentFile](t)(w.ExportBankFile(As("tari"), l.ID))
	if _, err := w.Send(As("tari"), l.ID); err == nil {
		t.Fatal("the line is broken")
	}
	w.Clock.Advance(time.Hour)
	desk.meanwhile = func() {
		must[*delivery.PaymentFile](t)(w.Enquire(As("tono"), l.ID))
		broken = "submit.taken"
		if _, err := w.Send(As("tono"), l.ID); !fault.Is(err, fault.KindUnavailable) {
			t.Errorf("the line is broken again: %v", err)
		}
	}
	if _, err := w.Enquire(As("tari"), l.ID); keyOf(err) != "delivery.changed_since" {
		t.Errorf("an old answer is believed: %v", err)
	}
	if o := w.overview(t, l); o.File.State != delivery.FileHanding || o.Status != delivery.Sent {
		t.Errorf("the second hand-over is %s", o.File.State)
	}
	w.sound(t)
}

// liar is a bank that answers something else than is true.
type liar struct {
	bank.Channel
	submit  func(bank.Ack, error) (bank.Ack, error)
	enquire error
}

func (l liar) Submit(ctx context.Context, file []byte) (bank.Ack, error) {
	return l.submit(l.Channel.Submit(ctx, file))
}

func (l liar) Enquire(ctx context.Context, batch string) (bank.Ack, error) {
	if l.enquire != nil {
		return bank.Ack{}, l.enquire
	}
	return l.Channel.Enquire(ctx, batch)
}

func TestWhatTheBankMayAnswer(t *testing.T) {
	for name, c := range map[string]struct {
		submit  func(bank.Ack, error) (bank.Ack, error)
		enquire error
		sent    fault.Kind
		state   delivery.FileState
	}{
		"refused": {func(bank.Ack, error) (bank.Ack, error) { return bank.Ack{}, bank.ErrRefused }, nil, fault.KindConflict, delivery.FileCut},
		"another file": {func(a bank.Ack, err error) (bank.Ack, error) {
			a.SHA256 = "00"
			return a, err
		}, nil, fault.KindConflict, delivery.FileHanding},
		"nothing, ever": {func(bank.Ack, error) (bank.Ack, error) { return bank.Ack{}, errors.New("timeout") }, errors.New("timeout"),
			fault.KindUnavailable, delivery.FileHanding},
	} {
		d := dbtest.SQLite(t)
		dir := t.TempDir()
		w := New(t, d, Options{Families: 5, Seed: 1, Dir: dir})
		w = New(t, d, Options{Families: 5, Seed: 1, Dir: dir, Channel: liar{w.Bank, c.submit, c.enquire}})
		w.allot(t, "pkh", 1_000_000_000)
		l := w.released(t, "pkh", january)
		must[*delivery.PaymentFile](t)(w.ExportBankFile(As("tari"), l.ID))
		if _, err := w.Send(As("tari"), l.ID); !fault.Is(err, c.sent) {
			t.Errorf("%s: %v", name, err)
		}
		if c.enquire != nil {
			w.Clock.Advance(time.Hour)
			if _, err := w.Enquire(As("tari"), l.ID); !fault.Is(err, fault.KindUnavailable) {
				t.Errorf("%s: enquiring: %v", name, err)
			}
		}
		if o := w.overview(t, l); o.File.State != c.state {
			t.Errorf("%s: the file is %s", name, o.File.State)
		}
		w.sound(t)
	}
}
